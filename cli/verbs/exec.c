/* SPDX-License-Identifier: MIT */
/* proxenos exec: run a command for the node of a key. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "process/child.h"
#include "process/signals.h"
#include "process/words.h"
#include "session/keys.h"
#include "session/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As env(1), timeout(1) and others. */
enum { EXIT_OURS = CHILD_OURS };

extern char **environ;

/* ------------------------------------------------------------- the command */

/* Becomes the command; returns only when that fails, after one line. */
static int become(char **command, const char *key, const proxenos_node *node) {
    char **before = environ;
    char **words = words_for_node(command, key, node);
    char **environment = environment_for_node(environ, key, node);
    int reason = ENOMEM;
    if (words != NULL && environment != NULL) {
        environ = environment;
        signals_as_inherited();
        (void)execvp(words[0], words);
        reason = errno;
        signals_ignore_pipe();
        environ = before;
    }
    message_error("cannot run '%s': %s", words != NULL ? words[0] : command[0], strerror(reason));
    free(words);
    free(environment);
    return child_failure_code(reason);
}

/* Its wait status.  A signal must not be passed to a child whose number is free for
 * others, so it is buried only once it gets no more. */
static bool await_end(pid_t child, int *status) {
    siginfo_t end;
    while (waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT) != 0)
        if (errno != EINTR) return false;
    signals_pass_to(0);
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR) return false;
    return true;
}

typedef enum run_end { RUN_ENDED, RUN_STOPPED, RUN_FAILED } run_end;

/* Runs it as a child, passing signals on, to its wait status.  RUN_STOPPED: it was not
 * started, since a signal has come; RUN_FAILED: after one line. */
static run_end run_child(char **command, const char *key, const proxenos_node *node, int *status) {
    sigset_t before;
    if (!signals_hold(&before)) return RUN_STOPPED;
    pid_t child = fork();
    if (child == 0) {
        signals_default();
        _exit(become(command, key, node)); /* which lets signals through */
    }
    int reason = errno;
    if (child > 0) signals_pass_to(child);
    signals_release(&before);
    if (child < 0) {
        message_error("cannot start a process: %s", strerror(reason));
        return RUN_FAILED;
    }
    if (await_end(child, status)) return RUN_ENDED;
    message_error("cannot tell how the command ended: %s", strerror(errno));
    return RUN_FAILED;
}

/* Ends as the child did, so that who waits for us sees the same. */
static int end_as(int status) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    (void)signal(WTERMSIG(status), SIG_DFL);
    (void)raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

/* ----------------------------------------------------------- the fallback */

/* "75" or "1-9,75" into a set of exit codes. */
static bool parse_codes(const char *text, bool codes[256]) {
    if (*text == '\0') return false;
    while (*text != '\0') {
        char *end;
        unsigned long first = strtoul(text, &end, 10), last = first;
        if (*text < '0' || *text > '9') return false;
        if (*end == '-' && end[1] >= '0' && end[1] <= '9') last = strtoul(end + 1, &end, 10);
        if (first < 1 || last > 255 || first > last) return false;
        for (unsigned long code = first; code <= last; code++) codes[code] = true;
        if (*end != '\0' && (*end != ',' || end[1] == '\0')) return false;
        text = *end == ',' ? end + 1 : end;
    }
    return true;
}

/* Whoever sent a signal, which the command has got, wants an end and not another node. */
static int run_down_the_ranking(char **command, const char *key, const proxenos_ranked *places, size_t count,
                                const bool codes[256]) {
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        run_end end = run_child(command, key, places[i].node, &status);
        if (end == RUN_FAILED) return EXIT_OURS;
        if (end == RUN_STOPPED && i == 0) return EXIT_INTERRUPTED;
        if (end == RUN_STOPPED || signals_have_stopped() || !codes[child_code(status)]) break;
        if (i + 1 < count)
            message_info("the command ended with %s %d for %s; now for %s",
                         WIFEXITED(status) ? "exit code" : "signal",
                         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                         proxenos_node_identity(places[i].node), proxenos_node_identity(places[i + 1].node));
    }
    return end_as(status);
}

/* --------------------------------------------------------------- the verb */

static int exec_for_key(cli_session *session, const char *key, char **command, const bool codes[256]) {
    uint64_t most;
    proxenos_ranked *places;
    size_t count;
    bool has_fallback = codes != NULL;
    int code =
        arguments_number(session->arguments, OPTION_COUNT, 1, UINT32_MAX, has_fallback ? UINT32_MAX : 1, &most);
    if (code == 0) code = session_rank(session, key, (size_t)most, &places, &count);
    if (code != 0) return EXIT_OURS;
    code = has_fallback ? run_down_the_ranking(command, key, places, count, codes)
                        : become(command, key, places[0].node);
    free(places);
    return code;
}

static int run_exec(const cli_arguments *arguments) {
    bool codes[256] = {false};
    char **command = command_words(arguments);
    if (command == NULL) {
        (void)usage_error(arguments->verb, "exec needs a KEY, then '--' and a command");
        return EXIT_OURS;
    }
    const char *fallback = arguments_value(arguments, OPTION_FALLBACK);
    if (fallback != NULL && !parse_codes(fallback, codes)) {
        (void)usage_error(arguments->verb, "--fallback: '%s' is no list of exit codes from 1 to 255", fallback);
        return EXIT_OURS;
    }
    if (key_check(arguments, arguments->operands[0]) != 0) return EXIT_OURS;
    cli_session session;
    int code = session_select(&session, arguments);
    if (code == 0)
        code = exec_for_key(&session, arguments->operands[0], command, fallback != NULL ? codes : NULL);
    else if (code != EXIT_INTERRUPTED)
        code = EXIT_OURS;
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"[OPTION]... KEY -- COMMAND [ARGUMENT]...", NULL};
static const char *const examples[] = {
    "proxenos exec -s redis user:17 -- redis-cli -h {host} -p {port} GET user:17",
    "ask the node that holds the key",
    "proxenos exec -s api --fallback 7,28 k -- curl -sf http://{address}/", "or the next one, when it is down",
    "proxenos exec -s db k -- sh -c 'echo \"$PROXENOS_HOST\"'", "a shell only where you want one",
    NULL};

const cli_verb verb_exec = {
    .name = "exec",
    .summary = "run a command for the node of a key",
    .synopses = synopses,
    .description =
        "Runs COMMAND, found in PATH, with the node of KEY in its environment: PROXENOS_ADDRESS, _HOST, "
        "_PORT, _NODE (the identity), _NAME, _SERVICE, _ZONE and _KEY. In its arguments {address}, {host}, "
        "{port}, {node}, {name}, {service}, {zone} and {key} are replaced; no shell comes between.\n\n"
        "Standard streams, signals and the exit code are the command's. 125: proxenos itself failed; "
        "126: the command cannot be run; 127: it was not found.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_EXEC | GROUP_ANSWER | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .most_operands = (size_t)-1,
    .own_failure = EXIT_OURS,
    .run = run_exec,
};
