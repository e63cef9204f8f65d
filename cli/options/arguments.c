/* SPDX-License-Identifier: MIT */
#include "options/arguments.h"

#include "options/verb.h"
#include "output/message.h"
#include "output/text.h"

#include <proxenos/proxenos.h>

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

int usage_error(const struct cli_verb *verb, const char *format, ...) {
    char text[512];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    const char *join = text[0] != '\0' && text[strlen(text) - 1] == '?' ? " See" : "; see";
    message_error("%s%s 'proxenos %s%s--help'", text, join, verb != NULL ? verb->name : "", verb != NULL ? " " : "");
    return EXIT_USAGE;
}

int usage_unknown(const struct cli_verb *verb, const char *who, const char *const *known, const char *word) {
    char list[256] = "";
    for (size_t i = 0; known[i] != NULL; i++) {
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : known[i + 1] == NULL ? " and " : ", ",
                       known[i]);
    }
    const char *meant = text_nearest_of(word, known);
    return usage_error(verb, "%s knows %s, not '%.100s'%s%s%s", who, list, word, meant != NULL ? "; did you mean '" : "",
                       meant != NULL ? meant : "", meant != NULL ? "'?" : "");
}

/* ------------------------------------------------- tables for getopt_long */

enum { MOST_ROWS = 96 };

typedef struct getopt_tables {
    char letters[2 * MOST_ROWS + 3];
    struct option names[2 * MOST_ROWS + 1];
} getopt_tables;

static void add_name(struct option *name, const char *text, const option_row *row) {
    *name = (struct option){text, row->argument != NULL ? required_argument : no_argument, NULL,
                            (int)row->id};
}

static void fill_tables(getopt_tables *tables, unsigned groups) {
    memset(tables, 0, sizeof *tables);
    char *letter = tables->letters;
    struct option *name = tables->names;
    *letter++ = '-'; /* operands come in their order, whatever POSIXLY_CORRECT says */
    *letter++ = ':'; /* a missing value is told apart */
    for (size_t i = 0; i < MOST_ROWS && options_row(i) != NULL; i++) {
        const option_row *row = options_row(i);
        if ((row->group & groups) == 0) continue;
        add_name(name++, row->name, row);
        if (row->alias != NULL) add_name(name++, row->alias, row);
        if (row->letter == 0) continue;
        *letter++ = row->letter;
        if (row->argument != NULL) *letter++ = ':';
    }
}

/* ---------------------------------------------------------------- errors */

/* getopt knows only that something is wrong: find out what. */
static int refused(const cli_verb *verb, unsigned groups, const char *word) {
    if (strncmp(word, "--", 2) != 0) {
        if (options_find_letter(groups, (char)optopt) == NULL)
            return usage_error(verb, "%s has no option '-%c' (a key that begins with '-' goes behind '--')",
                               verb->name, optopt);
        return usage_error(verb, "the option '-%c' is wrong here", optopt);
    }
    size_t length = strcspn(word + 2, "=");
    size_t matches = 0;
    for (size_t i = 0; options_row(i) != NULL; i++)
        if ((options_row(i)->group & groups) != 0 && strncmp(options_row(i)->name, word + 2, length) == 0)
            matches++;
    if (matches > 1 && length > 0)
        return usage_error(verb, "'--%.*s' could be several options", (int)length, word + 2);
    if (matches == 1) return usage_error(verb, "'--%.*s' takes no value", (int)length, word + 2);
    const option_row *nearest = options_nearest(groups, word + 2, length);
    if (nearest != NULL)
        return usage_error(verb, "%s has no option '%.*s'; did you mean '--%s'?", verb->name, (int)length + 2,
                           word, nearest->name);
    return usage_error(verb, "%s has no option '%.*s'", verb->name, (int)length + 2, word);
}

static int value_missing(const cli_verb *verb, unsigned groups, const char *word) {
    if (optopt == 'h' && options_find_letter(groups, 'h') != NULL && strncmp(word, "--", 2) != 0)
        return usage_error(verb, "'-h' needs a HOST");
    const option_row *row = optopt >= OPTION_BACKEND ? options_find((option_id)optopt)
                                                     : options_find_letter(groups, (char)optopt);
    return usage_error(verb, "'%s' needs a value%s%s", word, row != NULL ? ": " : "",
                       row != NULL ? row->argument : "");
}

