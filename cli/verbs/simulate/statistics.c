/* SPDX-License-Identifier: MIT */
/* The incomplete gamma functions by their series and continued fraction; DLMF
 * 8.11.4 and 8.9.2, the latter by Lentz's method. */
#include "verbs/simulate/statistics.h"

#include <math.h>

enum { MOST_STEPS = 1000000 };
static const double precise = 1e-15;

/* P(a, x), for x < a + 1. */
static double lower_gamma(double a, double x) {
    double term = 1 / a, sum = term;
    for (int n = 1; n < MOST_STEPS && term > sum * precise; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * exp(a * log(x) - x - lgamma(a));
}

/* Q(a, x), for x >= a + 1. */
static double upper_gamma(double a, double x) {
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d;
    for (int n = 1; n < MOST_STEPS; n++) {
        double numerator = -n * (n - a);
        b += 2;
        d = numerator * d + b;
        c = b + numerator / c;
        if (fabs(d) < tiny) d = tiny;
        if (fabs(c) < tiny) c = tiny;
        d = 1 / d;
        double factor = d * c;
        value *= factor;
        if (fabs(factor - 1) < precise) break;
    }
    return value * exp(a * log(x) - x - lgamma(a));
}

double chi_squared_tail(double chi_squared, double degrees_of_freedom) {
    double a = degrees_of_freedom / 2, x = chi_squared / 2;
    if (a <= 0 || x <= 0) return 1;
    return x < a + 1 ? 1 - lower_gamma(a, x) : upper_gamma(a, x);
}
