/* SPDX-License-Identifier: MIT */
/* Names to addresses.  getaddrinfo() knows no deadline, and the library would call it on our thread; so a thread of its
 * own asks, whom a fetch that has no time left can leave alone.  Both hold a reference to what it works on. */
#include <config.h>

#include "zookeeper/internal.h"

#include <netdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

typedef struct zookeeper_lookup {
    atomic_int references;
    int done[2];               /* polls readable at the end */
    zookeeper_server *servers;
    size_t server_count;
    buffer found;              /* "10.0.0.1:2181,..." */
    size_t found_count;
    int error;                 /* getaddrinfo's for the last name without an address */
    size_t nameless;           /* which it was */
} zookeeper_lookup;

static void release(zookeeper_lookup *lookup) {
    if (atomic_fetch_sub(&lookup->references, 1) > 1) return;
    for (size_t i = 0; i < lookup->server_count; i++) free(lookup->servers[i].host);
    free(lookup->servers);
    buffer_clear(&lookup->found);
    for (size_t i = 0; i < 2; i++) {
        if (lookup->done[i] >= 0) (void)close(lookup->done[i]);
    }
    free(lookup);
}

static void look_up(zookeeper_lookup *lookup, size_t index) {
    const zookeeper_server *server = &lookup->servers[index];
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int error = getaddrinfo(server->host, NULL, &hints, &found);
    if (error != 0) {
        lookup->error = error;
        lookup->nameless = index;
        return;
    }
    for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
        char host[NI_MAXHOST], port[16];
        if (getnameinfo(at->ai_addr, at->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0) continue;
        (void)snprintf(port, sizeof port, ":%u", server->port);
        if (lookup->found_count++ > 0) buffer_add(&lookup->found, ",");
        buffer_add(&lookup->found, host);
        buffer_add(&lookup->found, port);
    }
    freeaddrinfo(found);
}

static void *look_all_up(void *argument) {
    zookeeper_lookup *lookup = argument;
    for (size_t i = 0; i < lookup->server_count; i++) look_up(lookup, i);
    ssize_t ignored = write(lookup->done[1], "", 1);
    (void)ignored;
    release(lookup);
    return NULL;
}

static zookeeper_lookup *new_lookup(const zookeeper *source) {
    zookeeper_lookup *lookup = calloc(1, sizeof *lookup);
    if (lookup == NULL) return NULL;
    lookup->references = 1;
    lookup->done[0] = lookup->done[1] = -1;
    lookup->servers = calloc(source->server_count, sizeof lookup->servers[0]);
    bool is_made = lookup->servers != NULL && pipe2(lookup->done, O_CLOEXEC) == 0;
    while (is_made && lookup->server_count < source->server_count) {
        const zookeeper_server *server = &source->servers[lookup->server_count];
        char *host = strdup(server->host);
        is_made = host != NULL;
        if (is_made) lookup->servers[lookup->server_count++] = (zookeeper_server){host, server->port};
    }
    if (is_made) return lookup;
    release(lookup);
    return NULL;
}

/* Signals are for the program's own threads. */
static int32_t start(zookeeper *source) {
    zookeeper_lookup *lookup = new_lookup(source);
    if (lookup == NULL) return zookeeper_no_memory(source);
    sigset_t all, before;
    pthread_t thread;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    atomic_fetch_add(&lookup->references, 1);
    int error = pthread_create(&thread, NULL, look_all_up, lookup);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        release(lookup);
        release(lookup);
        return proxenos_fail(source->host, PROXENOS_RESULT_INTERNAL, "a thread cannot be started: %s", strerror(error));
    }
    (void)pthread_detach(thread);
    source->lookup = lookup;
    return PROXENOS_RESULT_OK;
}

void zookeeper_forget_lookup(zookeeper *source) {
    if (source->lookup != NULL) release(source->lookup);
    source->lookup = NULL;
}

int32_t zookeeper_resolve(zookeeper *source, char **addresses, size_t *count) {
    int32_t result = source->lookup == NULL ? start(source) : PROXENOS_RESULT_OK;
    if (result != PROXENOS_RESULT_OK) return result;
    zookeeper_lookup *lookup = source->lookup;
    result = zookeeper_sleep(source, lookup->done[0], source->until_ms);
    if (result == PROXENOS_RESULT_TIMED_OUT) {
        return proxenos_fail(source->host, result, "%s: the names of its servers could not be looked up in time",
                             source->peer);
    }
    if (result != PROXENOS_RESULT_OK) return zookeeper_fail_sleep(source, result);
    *count = lookup->found_count;
    if (lookup->found.failed) {
        result = zookeeper_no_memory(source);
    } else if (*count == 0) {
        result = proxenos_fail(source->host, PROXENOS_RESULT_UNREACHABLE, "%s: '%s' cannot be looked up: %s", source->peer,
                               source->servers[lookup->nameless].host, gai_strerror(lookup->error));
    } else {
        *addresses = buffer_take(&lookup->found);
    }
    zookeeper_forget_lookup(source);
    return result;
}
