/* SPDX-License-Identifier: MIT */
#include "base/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MOST_THREADS = 64 };

typedef struct job {
    size_t count, step;
    px_parallel_task *task;
    void *user;
    atomic_size_t next;       /* part to be taken */
} job;

static void *work(void *opaque) {
    job *shared = opaque;
    size_t parts = (shared->count + shared->step - 1) / shared->step;
    for (;;) {
        size_t part = atomic_fetch_add_explicit(&shared->next, 1, memory_order_relaxed);
        if (part >= parts) return NULL;
        size_t begin = part * shared->step;
        size_t size = shared->count - begin < shared->step ? shared->count - begin : shared->step;
        shared->task(shared->user, begin, begin + size);
    }
}

static size_t count_threads(size_t parts, unsigned threads) {
    long processors = threads != 0 ? (long)threads : sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = processors < 1 ? 1 : (size_t)processors;
    if (wanted > MOST_THREADS) wanted = MOST_THREADS;
    return wanted < parts ? wanted : parts;
}

void px_parallel(size_t count, size_t step, unsigned threads, px_parallel_task *task, void *user) {
    job shared = {.count = count, .step = step, .task = task, .user = user};
    atomic_init(&shared.next, 0);
    size_t wanted = count_threads((count + step - 1) / step, threads), made = 0;
    pthread_t helpers[MOST_THREADS];
    if (wanted > 1) {
        sigset_t all, before;
        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        while (made + 1 < wanted && pthread_create(&helpers[made], NULL, work, &shared) == 0) made++;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    (void)work(&shared);
    for (size_t i = 0; i < made; i++) (void)pthread_join(helpers[i], NULL);
}
