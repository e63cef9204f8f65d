/* SPDX-License-Identifier: MIT */
/* Mappers over a backend that the test plays itself. */
#include "discovery/mapper.h"

#include "support.h"

#undef fail /* of cmocka; the host has a service of that name */

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* One call of fetch: what it delivers and answers. */
typedef struct step {
    const char *hosts[4];         /* until NULL, port 80 */
    int64_t weight;               /* 0: none said */
    const char *zone;
    int32_t result;
    uint64_t generation;          /* 0: cannot watch */
    const char *words;            /* for fail() */
    int64_t retry_ms;             /* for note_retry(); 0: not called */
    bool waits;                   /* for the wait to end, or to be cancelled */
} step;

static struct {
    const step *steps;
    size_t step_count, calls;     /* the last step is played again and again */
    bool had_wait;
    proxenos_wait wait;           /* of the last call */
    int64_t remaining_ms;
    unsigned opened, closed, running, most_running;
    int32_t answer_of_open;
} play;

static proxenos_context *context;
static px_schema *schema;
static px_backend_type type;
static char lines[8][256];
static size_t line_count;

static void keep_line(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    (void)level;
    if (line_count < 8) (void)snprintf(lines[line_count++], sizeof lines[0], "%s", text);
}

static int32_t fake_open(const proxenos_host *host, const proxenos_values *values, void **instance) {
    assert_int_equal(values->count, 0);
    if (play.answer_of_open != PROXENOS_RESULT_OK) return host->fail(host, play.answer_of_open, "no such option");
    play.opened++;
    *instance = (void *)(uintptr_t)host;
    return PROXENOS_RESULT_OK;
}

static int32_t wait_to_be_cancelled(const proxenos_host *host, int64_t milliseconds) {
    struct pollfd waited = {.fd = host->cancel_descriptor(host), .events = POLLIN};
    (void)poll(&waited, 1, (int)milliseconds);
    return host->is_cancelled(host) ? PROXENOS_RESULT_CANCELLED : PROXENOS_RESULT_UNCHANGED;
}

static int32_t play_step(const proxenos_host *host, proxenos_sink *sink, const step *now,
                         const proxenos_wait *wait) {
    for (size_t i = 0; i < 4 && now->hosts[i] != NULL; i++) {
        proxenos_node_data node = {.size = sizeof node, .flags = PROXENOS_NODE_HAS_PORT, .address = now->hosts[i],
                                   .port = 80, .zone = now->zone, .weight = now->weight, .name = "n"};
        if (now->weight != 0) node.flags |= PROXENOS_NODE_HAS_WEIGHT;
        (void)host->add_node(sink, &node);
    }
    if (now->retry_ms != 0) proxenos_note_retry(host, now->retry_ms);
    if (now->waits) return wait_to_be_cancelled(host, wait == NULL ? 10000 : wait->timeout_ms);
    return now->words != NULL ? host->fail(host, now->result, now->words) : now->result;
}

static int32_t fake_fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    const proxenos_host *host = instance;
    const step *now = &play.steps[play.calls < play.step_count ? play.calls : play.step_count - 1];
    play.calls++;
    if (++play.running > play.most_running) play.most_running = play.running;
    play.had_wait = wait != NULL;
    if (wait != NULL) play.wait = *wait;
    play.remaining_ms = host->remaining_ms(host);
    int32_t result = play_step(host, sink, now, wait);
    if (now->generation != 0) *generation = now->generation;
    play.running--;
    return result;
}

static void fake_close(void *instance) {
    assert_non_null(instance);
    play.closed++;
}

static int set_up(void **state) {
    (void)state;
    memset(&play, 0, sizeof play);
    line_count = 0;
    if (proxenos_context_new(&context, NULL) != PROXENOS_OK) return -1;
    proxenos_context_set_log(context, keep_line, NULL);
    if (px_schema_new("backend 'fake'", NULL, 0, sizeof(proxenos_option), &schema, NULL) != PROXENOS_OK) return -1;
    type = (px_backend_type){
        .callbacks = {.name = "fake", .open = fake_open, .fetch = fake_fetch, .close = fake_close},
        .schema = schema,
    };
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    px_schema_free(schema);
    proxenos_context_free(context);
    return 0;
}

