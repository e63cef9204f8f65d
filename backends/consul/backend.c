/* SPDX-License-Identifier: MIT */
/* Consul as a source of nodes; see proxenos-consul(7). */
#include "consul/internal.h"

#include <stdlib.h>

static int32_t check_options(const consul_agent *agent) {
    if ((consul_text(agent, CONSUL_TLS_CERT) != NULL) != (consul_text(agent, CONSUL_TLS_KEY) != NULL)) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                             "options tls-cert (CONSUL_CLIENT_CERT) and tls-key (CONSUL_CLIENT_KEY) go together; "
                             "only one of them is given");
    }
    if (consul_value(agent, CONSUL_MAX_STALE)->is_set != 0 &&
        consul_value(agent, CONSUL_CONSISTENCY)->integer != CONSUL_STALE) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                             "option max-stale needs 'consistency: stale', not '%s'",
                             consul_text(agent, CONSUL_CONSISTENCY));
    }
    return PROXENOS_RESULT_OK;
}

static void close_consul(void *instance) {
    consul_agent *agent = instance;
    consul_forget_triggers(agent);
    http_client_free(agent->http);
    free(agent->base);
    free(agent->peer);
    free(agent->connect_to);
    free(agent->query);
    free(agent->node_query);
    free(agent->instance_query);
    buffer *const secrets[] = {&agent->token, &agent->user, &agent->password};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        buffer_wipe(secrets[i]->bytes, secrets[i]->length);
        buffer_clear(secrets[i]);
    }
    free(agent);
}

static int32_t open_consul(const proxenos_host *host, const proxenos_values *values, void **instance) {
    consul_agent *made = calloc(1, sizeof *made);
    if (made == NULL) return host->fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    made->host = host;
    made->values = values;
    int32_t result = check_options(made);
    if (result == PROXENOS_RESULT_OK) result = consul_find_address(made);
    if (result == PROXENOS_RESULT_OK) result = consul_read_password(made);
    if (result == PROXENOS_RESULT_OK) result = consul_check_tls(made);
    if (result == PROXENOS_RESULT_OK) result = consul_make_queries(made);
    if (result == PROXENOS_RESULT_OK) {
        result = consul_open_http(made, (unsigned)consul_value(made, CONSUL_CONNECTIONS)->integer,
                                  consul_value(made, CONSUL_TIMEOUT)->integer, &made->http);
    }
    if (result == PROXENOS_RESULT_OK) *instance = made;
    else close_consul(made);
    return result;
}

static const proxenos_backend backends[] = {{
    .name = "consul",
    .summary = "services of a Consul cluster, by its HTTP API",
    .options = consul_options, .option_count = CONSUL_OPTION_COUNT, .option_stride = sizeof consul_options[0],
    .open = open_consul, .fetch = consul_fetch, .close = close_consul,
}};

PROXENOS_MODULE(consul) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "consul",
    .version = "1.0",
    .summary = "Consul, the service catalog of HashiCorp",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
