/* SPDX-License-Identifier: MIT */
/* How the file is read: what is no file, what is in the making, what is short of
 * memory or time. */
#include "harness.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern const proxenos_module static_file_LTX_proxenos_module;

static char folder[] = "/tmp/proxenos-static-file.XXXXXX";
static char path[256];
static harness host;

/* ------------------------------------------- allocations that can be failed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long countdown = -1; /* allocations until one fails, once; -1: never */

static int is_to_fail(void) {
    return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size) {
    return is_to_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return is_to_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return is_to_fail() ? NULL : __real_realloc(old, size);
}

/* ------------------------------------------------------------------ helpers */

static int32_t fetch(int64_t settle_ms) {
    const proxenos_backend *backend = static_file_LTX_proxenos_module.backends;
    proxenos_value values[4] = {{.is_set = 1, .text = path}, {.is_set = 1}, {.is_set = 0},
                                {.is_set = 1, .integer = settle_ms}};
    proxenos_values table = {sizeof table, sizeof values[0], 4, 0, values};
    void *instance = NULL;
    current = &host;
    host.used = 0;
    host.nodes[0] = host.failure[0] = '\0';
    int32_t result = backend->open(&host.table, &table, &instance);
    if (result != PROXENOS_RESULT_OK) return result;
    uint64_t generation = 0;
    result = backend->fetch(instance, NULL, NULL, &generation);
    backend->close(instance);
    return result;
}

