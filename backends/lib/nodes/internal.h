/* SPDX-License-Identifier: MIT */
/* What the readers of node lists share:
 *
 *     read -+- yaml -+
 *           +- json -+-> tree -> element -+-> node -> the core's sink
 *           +- lines ---------------------+
 */
#ifndef BACKENDS_LIB_NODES_INTERNAL_H
#define BACKENDS_LIB_NODES_INTERNAL_H

#include "lib/nodes/source.h"

enum {
    NODES_DEPTH_LIMIT = 16,
    NODES_VALUE_LIMIT = 10 * 1000 * 1000, /* scalars, lists and maps of one text */
    NODES_MAP_LIMIT = 2048                /* keys of one map */
};

/* ---------------------------------------------------------------- the tree */

/* Line and column, both from 1, of a byte of the text. */
void nodes_place(const char *text, size_t offset, unsigned *line, unsigned *column);

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

void tree_clear(value_tree *tree);
/* Uninitialised memory of the tree, or NULL. */
void *tree_allocate(value_tree *tree, size_t size);
/* A copy with a NUL behind it, or NULL. */
char *tree_copy_text(value_tree *tree, const char *text, size_t length);
/* A new value in *value. */
int32_t tree_new_value(const nodes_source *source, value_tree *tree, tree_kind kind, unsigned line, unsigned column,
                       tree_value **value);
/* Makes `child` the last of a list, or of a map under its key, which must be new. */
int32_t tree_attach(const nodes_source *source, tree_value *parent, tree_value *child);
/* Nothing at all, or plain "~" or "null". */
bool tree_is_null(const tree_value *value);

int32_t tree_from_json(const nodes_source *source, const char *text, size_t length, value_tree *tree);
int32_t tree_from_yaml(const nodes_source *source, const char *text, size_t length, value_tree *tree);

/* Of a text that was refused: says by name what it is when its looks tell, with the line that makes a list of nodes of
 * it, in place of what was said before.  MALFORMED in any case. */
int32_t nodes_look_again(const nodes_source *source, const char *text);

/* --------------------------------------------------------------- the nodes */

/* Where nodes go, with what is kept between them. */
typedef struct node_output {
    const nodes_source *source;
    nodes_format format;             /* the source's, or what AUTO stands for */
    proxenos_sink *sink;
    bool *found;                     /* which of the services were seen */
    size_t count;                    /* nodes so far */
    const char **texts;              /* room for tags and metadata, grown as needed */
    size_t capacity;
} node_output;

/* Room for `count` texts in output->texts. */
int32_t nodes_reserve_texts(node_output *output, size_t count);
/* Hands a node to the core when its service is wanted.  Sets size, STRICT and origin. */
int32_t nodes_add_node(node_output *output, proxenos_node_data *node, unsigned line, unsigned column);
/* NOT_FOUND when a service that was asked for has no node. */
int32_t nodes_check_services(const node_output *output);

/* "HOST", "HOST:PORT", "[IPV6]:PORT", bare IPv6; brackets come off. */
enum { NODE_HOST_SIZE = 320 };
int32_t nodes_split_address(const nodes_source *source, const char *text, unsigned line, unsigned column,
                            char host[NODE_HOST_SIZE], proxenos_node_data *node);
/* A whole decimal number, for `what` ("port").  The core checks the range. */
int32_t nodes_parse_integer(const nodes_source *source, const char *what, const char *text, unsigned line,
                            unsigned column, int64_t *value);

/* A tree of nodes, file_sd groups or addresses.  file_sd groups only, if so said. */
int32_t nodes_add_tree(node_output *output, const tree_value *root);
/* Cuts the text up in place. */
int32_t nodes_add_lines(node_output *output, char *text);

#endif
