/* SPDX-License-Identifier: MIT */
#include "modules/host.h"

#include "support.h"

#undef fail /* of cmocka; the host has a service of that name */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static proxenos_context *context;
static px_host host;
static char lines[8][256];
static size_t line_count;

static void keep_line(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    if (line_count < 8) (void)snprintf(lines[line_count++], sizeof lines[0], "%d %s", (int)level, text);
}

static int set_up(void **state) {
    (void)state;
    line_count = 0;
    if (proxenos_context_new(&context, NULL) != PROXENOS_OK) return -1;
    proxenos_context_set_log(context, keep_line, NULL);
    return px_host_init(&host, context, "backend 'fake'", true, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    px_host_end(&host);
    proxenos_context_free(context);
    return 0;
}

static void each_result_has_its_status(void **state) {
    (void)state;
    static const struct {
        int32_t result;
        proxenos_status status;
    } rows[] = {
        {PROXENOS_RESULT_OK, PROXENOS_OK},
        {PROXENOS_RESULT_UNCHANGED, PROXENOS_UNCHANGED},
        {PROXENOS_RESULT_UNREACHABLE, PROXENOS_ERROR_UNREACHABLE},
        {PROXENOS_RESULT_DENIED, PROXENOS_ERROR_DENIED},
        {PROXENOS_RESULT_MALFORMED, PROXENOS_ERROR_MALFORMED},
        {PROXENOS_RESULT_TIMED_OUT, PROXENOS_ERROR_TIMED_OUT},
        {PROXENOS_RESULT_CANCELLED, PROXENOS_ERROR_CANCELLED},
        {PROXENOS_RESULT_NOT_FOUND, PROXENOS_ERROR_NOT_FOUND},
        {PROXENOS_RESULT_OUT_OF_MEMORY, PROXENOS_ERROR_MEMORY},
        {PROXENOS_RESULT_BAD_OPTION, PROXENOS_ERROR_CONFIG},
        {PROXENOS_RESULT_UNSUPPORTED, PROXENOS_ERROR_UNSUPPORTED},
        {PROXENOS_RESULT_INTERNAL, PROXENOS_ERROR_INTERNAL},
        {PROXENOS_RESULT_SKIPPED, PROXENOS_ERROR_INTERNAL},
        {-1, PROXENOS_ERROR_INTERNAL},
        {4711, PROXENOS_ERROR_INTERNAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        proxenos_error error = {0};
        assert_int_equal(px_host_status(&host, rows[i].result, &error), rows[i].status);
        if (rows[i].result > PROXENOS_RESULT_UNCHANGED || rows[i].result < 0) {
            assert_int_equal(error.status, rows[i].status);
            assert_contains(error.text, "backend 'fake': "); /* there are words without fail() */
            assert_true(strlen(error.text) > strlen("backend 'fake': "));
        }
    }
}

static void what_fail_said_last_counts(void **state) {
    (void)state;
    proxenos_error error;
    px_host_begin(&host, INT64_MAX);
    assert_int_equal(host.table.fail(&host.table, PROXENOS_RESULT_UNREACHABLE, "first"),
                     PROXENOS_RESULT_UNREACHABLE);
    assert_int_equal(proxenos_fail(&host.table, PROXENOS_RESULT_DENIED, "%s", "second"), PROXENOS_RESULT_DENIED);
    assert_int_equal(px_host_status(&host, PROXENOS_RESULT_DENIED, &error), PROXENOS_ERROR_DENIED);
    assert_string_equal(error.text, "backend 'fake': second");
}

static void an_error_of_an_earlier_call_is_forgotten(void **state) {
    (void)state;
    proxenos_error error;
    (void)host.table.fail(&host.table, PROXENOS_RESULT_DENIED, "of yesterday");
    px_host_begin(&host, INT64_MAX);
    (void)px_host_status(&host, PROXENOS_RESULT_UNREACHABLE, &error);
    assert_null(strstr(error.text, "yesterday"));
}

static void words_of_a_plugin_stay_one_sane_line(void **state) {
    (void)state;
    proxenos_error error;
    (void)host.table.fail(&host.table, PROXENOS_RESULT_DENIED, "two\nlines \x1b[31m");
    (void)px_host_status(&host, PROXENOS_RESULT_DENIED, &error);
    assert_string_equal(error.text, "backend 'fake': two\\x0alines \\x1b[31m");
    (void)host.table.fail(&host.table, PROXENOS_RESULT_DENIED, NULL);
    (void)px_host_status(&host, PROXENOS_RESULT_DENIED, &error);
    assert_string_equal(error.text, "backend 'fake': the source denies access");
}

static void log_lines_say_who_speaks(void **state) {
    (void)state;
    host.table.log(&host.table, PROXENOS_LOG_INFO, "hello");
    host.table.log(&host.table, 99, "beyond");
    host.table.log(&host.table, -3, "below");
    assert_int_equal(line_count, 3);
    assert_string_equal(lines[0], "3 backend 'fake': hello");
    assert_string_equal(lines[1], "4 backend 'fake': beyond");
    assert_string_equal(lines[2], "1 backend 'fake': below");
}

static void the_deadline_counts_down_to_nothing(void **state) {
    (void)state;
    assert_true(host.table.remaining_ms(&host.table) == INT64_MAX);
    px_host_begin(&host, 5000);
    int64_t left = host.table.remaining_ms(&host.table);
    assert_true(left > 4000 && left <= 5000);
    px_host_begin(&host, 0);
    assert_true(host.table.remaining_ms(&host.table) == 0);
    px_host_begin(&host, INT64_MAX);
    assert_true(host.table.remaining_ms(&host.table) == INT64_MAX);
}

static void what_a_call_notes_of_its_source_is_forgotten_by_the_next(void **state) {
    (void)state;
    px_host_begin(&host, INT64_MAX);
    assert_true(host.age_ms == 0 && host.retry_ms == 0);
    proxenos_note_age(&host.table, 12000);
    proxenos_note_retry(&host.table, 30000);
    assert_true(host.age_ms == 12000 && host.retry_ms == 30000);
    proxenos_note_age(&host.table, INT64_MIN);
    proxenos_note_retry(&host.table, -1);
    assert_true(host.age_ms == 0 && host.retry_ms == 0);
    proxenos_note_age(&host.table, INT64_MAX);
    proxenos_note_retry(&host.table, INT64_MAX); /* a source cannot silence us for ever */
    assert_true(host.age_ms == INT64_MAX && host.retry_ms == PROXENOS_RETRY_LIMIT_MS);
    px_host_begin(&host, INT64_MAX);
    assert_true(host.age_ms == 0 && host.retry_ms == 0);
}

static void a_core_of_an_earlier_minor_is_not_asked_for_what_it_lacks(void **state) {
    (void)state;
    proxenos_host earlier = host.table; /* its last field is read_file; behind it stands something else */
    earlier.size = offsetof(proxenos_host, note_age);
    memset(&earlier.note_age, 0xff, sizeof earlier.note_age + sizeof earlier.note_retry);
    proxenos_note_age(&earlier, 1);
    proxenos_note_retry(&earlier, 1);
}

static bool is_readable(int descriptor) {
    struct pollfd waited = {.fd = descriptor, .events = POLLIN};
    return poll(&waited, 1, 0) == 1 && (waited.revents & POLLIN) != 0;
}

static void cancelling_is_seen_by_both_ways_and_for_ever(void **state) {
    (void)state;
    int descriptor = host.table.cancel_descriptor(&host.table);
    assert_true(descriptor >= 0);
    assert_int_equal(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_false(is_readable(descriptor));
    assert_int_equal(host.table.is_cancelled(&host.table), 0);
    errno = 0;
    for (int i = 0; i < 100000; i++) px_host_cancel(&host); /* a pipe would fill */
    assert_int_equal(errno, 0);
    assert_true(is_readable(descriptor));
    assert_int_not_equal(host.table.is_cancelled(&host.table), 0);
    px_host_begin(&host, 5000);
    assert_int_not_equal(host.table.is_cancelled(&host.table), 0);
}

/* ------------------------------------------------------------------- files */

static char path[64];

static void write_file(const char *bytes, size_t length) {
    (void)snprintf(path, sizeof path, "/tmp/host-test.XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, length), (ssize_t)length);
    (void)close(file);
}

static void a_file_is_read_whole_or_not_at_all(void **state) {
    (void)state;
    char buffer[8];
    size_t length = 99;
    proxenos_error error;
    write_file("12\0 4567", 8);
    assert_int_equal(host.table.read_file(&host.table, path, buffer, 8, &length), PROXENOS_RESULT_OK);
    assert_int_equal(length, 8);
    assert_memory_equal(buffer, "12\0 4567", 8);
    assert_int_equal(host.table.read_file(&host.table, path, buffer, 7, &length), PROXENOS_RESULT_MALFORMED);
    assert_int_equal(length, 0);
    assert_int_equal(px_host_status(&host, PROXENOS_RESULT_MALFORMED, &error), PROXENOS_ERROR_MALFORMED);
    assert_contains(error.text, path);
    assert_contains(error.text, "is larger than 7 bytes");
    (void)unlink(path);
    assert_int_equal(host.table.read_file(&host.table, path, buffer, 8, &length), PROXENOS_RESULT_NOT_FOUND);
    (void)px_host_status(&host, PROXENOS_RESULT_NOT_FOUND, &error);
    assert_contains(error.text, strerror(ENOENT));
    assert_int_equal(host.table.read_file(&host.table, "/tmp", buffer, 8, &length), PROXENOS_RESULT_DENIED);
}

static void a_pipe_is_waited_for_until_the_deadline_or_the_end(void **state) {
    (void)state;
    char buffer[8], name[32];
    size_t length = 0;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    assert_int_equal(write(ends[1], "key", 3), 3);
    px_host_begin(&host, 50);
    assert_int_equal(host.table.read_file(&host.table, name, buffer, 8, &length), PROXENOS_RESULT_TIMED_OUT);
    px_host_begin(&host, INT64_MAX);
    assert_int_equal(write(ends[1], "key", 3), 3);
    (void)close(ends[1]);
    assert_int_equal(host.table.read_file(&host.table, name, buffer, 8, &length), PROXENOS_RESULT_OK);
    assert_int_equal(length, 3);
    (void)close(ends[0]);
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    px_host_cancel(&host);
    assert_int_equal(host.table.read_file(&host.table, name, buffer, 8, &length), PROXENOS_RESULT_CANCELLED);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* -------------------------------------------------------------------- sink */

static proxenos_node_data node_at(const char *address, int64_t port) {
    return (proxenos_node_data){
        .size = sizeof(proxenos_node_data), .flags = PROXENOS_NODE_HAS_PORT, .address = address, .port = port};
}

static void bad_nodes_are_skipped_counted_and_spoken_of_once(void **state) {
    (void)state;
    proxenos_sink sink = {.host = &host};
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &sink.builder, NULL), PROXENOS_OK);
    proxenos_node_data good = node_at("10.0.0.1", 80), bad = node_at("10.0.0.2", 70000);
    bad.origin = "nodes.yaml:12:5";
    assert_int_equal(host.table.add_node(&sink, &good), PROXENOS_RESULT_OK);
    for (int i = 0; i < 4; i++) assert_int_equal(host.table.add_node(&sink, &bad), PROXENOS_RESULT_SKIPPED);
    px_sink_end(&sink);
    assert_int_equal(line_count, 2);
    assert_contains(lines[0], "2 backend 'fake': a node was skipped: nodes.yaml:12:5: ");
    assert_contains(lines[0], "70000");
    assert_string_equal(lines[1], "2 backend 'fake': 3 more nodes were skipped");
    assert_int_equal(px_builder_skipped(sink.builder), 4);
    px_builder_free(sink.builder);
}

static void a_single_skipped_node_is_not_summed_up(void **state) {
    (void)state;
    proxenos_sink sink = {.host = &host};
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &sink.builder, NULL), PROXENOS_OK);
    proxenos_node_data bad = node_at("10.0.0.2", 0);
    assert_int_equal(host.table.add_node(&sink, &bad), PROXENOS_RESULT_SKIPPED);
    px_sink_end(&sink);
    assert_int_equal(line_count, 1);
    px_builder_free(sink.builder);
}

static void a_strict_node_that_is_bad_loses_the_whole_set(void **state) {
    (void)state;
    proxenos_sink sink = {.host = &host};
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &sink.builder, NULL), PROXENOS_OK);
    proxenos_node_data bad = node_at("10.0.0.2", 0), good = node_at("10.0.0.1", 80);
    bad.flags |= PROXENOS_NODE_STRICT;
    bad.origin = "nodes.yaml:3:1";
    assert_int_equal(host.table.add_node(&sink, &bad), PROXENOS_RESULT_MALFORMED);
    assert_int_equal(host.table.add_node(&sink, &good), PROXENOS_RESULT_MALFORMED);
    assert_int_equal(sink.failure.status, PROXENOS_ERROR_MALFORMED);
    assert_contains(sink.failure.text, "nodes.yaml:3:1: ");
    px_builder_free(sink.builder);
}

