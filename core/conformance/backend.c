/* SPDX-License-Identifier: MIT */
/* Conformance of how a backend reads its source. */
#include "conformance/checks.h"
#include "conformance/instance.h"
#include "conformance/process.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANCEL_MS = 100,         /* within this, a cancelled fetch ends */
    PATIENCE_MS = 10000,     /* the deadline where none is tried */
    GRACE_MS = 1000,         /* machines are busy at times */
    EARLY_MS = 50,           /* a clock of another resolution, a time rounded down */
};

/* Opened and read once, with success: what most checks begin with.  Else the check
 * cannot be tried, and subject->why says so; another check says why. */
static bool open_read(px_subject *subject, px_instance *instance, px_reading *reading) {
    if (!px_instance_try(subject, instance)) return false;
    px_instance_fetch(subject, instance, NULL, PATIENCE_MS, reading);
    if (reading->result == PROXENOS_RESULT_OK) return true;
    (void)px_not_tried(subject, "its source cannot be read");
    px_instance_close(subject, instance);
    return false;
}

/* The same, and then asked as one who will wait: only then some name what they deliver. */
static bool open_watch(px_subject *subject, px_instance *instance, px_reading *reading) {
    px_reading first;
    if (!open_read(subject, instance, &first)) return false;
    const proxenos_wait wait = {.size = sizeof wait, .committed = 0, .timeout_ms = 200};
    px_instance_fetch(subject, instance, &wait, PATIENCE_MS, reading);
    if (reading->result != PROXENOS_RESULT_OK) *reading = first; /* another check says why */
    return true;
}

/* A source that cannot be reached is no fault of the plugin's; to be silent about
 * it, or to call it UNCHANGED, is. */
static proxenos_verdict reads(px_subject *subject) {
    px_instance instance;
    px_reading reading;
    if (!px_instance_try(subject, &instance)) return PROXENOS_NOT_TRIED;
    px_instance_fetch(subject, &instance, NULL, PATIENCE_MS, &reading);
    proxenos_verdict verdict = PROXENOS_HOLDS;
    if (reading.result == PROXENOS_RESULT_UNCHANGED) {
        verdict = px_broken(subject, "fetch returned UNCHANGED where it was asked to read now");
    } else if (reading.result != PROXENOS_RESULT_OK) {
        bool is_well = px_failed_well(subject, &instance.host, "fetch", reading.result);
        verdict = is_well ? PROXENOS_NOT_TRIED : PROXENOS_BROKEN;
        if (is_well) (void)px_host_status(&instance.host, reading.result, &subject->why);
    } else if (reading.failure.status != PROXENOS_OK) {
        verdict = px_broken(subject, "fetch returned OK where the set was lost: %s", reading.failure.text);
    } else if (instance.host.has_noted_nonsense) {
        verdict = px_broken(subject, "it noted an age or a time to ask again that is below 0");
    } else if (instance.host.error.text[0] != '\0') {
        verdict = px_broken(subject, "fetch returned OK after proxenos_fail() said: %s", instance.host.error.text);
    }
    px_instance_close(subject, &instance);
    return verdict;
}

/* ----------------------------------------------------------------- add_node */

/* A sink that counts, and answers the first node in its own way. */
typedef struct spy {
    proxenos_sink sink;
    int32_t answer;          /* to the first node */
    size_t calls;
} spy;

static int32_t spy_on_node(proxenos_sink *sink, const proxenos_node_data *node) {
    spy *self = (spy *)(void *)sink; /* its first member */
    bool is_strict = (node->flags & PROXENOS_NODE_STRICT) != 0;
    bool is_first = self->calls++ == 0;
    if (self->answer == PROXENOS_RESULT_SKIPPED) {
        return is_first && !is_strict ? PROXENOS_RESULT_SKIPPED : PROXENOS_RESULT_OK;
    }
    return self->answer;
}

static int32_t fetch_with_spy(const px_subject *subject, px_instance *instance, spy *self) {
    uint64_t generation = 0;
    self->sink.host = &instance->host;
    instance->host.table.add_node = spy_on_node;
    px_host_begin(&instance->host, PATIENCE_MS);
    return subject->backend->callbacks.fetch(instance->state, &self->sink, NULL, &generation);
}

