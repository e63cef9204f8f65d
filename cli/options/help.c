/* SPDX-License-Identifier: MIT */
#include "options/help.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "output/stdout.h"
#include "output/text.h"
#include "output/wrap.h"

#include <stdio.h>
#include <string.h>

enum { VERB_COLUMN = 14, OPTION_COLUMN = 30 };

static void heading(const char *text) {
    output_char('\n');
    output_bold(text);
    output_text(":\n");
}

/* "text (default), tsv or json" */
static void formats_help(const cli_verb *verb, char *out, size_t size) {
    size_t used = 0, left = 0;
    for (unsigned format = FORMAT_TEXT; format <= FORMAT_JSON; format <<= 1) left += (verb->formats & format) != 0;
    for (unsigned format = FORMAT_TEXT; format <= FORMAT_JSON; format <<= 1) {
        if ((verb->formats & format) == 0) continue;
        const char *end = --left == 0 ? "" : left == 1 ? " or " : ", ";
        int written =
            snprintf(out + used, size - used, "%s%s%s", format_name(format), used == 0 ? " (default)" : "", end);
        used += written > 0 ? (size_t)written : 0;
    }
}

static void option_help(const cli_verb *verb, const option_row *row) {
    char left[64], formats[64];
    char letter[8] = "    ";
    if (row->letter != 0) (void)snprintf(letter, sizeof letter, "-%c, ", row->letter);
    int width = snprintf(left, sizeof left, "  %s--%s%s%s", letter, row->name, row->argument != NULL ? " " : "",
                         row->argument != NULL ? row->argument : "");
    output_text(left);
    size_t column = width > 0 ? (size_t)width : 0;
    if (column + 2 > OPTION_COLUMN) {
        output_char('\n');
        column = 0;
    }
    const char *help = row->help;
    if (row->id == OPTION_OUTPUT) {
        formats_help(verb, formats, sizeof formats);
        help = formats;
    }
    output_wrapped(help, column, OPTION_COLUMN);
}

static void options_help(const cli_verb *verb) {
    const char *last = NULL;
    unsigned groups = verb->groups | GROUP_GENERAL;
    for (unsigned group = 1; group < GROUP_END; group <<= 1) {
        if ((groups & group) == 0) continue;
        const char *title = options_heading(group);
        if (last == NULL || strcmp(last, title) != 0) heading(title);
        last = title;
        for (size_t i = 0; options_row(i) != NULL; i++)
            if (options_row(i)->group == group) option_help(verb, options_row(i));
    }
}

static void examples_help(const char *const *examples) {
    if (examples == NULL) return;
    heading("Examples");
    for (; examples[0] != NULL; examples += 2) {
        output_format("  %s\n", examples[0]);
        output_wrapped(examples[1], 0, 6);
    }
}

void help_verb(const cli_verb *verb) {
    for (size_t i = 0; verb->synopses[i] != NULL; i++)
        output_format("%s proxenos %s%s%s\n", i == 0 ? "Usage:" : "      ", verb->name,
                      verb->synopses[i][0] != '\0' ? " " : "", verb->synopses[i]);
    output_char('\n');
    output_wrapped(verb->description, 0, 0);
    options_help(verb);
    examples_help(verb->examples);
    output_text("\nThe manual: proxenos(1)\n");
}

void help_overview(void) {
    output_text("Usage: proxenos VERB [OPTION]... [KEY]\n\n");
    output_wrapped(
        "Which node does this key belong to? Every machine that sees the same nodes gives the same answer, "
        "by rendezvous hashing, with no coordination. The nodes come from a backend: Consul, a file, ...",
        0, 0);
    heading("Verbs");
    for (size_t i = 0; verbs_row(i) != NULL; i++) {
        output_text("  ");
        output_padded(verbs_row(i)->name, VERB_COLUMN - 2);
        output_wrapped(verbs_row(i)->summary, VERB_COLUMN, VERB_COLUMN);
    }
    static const char *const examples[] = {
        "proxenos select -b consul -h localhost -p 8500 github.com",
        "the node of the key github.com among Consul's",
        "proxenos select -f nodes.yaml user:17", "the same, from a file",
        "proxenos explain -f nodes.yaml user:17", "why that one",
        NULL};
    examples_help(examples);
    heading("Exit codes");
    output_wrapped("0 done; 1 the answer is no; 2 wrong usage; 64 the backend cannot be reached; 65 no node; "
                   "66 configuration; 67 a plugin is missing or broken; 68 access denied; 69 malformed answer; "
                   "70 timed out; 71 internal, out of memory or cannot write; 130 interrupted", 0, 2);
    output_text("\n'proxenos VERB --help' says more about each; 'proxenos --version' the version.\n"
                "The manual: proxenos(1)\n");
}

int verbs_unknown(const char *name) {
    text_nearest nearest = {.wrong = name};
    for (size_t i = 0; verbs_row(i) != NULL; i++) text_nearest_try(&nearest, verbs_row(i)->name);
    if (nearest.best == NULL) return usage_error(NULL, "there is no verb '%.100s'", name);
    return usage_error(NULL, "there is no verb '%s'; did you mean '%s'?", name, nearest.best);
}

static int run_help(const cli_arguments *arguments) {
    if (arguments->operand_count == 0) {
        help_overview();
        return 0;
    }
    const cli_verb *verb = verbs_find(arguments->operands[0]);
    if (verb == NULL) return verbs_unknown(arguments->operands[0]);
    help_verb(verb);
    return 0;
}

static const char *const synopses[] = {"[VERB]", NULL};

const cli_verb verb_help = {
    .name = "help",
    .summary = "what each verb does",
    .synopses = synopses,
    .description = "Prints the help of VERB, as 'proxenos VERB --help' does, or an overview.",
    .operand = COMPLETE_VERB,
    .most_operands = 1,
    .run = run_help,
};
