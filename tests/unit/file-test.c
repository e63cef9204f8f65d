/* SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/proxenos-file-test.XXXXXX";
static char path[64], note[64];

static int set_up(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL) return -1;
    (void)snprintf(path, sizeof path, "%s/file", folder);
    (void)snprintf(note, sizeof note, "%s/note", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    (void)unlink(note);
    return rmdir(folder);
}

static int remove_file(void **state) {
    (void)state;
    (void)unlink(path);
    return 0;
}

static void write_file(const char *bytes, size_t length, mode_t mode) {
    (void)unlink(path); /* one that its owner may not write is in the way */
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_refused(const char *name, size_t limit, proxenos_status status, const char *words) {
    px_file file;
    proxenos_error error = {0};
    assert_int_equal(px_file_read(name, limit, &file, &error), status);
    assert_int_equal(error.status, status);
    assert_null(file.bytes);
    assert_contains(error.text, words);
    assert_int_equal(strncmp(error.text, name, strlen(name)), 0);
}

static void a_file_is_read_whole(void **state) {
    (void)state;
    px_file file;
    write_file("ab\0c", 4, 0600);
    assert_int_equal(px_file_read(path, 4, &file, NULL), PROXENOS_OK);
    assert_int_equal(file.length, 4);
    assert_memory_equal(file.bytes, "ab\0c", 5);
    assert_false(file.is_exposed);
    px_file_end(&file);
    assert_null(file.bytes);
    write_file("", 0, 0600);
    assert_int_equal(px_file_read(path, 0, &file, NULL), PROXENOS_OK);
    assert_int_equal(file.length, 0);
    px_file_end(&file);
}

static void a_file_above_the_limit_is_refused(void **state) {
    (void)state;
    write_file("12345", 5, 0600);
    assert_refused(path, 4, PROXENOS_ERROR_CONFIG, ": the file is larger than 4 bytes");
}

/* Were it read, this would take seconds and a gigabyte. */
static void a_huge_file_is_refused_by_its_size(void **state) {
    (void)state;
    write_file("", 0, 0600);
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    assert_refused(path, 1 << 20, PROXENOS_ERROR_CONFIG, ": the file is larger than 1048576 bytes");
}

static void what_has_no_end_is_refused(void **state) {
    (void)state;
    assert_refused(folder, 10, PROXENOS_ERROR_CONFIG, ": a folder, not a file");
    assert_refused("/dev/zero", 10, PROXENOS_ERROR_CONFIG, ": the file is larger than 10 bytes");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, 10, PROXENOS_ERROR_CONFIG, ": a pipe whose end did not come within 5 s"); /* nobody writes */
}

static void *write_late(void *user) {
    int descriptor = open(path, O_WRONLY);
    const struct timespec pause = {0, 50 * 1000 * 1000};
    (void)user;
    assert_int_equal(write(descriptor, "one", 3), 3);
    (void)nanosleep(&pause, NULL);
    assert_int_equal(write(descriptor, "two", 3), 3);
    (void)close(descriptor);
    return NULL;
}

static void a_pipe_is_read_to_its_end(void **state) {
    (void)state;
    pthread_t writer;
    px_file file;
    proxenos_error error;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_late, NULL), 0);
    assert_int_equal(px_file_read(path, 10, &file, &error), PROXENOS_OK);
    assert_int_equal(pthread_join(writer, NULL), 0);
    assert_string_equal(file.bytes, "onetwo");
    px_file_end(&file);
    assert_int_equal(pthread_create(&writer, NULL, write_late, NULL), 0);
    assert_refused(path, 5, PROXENOS_ERROR_CONFIG, ": the file is larger than 5 bytes");
    (void)pthread_join(writer, NULL);
}

static void assert_cannot_be_opened(const char *name, proxenos_status status, int reason) {
    char words[128];
    (void)snprintf(words, sizeof words, ": cannot be opened: %s", strerror(reason));
    assert_refused(name, 10, status, words);
}

static void a_missing_file_is_told_from_a_forbidden_one(void **state) {
    (void)state;
    assert_cannot_be_opened(path, PROXENOS_ERROR_NOT_FOUND, ENOENT);
    write_file("x", 1, 0600);
    char below[80];
    (void)snprintf(below, sizeof below, "%s/x", path);
    assert_cannot_be_opened(below, PROXENOS_ERROR_NOT_FOUND, ENOTDIR);
    if (geteuid() == 0) return; /* root may read anything */
    write_file("x", 1, 0);
    assert_cannot_be_opened(path, PROXENOS_ERROR_CONFIG, EACCES);
}

static void readers_without_business_are_noticed(void **state) {
    (void)state;
    static const struct {
        mode_t mode;
        bool is_exposed;
    } rows[] = {{0600, false}, {0400, false}, {0640, true}, {0604, true}, {0644, true}, {0622, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        px_file file;
        write_file("x", 1, rows[i].mode);
        assert_int_equal(px_path_is_exposed(path), rows[i].is_exposed);
        assert_int_equal(px_file_read(path, 10, &file, NULL), PROXENOS_OK);
        assert_int_equal(file.is_exposed, rows[i].is_exposed);
        px_file_end(&file);
    }
    /* Given to us by way of its group, as root's files often are. */
    if (geteuid() == 0) {
        write_file("x", 1, 0640);
        assert_int_equal(chown(path, 1, 0), 0);
        assert_false(px_path_is_exposed(path));
    }
    (void)unlink(path);
    assert_false(px_path_is_exposed(path));
}

static void assert_absolute(const char *base, const char *name, const char *wanted) {
    char *absolute;
    assert_int_equal(px_path_absolute(base, name, &absolute, NULL), PROXENOS_OK);
    assert_string_equal(absolute, wanted);
    free(absolute);
}

static void paths_start_where_they_are_named(void **state) {
    (void)state;
    char here[4096], wanted[4200];
    assert_non_null(getcwd(here, sizeof here));
    assert_absolute("/etc/proxenos", "a/b", "/etc/proxenos/a/b");
    assert_absolute("/etc/proxenos", "/a", "/a");
    assert_absolute(NULL, "/a", "/a");
    (void)snprintf(wanted, sizeof wanted, "%s/a", here);
    assert_absolute(NULL, "a", wanted);
    (void)snprintf(wanted, sizeof wanted, "%s/b/a", here);
    assert_absolute("b", "a", wanted);
}

static proxenos_status attempt(proxenos_error *error) {
    px_file file;
    char *absolute = NULL;
    proxenos_status status = px_file_read(note, 100, &file, error);
    px_file_end(&file);
    if (status == PROXENOS_OK) status = px_path_absolute("b", "a", &absolute, error);
    free(absolute);
    return status;
}

static void no_failed_allocation_does_harm(void **state) {
    (void)state;
    FILE *file = fopen(note, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_survives_every_failed_allocation(attempt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_file_is_read_whole, remove_file),
        cmocka_unit_test_teardown(a_file_above_the_limit_is_refused, remove_file),
        cmocka_unit_test_teardown(a_huge_file_is_refused_by_its_size, remove_file),
        cmocka_unit_test_teardown(what_has_no_end_is_refused, remove_file),
        cmocka_unit_test_teardown(a_pipe_is_read_to_its_end, remove_file),
        cmocka_unit_test_teardown(a_missing_file_is_told_from_a_forbidden_one, remove_file),
        cmocka_unit_test_teardown(readers_without_business_are_noticed, remove_file),
        cmocka_unit_test(paths_start_where_they_are_named),
        cmocka_unit_test(no_failed_allocation_does_harm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
