/* SPDX-License-Identifier: MIT */
/* The context: log, plugin folders, loaded modules. */
#ifndef PX_MODULES_CONTEXT_H
#define PX_MODULES_CONTEXT_H

#include "base/error.h"

#include <pthread.h>

struct px_module_registry;        /* registry.c */

struct proxenos_context {
    proxenos_log_function *log;
    void *log_user;
    char **plugin_path;           /* folders added, in order */
    size_t plugin_path_count;
    struct px_module_registry *registry;
    pthread_mutex_t lock;         /* the registry's */
};

/* One escaped line to the program's log function. */
void px_log(const proxenos_context *context, proxenos_log_level level, const char *format, ...) PX_PRINTF(3, 4);

#endif
