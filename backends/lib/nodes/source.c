/* SPDX-License-Identifier: MIT */
#include "lib/nodes/source.h"

const char *const nodes_format_names[] = {
    [NODES_AUTO] = "auto",       [NODES_YAML] = "yaml",   [NODES_JSON] = "json",
    [NODES_FILE_SD] = "file_sd", [NODES_LINES] = "lines", NULL
};

int32_t nodes_fail_at(const nodes_source *source, unsigned line, unsigned column, const char *format, ...) {
    char text[384];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int32_t malformed = PROXENOS_RESULT_MALFORMED;
    if (line == 0) return proxenos_fail(source->host, malformed, "%s: %s", source->name, text);
    if (column == 0) return proxenos_fail(source->host, malformed, "%s:%u: %s", source->name, line, text);
    return proxenos_fail(source->host, malformed, "%s:%u:%u: %s", source->name, line, column, text);
}

int32_t nodes_fail_memory(const nodes_source *source) {
    return proxenos_fail(source->host, PROXENOS_RESULT_OUT_OF_MEMORY, "%s: out of memory", source->name);
}

int32_t nodes_check_interrupt(const nodes_source *source) {
    const proxenos_host *host = source->host;
    if (host->is_cancelled(host)) {
        return proxenos_fail(host, PROXENOS_RESULT_CANCELLED, "%s: reading was cancelled", source->name);
    }
    if (host->remaining_ms(host) == 0) {
        return proxenos_fail(host, PROXENOS_RESULT_TIMED_OUT, "%s: no time was left to read it", source->name);
    }
    return PROXENOS_RESULT_OK;
}
