/* SPDX-License-Identifier: MIT */
/* One node, from whichever format, on its way to the core. */
#include "lib/nodes/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int32_t nodes_reserve_texts(node_output *output, size_t count) {
    if (count <= output->capacity) return PROXENOS_RESULT_OK;
    size_t capacity = count > 2 * output->capacity ? count : 2 * output->capacity;
    const char **grown = realloc(output->texts, capacity * sizeof grown[0]);
    if (grown == NULL) return nodes_fail_memory(output->source);
    output->texts = grown;
    output->capacity = capacity;
    return PROXENOS_RESULT_OK;
}

/* ---------------------------------------------------------------- services */

static bool is_wanted(node_output *output, const char *service) {
    const nodes_source *source = output->source;
    if (source->service_count == 0) return true;
    for (size_t i = 0; i < source->service_count && service != NULL; i++) {
        if (strcmp(source->services[i], service) != 0) continue;
        output->found[i] = true;
        return true;
    }
    return false;
}

int32_t nodes_check_services(const node_output *output) {
    const nodes_source *source = output->source;
    for (size_t i = 0; i < source->service_count; i++) {
        if (output->found[i]) continue;
        return proxenos_fail(source->host, PROXENOS_RESULT_NOT_FOUND, "%s: no such service '%.100s': no node has it",
                             source->name, source->services[i]);
    }
    return PROXENOS_RESULT_OK;
}

/* "NAME:LINE:COLUMN", without the column where it is 0; for each node, so without the price of snprintf(). */
static void print_origin(char *out, size_t size, const char *name, unsigned line, unsigned column) {
    enum { NUMBERS = 24 };
    size_t length = strlen(name);
    if (length > size - NUMBERS - 1) length = size - NUMBERS - 1;
    memcpy(out, name, length);
    char digits[NUMBERS], *at = digits + sizeof digits;
    unsigned numbers[] = {column, line};
    for (size_t i = column == 0 ? 1 : 0; i < 2; i++) {
        unsigned number = numbers[i];
        do *--at = (char)('0' + number % 10);
        while ((number /= 10) > 0);
        *--at = ':';
    }
    size_t rest = (size_t)(digits + sizeof digits - at);
    memcpy(out + length, at, rest);
    out[length + rest] = '\0';
}

int32_t nodes_add_node(node_output *output, proxenos_node_data *node, unsigned line, unsigned column) {
    const nodes_source *source = output->source;
    if (++output->count % 4096 == 0) {
        int32_t result = nodes_check_interrupt(source);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    if (!is_wanted(output, node->service)) return PROXENOS_RESULT_OK;
    char origin[256];
    print_origin(origin, sizeof origin, source->name, line, column);
    node->size = sizeof *node;
    if (source->entry == NULL) node->flags |= PROXENOS_NODE_STRICT;
    else if (node->name == NULL) node->name = source->entry;
    node->origin = origin;
    int32_t result = source->host->add_node(output->sink, node);
    if (result != PROXENOS_RESULT_SKIPPED) return result;
    return source->entry == NULL ? PROXENOS_RESULT_OK : PROXENOS_RESULT_MALFORMED;
}

/* ----------------------------------------------------------------- numbers */

int32_t nodes_parse_integer(const nodes_source *source, const char *what, const char *text, unsigned line,
                            unsigned column, int64_t *value) {
    size_t sign = text[0] == '-' ? 1 : 0;
    size_t digits = strspn(text + sign, "0123456789");
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (digits == 0 || text[sign + digits] != '\0' || errno != 0) {
        return nodes_fail_at(source, line, column, "%s '%.40s' is not a whole number", what, text);
    }
    *value = number;
    return PROXENOS_RESULT_OK;
}

/* --------------------------------------------------------------- addresses */

/* Where the port begins, or NULL; *length is set to that of the host.  What is no HOST:PORT at all goes to the core as a
 * whole, to be refused there. */
static const char *find_port(const char *text, size_t *length) {
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL, *colon = strchr(text, ':');
    *length = strlen(text);
    if (strstr(text, "://") != NULL || strchr(text, ',') != NULL) return NULL;
    if (bracket != NULL && bracket[1] == ':') colon = bracket + 1;
    else if (text[0] == '[' || colon == NULL || strchr(colon + 1, ':') != NULL) return NULL;
    *length = (size_t)(colon - text);
    return colon + 1;
}

/* "2001:db8::1:8080": an address, though its last group looks like a port. */
static bool may_mean_port(const char *text) {
    const char *last = strrchr(text, ':'), *gap = strstr(text, "::");
    if (text[0] == '[' || last == NULL || gap == NULL || last <= gap + 2) return false;
    size_t digits = strspn(last + 1, "0123456789");
    return digits >= 2 && digits <= 5 && last[1 + digits] == '\0' && last[1] != '0' && strtol(last + 1, NULL, 10) >= 80;
}

static void doubt_address(const nodes_source *source, const char *text, unsigned line) {
    if (!may_mean_port(text)) return;
    const char *last = strrchr(text, ':');
    proxenos_log(source->host, PROXENOS_LOG_WARNING,
                 "%s:%u: '%.60s' is an IPv6 address without a port; with the port %s it would be [%.*s]:%s", source->name, line,
                 text, last + 1, (int)(last - text), text, last + 1);
}

int32_t nodes_split_address(const nodes_source *source, const char *text, unsigned line, unsigned column,
                            char host[NODE_HOST_SIZE], proxenos_node_data *node) {
    size_t length;
    const char *port = find_port(text, &length);
    if (length == 0 || length >= NODE_HOST_SIZE) {
        return nodes_fail_at(source, line, column, "'%.60s' is no address", text);
    }
    bool is_bracketed = length > 1 && text[0] == '[' && text[length - 1] == ']';
    if (is_bracketed && memchr(text, ':', length) == NULL) {
        return nodes_fail_at(source, line, column, "address '%.60s': brackets hold an IPv6 address, and nothing else", text);
    }
    if (is_bracketed) {
        text++;
        length -= 2;
    }
    memcpy(host, text, length);
    host[length] = '\0';
    node->address = host;
    if (port == NULL) doubt_address(source, text, line);
    if (port == NULL) return PROXENOS_RESULT_OK;
    node->flags |= PROXENOS_NODE_HAS_PORT;
    return nodes_parse_integer(source, "port", port, line, column, &node->port);
}
