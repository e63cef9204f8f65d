/* SPDX-License-Identifier: MIT */
/* The `python` weighting: plain generator, every kernel that this processor has,
 * and the package's own arithmetic in CPython, interleaved in one run.
 *
 *   python-weights [--json FILE] [--rounds N]
 *
 * Time is per node and key, seeds prepared, everything from the key's digest to
 * the weight included.  Each round runs every road once; shown are the median of
 * the rounds, the spread between its quartiles, and the ratio to the plain road. */
#include "selection/python/dispatch.h"
#include "selection/python/mt19937.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ROUNDS = 1001, MOST_ROADS = 8, MOST_NODES = 1000, NODES_A_ROUND = 4000 };

typedef struct road_to_time {
    const char *name;
    const px_python_kernel *kernel;   /* NULL: one plain generator after another */
    double times[MOST_ROUNDS];        /* nanoseconds per node */
} road_to_time;

typedef struct measurement {
    road_to_time roads[MOST_ROADS];
    size_t road_count, rounds;
    uint32_t start[PX_MT19937_SIZE];
    uint64_t seeds[MOST_NODES];
    FILE *json;
} measurement;

static double now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Weights of the nodes under one key; their sum, so that roads can be compared. */
static uint64_t weigh(const measurement *bench, const px_python_kernel *kernel, uint64_t key, size_t nodes) {
    px_python_digest digest = {.words = {(uint32_t)key, (uint32_t)(key >> 32)}, .count = 2};
    uint64_t sum = 0, weights[PX_PYTHON_LANES];
    if (kernel == NULL) {
        for (size_t i = 0; i < nodes; i++) sum += px_python_weight(&digest, bench->seeds[i]);
        return sum;
    }
    px_python_batch batch = {.count = 0};
    for (size_t i = 0; i < nodes; i++) {
        px_python_batch_add(&batch, &digest, bench->seeds[i]);
        if (batch.count < kernel->lanes && i + 1 < nodes) continue;
        size_t count = batch.count;
        px_python_batch_draw(&batch, kernel, bench->start, weights);
        for (size_t lane = 0; lane < count; lane++) sum += weights[lane];
    }
    return sum;
}

