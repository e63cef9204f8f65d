/* SPDX-License-Identifier: MIT */
/* When a source may be asked again, with a clock of the test's own. */
#include "discovery/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void pauses_double_up_to_the_limit_with_jitter(void **state) {
    (void)state;
    static const int64_t pauses[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
    for (uint32_t chance = 0; chance < 5000; chance += 7) {
        px_pace pace = {.retry_ms = 1000, .retry_limit_ms = 30000};
        int64_t now = 0;
        for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
            px_pace_failed(&pace, now, 0, chance);
            int64_t rest = px_pace_rest(&pace, now);
            assert_true(rest >= pauses[i] * 3 / 4 && rest <= pauses[i] * 5 / 4);
            now += rest;
            assert_true(px_pace_rest(&pace, now) == 0);
        }
        px_pace_clear(&pace);
        px_pace_failed(&pace, now, 0, chance);
        assert_true(px_pace_rest(&pace, now) <= 1250);
    }
}

static void the_jitter_reaches_both_ends(void **state) {
    (void)state;
    int64_t least = INT64_MAX, most = 0;
    for (uint32_t chance = 0; chance < 1000; chance++) {
        px_pace pace = {.retry_ms = 1000, .retry_limit_ms = 30000};
        px_pace_failed(&pace, 0, 0, chance);
        int64_t rest = px_pace_rest(&pace, 0);
        if (rest < least) least = rest;
        if (rest > most) most = rest;
    }
    assert_true(least == 750 && most == 1250);
}

static void the_sources_wish_counts(void **state) {
    (void)state;
    px_pace pace = {.retry_ms = 1000, .retry_limit_ms = 30000};
    px_pace_failed(&pace, 0, 120000, 0);
    assert_true(px_pace_rest(&pace, 0) == 120000);
    px_pace_failed(&pace, 0, 1, 0);
    assert_true(px_pace_rest(&pace, 0) == 1500); /* never shorter than ours */
}

static void news_come_in_a_burst_and_then_ten_a_second(void **state) {
    (void)state;
    px_pace pace = {.retry_ms = 1000, .retry_limit_ms = 30000};
    int64_t now = 1000000;
    for (int i = 0; i < PX_PACE_BURST; i++) {
        px_pace_news(&pace, now);
        assert_true(px_pace_rest(&pace, now) == 0);
    }
    px_pace_news(&pace, now);
    assert_true(px_pace_rest(&pace, now) == PX_PACE_CHANGED_MS);
    now += PX_PACE_CHANGED_MS;
    px_pace_news(&pace, now);
    assert_true(px_pace_rest(&pace, now) == PX_PACE_CHANGED_MS);
    now += 60000; /* quiet: the burst is there again */
    for (int i = 0; i < PX_PACE_BURST; i++) px_pace_news(&pace, now);
    assert_true(px_pace_rest(&pace, now) == 0);
}

static void nothing_new_at_once_means_a_second_of_rest(void **state) {
    (void)state;
    px_pace pace = {.retry_ms = 1000, .retry_limit_ms = 30000};
    px_pace_nothing(&pace, 500);
    assert_true(px_pace_rest(&pace, 500) == PX_PACE_UNCHANGED_MS);
    assert_true(px_pace_rest(&pace, 60500) == 0); /* it waited as it was asked to */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_the_limit_with_jitter),
        cmocka_unit_test(the_jitter_reaches_both_ends),
        cmocka_unit_test(the_sources_wish_counts),
        cmocka_unit_test(news_come_in_a_burst_and_then_ten_a_second),
        cmocka_unit_test(nothing_new_at_once_means_a_second_of_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
