/* SPDX-License-Identifier: MIT */
/* Consul as a source of nodes; see proxenos-consul(7). */
#include "consul/internal.h"

#include <stdlib.h>

static const char *const health_choices[] = {"passing", "warning", "any", NULL};
static const char *const consistency_choices[] = {"stale", "default", "consistent", "cached", NULL};

#define ROW(row_name, row_type, row_help) .name = row_name, .type = PROXENOS_TYPE_##row_type, .help = row_help

static const proxenos_option options[CONSUL_OPTION_COUNT] = {
    [CONSUL_HOST] = {ROW("host", STRING, "host of the Consul agent"), .fallback = "localhost",
                     .placeholder = "HOST"},
    [CONSUL_PORT] = {ROW("port", INTEGER, "its HTTP port"), .fallback = "8500", .placeholder = "PORT",
                     .minimum = 1, .maximum = 65535},
    [CONSUL_ADDRESS] = {ROW("address", STRING, "instead of host and port: http://, https:// or unix:///PATH"),
                        .placeholder = "URL", .environment = "CONSUL_HTTP_ADDR"},
    [CONSUL_SERVICE] = {ROW("service", LIST, "services to read; none: the whole catalog"),
                        .placeholder = "NAME"},
    [CONSUL_EXCLUDE] = {ROW("exclude", LIST, "services to leave out"), .placeholder = "NAME"},
    [CONSUL_TAG] = {ROW("tag", LIST, "tags that an instance must have, all of them"), .placeholder = "TAG"},
    [CONSUL_NODE_META] = {ROW("node-meta", LIST, "metadata that the instance's node must have"),
                          .placeholder = "KEY=VALUE"},
    [CONSUL_FILTER] = {ROW("filter", STRING, "a filter expression of Consul's, on health entries"),
                       .placeholder = "EXPRESSION"},
    [CONSUL_DATACENTER] = {ROW("datacenter", STRING, "datacenter to ask; none: the agent's own"),
                           .placeholder = "NAME"},
    [CONSUL_NAMESPACE] = {ROW("namespace", STRING, "namespace, of Consul Enterprise"), .placeholder = "NAME",
                          .environment = "CONSUL_NAMESPACE"},
    [CONSUL_PARTITION] = {ROW("partition", STRING, "admin partition, of Consul Enterprise"),
                          .placeholder = "NAME", .environment = "CONSUL_PARTITION"},
    [CONSUL_NEAR] = {ROW("near", STRING, "node that Consul sorts by, _agent for the agent's own"),
                     .placeholder = "NODE"},
    [CONSUL_HEALTH] = {ROW("health", STRING, "which instances count"), .fallback = "passing",
                       .choices = health_choices},
    [CONSUL_PROXIES] = {ROW("proxies", BOOLEAN, "whether proxies and gateways of the service mesh count"),
                        .fallback = "false"},
    [CONSUL_CONSISTENCY] = {ROW("consistency", STRING, "how up to date the answers must be"),
                            .fallback = "stale", .choices = consistency_choices},
    [CONSUL_MAX_STALE] = {ROW("max-stale", DURATION, "oldest answer that a server may give, with stale"),
                          .minimum = 1, .maximum = INT64_C(1000) * 60 * 60 * 24},
    [CONSUL_NODE_ADDRESS] = {ROW("node-address", STRING,
                                 "address of an instance: service, node, or the key of a tagged address"),
                             .fallback = "service", .placeholder = "WHICH"},
    [CONSUL_TOKEN_FILE] = {ROW("token-file", SECRET_FILE, "file that holds the ACL token, read at every fetch"),
                           .environment = "CONSUL_HTTP_TOKEN_FILE"},
    [CONSUL_TOKEN] = {ROW("token", SECRET, "the ACL token"), .environment = "CONSUL_HTTP_TOKEN"},
    [CONSUL_HTTP_AUTH_FILE] = {ROW("http-auth-file", SECRET_FILE, "file that holds USER:PASSWORD")},
    [CONSUL_HTTP_AUTH] = {ROW("http-auth", SECRET, "USER:PASSWORD for a proxy before Consul"),
                          .environment = "CONSUL_HTTP_AUTH"},
    [CONSUL_TLS] = {ROW("tls", BOOLEAN, "speak HTTPS"), .environment = "CONSUL_HTTP_SSL"},
    [CONSUL_TLS_VERIFY] = {ROW("tls-verify", BOOLEAN, "check the agent's certificate"), .fallback = "true",
                           .environment = "CONSUL_HTTP_SSL_VERIFY"},
    [CONSUL_TLS_CA_FILE] = {ROW("tls-ca-file", PATH, "authorities to trust, PEM; none: the system's"),
                            .placeholder = "FILE", .environment = "CONSUL_CACERT"},
    [CONSUL_TLS_CA_PATH] = {ROW("tls-ca-path", PATH, "folder of authorities, prepared by openssl rehash"),
                            .placeholder = "FOLDER", .environment = "CONSUL_CAPATH"},
    [CONSUL_TLS_CERT] = {ROW("tls-cert", PATH, "client certificate, PEM"), .placeholder = "FILE",
                         .environment = "CONSUL_CLIENT_CERT"},
    [CONSUL_TLS_KEY] = {ROW("tls-key", PATH, "key of the client certificate, PEM"), .placeholder = "FILE",
                        .environment = "CONSUL_CLIENT_KEY"},
    [CONSUL_TLS_SERVER_NAME] = {ROW("tls-server-name", STRING, "name that the agent's certificate must have"),
                                .placeholder = "NAME", .environment = "CONSUL_TLS_SERVER_NAME"},
    [CONSUL_TIMEOUT] = {ROW("timeout", DURATION, "longest time for one request"), .fallback = "10s",
                        .minimum = 1, .maximum = INT64_C(1000) * 60 * 60},
    [CONSUL_CONNECTIONS] = {ROW("connections", INTEGER, "requests at once, when many are needed"),
                            .fallback = "8", .minimum = 1, .maximum = 64},
    [CONSUL_MAX_BODY] = {ROW("max-body", SIZE, "largest answer, decompressed"), .fallback = "64MiB",
                         .minimum = 1024, .maximum = INT64_C(1) << 30},
};

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

