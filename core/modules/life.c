/* SPDX-License-Identifier: MIT */
/* A context's beginning and end: what was found goes with it. */
#include "base/memory.h"
#include "modules/context.h"
#include "modules/registry.h"

#include <stdlib.h>

proxenos_status proxenos_context_new(proxenos_context **context, proxenos_error *error) {
    if (context == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no place for the context was given");
    *context = NULL;
    proxenos_context *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made);
        return px_error_memory(error);
    }
    *context = made;
    return PROXENOS_OK;
}

void proxenos_context_free(proxenos_context *context) {
    if (context == NULL) return;
    for (size_t i = 0; i < context->plugin_path_count; i++) free(context->plugin_path[i]);
    free(context->plugin_path);
    px_modules_free(context);
    (void)pthread_mutex_destroy(&context->lock);
    free(context);
}
