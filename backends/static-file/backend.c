/* SPDX-License-Identifier: MIT */
/* Nodes from a file: YAML, JSON, Prometheus file_sd, or plain lines.
 * See proxenos-static-file(7). */
#include "static-file/internal.h"

#include "lib/nodes/read.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_PATH, OPTION_FORMAT, OPTION_SERVICE, OPTION_SETTLE };

static const proxenos_option options[] = {
    [OPTION_PATH] = {
        .name = "path", .type = PROXENOS_TYPE_PATH, .flags = PROXENOS_OPTION_REQUIRED, .placeholder = "FILE",
        .help = "the file that lists the nodes; a pipe is read to its end, - is standard input",
    },
    [OPTION_FORMAT] = {
        .name = "format", .type = PROXENOS_TYPE_STRING, .fallback = "auto", .choices = nodes_format_names,
        .help = "how to read it; auto goes by .yaml, .yml or .json, else by what it looks like",
    },
    [OPTION_SERVICE] = {
        .name = "service", .type = PROXENOS_TYPE_LIST, .placeholder = "NAME",
        .help = "keep only the nodes of these services",
    },
    [OPTION_SETTLE] = {
        .name = "settle", .type = PROXENOS_TYPE_DURATION, .fallback = "100ms", .minimum = 0, .maximum = 10000,
        .help = "how long a file just changed must stay the same before it is believed; 0 turns it off",
    },
};

/* Messages have room for 511 bytes; a path may have 4,095. */
static const char *shown_path(const char *path) {
    enum { SHOWN = 200 };
    size_t length = strlen(path);
    const char *shown = length > SHOWN ? path + length - SHOWN : path;
    while (((unsigned char)*shown & 0xc0) == 0x80) shown++;
    return shown;
}

static int32_t open_file(const proxenos_host *host, const proxenos_values *values, void **instance) {
    static_file *file = calloc(1, sizeof *file);
    if (file == NULL) return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    const proxenos_value *service = proxenos_value_at(values, OPTION_SERVICE);
    file->path = proxenos_value_at(values, OPTION_PATH)->text;
    file->source = (nodes_source){
        .host = host,
        .name = strcmp(file->path, "-") == 0 ? "standard input" : shown_path(file->path),
        .format = (nodes_format)proxenos_value_at(values, OPTION_FORMAT)->integer,
        .services = service->list,
        .service_count = service->list_count,
    };
    file->watcher = -1;
    file->settle_ms = proxenos_value_at(values, OPTION_SETTLE)->integer;
    *instance = file;
    return PROXENOS_RESULT_OK;
}

static void close_file(void *instance) {
    static_file *file = instance;
    static_file_forget(file);
    free(file->kept);
    free(file);
}

static int32_t read_nodes(static_file *file, proxenos_sink *sink) {
    char *text = NULL;
    size_t length = 0;
    int32_t result = static_file_read(file, &text, &length);
    if (result != PROXENOS_RESULT_OK) return result;
    result = nodes_read(&file->source, text, length, sink);
    free(text);
    return result;
}

/* What can be watched has a generation; the rest is read again at the core's own pace. */
static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    static_file *file = instance;
    if (wait == NULL) return read_nodes(file, sink);
    bool is_known = wait->committed != 0 && wait->committed == file->generation && file->watcher >= 0;
    if (is_known && wait->timeout_ms > 0) {
        int32_t result = static_file_wait(file, wait->timeout_ms);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    /* Watched first: what changes while it is read wakes the next wait. */
    static_file_prepare_watch(file);
    int32_t result = read_nodes(file, sink);
    file->is_replaced = file->has_event = false;
    if (file->kept != NULL) static_file_forget(file); /* what came through a pipe does not change */
    if (result == PROXENOS_RESULT_OK && file->watcher >= 0) *generation = ++file->generation;
    return result;
}

static const proxenos_backend backends[] = {
    {
        .name = "static-file",
        .summary = "nodes listed in a file: YAML, JSON, Prometheus file_sd or lines",
        .options = options, .option_count = sizeof options / sizeof options[0],
        .option_stride = sizeof options[0],
        .open = open_file, .fetch = fetch, .close = close_file,
    },
};

PROXENOS_MODULE(static_file) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "static-file",
    .version = "1.0",
    .summary = "nodes listed in a file",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
