/* SPDX-License-Identifier: MIT */
#include "process/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char **command_words(const cli_arguments *arguments) {
    size_t first = 1;
    if (arguments->operands_before_dashes == 0) {
        /* A key that begins with '-': exec -- KEY -- COMMAND. */
        if (arguments->operand_count < 2 || strcmp(arguments->operands[1], "--") != 0) return NULL;
        first = 2;
    } else if (arguments->operands_before_dashes != 1 || !arguments->has_dashes) {
        return NULL;
    }
    return first < arguments->operand_count ? arguments->operands + first : NULL;
}

enum { FIELD_COUNT = 8, NAME_SIZE = 32 };

/* What {field} and PROXENOS_FIELD stand for. */
typedef struct node_field {
    const char *word;       /* "{host}" */
    const char *variable;   /* "PROXENOS_HOST=" */
    const char *value;
} node_field;

static void fill_fields(node_field fields[FIELD_COUNT], char port[NAME_SIZE], const char *key,
                        const proxenos_node *node) {
    port[0] = '\0';
    if (proxenos_node_port(node) != 0) (void)snprintf(port, NAME_SIZE, "%u", proxenos_node_port(node));
    const node_field filled[FIELD_COUNT] = {
        {"{address}", "PROXENOS_ADDRESS=", proxenos_node_address(node)},
        {"{host}", "PROXENOS_HOST=", proxenos_node_host(node)},
        {"{port}", "PROXENOS_PORT=", port},
        {"{node}", "PROXENOS_NODE=", proxenos_node_identity(node)},
        {"{name}", "PROXENOS_NAME=", proxenos_node_name(node)},
        {"{service}", "PROXENOS_SERVICE=", proxenos_node_service(node)},
        {"{zone}", "PROXENOS_ZONE=", proxenos_node_zone(node)},
        {"{key}", "PROXENOS_KEY=", key},
    };
    memcpy(fields, filled, sizeof filled);
}

/* Writes a word with its fields replaced, unless `out` is NULL; returns its size
 * with the NUL. */
static size_t expand(char *out, const char *word, const node_field fields[FIELD_COUNT]) {
    size_t size = 0;
    while (*word != '\0') {
        size_t i = 0, taken = 1, length = 1;
        while (i < FIELD_COUNT && strncmp(word, fields[i].word, strlen(fields[i].word)) != 0) i++;
        const char *text = i < FIELD_COUNT ? fields[i].value : word;
        if (i < FIELD_COUNT) {
            taken = strlen(fields[i].word);
            length = strlen(text);
        }
        if (out != NULL) memcpy(out + size, text, length);
        size += length;
        word += taken;
    }
    if (out != NULL) out[size] = '\0';
    return size + 1;
}

char **words_for_node(char **words, const char *key, const proxenos_node *node) {
    node_field fields[FIELD_COUNT];
    char port[NAME_SIZE];
    fill_fields(fields, port, key, node);
    size_t count = 0, size = 0;
    for (; words[count] != NULL; count++) size += expand(NULL, words[count], fields);
    char **replaced = malloc((count + 1) * sizeof *replaced + size);
    if (replaced == NULL) return NULL;
    char *text = (char *)(replaced + count + 1);
    for (size_t i = 0; i < count; i++) {
        replaced[i] = text;
        text += expand(text, words[i], fields);
    }
    replaced[count] = NULL;
    return replaced;
}

static int is_ours(const char *entry, const node_field fields[FIELD_COUNT]) {
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strncmp(entry, fields[i].variable, strlen(fields[i].variable)) == 0) return 1;
    return 0;
}

char **environment_for_node(char **environment, const char *key, const proxenos_node *node) {
    node_field fields[FIELD_COUNT];
    char port[NAME_SIZE];
    fill_fields(fields, port, key, node);
    size_t count = 0, size = 0, used = 0;
    while (environment[count] != NULL) count++;
    for (size_t i = 0; i < FIELD_COUNT; i++) size += strlen(fields[i].variable) + strlen(fields[i].value) + 1;
    char **made = malloc((count + FIELD_COUNT + 1) * sizeof *made + size);
    if (made == NULL) return NULL;
    char *text = (char *)(made + count + FIELD_COUNT + 1);
    for (size_t i = 0; i < count; i++)
        if (!is_ours(environment[i], fields)) made[used++] = environment[i];
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        made[used++] = text;
        text = stpcpy(stpcpy(text, fields[i].variable), fields[i].value) + 1;
    }
    made[used] = NULL;
    return made;
}
