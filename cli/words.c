/* SPDX-License-Identifier: MIT */
#include "words.h"

#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static char *replace(const char *word, const node_field fields[FIELD_COUNT]) {
    output_buffer out = {0};
    output_into(&out);
    while (*word != '\0') {
        size_t i = 0;
        while (i < FIELD_COUNT && strncmp(word, fields[i].word, strlen(fields[i].word)) != 0) i++;
        if (i < FIELD_COUNT) {
            output_text(fields[i].value);
            word += strlen(fields[i].word);
        } else {
            output_char(*word++);
        }
    }
    output_char('\0');
    output_into(NULL);
    if (!out.failed) return out.bytes;
    free(out.bytes);
    return NULL;
}

char **words_for_node(char **words, const char *key, const proxenos_node *node) {
    node_field fields[FIELD_COUNT];
    char port[NAME_SIZE];
    fill_fields(fields, port, key, node);
    size_t count = 0;
    while (words[count] != NULL) count++;
    char **replaced = calloc(count + 1, sizeof *replaced);
    for (size_t i = 0; replaced != NULL && i < count; i++)
        if ((replaced[i] = replace(words[i], fields)) == NULL) return NULL;
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
    size_t count = 0, used = 0;
    while (environment[count] != NULL) count++;
    char **made = calloc(count + FIELD_COUNT + 1, sizeof *made);
    if (made == NULL) return NULL;
    for (size_t i = 0; i < count; i++)
        if (!is_ours(environment[i], fields)) made[used++] = environment[i];
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size_t size = strlen(fields[i].variable) + strlen(fields[i].value) + 1;
        char *entry = malloc(size);
        if (entry == NULL) return NULL;
        (void)snprintf(entry, size, "%s%s", fields[i].variable, fields[i].value);
        made[used++] = entry;
    }
    return made;
}
