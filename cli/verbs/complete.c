/* SPDX-License-Identifier: MIT */
#include "verbs/complete.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "output/stdout.h"
#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A command line that is not finished. */
typedef struct unfinished {
    cli_arguments arguments;
    unsigned groups;
    const option_row *waiting;   /* the option that the current word is the value of */
    bool after_dashes;
    const char *before;          /* what candidates begin with: "--hash=" ... */
    const char *word;            /* what the rest must begin with */
} unfinished;

/* ------------------------------------------------------------- candidates */

static void offer(const unfinished *typed, const char *text, const char *suffix, const char *description) {
    if (strncasecmp(text, typed->word, strlen(typed->word)) != 0) return;
    output_text(typed->before);
    output_text(text);
    output_text(suffix);
    if (description != NULL && description[0] != '\0') {
        output_char('\t');
        output_escaped(description);
    }
    output_char('\n');
}

static void offer_words(const unfinished *typed, const char *const *words) {
    for (; words != NULL && *words != NULL; words++) offer(typed, *words, "", NULL);
}

static void offer_verbs(const unfinished *typed) {
    for (size_t i = 0; verbs_row(i) != NULL; i++) offer(typed, verbs_row(i)->name, "", verbs_row(i)->summary);
}

typedef struct plugin_offer {
    const unfinished *typed;
    const char *kind;            /* NULL: both */
} plugin_offer;

static int offer_plugin(void *user, const proxenos_plugin_info *info) {
    const plugin_offer *offers = user;
    if (info->problem != NULL || info->is_shadowed) return 0;
    if (offers->kind == NULL || strcmp(info->kind, offers->kind) == 0)
        offer(offers->typed, info->name, "", info->summary);
    return 0;
}

static void offer_plugins(const unfinished *typed, const char *kind) {
    cli_session session;
    plugin_offer offers = {typed, kind};
    if (session_load(&session, &typed->arguments) == PROXENOS_OK)
        (void)proxenos_plugins_each(session.context, offer_plugin, &offers, NULL);
    session_end(&session);
}

static void offer_clusters(const unfinished *typed) {
    cli_session session;
    const char *name;
    if (session_load(&session, &typed->arguments) == PROXENOS_OK)
        for (size_t i = 0; (name = proxenos_config_cluster_name(session.config, i)) != NULL; i++)
            offer(typed, name, "", NULL);
    session_end(&session);
}

static int offer_option_name(void *user, const proxenos_option_info *info) {
    if (!info->is_secret) offer(user, info->name, "=", info->help);
    return 0;
}

/* Behind KEY=: words, or files. */
static int offer_option_value(void *user, const proxenos_option_info *info) {
    static const char *const booleans[] = {"yes", "no", NULL};
    unfinished *typed = user;
    size_t length = strlen(info->name);
    if (strncmp(typed->word, info->name, length) != 0 || typed->word[length] != '=') return 0;
    char before[256];
    (void)snprintf(before, sizeof before, "%s%s=", typed->before, info->name);
    struct unfinished value = *typed;
    value.before = before;
    value.word += length + 1;
    if (info->choices != NULL) offer_words(&value, info->choices);
    else if (strcmp(info->type, "boolean") == 0) offer_words(&value, booleans);
    else if (strcmp(info->type, "path") == 0 || strcmp(info->type, "secret-file") == 0) output_text(":file\n");
    return 1;
}

static void offer_plugin_options(unfinished *typed, const char *kind) {
    cli_session session;
    proxenos_status status = session_load(&session, &typed->arguments);
    if (status == PROXENOS_OK)
        status = session_settle(&session, arguments_value(&typed->arguments, OPTION_CLUSTER));
    /* Another option may be wrong as yet; what was chosen stands all the same. */
    const char *plugin = session.settings != NULL ? proxenos_settings_get(session.settings, kind) : NULL;
    bool has_name = strchr(typed->word, '=') != NULL;
    if (plugin != NULL && !has_name) output_text(":nospace\n");
    if (plugin != NULL)
        (void)proxenos_plugin_options(session.context, kind, plugin,
                                      has_name ? offer_option_value : offer_option_name, typed, NULL);
    session_end(&session);
}

static void offer_by_kind(unfinished *typed, completion_kind kind, const char *const *choices) {
    switch (kind) {
    case COMPLETE_NOTHING: break;
    case COMPLETE_FILE: output_text(":file\n"); break;
    case COMPLETE_WORDS: offer_words(typed, choices); break;
    case COMPLETE_BACKEND: offer_plugins(typed, "backend"); break;
    case COMPLETE_HASH: offer_plugins(typed, "hash"); break;
    case COMPLETE_PLUGIN: offer_plugins(typed, NULL); break;
    case COMPLETE_CLUSTER: offer_clusters(typed); break;
    case COMPLETE_BACKEND_OPTION: offer_plugin_options(typed, "backend"); break;
    case COMPLETE_HASH_OPTION: offer_plugin_options(typed, "hash"); break;
    case COMPLETE_VERB: offer_verbs(typed); break;
    case COMPLETE_OUTPUT:
        for (unsigned format = FORMAT_TEXT; format <= FORMAT_JSON; format <<= 1)
            if ((typed->arguments.verb->formats & format) != 0) offer(typed, format_name(format), "", NULL);
        break;
    }
}

