/* SPDX-License-Identifier: MIT */
/* proxenos: from the command line to a verb. */
#include "options/help.h"
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "output/stdout.h"
#include "output/streams.h"
#include "session/doubts.h"
#include "process/signals.h"
#include "verbs.h"
#include "verbs/complete.h"

#include <string.h>
#include <unistd.h>

static int run_verb(const cli_verb *verb, int argc, char **argv) {
    cli_arguments arguments;
    int code = arguments_parse(&arguments, verb, argc, argv);
    if (code == EXIT_USAGE && verb->own_failure != 0) {
        code = verb->own_failure;
    } else if (code == 0) {
        message_set_level(arguments_count(&arguments, OPTION_QUIET) > 0, arguments_count(&arguments, OPTION_VERBOSE));
        if (arguments_count(&arguments, OPTION_HELP) > 0) help_verb(verb);
        else if ((code = doubt_standard_input(&arguments)) == 0) code = verb->run(&arguments);
    }
    arguments_free(&arguments);
    return code;
}

static int run(int argc, char **argv) {
    if (argc < 2) return usage_error(NULL, "no verb was given");
    const char *first = argv[1];
    if (strcmp(first, "--help") == 0) {
        help_overview();
        return 0;
    }
    if (strcmp(first, "--version") == 0) {
        output_format("proxenos %s\n", proxenos_version());
        return 0;
    }
    if (strcmp(first, "__complete") == 0) return complete_words(argc - 2, argv + 2);
    const cli_verb *verb = verbs_find(first);
    if (verb != NULL) return run_verb(verb, argc - 1, argv + 1);
    if (first[0] == '-') return usage_error(NULL, "a verb comes before the option '%.100s'", first);
    return verbs_unknown(first);
}

/* Nearly every option names a file or a program: none of them may be the user's when the
 * rights are not. */
static int refuse_privileges(int argc, char **argv) {
    message_error("this program does not run with raised privileges (set-user-ID, set-group-ID, capabilities of its "
                  "file): take them from it, and run it as a user who may read what it is to read, with sudo for "
                  "example");
    const cli_verb *verb = argc > 1 ? verbs_find(argv[1]) : NULL;
    return verb != NULL && verb->own_failure != 0 ? verb->own_failure : EXIT_DENIED;
}

int main(int argc, char **argv) {
    if (!streams_keep_places()) return EXIT_INTERNAL;
    signals_install();
    verbs_use(cli_verbs);
    if (proxenos_is_privileged()) return refuse_privileges(argc, argv);
    int code = output_finish(run(argc, argv));
    /* Where memory is short, what other libraries do at the end may abort the program instead. */
    if (code == EXIT_INTERNAL) _exit(code);
    return code;
}
