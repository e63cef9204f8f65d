/* SPDX-License-Identifier: MIT */
#include "session/me.h"

#include "output/text.h"
#include "session/node-text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_NAMED = 6 };

/* What was asked for, and as an address where it is one. */
typedef struct asked {
    const char *text;
    const proxenos_node *address;    /* NULL: it is none */
} asked;

/* ------------------------------------------------------------------ matching */

static bool has_address(const proxenos_node *node, const asked *me) {
    return me->address != NULL && strcmp(proxenos_node_address(node), proxenos_node_address(me->address)) == 0;
}

static bool has_name(const proxenos_node *node, const asked *me) {
    return strcmp(proxenos_node_name(node), me->text) == 0;
}

static bool is_instance(const proxenos_node *node, const asked *me) {
    const char *source = proxenos_node_source(node);
    size_t length = strlen(source);
    return length > 0 && strncmp(me->text, source, length) == 0 && me->text[length] == '/' &&
           strcmp(me->text + length + 1, proxenos_node_name(node)) == 0;
}

static bool has_host(const proxenos_node *node, const asked *me) {
    bool is_host = me->address != NULL && proxenos_node_port(me->address) == 0;
    return strcmp(proxenos_node_host(node), is_host ? proxenos_node_host(me->address) : me->text) == 0;
}

static bool is_carried_by(const proxenos_node *node, const asked *me) {
    return strcmp(proxenos_node_source(node), me->text) == 0;
}

static const struct way {
    const char *what;
    bool (*matches)(const proxenos_node *node, const asked *me);
} ways[] = {
    {"the address", has_address}, {"the name", has_name},           {"the instance", is_instance},
    {"the host", has_host},       {"the source node", is_carried_by},
};

/* ------------------------------------------------------------------- errors */

typedef struct words {
    char *text;
    size_t size, used;
} words;

__attribute__((format(printf, 2, 3)))
static void add(words *to, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int length = vsnprintf(to->text + to->used, to->size - to->used, format, list);
    va_end(list);
    if (length > 0) to->used += (size_t)length;
    if (to->used >= to->size) to->used = to->size - 1;
}

/* The identity, and the name where that is another. */
static void add_node(words *to, const proxenos_node *node, bool is_first) {
    const char *identity = proxenos_node_identity(node), *name = proxenos_node_name(node);
    add(to, "%s%.120s", is_first ? "" : ", ", identity);
    if (name[0] != '\0' && strcmp(name, identity) != 0) add(to, " (%.60s)", name);
}

/* Nodes that match, or all of them for NULL, as far as they are not too many. */
static void add_nodes(words *to, const proxenos_cluster *cluster, const struct way *way, const asked *me) {
    size_t named = 0, others = 0;
    const proxenos_node *node;
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) {
        if (way != NULL && !way->matches(node, me)) continue;
        if (named == MOST_NAMED) others++;
        else add_node(to, node, named++ == 0);
    }
    if (others > 0) add(to, " and %zu more", others);
}

static size_t distance(const char *me, const char *name) {
    return text_distance(me, strlen(me), name);
}

/* A node whose identity, name or host is near enough to have been meant; or NULL. */
static const proxenos_node *find_near(const proxenos_cluster *cluster, const char *me) {
    const proxenos_node *node, *nearest = NULL;
    size_t least = (size_t)-1;
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) {
        const char *const names[] = {proxenos_node_identity(node), proxenos_node_address(node),
                                     proxenos_node_name(node)};
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
            size_t off = distance(me, names[n]);
            if (off >= least || !text_is_near(off, strlen(me))) continue;
            least = off;
            nearest = node;
        }
    }
    return nearest;
}

static void say_nobody(words *to, const proxenos_cluster *cluster, const asked *me, const proxenos_error *no_address) {
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(cluster, &report);
    add(to, "--me: no node is known as '%.200s'", me->text);
    if (me->address == NULL) add(to, ", nor is it an address: %.300s", no_address->text);
    const proxenos_node *near = find_near(cluster, me->text);
    if (near != NULL) add(to, "; did you mean '%.200s'?", proxenos_node_identity(near));
    add(to, "%s there %s ", near != NULL ? "" : ";", proxenos_cluster_size(cluster) == 1 ? "is" : "are");
    add_nodes(to, cluster, NULL, NULL);
    size_t kept = proxenos_cluster_size(cluster) + report.duplicates;
    if (report.read > kept) add(to, "; %zu that were read do not count, see 'proxenos explain'", report.read - kept);
}

static void say_several(words *to, const proxenos_cluster *cluster, const struct way *way, const asked *me) {
    add(to, "--me: several nodes have %s '%.200s': ", way->what, me->text);
    add_nodes(to, cluster, way, me);
    add(to, "; name one of them");
}

/* ------------------------------------------------------------------- finding */

static me_result find(const proxenos_cluster *cluster, const asked *me, const proxenos_error *no_address,
                      const proxenos_node **found, words *why) {
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const proxenos_node *node;
        size_t count = 0;
        for (size_t n = 0; (node = proxenos_cluster_node(cluster, n)) != NULL; n++) {
            if (!ways[i].matches(node, me)) continue;
            *found = node;
            count++;
        }
        if (count == 1) return ME_FOUND;
        if (count == 0) continue;
        say_several(why, cluster, &ways[i], me);
        return ME_SEVERAL;
    }
    say_nobody(why, cluster, me, no_address);
    return ME_NOBODY;
}

me_result me_find(const proxenos_cluster *cluster, const char *me, const proxenos_node **node, char *why, size_t size) {
    *node = proxenos_cluster_find(cluster, me);
    if (*node != NULL) return ME_FOUND;
    proxenos_error error = {.text = "there is no '@' in an address"};
    proxenos_cluster *own = NULL;
    asked asking = {.text = me};
    /* An address may be written in many ways: [2001:DB8:0::1]:80. */
    if (strchr(me, '@') == NULL && node_text_cluster(me, &own, &error) == PROXENOS_OK)
        asking.address = proxenos_cluster_node(own, 0);
    words why_not = {.text = why, .size = size};
    me_result result = find(cluster, &asking, &error, node, &why_not);
    proxenos_cluster_unref(own);
    return result;
}
