/* SPDX-License-Identifier: MIT */
/* Waiting for what the library's threads tell us, within the host's deadline. */
#include "zookeeper/internal.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

int32_t zookeeper_no_memory(const zookeeper *source) {
    return source->host->fail(source->host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

int64_t zookeeper_now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- waking and waiting */

/* A full pipe wakes as well. */
void zookeeper_wake(const zookeeper *source) {
    ssize_t ignored = write(source->wake[1], "", 1);
    (void)ignored;
}

static int32_t interrupted(const zookeeper *source, int64_t until_ms) {
    if (source->host->is_cancelled(source->host) != 0) return PROXENOS_RESULT_CANCELLED;
    bool is_over = zookeeper_now_ms() >= until_ms || source->host->remaining_ms(source->host) == 0;
    return is_over ? PROXENOS_RESULT_TIMED_OUT : PROXENOS_RESULT_OK;
}

int32_t zookeeper_sleep(const zookeeper *source, int descriptor, int64_t until_ms) {
    enum { SLICE_MS = 50 };
    const proxenos_host *host = source->host;
    for (;;) {
        int32_t result = interrupted(source, until_ms);
        if (result != PROXENOS_RESULT_OK) return result;
        int cancel = host->cancel_descriptor(host);
        int64_t patience = until_ms - zookeeper_now_ms(), remaining = host->remaining_ms(host);
        if (remaining < patience) patience = remaining;
        if (patience > INT32_MAX) patience = INT32_MAX;
        if (patience < 0) patience = 0;
        if (cancel < 0 && patience > SLICE_MS) patience = SLICE_MS;
        struct pollfd waited[] = {{.fd = descriptor, .events = POLLIN}, {.fd = cancel, .events = POLLIN}};
        if (poll(waited, 2, (int)patience) < 0 || waited[0].revents == 0) continue;
        char bytes[64];
        while (descriptor == source->wake[0] && read(descriptor, bytes, sizeof bytes) == (ssize_t)sizeof bytes) {}
        return PROXENOS_RESULT_OK;
    }
}

int32_t zookeeper_fail_sleep(const zookeeper *source, int32_t result) {
    if (result == PROXENOS_RESULT_CANCELLED) {
        return proxenos_fail(source->host, result, "%s: reading was cancelled", source->peer);
    }
    return proxenos_fail(source->host, result, "%s has not answered in time", source->peer);
}
