/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "modules/context.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "modules/find.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_AUXV_H
#include <sys/auxv.h>
#endif

const char *proxenos_version(void) {
    return PACKAGE_VERSION;
}

int proxenos_is_privileged(void) {
#if defined(HAVE_SYS_AUXV_H) && defined(AT_SECURE)
    if (getauxval(AT_SECURE) != 0) return 1;
#endif
    return getuid() != geteuid() || getgid() != getegid();
}

const char *px_environment(const char *name) {
    if (proxenos_is_privileged()) return NULL;
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

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
