/* SPDX-License-Identifier: MIT */
/* Modules: the only file that loads code (libltdl, made safe; see
 * proxenos-plugin(3), Loading).  Found modules stay in the context. */
#ifndef PX_MODULES_FIND_H
#define PX_MODULES_FIND_H

#include "modules/module.h"

/* Finds by name, loading what is needed and nothing else; hash names and aliases
 * in any case.  PROXENOS_ERROR_PLUGIN names the file tried, the linker's words,
 * the names that exist and the package that would bring it. */
proxenos_status px_find_backend(proxenos_context *context, const char *name, const px_backend_type **type,
                                proxenos_error *error);
proxenos_status px_find_hash(proxenos_context *context, const char *name, const px_hash_type **type,
                             proxenos_error *error);
/* Whether a file backends/NAME.so or hashes/NAME.so (or a preloaded one) exists;
 * loads nothing. */
bool px_module_exists(proxenos_context *context, const char *kind, const char *name);

/* Opens one file that is not in any folder, for `plugins test`; kind "backend",
 * "hash" or NULL. */
proxenos_status px_module_open_file(proxenos_context *context, const char *path, px_module **module,
                                    proxenos_error *error);

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
