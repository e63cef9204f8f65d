/* SPDX-License-Identifier: MIT */
/* Modules: the only file that loads code (libltdl, made safe; see
 * proxenos-plugin(3), Loading).  Found modules stay in the context. */
#ifndef PX_MODULES_FIND_H
#define PX_MODULES_FIND_H

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

/* Finds by name, loading what is needed and nothing else; hash names and aliases
 * in any case.  PROXENOS_ERROR_PLUGIN names the file tried, the linker's words,
 * the names that exist and the package that would bring it. */
proxenos_status px_find_backend(proxenos_context *context, const char *name, const px_backend_type **type,
                                proxenos_error *error);
proxenos_status px_find_hash(proxenos_context *context, const char *name, const px_hash_type **type,
                             proxenos_error *error);
/* Whether `name` answers to this hash: its name, an alias or its module. */
bool px_hash_answers_to(const px_hash_type *type, const char *name);
/* Whether a file backends/NAME.so or hashes/NAME.so (or a preloaded one) exists;
 * loads nothing. */
bool px_module_exists(proxenos_context *context, const char *kind, const char *name);

/* Opens one file that is not in any folder, for `plugins test`; kind "backend",
 * "hash" or NULL. */
proxenos_status px_module_open_file(proxenos_context *context, const char *path, px_module **module,
                                    proxenos_error *error);

/* Forgets what was found, for proxenos_context_free(); the code stays loaded. */
void px_modules_free(proxenos_context *context);

#endif
