/* SPDX-License-Identifier: MIT */
/* Where the agent is: option address (a URL), or options host and port, whichever
 * was said by the higher rank; and whether TLS is spoken there. */
#include "consul/internal.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { SOCKET_PATH_LIMIT = 107 }; /* bytes of sockaddr_un.sun_path without its NUL */

static const char socket_scheme[] = "unix://";

/* The rank of a user who gave it; 0 when nobody did. */
static uint32_t given_rank(const consul_agent *agent, enum consul_option option) {
    const proxenos_value *value = consul_value(agent, option);
    return value->is_set != 0 && value->rank > PROXENOS_RANK_DEFAULT ? value->rank : 0;
}

/* Never shows the text: it may hold a password. */
static int32_t bad_address(const consul_agent *agent, const char *why) {
    return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                         "option address (CONSUL_HTTP_ADDR) %s; give http://HOST:PORT, https://HOST:PORT, "
                         "HOST:PORT or unix:///PATH", why);
}

static char *joined(const char *first, const char *second, const char *third) {
    buffer text = {0};
    buffer_add(&text, first);
    buffer_add(&text, second);
    buffer_add(&text, third);
    return buffer_take(&text);
}

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_loopback_host(const char *host) {
    return strcmp(host, "localhost") == 0 || begins_with(host, "127.") || strcmp(host, "[::1]") == 0;
}

static int32_t use_socket(consul_agent *agent, const char *address) {
    const char *path = address + sizeof socket_scheme - 1;
    if (path[0] != '/') return bad_address(agent, "has a relative path behind unix://");
    if (strlen(path) > SOCKET_PATH_LIMIT) return bad_address(agent, "has a path too long for a unix socket");
    agent->socket_path = path;
    agent->is_loopback = true;
    agent->base = joined("http://localhost", "", "");
    agent->peer = joined("Consul at ", address, "");
    return agent->base == NULL || agent->peer == NULL ? consul_no_memory(agent) : PROXENOS_RESULT_OK;
}

/* A part of a URL to curl_free(); NULL when it has none. */
static char *part_of(CURLU *url, CURLUPart part, unsigned flags) {
    char *text = NULL;
    return curl_url_get(url, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool has_part(CURLU *url, CURLUPart part) {
    char *text = part_of(url, part, 0);
    curl_free(text);
    return text != NULL;
}

/* The URL as text without the slashes at its end. */
static char *print(CURLU *url) {
    char *text = part_of(url, CURLUPART_URL, 0);
    if (text == NULL) return NULL;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '/') length--;
    text[length] = '\0';
    char *copy = joined(text, "", "");
    curl_free(text);
    return copy;
}

/* The certificate's name goes into the URL, where TLS reads it, and the connection
 * goes to the host that was there. */
static bool use_server_name(consul_agent *agent, CURLU *url, const char *name) {
    char *host = part_of(url, CURLUPART_HOST, 0);
    char *port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if (host != NULL && port != NULL) {
        buffer text = {0};
        buffer_add(&text, host);
        buffer_add(&text, ":");
        buffer_add(&text, port);
        agent->connect_to = buffer_take(&text);
    }
    curl_free(host);
    curl_free(port);
    return agent->connect_to != NULL && curl_url_set(url, CURLUPART_HOST, name, 0) == CURLUE_OK;
}

/* Writes down a URL that has been checked. */
static int32_t use_url(consul_agent *agent, CURLU *url) {
    char *shown = print(url);
    agent->peer = shown == NULL ? NULL : joined("Consul at ", shown, "");
    char *host = part_of(url, CURLUPART_HOST, 0);
    agent->is_loopback = host != NULL && is_loopback_host(host);
    curl_free(host);
    const char *name = consul_text(agent, CONSUL_TLS_SERVER_NAME);
    bool is_tls = shown != NULL && begins_with(shown, "https://");
    free(shown);
    if (is_tls && name != NULL && !use_server_name(agent, url, name)) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                             "option tls-server-name (CONSUL_TLS_SERVER_NAME): '%s' is no host name", name);
    }
    agent->base = print(url);
    return agent->base == NULL || agent->peer == NULL ? consul_no_memory(agent) : PROXENOS_RESULT_OK;
}

