/* SPDX-License-Identifier: MIT */
/* Side-by-side timing: every contestant runs in every round, one after another,
 * so that a busy machine disturbs all of them alike; the table shows medians. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Does `count` operations and returns something that depends on all of them, so
 * that none is optimised away. */
typedef uint64_t bench_run(void *state, size_t count);

typedef struct bench_contestant {
    const char *group;      /* "1000 nodes": contestants of a group are compared */
    const char *name;
    const char *note;       /* what it is, in a few words */
    bench_run *run;
    void *state;
    int is_baseline;        /* the group's ratio 1 */
    double median, low, high; /* nanoseconds per operation: median, 1st and 9th decile */
    double ratio;           /* median over rounds of baseline / this: larger is faster */
} bench_contestant;

/* Runs `rounds` rounds of about `milliseconds` for each contestant. */
int bench_all(bench_contestant *contestants, size_t count, unsigned rounds, double milliseconds);
/* The table to read, and the same as JSON. */
void bench_print(FILE *out, const bench_contestant *contestants, size_t count);
void bench_json(FILE *out, const bench_contestant *contestants, size_t count);

/* Nanoseconds of a clock that only goes forward. */
double bench_now(void);
double bench_median(double *values, size_t count);
double bench_quantile(double *values, size_t count, double share);

#endif
