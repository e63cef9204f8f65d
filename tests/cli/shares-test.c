/* SPDX-License-Identifier: MIT */
/* Expected shares of replicas against all ways of drawing them. */
#include "verbs/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

enum { MOST = 7 };

/* Adds to `shares` what comes of drawing `left` more nodes, each in proportion to its weight among those that are not
 * drawn yet; `drawn` has a bit for each. */
static void draw_all(const double *weights, size_t count, unsigned drawn, double sum, double chance, size_t left,
                     double *shares) {
    if (left == 0) {
        for (size_t i = 0; i < count; i++)
            if ((drawn >> i & 1) != 0) shares[i] += chance;
        return;
    }
    for (size_t i = 0; i < count; i++)
        if ((drawn >> i & 1) == 0 && weights[i] > 0)
            draw_all(weights, count, drawn | 1U << i, sum - weights[i], chance * weights[i] / sum, left - 1, shares);
}

/* Small numbers, equal ones, zeros, and up to 2^32 - 1, by a generator of our own. */
static double next_weight(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    unsigned kind = (unsigned)(*state >> 60), bits = (unsigned)(*state >> 32) & 31;
    if (kind == 0) return 0;
    if (kind < 6) return 1 + (double)(*state >> 40 & 3);
    return 1 + (double)(uint32_t)((*state >> 20 & UINT32_MAX) >> bits) / 2;
}

static void shares_are_those_of_all_draws(void **state) {
    (void)state;
    uint64_t random = 1;
    for (int round = 0; round < 400; round++) {
        double weights[MOST], wanted[MOST] = {0}, got[MOST], sum = 0;
        size_t count = 1 + (size_t)round % MOST, able = 0;
        for (size_t i = 0; i < count; i++) {
            weights[i] = floor(next_weight(&random));
            sum += weights[i];
            able += weights[i] > 0;
        }
        for (size_t places = 1; places <= able; places++) {
            for (size_t i = 0; i < count; i++) wanted[i] = 0;
            draw_all(weights, count, 0, sum, 1, places, wanted);
            assert_true(expected_shares(weights, count, places, got));
            for (size_t i = 0; i < count; i++)
                if (fabs(wanted[i] - got[i]) > 1e-9)
                    fail_msg("round %d, %zu of %zu, weight %g: %.12f, not %.12f", round, places, count, weights[i], got[i],
                             wanted[i]);
        }
    }
}

static void many_nodes_share_all_places(void **state) {
    (void)state;
    enum { COUNT = 2000, PLACES = 5 };
    double *weights = calloc(2 * COUNT, sizeof *weights), *shares = weights + COUNT, sum = 0;
    assert_non_null(weights);
    for (size_t i = 0; i < COUNT; i++) weights[i] = 1 + (double)(i % 50);
    assert_true(expected_shares(weights, COUNT, PLACES, shares));
    for (size_t i = 0; i < COUNT; i++) sum += shares[i];
    assert_true(fabs(sum - PLACES) < 1e-7);
    assert_true(shares[49] > shares[48] && shares[48] > shares[0]);
    free(weights);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_all_draws),
        cmocka_unit_test(many_nodes_share_all_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
