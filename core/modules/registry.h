/* SPDX-License-Identifier: MIT */
/* The registry: where modules are looked for, and which are open. */
#ifndef PX_MODULES_REGISTRY_H
#define PX_MODULES_REGISTRY_H

#include "modules/module.h"

/* One step of the search: a plugin folder, or the modules linked into the program. */
typedef struct px_place px_place;

/* Everything below is for whoever holds the lock. */
proxenos_status px_registry_lock(proxenos_context *context, proxenos_error *error);
void px_registry_unlock(proxenos_context *context);

/* The places in the order of the search: PROXENOS_PLUGIN_PATH, the context's
 * folders, what is linked in, the built-in folder.  NULL past the last. */
px_place *px_registry_place(proxenos_context *context, size_t index);
/* The file of a module in a place, to free(); NULL: out of memory.  "(built in)"
 * for what is linked in. */
char *px_registry_path(const px_place *place, px_kind kind, const char *name);
/* The first place that has a module of that name, NULL when none has; loads nothing. */
proxenos_status px_registry_first(proxenos_context *context, px_kind kind, const char *name, px_place **place,
                                  proxenos_error *error);
/* The names of the modules in a place, sorted, loading nothing.  Free each and
 * the array. */
proxenos_status px_registry_names(proxenos_context *context, const px_place *place, px_kind kind, char ***names,
                                  size_t *count, proxenos_error *error);
void px_registry_free_names(char **names, size_t count);
/* Opens a module of a place; one that offers nothing of the kind is an error. */
proxenos_status px_registry_open(proxenos_context *context, px_place *place, px_kind kind, const char *name,
                                 px_module **module, proxenos_error *error);
/* Opens NAME.so at an absolute path. */
proxenos_status px_registry_open_file(proxenos_context *context, const char *path, const char *name,
                                      px_module **module, proxenos_error *error);
/* Takes over a module that is linked into the program; of one name, the first stays. */
proxenos_status px_registry_add_linked(proxenos_context *context, px_module *module, proxenos_error *error);

/* Forgets what was found, for proxenos_context_free(); the code stays loaded. */
void px_modules_free(proxenos_context *context);

#endif