static int32_t open_http(consul_agent *agent) {
    http_settings settings = {
        .base = agent->base,
        .peer = agent->peer,
        .address_advice = "options host, port and address (CONSUL_HTTP_ADDR)",
        .socket_path = agent->socket_path,
        .connect_to = agent->connect_to,
        .user = agent->user.length > 0 ? agent->user.bytes : NULL,
        .password = agent->password.bytes,
        .ca_file = consul_text(agent, CONSUL_TLS_CA_FILE),
        .ca_path = consul_text(agent, CONSUL_TLS_CA_PATH),
        .certificate = consul_text(agent, CONSUL_TLS_CERT),
        .key = consul_text(agent, CONSUL_TLS_KEY),
        .verify = consul_value(agent, CONSUL_TLS_VERIFY)->integer != 0,
        /* Over loopback the bytes cost less than their compression. */
        .compress = !agent->is_loopback,
        .connections = (unsigned)consul_value(agent, CONSUL_CONNECTIONS)->integer,
        .timeout_ms = consul_value(agent, CONSUL_TIMEOUT)->integer,
        .max_body = (size_t)consul_value(agent, CONSUL_MAX_BODY)->integer,
    };
    return http_client_new(agent->host, &settings, &agent->http);
}

static void close_consul(void *instance) {
    consul_agent *agent = instance;
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
    if (result == PROXENOS_RESULT_OK) result = consul_make_queries(made);
    if (result == PROXENOS_RESULT_OK) result = open_http(made);
    if (result == PROXENOS_RESULT_OK) *instance = made;
    else close_consul(made);
    return result;
}

static const proxenos_backend backends[] = {{
    .name = "consul",
    .summary = "services of a Consul cluster, by its HTTP API",
    .options = options, .option_count = CONSUL_OPTION_COUNT, .option_stride = sizeof options[0],
    .open = open_consul, .fetch = consul_fetch, .close = close_consul,
}};

PROXENOS_MODULE(consul) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "consul",
    .version = "1.0",
    .summary = "Consul, the service catalog of HashiCorp",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
