/* SPDX-License-Identifier: MIT */
#include "verbs/watch/servers.h"

#include "output/stdout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char heading[] = "# Made by proxenos watch; what is changed here is lost.\n";

/* -------------------------------------------------------------------- order */

typedef struct server {
    const proxenos_node *node;
    const char *group;               /* what they are listed by */
    size_t place;                    /* in the cluster */
} server;

/* A name as both programs take it: what they do not take is _. */
static char word_of(char c) {
    bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   (c != '\0' && strchr("_.-:", c) != NULL);
    return is_word ? c : '_';
}

static void print_word(const char *text) {
    for (; *text != '\0'; text++) output_char(word_of(*text));
}

/* As they are written, so that two names that come out alike are one group. */
static int compare_groups(const char *a, const char *b) {
    while (*a != '\0' && *b != '\0' && word_of(*a) == word_of(*b)) a++, b++;
    int x = *a == '\0' ? 0 : word_of(*a), y = *b == '\0' ? 0 : word_of(*b);
    return (x > y) - (x < y);
}

static int by_group(const void *a, const void *b) {
    const server *left = a, *right = b;
    int order = compare_groups(left->group, right->group);
    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

static const char *service_of(const proxenos_node *node) {
    const char *service = proxenos_node_service(node);
    return service[0] != '\0' ? service : "nodes";
}

typedef void group_printer(const server *servers, size_t count);

/* Prints group after group; false when memory is short. */
static bool print_groups(const proxenos_selector *selector, const char *(*group_of)(const proxenos_node *), group_printer *print) {
    const proxenos_cluster *cluster = proxenos_selector_cluster(selector);
    size_t count = proxenos_cluster_size(cluster);
    server *servers = calloc(count + 1, sizeof *servers);
    if (servers == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const proxenos_node *node = proxenos_cluster_node(cluster, i);
        servers[i] = (server){node, group_of(node), i};
    }
    qsort(servers, count, sizeof *servers, by_group);
    output_text(heading);
    for (size_t first = 0, next = 0; first < count; first = next) {
        while (next < count && compare_groups(servers[first].group, servers[next].group) == 0) next++;
        print(servers + first, next - first);
    }
    free(servers);
    return true;
}

/* ------------------------------------------------------------------- weights */

static uint64_t largest_weight(const server *servers, size_t count) {
    uint64_t largest = 0;
    for (size_t i = 0; i < count; i++)
        if (proxenos_node_weight(servers[i].node) > largest) largest = proxenos_node_weight(servers[i].node);
    return largest;
}

/* As it is where all fit, else the share with the largest as `most`; none that counts is 0. */
static uint64_t fitting_weight(const proxenos_node *node, uint64_t largest, uint64_t most) {
    uint64_t weight = proxenos_node_weight(node);
    if (largest <= most || weight == 0) return weight;
    uint64_t scaled = (weight * most + largest / 2) / largest;
    return scaled == 0 ? 1 : scaled;
}

/* ------------------------------------------------------------------- HAProxy */

enum { HAPROXY_MOST = 256, NGINX_MOST = 65535 };

/* Named by the identity, which is one server's alone. */
static void print_backend(const server *servers, size_t count) {
    uint64_t largest = largest_weight(servers, count);
    output_text("\nbackend ");
    print_word(servers[0].group);
    output_char('\n');
    for (size_t i = 0; i < count; i++) {
        const proxenos_node *node = servers[i].node;
        output_text("    server ");
        print_word(proxenos_node_identity(node));
        output_char(' ');
        output_escaped(proxenos_node_address(node));
        output_format(" weight %" PRIu64 "\n", fitting_weight(node, largest, HAPROXY_MOST));
    }
}

bool servers_haproxy(const proxenos_selector *selector) {
    return print_groups(selector, service_of, print_backend);
}

/* --------------------------------------------------------------------- nginx */

/* It has no weight 0. */
static void print_upstream(const server *servers, size_t count) {
    uint64_t largest = largest_weight(servers, count);
    output_text("\nupstream ");
    print_word(servers[0].group);
    output_text(" {\n");
    for (size_t i = 0; i < count; i++) {
        const proxenos_node *node = servers[i].node;
        uint64_t weight = fitting_weight(node, largest, NGINX_MOST);
        output_text("    server ");
        output_escaped(proxenos_node_address(node));
        if (weight == 0) output_text(" down");
        else if (weight != 1) output_format(" weight=%" PRIu64, weight);
        output_text(";\n");
    }
    output_text("}\n");
}

bool servers_nginx(const proxenos_selector *selector) {
    return print_groups(selector, service_of, print_upstream);
}

/* ------------------------------------------------------------------ hosts(5) */

/* Letters, digits, hyphens and points, and underscores, which many have; no more than a name
 * server takes. */
static bool is_host_name(const char *text) {
    size_t length = strlen(text);
    if (length == 0 || length > 253 || text[0] == '-' || text[0] == '.') return false;
    while (*text != '\0' && *text != ':' && word_of(*text) == *text) text++;
    return *text == '\0';
}

/* Digits and points alone, or colons: addresses as the library writes them. */
static bool is_ip(const char *host) {
    return strchr(host, ':') != NULL || host[strspn(host, "0123456789.")] == '\0';
}

typedef const char *text_of_node(const proxenos_node *node);

static bool is_among(const server *servers, size_t count, text_of_node *text_of, const char *name) {
    size_t i = 0;
    while (i < count && strcmp(text_of(servers[i].node), name) != 0) i++;
    return i < count;
}

static void print_host_name(const char *host, const char *name, bool *has_name) {
    output_text(*has_name ? " " : host);
    if (!*has_name) output_char('\t');
    output_text(name);
    *has_name = true;
}

/* The names of a host's instances, then of their services, each once. */
static void print_host(const server *servers, size_t count) {
    const char *host = servers[0].group;
    bool has_name = false;
    if (!is_ip(host)) return;
    for (size_t i = 0; i < count; i++) {
        const char *name = proxenos_node_name(servers[i].node);
        if (is_host_name(name) && !is_among(servers, i, proxenos_node_name, name)) print_host_name(host, name, &has_name);
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = proxenos_node_service(servers[i].node);
        if (is_host_name(name) && !is_among(servers, count, proxenos_node_name, name) &&
            !is_among(servers, i, proxenos_node_service, name))
            print_host_name(host, name, &has_name);
    }
    if (has_name) output_char('\n');
}

bool servers_hosts(const proxenos_selector *selector) {
    return print_groups(selector, proxenos_node_host, print_host);
}
