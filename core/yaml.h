/* SPDX-License-Identifier: MIT */
/* A YAML document as a tree with places, by libyaml.  Scalars stay as written.
 * Aliases are expanded.  Refused with file, line and column: tabs as indentation,
 * duplicate keys, aliases that recurse, more than 100,000 values after expansion,
 * tags, more than one document, non-scalar keys, deeper than 16, more than 1 MiB,
 * ill-formed UTF-8. */
#ifndef PX_YAML_H
#define PX_YAML_H

#include "error.h"

#include <stdbool.h>

typedef enum px_yaml_kind { PX_YAML_SCALAR, PX_YAML_LIST, PX_YAML_MAP } px_yaml_kind;

typedef struct px_yaml px_yaml;
struct px_yaml {
    px_yaml_kind kind;
    unsigned line, column;        /* from 1 */
    char *key;                    /* in a map; else NULL */
    unsigned key_line, key_column;
    char *text;                   /* SCALAR; plain empty and null are "" */
    size_t length;
    bool is_plain;                /* written without quotes */
    px_yaml **items;              /* LIST and MAP, count of them */
    size_t count;
};

/* An empty file gives an empty map. */
proxenos_status px_yaml_read(const char *path, px_yaml **root, proxenos_error *error);
void px_yaml_free(px_yaml *root);
/* The value of a key in a map, or NULL. */
const px_yaml *px_yaml_get(const px_yaml *map, const char *key);

#endif