static int compare_times(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The package's own arithmetic, measured by CPython itself; 0 without one. */
static double time_of_cpython(void) {
    static const char program[] =
        "python3 -c \"\n"
        "import hashlib, random, time\n"
        "def draw(seed): return random.Random(seed).randint(0, 2**63 - 1)\n"
        "def weight(packed, key):\n"
        "    seed = draw(int(hashlib.sha512(packed).hexdigest(), 16))\n"
        "    return draw(seed ^ int(hashlib.md5(key).hexdigest(), 16))\n"
        "packed, start = bytes(24), time.perf_counter_ns()\n"
        "for i in range(500): weight(packed, b'secret')\n"
        "print((time.perf_counter_ns() - start) / 500)\n\" 2>/dev/null";
    FILE *pipe = popen(program, "r");
    double time = 0;
    if (pipe == NULL) return 0;
    if (fscanf(pipe, "%lf", &time) != 1) time = 0;
    (void)pclose(pipe);
    return time;
}

static int run_rounds(measurement *bench, size_t nodes) {
    size_t keys = NODES_A_ROUND / nodes;
    uint64_t wanted = 0;
    for (size_t round = 0; round < bench->rounds + 2; round++) {
        for (size_t r = 0; r < bench->road_count; r++) {
            road_to_time *road = &bench->roads[r];
            uint64_t sum = 0;
            double start = now();
            for (size_t key = 0; key < keys; key++) {
                sum += weigh(bench, road->kernel, (key + 1) * UINT64_C(0x9E3779B97F4A7C15), nodes);
            }
            double time = (now() - start) / (double)(keys * nodes);
            if (round >= 2) road->times[round - 2] = time; /* two rounds to warm up */
            if (r == 0) wanted = sum;
            if (sum != wanted) {
                fprintf(stderr, "python-weights: %s differs from %s\n", road->name, bench->roads[0].name);
                return -1;
            }
        }
    }
    return 0;
}

/* quartiles: the first, the median, the third */
static void report_row(const measurement *bench, size_t nodes, const char *name, const double quartiles[3],
                       double plain, int is_first) {
    double low = quartiles[0], median = quartiles[1], high = quartiles[2];
    printf("%6zu  %-9s %10.1f ns  %8.1f ... %-8.1f  %7.2f\n", nodes, name, median, low, high, plain / median);
    if (bench->json == NULL) return;
    fprintf(bench->json, "%s\n  {\"nodes\": %zu, \"road\": \"%s\", \"median_ns\": %.1f, "
            "\"quartiles_ns\": [%.1f, %.1f], \"times_plain\": %.3f}",
            is_first ? "" : ",", nodes, name, median, low, high, plain / median);
}

static void report(measurement *bench, size_t nodes, double cpython, int is_first) {
    double plain = 0;
    for (size_t r = 0; r < bench->road_count; r++) {
        road_to_time *road = &bench->roads[r];
        qsort(road->times, bench->rounds, sizeof *road->times, compare_times);
        const double quartiles[3] = {road->times[bench->rounds / 4], road->times[bench->rounds / 2],
                                     road->times[bench->rounds * 3 / 4]};
        if (r == 0) plain = quartiles[1];
        report_row(bench, nodes, road->name, quartiles, plain, is_first && r == 0);
    }
    const double once[3] = {cpython, cpython, cpython};
    if (cpython > 0) report_row(bench, nodes, "cpython", once, plain, 0);
}

static void set_up(measurement *bench) {
    px_mt19937_start(bench->start);
    bench->roads[bench->road_count++] = (road_to_time){.name = "plain"};
    size_t last = 0;
    while (px_python_kernel_at(last) != NULL) last++;
    while (last-- > 0) {
        const px_python_kernel *kernel = px_python_kernel_at(last);
        if (kernel->is_supported()) {
            bench->roads[bench->road_count++] = (road_to_time){.name = kernel->name, .kernel = kernel};
        }
    }
    for (uint16_t i = 0; i < MOST_NODES; i++) {
        uint8_t ipv6[16] = {[12] = 10, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i};
        px_python_digest digest = px_python_node_digest(ipv6, 8000);
        bench->seeds[i] = px_python_weight(&digest, 0);
    }
}

static int read_arguments(measurement *bench, int count, char **arguments) {
    bench->rounds = 31;
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--rounds") == 0) bench->rounds = strtoul(arguments[i + 1], NULL, 10);
        else if (strcmp(arguments[i], "--json") == 0) bench->json = fopen(arguments[i + 1], "w");
        else return -1;
        if (strcmp(arguments[i], "--json") == 0 && bench->json == NULL) {
            perror(arguments[i + 1]);
            return -1;
        }
    }
    return count % 2 == 1 && bench->rounds >= 1 && bench->rounds <= MOST_ROUNDS ? 0 : -1;
}

int main(int argument_count, char **arguments) {
    static const size_t sizes[] = {1, 10, 100, 1000};
    static measurement bench;
    if (read_arguments(&bench, argument_count, arguments) != 0) {
        fprintf(stderr, "usage: python-weights [--json FILE] [--rounds 1...%d]\n", MOST_ROUNDS);
        return 2;
    }
    set_up(&bench);
    printf(" nodes  road      median a node       quartiles        x plain\n");
    if (bench.json != NULL) fprintf(bench.json, "[");
    int failed = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && !failed; i++) {
        failed = run_rounds(&bench, sizes[i]) != 0;
        if (!failed) report(&bench, sizes[i], time_of_cpython(), i == 0);
    }
    if (bench.json != NULL) {
        fprintf(bench.json, "\n]\n");
        failed |= fclose(bench.json) != 0;
    }
    if (!failed) printf("all roads gave equal weights\n");
    return failed ? 1 : 0;
}
