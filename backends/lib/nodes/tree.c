/* SPDX-License-Identifier: MIT */
/* A document as a tree with places, whichever syntax it was written in. */
#include "lib/nodes/internal.h"

#include <stdlib.h>
#include <string.h>

/* Values and text are carved from large chunks and freed together. */
struct tree_chunk {
    struct tree_chunk *next;
    size_t used, size; /* of bytes */
    max_align_t bytes[];
};

void tree_clear(value_tree *tree) {
    while (tree->chunks != NULL) {
        struct tree_chunk *next = tree->chunks->next;
        free(tree->chunks);
        tree->chunks = next;
    }
    tree->root = NULL;
}

void *tree_allocate(value_tree *tree, size_t size) {
    enum { CHUNK = 16 * 1024 };
    size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
    struct tree_chunk *chunk = tree->chunks;
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK ? size : CHUNK;
        chunk = malloc(sizeof *chunk + room);
        if (chunk == NULL) return NULL;
        *chunk = (struct tree_chunk){.next = tree->chunks, .size = room};
        tree->chunks = chunk;
    }
    void *room = (char *)chunk->bytes + chunk->used;
    chunk->used += size;
    return room;
}

char *tree_copy_text(value_tree *tree, const char *text, size_t length) {
    char *copy = tree_allocate(tree, length + 1);
    if (copy == NULL) return NULL;
    if (length > 0) memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

int32_t tree_new_value(const nodes_source *source, value_tree *tree, tree_kind kind, unsigned line,
                       unsigned column, tree_value **value) {
    if (++tree->value_count > NODES_VALUE_LIMIT) {
        return nodes_fail_at(source, line, column, "more than %d values", NODES_VALUE_LIMIT);
    }
    if (tree->value_count % 4096 == 0) {
        int32_t result = nodes_check_interrupt(source);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    tree_value *made = tree_allocate(tree, sizeof *made);
    if (made == NULL) return nodes_fail_memory(source);
    *made = (tree_value){.kind = kind, .line = line, .column = column, .expanded = 1};
    *value = made;
    return PROXENOS_RESULT_OK;
}

static int32_t check_key(const nodes_source *source, const tree_value *map, const tree_value *child) {
    if (map->count >= NODES_MAP_LIMIT) {
        return nodes_fail_at(source, child->key_line, child->key_column, "more than %d keys in one map",
                             NODES_MAP_LIMIT);
    }
    for (const tree_value *other = map->first; other != NULL; other = other->next) {
        if (strcmp(other->key, child->key) == 0) {
            return nodes_fail_at(source, child->key_line, child->key_column,
                                 "the key '%.60s' stands here a second time, after line %u", child->key,
                                       other->key_line);
        }
    }
    return PROXENOS_RESULT_OK;
}

int32_t tree_attach(const nodes_source *source, tree_value *parent, tree_value *child) {
    if (parent->kind == TREE_MAP) {
        int32_t result = check_key(source, parent, child);
        if (result != PROXENOS_RESULT_OK) return result;
        parent->expanded += strlen(child->key);
    }
    parent->expanded += child->expanded;
    if (parent->expanded > NODES_SIZE_LIMIT) {
        return nodes_fail_at(source, child->line, child->column, "more than %d bytes once aliases are expanded",
                             NODES_SIZE_LIMIT);
    }
    if (parent->last == NULL) parent->first = child;
    else parent->last->next = child;
    parent->last = child;
    parent->count++;
    return PROXENOS_RESULT_OK;
}

bool tree_is_null(const tree_value *value) {
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    if (value->kind != TREE_SCALAR || !value->is_plain) return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value->text, words[i]) == 0) return true;
    }
    return false;
}

void nodes_place(const char *text, size_t offset, unsigned *line, unsigned *column) {
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}
