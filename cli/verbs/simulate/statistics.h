/* SPDX-License-Identifier: MIT */
#ifndef CLI_VERBS_SIMULATE_STATISTICS_H
#define CLI_VERBS_SIMULATE_STATISTICS_H

/* How likely chance alone gives at least this chi-squared with so many degrees of
 * freedom: the upper tail of the distribution, 0 ... 1. */
double chi_squared_tail(double chi_squared, double degrees_of_freedom);

#endif
