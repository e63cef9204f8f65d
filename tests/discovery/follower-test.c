/* SPDX-License-Identifier: MIT */
/* Followers, over a source that says what the test tells it to. */
#include "script.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 10000 };

static proxenos_context *context;
static proxenos_settings *settings;

static int set_up(void **state) {
    (void)state;
    script_says("a b");
    (void)unsetenv("PROXENOS_PRF");
    if (proxenos_context_new(&context, NULL) != PROXENOS_OK) return -1;
    if (proxenos_context_preload(context, script_preloaded, NULL) != PROXENOS_OK) return -1;
    if (proxenos_settings_new(context, &settings, NULL) != PROXENOS_OK) return -1;
    return proxenos_settings_set(settings, PROXENOS_FROM_FLAG, NULL, "backend", "script", NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    proxenos_settings_free(settings);
    proxenos_context_free(context);
    return 0;
}

static void set(const char *name, const char *value) {
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, NULL, name, value, NULL), PROXENOS_OK);
}

static proxenos_follower *start(void) {
    const proxenos_follower_options options = {.size = sizeof options, .wait_ms = PATIENCE_MS};
    proxenos_follower *follower;
    proxenos_error error = {0};
    (void)proxenos_follower_start(settings, &options, &follower, &error);
    assert_string_equal(error.text, "");
    assert_non_null(follower);
    return follower;
}

static proxenos_follower_status status_of(proxenos_follower *follower) {
    proxenos_follower_status status = {.size = sizeof status};
    proxenos_follower_get_status(follower, &status);
    return status;
}

/* The next event is of that kind and state, with those hosts in force, and so is what follows from it. */
static proxenos_event *next(proxenos_follower *follower, proxenos_event_kind kind, proxenos_follower_state state,
                            const char *hosts) {
    proxenos_event *event;
    proxenos_error error;
    if (proxenos_follower_next_event(follower, PATIENCE_MS, &event, &error) != PROXENOS_OK) {
        fail_msg("no event %d, state %s, came: it is %s, '%s'", (int)kind, proxenos_follower_state_name(state),
                 proxenos_follower_state_name(status_of(follower).state), status_of(follower).why);
    }
    if (event->kind != kind || event->state != state) {
        fail_msg("event %d, state %s, why '%s'", (int)event->kind, proxenos_follower_state_name(event->state), event->why);
    }
    if (hosts == NULL) return event;
    char text[256] = "";
    const proxenos_cluster *cluster = proxenos_selector_cluster(event->selector);
    for (size_t i = 0; i < proxenos_cluster_size(cluster); i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : " ",
                       proxenos_node_host(proxenos_cluster_node(cluster, i)));
    }
    assert_string_equal(text, hosts);
    return event;
}

static void expect(proxenos_follower *follower, proxenos_event_kind kind, proxenos_follower_state state,
                   const char *hosts, const char *why) {
    proxenos_event *event = next(follower, kind, state, hosts);
    if (why != NULL) assert_non_null(strstr(event->why, why));
    proxenos_event_free(event);
}

static void expect_quiet(proxenos_follower *follower, int64_t milliseconds) {
    proxenos_event *event;
    assert_int_equal(proxenos_follower_next_event(follower, milliseconds, &event, NULL), PROXENOS_UNCHANGED);
    assert_null(event);
}

#define INITIAL PROXENOS_EVENT_INITIAL
#define CHANGE PROXENOS_EVENT_CHANGE
#define STATE PROXENOS_EVENT_STATE

