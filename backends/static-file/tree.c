/* SPDX-License-Identifier: MIT */
/* A document as a tree with places, whichever syntax it was written in. */
#include "static-file/internal.h"

#include <stdlib.h>
#include <string.h>

/* Values and text are carved from large chunks and freed together. */
struct tree_chunk {
    struct tree_chunk *next;
    size_t used, size; /* of bytes */
    max_align_t bytes[];
};

void static_file_clear_tree(value_tree *tree) {
    while (tree->chunks != NULL) {
        struct tree_chunk *next = tree->chunks->next;
        free(tree->chunks);
        tree->chunks = next;
    }
    tree->root = NULL;
}

void *static_file_allocate(value_tree *tree, size_t size) {
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

char *static_file_copy_text(value_tree *tree, const char *text, size_t length) {
    char *copy = static_file_allocate(tree, length + 1);
    if (copy == NULL) return NULL;
    if (length > 0) memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

int32_t static_file_new_value(const static_file *file, value_tree *tree, tree_kind kind, unsigned line,
                              unsigned column, tree_value **value) {
    if (++tree->value_count > STATIC_FILE_VALUE_LIMIT) {
        return static_file_fail_at(file, line, column, "more than %d values", STATIC_FILE_VALUE_LIMIT);
    }
    if (tree->value_count % 4096 == 0) {
        int32_t result = static_file_check_interrupt(file);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    tree_value *made = static_file_allocate(tree, sizeof *made);
    if (made == NULL) return static_file_fail_memory(file);
    *made = (tree_value){.kind = kind, .line = line, .column = column, .expanded = 1};
    *value = made;
    return PROXENOS_RESULT_OK;
}

static int32_t check_key(const static_file *file, const tree_value *map, const tree_value *child) {
    if (map->count >= STATIC_FILE_MAP_LIMIT) {
        return static_file_fail_at(file, child->key_line, child->key_column, "more than %d keys in one map",
                                   STATIC_FILE_MAP_LIMIT);
    }
    for (const tree_value *other = map->first; other != NULL; other = other->next) {
        if (strcmp(other->key, child->key) == 0) {
            return static_file_fail_at(file, child->key_line, child->key_column,
                                       "the key '%.60s' stands here a second time, after line %u", child->key,
                                       other->key_line);
        }
    }
    return PROXENOS_RESULT_OK;
}

int32_t static_file_attach(const static_file *file, tree_value *parent, tree_value *child) {
    if (parent->kind == TREE_MAP) {
        int32_t result = check_key(file, parent, child);
        if (result != PROXENOS_RESULT_OK) return result;
        parent->expanded += strlen(child->key);
    }
    parent->expanded += child->expanded;
    if (parent->expanded > STATIC_FILE_SIZE_LIMIT) {
        return static_file_fail_at(file, child->line, child->column, "more than %d bytes once aliases are expanded",
                                   STATIC_FILE_SIZE_LIMIT);
    }
    if (parent->last == NULL) parent->first = child;
    else parent->last->next = child;
    parent->last = child;
    parent->count++;
    return PROXENOS_RESULT_OK;
}

bool static_file_is_null(const tree_value *value) {
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    if (value->kind != TREE_SCALAR || !value->is_plain) return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value->text, words[i]) == 0) return true;
    }
    return false;
}