/* `tls: true` raises http:// to https://; nothing lowers https://. */
static bool raise_scheme(const consul_agent *agent, CURLU *url) {
    const proxenos_value *tls = consul_value(agent, CONSUL_TLS);
    if (tls->is_set == 0 || tls->integer == 0) return true;
    return curl_url_set(url, CURLUPART_SCHEME, "https", 0) == CURLUE_OK;
}

/* As the official program reads an address: what has no scheme is http, with HTTP's own port, and what has no host
 * is localhost.  NULL: out of memory. */
static char *whole_url(const char *address) {
    const char *end = strstr(address, "://"), *rest = end == NULL ? address : end + 3;
    buffer text = {0};
    if (end == NULL) buffer_add(&text, "http://");
    buffer_append(&text, address, (size_t)(rest - address));
    if (*rest == ':') buffer_add(&text, "localhost");
    buffer_add(&text, rest);
    return buffer_take(&text);
}

static int32_t read_url(consul_agent *agent, CURLU *url, const char *address) {
    char *full = whole_url(address);
    if (full == NULL) return consul_no_memory(agent);
    CURLUcode code = curl_url_set(url, CURLUPART_URL, full, CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME);
    free(full);
    if (code == CURLUE_OUT_OF_MEMORY) return consul_no_memory(agent);
    if (code != CURLUE_OK) return bad_address(agent, "is no URL");
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD)) {
        return bad_address(agent, "holds a user or password, which belongs into option http-auth");
    }
    if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT)) {
        return bad_address(agent, "holds a '?' or '#'");
    }
    char *scheme = part_of(url, CURLUPART_SCHEME, 0);
    bool is_http = scheme != NULL && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    if (!is_http) return bad_address(agent, "has a scheme that is not spoken here");
    return raise_scheme(agent, url) ? use_url(agent, url) : consul_no_memory(agent);
}

static int32_t bad_host(const consul_agent *agent, const char *host) {
    return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                         "option host: '%s' is no host name or IP address; a URL goes into option address", host);
}

static int32_t read_pair(consul_agent *agent, CURLU *url) {
    const char *host = consul_value(agent, CONSUL_HOST)->text;
    char port[16];
    (void)snprintf(port, sizeof port, "%d", (int)consul_value(agent, CONSUL_PORT)->integer);
    if (host[0] == '\0' || strpbrk(host, " \t\r\n/\\?#@") != NULL) return bad_host(agent, host);
    /* Parsed as part of a whole URL, which checks more than setting the part does. */
    bool is_ipv6 = strchr(host, ':') != NULL && host[0] != '[';
    char *start = joined("http://", is_ipv6 ? "[" : "", host);
    char *full = start == NULL ? NULL : joined(start, is_ipv6 ? "]" : "", "/");
    free(start);
    if (full == NULL) return consul_no_memory(agent);
    CURLUcode code = curl_url_set(url, CURLUPART_URL, full, 0);
    free(full);
    if (code == CURLUE_OUT_OF_MEMORY) return consul_no_memory(agent);
    if (code != CURLUE_OK || has_part(url, CURLUPART_PORT)) return bad_host(agent, host);
    if (curl_url_set(url, CURLUPART_PORT, port, 0) != CURLUE_OK) return consul_no_memory(agent);
    return raise_scheme(agent, url) ? use_url(agent, url) : consul_no_memory(agent);
}

int32_t consul_find_address(consul_agent *agent) {
    uint32_t address = given_rank(agent, CONSUL_ADDRESS);
    uint32_t host = given_rank(agent, CONSUL_HOST), port = given_rank(agent, CONSUL_PORT);
    uint32_t pair = host > port ? host : port;
    if (address != 0 && address == pair) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                             "options address and %s are both given; leave one of them out",
                             host == pair ? "host" : "port");
    }
    bool is_url = address > pair && consul_text(agent, CONSUL_ADDRESS) != NULL;
    /* The host decides which machine it is; the default one is nobody's choice. */
    agent->address_rank = is_url ? address : host != 0 ? host : port;
    const char *text = consul_text(agent, CONSUL_ADDRESS);
    if (is_url && begins_with(text, socket_scheme)) return use_socket(agent, text);
    CURLU *url = curl_url();
    if (url == NULL) return consul_no_memory(agent);
    int32_t result = is_url ? read_url(agent, url, text) : read_pair(agent, url);
    curl_url_cleanup(url);
    return result;
}
