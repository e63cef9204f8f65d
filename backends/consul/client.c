/* SPDX-License-Identifier: MIT */
/* HTTP clients for the agent. */
#include "consul/internal.h"

int32_t consul_open_http(const consul_agent *agent, unsigned connections, int64_t timeout_ms, http_client **client) {
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
        .connections = connections,
        .timeout_ms = timeout_ms,
        .max_body = (size_t)consul_value(agent, CONSUL_MAX_BODY)->integer,
    };
    return http_client_new(agent->host, &settings, client);
}