static proxenos_verdict heeds_loss(px_subject *subject) {
    px_instance instance;
    px_reading reading;
    if (!open_read(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    spy self = {.answer = PROXENOS_RESULT_OUT_OF_MEMORY};
    int32_t result = fetch_with_spy(subject, &instance, &self);
    px_instance_close(subject, &instance);
    if (self.calls == 0) return px_not_tried(subject, "the source has no node");
    if (result == PROXENOS_RESULT_OUT_OF_MEMORY) return PROXENOS_HOLDS;
    return px_broken(subject, "add_node gave OUT_OF_MEMORY, and fetch went on and returned %s",
                     px_result_name(result));
}

static proxenos_verdict goes_on_after_skip(px_subject *subject) {
    px_instance instance;
    px_reading reading;
    if (!open_read(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    spy all = {.answer = PROXENOS_RESULT_OK}, skipped = {.answer = PROXENOS_RESULT_SKIPPED};
    (void)fetch_with_spy(subject, &instance, &all);
    int32_t result = fetch_with_spy(subject, &instance, &skipped);
    px_instance_close(subject, &instance);
    if (all.calls < 2) return px_not_tried(subject, "the source has fewer than two nodes");
    if (result == PROXENOS_RESULT_OK && skipped.calls >= all.calls) return PROXENOS_HOLDS;
    return px_broken(subject, "after a node that was SKIPPED, fetch added %zu of %zu nodes and returned %s",
                     skipped.calls, all.calls, px_result_name(result));
}

/* ---------------------------------------------------------- waits and threads */

static proxenos_verdict ends_wait(px_subject *subject) {
    enum { WAIT_MS = 200 };
    px_instance instance;
    px_reading reading;
    if (!open_watch(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    proxenos_wait wait = {.size = sizeof wait, .committed = reading.generation, .timeout_ms = WAIT_MS};
    px_instance_fetch(subject, &instance, &wait, PATIENCE_MS, &reading);
    proxenos_verdict verdict = PROXENOS_HOLDS;
    if (reading.milliseconds > WAIT_MS + GRACE_MS) {
        verdict = px_broken(subject, "asked to wait for %d ms, fetch took %" PRId64, WAIT_MS, reading.milliseconds);
    } else if (reading.result == PROXENOS_RESULT_UNCHANGED && wait.committed == 0) {
        verdict = px_broken(subject, "UNCHANGED where nothing was committed: a delivery would be lost");
    } else if (reading.result == PROXENOS_RESULT_UNCHANGED && reading.milliseconds < WAIT_MS - EARLY_MS) {
        verdict = px_broken(subject, "asked to wait for %d ms, fetch said UNCHANGED after %" PRId64, WAIT_MS,
                            reading.milliseconds);
    } else if (reading.result != PROXENOS_RESULT_OK && reading.result != PROXENOS_RESULT_UNCHANGED &&
               !px_failed_well(subject, &instance.host, "fetch", reading.result)) {
        verdict = PROXENOS_BROKEN;
    }
    px_instance_close(subject, &instance);
    return verdict;
}

/* The set that a backend which can watch gave last may have been lost on its way into
 * force; then the core asks again as if it had never come. */
static proxenos_verdict delivers_again(px_subject *subject) {
    px_instance instance;
    px_reading reading;
    if (!open_watch(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    bool can_watch = reading.generation != 0;
    const proxenos_wait wait = {.size = sizeof wait, .committed = 0, .timeout_ms = 3000};
    proxenos_verdict verdict = PROXENOS_HOLDS;
    for (int i = 0; can_watch && i < 2 && verdict == PROXENOS_HOLDS; i++) {
        px_instance_fetch(subject, &instance, &wait, PATIENCE_MS, &reading);
        if (reading.result == PROXENOS_RESULT_UNCHANGED) {
            verdict = px_broken(subject, "UNCHANGED where nothing was committed: a delivery would be lost");
        } else if (reading.milliseconds >= 3000) {
            verdict = px_broken(subject, "fetch waited for %" PRId64 " ms where nothing was committed",
                                reading.milliseconds);
        }
    }
    px_instance_close(subject, &instance);
    return can_watch ? verdict : px_not_tried(subject, "it does not watch its source");
}

/* Another membership is an answer at any time; the same one again is not. */
static proxenos_verdict rests(px_subject *subject) {
    enum { TIME_MS = 2000, ANSWERS = 3 };
    px_instance instance;
    px_reading reading, before;
    if (!open_watch(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    bool can_watch = reading.generation != 0;
    int answers = 0;
    for (int64_t end = px_monotonic_ms() + TIME_MS; can_watch && answers <= ANSWERS && px_monotonic_ms() < end;) {
        before = reading;
        const proxenos_wait wait = {.size = sizeof wait, .committed = before.generation, .timeout_ms = TIME_MS};
        px_instance_fetch(subject, &instance, &wait, PATIENCE_MS, &reading);
        if (reading.result != PROXENOS_RESULT_OK) break;
        if (strcmp(reading.fingerprint, before.fingerprint) == 0) answers++;
    }
    px_instance_close(subject, &instance);
    if (!can_watch) return px_not_tried(subject, "it does not watch its source");
    if (answers <= ANSWERS) return PROXENOS_HOLDS;
    return px_broken(subject, "asked to wait, fetch gave the same nodes %d times within %d ms", answers, TIME_MS);
}

static proxenos_verdict keeps_deadline(px_subject *subject) {
    enum { DEADLINE_MS = 300 };
    px_instance instance;
    px_reading reading;
    if (!open_watch(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    const proxenos_wait wait = {.size = sizeof wait, .committed = reading.generation, .timeout_ms = PATIENCE_MS};
    px_instance_fetch(subject, &instance, &wait, DEADLINE_MS, &reading);
    px_instance_close(subject, &instance);
    if (reading.milliseconds <= DEADLINE_MS + GRACE_MS) return PROXENOS_HOLDS;
    return px_broken(subject, "waiting with a deadline of %d ms, fetch took %" PRId64, DEADLINE_MS,
                     reading.milliseconds);
}

/* The best of three, since the machine may have been busy. */
static proxenos_verdict ends_when_cancelled(px_subject *subject) {
    int64_t went_on = 0;
    for (int attempt = 0; attempt < 3; attempt++) {
        px_instance instance;
        px_reading reading;
        if (!open_watch(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
        const proxenos_wait wait = {.size = sizeof wait, .committed = reading.generation, .timeout_ms = 3000};
        went_on = px_instance_cancel(subject, &instance, &wait, PATIENCE_MS, &reading);
        px_instance_close(subject, &instance);
        if (went_on < 0) return px_not_tried(subject, "no thread can be started");
        if (went_on <= CANCEL_MS) return PROXENOS_HOLDS;
    }
    return px_broken(subject, "fetch went on for %" PRId64 " ms after it was cancelled", went_on);
}

/* One thread's instance. */
typedef struct runner {
    px_subject subject;      /* a copy: each has a reason of its own */
    int32_t result;
} runner;

static void *read_apart(void *user) {
    runner *self = user;
    px_instance instance;
    self->result = PROXENOS_RESULT_INTERNAL;
    if (!px_instance_open(&self->subject, PX_ALL_GIVEN, NULL, 0, &instance)) return NULL;
    px_reading reading = {.result = PROXENOS_RESULT_OK};
    for (int i = 0; i < 5 && reading.result == PROXENOS_RESULT_OK; i++) {
        px_instance_fetch(&self->subject, &instance, NULL, PATIENCE_MS, &reading);
    }
    self->result = reading.result;
    (void)px_host_status(&instance.host, reading.result, &self->subject.why);
    px_instance_close(&self->subject, &instance);
    return NULL;
}

static proxenos_verdict reads_in_parallel(px_subject *subject) {
    enum { INSTANCES = 4 };
    pthread_t threads[INSTANCES];
    runner runners[INSTANCES];
    px_instance instance;
    px_reading reading;
    if (!open_read(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    px_instance_close(subject, &instance);
    size_t count = 0;
    for (; count < INSTANCES; count++) {
        runners[count] = (runner){.subject = *subject};
        if (pthread_create(&threads[count], NULL, read_apart, &runners[count]) != 0) break;
    }
    proxenos_verdict verdict = PROXENOS_HOLDS;
    for (size_t i = 0; i < count; i++) {
        (void)pthread_join(threads[i], NULL);
        if (runners[i].result != PROXENOS_RESULT_OK) {
            const char *why = runners[i].subject.why.text;
            verdict = px_broken(subject, "of %zu instances at once, one failed: %s", count, why);
        }
    }
    return verdict;
}

/* ----------------------------------------------------------------- descriptors */

/* Pools may grow for a while, and a connection may come and go: a leak is one for
 * each fetch, or for every hundredth. */
static proxenos_verdict leaks_nothing(px_subject *subject) {
    enum { TIMES = 1000, WARM = 20, LIMIT_MS = 5000, STEP_MS = 2000 };
    px_instance instance;
    px_reading reading;
    if (!px_instance_try(subject, &instance)) return PROXENOS_NOT_TRIED;
    int64_t end = px_monotonic_ms() + LIMIT_MS;
    size_t times = 0, before = px_count_descriptors();
    for (; times < TIMES && px_monotonic_ms() < end; times++) {
        if (times == WARM) before = px_count_descriptors();
        px_instance_fetch(subject, &instance, NULL, STEP_MS, &reading);
    }
    size_t after = px_count_descriptors();
    px_instance_close(subject, &instance);
    size_t counted = times > WARM ? times - WARM : times;
    if (after <= before + 2 + counted / 100) return PROXENOS_HOLDS;
    return px_broken(subject, "descriptors left open by %zu fetches: %zu", counted, after - before);
}

/* Whether the counters move: another allocator than the C library's, a sanitizer's, leaves them alone. */
static bool counts_memory(void) {
    enum { PROBE = 64 << 10 };
    size_t before = px_process_heap();
    char *volatile probe = malloc(PROBE);
    bool is_counted = probe != NULL && px_process_heap() >= before + PROBE;
    free(probe);
    return is_counted;
}

/* A thousand fetches are enough to tell a leak from a cache. */
static proxenos_verdict leaks_no_memory(px_subject *subject) {
    enum { TIMES = 1000, WARM = 50, LIMIT_MS = 3000, SPARE = 256 << 10, EACH = 16 };
    px_instance instance;
    px_reading reading;
    if (!counts_memory()) return px_not_tried(subject, "memory cannot be counted here");
    if (!open_read(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    int64_t end = px_monotonic_ms() + LIMIT_MS;
    size_t times = 0, before = 0;
    for (; times < TIMES && px_monotonic_ms() < end; times++) {
        if (times == WARM) before = px_process_heap();
        px_instance_fetch(subject, &instance, NULL, PATIENCE_MS, &reading);
    }
    size_t after = px_process_heap();
    px_instance_close(subject, &instance);
    if (times <= WARM) return px_not_tried(subject, "its source is too slow");
    size_t counted = times - WARM;
    if (after <= before + SPARE + counted * EACH) return PROXENOS_HOLDS;
    return px_broken(subject, "bytes left behind by %zu fetches: %zu", counted, after - before);
}

static proxenos_verdict ends_threads(px_subject *subject) {
    px_instance instance;
    px_reading reading;
    size_t before = px_process_threads(), after = 0;
    if (before == 0) return px_not_tried(subject, "threads cannot be counted here");
    if (!open_read(subject, &instance, &reading)) return PROXENOS_NOT_TRIED;
    px_instance_close(subject, &instance);
    for (int i = 0; i < 50; i++) { /* one that was joined may be listed for a moment */
        after = px_process_threads();
        if (after <= before) return PROXENOS_HOLDS;
        px_sleep_ms(20);
    }
    return px_broken(subject, "threads that go on after close: %zu", after - before);
}

const px_check px_backend_checks[] = {
    {"reads its source, or says why not", "fetch", reads},
    {"ends with the result of add_node when the set is lost", "Nodes", heeds_loss},
    {"goes on after a node that was skipped", "Nodes", goes_on_after_skip},
    {"ends with the wait", "fetch", ends_wait},
    {"gives the set again that was not committed", "fetch", delivers_again},
    {"rests while nothing changes", "fetch", rests},
    {"keeps the deadline while it waits", "CANCELLATION AND DEADLINES", keeps_deadline},
    {"ends within 100 ms when it is cancelled", "CANCELLATION AND DEADLINES", ends_when_cancelled},
    {"its instances are read in parallel", "THREADS", reads_in_parallel},
    {"1,000 fetches leave no descriptor behind", "OWNERSHIP", leaks_nothing},
    {"1,000 fetches leave no memory behind", "OWNERSHIP", leaks_no_memory},
    {"its threads end with close", "THREADS", ends_threads},
    {0},
};
