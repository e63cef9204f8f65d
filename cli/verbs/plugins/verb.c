/* SPDX-License-Identifier: MIT */
/* proxenos plugins: its words. */
#include "verbs/plugins/words.h"

#include "options/arguments.h"
#include "options/verb.h"

#include <string.h>

typedef struct plugins_word {
    const char *name;
    const char *needs;       /* the operand behind it; NULL: none */
    unsigned group;          /* of the options that are its own; 0: none */
    int (*run)(const cli_arguments *arguments);
} plugins_word;

static const plugins_word table[] = {
    {"list", NULL, 0, plugins_list},
    {"show", "a NAME", 0, plugins_list},
    {"new", "a NAME", GROUP_PLUGIN_NEW, plugins_new},
    {"test", "a FILE", GROUP_PLUGIN_TEST, plugins_test},
};
enum { WORD_COUNT = sizeof table / sizeof table[0] };

/* Options of one word do not go with another. */
static int check_options(const cli_arguments *arguments, const plugins_word *word) {
    const unsigned owned = GROUP_PLUGIN_NEW | GROUP_PLUGIN_TEST;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const option_row *row = arguments->given[i].row;
        if ((row->group & owned) != 0 && row->group != word->group)
            return usage_error(arguments->verb, "--%s does not go with plugins %s", row->name, word->name);
    }
    return 0;
}

static int run_plugins(const cli_arguments *arguments) {
    const char *name = arguments->operand_count > 0 ? arguments->operands[0] : "list";
    for (size_t i = 0; i < WORD_COUNT; i++) {
        const plugins_word *word = &table[i];
        if (strcmp(word->name, name) != 0) continue;
        if (word->needs == NULL && arguments->operand_count == 2)
            return usage_error(arguments->verb, "plugins %s takes no name", name);
        if (word->needs != NULL && arguments->operand_count < 2)
            return usage_error(arguments->verb, "plugins %s needs %s", name, word->needs);
        int code = check_options(arguments, word);
        return code == 0 ? word->run(arguments) : code;
    }
    return usage_unknown(arguments->verb, "plugins", arguments->verb->words, name);
}

static const char *const words[] = {"list", "show", "new", "test", NULL};
static const completion_kind word_operands[] = {COMPLETE_NOTHING, COMPLETE_PLUGIN, COMPLETE_NOTHING, COMPLETE_FILE};
static const char *const synopses[] = {"[list]", "show NAME", "new NAME --kind KIND [--folder DIR]",
                                       "test FILE [-O KEY=VALUE]...", NULL};
static const char *const examples[] = {
    "proxenos plugins", "the backends and hashes that are installed",
    "proxenos plugins show consul", "the options of the backend consul, for -O and proxenos.yaml",
    "proxenos plugins new mine --kind backend && make -C mine check",
    "a backend of your own: a project in ./mine that works at once, built and tested",
    "proxenos plugins test ./mine.so -O host=localhost",
    "does it keep the contract of proxenos-plugin(3)?",
    NULL};

const cli_verb verb_plugins = {
    .name = "plugins",
    .summary = "the backends and hashes that are installed, and their options; plugins of your own",
    .synopses = synopses,
    .description = "Lists the backends and hashes that can be loaded (with -v also their files), and those that are "
                   "broken; or shows the options of one, with types, defaults and environment variables.\n\n"
                   "'new' writes a complete project for a plugin of your own: source, Makefile, test and README. "
                   "'test' holds the plugin in FILE against proxenos-plugin(3): one line for each thing that must "
                   "hold, and for what does not, what was seen and which section of the manual says so. It exits "
                   "with 0 when everything holds, 1 when something does not, 67 when FILE cannot be loaded.",
    .examples = examples,
    .groups = GROUP_PLUGIN_NEW | GROUP_PLUGIN_TEST | GROUP_OUTPUT | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_TSV | FORMAT_JSON,
    .words = words,
    .word_operands = word_operands,
    .most_operands = 2,
    .run = run_plugins,
};
