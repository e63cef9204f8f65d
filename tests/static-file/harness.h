/* SPDX-License-Identifier: MIT */
/* The backend without the core: a host that keeps what it is told. */
#ifndef STATIC_FILE_HARNESS_H
#define STATIC_FILE_HARNESS_H

#include "static-file/internal.h"

#include "lib/nodes/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct harness {
    proxenos_host table; /* first: the backend's pointer is this one */
    char failure[512];   /* what fail() said */
    char nodes[8192];    /* a line for each node */
    size_t used;
    int32_t node_result; /* what add_node gives */
    int cancelled;
    int cancel_after;    /* calls of is_cancelled before it says yes; -1: never */
    int64_t remaining_ms;
    void (*while_waiting)(unsigned turn); /* called in each wait, which is one slice long */
    unsigned turn;
} harness;

static harness *harness_of(const proxenos_host *table) {
    return (harness *)(uintptr_t)table;
}

static harness *current; /* a sink is opaque: one fetch at a time */

static void harness_log(const proxenos_host *table, int32_t level, const char *text) {
    (void)table;
    (void)level;
    (void)text;
}

static int32_t harness_fail(const proxenos_host *table, int32_t result, const char *text) {
    harness *self = harness_of(table);
    (void)snprintf(self->failure, sizeof self->failure, "%s", text);
    return result;
}

static int32_t harness_is_cancelled(const proxenos_host *table) {
    harness *self = harness_of(table);
    if (self->cancel_after >= 0 && self->cancel_after-- == 0) self->cancelled = 1;
    return self->cancelled;
}

static int32_t harness_cancel_descriptor(const proxenos_host *table) {
    harness *self = harness_of(table);
    if (self->while_waiting != NULL) self->while_waiting(self->turn++);
    return -1;
}

static int64_t harness_remaining_ms(const proxenos_host *table) {
    return harness_of(table)->remaining_ms;
}

static void put(harness *self, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(self->nodes + self->used, sizeof self->nodes - self->used, format, arguments);
    va_end(arguments);
    if (length > 0) self->used += (size_t)length;
    if (self->used >= sizeof self->nodes) self->used = sizeof self->nodes - 1;
}

static void put_field(harness *self, const char *name, const char *value) {
    if (value != NULL) put(self, " %s=%s", name, value);
}

/* "HOST PORT WEIGHT service=... tag=... KEY:VALUE": what is unknown is left out. */
static int32_t harness_add_node(proxenos_sink *sink, const proxenos_node_data *node) {
    (void)sink;
    harness *self = current;
    if (self->node_result != PROXENOS_RESULT_OK) return self->node_result;
    assert_int_equal(node->size, sizeof *node);
    assert_true((node->flags & PROXENOS_NODE_STRICT) != 0);
    assert_non_null(node->origin);
    put(self, "%s", node->address);
    if ((node->flags & PROXENOS_NODE_HAS_PORT) != 0) put(self, " port %lld", (long long)node->port);
    if ((node->flags & PROXENOS_NODE_HAS_WEIGHT) != 0) put(self, " weight %lld", (long long)node->weight);
    put_field(self, "service", node->service);
    put_field(self, "name", node->name);
    put_field(self, "zone", node->zone);
    put_field(self, "node", node->source_node);
    if (node->health != PROXENOS_HEALTH_UNKNOWN) put(self, " health=%u", (unsigned)node->health);
    for (size_t i = 0; i < node->tag_count; i++) put(self, " #%s", node->tags[i]);
    for (size_t i = 0; i < node->metadata_count; i++) {
        put(self, " %s:%s", node->metadata[2 * i], node->metadata[2 * i + 1]);
    }
    put(self, "\n");
    return PROXENOS_RESULT_OK;
}

static inline harness harness_new(void) {
    return (harness){
        .table = {.size = sizeof(proxenos_host), .abi_major = 1, .log = harness_log, .fail = harness_fail,
                  .add_node = harness_add_node, .is_cancelled = harness_is_cancelled,
                  .cancel_descriptor = harness_cancel_descriptor, .remaining_ms = harness_remaining_ms},
        .cancel_after = -1,
        .remaining_ms = INT64_MAX,
    };
}

#define assert_contains(text, part) assert_contains_at(text, part, __FILE__, __LINE__)
static inline void assert_contains_at(const char *text, const char *part, const char *file, int line) {
    if (strstr(text, part) != NULL) return;
    print_error("'%s' does not contain '%s'\n", text, part);
    _fail(file, line);
}

#endif
