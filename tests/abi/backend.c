/* SPDX-License-Identifier: MIT */
/* A backend as of ABI 1.0 that uses everything the contract had then. */
#include <proxenos/plugin.h>

#include <stdlib.h>
#include <string.h>

enum { HOST, PORTS, STRICT, WAIT, COUNT, SECRET, OPTION_COUNT };

static const proxenos_option options[] = {
    [HOST] = {.name = "host", .type = PROXENOS_TYPE_STRING, .fallback = "192.0.2.1", .help = "address of every node"},
    [PORTS] = {.name = "ports", .type = PROXENOS_TYPE_LIST, .fallback = "80,81", .help = "ports"},
    [STRICT] = {.name = "strict", .type = PROXENOS_TYPE_BOOLEAN, .fallback = "no", .help = "refuse a bad port"},
    [WAIT] = {.name = "wait", .type = PROXENOS_TYPE_DURATION, .fallback = "1s", .help = "unused", .minimum = 0, .maximum = 60000},
    [COUNT] = {.name = "count", .type = PROXENOS_TYPE_INTEGER, .fallback = "2", .help = "how many ports", .minimum = 0, .maximum = 2},
    [SECRET] = {.name = "token", .type = PROXENOS_TYPE_SECRET, .help = "unused"},
};

typedef struct instance {
    const proxenos_host *host;
    const proxenos_values *values;
} instance;

static int32_t open_instance(const proxenos_host *host, const proxenos_values *values, void **out) {
    if (values->count != OPTION_COUNT) return proxenos_fail(host, PROXENOS_RESULT_INTERNAL, "values are short");
    if (proxenos_value_at(values, WAIT)->integer != 1000) {
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION, "wait is read as %lld", (long long)proxenos_value_at(values, WAIT)->integer);
    }
    instance *self = malloc(sizeof *self);
    if (self == NULL) return PROXENOS_RESULT_OUT_OF_MEMORY;
    *self = (instance){host, values};
    *out = self;
    return PROXENOS_RESULT_OK;
}

static int32_t fetch(void *opaque, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    const instance *self = opaque;
    const proxenos_value *ports = proxenos_value_at(self->values, PORTS);
    const char *tags[] = {"old", "binary"};
    const char *metadata[] = {"abi", "1.0"};
    (void)wait; /* it cannot watch, and says so by leaving the generation alone */
    (void)generation;
    proxenos_log(self->host, PROXENOS_LOG_DEBUG, "host table of %u bytes", self->host->size);
    for (size_t i = 0; i < ports->list_count && (int64_t)i < proxenos_value_at(self->values, COUNT)->integer; i++) {
        if (self->host->is_cancelled(self->host)) return PROXENOS_RESULT_CANCELLED;
        if (self->host->remaining_ms(self->host) == 0) return PROXENOS_RESULT_TIMED_OUT;
        proxenos_node_data node = {.size = sizeof node};
        node.flags = PROXENOS_NODE_HAS_PORT | PROXENOS_NODE_HAS_WEIGHT;
        if (proxenos_value_at(self->values, STRICT)->integer) node.flags |= PROXENOS_NODE_STRICT;
        node.address = proxenos_value_at(self->values, HOST)->text;
        node.port = strtol(ports->list[i], NULL, 10);
        node.weight = 3;
        node.service = "old";
        node.zone = "z1";
        node.tags = tags;
        node.tag_count = 2;
        node.metadata = metadata;
        node.metadata_count = 1;
        node.health = PROXENOS_HEALTH_PASSING;
        node.origin = "abi-backend";
        int32_t result = self->host->add_node(sink, &node);
        if (result != PROXENOS_RESULT_OK && result != PROXENOS_RESULT_SKIPPED) return result;
    }
    return PROXENOS_RESULT_OK;
}

static void close_instance(void *opaque) {
    free(opaque);
}

static const proxenos_backend backends[] = {{
    .name = "abi-backend", .summary = "a backend of ABI 1.0",
    .options = options, .option_count = OPTION_COUNT, .option_stride = sizeof options[0],
    .open = open_instance, .fetch = fetch, .close = close_instance,
}};

PROXENOS_MODULE(abi_backend) = {
    PROXENOS_MODULE_HEADER(0), .name = "abi-backend", .version = "1.0", .summary = "a backend of ABI 1.0",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
