/* SPDX-License-Identifier: MIT */
/* Nodes from a file: YAML, JSON, Prometheus file_sd, or plain lines.
 * See proxenos-static-file(7). */
#include "static-file/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { OPTION_PATH, OPTION_FORMAT, OPTION_SERVICE, OPTION_SETTLE };

static const char *const formats[] = {
    [STATIC_FILE_AUTO] = "auto",       [STATIC_FILE_YAML] = "yaml",   [STATIC_FILE_JSON] = "json",
    [STATIC_FILE_FILE_SD] = "file_sd", [STATIC_FILE_LINES] = "lines", NULL
};

static const proxenos_option options[] = {
    [OPTION_PATH] = {
        .name = "path", .type = PROXENOS_TYPE_PATH, .flags = PROXENOS_OPTION_REQUIRED, .placeholder = "FILE",
        .help = "the file that lists the nodes",
    },
    [OPTION_FORMAT] = {
        .name = "format", .type = PROXENOS_TYPE_STRING, .fallback = "auto", .choices = formats,
        .help = "how to read it; auto goes by .yaml, .yml or .json, any other name holds lines",
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

static bool has_extension(const char *path, const char *extension) {
    size_t length = strlen(path), wanted = strlen(extension);
    return length > wanted && strcasecmp(path + length - wanted, extension) == 0;
}

static static_file_format guess_format(const char *path) {
    if (has_extension(path, ".yaml") || has_extension(path, ".yml")) return STATIC_FILE_YAML;
    return has_extension(path, ".json") ? STATIC_FILE_JSON : STATIC_FILE_LINES;
}

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
    file->host = host;
    file->path = proxenos_value_at(values, OPTION_PATH)->text;
    file->shown = shown_path(file->path);
    file->format = (static_file_format)proxenos_value_at(values, OPTION_FORMAT)->integer;
    file->format_was_guessed = file->format == STATIC_FILE_AUTO;
    if (file->format_was_guessed) file->format = guess_format(file->path);
    file->settle_ms = proxenos_value_at(values, OPTION_SETTLE)->integer;
    file->services = service->list;
    file->service_count = service->list_count;
    *instance = file;
    return PROXENOS_RESULT_OK;
}

static int32_t add_document(node_output *output, const char *text, size_t length) {
    const static_file *file = output->file;
    bool is_json = file->format == STATIC_FILE_JSON
        || (file->format == STATIC_FILE_FILE_SD && has_extension(file->path, ".json"));
    value_tree tree = {0};
    int32_t result = is_json ? static_file_parse_json(file, text, length, &tree)
                             : static_file_parse_yaml(file, text, length, &tree);
    if (result == PROXENOS_RESULT_OK) result = static_file_add_tree(output, tree.root);
    static_file_clear_tree(&tree);
    return result;
}

static int32_t add_nodes(const static_file *file, proxenos_sink *sink, char *text, size_t length) {
    node_output output = {.file = file, .sink = sink};
    output.found = calloc(file->service_count + 1, sizeof output.found[0]);
    if (output.found == NULL) return static_file_fail_memory(file);
    int32_t result = file->format == STATIC_FILE_LINES ? static_file_add_lines(&output, text)
                                                       : add_document(&output, text, length);
    if (result == PROXENOS_RESULT_OK) result = static_file_check_services(&output);
    free(output.found);
    free(output.texts);
    return result;
}

static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    (void)wait;
    (void)generation;
    const static_file *file = instance;
    char *text = NULL;
    size_t length = 0;
    int32_t result = static_file_read(file, &text, &length);
    if (result != PROXENOS_RESULT_OK) return result;
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    size_t skipped = strncmp(text, byte_order_mark, 3) == 0 ? 3 : 0;
    result = add_nodes(file, sink, text + skipped, length - skipped);
    free(text);
    return result;
}

static const proxenos_backend backends[] = {
    {
        .name = "static-file",
        .summary = "nodes listed in a file: YAML, JSON, Prometheus file_sd or lines",
        .options = options, .option_count = sizeof options / sizeof options[0],
        .option_stride = sizeof options[0],
        .open = open_file, .fetch = fetch, .close = free,
    },
};

PROXENOS_MODULE(static_file) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "static-file",
    .version = "1.0",
    .summary = "nodes listed in a file",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