static proxenos_mapper *open_with(px_mapper_rules rules, const step *steps, size_t count) {
    proxenos_mapper *mapper = NULL;
    px_values *values = NULL;
    play.steps = steps;
    play.step_count = count;
    assert_int_equal(px_values_new(schema, NULL, 0, NULL, NULL, &values, NULL), PROXENOS_OK);
    assert_int_equal(px_mapper_new(context, &type, values, &rules, &mapper, NULL), PROXENOS_OK);
    mapper->rules.poll_ms = 20;
    return mapper;
}

#define OPEN(steps) open_with((px_mapper_rules){0}, steps, sizeof steps / sizeof steps[0])

/* ------------------------------------------------------------------ update */

static void an_update_gives_what_the_source_has(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.2", "10.0.0.1"}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 2);
    assert_string_equal(proxenos_node_identity(proxenos_cluster_node(cluster, 0)), "10.0.0.1:80");
    assert_false(play.had_wait);
    assert_true(play.remaining_ms > 9000 && play.remaining_ms <= PX_MAPPER_TIMEOUT_MS);
    proxenos_cluster_unref(cluster);
    assert_int_equal(proxenos_mapper_update(mapper, 250, &cluster, NULL), PROXENOS_OK);
    assert_true(play.remaining_ms <= 250);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
    assert_int_equal(play.opened, 1);
    assert_int_equal(play.closed, 1);
    proxenos_mapper_close(NULL);
}

static void an_empty_answer_is_an_empty_cluster(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {NULL}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    assert_non_null(cluster);
    assert_int_equal(proxenos_cluster_size(cluster), 0);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void a_failing_source_is_never_an_empty_cluster(void **state) {
    (void)state;
    for (int32_t result = PROXENOS_RESULT_UNCHANGED; result <= PROXENOS_RESULT_SKIPPED + 1; result++) {
        const step steps[] = {{.hosts = {"10.0.0.1"}, .result = result, .words = "half an answer"}};
        proxenos_mapper *mapper = OPEN(steps);
        proxenos_cluster *cluster = (proxenos_cluster *)mapper;
        proxenos_error error;
        play.calls = 0;
        proxenos_status status = proxenos_mapper_update(mapper, -1, &cluster, &error);
        assert_true(status != PROXENOS_OK && status != PROXENOS_UNCHANGED);
        assert_int_equal(error.status, status);
        assert_null(cluster);
        if (result != PROXENOS_RESULT_UNCHANGED) assert_contains(error.text, "half an answer");
        proxenos_mapper_close(mapper);
    }
}

static void a_set_that_the_core_lost_is_not_ok_whatever_the_plugin_says(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    proxenos_error error;
    int failures = 0;
    for (long n = 0;; n++) { /* fake_fetch pays no heed to what add_node answers */
        px_memory_fail_at(n);
        proxenos_status status = proxenos_mapper_update(mapper, -1, &cluster, &error);
        px_memory_fail_at(-1);
        if (status == PROXENOS_OK) break;
        failures++;
        assert_int_equal(status, PROXENOS_ERROR_MEMORY);
        assert_null(cluster);
    }
    assert_true(failures > 3);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void the_rules_filter_identify_and_weigh(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1", "10.9.0.1"}, .weight = 7}};
    px_mapper_rules rules = {.identity = PX_IDENTITY_NAME, .timeout_ms = 500};
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "10\\.9"}, &rules.filter, NULL, NULL), PROXENOS_OK);
    proxenos_mapper *mapper = open_with(rules, steps, 1);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    assert_string_equal(proxenos_node_identity(proxenos_cluster_node(cluster, 0)), "n");
    assert_int_equal(proxenos_node_weight(proxenos_cluster_node(cluster, 0)), 7);
    assert_true(play.remaining_ms <= 500);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void two_addresses_of_one_name_are_an_error_of_this_backend(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1", "10.9.0.1"}}};
    proxenos_mapper *mapper = open_with((px_mapper_rules){.identity = PX_IDENTITY_NAME}, steps, 1);
    proxenos_cluster *cluster = NULL;
    proxenos_error error;
    assert_int_not_equal(proxenos_mapper_update(mapper, -1, &cluster, &error), PROXENOS_OK);
    assert_contains(error.text, "backend 'fake': ");
    assert_contains(error.text, "10.9.0.1:80");
    proxenos_mapper_close(mapper);
}

