/* SPDX-License-Identifier: MIT */
/* What the program writes of text that others chose, and its guesses at names. */
#include "output/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void well_formed_characters_have_their_length(void **state) {
    (void)state;
    assert_int_equal(text_utf8_length("a", 1), 1);
    assert_int_equal(text_utf8_length("\xc3\xa9", 2), 2);
    assert_int_equal(text_utf8_length("\xe2\x82\xac", 3), 3);
    assert_int_equal(text_utf8_length("\xf0\x9f\x98\x80", 4), 4);
    assert_int_equal(text_utf8_length("\xf4\x8f\xbf\xbf", 4), 4);
    assert_int_equal(text_utf8_length("", 0), 0);
}

static void ill_formed_bytes_are_none(void **state) {
    (void)state;
    /* Lone, overlong, surrogate, too large, cut short. */
    static const char *const bad[] = {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(text_utf8_length(bad[i], strlen(bad[i])), 0);
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    }
    assert_true(text_is_utf8("", 0));
    assert_true(text_is_utf8("z\xc3\xa9\0y", 5));
}

static void controls_and_ill_formed_bytes_are_escaped(void **state) {
    (void)state;
    char out[128];
    (void)text_escape_into(out, sizeof out, "a\tb\x1b[31m\x7f\xc2\x9b\xff\xc3\xa9 \xe2\x82\xac");
    assert_string_equal(out, "a\\x09b\\x1b[31m\\x7f\\xc2\\x9b\\xff\xc3\xa9 \xe2\x82\xac");
    assert_int_equal(text_width("a\tb\xc3\xa9"), 7);
}

static void a_text_that_does_not_fit_is_cut_between_characters(void **state) {
    (void)state;
    char out[6];
    assert_int_equal(text_escape_into(out, sizeof out, "ab\xe2\x82\xac\xe2\x82\xac"), 5);
    assert_string_equal(out, "ab\xe2\x82\xac");
    assert_int_equal(text_escape_into(out, sizeof out, "abc\x01"), 3);
    assert_string_equal(out, "abc");
}

static void distances_count_letters(void **state) {
    (void)state;
    assert_int_equal(text_distance("select", 6, "select"), 0);
    assert_int_equal(text_distance("slect", 5, "select"), 1);
    assert_int_equal(text_distance("selcet", 6, "select"), 1); /* a swap */
    assert_int_equal(text_distance("selects", 7, "select"), 1);
    assert_int_equal(text_distance("kitten", 6, "sitting"), 3);
    assert_int_equal(text_distance("", 0, "nodes"), 5);
    assert_int_equal(text_distance("nodes", 5, ""), 5);
    char longer[80];
    memset(longer, 'x', sizeof longer);
    assert_true(text_distance(longer, sizeof longer, "nodes") == SIZE_MAX);
    assert_false(text_is_near(SIZE_MAX, sizeof longer));
    assert_true(text_is_near(1, 5));
    assert_false(text_is_near(2, 5));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_characters_have_their_length),
        cmocka_unit_test(ill_formed_bytes_are_none),
        cmocka_unit_test(controls_and_ill_formed_bytes_are_escaped),
        cmocka_unit_test(a_text_that_does_not_fit_is_cut_between_characters),
        cmocka_unit_test(distances_count_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
