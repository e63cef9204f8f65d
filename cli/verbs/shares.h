/* SPDX-License-Identifier: MIT */
/* What is expected of replicas. */
#ifndef CLI_VERBS_SHARES_H
#define CLI_VERBS_SHARES_H

#include <stdbool.h>
#include <stddef.h>

/* How likely each node is among the first `places` of a random key's ranking, 0...1; their sum is `places`, or the
 * number of weights above 0.  False when memory is short.
 *
 * A node of weight w draws an exponential of rate w for the key, and the smallest draws come first (Efraimidis and
 * Spirakis 2006), so that
 *
 *     share_i = integral over t of  w_i exp(-w_i t) P(fewer than `places` of the others have drawn less than t)
 *
 * by the trapezoidal rule in x = log t, which converges exponentially for such functions (Trefethen and Weideman
 * 2014).  Absolute error below 1e-9, for weights of the whole range. */
bool expected_shares(const double *weights, size_t count, size_t places, double *shares);

#endif
