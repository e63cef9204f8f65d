/* SPDX-License-Identifier: MIT */
/* Loading: the one place that brings foreign code into the process. */
#ifndef PX_MODULES_LOAD_H
#define PX_MODULES_LOAD_H

#include "modules/context.h"

#include <proxenos/plugin.h>

#include <stdbool.h>

struct stat;

/* Whoever can write a plugin or its folder can run code as us.  A file or folder
 * that its group or others can write, or that belongs to somebody else than root
 * and the running user, is warned about (unless `quiet`); it is an error for root
 * and when privileged. */
proxenos_status px_check_writers(const proxenos_context *context, const char *path, const struct stat *status,
                                 bool quiet, proxenos_error *error);

/* The exported symbol of the module of that name, to free(): "static-file" has
 * "static_file_LTX_proxenos_module".  NULL: out of memory. */
char *px_entry_symbol(const char *name);
/* Whether a symbol is some module's. */
bool px_is_entry_symbol(const char *symbol);

/* Checks the file (absolute `path`, NAME.so), loads it for good, and gives the
 * module's descriptor, of which nothing has been looked at.
 * PROXENOS_ERROR_PLUGIN; the text begins with the path. */
proxenos_status px_load(const proxenos_context *context, const char *path, const char *name,
                        const proxenos_module **descriptor, proxenos_error *error);

/* Whether the program has no dynamic linker: it can load nothing. */
bool px_is_static_program(void);

#endif