static void every_arrow_of_the_states_is_walked(void **state) {
    (void)state;
    set("follow.settle", "0s");
    set("follow.retry", "20ms..40ms");
    set("follow.max-loss", "50%");
    proxenos_follower *follower = start();
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL);
    script_fails(PROXENOS_RESULT_UNREACHABLE);                               /* current -> stale */
    expect(follower, STATE, PROXENOS_STALE, NULL, "as it was told to");
    script_fails(PROXENOS_RESULT_DENIED);                                    /* another reason is told */
    expect(follower, STATE, PROXENOS_STALE, NULL, "as it was told to");
    script_says("a b");                                                      /* stale -> current */
    expect(follower, STATE, PROXENOS_CURRENT, NULL, "");
    script_says("x y");                                                      /* current -> held */
    expect(follower, STATE, PROXENOS_HELD, NULL, "100.0% of the weight would be lost, more than max-loss, 50%");
    assert_int_equal(status_of(follower).candidate_nodes, 2);
    script_fails(PROXENOS_RESULT_TIMED_OUT);                                 /* held -> stale */
    expect(follower, STATE, PROXENOS_STALE, NULL, NULL);
    script_says("x y");                                                      /* stale -> held */
    expect(follower, STATE, PROXENOS_HELD, NULL, NULL);
    script_says("a c");                                                      /* held -> current, by another membership */
    expect(follower, STATE, PROXENOS_CURRENT, NULL, "");
    expect(follower, CHANGE, PROXENOS_CURRENT, "a c", "");
    script_says("");
    expect(follower, STATE, PROXENOS_HELD, NULL, "no node is left");
    script_says("a c");                                                      /* held -> current, by the old one */
    expect(follower, STATE, PROXENOS_CURRENT, NULL, "");
    expect_quiet(follower, 50);
    proxenos_follower_stop(follower);
}

static void what_is_too_old_is_not_selected_from(void **state) {
    (void)state;
    set("follow.settle", "0s");
    set("follow.retry", "20ms..40ms");
    set("follow.max-age", "300ms");
    proxenos_follower *follower = start();
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL);
    script_fails(PROXENOS_RESULT_UNREACHABLE);
    expect(follower, STATE, PROXENOS_STALE, NULL, NULL);
    proxenos_selector *selector;
    proxenos_error error;
    assert_int_equal(proxenos_follower_selector(follower, &selector, &error), PROXENOS_OK);
    proxenos_selector_unref(selector);
    expect(follower, STATE, PROXENOS_EXPIRED, NULL, "as it was told to");    /* stale -> expired */
    assert_int_equal(proxenos_follower_selector(follower, &selector, &error), PROXENOS_ERROR_UNREACHABLE);
    assert_string_equal(error.text, "backend 'script': as it was told to");
    assert_null(selector);
    script_says("a b");                                                      /* expired -> current */
    expect(follower, STATE, PROXENOS_CURRENT, NULL, NULL);
    assert_int_equal(proxenos_follower_selector(follower, &selector, &error), PROXENOS_OK);
    proxenos_selector_unref(selector);
    script_says("");                                                         /* held -> expired */
    expect(follower, STATE, PROXENOS_HELD, NULL, NULL);
    expect(follower, STATE, PROXENOS_EXPIRED, NULL, "no node is left");
    assert_int_equal(proxenos_follower_selector(follower, &selector, &error), PROXENOS_ERROR_NO_NODE);
    script_says("c");                                                        /* expired -> current, by a new one */
    expect(follower, STATE, PROXENOS_CURRENT, NULL, NULL);
    expect(follower, CHANGE, PROXENOS_CURRENT, "c", NULL);
    proxenos_follower_stop(follower);
}

static void a_start_waits_for_the_first_cluster_or_says_why_there_is_none(void **state) {
    (void)state;
    set("follow.retry", "10ms..20ms");
    proxenos_follower_options options = {.size = sizeof options, .wait_ms = 200};
    proxenos_follower *follower;
    proxenos_error error;
    script_fails(PROXENOS_RESULT_DENIED);
    assert_int_equal(proxenos_follower_start(settings, &options, &follower, &error), PROXENOS_ERROR_DENIED);
    assert_null(follower);
    script_says("");
    assert_int_equal(proxenos_follower_start(settings, &options, &follower, &error), PROXENOS_ERROR_NO_NODE);
    assert_string_equal(error.text, "backend 'script': no node is left, and min-nodes is 1");
    script_fails(PROXENOS_RESULT_UNREACHABLE);
    assert_int_equal(proxenos_follower_start(settings, NULL, &follower, &error), PROXENOS_OK); /* does not wait */
    expect(follower, STATE, PROXENOS_STARTING, NULL, "as it was told to");
    proxenos_cluster *cluster;
    assert_int_equal(proxenos_follower_cluster(follower, &cluster, &error), PROXENOS_ERROR_UNREACHABLE);
    assert_true(status_of(follower).age_ms == -1);
    script_says("a");
    expect(follower, INITIAL, PROXENOS_CURRENT, "a", "");
    assert_int_equal(proxenos_follower_cluster(follower, &cluster, &error), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    proxenos_cluster_unref(cluster);
    proxenos_follower_stop(follower);
}

static void what_comes_back_while_it_settles_wakes_nobody(void **state) {
    (void)state;
    set("follow.settle", "150ms..5s");
    proxenos_follower *follower = start();
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL);
    script_says("a");
    expect_quiet(follower, 50);
    script_says("b a");
    expect_quiet(follower, 300);
    script_says("a");
    proxenos_event *event = next(follower, CHANGE, PROXENOS_CURRENT, "a");
    assert_int_equal(proxenos_cluster_size(event->before), 2);
    proxenos_event_free(event);
    proxenos_follower_stop(follower);
}