static void skipped_nodes_are_in_the_report(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1", "010.0.0.1", "a..b"}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(cluster, &report);
    assert_int_equal(report.read, 3);
    assert_int_equal(report.skipped, 2);
    assert_int_equal(line_count, 2);
    assert_string_equal(lines[1], "backend 'fake': 1 more node was skipped");
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void a_backend_without_open_gets_its_host(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}}};
    type.callbacks.open = NULL;
    type.callbacks.close = NULL;
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static proxenos_status open_and_update(proxenos_error *error) {
    static const step steps[] = {{.hosts = {"10.0.0.1"}}};
    play.steps = steps;
    play.step_count = 1;
    px_mapper_rules rules = {0};
    px_values *values = NULL;
    proxenos_mapper *mapper = NULL;
    proxenos_cluster *cluster = NULL;
    proxenos_status status = px_values_new(schema, NULL, 0, NULL, NULL, &values, error);
    if (status == PROXENOS_OK) status = px_mapper_new(context, &type, values, &rules, &mapper, error);
    if (status == PROXENOS_OK) status = proxenos_mapper_update(mapper, -1, &cluster, error);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
    return status;
}

static void every_failed_allocation_is_survived(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(open_and_update);
    assert_int_equal(play.opened, play.closed);
}

static void a_failed_open_leaves_nothing_behind(void **state) {
    (void)state;
    px_mapper_rules rules = {0};
    px_values *values = NULL;
    proxenos_mapper *mapper = NULL;
    proxenos_error error;
    play.answer_of_open = PROXENOS_RESULT_BAD_OPTION;
    assert_int_equal(px_values_new(schema, NULL, 0, NULL, NULL, &values, NULL), PROXENOS_OK);
    assert_int_equal(px_mapper_new(context, &type, values, &rules, &mapper, &error), PROXENOS_ERROR_CONFIG);
    assert_null(mapper);
    assert_string_equal(error.text, "backend 'fake': no such option");
    assert_int_equal(play.closed, 0);
}

/* ------------------------------------------------------------------- watch */

