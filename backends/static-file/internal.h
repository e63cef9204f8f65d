/* SPDX-License-Identifier: MIT */
/* What the files of the static-file backend share:
 *
 *     read -> text -+- yaml -+
 *                   +- json -+-> tree -> nodes -+-> node -> the core's sink
 *                   +- lines -------------------+
 *
 * Functions that return int32_t return a PROXENOS_RESULT_... and have said why
 * with fail() when it is not OK. */
#ifndef STATIC_FILE_INTERNAL_H
#define STATIC_FILE_INTERNAL_H

#include <proxenos/plugin.h>

#include <stdbool.h>

enum {
    STATIC_FILE_SIZE_LIMIT = 64 * 1024 * 1024, /* bytes, with aliases expanded too */
    STATIC_FILE_DEPTH_LIMIT = 16,
    STATIC_FILE_VALUE_LIMIT = 10 * 1000 * 1000, /* scalars, lists and maps of one file */
    STATIC_FILE_MAP_LIMIT = 2048                /* keys of one map */
};

typedef enum static_file_format {
    STATIC_FILE_AUTO, STATIC_FILE_YAML, STATIC_FILE_JSON, STATIC_FILE_FILE_SD, STATIC_FILE_LINES
} static_file_format;

/* The instance.  Its strings are the core's. */
typedef struct static_file {
    const proxenos_host *host;
    const char *path;
    const char *shown;               /* the path, or its last part, for messages of bounded length */
    static_file_format format;       /* never AUTO */
    bool format_was_guessed;
    int64_t settle_ms;               /* 0: off */
    const char *const *services;     /* service_count names; none: all nodes */
    size_t service_count;
} static_file;

/* MALFORMED, "FILE:LINE:COLUMN: ..."; a column of 0 is left out, a line of 0 too. */
int32_t static_file_fail_at(const static_file *file, unsigned line, unsigned column, const char *format, ...)
    PROXENOS_PRINTF(4, 5);
int32_t static_file_fail_memory(const static_file *file);
/* CANCELLED or TIMED_OUT when the call should end, else OK. */
int32_t static_file_check_interrupt(const static_file *file);

/* Reads the file whole, once it has settled; a NUL follows the text, none is in
 * it, and it is UTF-8 and not blank.  The caller frees *text. */
int32_t static_file_read(const static_file *file, char **text, size_t *length);
/* Line and column, both from 1, of a byte of the text. */
void static_file_place(const char *text, size_t offset, unsigned *line, unsigned *column);

/* ---------------------------------------------------------------- the tree */

typedef enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAP } tree_kind;

typedef struct tree_value tree_value;
struct tree_value {
    tree_kind kind;
    bool is_plain;                   /* SCALAR, written without quotes */
    bool is_open;                    /* its end has not been read yet */
    unsigned line, column;           /* from 1 */
    unsigned key_line, key_column;
    const char *key;                 /* in a map; else NULL */
    const char *text;                /* SCALAR, as written */
    tree_value *first, *last, *next; /* children of a LIST or MAP; the next sibling */
    size_t count;                    /* children; of a SCALAR 0 */
    size_t expanded;                 /* bytes it stands for, its aliases expanded */
};

/* Owns its values and their text.  Zero it to begin. */
typedef struct value_tree {
    tree_value *root;
    struct tree_chunk *chunks;
    size_t value_count;
} value_tree;

void static_file_clear_tree(value_tree *tree);
/* Uninitialised memory of the tree, or NULL. */
void *static_file_allocate(value_tree *tree, size_t size);
/* A copy with a NUL behind it, or NULL. */
char *static_file_copy_text(value_tree *tree, const char *text, size_t length);
/* A new value in *value. */
int32_t static_file_new_value(const static_file *file, value_tree *tree, tree_kind kind, unsigned line,
                              unsigned column, tree_value **value);
/* Makes `child` the last of a list, or of a map under its key, which must be new. */
int32_t static_file_attach(const static_file *file, tree_value *parent, tree_value *child);
/* Nothing at all, or plain "~" or "null". */
bool static_file_is_null(const tree_value *value);

int32_t static_file_parse_json(const static_file *file, const char *text, size_t length, value_tree *tree);
int32_t static_file_parse_yaml(const static_file *file, const char *text, size_t length, value_tree *tree);

/* --------------------------------------------------------------- the nodes */

/* Where nodes go, with what is kept between them. */
typedef struct node_output {
    const static_file *file;
    proxenos_sink *sink;
    bool *found;                     /* which of the services were seen */
    size_t count;                    /* nodes so far */
    const char **texts;              /* room for tags and metadata, grown as needed */
    size_t capacity;
} node_output;

/* Room for `count` texts in output->texts. */
int32_t static_file_reserve_texts(node_output *output, size_t count);
/* Hands a node to the core when its service is wanted.  Sets size, STRICT and origin. */
int32_t static_file_add_node(node_output *output, proxenos_node_data *node, unsigned line, unsigned column);
/* NOT_FOUND when a service that was asked for has no node. */
int32_t static_file_check_services(const node_output *output);

/* "HOST", "HOST:PORT", "[IPV6]:PORT", bare IPv6; brackets come off. */
enum { NODE_HOST_SIZE = 320 };
int32_t static_file_split_address(const static_file *file, const char *text, unsigned line, unsigned column,
                                  char host[NODE_HOST_SIZE], proxenos_node_data *node);
/* A whole decimal number, for `what` ("port").  The core checks the range. */
int32_t static_file_parse_integer(const static_file *file, const char *what, const char *text, unsigned line,
                                  unsigned column, int64_t *value);

/* A tree of nodes, file_sd groups or addresses.  file_sd groups only, if so said. */
int32_t static_file_add_tree(node_output *output, const tree_value *root);
/* Cuts the text up in place. */
int32_t static_file_add_lines(node_output *output, char *text);

#endif
