/* SPDX-License-Identifier: MIT */
/* A plugin folder that cannot be read, or not to its end, is an error: it is neither
 * empty nor shorter. */
#include <config.h>

#include "modules/find.h"

#include "support.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_failure, read_failure; /* error numbers; 0: none */
static int reads_before_failure;

/* In the place of the C library's own. */
DIR *opendir(const char *name) {
    DIR *(*real)(const char *);
    if (open_failure != 0) {
        errno = open_failure;
        return NULL;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "opendir");
    return real(name);
}

struct dirent *readdir(DIR *directory) {
    struct dirent *(*real)(DIR *);
    if (read_failure != 0 && reads_before_failure-- == 0) {
        errno = read_failure;
        return NULL;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "readdir");
    return real(directory);
}

static char folder[] = "/tmp/proxenos-test.XXXXXX";

static int set_up(void **state) {
    char path[128];
    (void)state;
    if (mkdtemp(folder) == NULL || setenv("PROXENOS_PLUGIN_PATH", folder, 1) != 0) return -1;
    (void)snprintf(path, sizeof path, "%s/hashes", folder);
    if (mkdir(path, 0755) != 0) return -1;
    for (char name = 'a'; name <= 'c'; name++) {
        (void)snprintf(path, sizeof path, "%s/hashes/%c.so", folder, name);
        FILE *file = fopen(path, "w");
        if (file == NULL || fclose(file) != 0) return -1;
    }
    return 0;
}

static int tear_down(void **state) {
    char path[128];
    (void)state;
    for (char name = 'a'; name <= 'c'; name++) {
        (void)snprintf(path, sizeof path, "%s/hashes/%c.so", folder, name);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/hashes", folder);
    (void)rmdir(path);
    return rmdir(folder);
}

static int count_visits(void *user, const proxenos_plugin_info *info) {
    (void)info;
    ++*(size_t *)user;
    return 0;
}

/* Lists what is installed; gives how many there are. */
static proxenos_status list(size_t *count, proxenos_error *error) {
    proxenos_context *context = NULL;
    *count = 0;
    assert_int_equal(proxenos_context_new(&context, NULL), PROXENOS_OK);
    proxenos_status status = proxenos_plugins_each(context, count_visits, count, error);
    proxenos_context_free(context);
    return status;
}

static proxenos_status find_md5(proxenos_error *error) {
    proxenos_context *context = NULL;
    const px_hash_type *hash = NULL;
    assert_int_equal(proxenos_context_new(&context, NULL), PROXENOS_OK);
    proxenos_status status = px_find_hash(context, "md5", &hash, error);
    proxenos_context_free(context);
    return status;
}

static void a_folder_that_ends_early_is_an_error(void **state) {
    proxenos_error error;
    size_t count, whole;
    (void)state;
    assert_int_equal(list(&whole, &error), PROXENOS_OK);
    assert_true(whole >= 3);
    for (reads_before_failure = 0; reads_before_failure < 5; reads_before_failure++) {
        int before = reads_before_failure;
        read_failure = EIO;
        assert_int_equal(list(&count, &error), PROXENOS_ERROR_INTERNAL);
        assert_contains(error.text, folder);
        assert_contains(error.text, "/hashes cannot be read: Input/output error");
        read_failure = 0;
        reads_before_failure = before;
    }
}

static void the_cause_decides_the_error(void **state) {
    static const struct { int number; proxenos_status status; } causes[] = {
        {EMFILE, PROXENOS_ERROR_INTERNAL}, {ENFILE, PROXENOS_ERROR_INTERNAL}, {EIO, PROXENOS_ERROR_INTERNAL},
        {ENOMEM, PROXENOS_ERROR_MEMORY},   {EACCES, PROXENOS_ERROR_PLUGIN},   {ELOOP, PROXENOS_ERROR_PLUGIN}};
    proxenos_error error;
    size_t count;
    (void)state;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        open_failure = causes[i].number;
        assert_int_equal(list(&count, &error), causes[i].status);
        assert_contains(error.text, "cannot be read: ");
        assert_contains(error.text, strerror(causes[i].number));
        assert_int_equal(count, 0);
        /* An alias is looked for in all modules: it may be in one that was not seen. */
        assert_int_equal(find_md5(&error), causes[i].status);
        assert_contains(error.text, strerror(causes[i].number));
    }
    open_failure = 0;
}

static void a_folder_that_is_not_there_has_no_plugins(void **state) {
    static const int absent[] = {ENOENT, ENOTDIR, ENAMETOOLONG};
    proxenos_error error;
    size_t count;
    (void)state;
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        open_failure = absent[i];
        assert_int_equal(list(&count, &error), PROXENOS_OK);
        assert_int_equal(count, 0);
    }
    open_failure = 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_that_ends_early_is_an_error),
        cmocka_unit_test(the_cause_decides_the_error),
        cmocka_unit_test(a_folder_that_is_not_there_has_no_plugins),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