static void write_file(const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Seconds from now; into the past for a file that needs no settling. */
static void set_time(time_t offset) {
    struct timespec times[2] = {{.tv_sec = time(NULL) + offset}, {.tv_sec = time(NULL) + offset}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static double seconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* -------------------------------------------------------- what is no file */

static void what_has_no_end_is_refused(void **state) {
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    host.cancel_after = 2;
    assert_int_equal(fetch(0), PROXENOS_RESULT_CANCELLED); /* while it waits for a writer */
    host.cancelled = 0;
    host.cancel_after = -1;
    host.remaining_ms = 0;
    assert_int_equal(fetch(0), PROXENOS_RESULT_TIMED_OUT);
    host.remaining_ms = INT64_MAX;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(fetch(0), PROXENOS_RESULT_MALFORMED);
    assert_contains(host.failure, "is a folder, not a file");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/dev/zero", path), 0);
    assert_int_equal(fetch(0), PROXENOS_RESULT_MALFORMED);
    assert_contains(host.failure, "holds more than the 67108864 bytes that are read");
    assert_int_equal(unlink(path), 0);
}

static void a_missing_file_is_not_found(void **state) {
    (void)state;
    assert_int_equal(fetch(100), PROXENOS_RESULT_NOT_FOUND);
    assert_contains(host.failure, "cannot open");
    assert_contains(host.failure, path);
}

static void an_unreadable_file_is_denied(void **state) {
    (void)state;
    uid_t user = geteuid();
    write_file("a:1\n");
    assert_int_equal(chmod(path, 0), 0);
    if (user == 0) assert_int_equal(seteuid(65534), 0); /* root reads everything */
    int32_t result = fetch(0);
    if (user == 0) assert_int_equal(seteuid(user), 0);
    assert_int_equal(result, PROXENOS_RESULT_DENIED);
    assert_int_equal(unlink(path), 0);
}

static void a_file_of_a_gigabyte_is_refused_by_its_size(void **state) {
    (void)state;
    write_file("a:1\n");
    assert_int_equal(truncate(path, 1024L * 1024 * 1024), 0);
    double began = seconds();
    assert_int_equal(fetch(0), PROXENOS_RESULT_MALFORMED);
    assert_true(seconds() - began < 0.5);
    assert_contains(host.failure, "holds 1073741824 bytes, more than the 67108864 that are read");
    assert_int_equal(unlink(path), 0);
}

static void a_long_path_leaves_room_for_the_reason(void **state) {
    (void)state;
    char old[sizeof path], long_path[1024];
    memcpy(old, path, sizeof old);
    memset(long_path, '/', sizeof long_path);
    (void)snprintf(long_path + 600, sizeof long_path - 600, "%s", old);
    write_file("a:x\n");
    const proxenos_backend *backend = static_file_LTX_proxenos_module.backends;
    proxenos_value values[4] = {{.is_set = 1, .text = long_path}, {.is_set = 1}, {.is_set = 0}, {.is_set = 1}};
    proxenos_values table = {sizeof table, sizeof values[0], 4, 0, values};
    void *instance = NULL;
    assert_int_equal(backend->open(&host.table, &table, &instance), PROXENOS_RESULT_OK);
    uint64_t generation = 0;
    assert_int_equal(backend->fetch(instance, NULL, NULL, &generation), PROXENOS_RESULT_MALFORMED);
    backend->close(instance);
    assert_contains(host.failure, ":1: port 'x' is not a whole number");
    assert_int_equal(unlink(path), 0);
}

/* ---------------------------------------------------------------- settling */

static void an_old_file_is_read_at_once(void **state) {
    (void)state;
    write_file("a:1\n");
    set_time(-60);
    double began = seconds();
    assert_int_equal(fetch(5000), PROXENOS_RESULT_OK);
    assert_true(seconds() - began < 1);
    assert_int_equal(unlink(path), 0);
}

static void a_fresh_file_must_stay_the_same_for_a_while(void **state) {
    (void)state;
    static const time_t offsets[] = {0, 3600}; /* the future: a clock that is off */
    for (size_t i = 0; i < 2; i++) {
        write_file("a:1\n");
        set_time(offsets[i]);
        double began = seconds();
        assert_int_equal(fetch(200), PROXENOS_RESULT_OK);
        assert_true(seconds() - began >= 0.19);
        assert_string_equal(host.nodes, "a port 1\n");
    }
    double began = seconds();
    assert_int_equal(fetch(0), PROXENOS_RESULT_OK);
    assert_true(seconds() - began < 0.19);
    assert_int_equal(unlink(path), 0);
}

/* What a writer does between the readings: the length alone tells too little, and
 * the last of these leaves nothing to wait for. */
static void write_on(unsigned turn) {
    static const struct {
        const char *text;
        off_t offset;
    } steps[] = {{"b", 0}, {"c", 0}, {"d:2\n", 4}, {"", 0}};
    assert_true(turn < sizeof steps / sizeof steps[0]);
    int descriptor = open(path, O_WRONLY);
    assert_true(descriptor >= 0);
    ssize_t length = (ssize_t)strlen(steps[turn].text);
    assert_int_equal(pwrite(descriptor, steps[turn].text, (size_t)length, steps[turn].offset), length);
    assert_int_equal(close(descriptor), 0);
}

static void a_file_being_written_is_waited_for(void **state) {
    (void)state;
    write_file("a:1\n");
    host.while_waiting = write_on;
    assert_int_equal(fetch(20), PROXENOS_RESULT_OK);
    assert_int_equal(host.turn, 4);
    assert_string_equal(host.nodes, "c port 1\nd port 2\n");
    host = harness_new();
    assert_int_equal(unlink(path), 0);
}

static void settling_ends_with_the_deadline_and_with_cancel(void **state) {
    (void)state;
    write_file("a:1\n");
    host.remaining_ms = 50;
    assert_int_equal(fetch(100), PROXENOS_RESULT_TIMED_OUT);
    assert_contains(host.failure, "no time to see it settle");
    host.remaining_ms = INT64_MAX;
    host.cancel_after = 1;
    double began = seconds();
    assert_int_equal(fetch(5000), PROXENOS_RESULT_CANCELLED);
    assert_true(seconds() - began < 1);
    host = harness_new();
    assert_int_equal(unlink(path), 0);
}

static void a_long_reading_can_be_cancelled(void **state) {
    (void)state;
    static const struct {
        const char *name, *item;
    } formats[] = {{"n.yaml", "- a:1\n"}, {"n", "a:1\n"}};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, formats[i].name);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        for (int line = 0; line < 20000; line++) assert_true(fputs(formats[i].item, file) >= 0);
        assert_int_equal(fclose(file), 0);
        host.cancel_after = 2;
        assert_int_equal(fetch(0), PROXENOS_RESULT_CANCELLED);
        host = harness_new();
        assert_int_equal(unlink(path), 0);
    }
}

/* ------------------------------------------------------------------ memory */

static void every_failed_allocation_is_an_orderly_failure(void **state) {
    (void)state;
    static const char *const texts[] = {
        "[{\"address\": \"a:1\", \"tags\": [\"x\"], \"meta\": {\"k\": \"v\"}}, \"b:1\"]",
        "a:1 k=v tags=x,y\n",
    };
    static const char *const extensions[] = {"n.json", "n.yaml", "n.txt"};
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, extensions[i]);
        write_file(texts[i / 2]);
        long failures = 0;
        int32_t result;
        do {
            assert_true(failures < 100);
            countdown = failures++;
            result = fetch(0);
            countdown = -1;
            if (result != PROXENOS_RESULT_OK) assert_int_equal(result, PROXENOS_RESULT_OUT_OF_MEMORY);
        } while (result != PROXENOS_RESULT_OK);
        assert_true(failures > 4);
        assert_int_equal(unlink(path), 0);
    }
}

static int make_folder(void **state) {
    (void)state;
    host = harness_new();
    if (mkdtemp(folder) == NULL) return -1;
    (void)snprintf(path, sizeof path, "%s/n", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_end_is_refused),
        cmocka_unit_test(a_missing_file_is_not_found),
        cmocka_unit_test(an_unreadable_file_is_denied),
        cmocka_unit_test(a_file_of_a_gigabyte_is_refused_by_its_size),
        cmocka_unit_test(a_long_path_leaves_room_for_the_reason),
        cmocka_unit_test(an_old_file_is_read_at_once),
        cmocka_unit_test(a_fresh_file_must_stay_the_same_for_a_while),
        cmocka_unit_test(a_file_being_written_is_waited_for),
        cmocka_unit_test(settling_ends_with_the_deadline_and_with_cancel),
        cmocka_unit_test(a_long_reading_can_be_cancelled),
        cmocka_unit_test(every_failed_allocation_is_an_orderly_failure),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
