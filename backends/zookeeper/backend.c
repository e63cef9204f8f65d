/* SPDX-License-Identifier: MIT */
/* ZooKeeper as a source of nodes; see proxenos-zookeeper(7). */
#include <config.h>

#include "zookeeper/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int32_t check_options(const zookeeper *source) {
    bool has_password = zookeeper_text(source, ZOOKEEPER_PASSWORD) != NULL ||
                        zookeeper_text(source, ZOOKEEPER_PASSWORD_FILE) != NULL;
    const char *user = zookeeper_text(source, ZOOKEEPER_USER);
    if (has_password != (user != NULL)) {
        return proxenos_fail(source->host, PROXENOS_RESULT_BAD_OPTION,
                             "option user and one of password-file and password go together");
    }
    if (user != NULL && strchr(user, ':') != NULL) {
        return proxenos_fail(source->host, PROXENOS_RESULT_BAD_OPTION, "option user: no user of ZooKeeper's has a ':'");
    }
    return PROXENOS_RESULT_OK;
}

static void close_source(void *instance) {
    zookeeper *source = instance;
    zookeeper_disconnect(source);
    zookeeper_forget_lookup(source);
    for (size_t i = 0; i < source->server_count; i++) free(source->servers[i].host);
    free(source->servers);
    free(source->peer);
    free(source->path);
    for (size_t i = 0; i < 2; i++) {
        if (source->wake[i] >= 0) (void)close(source->wake[i]);
    }
    (void)pthread_mutex_destroy(&source->lock);
    free(source);
}

static int32_t open_source(const proxenos_host *host, const proxenos_values *values, void **instance) {
    zookeeper *made = calloc(1, sizeof *made);
    if (made == NULL) return host->fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    made->host = host;
    made->values = values;
    made->wake[0] = made->wake[1] = -1;
    (void)pthread_mutex_init(&made->lock, NULL);
    int32_t result = check_options(made);
    if (result == PROXENOS_RESULT_OK) result = zookeeper_find_servers(made);
    if (result == PROXENOS_RESULT_OK && pipe2(made->wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        result = proxenos_fail(host, PROXENOS_RESULT_INTERNAL, "no pipe can be made: %s", strerror(errno));
    }
    if (result == PROXENOS_RESULT_OK) *instance = made;
    else close_source(made);
    return result;
}

/* ---- one fetch */

/* What was left out: once, and again when it is more. */
static int32_t tell(const zookeeper_delivery *delivery) {
    zookeeper *source = delivery->source;
    if (delivery->delivered == 0 && delivery->bad > 0) {
        return proxenos_fail(source->host, PROXENOS_RESULT_MALFORMED,
                             "%s: none of the %zu children of '%s' is a node (option format), such as '%s'", source->peer,
                             delivery->bad, source->path, delivery->bad_name);
    }
    bool is_new = delivery->bad > source->said_bad;
    if (delivery->bad > 0) {
        proxenos_log(source->host, is_new ? PROXENOS_LOG_WARNING : PROXENOS_LOG_DEBUG,
                     "%s: %zu of the children of '%s' skipped, which hold no node, such as '%s'", source->peer,
                     delivery->bad, source->path, delivery->bad_name);
    }
    source->said_bad = delivery->bad;
    bool is_none = delivery->delivered == 0 && delivery->resting > 0;
    if (delivery->resting > 0) {
        proxenos_log(source->host, is_none && !source->said_none ? PROXENOS_LOG_WARNING : PROXENOS_LOG_DEBUG,
                     "%s: %zu of the children of '%s' left out, which are out of service", source->peer, delivery->resting,
                     source->path);
    }
    source->said_none = is_none;
    return PROXENOS_RESULT_OK;
}

/* No callback touches the children meanwhile but to mark one as stale, and the state is read under the lock. */
static int32_t deliver_all(zookeeper *source, proxenos_sink *sink) {
    zookeeper_delivery delivery = {.source = source, .sink = sink};
    int32_t result = PROXENOS_RESULT_OK;
    for (size_t i = 0; i < source->child_count && result == PROXENOS_RESULT_OK; i++) {
        (void)pthread_mutex_lock(&source->lock);
        zookeeper_child child = source->children[i];
        (void)pthread_mutex_unlock(&source->lock);
        result = zookeeper_deliver(&delivery, &child);
    }
    return result == PROXENOS_RESULT_OK ? tell(&delivery) : result;
}

static int32_t await_news(zookeeper *source, int64_t until_ms) {
    while (!zookeeper_has_news(source)) {
        int32_t result = zookeeper_sleep(source, source->wake[0], until_ms);
        if (result == PROXENOS_RESULT_TIMED_OUT) return PROXENOS_RESULT_UNCHANGED;
        if (result != PROXENOS_RESULT_OK) return zookeeper_fail_sleep(source, result);
    }
    return PROXENOS_RESULT_OK;
}

static int64_t after(int64_t milliseconds) {
    return zookeeper_now_ms() + milliseconds;
}

static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    zookeeper *source = instance;
    int32_t result = PROXENOS_RESULT_OK;
    int64_t timeout = zookeeper_value(source, ZOOKEEPER_TIMEOUT)->integer;
    bool can_wait = wait != NULL && wait->timeout_ms > 0 && source->handle != NULL;
    if (can_wait && source->was_missing) {
        source->until_ms = after(timeout);
        result = zookeeper_await_path(source, after(wait->timeout_ms));
    } else if (can_wait && wait->committed != 0 && wait->committed == source->generation) {
        result = await_news(source, after(wait->timeout_ms));
    }
    if (result != PROXENOS_RESULT_OK) return result;
    source->until_ms = after(timeout);
    result = zookeeper_read(source);
    source->was_missing = result == PROXENOS_RESULT_NOT_FOUND;
    if (result == PROXENOS_RESULT_OK) result = deliver_all(source, sink);
    if (result == PROXENOS_RESULT_OK && wait != NULL) *generation = ++source->generation;
    return result;
}

static const proxenos_backend backends[] = {{
    .name = "zookeeper",
    .summary = "children of a path in ZooKeeper",
    .options = zookeeper_options, .option_count = ZOOKEEPER_OPTION_COUNT, .option_stride = sizeof zookeeper_options[0],
    .open = open_source, .fetch = fetch, .close = close_source,
}};

PROXENOS_MODULE(zookeeper) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "zookeeper",
    .version = "1.0",
    .summary = "Apache ZooKeeper",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
