/* SPDX-License-Identifier: MIT */
/* One module: its descriptor, checked and copied. */
#ifndef PX_MODULES_MODULE_H
#define PX_MODULES_MODULE_H

#include "modules/find.h"

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

/* What a walk comes by: a module, or one that cannot be used and why. */
typedef struct px_found {
    const char *name;             /* the file's, without ".so" */
    const char *file;
    const px_module *module;      /* NULL when there is a problem */
    const proxenos_error *problem;
    bool is_shadowed;             /* an earlier place has a module of this name */
} px_found;

/* Calls `visit` for every module of a kind, opening it: place after place, in
 * each by name.  A result other than OK ends the walk and is its result; so does
 * *stop.  Holds the registry's lock meanwhile. */
typedef proxenos_status px_found_visitor(void *user, const px_found *found, bool *stop, proxenos_error *error);
proxenos_status px_modules_each(proxenos_context *context, px_kind kind, px_found_visitor *visit, void *user,
                                proxenos_error *error);

#endif
