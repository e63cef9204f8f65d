/* SPDX-License-Identifier: MIT */
/* Values of follow.* as users write them. */
#include "settings/spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_span_is_two_durations_in_order(void **state) {
    (void)state;
    int64_t least, most;
    assert_true(px_parse_span("250ms..5s", &least, &most));
    assert_true(least == 250 && most == 5000);
    assert_true(px_parse_span("0s", &least, &most));
    assert_true(least == 0 && most == 0);
    assert_true(px_parse_span("2s..2s", &least, &most));
    static const char *const bad[] = {"", "..", "1s..", "..1s", "5s..1s", "1s...2s", "1s..2s..3s", "-1s..2s", "1 s..2s",
                                      "111111111111111111111111111111111111111111s..1s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(px_parse_span(bad[i], &least, &most));
}

static void a_limit_may_be_forever(void **state) {
    (void)state;
    int64_t limit;
    assert_true(px_parse_limit("forever", &limit));
    assert_true(limit == PX_FOREVER);
    assert_true(px_parse_limit("24h", &limit));
    assert_true(limit == 24 * 3600 * 1000);
    assert_false(px_parse_limit("never", &limit));
    assert_false(px_parse_limit("", &limit));
}

static void a_share_is_a_percentage(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t millionths;
    } good[] = {{"0%", 0}, {"100%", 1000000}, {"50%", 500000}, {"12.5%", 125000}, {"0.0001%", 1}, {"100.0%", 1000000}};
    static const char *const bad[] = {"",  "%",     "50",   "101%",     "100.1%",          "-1%",
                                      "1.%", ".5%", "5 %", "0.00001%", "4294967297%", "0x10%"};
    uint32_t millionths;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(px_parse_share(good[i].text, &millionths));
        assert_int_equal(millionths, good[i].millionths);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(px_parse_share(bad[i], &millionths));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_is_two_durations_in_order),
        cmocka_unit_test(a_limit_may_be_forever),
        cmocka_unit_test(a_share_is_a_percentage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