static void offer_options(const unfinished *typed) {
    for (size_t i = 0; options_row(i) != NULL; i++) {
        const option_row *row = options_row(i);
        char name[64];
        (void)snprintf(name, sizeof name, "--%s", row->name);
        if ((row->group & typed->groups) != 0) offer(typed, name, "", row->help);
    }
}

/* ------------------------------------------------------- what stands there */

static void give(unfinished *typed, const option_row *row, const char *value) {
    typed->arguments.given[typed->arguments.given_count++] = (given_option){row, value};
}

/* -qv, -bNAME, -b NAME */
static void read_letters(unfinished *typed, const char *letters) {
    for (; *letters != '\0'; letters++) {
        const option_row *row = options_find_letter(typed->groups, *letters);
        if (row == NULL) return;
        if (row->argument == NULL) continue;
        if (letters[1] != '\0') give(typed, row, letters + 1);
        else typed->waiting = row;
        return;
    }
}

static void read_word(unfinished *typed, char *word) {
    if (typed->waiting != NULL) {
        give(typed, typed->waiting, word);
        typed->waiting = NULL;
    } else if (typed->after_dashes || word[0] != '-' || word[1] == '\0') {
        typed->arguments.operands[typed->arguments.operand_count++] = word;
    } else if (word[1] != '-') {
        read_letters(typed, word + 1);
    } else if (word[2] == '\0') {
        typed->after_dashes = true;
    } else {
        size_t length = strcspn(word + 2, "=");
        const option_row *row = options_find_name(typed->groups, word + 2, length);
        if (row == NULL || row->argument == NULL) return;
        if (word[2 + length] == '=') give(typed, row, word + 2 + length + 1);
        else typed->waiting = row;
    }
}

static completion_kind operand_kind(const unfinished *typed) {
    const cli_verb *verb = typed->arguments.verb;
    for (size_t i = 0; verb->word_operands != NULL && verb->words[i] != NULL; i++)
        if (strcmp(verb->words[i], typed->arguments.operands[0]) == 0) return verb->word_operands[i];
    return verb->operand;
}

static void complete_operand(unfinished *typed) {
    const cli_verb *verb = typed->arguments.verb;
    size_t at = typed->arguments.operand_count;
    if (verb->words != NULL && at == 0) offer_words(typed, verb->words);
    else if (at < verb->most_operands) offer_by_kind(typed, operand_kind(typed), verb->words);
}

static void complete_current(unfinished *typed, const char *word) {
    typed->before = "";
    typed->word = word;
    const char *equals = strchr(word, '=');
    if (typed->waiting != NULL) {
        offer_by_kind(typed, typed->waiting->completion, typed->waiting->choices);
    } else if (!typed->after_dashes && strncmp(word, "--", 2) == 0 && equals != NULL) {
        const option_row *row = options_find_name(typed->groups, word + 2, (size_t)(equals - word) - 2);
        char before[64];
        if (row == NULL || row->argument == NULL) return;
        (void)snprintf(before, sizeof before, "%.*s", (int)(equals - word) + 1, word);
        typed->before = before;
        typed->word = equals + 1;
        offer_by_kind(typed, row->completion, row->choices);
    } else if (!typed->after_dashes && word[0] == '-') {
        offer_options(typed);
    } else {
        complete_operand(typed);
    }
}

int complete_words(int count, char **words) {
    static const char *const common[] = {"--help", "--version", NULL};
    unfinished typed = {.before = "", .word = count > 0 ? words[count - 1] : ""};
    message_silence();
    if (count <= 1) {
        offer_verbs(&typed);
        if (typed.word[0] == '-') offer_words(&typed, common);
        return 0;
    }
    typed.arguments.verb = verbs_find(words[0]);
    if (typed.arguments.verb == NULL) return 0;
    typed.groups = typed.arguments.verb->groups | GROUP_GENERAL;
    typed.arguments.given = calloc((size_t)count, sizeof *typed.arguments.given);
    typed.arguments.operands = calloc((size_t)count, sizeof *typed.arguments.operands);
    if (typed.arguments.given == NULL || typed.arguments.operands == NULL) return out_of_memory();
    for (int i = 1; i < count - 1; i++) read_word(&typed, words[i]);
    complete_current(&typed, words[count - 1]);
    arguments_free(&typed.arguments);
    return 0;
}