static void the_first_watch_gives_what_there_is(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}, .generation = 5}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_watch(mapper, 1000, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    assert_true(play.wait.committed == 0);
    assert_true(play.wait.timeout_ms > 0 && play.wait.timeout_ms <= 1000);
    assert_int_equal(play.wait.size, sizeof(proxenos_wait));
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void a_watch_names_the_generation_that_was_committed(void **state) {
    (void)state;
    const step steps[] = {
        {.hosts = {"10.0.0.1"}, .generation = 5},
        {.hosts = {"10.0.0.1", "10.0.0.2"}, .generation = 6, .result = PROXENOS_RESULT_UNREACHABLE},
        {.hosts = {"10.0.0.1", "10.0.0.2"}, .generation = 6},
        {.result = PROXENOS_RESULT_UNCHANGED},
    };
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    mapper->pace.retry_ms = 20;
    assert_int_equal(proxenos_mapper_watch(mapper, 1000, &cluster, NULL), PROXENOS_ERROR_UNREACHABLE);
    assert_null(cluster);
    assert_true(play.wait.committed == 5);
    assert_int_equal(proxenos_mapper_watch(mapper, 1000, &cluster, NULL), PROXENOS_OK);
    assert_true(play.wait.committed == 5); /* the failed delivery was not committed */
    assert_int_equal(proxenos_cluster_size(cluster), 2);
    proxenos_cluster_unref(cluster);
    assert_int_equal(proxenos_mapper_watch(mapper, 1000, &cluster, NULL), PROXENOS_UNCHANGED);
    assert_null(cluster);
    assert_true(play.wait.committed == 6);
    assert_true(play.remaining_ms > 1000); /* room for the network beyond the wait */
    proxenos_mapper_close(mapper);
}

static void a_delivery_that_the_core_cannot_keep_is_asked_for_again(void **state) {
    (void)state;
    const step steps[] = {
        {.hosts = {"10.0.0.1"}, .generation = 5},
        {.hosts = {"10.0.0.1", "10.0.0.2"}, .generation = 6},
    };
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    for (long n = 0;; n++) {
        px_memory_fail_at(n);
        proxenos_status status = proxenos_mapper_watch(mapper, 1000, &cluster, NULL);
        px_memory_fail_at(-1);
        if (play.had_wait) assert_true(play.wait.committed == 5);
        if (status == PROXENOS_OK) break;
    }
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void news_that_change_no_node_are_waited_through(void **state) {
    (void)state;
    const step steps[] = {
        {.hosts = {"10.0.0.1", "10.0.0.2"}, .generation = 5},
        {.hosts = {"10.0.0.2", "10.0.0.1"}, .generation = 6},
        {.hosts = {"10.0.0.2"}, .generation = 7},
    };
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    assert_int_equal(proxenos_mapper_watch(mapper, 5000, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    assert_true(play.wait.committed == 6);
    assert_int_equal(play.calls, 3);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

static void a_source_that_cannot_be_watched_is_read_again(void **state) {
    (void)state;
    const step steps[] = {
        {.hosts = {"10.0.0.1"}}, {.hosts = {"10.0.0.1"}}, {.hosts = {"10.0.0.1"}}, {.hosts = {"10.0.0.3"}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    assert_int_equal(proxenos_mapper_watch(mapper, 5000, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(play.calls, 4);
    assert_string_equal(proxenos_node_host(proxenos_cluster_node(cluster, 0)), "10.0.0.3");
    proxenos_cluster_unref(cluster);
    int64_t start = px_monotonic_ms();
    assert_int_equal(proxenos_mapper_watch(mapper, 100, &cluster, NULL), PROXENOS_UNCHANGED);
    assert_true(px_monotonic_ms() - start >= 100);
    assert_true(play.calls >= 6 && play.calls <= 14); /* every 13 to 27 ms, not all the time */
    proxenos_mapper_close(mapper);
}

static void a_weight_or_a_zone_is_news_too(void **state) {
    (void)state;
    const step steps[] = {
        {.hosts = {"10.0.0.1"}},
        {.hosts = {"10.0.0.1"}, .weight = 2},
        {.hosts = {"10.0.0.1"}, .weight = 2, .zone = "east"},
    };
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(proxenos_mapper_watch(mapper, 1000, &cluster, NULL), PROXENOS_OK);
        assert_int_equal(play.calls, i + 1);
        proxenos_cluster_unref(cluster);
    }
    proxenos_mapper_close(mapper);
}

static void a_watch_of_no_time_asks_once(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    assert_int_equal(proxenos_mapper_watch(mapper, -5, &cluster, NULL), PROXENOS_UNCHANGED);
    assert_int_equal(play.calls, 2);
    proxenos_mapper_close(mapper);
}

static void an_endless_wait_does_not_overflow(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}}, {.hosts = {"10.0.0.1"}}, {.hosts = {"10.0.0.2"}}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    assert_int_equal(proxenos_mapper_watch(mapper, INT64_MAX, &cluster, NULL), PROXENOS_OK);
    assert_true(play.remaining_ms > INT64_MAX / 4);
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
}

/* -------------------------------------------------------------------- pace */

/* Watches for so long, as a program does that trusts the plugin; gives how many calls succeeded. */
static size_t watch_for(proxenos_mapper *mapper, int64_t milliseconds, proxenos_status *last) {
    size_t given = 0;
    for (int64_t end = px_monotonic_ms() + milliseconds; px_monotonic_ms() < end;) {
        proxenos_cluster *cluster;
        *last = proxenos_mapper_watch(mapper, end - px_monotonic_ms(), &cluster, NULL);
        given += *last == PROXENOS_OK;
        proxenos_cluster_unref(cluster);
    }
    return given;
}

static void a_plugin_that_says_unchanged_at_once_is_asked_once_a_second(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}, .generation = 1}, {.result = PROXENOS_RESULT_UNCHANGED}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_status last;
    assert_int_equal(watch_for(mapper, 1500, &last), 1);
    assert_int_equal(last, PROXENOS_UNCHANGED);
    assert_int_equal(play.calls, 3); /* 0, 0 and 1 s */
    proxenos_mapper_close(mapper);
}

static void a_membership_that_flaps_is_read_ten_times_a_second(void **state) {
    (void)state;
    step steps[200];
    for (size_t i = 0; i < 200; i++) steps[i] = (step){.hosts = {i % 2 == 0 ? "10.0.0.1" : "10.0.0.2"}, .generation = i + 1};
    for (int can_watch = 0; can_watch < 2; can_watch++) {
        play.calls = 0;
        for (size_t i = 0; i < 200; i++) steps[i].generation = can_watch ? i + 1 : 0;
        proxenos_mapper *mapper = open_with((px_mapper_rules){0}, steps, 200);
        proxenos_status last;
        size_t given = watch_for(mapper, 1000, &last);
        assert_true(given >= PX_PACE_BURST && given <= PX_PACE_BURST + 11);
        proxenos_mapper_close(mapper);
    }
}

static void a_source_that_fails_is_given_rest(void **state) {
    (void)state;
    const step steps[] = {{.result = PROXENOS_RESULT_UNREACHABLE, .words = "nobody is there"}};
    proxenos_mapper *mapper = open_with((px_mapper_rules){.retry_ms = 100, .retry_limit_ms = 400}, steps, 1);
    proxenos_status last;
    (void)watch_for(mapper, 1000, &last);
    assert_int_equal(last, PROXENOS_ERROR_UNREACHABLE);
    assert_true(play.calls >= 3 && play.calls <= 6); /* 0, 100, 300, 700 ms, give or take a quarter each */
    /* One that waits less than the pause hears the last answer, not "unchanged". */
    size_t calls = play.calls;
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(proxenos_mapper_watch(mapper, 0, &cluster, &error), PROXENOS_ERROR_UNREACHABLE);
    assert_string_equal(error.text, "backend 'fake': nobody is there");
    assert_int_equal(play.calls, calls);
    /* An update reads at once, whatever a watch has met. */
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_ERROR_UNREACHABLE);
    assert_int_equal(play.calls, calls + 1);
    proxenos_mapper_close(mapper);
}

static void a_source_that_asks_for_more_rest_gets_it(void **state) {
    (void)state;
    const step steps[] = {{.result = PROXENOS_RESULT_UNREACHABLE, .words = "too many of you", .retry_ms = 700}};
    proxenos_mapper *mapper = open_with((px_mapper_rules){.retry_ms = 100, .retry_limit_ms = 400}, steps, 1);
    proxenos_status last;
    (void)watch_for(mapper, 1000, &last);
    assert_int_equal(last, PROXENOS_ERROR_UNREACHABLE);
    assert_int_equal(play.calls, 2); /* at 0 and 700 ms */
    proxenos_mapper_close(mapper);
}

/* ------------------------------------------------------------------ cancel */

static void *cancel_soon(void *mapper) {
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    (void)nanosleep(&pause, NULL);
    proxenos_mapper_cancel(mapper);
    return NULL;
}

static void cancelling_ends_the_running_call_and_every_later_one(void **state) {
    (void)state;
    const step waiting[] = {{.generation = 5, .waits = true}}, polling[] = {{.hosts = {"10.0.0.1"}}};
    for (int i = 0; i < 2; i++) {
        proxenos_mapper *mapper = i == 0 ? OPEN(waiting) : OPEN(polling);
        proxenos_cluster *cluster = NULL;
        proxenos_error error;
        pthread_t thread;
        play.calls = 0;
        if (i == 1) {
            mapper->rules.poll_ms = 60000;
            assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
            proxenos_cluster_unref(cluster);
        }
        int64_t start = px_monotonic_ms();
        assert_int_equal(pthread_create(&thread, NULL, cancel_soon, mapper), 0);
        assert_int_equal(proxenos_mapper_watch(mapper, 60000, &cluster, &error), PROXENOS_ERROR_CANCELLED);
        assert_true(px_monotonic_ms() - start < 5000);
        (void)pthread_join(thread, NULL);
        size_t calls = play.calls;
        assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, &error), PROXENOS_ERROR_CANCELLED);
        assert_string_equal(error.text, "backend 'fake': cancelled");
        assert_int_equal(play.calls, calls); /* the plugin is not asked again */
        proxenos_mapper_close(mapper);
    }
}

static void an_answer_that_comes_after_cancelling_does_not_count(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1"}, .result = PROXENOS_RESULT_UNREACHABLE, .words = "aborted"}};
    proxenos_mapper *mapper = OPEN(steps);
    proxenos_cluster *cluster = NULL;
    proxenos_mapper_cancel(mapper);
    proxenos_mapper_cancel(NULL);
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_ERROR_CANCELLED);
    assert_null(cluster);
    proxenos_mapper_close(mapper);
}

