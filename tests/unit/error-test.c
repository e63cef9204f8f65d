/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/text.h"
#include "support.h"

static void a_status_has_a_word_and_an_exit_code(void **state) {
    (void)state;
    static const int codes[] = {0, 0, 64, 65, 65, 66, 67, 68, 69, 70, 130, 71, 71, 2, 66};
    for (int status = PROXENOS_OK; status <= PROXENOS_ERROR_UNSUPPORTED; status++) {
        assert_int_equal(proxenos_status_exit_code((proxenos_status)status), codes[status]);
        assert_true(*proxenos_status_name((proxenos_status)status) != '\0');
    }
    assert_int_equal(proxenos_status_exit_code((proxenos_status)99), 71);
    assert_string_equal(proxenos_status_name((proxenos_status)-1), "internal");
}

static void an_error_is_one_clean_line(void **state) {
    (void)state;
    proxenos_error error;
    assert_int_equal(px_error(&error, PROXENOS_ERROR_DENIED, "%s", "a\nb\x1b[2J\x7f \xc2\x9b \xc3\xa9 \xff."),
                     PROXENOS_ERROR_DENIED);
    assert_int_equal(error.status, PROXENOS_ERROR_DENIED);
    assert_string_equal(error.text, "a\\x0ab\\x1b[2J\\x7f \\xc2\\x9b \xc3\xa9 \\xff.");
    assert_int_equal(px_error(NULL, PROXENOS_ERROR_DENIED, "nobody listens"), PROXENOS_ERROR_DENIED);
    assert_int_equal(px_error_memory(&error), PROXENOS_ERROR_MEMORY);
    px_error_clear(&error);
    px_error_clear(NULL);
    assert_int_equal(error.status, PROXENOS_OK);
    assert_string_equal(error.text, "");
}

static void a_place_comes_first(void **state) {
    (void)state;
    proxenos_error error;
    (void)px_error_at(&error, PROXENOS_ERROR_CONFIG, "a.yaml", 12, 5, "unknown key '%s'", "x");
    assert_string_equal(error.text, "a.yaml:12:5: unknown key 'x'");
    assert_int_equal(error.line, 12);
    assert_int_equal(error.column, 5);
    (void)px_error_at(&error, PROXENOS_ERROR_CONFIG, "a.yaml", 12, 0, "x");
    assert_string_equal(error.text, "a.yaml:12: x");
    (void)px_error_at(&error, PROXENOS_ERROR_CONFIG, "a.yaml", 0, 0, "x");
    assert_string_equal(error.text, "a.yaml: x");
}

static void a_prefix_keeps_status_and_place(void **state) {
    (void)state;
    proxenos_error error;
    (void)px_error_at(&error, PROXENOS_ERROR_CONFIG, "a.yaml", 12, 5, "x");
    px_error_prefix(&error, "cluster '%s'", "web");
    px_error_prefix(NULL, "nobody");
    assert_string_equal(error.text, "cluster 'web': a.yaml:12:5: x");
    assert_int_equal(error.status, PROXENOS_ERROR_CONFIG);
    assert_int_equal(error.line, 12);
}

/* Wherever the cut falls, what is left is well-formed and no escape is halved. */
static void a_long_error_is_cut_at_a_characters_border(void **state) {
    (void)state;
    static const char *const units[] = {"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\n", "\xc2\x85"};
    for (size_t unit = 0; unit < sizeof units / sizeof units[0]; unit++) {
        for (int shift = 0; shift < 9; shift++) {
            px_text text = {0};
            for (int i = 0; i < shift; i++) px_text_add(&text, "-");
            for (int i = 0; i < 1024; i++) px_text_add(&text, units[unit]);
            proxenos_error error;
            (void)px_error(&error, PROXENOS_ERROR_CONFIG, "%s", text.bytes);
            size_t length = strlen(error.text);
            assert_true(px_is_utf8(error.text, length));
            assert_true(length >= sizeof error.text - 8 && length < sizeof error.text);
            const char *escape = strrchr(error.text, '\\');
            if (escape != NULL) assert_int_equal(strlen(escape), 4);
            px_error_prefix(&error, "%s", text.bytes);
            assert_true(px_is_utf8(error.text, strlen(error.text)));
            px_text_clear(&text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_has_a_word_and_an_exit_code),
        cmocka_unit_test(an_error_is_one_clean_line),
        cmocka_unit_test(a_place_comes_first),
        cmocka_unit_test(a_prefix_keeps_status_and_place),
        cmocka_unit_test(a_long_error_is_cut_at_a_characters_border),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
