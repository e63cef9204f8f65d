/* SPDX-License-Identifier: MIT */
/* A place for the selector in force.  Readers must not lose it between loading the
 * pointer and taking their reference, so they announce themselves in one of two
 * counters, that of the epoch.  Who replaces the selector starts the other epoch and
 * waits until the counter of the last one is zero: those who come later count
 * elsewhere and find the new selector, so the wait is as long as a few instructions of
 * the readers that were under way.  All of it is sequentially consistent. */
#include "base/memory.h"
#include "selection/selector.h"

#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdlib.h>

enum { CACHE_LINE = 64 }; /* bytes; keeps writers of one counter off the rest */

typedef struct counter {
    alignas(CACHE_LINE) atomic_size_t readers;
} counter;

struct proxenos_shared_selector {
    alignas(CACHE_LINE) _Atomic(proxenos_selector *) current;
    atomic_uint epoch;        /* 0 or 1 */
    pthread_mutex_t replacing;
    counter counters[2];
};

proxenos_status proxenos_shared_selector_new(proxenos_selector *selector, proxenos_shared_selector **out,
                                             proxenos_error *error) {
    *out = NULL;
    proxenos_shared_selector *shared = px_calloc_aligned(1, sizeof *shared);
    if (shared == NULL) return px_error_memory(error);
    if (pthread_mutex_init(&shared->replacing, NULL) != 0) {
        free(shared);
        return px_error_memory(error);
    }
    atomic_init(&shared->current, proxenos_selector_ref(selector));
    atomic_init(&shared->epoch, 0);
    for (size_t i = 0; i < 2; i++) atomic_init(&shared->counters[i].readers, 0);
    *out = shared;
    return PROXENOS_OK;
}

void proxenos_shared_selector_free(proxenos_shared_selector *shared) {
    if (shared == NULL) return;
    proxenos_selector_unref(atomic_load(&shared->current));
    (void)pthread_mutex_destroy(&shared->replacing);
    free(shared);
}

/* Announces a reader; gives its counter. */
static atomic_size_t *enter(proxenos_shared_selector *shared) {
    for (;;) {
        unsigned epoch = atomic_load(&shared->epoch);
        atomic_size_t *readers = &shared->counters[epoch].readers;
        (void)atomic_fetch_add(readers, 1);
        if (atomic_load(&shared->epoch) == epoch) return readers;
        (void)atomic_fetch_sub(readers, 1); /* too late for that epoch: whoever waits may not see us */
    }
}

proxenos_selector *proxenos_shared_selector_get(proxenos_shared_selector *shared) {
    atomic_size_t *readers = enter(shared);
    proxenos_selector *selector = proxenos_selector_ref(atomic_load(&shared->current));
    (void)atomic_fetch_sub(readers, 1);
    return selector;
}

void proxenos_shared_selector_replace(proxenos_shared_selector *shared, proxenos_selector *selector) {
    (void)proxenos_selector_ref(selector);
    (void)pthread_mutex_lock(&shared->replacing);
    proxenos_selector *last = atomic_exchange(&shared->current, selector);
    unsigned epoch = atomic_load(&shared->epoch);
    atomic_store(&shared->epoch, 1 - epoch);
    while (atomic_load(&shared->counters[epoch].readers) != 0) (void)sched_yield();
    (void)pthread_mutex_unlock(&shared->replacing);
    proxenos_selector_unref(last);
}