static bool is_readable(int descriptor) {
    struct pollfd waited = {.fd = descriptor, .events = POLLIN};
    return poll(&waited, 1, 0) == 1;
}

static void the_descriptor_is_readable_while_events_wait(void **state) {
    (void)state;
    set("follow.settle", "0s");
    proxenos_follower *follower = start();
    int descriptor = proxenos_follower_descriptor(follower);
    assert_true(is_readable(descriptor));
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL);
    assert_false(is_readable(descriptor));
    script_says("a");
    struct pollfd waited = {.fd = descriptor, .events = POLLIN};
    assert_int_equal(poll(&waited, 1, PATIENCE_MS), 1);
    expect(follower, CHANGE, PROXENOS_CURRENT, "a", NULL);
    assert_false(is_readable(descriptor));
    proxenos_follower_stop(follower);
}

static void a_reader_that_falls_behind_gets_the_sum(void **state) {
    (void)state;
    set("follow.settle", "0s");
    proxenos_follower *follower = start();
    uint64_t wanted = 80;
    for (uint64_t i = 1; i < wanted; i++) { /* no faster than the core reads */
        script_says(i % 2 == 0 ? "a b" : "a b c");
        for (int64_t left = PATIENCE_MS; status_of(follower).changes <= i && left > 0; left--) (void)usleep(1000);
    }
    assert_true(status_of(follower).changes == wanted);
    size_t events = 0;
    proxenos_cluster *last = NULL;
    proxenos_event *event;
    while (proxenos_follower_next_event(follower, 0, &event, NULL) == PROXENOS_OK) {
        assert_int_equal(event->kind, events == 0 ? INITIAL : CHANGE);
        assert_ptr_equal(event->before, last); /* no change is missing between two events */
        proxenos_cluster_unref(last);
        last = proxenos_cluster_ref((proxenos_cluster *)(uintptr_t)proxenos_selector_cluster(event->selector));
        proxenos_event_free(event);
        events++;
    }
    assert_int_equal(events, 64);
    proxenos_cluster *cluster;
    assert_int_equal(proxenos_follower_cluster(follower, &cluster, NULL), PROXENOS_OK);
    assert_ptr_equal(cluster, last);
    proxenos_cluster_unref(last);
    proxenos_cluster_unref(cluster);
    proxenos_follower_stop(follower);
}

static void a_refresh_reads_now(void **state) {
    (void)state;
    set("follow.retry", "1h");
    set("follow.settle", "0s");
    proxenos_follower *follower = start();
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL);
    unsigned before = script.reads;
    for (int i = 0; i < 20; i++) proxenos_follower_refresh(follower);
    for (int64_t left = PATIENCE_MS; script.reads == before && left > 0; left--) (void)usleep(1000);
    assert_true(script.reads > before);
    script_fails(PROXENOS_RESULT_UNREACHABLE);
    expect(follower, STATE, PROXENOS_STALE, NULL, NULL);
    script_says("a b"); /* nobody asks for an hour, unless ... */
    proxenos_follower_refresh(follower);
    expect(follower, STATE, PROXENOS_CURRENT, NULL, NULL);
    proxenos_follower_stop(follower);
}

