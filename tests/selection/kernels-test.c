/* SPDX-License-Identifier: MIT */
/* Every set of kernels that this processor has gives the answers of a naive ranking:
 * all sizes, all kinds of weights, and the ties that chance would show once in
 * 2^32, constructed.  Needs nothing but the kernels, so that it also runs cross-compiled.
 *
 *     kernels-test [quick]      quick: for emulated processors; sanitizers get it too */
#include "selection/hrw/kernels.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const px_hrw_kernels *const sets[] = {
    &px_hrw_portable,
#ifdef PX_HRW_X86
    &px_hrw_sse4, &px_hrw_avx2, &px_hrw_avx512,
#endif
#ifdef PX_HRW_ARM64
    &px_hrw_neon,
#endif
};
enum { SET_COUNT = sizeof sets / sizeof sets[0] };

static int is_quick;
static unsigned failures; /* of the running test */

static void fail(const char *format, ...) {
    if (failures++ >= 5) return;
    va_list arguments;
    va_start(arguments, format);
    printf("# ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

/* ------------------------------------------------------------ random clusters */

static uint64_t random_state;

static uint64_t next_random(void) {
    random_state += UINT64_C(0x9E3779B97F4A7C15);
    return px_moremur(random_state);
}

static size_t below(size_t bound) {
    return (size_t)(next_random() % bound);
}

typedef enum weights { EQUAL, SMALL, SPREAD, EXTREME, ONE_HEAVY, HEAVY_FEW, FULL_RANGE, WEIGHTS_END } weights;
static const char *const weights_names[] = {"equal", "1...3", "spread", "1 or 2^32-1", "one heavy", "few heavy",
                                            "any"};

static uint32_t make_weight(weights kind, size_t index) {
    switch (kind) {
    case SMALL: return (uint32_t)(1 + below(3));
    case SPREAD: return (uint32_t)(1 + (next_random() >> 32 >> below(32)) % UINT32_MAX);
    case EXTREME: return below(2) ? 1 : UINT32_MAX;
    case ONE_HEAVY: return index == 0 ? UINT32_MAX : 1;
    case HEAVY_FEW: return below(20) == 0 ? 1000000 : 1;
    case FULL_RANGE: return (uint32_t)(1 + below(UINT32_MAX));
    default: return 7;
    }
}

static void *must_allocate(size_t count, size_t size) {
    void *memory = calloc(count + 1, size);
    if (memory == NULL) {
        printf("Bail out! out of memory\n");
        exit(99);
    }
    return memory;
}

static px_hrw_table make_table(const uint64_t *digests, size_t count, weights kind) {
    uint32_t *values = must_allocate(count, sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = make_weight(kind, i);
    px_hrw_table table;
    if (px_hrw_table_init(&table, digests, values, count) != 0) exit(99);
    free(values);
    return table;
}

static px_hrw_table random_table(size_t count, weights kind) {
    uint64_t *digests = must_allocate(count, sizeof *digests);
    for (size_t i = 0; i < count; i++) digests[i] = next_random();
    px_hrw_table table = make_table(digests, count, kind);
    free(digests);
    return table;
}

/* ------------------------------------------------------- the naive reference */

/* By definition: the products of 96 bits compared in halves of 48. */
static int compare_fractions(uint64_t a, uint32_t divisor_a, uint64_t b, uint32_t divisor_b) {
    const uint64_t part = UINT64_C(0xffffffff);
    uint64_t low_a = (a & part) * divisor_b, low_b = (b & part) * divisor_a;
    uint64_t high_a = (a >> 32) * divisor_b + (low_a >> 32), high_b = (b >> 32) * divisor_a + (low_b >> 32);
    if (high_a != high_b) return high_a < high_b ? -1 : 1;
    low_a &= part;
    low_b &= part;
    return low_a < low_b ? -1 : low_a > low_b;
}

typedef struct place {
    uint64_t nlog2, score;
    uint32_t weight, index;
} place;

static int compare_places(const void *left, const void *right) {
    const place *a = left, *b = right;
    int order = compare_fractions(a->nlog2, a->weight, b->nlog2, b->weight);
    if (order != 0) return order;
    if (a->score != b->score) return a->score < b->score ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static place *fill_places(const px_hrw_table *table, uint64_t key) {
    place *places = must_allocate(table->count, sizeof *places);
    for (size_t i = 0; i < table->count; i++) {
        uint64_t score = px_hrw_score(key, table->node[i]);
        places[i] = (place){px_hrw_nlog2(score), score, table->weight == NULL ? 1 : table->weight[i], (uint32_t)i};
    }
    return places;
}

static size_t naive_best(const px_hrw_table *table, uint64_t key) {
    place *places = fill_places(table, key);
    place least = places[0];
    for (size_t i = 1; i < table->count; i++) {
        if (compare_places(&places[i], &least) < 0) least = places[i];
    }
    free(places);
    return least.index;
}

static uint32_t *naive_ranking(const px_hrw_table *table, uint64_t key) {
    place *places = fill_places(table, key);
    uint32_t *ranking = must_allocate(table->count, sizeof *ranking);
    qsort(places, table->count, sizeof *places, compare_places);
    for (size_t i = 0; i < table->count; i++) ranking[i] = places[i].index;
    free(places);
    return ranking;
}

/* ------------------------------------------------------------------- checks */

static size_t best_of(const px_hrw_kernels *set, const px_hrw_table *table, uint64_t key) {
    return table->weight == NULL ? set->best(table, key) : set->best_weighted(table, key);
}

static void check_best(const px_hrw_kernels *set, const px_hrw_table *table, uint64_t key, const char *what) {
    size_t expected = naive_best(table, key), got = best_of(set, table, key);
    if (got != expected) {
        fail("%s: best of %zu nodes for %016" PRIx64 " is %zu, not %zu", what, table->count, key, expected, got);
    }
    if (table->weight == NULL) return;
    /* Whatever the weights, best() goes without them. */
    px_hrw_table equal = *table;
    equal.weight = NULL;
    expected = naive_best(&equal, key);
    got = set->best(table, key);
    if (got != expected) fail("%s: unweighted best of %zu is %zu, not %zu", what, table->count, expected, got);
}

static void check_top(const px_hrw_kernels *set, const px_hrw_table *table, uint64_t key, size_t count,
                      const uint32_t *ranking, const char *what) {
    uint32_t *got = must_allocate(count, sizeof *got);
    got[count] = 0xabcdef01; /* canary */
    set->top(table, key, count, got);
    for (size_t i = 0; i < count; i++) {
        if (got[i] == ranking[i]) continue;
        fail("%s: place %zu of the best %zu of %zu for %016" PRIx64 " is %u, not %u", what, i, count, table->count,
             key, ranking[i], got[i]);
        break;
    }
    if (got[count] != 0xabcdef01) fail("%s: writes beyond the %zu wanted", what, count);
    free(got);
}

/* The best n for n = 1...65, in growing steps if `sparse` or in a hurry, and for all. */
static void check_tops(const px_hrw_kernels *set, const px_hrw_table *table, uint64_t key, int sparse,
                       const char *what) {
    uint32_t *ranking = naive_ranking(table, key);
    for (size_t n = 1; n <= table->count && n <= 64; n += sparse || is_quick ? 1 + n / 4 : 1) {
        check_top(set, table, key, n, ranking, what);
    }
    if (table->count > 64) check_top(set, table, key, 65, ranking, what);
    if (table->count > 65 && table->count <= 10000) check_top(set, table, key, table->count, ranking, what);
    free(ranking);
}

/* Batches of 0...70 keys, so that each lane and every rest is met. */
static void check_many(const px_hrw_kernels *set, const px_hrw_table *table, const uint64_t *keys, size_t count,
                       const char *what) {
    uint32_t *got = must_allocate(count, sizeof *got);
    got[count] = 0xabcdef01;
    set->best_many(table, keys, count, got);
    for (size_t i = 0; i < count; i++) {
        size_t expected = naive_best(table, keys[i]);
        if (got[i] == expected) continue;
        fail("%s: best of %zu nodes for key %zu of %zu is %zu, not %u", what, table->count, i, count, expected,
             got[i]);
        break;
    }
    if (got[count] != 0xabcdef01) fail("%s: writes beyond the %zu keys", what, count);
    free(got);
}

static void check_size(const px_hrw_kernels *set, size_t count, weights kind, size_t keys) {
    px_hrw_table table = random_table(count, kind);
    uint64_t batch[70];
    for (size_t i = 0; i < 70; i++) batch[i] = px_hrw_key(next_random());
    for (size_t i = 0; i < keys; i++) check_best(set, &table, px_hrw_key(next_random()), weights_names[kind]);
    if (count <= 100000) check_tops(set, &table, batch[0], count > 300, weights_names[kind]);
    check_many(set, &table, batch, count > 5000 ? 3 : below(71), weights_names[kind]);
    px_hrw_table_end(&table);
}

static void every_size_up_to_300(const px_hrw_kernels *set) {
    for (size_t count = 1; count <= 300; count++) {
        for (weights kind = EQUAL; kind < WEIGHTS_END; kind++) check_size(set, count, kind, is_quick ? 3 : 6);
    }
}

static void large_sizes(const px_hrw_kernels *set) {
    static const size_t sizes[] = {399, 400, 401, 511, 512, 513, 1000, 1023, 1024, 1025, 4095, 4096, 4097,
                                   10000, 65537};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] - (is_quick ? 2 : 0); i++) {
        for (weights kind = EQUAL; kind < WEIGHTS_END; kind++) check_size(set, sizes[i], kind, is_quick ? 2 : 4);
    }
    if (is_quick) return;
    check_size(set, 1000000, EQUAL, 1);
    check_size(set, 1000000, FULL_RANGE, 1);
}

/* ------------------------------------------------------- constructed ties */

/* What an odd number must be multiplied by to give 1. */
static uint64_t inverse(uint64_t odd) {
    uint64_t x = odd;
    for (int i = 0; i < 6; i++) x *= 2 - odd * x;
    return x;
}

static uint64_t unshift(uint64_t x, int shift) {
    uint64_t y = x;
    for (int done = shift; done < 64; done += shift) y = x ^ y >> shift;
    return y;
}

/* The digest that moremur turns into `mixed`. */
static uint64_t unmix(uint64_t mixed) {
    uint64_t x = unshift(mixed, 27) * inverse(UINT64_C(0x1C69B3F74AC4AE35));
    return unshift(unshift(x, 33) * inverse(UINT64_C(0x3C79AC492BA7B653)), 27);
}

/* A node digest whose score with the key has this major half. */
static uint64_t digest_of_major(uint64_t key, uint32_t major) {
    uint32_t high = (uint32_t)next_random() | 1;
    uint32_t low = major * (uint32_t)inverse(high);
    return unmix(key ^ ((uint64_t)high << 32 | low));
}

/* Tables of random nodes among which some, anywhere, share the least major half; of
 * those some share the whole digest. */
static void check_collisions(const px_hrw_kernels *set, size_t count, weights kind, uint32_t major) {
    uint64_t *digests = must_allocate(count, sizeof *digests);
    uint64_t keys[70];
    for (size_t i = 0; i < 70; i++) keys[i] = px_hrw_key(next_random());
    size_t chosen = below(70), tied = 1 + below(count < 9 ? count : 9);
    for (size_t i = 0; i < count; i++) digests[i] = next_random();
    for (size_t i = 0; i < tied; i++) {
        size_t where = below(count);
        digests[where] = below(4) == 0 ? digests[below(count)] : digest_of_major(keys[chosen], major);
    }
    px_hrw_table table = make_table(digests, count, kind);
    check_best(set, &table, keys[chosen], "colliding low words");
    check_tops(set, &table, keys[chosen], 1, "colliding low words");
    check_many(set, &table, keys, 70, "colliding low words");
    px_hrw_table_end(&table);
    free(digests);
}

static const size_t tie_sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 40, 63, 64, 65, 100, 127,
                                   128, 129, 150, 192, 200, 255, 256, 257, 300, 450, 1000};
enum { TIE_SIZES = sizeof tie_sizes / sizeof tie_sizes[0] };

static void colliding_low_words(const px_hrw_kernels *set) {
    static const uint32_t majors[] = {0, 1, 2, 1000, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < TIE_SIZES - (is_quick ? 4 : 0); i++) {
        for (size_t m = 0; m < sizeof majors / sizeof majors[0]; m++) {
            for (int repeat = 0; repeat < (is_quick ? 1 : 2); repeat++) {
                check_collisions(set, tie_sizes[i], EQUAL, majors[m]);
                check_collisions(set, tie_sizes[i], (weights)below(WEIGHTS_END), majors[m]);
            }
        }
    }
}

/* All nodes alike in one way: one digest, one major half (the least or the largest). */
static void all_nodes_tied(const px_hrw_kernels *set) {
    static const uint32_t majors[] = {0, 1, 0xfffffffe, 0xffffffff};
    for (size_t i = 0; i < TIE_SIZES - (is_quick ? 8 : 0); i++) {
        size_t count = tie_sizes[i];
        uint64_t *digests = must_allocate(count, sizeof *digests), keys[17];
        for (size_t k = 0; k < 17; k++) keys[k] = px_hrw_key(next_random());
        for (size_t m = 0; m <= sizeof majors / sizeof majors[0]; m++) {
            for (size_t n = 0; n < count; n++) {
                digests[n] = m < sizeof majors / sizeof majors[0] ? digest_of_major(keys[3], majors[m]) : 42;
            }
            for (weights kind = EQUAL; kind < WEIGHTS_END; kind++) {
                px_hrw_table table = make_table(digests, count, kind);
                check_best(set, &table, keys[3], "all tied");
                check_tops(set, &table, keys[3], 1, "all tied");
                check_many(set, &table, keys, 17, "all tied");
                px_hrw_table_end(&table);
            }
        }
        free(digests);
    }
}

/* The least major half whose logarithm reaches `nlog2`. */
static uint32_t major_of_nlog2(uint64_t nlog2) {
    uint32_t low = 0, high = UINT32_MAX;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (px_hrw_nlog2((uint64_t)middle << 32) < nlog2) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Nodes of different weights whose costs agree to the last digits a float has. */
static void costs_too_close_for_floats(const px_hrw_kernels *set) {
    for (int repeat = 0; repeat < (is_quick ? 150 : 800); repeat++) {
        size_t count = tie_sizes[below(TIE_SIZES)], close = 1 + below(count < 12 ? count : 12);
        uint64_t *digests = must_allocate(count, sizeof *digests), keys[17];
        uint32_t *values = must_allocate(count, sizeof *values);
        for (size_t k = 0; k < 17; k++) keys[k] = px_hrw_key(next_random());
        /* One cost, small enough to be the least, aimed at by every close node. */
        uint32_t base = (uint32_t)(1 + below(1000)), major = (uint32_t)(next_random() >> 32 >> below(24) >> 2);
        uint64_t cost = px_hrw_nlog2((uint64_t)major << 32) / base;
        for (size_t n = 0; n < count; n++) {
            digests[n] = next_random();
            values[n] = (uint32_t)(1 + below(1000));
        }
        for (size_t n = 0; n < close; n++) {
            size_t where = below(count);
            uint32_t aimed = major_of_nlog2(cost * values[where]) + (uint32_t)below(5) - 2;
            digests[where] = digest_of_major(keys[5], aimed);
        }
        px_hrw_table table;
        if (px_hrw_table_init(&table, digests, values, count) != 0) exit(99);
        check_best(set, &table, keys[5], "close costs");
        check_tops(set, &table, keys[5], 1, "close costs");
        check_many(set, &table, keys, 17, "close costs");
        px_hrw_table_end(&table);
        free(digests);
        free(values);
    }
}

/* --------------------------------------------------------------------- main */

static unsigned test_number, failed_tests;

static void run(const px_hrw_kernels *set, const char *name, void (*test)(const px_hrw_kernels *)) {
    failures = 0;
    random_state = 20240601 + test_number;
    test_number++;
    if (!set->is_supported()) {
        printf("ok %u - %s: %s # SKIP this processor has no %s\n", test_number, set->name, name, set->name);
        return;
    }
    test(set);
    failed_tests += failures > 0;
    printf("%sok %u - %s: %s\n", failures > 0 ? "not " : "", test_number, set->name, name);
    (void)fflush(stdout);
}

int main(int count, char **arguments) {
    is_quick = (count > 1 && strcmp(arguments[1], "quick") == 0) || getenv("PROXENOS_SANITIZED") != NULL;
    printf("1..%d\n", 5 * SET_COUNT);
    for (size_t i = 0; i < SET_COUNT; i++) {
        run(sets[i], "every size from 1 to 300 is answered exactly", every_size_up_to_300);
        run(sets[i], "large sizes are answered exactly", large_sizes);
        run(sets[i], "nodes with one low word are told apart by the high word, then by place", colliding_low_words);
        run(sets[i], "nodes that all tie are told apart", all_nodes_tied);
        run(sets[i], "costs too close for floats are compared exactly", costs_too_close_for_floats);
    }
    return failed_tests > 0;
}