static void a_node_of_a_later_minor_is_taken_and_a_shorter_one_than_1_0_refused(void **state) {
    (void)state;
    struct {
        proxenos_node_data now;
        const char *later;
    } longer = {.now = node_at("10.0.0.1", 80), .later = "later"};
    longer.now.size = sizeof longer;
    proxenos_sink sink = {.host = &host};
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &sink.builder, NULL), PROXENOS_OK);
    assert_int_equal(host.table.add_node(&sink, &longer.now), PROXENOS_RESULT_OK);
    longer.now.size = 24;
    assert_int_equal(host.table.add_node(&sink, &longer.now), PROXENOS_RESULT_INTERNAL);
    assert_contains(sink.failure.text, "a node of 24 bytes");
    px_builder_free(sink.builder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_result_has_its_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_fail_said_last_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_error_of_an_earlier_call_is_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_of_a_plugin_stay_one_sane_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(log_lines_say_who_speaks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_deadline_counts_down_to_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_call_notes_of_its_source_is_forgotten_by_the_next, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_core_of_an_earlier_minor_is_not_asked_for_what_it_lacks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cancelling_is_seen_by_both_ways_and_for_ever, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_read_whole_or_not_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pipe_is_waited_for_until_the_deadline_or_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_nodes_are_skipped_counted_and_spoken_of_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_single_skipped_node_is_not_summed_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_strict_node_that_is_bad_loses_the_whole_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_node_of_a_later_minor_is_taken_and_a_shorter_one_than_1_0_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
