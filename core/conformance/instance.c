/* SPDX-License-Identifier: MIT */
/* Instances and states under test: opened as the core opens them, then observed. */
#include "conformance/instance.h"

#include "conformance/process.h"

#include "base/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------ options */

const px_schema *px_subject_schema(const px_subject *subject) {
    return subject->backend != NULL ? subject->backend->schema : subject->hash->schema;
}

const proxenos_option *px_subject_option(const px_subject *subject, const char *name, uint32_t types) {
    const px_schema *schema = px_subject_schema(subject);
    int index = px_schema_find(schema, name, NULL);
    if (index < 0 || (1u << schema->options[index].type & types) == 0) return NULL;
    return &schema->options[index];
}

size_t px_option_texts_cut(char *text, px_option_text *pairs, size_t capacity) {
    size_t count = 0;
    char *rest = text, *pair;
    while (count < capacity && (pair = strsep(&rest, ",")) != NULL) {
        char *equals = strchr(pair, '=');
        if (equals == NULL) continue;
        *equals = '\0';
        pairs[count++] = (px_option_text){pair, equals + 1};
    }
    return count;
}

/* What px_values_new() takes, from pairs. */
typedef struct given_list {
    px_given *given;         /* at most one for each option of the schema */
    const char **items;      /* of all of them, one behind the other */
    size_t count, item_count;
} given_list;

/* All that the pairs say of one option; false: nothing. */
static bool add_given(given_list *list, const proxenos_option *option, const px_option_text *pairs, size_t count) {
    size_t first = list->item_count;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].name, option->name) == 0) list->items[list->item_count++] = pairs[i].value;
    }
    if (list->item_count == first) return false;
    list->given[list->count++] = (px_given){.option = option->name,
                                            .items = &list->items[first],
                                            .count = list->item_count - first,
                                            .rank = PROXENOS_RANK_FLAG,
                                            .said_by = option->name};
    return true;
}

static bool is_wanted(px_base base, const proxenos_option *option) {
    if (base == PX_REQUIRED_GIVEN) return (option->flags & PROXENOS_OPTION_REQUIRED) != 0;
    return base == PX_ALL_GIVEN;
}

static proxenos_status make_values(px_subject *subject, px_base base, const px_option_text *pairs, size_t count,
                                   px_values **values) {
    const px_schema *schema = px_subject_schema(subject);
    given_list list = {.given = px_calloc(schema->count, sizeof *list.given),
                       .items = px_calloc(subject->option_count + count, sizeof *list.items)};
    proxenos_status status = PROXENOS_ERROR_MEMORY;
    if (list.given == NULL || list.items == NULL) {
        (void)px_error_memory(&subject->why);
    } else {
        for (uint32_t i = 0; i < schema->count; i++) {
            const proxenos_option *option = &schema->options[i];
            if (!add_given(&list, option, pairs, count) && is_wanted(base, option)) {
                (void)add_given(&list, option, subject->options, subject->option_count);
            }
        }
        status = px_values_new(schema, list.given, list.count, NULL, NULL, values, &subject->why);
    }
    free(list.given);
    free(list.items);
    return status;
}

/* ------------------------------------------------------------------ life cycle */

enum { OPEN_MS = 500 };      /* more than enough: it touches no network */

typedef int32_t open_function(const proxenos_host *host, const proxenos_values *values, void **state);

static void end_instance(px_instance *instance) {
    px_host_end(&instance->host);
    px_values_free(instance->values);
    instance->values = NULL;
    instance->is_open = false;
}

bool px_instance_open(px_subject *subject, px_base base, const px_option_text *pairs, size_t count,
                      px_instance *instance) {
    bool is_backend = subject->backend != NULL;
    *instance = (px_instance){0};
    if (make_values(subject, base, pairs, count, &instance->values) != PROXENOS_OK) {
        instance->is_refused = true;
        return false;
    }
    const char *owner = px_subject_schema(subject)->owner;
    if (px_host_init(&instance->host, subject->context, owner, is_backend, &subject->why) != PROXENOS_OK) {
        end_instance(instance);
        return false;
    }
    instance->state = is_backend ? &instance->host.table : NULL;
    open_function *open = is_backend ? subject->backend->callbacks.open : subject->hash->callbacks.open;
    px_host_begin(&instance->host, OPEN_MS);
    if (open != NULL) {
        instance->result = open(&instance->host.table, px_values_table(instance->values), &instance->state);
        px_process_guard();
    }
    instance->is_open = instance->result == PROXENOS_RESULT_OK;
    if (instance->is_open) return true;
    (void)px_host_status(&instance->host, instance->result, &subject->why);
    end_instance(instance);
    return false;
}

bool px_instance_try(px_subject *subject, px_instance *instance) {
    if (px_instance_open(subject, PX_ALL_GIVEN, NULL, 0, instance)) return true;
    (void)px_not_tried(subject, "it does not open");
    return false;
}

