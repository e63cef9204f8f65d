/* SPDX-License-Identifier: MIT */
/* A backend in forty lines: its nodes stand in the configuration itself.
 *
 *     cc -shared -fPIC $(pkg-config --cflags proxenos-plugin) members.c -o members.so -Wl,-z,defs
 *     mkdir -p /opt/acme/backends && cp members.so /opt/acme/backends
 *     PROXENOS_PLUGIN_PATH=/opt/acme proxenos select -b members -O host=10.0.0.1 -O host=10.0.0.2 -p 80 KEY
 */
#include <proxenos/plugin.h>

#include <stdlib.h>

enum { HOST, PORT };
static const proxenos_option options[] = {
    [HOST] = {.name = "host", .type = PROXENOS_TYPE_LIST, .flags = PROXENOS_OPTION_REQUIRED, .help = "the members"},
    [PORT] = {.name = "port", .type = PROXENOS_TYPE_INTEGER, .fallback = "80", .help = "the port of every member",
              .minimum = 1, .maximum = 65535},
};

typedef struct members {
    const proxenos_host *host;
    const proxenos_value *hosts, *port; /* they live until close */
} members;

static int32_t open_members(const proxenos_host *host, const proxenos_values *values, void **instance) {
    members *self = malloc(sizeof *self);
    if (self == NULL) return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    *self = (members){host, proxenos_value_at(values, HOST), proxenos_value_at(values, PORT)};
    *instance = self;
    return PROXENOS_RESULT_OK;
}

/* It cannot watch, so `wait` and `generation` are left alone: the core reads again from time to time. */
static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    const members *self = instance;
    (void)wait;
    (void)generation;
    for (size_t i = 0; i < self->hosts->list_count; i++) {
        proxenos_node_data node = {.size = sizeof node, .flags = PROXENOS_NODE_HAS_PORT | PROXENOS_NODE_STRICT,
                                   .address = self->hosts->list[i], .port = self->port->integer};
        int32_t result = self->host->add_node(sink, &node);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

static const proxenos_backend backends[] = {{
    .name = "members", .summary = "nodes listed in the configuration", .options = options, .option_count = 2,
    .option_stride = sizeof options[0], .open = open_members, .fetch = fetch, .close = free,
}};

PROXENOS_MODULE(members) = {
    PROXENOS_MODULE_HEADER(0), .name = "members", .version = "1.0", .summary = "an example to copy",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
