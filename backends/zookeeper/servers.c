/* SPDX-License-Identifier: MIT */
/* Which servers: option address, or host and port, whichever was said by the higher rank; and the path, below the chroot
 * that a list of addresses may end in ("a:2181,b:2181/chroot"), as other programs of ZooKeeper's write it. */
#include "zookeeper/internal.h"

#include <stdlib.h>
#include <string.h>

/* The rank of a user who gave it; 0 when nobody did. */
static uint32_t given_rank(const zookeeper *source, enum zookeeper_option option) {
    const proxenos_value *value = zookeeper_value(source, option);
    return value->is_set != 0 && value->rank > PROXENOS_RANK_DEFAULT ? value->rank : 0;
}

static int32_t bad_server(const zookeeper *source, const char *text) {
    return proxenos_fail(source->host, PROXENOS_RESULT_BAD_OPTION,
                         "option %s: '%.100s' is no HOST, HOST:PORT or [IPV6]:PORT",
                         source->server_count == 0 && given_rank(source, ZOOKEEPER_ADDRESS) == 0 ? "host" : "address", text);
}

/* "HOST", "HOST:PORT", "[IPV6]", "[IPV6]:PORT" or bare IPv6 of `length` bytes. */
static int32_t add_server(zookeeper *source, const char *text, size_t length, bool may_have_port) {
    const char *end = text + length, *host_end = end, *port = NULL, *host = text;
    if (length > 0 && text[0] == '[') {
        host_end = memchr(text, ']', length);
        if (host_end == NULL || (host_end + 1 != end && host_end[1] != ':')) return bad_server(source, text);
        host = text + 1;
        if (host_end + 1 != end) port = host_end + 2;
    } else {
        const char *colon = memchr(text, ':', length);
        if (colon != NULL && memchr(colon + 1, ':', (size_t)(end - colon) - 1) == NULL) host_end = colon, port = colon + 1;
    }
    unsigned long number = (unsigned long)zookeeper_value(source, ZOOKEEPER_PORT)->integer;
    if (port != NULL) {
        size_t digits = strspn(port, "0123456789");
        number = digits > 0 && digits < 6 && port + digits == end && may_have_port ? strtoul(port, NULL, 10) : 0;
    }
    char *copy = strndup(host, (size_t)(host_end - host));
    if (copy == NULL) return zookeeper_no_memory(source);
    if (number == 0 || number > 65535 || *copy == '\0' || strpbrk(copy, " \t\r\n/\\?#@,[]") != NULL) {
        free(copy);
        return bad_server(source, text);
    }
    source->servers[source->server_count++] = (zookeeper_server){.host = copy, .port = (unsigned)number};
    return PROXENOS_RESULT_OK;
}

/* No doubt about which node is meant: the rules of ZooKeeper's own, checked before anything is asked. */
static bool is_path(const char *path) {
    if (path[0] != '/') return false;
    for (const char *part = path + 1; part[-1] != '\0'; part += strcspn(part, "/") + 1) {
        size_t length = strcspn(part, "/");
        if (length == 0 || (length <= 2 && strncmp(part, "..", length) == 0)) return false;
    }
    return true;
}

static int32_t find_path(zookeeper *source, const char *chroot) {
    const char *path = zookeeper_text(source, ZOOKEEPER_PATH);
    buffer text = {0};
    buffer_add(&text, chroot);
    while (text.length > 0 && text.bytes[text.length - 1] == '/') text.bytes[--text.length] = '\0';
    bool is_absolute = path != NULL && path[0] == '/';
    if (is_absolute) buffer_add(&text, path);
    if (!text.failed && text.length > 1 && text.bytes[text.length - 1] == '/') text.bytes[--text.length] = '\0';
    if (text.failed) return zookeeper_no_memory(source);
    source->path = buffer_take(&text);
    if (!is_absolute || (strcmp(source->path, "/") != 0 && !is_path(source->path))) {
        return proxenos_fail(source->host, PROXENOS_RESULT_BAD_OPTION,
                             "option path: '%.200s' is no path of ZooKeeper's; write /A/B", path == NULL ? "" : path);
    }
    source->service = strrchr(source->path, '/') + 1;
    return PROXENOS_RESULT_OK;
}

static int32_t name_peer(zookeeper *source) {
    enum { SHOWN = 200 };
    buffer text = {0};
    buffer_add(&text, "ZooKeeper at ");
    for (size_t i = 0; i < source->server_count; i++) {
        char port[16];
        const char *host = source->servers[i].host;
        bool is_ipv6 = strchr(host, ':') != NULL;
        (void)snprintf(port, sizeof port, "%s:%u", is_ipv6 ? "]" : "", source->servers[i].port);
        if (i > 0) buffer_add(&text, ",");
        if (text.length > SHOWN) {
            buffer_add(&text, "...");
            break;
        }
        if (is_ipv6) buffer_add(&text, "[");
        buffer_add(&text, host);
        buffer_add(&text, port);
    }
    source->peer = buffer_take(&text);
    return source->peer == NULL ? zookeeper_no_memory(source) : PROXENOS_RESULT_OK;
}

static size_t count_servers(const proxenos_value *list) {
    size_t count = 0;
    for (size_t i = 0; i < list->list_count; i++) {
        count++;
        for (const char *comma = strchr(list->list[i], ','); comma != NULL; comma = strchr(comma + 1, ',')) count++;
    }
    return count;
}

/* Each element of the list may itself be such a list as other programs take. */
static int32_t add_servers(zookeeper *source, bool is_list, const char **chroot) {
    const proxenos_value *list = zookeeper_value(source, ZOOKEEPER_ADDRESS);
    source->servers = calloc(is_list ? count_servers(list) : 1, sizeof source->servers[0]);
    if (source->servers == NULL) return zookeeper_no_memory(source);
    if (!is_list) {
        const char *host = zookeeper_value(source, ZOOKEEPER_HOST)->text;
        return add_server(source, host, strlen(host), false);
    }
    for (size_t i = 0; i < list->list_count; i++) {
        const char *text = list->list[i];
        for (bool is_last = false; !is_last; text += strcspn(text, ",/") + 1) {
            size_t length = strcspn(text, ",/");
            is_last = text[length] != ',';
            int32_t result = add_server(source, text, length, true);
            if (result != PROXENOS_RESULT_OK) return result;
            if (text[length] == '/' && i + 1 < list->list_count) return bad_server(source, text);
            if (is_last) *chroot = text + length;
        }
    }
    return PROXENOS_RESULT_OK;
}

int32_t zookeeper_find_servers(zookeeper *source) {
    uint32_t address = given_rank(source, ZOOKEEPER_ADDRESS);
    uint32_t host = given_rank(source, ZOOKEEPER_HOST), port = given_rank(source, ZOOKEEPER_PORT);
    if (address != 0 && address == host) {
        return proxenos_fail(source->host, PROXENOS_RESULT_BAD_OPTION,
                             "options address and host are both given; leave one of them out");
    }
    bool is_list = address > host && zookeeper_value(source, ZOOKEEPER_ADDRESS)->list_count > 0;
    source->address_rank = is_list ? address : host != 0 ? host : port;
    const char *chroot = "";
    int32_t result = add_servers(source, is_list, &chroot);
    if (result == PROXENOS_RESULT_OK) result = find_path(source, chroot);
    return result == PROXENOS_RESULT_OK ? name_peer(source) : result;
}