void px_instance_close(const px_subject *subject, px_instance *instance) {
    if (!instance->is_open) return;
    void (*close_state)(void *) =
        subject->backend != NULL ? subject->backend->callbacks.close : subject->hash->callbacks.close;
    if (close_state != NULL) close_state(instance->state);
    px_process_guard();
    end_instance(instance);
}

/* ------------------------------------------------------------------- results */

const char *px_result_name(int32_t result) {
    static const char *const names[] = {
        [PROXENOS_RESULT_OK] = "OK",
        [PROXENOS_RESULT_UNCHANGED] = "UNCHANGED",
        [PROXENOS_RESULT_UNREACHABLE] = "UNREACHABLE",
        [PROXENOS_RESULT_DENIED] = "DENIED",
        [PROXENOS_RESULT_MALFORMED] = "MALFORMED",
        [PROXENOS_RESULT_TIMED_OUT] = "TIMED_OUT",
        [PROXENOS_RESULT_CANCELLED] = "CANCELLED",
        [PROXENOS_RESULT_NOT_FOUND] = "NOT_FOUND",
        [PROXENOS_RESULT_OUT_OF_MEMORY] = "OUT_OF_MEMORY",
        [PROXENOS_RESULT_BAD_OPTION] = "BAD_OPTION",
        [PROXENOS_RESULT_UNSUPPORTED] = "UNSUPPORTED",
        [PROXENOS_RESULT_INTERNAL] = "INTERNAL",
    };
    bool is_known = result >= 0 && (size_t)result < sizeof names / sizeof names[0];
    return is_known ? names[result] : "no result";
}

bool px_failed_well(px_subject *subject, const px_host *host, const char *callback, int32_t result) {
    const char *name = px_result_name(result);
    bool is_failure = result >= PROXENOS_RESULT_UNREACHABLE && result <= PROXENOS_RESULT_INTERNAL;
    if (!is_failure) {
        (void)px_broken(subject, "%s returned %d (%s), which is no way to fail", callback, (int)result, name);
        return false;
    }
    /* Nobody is to blame for these, and there is nothing to say. */
    bool needs_no_words = result == PROXENOS_RESULT_CANCELLED || result == PROXENOS_RESULT_OUT_OF_MEMORY;
    if (host->error.text[0] != '\0' || needs_no_words) return true;
    (void)px_broken(subject, "%s returned %s without saying why by proxenos_fail()", callback, name);
    return false;
}

/* -------------------------------------------------------------------- reading */

void px_instance_fetch(const px_subject *subject, px_instance *instance, const proxenos_wait *wait,
                       int64_t timeout_ms, px_reading *reading) {
    *reading = (px_reading){.result = PROXENOS_RESULT_OUT_OF_MEMORY};
    px_builder *builder = NULL;
    if (px_builder_new(PX_IDENTITY_ADDRESS, &builder, NULL) != PROXENOS_OK) return;
    proxenos_sink sink = {.host = &instance->host, .builder = builder};
    px_host_begin(&instance->host, timeout_ms);
    int64_t begun = px_monotonic_ms();
    reading->result = subject->backend->callbacks.fetch(instance->state, &sink, wait, &reading->generation);
    reading->milliseconds = px_monotonic_ms() - begun;
    px_process_guard();
    reading->failure = sink.failure;
    proxenos_cluster *cluster = NULL;
    if (px_builder_finish(builder, NULL, NULL, &cluster, NULL) == PROXENOS_OK) {
        reading->nodes = proxenos_cluster_size(cluster);
        (void)snprintf(reading->fingerprint, sizeof reading->fingerprint, "%s", proxenos_cluster_fingerprint(cluster));
        proxenos_cluster_unref(cluster);
    }
    px_builder_free(builder);
}

void px_sleep_ms(int64_t milliseconds) {
    struct timespec rest = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    (void)nanosleep(&rest, NULL);
}

typedef struct cancellation {
    px_host *host;
    int64_t at_ms;
} cancellation;

static void *cancel_soon(void *user) {
    cancellation *order = user;
    px_sleep_ms(50);
    order->at_ms = px_monotonic_ms();
    px_host_cancel(order->host);
    return NULL;
}

int64_t px_instance_cancel(const px_subject *subject, px_instance *instance, const proxenos_wait *wait,
                           int64_t timeout_ms, px_reading *reading) {
    cancellation order = {.host = &instance->host};
    pthread_t canceller;
    int64_t begun = px_monotonic_ms();
    if (pthread_create(&canceller, NULL, cancel_soon, &order) != 0) return -1;
    px_instance_fetch(subject, instance, wait, timeout_ms, reading);
    (void)pthread_join(canceller, NULL);
    int64_t went_on = begun + reading->milliseconds - order.at_ms;
    return went_on < 0 ? 0 : went_on;
}

size_t px_count_descriptors(void) {
    size_t count = 0;
    for (int file = 0; file < 4096; file++) count += fcntl(file, F_GETFD) >= 0;
    return count;
}