/* --------------------------------------------------------------- parsing */

static void remember(cli_arguments *arguments, int id, unsigned groups) {
    const option_row *row =
        id >= OPTION_BACKEND ? options_find((option_id)id) : options_find_letter(groups, (char)id);
    arguments->given[arguments->given_count++] = (given_option){row, row->argument != NULL ? optarg : NULL};
}

static int parse_words(cli_arguments *arguments, unsigned groups, int argc, char **argv) {
    getopt_tables tables;
    fill_tables(&tables, groups);
    optind = 1;
    opterr = 0;
    for (;;) {
        int at = optind;
        int id = getopt_long(argc, argv, tables.letters, tables.names, NULL);
        if (id == -1) break;
        if (id == 1) arguments->operands[arguments->operand_count++] = optarg;
        else if (id == '?') return refused(arguments->verb, groups, argv[at]);
        else if (id == ':') return value_missing(arguments->verb, groups, argv[at]);
        else remember(arguments, id, groups);
    }
    arguments->operands_before_dashes = arguments->operand_count;
    arguments->has_dashes = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
    while (optind < argc) arguments->operands[arguments->operand_count++] = argv[optind++];
    return 0;
}

static int check_format(const cli_arguments *arguments) {
    const char *value = arguments_value(arguments, OPTION_OUTPUT);
    if (value == NULL) return 0;
    const char *known[4] = {0};
    char who[64];
    size_t count = 0;
    for (unsigned format = FORMAT_TEXT; format <= FORMAT_JSON; format <<= 1) {
        if ((arguments->verb->formats & format) == 0) continue;
        if (strcmp(value, format_name(format)) == 0) return 0;
        known[count++] = format_name(format);
    }
    (void)snprintf(who, sizeof who, "%s -o", arguments->verb->name);
    return usage_unknown(arguments->verb, who, known, value);
}

/* A choice that ends with a point stands for all that go on behind it. */
static bool is_chosen(const char *choice, const char *value) {
    size_t length = strlen(choice);
    bool is_open = length > 0 && choice[length - 1] == '.';
    return is_open ? strncmp(choice, value, length) == 0 && value[length] != '\0' : strcmp(choice, value) == 0;
}

static int unknown_choice(const cli_verb *verb, const option_row *row, const char *value) {
    enum { MOST_CHOICES = 16 };
    char who[64], open[MOST_CHOICES][32];
    const char *known[MOST_CHOICES + 1] = {0};
    for (size_t i = 0; i < MOST_CHOICES && row->choices[i] != NULL; i++) {
        bool is_open = row->choices[i][strlen(row->choices[i]) - 1] == '.';
        (void)snprintf(open[i], sizeof open[i], "%s%s", row->choices[i], is_open ? "KEY" : "");
        known[i] = open[i];
    }
    (void)snprintf(who, sizeof who, "--%s", row->name);
    return usage_unknown(verb, who, known, value);
}

/* Options with a fixed set of words. */
static int check_choices(const cli_arguments *arguments) {
    for (size_t i = 0; i < arguments->given_count; i++) {
        const option_row *row = arguments->given[i].row;
        const char *const *choice = row->choices;
        while (choice != NULL && *choice != NULL && !is_chosen(*choice, arguments->given[i].value)) choice++;
        if (choice == NULL || *choice != NULL) continue;
        return unknown_choice(arguments->verb, row, arguments->given[i].value);
    }
    return 0;
}

static int check_operands(const cli_arguments *arguments) {
    const cli_verb *verb = arguments->verb;
    if (arguments->operand_count < verb->least_operands)
        return usage_error(verb, "%s needs %s", verb->name, verb->missing);
    if (arguments->operand_count > verb->most_operands)
        return usage_error(verb, "%s does not know what to do with '%s'", verb->name,
                           arguments->operands[verb->most_operands]);
    return 0;
}

