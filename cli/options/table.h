/* SPDX-License-Identifier: MIT */
/* Every option of the command line, in one table: parsing, --help, completion
 * and the test that compares with the manual all read this one. */
#ifndef CLI_OPTIONS_TABLE_H
#define CLI_OPTIONS_TABLE_H

#include <stddef.h>

/* Names an option; also what getopt_long() returns for it. */
typedef enum option_id {
    OPTION_BACKEND = 256,
    OPTION_HOST,
    OPTION_PORT,
    OPTION_FILE,
    OPTION_SERVICE,
    OPTION_BACKEND_OPTION,
    OPTION_IDENTITY,
    OPTION_TIMEOUT,
    OPTION_WEIGHT_FROM,
    OPTION_FILTER_ADDRESS,
    OPTION_FILTER_NAME,
    OPTION_FILTER_TAGS,
    OPTION_FILTER_ZONE,
    OPTION_FILTER_METADATA,
    OPTION_HAS_TAG,
    OPTION_HASH,
    OPTION_HASH_OPTION,
    OPTION_WEIGHTING,
    OPTION_TABLE,
    OPTION_EXPECT_SCHEME,
    OPTION_SAMPLES,
    OPTION_REMOVE,
    OPTION_ADD,
    OPTION_WEIGHT,
    OPTION_SVG,
    OPTION_KEYS,
    OPTION_MAX_KEY,
    OPTION_ME,
    OPTION_ABSENT,
    OPTION_ONCE,
    OPTION_FOR,
    OPTION_WRITE,
    OPTION_AS,
    OPTION_CHECK,
    OPTION_RUN,
    OPTION_RUN_TIMEOUT,
    OPTION_GRACE,
    OPTION_START_DELAY,
    OPTION_KEEP_ONCE,
    OPTION_FALLBACK,
    OPTION_COUNT,
    OPTION_SPREAD,
    OPTION_STDIN,
    OPTION_STDIN0,
    OPTION_JOBS,
    OPTION_OUTPUT,
    OPTION_CONFIG,
    OPTION_CLUSTER,
    OPTION_SET,
    OPTION_COMPAT,
    OPTION_KIND,
    OPTION_FOLDER,
    OPTION_PLUGIN_OPTION,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP
} option_id;

/* Options come to a verb in groups, which are also the headings of its --help. */
enum {
    GROUP_CHANGE = 1 << 0,   /* of simulate */
    GROUP_SAMPLES = 1 << 1,
    GROUP_KEYS = 1 << 2,     /* --keys */
    GROUP_KEY_SIZE = 1 << 3, /* of verbs that read keys, as operands too */
    GROUP_ME = 1 << 4,       /* --me */
    GROUP_OWNS = 1 << 5,
    GROUP_EXEC = 1 << 6,
    GROUP_WATCH = 1 << 7,
    GROUP_WRITE = 1 << 8,    /* of watch */
    GROUP_KEEP = 1 << 9,
    GROUP_PLUGIN_NEW = 1 << 10,
    GROUP_PLUGIN_TEST = 1 << 11,
    GROUP_STREAM = 1 << 12,  /* --stdin */
    GROUP_ANSWER = 1 << 13,  /* -n */
    GROUP_OUTPUT = 1 << 14,  /* -o */
    GROUP_PICTURE = 1 << 15, /* --svg */
    GROUP_SOURCE = 1 << 16,
    GROUP_FILTER = 1 << 17,
    GROUP_CHOICE = 1 << 18,
    GROUP_CONFIG = 1 << 19,
    GROUP_JOBS = 1 << 20,    /* --jobs */
    GROUP_GENERAL = 1 << 21, /* of every verb */
    GROUP_END = 1 << 22
};

/* What the shell may offer for an option's value or for an operand. */
typedef enum completion_kind {
    COMPLETE_NOTHING,
    COMPLETE_FILE,
    COMPLETE_WORDS,          /* `choices` */
    COMPLETE_BACKEND,
    COMPLETE_HASH,
    COMPLETE_PLUGIN,         /* both */
    COMPLETE_CLUSTER,
    COMPLETE_BACKEND_OPTION, /* KEY=VALUE */
    COMPLETE_HASH_OPTION,
    COMPLETE_OUTPUT,         /* the verb's own formats */
    COMPLETE_VERB
} completion_kind;

typedef struct option_row {
    option_id id;
    char letter;               /* 0: none */
    const char *name;          /* without "--" */
    const char *alias;         /* another long name, not shown; or NULL */
    const char *argument;      /* the value's placeholder; NULL: a switch */
    unsigned group;
    const char *setting;       /* the library's name for it (proxenos_settings_set), or NULL */
    completion_kind completion;
    const char *const *choices;
    const char *help;
} option_row;

/* The row at `index`; NULL past the last. */
const option_row *options_row(size_t index);
const option_row *options_find(option_id id);
/* The row of a long name or alias (without "--") among these groups, or NULL. */
const option_row *options_find_name(unsigned groups, const char *name, size_t length);
/* The row of a letter among these groups, or NULL. */
const option_row *options_find_letter(unsigned groups, char letter);
/* The row whose name a mistyped one may have meant, or NULL. */
const option_row *options_nearest(unsigned groups, const char *name, size_t length);
/* Heading of one group in --help. */
const char *options_heading(unsigned group);

#endif
