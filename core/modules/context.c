/* SPDX-License-Identifier: MIT */
#include "modules/context.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

void proxenos_context_set_log(proxenos_context *context, proxenos_log_function *log, void *user) {
    if (context == NULL) return;
    context->log = log;
    context->log_user = user;
}

proxenos_status proxenos_context_add_plugin_path(proxenos_context *context, const char *folder,
                                                 proxenos_error *error) {
    if (context == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no context was given");
    if (folder == NULL || *folder == '\0') {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "the name of the plugin folder is empty");
    }
    char **path = px_reallocarray(context->plugin_path, context->plugin_path_count + 1, sizeof *path);
    if (path == NULL) return px_error_memory(error);
    context->plugin_path = path;
    /* Absolute, so that a later chdir() does not move what is searched. */
    proxenos_status status = px_path_absolute(NULL, folder, &path[context->plugin_path_count], error);
    if (status == PROXENOS_OK) context->plugin_path_count++;
    return status;
}

void px_log(const proxenos_context *context, proxenos_log_level level, const char *format, ...) {
    if (context == NULL || context->log == NULL) return;
    px_text raw = {0}, line = {0};
    va_list arguments;
    va_start(arguments, format);
    px_text_format_v(&raw, format, arguments);
    va_end(arguments);
    if (raw.bytes != NULL) px_text_escape(&line, raw.bytes, raw.length);
    bool is_whole = !raw.failed && !line.failed;
    px_text_clear(&raw);
    char *text = is_whole ? px_text_take(&line) : NULL;
    context->log(context->log_user, level, text != NULL ? text : "a message was lost: out of memory");
    free(text);
    px_text_clear(&line);
}
