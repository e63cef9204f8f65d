/* SPDX-License-Identifier: MIT */
/* cold-start [--rounds N] [--json FILE] EMPTY COMMAND...: how long a command takes
 * from start to end, beside a program that does nothing.  They run in turn, so that
 * a busy machine disturbs both; the ratio is the median of the rounds' ratios. */
#include "harness.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

/* Microseconds, or -1 when the command could not be run or failed. */
static double time_of(char *const *command) {
    posix_spawn_file_actions_t quiet;
    if (posix_spawn_file_actions_init(&quiet) != 0) return -1;
    int status = -1;
    pid_t child;
    int failed = posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    double start = bench_now();
    failed = failed || posix_spawn(&child, command[0], &quiet, NULL, command, environ) != 0;
    failed = failed || waitpid(child, &status, 0) != child;
    double took = (bench_now() - start) / 1000;
    (void)posix_spawn_file_actions_destroy(&quiet);
    return failed || !WIFEXITED(status) || WEXITSTATUS(status) != 0 ? -1 : took;
}

static int measure(char *const *empty, char *const *command, double *empty_times, double *times, double *ratios,
                   unsigned rounds) {
    for (unsigned i = 0; i < rounds; i++) {
        empty_times[i] = time_of(empty);
        times[i] = time_of(command);
        if (empty_times[i] < 0 || times[i] < 0) {
            fprintf(stderr, "cold-start: %s failed\n", empty_times[i] < 0 ? empty[0] : command[0]);
            return -1;
        }
        ratios[i] = times[i] / empty_times[i];
    }
    return 0;
}

static void print_row(const char *name, double *times, unsigned rounds) {
    double median = bench_median(times, rounds);
    double low = bench_quantile(times, rounds, 0.1), high = bench_quantile(times, rounds, 0.9);
    printf("  %-40s %8.0f us %8.0f -%9.0f\n", name, median, low, high);
}

static void write_json(FILE *out, double *empty_times, double *times, double *ratios, unsigned rounds) {
    fprintf(out, "{\"empty_us\": %.1f, \"us\": %.1f, \"us_decile_1\": %.1f, \"us_decile_9\": %.1f,",
            bench_median(empty_times, rounds), bench_median(times, rounds), bench_quantile(times, rounds, 0.1),
            bench_quantile(times, rounds, 0.9));
    fprintf(out, " \"ratio\": %.3f, \"ratio_decile_1\": %.3f, \"ratio_decile_9\": %.3f}\n",
            bench_median(ratios, rounds), bench_quantile(ratios, rounds, 0.1), bench_quantile(ratios, rounds, 0.9));
}

static int report(const char *json, double *empty_times, double *times, double *ratios, unsigned rounds) {
    printf("%-42s %11s %19s\n", "from start to end", "median", "1st - 9th decile");
    print_row("a program that does nothing", empty_times, rounds);
    print_row("the command", times, rounds);
    printf("  %-40s %8.2f    %8.2f -%9.2f\n", "ratio", bench_median(ratios, rounds),
           bench_quantile(ratios, rounds, 0.1), bench_quantile(ratios, rounds, 0.9));
    if (json == NULL) return 0;
    FILE *out = fopen(json, "w");
    if (out == NULL) return -1;
    write_json(out, empty_times, times, ratios, rounds);
    return fclose(out);
}

int main(int argc, char **argv) {
    enum { MOST_ROUNDS = 100000 };
    unsigned long rounds = 500;
    const char *json = NULL;
    int i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--rounds") == 0) rounds = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--json") == 0) json = argv[i + 1];
        else break;
    }
    if (argc - i < 2 || argv[i][0] == '-' || rounds == 0 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: cold-start [--rounds N] [--json FILE] EMPTY COMMAND...\n");
        return 2;
    }
    double *times = calloc(3 * rounds, sizeof *times);
    if (times == NULL) return 1;
    double *empty_times = times + rounds, *ratios = empty_times + rounds;
    char *const empty[] = {argv[i], NULL};
    int failed = measure(empty, argv + i + 1, empty_times, times, ratios, (unsigned)rounds) != 0
        || report(json, empty_times, times, ratios, (unsigned)rounds) != 0;
    free(times);
    return failed;
}
