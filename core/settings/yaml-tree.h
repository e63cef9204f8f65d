/* SPDX-License-Identifier: MIT */
/* A YAML document as a tree with places, by libyaml.  Scalars stay as written.
 * Aliases are expanded.  Refused with name, line and column: tabs as indentation,
 * duplicate keys, aliases that recurse, more than 100,000 values or 16 MiB of text
 * after expansion, more than 1,000 anchors, tags, more than one document,
 * non-scalar keys, deeper than 16, ill-formed UTF-8, NUL bytes. */
#ifndef PX_SETTINGS_YAML_TREE_H
#define PX_SETTINGS_YAML_TREE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PX_YAML_FILE_LIMIT = 1 << 20,  /* bytes; for whoever reads the file */
    PX_YAML_TEXT_LIMIT = 16 << 20, /* bytes of scalars and keys, aliases expanded */
    PX_YAML_VALUE_LIMIT = 100000,
    PX_YAML_ANCHOR_LIMIT = 1000,
    PX_YAML_DEPTH_LIMIT = 16       /* lists and maps within each other */
};

typedef enum px_yaml_kind { PX_YAML_SCALAR, PX_YAML_LIST, PX_YAML_MAP } px_yaml_kind;

typedef struct px_yaml px_yaml;
struct px_yaml {
    px_yaml_kind kind;
    unsigned line, column;        /* from 1; column counts characters */
    char *key;                    /* in a map; else NULL */
    unsigned key_line, key_column;
    char *text;                   /* SCALAR; plain empty and null are "" */
    size_t length;
    bool is_plain;                /* written without quotes */
    px_yaml **items;              /* LIST and MAP, count of them */
    size_t count;
};

/* `name` stands for the document in messages: "NAME:LINE:COLUMN: what is wrong".
 * Errors are PROXENOS_ERROR_CONFIG.  An empty document gives an empty map. */
proxenos_status px_yaml_parse(const char *name, const char *bytes, size_t length, px_yaml **root,
                              proxenos_error *error);
/* Wipes the text, which may hold secrets.  NULL is welcome. */
void px_yaml_free(px_yaml *root);
/* The value of a key in a map, or NULL. */
const px_yaml *px_yaml_get(const px_yaml *map, const char *key);
/* A plain empty or null scalar: a key without a value. */
bool px_yaml_is_null(const px_yaml *value);
/* "a value", "a list", "a map" */
const char *px_yaml_kind_name(px_yaml_kind kind);

#endif
