/* SPDX-License-Identifier: MIT */
/* The conformance test as programs call it; what it finds is for tests/kit. */
#include "conformance/child.h"
#include "conformance/instance.h"

#include "support.h"

#include <signal.h>
#include <unistd.h>

/* A plugin that hangs in fetch. */
static const char *bad_backend(void) {
    static char path[4096];
    const char *folder = getenv("top_builddir");
    (void)snprintf(path, sizeof path, "%s/tests/kit/.libs/bad-backend.so", folder == NULL ? "." : folder);
    return path;
}

/* What was visited; at most this many. */
typedef struct findings {
    size_t limit, total, broken;
    char last_broken[256], why[1024], kind[16], name[64], section[64];
} findings;

static int visit(void *user, const proxenos_finding *finding) {
    findings *seen = user;
    assert_int_equal(finding->size, sizeof *finding);
    seen->total++;
    if (finding->verdict == PROXENOS_HOLDS) assert_string_equal(finding->why, "");
    if (finding->verdict == PROXENOS_BROKEN) {
        seen->broken++;
        (void)snprintf(seen->last_broken, sizeof seen->last_broken, "%s", finding->what);
        (void)snprintf(seen->why, sizeof seen->why, "%s", finding->why);
    }
    (void)snprintf(seen->kind, sizeof seen->kind, "%s", finding->kind);
    (void)snprintf(seen->name, sizeof seen->name, "%s", finding->name);
    (void)snprintf(seen->section, sizeof seen->section, "%s", finding->section);
    return seen->limit != 0 && seen->total == seen->limit;
}

static proxenos_status test_file(const char *path, const char *const *options, findings *seen,
                                 proxenos_error *error) {
    proxenos_context *context = NULL;
    proxenos_status status = proxenos_context_new(&context, error);
    if (status == PROXENOS_OK) status = proxenos_plugin_test(context, path, options, visit, seen, error);
    proxenos_context_free(context);
    return status;
}

static void a_plugin_that_hangs_is_given_up(void **state) {
    findings seen = {0};
    proxenos_error error;
    (void)state;
    px_check_limit_s = 3;
    assert_int_equal(test_file(bad_backend(), NULL, &seen, &error), PROXENOS_OK);
    px_check_limit_s = 20;
    assert_int_equal(seen.broken, 2);
    assert_string_equal(seen.last_broken, "ends with the result of add_node when the set is lost");
    assert_string_equal(seen.why, "it did not return within 3 s; the other checks are left out");
    assert_string_equal(seen.section, "Nodes");
}

/* Then nobody can tell a crash from an end; the program itself sets SIGCHLD. */
static void a_program_that_ignores_sigchld_is_told(void **state) {
    findings seen = {0};
    proxenos_error error;
    (void)state;
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);
    proxenos_status status = test_file("/none/nothing.so", NULL, &seen, &error);
    (void)signal(SIGCHLD, before);
    assert_int_equal(status, PROXENOS_ERROR_INTERNAL);
    assert_contains(error.text, "how the test's process ended cannot be told: ");
    assert_contains(error.text, "; does the program ignore SIGCHLD?");
}

static void a_visitor_may_have_had_enough(void **state) {
    findings seen = {.limit = 1};
    proxenos_error error;
    (void)state;
    assert_int_equal(test_file(bad_backend(), NULL, &seen, &error), PROXENOS_OK);
    assert_int_equal(seen.total, 1);
    assert_string_equal(seen.kind, "module");
    assert_string_equal(seen.name, "bad-backend");
    assert_string_equal(seen.section, "THE MODULE");
}

static void a_file_that_cannot_be_loaded_is_an_error(void **state) {
    findings seen = {0};
    proxenos_error error;
    (void)state;
    assert_int_equal(test_file("/nowhere/at/all.so", NULL, &seen, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "/nowhere/at/all.so cannot be opened");
    assert_int_equal(test_file("/dev/null", NULL, &seen, NULL), PROXENOS_ERROR_PLUGIN);
    assert_int_equal(seen.total, 0);
}

static void options_are_pairs_that_somebody_has(void **state) {
    static const char *const bare[] = {"path", NULL}, *const nameless[] = {"=x", NULL};
    static const char *const unknown[] = {"path=/x", "hots=x", NULL};
    findings seen = {0};
    proxenos_error error;
    (void)state;
    assert_int_equal(test_file(bad_backend(), bare, &seen, &error), PROXENOS_ERROR_ARGUMENT);
    assert_string_equal(error.text, "an option is given as KEY=VALUE, not 'path'");
    assert_int_equal(test_file(bad_backend(), nameless, &seen, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(test_file(bad_backend(), unknown, &seen, &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "has no option 'hots'; did you mean 'host'?");
    assert_int_equal(seen.total, 0);
}

static void arguments_are_needed(void **state) {
    proxenos_error error;
    proxenos_context *context = NULL;
    (void)state;
    assert_int_equal(proxenos_context_new(&context, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_plugin_test(NULL, "x.so", NULL, visit, NULL, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_plugin_test(context, NULL, NULL, visit, NULL, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_plugin_test(context, "x.so", NULL, NULL, NULL, &error), PROXENOS_ERROR_ARGUMENT);
    proxenos_context_free(context);
}

/* The first finding ends it, so the plan needs no memory. */
static proxenos_status begin_test(proxenos_error *error) {
    static const char *const options[] = {"path=/x", "port=1", NULL};
    findings seen = {.limit = 1};
    return test_file(bad_backend(), options, &seen, error);
}

static void lack_of_memory_is_told(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(begin_test);
}

static void nothing_of_it_stays_open(void **state) {
    findings seen = {.limit = 1};
    (void)state;
    size_t before = px_count_descriptors();
    assert_int_equal(test_file(bad_backend(), NULL, &seen, NULL), PROXENOS_OK);
    assert_int_equal(test_file("/nowhere/at/all.so", NULL, &seen, NULL), PROXENOS_ERROR_PLUGIN);
    assert_int_equal(px_count_descriptors(), before);
}

/* What the program has in its buffers is its own, printed once. */
static void the_words_of_the_program_are_not_the_plugins(void **state) {
    findings seen = {.limit = 1};
    char text[16] = "";
    (void)state;
    FILE *mine = tmpfile();
    assert_non_null(mine);
    int saved = dup(STDOUT_FILENO);
    (void)fflush(stdout);
    assert_true(dup2(fileno(mine), STDOUT_FILENO) >= 0);
    printf("mine");
    proxenos_status status = test_file(bad_backend(), NULL, &seen, NULL);
    (void)fflush(stdout);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
    ssize_t got = pread(fileno(mine), text, sizeof text - 1, 0);
    (void)fclose(mine);
    assert_int_equal(status, PROXENOS_OK);
    assert_int_equal(seen.broken, 0);
    assert_int_equal(got, 4);
    assert_string_equal(text, "mine");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_cannot_be_loaded_is_an_error),
        cmocka_unit_test(a_plugin_that_hangs_is_given_up),
        cmocka_unit_test(a_program_that_ignores_sigchld_is_told),
        cmocka_unit_test(a_visitor_may_have_had_enough),
        cmocka_unit_test(arguments_are_needed),
        cmocka_unit_test(lack_of_memory_is_told),
        cmocka_unit_test(nothing_of_it_stays_open),
        cmocka_unit_test(options_are_pairs_that_somebody_has),
        cmocka_unit_test(the_words_of_the_program_are_not_the_plugins),
    };
    if (access(bad_backend(), R_OK) != 0) {
        printf("1..0 # SKIP modules cannot be loaded here\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
