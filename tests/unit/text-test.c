/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "support.h"

/* ---- the growing string */

static void appended_pieces_make_one_string(void **state) {
    (void)state;
    px_text text = {0};
    px_text_add(&text, "node");
    px_text_append(&text, "\0s", 2);
    px_text_format(&text, " %d of %s", 3, "web");
    assert_int_equal(text.length, strlen("node?s 3 of web"));
    char *taken = px_text_take(&text);
    assert_memory_equal(taken, "node\0s 3 of web", sizeof "node\0s 3 of web");
    assert_null(text.bytes);
    free(taken);
}

static void an_untouched_text_is_the_empty_string(void **state) {
    (void)state;
    px_text text = {0};
    char *taken = px_text_take(&text);
    assert_string_equal(taken, "");
    free(taken);
}

static void a_text_grows_past_every_border(void **state) {
    (void)state;
    px_text text = {0};
    for (int i = 0; i < 5000; i++) px_text_format(&text, "%05d", i);
    assert_int_equal(text.length, 25000);
    assert_memory_equal(text.bytes + 5 * 4321, "04321", 5);
    px_text_clear(&text);
    assert_int_equal(text.length, 0);
}

static void after_one_failure_every_append_fails(void **state) {
    (void)state;
    px_text text = {0};
    px_text_add(&text, "a");
    char large[4096];
    memset(large, 'x', sizeof large);
    px_memory_fail_at(0);
    px_text_append(&text, large, sizeof large);
    assert_true(text.failed);
    px_text_add(&text, "b");
    px_text_format(&text, "%s", "c");
    assert_string_equal(text.bytes, "a");
    assert_null(px_text_take(&text));
    assert_false(text.failed);
    px_text_append(&text, "", SIZE_MAX);
    assert_true(text.failed);
    px_text_clear(&text);
}

/* ---- ASCII */

static void case_is_that_of_ascii(void **state) {
    (void)state;
    assert_int_equal(px_lower('Z'), 'z');
    assert_int_equal(px_lower('['), '[');
    assert_int_equal(px_lower('\xc4'), '\xc4');
    assert_true(px_equal_ignoring_case("SipHash-2-4", "siphash-2-4"));
    assert_false(px_equal_ignoring_case("sip", "siphash"));
    assert_true(px_compare_ignoring_case("A", "b") < 0);
    assert_true(px_compare_ignoring_case("b", "A") > 0);
    assert_true(px_compare_ignoring_case("a", "\xc3") < 0);
    for (int c = 1; c < 256; c++) {
        assert_int_equal(px_is_space((char)c), c == ' ' || (c >= 9 && c <= 13));
        assert_int_equal(px_is_digit((char)c), c >= '0' && c <= '9');
    }
    assert_int_equal(px_hex_digit('f'), 15);
    assert_int_equal(px_hex_digit('A'), 10);
    assert_int_equal(px_hex_digit('g'), -1);
    assert_int_equal(px_hex_digit('9'), 9);
}

/* ---- UTF-8 */

