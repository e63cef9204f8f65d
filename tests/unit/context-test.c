/* SPDX-License-Identifier: MIT */
#include "base/environment.h"
#include "modules/context.h"
#include "support.h"

#include <config.h>
#include <unistd.h>

static void keep_line(void *user, proxenos_log_level level, const char *text) {
    (void)snprintf(user, 256, "%d %s", (int)level, text);
}

static void the_log_gets_one_escaped_line(void **state) {
    (void)state;
    proxenos_context *context;
    char line[256] = "";
    assert_int_equal(proxenos_context_new(&context, NULL), PROXENOS_OK);
    px_log(context, PROXENOS_LEVEL_ERROR, "nobody %s", "listens");
    proxenos_context_set_log(context, keep_line, line);
    px_log(context, PROXENOS_LEVEL_WARNING, "service '%s'", "we\nb\x1b");
    assert_string_equal(line, "2 service 'we\\x0ab\\x1b'");
    px_log(NULL, PROXENOS_LEVEL_WARNING, "nowhere");
    for (long n = 0; n < 2; n++) {
        px_memory_fail_at(n);
        px_log(context, PROXENOS_LEVEL_INFO, "x");
        assert_string_equal(line, "3 a message was lost: out of memory");
    }
    px_memory_fail_at(-1);
    proxenos_context_free(context);
    proxenos_context_free(NULL);
}

static void plugin_folders_keep_their_order_and_become_absolute(void **state) {
    (void)state;
    proxenos_context *context;
    proxenos_error error;
    char here[4096], wanted[4200];
    assert_non_null(getcwd(here, sizeof here));
    (void)snprintf(wanted, sizeof wanted, "%s/stage", here);
    assert_int_equal(proxenos_context_new(&context, &error), PROXENOS_OK);
    assert_int_equal(proxenos_context_add_plugin_path(context, "/opt/acme", &error), PROXENOS_OK);
    assert_int_equal(proxenos_context_add_plugin_path(context, "stage", &error), PROXENOS_OK);
    assert_int_equal(proxenos_context_add_plugin_path(context, "", &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_context_add_plugin_path(context, NULL, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_context_add_plugin_path(NULL, "/", &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(context->plugin_path_count, 2);
    assert_string_equal(context->plugin_path[0], "/opt/acme");
    assert_string_equal(context->plugin_path[1], wanted);
    proxenos_context_free(context);
}

static void an_empty_variable_is_no_variable(void **state) {
    (void)state;
    assert_int_equal(setenv("PROXENOS_TEST", "", 1), 0);
    assert_null(px_environment("PROXENOS_TEST"));
    assert_int_equal(setenv("PROXENOS_TEST", "x", 1), 0);
    assert_string_equal(px_environment("PROXENOS_TEST"), "x");
    assert_int_equal(unsetenv("PROXENOS_TEST"), 0);
    assert_null(px_environment("PROXENOS_TEST"));
    assert_int_equal(proxenos_is_privileged(), 0);
}

static void the_version_is_that_of_the_package(void **state) {
    (void)state;
    assert_string_equal(proxenos_version(), PACKAGE_VERSION);
    char compiled[32];
    (void)snprintf(compiled, sizeof compiled, "%d.%d.%d", PROXENOS_VERSION_MAJOR, PROXENOS_VERSION_MINOR,
                   PROXENOS_VERSION_MICRO);
    assert_string_equal(compiled, PACKAGE_VERSION);
    assert_true(PROXENOS_VERSION_NUMBER >= PROXENOS_VERSION_OF(0, 1, 0));
    assert_true(PROXENOS_VERSION_NUMBER < PROXENOS_VERSION_OF(PROXENOS_VERSION_MAJOR, PROXENOS_VERSION_MINOR + 1, 0));
}

static proxenos_status make_a_context(proxenos_error *error) {
    proxenos_context *context;
    proxenos_status status = proxenos_context_new(&context, error);
    if (status != PROXENOS_OK) {
        assert_null(context);
        return status;
    }
    status = proxenos_context_add_plugin_path(context, "a", error);
    if (status == PROXENOS_OK) status = proxenos_context_add_plugin_path(context, "/b", error);
    proxenos_context_free(context);
    return status;
}

static void a_context_survives_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(make_a_context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_gets_one_escaped_line),
        cmocka_unit_test(plugin_folders_keep_their_order_and_become_absolute),
        cmocka_unit_test(an_empty_variable_is_no_variable),
        cmocka_unit_test(the_version_is_that_of_the_package),
        cmocka_unit_test(a_context_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}
