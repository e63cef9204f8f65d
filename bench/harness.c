/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile uint64_t sink;

double bench_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_quantile(double *values, size_t count, double share) {
    qsort(values, count, sizeof *values, compare);
    return values[(size_t)(share * (double)(count - 1) + 0.5)];
}

double bench_median(double *values, size_t count) {
    return bench_quantile(values, count, 0.5);
}

static double time_of(const bench_contestant *c, size_t count) {
    double start = bench_now();
    sink += c->run(c->state, count);
    return bench_now() - start;
}

/* How many operations fill the time.  Also warms caches and vector units: after
 * scalar work wide vectors run slowly for some 50 microseconds. */
static size_t calibrate(const bench_contestant *c, double nanoseconds) {
    size_t count = 64;
    for (;;) {
        double took = time_of(c, count);
        if (took > nanoseconds / 8) {
            double fitting = (double)count * nanoseconds / took;
            return fitting < 64 ? 64 : (size_t)fitting;
        }
        count *= 2;
    }
}

static const bench_contestant *baseline_of(const bench_contestant *all, size_t count, const char *group) {
    for (size_t i = 0; i < count; i++)
        if (all[i].is_baseline && strcmp(all[i].group, group) == 0) return &all[i];
    return NULL;
}

static void summarise(bench_contestant *all, size_t count, const double *times, unsigned rounds, double *room) {
    for (size_t i = 0; i < count; i++) {
        const double *own = times + i * rounds;
        const bench_contestant *base = baseline_of(all, count, all[i].group);
        memcpy(room, own, rounds * sizeof *room);
        all[i].median = bench_median(room, rounds);
        all[i].low = bench_quantile(room, rounds, 0.1);
        all[i].high = bench_quantile(room, rounds, 0.9);
        if (base == NULL) continue;
        const double *theirs = times + (size_t)(base - all) * rounds;
        for (unsigned r = 0; r < rounds; r++) room[r] = theirs[r] / own[r];
        all[i].ratio = bench_median(room, rounds);
    }
}

int bench_all(bench_contestant *contestants, size_t count, unsigned rounds, double milliseconds) {
    double *times = malloc((count + 1) * rounds * sizeof *times);
    size_t *operations = malloc(count * sizeof *operations);
    if (times == NULL || operations == NULL) {
        free(times);
        free(operations);
        return -1;
    }
    for (size_t i = 0; i < count; i++) operations[i] = calibrate(&contestants[i], milliseconds * 1e6);
    for (unsigned r = 0; r < rounds; r++) {
        for (size_t i = 0; i < count; i++) {
            sink += contestants[i].run(contestants[i].state, operations[i] / 16 + 1); /* warm */
            times[i * rounds + r] = time_of(&contestants[i], operations[i]) / (double)operations[i];
        }
    }
    summarise(contestants, count, times, rounds, times + count * rounds);
    free(times);
    free(operations);
    return 0;
}

void bench_print(FILE *out, const bench_contestant *contestants, size_t count) {
    const char *group = "";
    for (size_t i = 0; i < count; i++) {
        const bench_contestant *c = &contestants[i];
        if (strcmp(group, c->group) != 0) {
            group = c->group;
            fprintf(out, "\n%-44s %9s %19s %8s\n", group, "median", "1st-9th decile", "speed");
        }
        fprintf(out, "  %-42s %6.1f ns %8.1f -%8.1f %7.2fx\n", c->name, c->median, c->low, c->high, c->ratio);
    }
}

void bench_json(FILE *out, const bench_contestant *contestants, size_t count) {
    fputs("[\n", out);
    for (size_t i = 0; i < count; i++) {
        const bench_contestant *c = &contestants[i];
        fprintf(out,
                "  {\"group\": \"%s\", \"name\": \"%s\", \"note\": \"%s\", \"baseline\": %s, \"ns\": %.2f, "
                "\"ns_decile_1\": %.2f, \"ns_decile_9\": %.2f, \"speed\": %.3f}%s\n",
                c->group, c->name, c->note, c->is_baseline ? "true" : "false", c->median, c->low, c->high, c->ratio,
                i + 1 < count ? "," : "");
    }
    fputs("]\n", out);
}