int arguments_parse(cli_arguments *arguments, const cli_verb *verb, int argc, char **argv) {
    *arguments = (struct cli_arguments){.verb = verb};
    /* Each word gives one operand, or options of a letter each. */
    size_t most = 0;
    for (int i = 0; i < argc; i++) most += strlen(argv[i]) + 1;
    arguments->given = calloc(most + 1, sizeof *arguments->given);
    arguments->operands = calloc((size_t)argc + 1, sizeof *arguments->operands);
    if (arguments->given == NULL || arguments->operands == NULL) {
        message_error("out of memory");
        return EXIT_INTERNAL;
    }
    int code = parse_words(arguments, verb->groups | GROUP_GENERAL, argc, argv);
    if (code == 0 && arguments_count(arguments, OPTION_HELP) > 0) return 0;
    if (code == 0) code = check_choices(arguments);
    if (code == 0) code = check_format(arguments);
    return code == 0 ? check_operands(arguments) : code;
}

void arguments_free(cli_arguments *arguments) {
    free(arguments->given);
    free(arguments->operands);
}

/* ---------------------------------------------------------------- access */

const char *arguments_value(const cli_arguments *arguments, option_id id) {
    const char *value = NULL;
    for (size_t i = 0; i < arguments->given_count; i++)
        if (arguments->given[i].row->id == id) value = arguments->given[i].value;
    return value;
}

size_t arguments_count(const cli_arguments *arguments, option_id id) {
    size_t count = 0;
    for (size_t i = 0; i < arguments->given_count; i++) count += arguments->given[i].row->id == id;
    return count;
}

int arguments_number(const cli_arguments *arguments, option_id id, uint64_t least, uint64_t most, uint64_t fallback,
                     uint64_t *number) {
    const char *value = arguments_value(arguments, id);
    *number = fallback;
    if (value == NULL) return 0;
    char *end = NULL;
    errno = 0;
    *number = strtoull(value, &end, 10);
    if (*value >= '0' && *value <= '9' && *end == '\0' && errno == 0 && *number >= least && *number <= most)
        return 0;
    return usage_error(arguments->verb, "--%s: '%s' is not a whole number from %llu to %llu",
                       options_find(id)->name, value, (unsigned long long)least, (unsigned long long)most);
}

int arguments_jobs(const cli_arguments *arguments, unsigned *jobs) {
    enum { MOST_JOBS = 1024 };
    uint64_t number;
    int code = arguments_number(arguments, OPTION_JOBS, 0, MOST_JOBS, 1, &number);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (number == 0) number = processors < 1 ? 1 : processors > MOST_JOBS ? MOST_JOBS : (uint64_t)processors;
    *jobs = (unsigned)number;
    return code;
}

/* The bytes that a unit stands for; 0: there is no such unit. */
static uint64_t unit_of(const char *text) {
    static const struct { const char *name; uint64_t bytes; } units[] = {
        {"", 1},           {"K", 1 << 10}, {"KiB", 1 << 10}, {"M", 1 << 20},
        {"MiB", 1 << 20},  {"G", 1 << 30}, {"GiB", 1 << 30}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcasecmp(units[i].name, text) == 0) return units[i].bytes;
    return 0;
}

int arguments_size(const cli_arguments *arguments, option_id id, size_t fallback, size_t *size) {
    const char *value = arguments_value(arguments, id);
    *size = fallback;
    if (value == NULL) return 0;
    char *end = NULL;
    errno = 0;
    uint64_t number = strtoull(value, &end, 10), unit = unit_of(end);
    if (*value >= '0' && *value <= '9' && errno == 0 && unit > 0 && number > 0 && number <= SIZE_MAX / 2 / unit) {
        *size = (size_t)(number * unit);
        return 0;
    }
    return usage_error(arguments->verb, "--%s: '%s' is no size such as 512, 64KiB, 64MiB or 1GiB",
                       options_find(id)->name, value);
}

int arguments_duration(const cli_arguments *arguments, option_id id, int64_t fallback, int64_t *milliseconds) {
    const char *value = arguments_value(arguments, id);
    *milliseconds = fallback;
    if (value == NULL || proxenos_parse_duration(value, milliseconds)) return 0;
    return usage_error(arguments->verb, "--%s: '%s' is not a duration (250ms, 10s, 5m, 1h)", options_find(id)->name, value);
}

unsigned arguments_format(const cli_arguments *arguments) {
    const char *value = arguments_value(arguments, OPTION_OUTPUT);
    for (unsigned format = FORMAT_TEXT; value != NULL && format <= FORMAT_JSON; format <<= 1)
        if (strcmp(value, format_name(format)) == 0) return format;
    return FORMAT_TEXT;
}
