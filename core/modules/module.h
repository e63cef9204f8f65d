/* SPDX-License-Identifier: MIT */
/* One module: its descriptor, checked and copied. */
#ifndef PX_MODULES_MODULE_H
#define PX_MODULES_MODULE_H

#include "options/values.h"

#include <stdbool.h>

typedef struct px_module px_module;

/* A backend or hash as the core uses it: the descriptor's fields that the plugin
 * has, zero for the others, and its schema.  Lives as long as the context. */
typedef struct px_backend_type {
    proxenos_backend callbacks;
    const px_schema *schema;
    const px_module *module;
} px_backend_type;

typedef struct px_hash_type {
    proxenos_hash callbacks;
    proxenos_known_answer *known_answers; /* copied by stride, callbacks.known_answer_count */
    const px_schema *schema;
    const px_module *module;
} px_hash_type;

const char *px_module_name(const px_module *module);
const char *px_module_version(const px_module *module);
const char *px_module_file(const px_module *module);

/* What is searched for; also the index of the tables that say it in words. */
typedef enum px_kind { PX_BACKEND, PX_HASH } px_kind;

const char *px_kind_name(px_kind kind);   /* "backend", "hash" */
const char *px_kind_plural(px_kind kind); /* "backends", "hashes": also the folder's name */

#define PX_BUILT_IN "(built in)" /* the file of a module that is linked into the program */

struct px_module {
    char *name, *file;
    const char *version, *summary; /* the descriptor's; "" when it has none */
    px_backend_type *backends;
    uint32_t backend_count;
    px_hash_type *hashes;
    uint32_t hash_count;
};

/* Checks a descriptor before any of its functions is called and copies what the
 * core uses, by the sizes and strides it states.  `name` is the file's, NULL where
 * there is none: then the descriptor's own.
 * PROXENOS_ERROR_PLUGIN tells the author what to mend; the text begins with
 * `file`. */
proxenos_status px_module_new(const char *name, const char *file, const proxenos_module *descriptor,
                              px_module **module, proxenos_error *error);
void px_module_free(px_module *module);

/* How many backends or hashes it offers, and the index-th one's name. */
uint32_t px_module_count(const px_module *module, px_kind kind);
const char *px_module_part_name(const px_module *module, px_kind kind, uint32_t index);
/* The index of the one that bears `name` (hashes: or has it as alias, in any
 * case); -1: none does. */
int px_module_find(const px_module *module, px_kind kind, const char *name);

/* Whether `name` answers to this hash: its name, an alias or its module. */
bool px_hash_answers_to(const px_hash_type *type, const char *name);

#endif