static proxenos_mapper *of_the_handler;

static void cancel_from_handler(int number) {
    (void)number;
    proxenos_mapper_cancel(of_the_handler);
}

static void a_signal_handler_may_cancel(void **state) {
    (void)state;
    const step steps[] = {{.generation = 5, .waits = true}};
    of_the_handler = OPEN(steps);
    struct sigaction action = {.sa_handler = cancel_from_handler}, before;
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    (void)alarm(1);
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_update(of_the_handler, -1, &cluster, NULL), PROXENOS_ERROR_CANCELLED);
    (void)sigaction(SIGALRM, &before, NULL);
    proxenos_mapper_close(of_the_handler);
}

/* ----------------------------------------------------------------- threads */

static void *update_often(void *mapper) {
    for (int i = 0; i < 200; i++) {
        proxenos_cluster *cluster = NULL;
        if (proxenos_mapper_update(mapper, -1, &cluster, NULL) != PROXENOS_OK) return mapper;
        proxenos_cluster_unref(cluster);
    }
    return NULL;
}

static void calls_on_one_mapper_come_one_at_a_time(void **state) {
    (void)state;
    const step steps[] = {{.hosts = {"10.0.0.1", "10.0.0.2"}}};
    proxenos_mapper *mapper = OPEN(steps);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, update_often, mapper), 0);
    for (int i = 0; i < 4; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(play.calls, 800);
    assert_int_equal(play.most_running, 1);
    proxenos_mapper_close(mapper);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_update_gives_what_the_source_has),
        TEST(an_empty_answer_is_an_empty_cluster),
        TEST(a_failing_source_is_never_an_empty_cluster),
        TEST(a_set_that_the_core_lost_is_not_ok_whatever_the_plugin_says),
        TEST(the_rules_filter_identify_and_weigh),
        TEST(two_addresses_of_one_name_are_an_error_of_this_backend),
        TEST(skipped_nodes_are_in_the_report),
        TEST(a_backend_without_open_gets_its_host),
        TEST(every_failed_allocation_is_survived),
        TEST(a_failed_open_leaves_nothing_behind),
        TEST(the_first_watch_gives_what_there_is),
        TEST(a_watch_names_the_generation_that_was_committed),
        TEST(a_delivery_that_the_core_cannot_keep_is_asked_for_again),
        TEST(news_that_change_no_node_are_waited_through),
        TEST(a_source_that_cannot_be_watched_is_read_again),
        TEST(a_weight_or_a_zone_is_news_too),
        TEST(a_watch_of_no_time_asks_once),
        TEST(an_endless_wait_does_not_overflow),
        TEST(a_plugin_that_says_unchanged_at_once_is_asked_once_a_second),
        TEST(a_membership_that_flaps_is_read_ten_times_a_second),
        TEST(a_source_that_fails_is_given_rest),
        TEST(a_source_that_asks_for_more_rest_gets_it),
        TEST(cancelling_ends_the_running_call_and_every_later_one),
        TEST(an_answer_that_comes_after_cancelling_does_not_count),
        TEST(a_signal_handler_may_cancel),
        TEST(calls_on_one_mapper_come_one_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
