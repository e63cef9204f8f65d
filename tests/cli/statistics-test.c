/* SPDX-License-Identifier: MIT */
/* The chi-squared distribution against published tables. */
#include "verbs/simulate/statistics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static void the_tail_agrees_with_tables(void **state) {
    (void)state;
    /* NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4. */
    static const struct {
        double degrees, critical, p;
    } rows[] = {{1, 3.841, 0.05},    {1, 10.828, 0.001},  {2, 4.605, 0.10},    {5, 15.086, 0.01},
                {10, 18.307, 0.05},  {30, 43.773, 0.05},  {50, 76.154, 0.01},  {100, 124.342, 0.05},
                {100, 149.449, 0.001}, {100, 77.929, 0.95}, {60, 37.485, 0.99}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double p = chi_squared_tail(rows[i].critical, rows[i].degrees);
        if (fabs(p - rows[i].p) > 0.003 * rows[i].p + 0.0001)
            fail_msg("chi-squared %g with %g degrees: p = %g, not %g", rows[i].critical, rows[i].degrees, p,
                     rows[i].p);
    }
}

static void two_degrees_are_the_exponential_distribution(void **state) {
    (void)state;
    for (double x = 0.1; x < 100; x *= 1.3)
        assert_true(fabs(chi_squared_tail(x, 2) / exp(-x / 2) - 1) < 1e-12);
}

static void the_tail_falls_from_one_to_nothing(void **state) {
    (void)state;
    for (double degrees = 1; degrees < 2e6; degrees *= 7) {
        assert_true(chi_squared_tail(0, degrees) == 1);
        double last = 1;
        for (double x = degrees / 2; x < degrees * 2; x += degrees / 50) {
            double p = chi_squared_tail(x, degrees);
            assert_true(p >= 0 && p <= last + 1e-12);
            last = p;
        }
        /* Its median is close to degrees - 2/3. */
        if (degrees > 100) assert_true(fabs(chi_squared_tail(degrees - 2.0 / 3, degrees) - 0.5) < 0.001);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tail_agrees_with_tables),
        cmocka_unit_test(two_degrees_are_the_exponential_distribution),
        cmocka_unit_test(the_tail_falls_from_one_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