static void only_well_formed_utf8_passes(void **state) {
    (void)state;
    static const char *const good[] = {"", "touch\xc3\xa9", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                       "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    /* Bare tails, cut sequences, overlong forms, surrogates, beyond U+10FFFF. */
    static const char *const bad[] = {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xe2\x82",
                                      "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80", "\xff", "a\xfe"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(px_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(px_is_utf8(bad[i], strlen(bad[i])));
    assert_false(px_is_utf8("a\0b", 3));
    assert_int_equal(px_utf8_length("\xe2\x82\xac", 3), 3);
    assert_int_equal(px_utf8_length("\xe2\x82\xac", 2), 0);
    assert_int_equal(px_utf8_length("", 0), 0);
}

static void an_escaped_line_is_one_line_of_utf8(void **state) {
    (void)state;
    px_text out = {0};
    static const char raw[] = "a\n\x1b[31m\x7f \xc3\xa9 \xc2\x85 \xff\0.";
    px_text_escape(&out, raw, sizeof raw - 1);
    assert_string_equal(out.bytes, "a\\x0a\\x1b[31m\\x7f \xc3\xa9 \\xc2\\x85 \\xff\\x00.");
    px_text_clear(&out);
    px_text_escape(&out, "\xc2\xa0", 2);
    assert_string_equal(out.bytes, "\xc2\xa0");
    px_text_clear(&out);
}

/* ---- "did you mean" */

static const char *nearest_of(const char *wrong, const char *const *candidates) {
    px_nearest nearest;
    px_nearest_start(&nearest, wrong);
    for (; *candidates != NULL; candidates++) px_nearest_try(&nearest, *candidates);
    return nearest.best;
}

static void a_slip_finds_the_word_that_was_meant(void **state) {
    (void)state;
    static const char *const words[] = {"host", "port", "token", "token-file", "service", "datacenter", NULL};
    assert_string_equal(nearest_of("tokn", words), "token");
    assert_string_equal(nearest_of("tokenfile", words), "token-file");
    assert_string_equal(nearest_of("ohst", words), "host");      /* neighbours swapped: 1, not 2 */
    assert_string_equal(nearest_of("DATACENTRE", words), "datacenter");
    assert_string_equal(nearest_of("hots", words), "host");
    assert_string_equal(nearest_of("pord", words), "port");
}

static void what_is_too_far_is_no_suggestion(void **state) {
    (void)state;
    static const char *const words[] = {"host", "port", "token", NULL};
    assert_null(nearest_of("zone", words));
    assert_null(nearest_of("hxyt", words));
    assert_null(nearest_of("", words));
    char longest[100];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const itself[] = {longest, NULL};
    assert_null(nearest_of(longest, itself));
}

/* ---- numbers */

static void integers_are_whole_decimal_and_in_range(void **state) {
    (void)state;
    int64_t number;
    uint64_t large;
    assert_true(px_parse_integer("-9223372036854775808", &number) && number == INT64_MIN);
    assert_true(px_parse_integer("9223372036854775807", &number) && number == INT64_MAX);
    assert_true(px_parse_integer("-0", &number) && number == 0);
    assert_true(px_parse_integer("007", &number) && number == 7);
    assert_true(px_parse_unsigned("18446744073709551615", &large) && large == UINT64_MAX);
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "0x10", "1.0", "1e3", "--1",
                                      "99999999999999999999", "22:22", "1_000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(px_parse_integer(bad[i], &number));
        assert_false(px_parse_unsigned(bad[i], &large));
    }
    assert_false(px_parse_integer("9223372036854775808", &number));
    assert_false(px_parse_integer("-9223372036854775809", &number));
    assert_false(px_parse_unsigned("18446744073709551616", &large));
    assert_false(px_parse_unsigned("-1", &large));
}

static void booleans_are_words_or_bits(void **state) {
    (void)state;
    static const char *const yes[] = {"yes", "TRUE", "On", "1", "t"};
    static const char *const no[] = {"no", "False", "OFF", "0", "f"};
    bool value;
    for (size_t i = 0; i < 5; i++) {
        assert_true(px_parse_boolean(yes[i], &value) && value);
        assert_true(px_parse_boolean(no[i], &value) && !value);
    }
    assert_false(px_parse_boolean("", &value));
    assert_false(px_parse_boolean("y", &value));
    assert_false(px_parse_boolean("2", &value));
}

static void durations_are_milliseconds(void **state) {
    (void)state;
    int64_t value;
    assert_true(px_parse_duration("250ms", &value) && value == 250);
    assert_true(px_parse_duration("10s", &value) && value == 10000);
    assert_true(px_parse_duration("10", &value) && value == 10000);
    assert_true(px_parse_duration("5m", &value) && value == 300000);
    assert_true(px_parse_duration("1h", &value) && value == 3600000);
    assert_true(px_parse_duration("0", &value) && value == 0);
    static const char *const bad[] = {"", "s", "-1s", "1 s", "1.5s", "1d", "1sm", "9223372036854775807s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(px_parse_duration(bad[i], &value));
}

static void sizes_are_bytes_in_powers_of_1024(void **state) {
    (void)state;
    int64_t value;
    assert_true(px_parse_size("512", &value) && value == 512);
    assert_true(px_parse_size("64KiB", &value) && value == 65536);
    assert_true(px_parse_size("64k", &value) && value == 65536);
    assert_true(px_parse_size("64MiB", &value) && value == 67108864);
    assert_true(px_parse_size("3G", &value) && value == INT64_C(3221225472));
    static const char *const bad[] = {"", "K", "1KB", "1T", "-1", "8589934592G"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(px_parse_size(bad[i], &value));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appended_pieces_make_one_string),
        cmocka_unit_test(an_untouched_text_is_the_empty_string),
        cmocka_unit_test(a_text_grows_past_every_border),
        cmocka_unit_test(after_one_failure_every_append_fails),
        cmocka_unit_test(case_is_that_of_ascii),
        cmocka_unit_test(only_well_formed_utf8_passes),
        cmocka_unit_test(an_escaped_line_is_one_line_of_utf8),
        cmocka_unit_test(a_slip_finds_the_word_that_was_meant),
        cmocka_unit_test(what_is_too_far_is_no_suggestion),
        cmocka_unit_test(integers_are_whole_decimal_and_in_range),
        cmocka_unit_test(booleans_are_words_or_bits),
        cmocka_unit_test(durations_are_milliseconds),
        cmocka_unit_test(sizes_are_bytes_in_powers_of_1024),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