/* As a source does that waits for a change in a call of its own: nobody may wait behind a failure. */
static void a_refresh_that_fails_is_tried_again(void **state) {
    (void)state;
    set("follow.retry", "20ms..50ms");
    set("follow.settle", "0s");
    proxenos_follower *follower = start();
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL);
    script_fails_once(PROXENOS_RESULT_TIMED_OUT);
    proxenos_follower_refresh(follower);
    expect(follower, STATE, PROXENOS_STALE, NULL, NULL);
    expect(follower, STATE, PROXENOS_CURRENT, NULL, NULL);
    proxenos_follower_stop(follower);
}

static void equal_memberships_keep_their_selector(void **state) {
    (void)state;
    set("follow.settle", "0s");
    proxenos_follower *follower = start();
    proxenos_selector *first, *second;
    assert_int_equal(proxenos_follower_selector(follower, &first, NULL), PROXENOS_OK);
    script_says("b a");
    proxenos_follower_refresh(follower);
    unsigned before = script.reads;
    for (int64_t left = PATIENCE_MS; script.reads == before && left > 0; left--) (void)usleep(1000);
    assert_int_equal(proxenos_follower_selector(follower, &second, NULL), PROXENOS_OK);
    assert_ptr_equal(first, second);
    proxenos_selector_unref(first);
    proxenos_selector_unref(second);
    proxenos_follower_stop(follower);
}

static void a_child_of_fork_selects_by_the_last_and_may_stop(void **state) {
    (void)state;
    proxenos_follower *follower = start();
    pid_t child = fork();
    if (child == 0) {
        proxenos_selector *selector;
        const proxenos_node *node;
        (void)alarm(10);
        bool is_good = proxenos_follower_selector(follower, &selector, NULL) == PROXENOS_OK &&
                       proxenos_select(selector, "k", 1, &node, NULL) == PROXENOS_OK;
        proxenos_follower_stop(follower);
        _exit(is_good ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    script_says("a");
    expect(follower, INITIAL, PROXENOS_CURRENT, "a b", NULL); /* the parent's goes on */
    expect(follower, CHANGE, PROXENOS_CURRENT, "a", NULL);
    proxenos_follower_stop(follower);
}

static void stopping_does_not_wait_for_the_source(void **state) {
    (void)state;
    struct timespec before, after;
    for (int i = 0; i < 20; i++) {
        proxenos_follower *follower = start();
        if (i % 2 == 1) proxenos_follower_refresh(follower);
        (void)clock_gettime(CLOCK_MONOTONIC, &before);
        proxenos_follower_stop(follower);
        (void)clock_gettime(CLOCK_MONOTONIC, &after);
        assert_true(after.tv_sec - before.tv_sec < 5);
    }
    proxenos_follower_stop(NULL);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    proxenos_follower *follower;
    proxenos_follower_options options = {0};
    assert_int_equal(proxenos_follower_start(settings, NULL, NULL, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_follower_start(NULL, NULL, &follower, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_follower_start(settings, &options, &follower, NULL), PROXENOS_ERROR_ARGUMENT);
    set("backend", "nobody");
    assert_int_equal(proxenos_follower_start(settings, NULL, &follower, NULL), PROXENOS_ERROR_PLUGIN);
    assert_null(follower);
    assert_string_equal(proxenos_follower_state_name(PROXENOS_HELD), "held");
    assert_string_equal(proxenos_follower_state_name((proxenos_follower_state)99), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_arrow_of_the_states_is_walked),
        TEST(what_is_too_old_is_not_selected_from),
        TEST(a_start_waits_for_the_first_cluster_or_says_why_there_is_none),
        TEST(what_comes_back_while_it_settles_wakes_nobody),
        TEST(the_descriptor_is_readable_while_events_wait),
        TEST(a_reader_that_falls_behind_gets_the_sum),
        TEST(a_refresh_reads_now),
        TEST(a_refresh_that_fails_is_tried_again),
        TEST(equal_memberships_keep_their_selector),
        TEST(a_child_of_fork_selects_by_the_last_and_may_stop),
        TEST(stopping_does_not_wait_for_the_source),
        TEST(wrong_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
