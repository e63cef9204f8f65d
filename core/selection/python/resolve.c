/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "selection/python/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static void widen_ipv4(const uint8_t ipv4[4], uint8_t ipv6[16]) {
    memset(ipv6, 0, 12);
    memcpy(ipv6 + 12, ipv4, 4);
}

static void read_ipv6(const struct addrinfo *entry, uint8_t ipv6[16]) {
    if (entry->ai_family == AF_INET) {
        struct sockaddr_in address;
        memcpy(&address, entry->ai_addr, sizeof address);
        widen_ipv4((const uint8_t *)&address.sin_addr, ipv6);
    } else {
        struct sockaddr_in6 address;
        memcpy(&address, entry->ai_addr, sizeof address);
        memcpy(ipv6, &address.sin6_addr, 16);
    }
}

/* The resolver knows the name, or at least its domain, and has no such address. */
static bool has_none(int result) {
    switch (result) {
    case EAI_NONAME:
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
    case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
    case EAI_ADDRFAMILY:
#endif
        return true;
    default:
        return false;
    }
}

/* Which one counts stands in the log: resolvers rotate, so hosts may disagree. */
static void report(const proxenos_context *context, const char *name, const struct addrinfo *found) {
    char text[INET6_ADDRSTRLEN] = "";
    uint8_t first[16];
    read_ipv6(found, first);
    bool is_ipv4 = found->ai_family == AF_INET;
    (void)inet_ntop(found->ai_family, is_ipv4 ? first + 12 : first, text, sizeof text);
    size_t others = 0;
    for (const struct addrinfo *entry = found->ai_next; entry != NULL; entry = entry->ai_next) {
        uint8_t other[16];
        read_ipv6(entry, other);
        if (memcmp(first, other, sizeof first) != 0) others++;
    }
    if (others == 0) {
        px_log(context, PROXENOS_LEVEL_INFO, "weighting 'python' weighs '%s' as %s", name, text);
    } else {
        px_log(context, PROXENOS_LEVEL_WARNING,
               "weighting 'python': '%s' has %zu addresses; it is weighed as %s, but other hosts may see another "
               "one first and then disagree: use an address instead", name, others + 1, text);
    }
}

static proxenos_status resolve_name(const proxenos_context *context, const char *name, uint8_t ipv6[16],
                                    proxenos_error *error) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    int result = getaddrinfo(name, NULL, &hints, &found);
    if (has_none(result)) {
        hints.ai_family = AF_INET6;
        result = getaddrinfo(name, NULL, &hints, &found);
    }
    if (result == EAI_MEMORY) return px_error_memory(error);
    if (result != 0) {
        return px_error(error, PROXENOS_ERROR_UNREACHABLE,
                        "weighting 'python' weighs addresses, and the name '%s' cannot be resolved: %s; mend the "
                        "name service, or give the node by its address", name,
                        result == EAI_SYSTEM ? strerror(errno) : gai_strerror(result));
    }
    read_ipv6(found, ipv6);
    report(context, name, found);
    freeaddrinfo(found);
    return PROXENOS_OK;
}

proxenos_status px_python_resolve(const proxenos_context *context, const proxenos_node *node, uint8_t ipv6[16],
                                  proxenos_error *error) {
    switch (node->parsed.kind) {
    case PX_ADDRESS_IPV4: widen_ipv4(node->parsed.bytes, ipv6); return PROXENOS_OK;
    case PX_ADDRESS_IPV6: memcpy(ipv6, node->parsed.bytes, 16); return PROXENOS_OK;
    default: return resolve_name(context, node->host, ipv6, error);
    }
}
