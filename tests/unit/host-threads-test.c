/* SPDX-License-Identifier: MIT */
/* The host services of one instance, from many threads. */
#include "modules/host.h"

#include "support.h"

#undef fail /* of cmocka; the host has a service of that name */

#include <pthread.h>

static proxenos_context *context;
static px_host host;
static atomic_bool is_over;

static int set_up(void **state) {
    (void)state;
    atomic_store(&is_over, false);
    if (proxenos_context_new(&context, NULL) != PROXENOS_OK) return -1;
    return px_host_init(&host, context, "backend 'fake'", true, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    px_host_end(&host);
    proxenos_context_free(context);
    return 0;
}

/* Gives the host back when an answer made no sense. */
static void *ask_for_time(void *user) {
    const proxenos_host *table = user;
    void *wrong = NULL;
    while (!atomic_load(&is_over)) {
        int64_t left = table->remaining_ms(table);
        if (left < 0 || (left > 5000 && left != INT64_MAX)) wrong = user;
        if (table->is_cancelled(table) != 0 || table->cancel_descriptor(table) < 0) wrong = user;
        table->log(table, PROXENOS_LOG_DEBUG, "still here");
    }
    return wrong;
}

static void any_thread_may_ask_while_calls_come_and_go(void **state) {
    (void)state;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&threads[i], NULL, ask_for_time, &host.table), 0);
    for (int i = 0; i < 20000; i++) {
        px_host_begin(&host, i % 2 == 0 ? 5000 : INT64_MAX);
        (void)host.table.fail(&host.table, PROXENOS_RESULT_DENIED, "no");
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < 3; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_thread_may_ask_while_calls_come_and_go, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
