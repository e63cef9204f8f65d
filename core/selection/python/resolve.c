/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "selection/python/resolve.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

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

/* ---- the question, in a thread of its own, since nobody can end getaddrinfo() */

typedef struct question {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool is_answered, is_abandoned;  /* whoever comes last frees it */
    int result, number;              /* of getaddrinfo(), and errno */
    struct addrinfo *found;
    char name[256];                  /* a host name has at most 253 bytes */
} question;

static void ask_resolver(question *asked) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    asked->result = getaddrinfo(asked->name, NULL, &hints, &asked->found);
    if (has_none(asked->result)) {
        hints.ai_family = AF_INET6;
        asked->result = getaddrinfo(asked->name, NULL, &hints, &asked->found);
    }
    asked->number = errno;
}

static void free_question(question *asked) {
    if (asked->found != NULL) freeaddrinfo(asked->found);
    (void)pthread_cond_destroy(&asked->answered);
    (void)pthread_mutex_destroy(&asked->lock);
    free(asked);
}

static void *answer(void *user) {
    question *asked = user;
    ask_resolver(asked);
    (void)pthread_mutex_lock(&asked->lock);
    bool is_abandoned = asked->is_abandoned;
    asked->is_answered = true;
    (void)pthread_cond_signal(&asked->answered);
    (void)pthread_mutex_unlock(&asked->lock);
    if (is_abandoned) free_question(asked);
    return NULL;
}

static question *new_question(const char *name) {
    question *asked = px_calloc(1, sizeof *asked);
    pthread_condattr_t monotonic;
    if (asked == NULL || pthread_condattr_init(&monotonic) != 0) {
        free(asked);
        return NULL;
    }
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&asked->answered, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    (void)pthread_mutex_init(&asked->lock, NULL);
    (void)snprintf(asked->name, sizeof asked->name, "%s", name);
    return asked;
}

/* A thread without signals of the program's.  False when there is none to be had. */
static bool ask_in_thread(question *asked) {
    pthread_t thread;
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(&thread, NULL, answer, asked) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_started) (void)pthread_detach(thread);
    return is_started;
}

/* False at the deadline; the question is then the thread's to free. */
static bool await_answer(question *asked, int64_t deadline_ms) {
    const struct timespec end = {.tv_sec = deadline_ms / 1000, .tv_nsec = deadline_ms % 1000 * 1000000};
    int waited = 0;
    (void)pthread_mutex_lock(&asked->lock);
    while (!asked->is_answered && waited != ETIMEDOUT) waited = pthread_cond_timedwait(&asked->answered, &asked->lock, &end);
    bool is_answered = asked->is_answered;
    asked->is_abandoned = !is_answered;
    (void)pthread_mutex_unlock(&asked->lock);
    return is_answered;
}

static proxenos_status read_answer(const proxenos_context *context, const question *asked, uint8_t ipv6[16],
                                   proxenos_error *error) {
    if (asked->result == EAI_MEMORY) return px_error_memory(error);
    if (asked->result != 0) {
        return px_error(error, PROXENOS_ERROR_UNREACHABLE,
                        "weighting 'python' weighs addresses, and the name '%s' cannot be resolved: %s; mend the "
                        "name service, or give the node by its address", asked->name,
                        asked->result == EAI_SYSTEM ? strerror(asked->number) : gai_strerror(asked->result));
    }
    read_ipv6(asked->found, ipv6);
    report(context, asked->name, asked->found);
    return PROXENOS_OK;
}

static proxenos_status resolve_name(const proxenos_context *context, const char *name, int64_t deadline_ms,
                                    uint8_t ipv6[16], proxenos_error *error) {
    question *asked = new_question(name);
    if (asked == NULL) return px_error_memory(error);
    if (deadline_ms == INT64_MAX || !ask_in_thread(asked)) {
        ask_resolver(asked);
    } else if (!await_answer(asked, deadline_ms)) {
        return px_error(error, PROXENOS_ERROR_TIMED_OUT,
                        "weighting 'python' weighs addresses, and the name '%s' was not resolved in time ('timeout' of "
                        "the cluster, --timeout); mend the name service, or give the node by its address", name);
    }
    proxenos_status status = read_answer(context, asked, ipv6, error);
    free_question(asked);
    return status;
}

proxenos_status px_python_resolve(const proxenos_context *context, const proxenos_node *node, int64_t deadline_ms,
                                  uint8_t ipv6[16], proxenos_error *error) {
    switch (node->parsed.kind) {
    case PX_ADDRESS_IPV4: widen_ipv4(node->parsed.bytes, ipv6); return PROXENOS_OK;
    case PX_ADDRESS_IPV6: memcpy(ipv6, node->parsed.bytes, 16); return PROXENOS_OK;
    default: return resolve_name(context, node->host, deadline_ms, ipv6, error);
    }
}
