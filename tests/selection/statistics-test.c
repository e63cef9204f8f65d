/* SPDX-License-Identifier: MIT */
/* hrw1 as a random choice: shares, independence, and that only the keys move that
 * must.  Seeds are fixed, so that a failure is a change. */
#include "selection/hrw/kernels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Normal scores beyond it come by chance once in 15,000 tests; there are about 100. */
#define FAR 4.0

static uint64_t random_state;

static uint64_t next_random(void) {
    random_state += UINT64_C(0x9E3779B97F4A7C15);
    return px_moremur(random_state);
}

/* How many keys, given as a power of two; a quarter under sanitizers, which are slow. */
static uint64_t keys_of(unsigned power) {
    return UINT64_C(1) << (getenv("PROXENOS_SANITIZED") != NULL ? power - 2 : power);
}

/* ------------------------------------------------------------------ digests */

typedef enum digests { RANDOM, SEQUENTIAL, SHIFTED, MULTIPLES, SHORT, ONE_BIT } digests;
static const char *const digests_names[] = {"random", "0, 1, 2...", "i << 32", "4096 i", "random 32 bits",
                                            "one bit"};

static uint64_t digest_of(digests kind, uint64_t i) {
    switch (kind) {
    case SEQUENTIAL: return i;
    case SHIFTED: return i << 32;
    case MULTIPLES: return i * 4096;
    case SHORT: return (uint32_t)next_random();
    case ONE_BIT: return UINT64_C(0x123456789abcdef0) ^ UINT64_C(1) << (i & 63);
    default: return next_random();
    }
}

static px_hrw_table make_table(digests kind, const uint32_t *weights, size_t count) {
    uint64_t *values = calloc(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++) values[i] = digest_of(kind, i);
    px_hrw_table table;
    assert_int_equal(px_hrw_table_init(&table, values, weights, count), 0);
    free(values);
    return table;
}

static const px_hrw_kernels *kernels(void) {
    return px_hrw_kernels_in_use();
}

enum { BATCH = 4096 };

/* Counts, by node in the cluster's order, the keys each gets. */
static uint64_t *count_shares(const px_hrw_table *table, size_t nodes, digests kind, uint64_t keys) {
    uint64_t *shares = calloc(nodes, sizeof *shares), batch[BATCH];
    uint32_t chosen[BATCH];
    assert_non_null(shares);
    for (uint64_t done = 0; done < keys; done += BATCH) {
        for (uint64_t i = 0; i < BATCH; i++) batch[i] = px_hrw_key(digest_of(kind, done + i));
        kernels()->best_many(table, batch, BATCH, chosen);
        for (size_t i = 0; i < BATCH; i++) shares[table->original[chosen[i]]]++;
    }
    return shares;
}

/* --------------------------------------------------------------- chi-square */

typedef struct chi_square {
    double sum, observed, expected; /* the last two: of cells merged until 8 are expected */
    double cells;
} chi_square;

static void add_cell(chi_square *chi, double observed, double expected) {
    chi->observed += observed;
    chi->expected += expected;
    if (chi->expected < 8) return;
    chi->sum += (chi->observed - chi->expected) * (chi->observed - chi->expected) / chi->expected;
    chi->cells++;
    chi->observed = chi->expected = 0;
}

/* The normal score of chi-square (Wilson and Hilferty 1931). */
static double normal_score(const chi_square *chi) {
    double freedom = chi->cells - 1, variance = 2 / (9 * freedom);
    return (cbrt(chi->sum / freedom) - (1 - variance)) / sqrt(variance);
}

static void check_score(const chi_square *chi, const char *nodes, const char *keys, size_t count) {
    double score = normal_score(chi);
    if (fabs(score) < FAR) return;
    print_error("%zu nodes (%s), keys %s: normal score %.2f\n", count, nodes, keys, score);
    fail();
}

static void check_shares(const uint32_t *weights, size_t count, digests nodes, digests key_kind, unsigned power) {
    uint64_t keys = keys_of(power);
    random_state = count * 1000 + (uint64_t)nodes * 10 + (uint64_t)key_kind;
    px_hrw_table table = make_table(nodes, weights, count);
    uint64_t *shares = count_shares(&table, count, key_kind, keys);
    double total = (double)table.total_weight;
    chi_square chi = {0};
    for (size_t i = 0; i < count; i++) {
        add_cell(&chi, (double)shares[i], (double)keys * (weights == NULL ? 1 : weights[i]) / total);
    }
    check_score(&chi, digests_names[nodes], digests_names[key_kind], count);
    free(shares);
    px_hrw_table_end(&table);
}

static const digests pairs[][2] = {{RANDOM, RANDOM}, {SEQUENTIAL, SEQUENTIAL}, {SEQUENTIAL, RANDOM},
                                   {RANDOM, SEQUENTIAL}, {SHIFTED, SEQUENTIAL}, {MULTIPLES, SHIFTED},
                                   {SHORT, SHORT}, {ONE_BIT, SEQUENTIAL}};
enum { PAIRS = sizeof pairs / sizeof pairs[0] };

/* One-bit digests are 64 only. */
static int has_so_many(digests kind, size_t count) {
    return kind != ONE_BIT || count <= 64;
}

static void equal_weights_share_keys_evenly(void **state) {
    (void)state;
    static const size_t sizes[] = {2, 3, 10, 50, 100, 1000};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t p = 0; p < PAIRS; p++) {
            if (has_so_many(pairs[p][0], sizes[s])) check_shares(NULL, sizes[s], pairs[p][0], pairs[p][1], 18);
        }
    }
    check_shares(NULL, 10000, RANDOM, SEQUENTIAL, 18);
    check_shares(NULL, 10000, SEQUENTIAL, SEQUENTIAL, 18);
}

typedef uint32_t weight_rule(size_t index);
static uint32_t rising(size_t index) { return (uint32_t)index + 1; }
static uint32_t powers(size_t index) { return UINT32_C(1) << index % 20; }
static uint32_t one_light(size_t index) { return index == 0 ? 1 : 1000; }
static uint32_t huge(size_t index) { return UINT32_MAX - (uint32_t)index * 40000000; }
static uint32_t some_drained(size_t index) { return index % 3 == 0 ? 0 : (uint32_t)index; }

static void check_weighted_shares(weight_rule *rule, size_t count, unsigned power) {
    uint32_t *weights = calloc(count, sizeof *weights);
    assert_non_null(weights);
    for (size_t i = 0; i < count; i++) weights[i] = rule(i);
    for (size_t p = 0; p < 4; p++) check_shares(weights, count, pairs[p][0], pairs[p][1], power);
    free(weights);
}

static void weights_share_keys_in_proportion(void **state) {
    (void)state;
    check_weighted_shares(rising, 2, 19);
    check_weighted_shares(rising, 3, 19);
    check_weighted_shares(rising, 10, 19);
    check_weighted_shares(huge, 100, 19);
    check_weighted_shares(powers, 100, 19);
    check_weighted_shares(some_drained, 99, 19);
    check_weighted_shares(one_light, 300, 19);
    check_weighted_shares(rising, 1000, 18);
    check_weighted_shares(rising, 10000, 16);
}

static void a_light_node_gets_its_millionth(void **state) {
    (void)state;
    static const uint32_t weights[2] = {1, 1000000};
    random_state = 7;
    px_hrw_table table = make_table(RANDOM, weights, 2);
    uint64_t keys = keys_of(25), *shares = count_shares(&table, 2, SEQUENTIAL, keys);
    double due = (double)keys / 1000001; /* 33.6, deviation 5.8 */
    assert_true(fabs((double)shares[0] - due) < FAR * sqrt(due));
    free(shares);
    px_hrw_table_end(&table);
}

/* ------------------------------------------------------------- independence */

static void first_and_second_choice_are_independent(void **state) {
    (void)state;
    static const size_t sizes[] = {3, 10, 30};
    for (size_t s = 0; s < 3; s++) {
        for (size_t p = 0; p < PAIRS; p++) {
            size_t count = sizes[s];
            uint64_t keys = keys_of(17);
            random_state = 100 + s * PAIRS + p;
            px_hrw_table table = make_table(pairs[p][0], NULL, count);
            double *cells = calloc(count * count, sizeof *cells);
            assert_non_null(cells);
            for (uint64_t i = 0; i < keys; i++) {
                uint32_t top[2];
                kernels()->top(&table, px_hrw_key(digest_of(pairs[p][1], i)), 2, top);
                assert_int_not_equal(top[0], top[1]);
                cells[top[0] * count + top[1]]++;
            }
            chi_square chi = {0};
            for (size_t i = 0; i < count * count; i++) {
                if (i / count != i % count) add_cell(&chi, cells[i], (double)keys / (double)(count * (count - 1)));
            }
            check_score(&chi, digests_names[pairs[p][0]], digests_names[pairs[p][1]], count);
            free(cells);
            px_hrw_table_end(&table);
        }
    }
}

/* By weight, second choices among the rest are in proportion too. */
static void the_second_choice_is_by_weight_among_the_rest(void **state) {
    (void)state;
    static const uint32_t weights[4] = {1, 2, 3, 6};
    random_state = 5;
    px_hrw_table table = make_table(RANDOM, weights, 4);
    double cells[4][4] = {{0}};
    uint64_t keys = keys_of(18);
    for (uint64_t i = 0; i < keys; i++) {
        uint32_t top[2];
        kernels()->top(&table, px_hrw_key(i), 2, top);
        cells[table.original[top[0]]][table.original[top[1]]]++;
    }
    chi_square chi = {0};
    for (size_t a = 0; a < 4; a++) {
        for (size_t b = 0; b < 4; b++) {
            double due = (double)keys * weights[a] / 12 * weights[b] / (12 - weights[a]);
            if (a != b) add_cell(&chi, cells[a][b], due);
        }
    }
    check_score(&chi, "weights 1, 2, 3, 6", "0, 1, 2...", 4);
    px_hrw_table_end(&table);
}

static void adjacent_keys_are_independent(void **state) {
    (void)state;
    static const size_t sizes[] = {3, 10, 100};
    for (size_t s = 0; s < 3; s++) {
        for (size_t p = 0; p < PAIRS; p++) {
            size_t count = sizes[s], last = 0;
            if (!has_so_many(pairs[p][0], count)) continue;
            uint64_t keys = keys_of(18);
            random_state = 200 + s * PAIRS + p;
            px_hrw_table table = make_table(pairs[p][0], NULL, count);
            double *cells = calloc(count * count, sizeof *cells);
            assert_non_null(cells);
            for (uint64_t i = 0; i <= keys; i++) {
                size_t chosen = kernels()->best(&table, px_hrw_key(digest_of(pairs[p][1], i)));
                if (i > 0) cells[last * count + chosen]++;
                last = chosen;
            }
            chi_square chi = {0};
            double due = (double)keys / (double)(count * count);
            for (size_t i = 0; i < count * count; i++) add_cell(&chi, cells[i], due);
            check_score(&chi, digests_names[pairs[p][0]], digests_names[pairs[p][1]], count);
            free(cells);
            px_hrw_table_end(&table);
        }
    }
}

/* --------------------------------------------------------------- disruption */

enum { MOST = 400, MOVED_KEYS = 1 << 15 };

typedef struct change {
    size_t count;
    uint64_t digests[MOST];
    uint32_t weights[MOST];
} change;

static change random_change(size_t count, int is_weighted) {
    change made = {.count = count};
    for (size_t i = 0; i < count; i++) {
        made.digests[i] = next_random();
        made.weights[i] = is_weighted ? (uint32_t)(1 + next_random() % 100) : 1;
    }
    return made;
}

/* Chooses for all keys; gives the digest of the chosen node. */
static void choose_all(const change *cluster, uint64_t *chosen) {
    px_hrw_table table;
    assert_int_equal(px_hrw_table_init(&table, cluster->digests, cluster->weights, cluster->count), 0);
    for (uint64_t key = 0; key < MOVED_KEYS; key++) {
        uint32_t index;
        uint64_t mixed = px_hrw_key(key);
        kernels()->best_many(&table, &mixed, 1, &index);
        chosen[key] = cluster->digests[table.original[index]];
    }
    px_hrw_table_end(&table);
}

static uint64_t before[MOVED_KEYS], after[MOVED_KEYS];

/* Whoever is `node` may gain keys, or lose them; no other key moves. */
static size_t count_moves(uint64_t node, int may_gain) {
    size_t moves = 0;
    for (size_t key = 0; key < MOVED_KEYS; key++) {
        if (before[key] == after[key]) continue;
        moves++;
        assert_int_equal(may_gain ? after[key] : before[key], node);
    }
    return moves;
}

static const size_t disrupted_sizes[] = {2, 3, 10, 16, 17, 64, 65, 100, 300};
enum { DISRUPTED_SIZES = sizeof disrupted_sizes / sizeof disrupted_sizes[0] };

static void a_removed_node_moves_only_its_own_keys(void **state) {
    (void)state;
    random_state = 300;
    for (size_t s = 0; s < 2 * DISRUPTED_SIZES; s++) {
        size_t count = disrupted_sizes[s / 2];
        change cluster = random_change(count, s & 1);
        uint64_t gone = cluster.digests[count / 2];
        choose_all(&cluster, before);
        cluster.count--;
        cluster.digests[count / 2] = cluster.digests[count - 1];
        cluster.weights[count / 2] = cluster.weights[count - 1];
        choose_all(&cluster, after);
        size_t owned = 0;
        for (size_t key = 0; key < MOVED_KEYS; key++) owned += before[key] == gone;
        assert_true(owned > 0);
        assert_int_equal(count_moves(gone, 0), owned);
    }
}

static void a_new_node_takes_keys_and_moves_no_other(void **state) {
    (void)state;
    random_state = 301;
    for (size_t s = 0; s < 2 * DISRUPTED_SIZES; s++) {
        size_t count = disrupted_sizes[s / 2];
        change cluster = random_change(count, s & 1);
        cluster.count--;
        choose_all(&cluster, before);
        cluster.count++;
        choose_all(&cluster, after);
        assert_true(count_moves(cluster.digests[count - 1], 1) > 0);
    }
}

static void a_raised_weight_takes_keys_and_a_lowered_one_gives(void **state) {
    (void)state;
    random_state = 302;
    for (size_t s = 0; s < DISRUPTED_SIZES; s++) {
        change cluster = random_change(disrupted_sizes[s], 1);
        cluster.weights[0] = 50;
        choose_all(&cluster, before);
        cluster.weights[0] = 80;
        choose_all(&cluster, after);
        assert_true(count_moves(cluster.digests[0], 1) > 0);
        cluster.weights[0] = 20;
        choose_all(&cluster, after);
        assert_true(count_moves(cluster.digests[0], 0) > 0);
        cluster.weights[0] = 0; /* drained */
        choose_all(&cluster, after);
        assert_true(count_moves(cluster.digests[0], 0) > 0);
    }
}

static void the_order_of_nodes_does_not_matter(void **state) {
    (void)state;
    random_state = 303;
    for (size_t s = 0; s < 2 * DISRUPTED_SIZES; s++) {
        change cluster = random_change(disrupted_sizes[s / 2], s & 1);
        choose_all(&cluster, before);
        for (size_t i = cluster.count; i > 1; i--) {
            size_t j = next_random() % i;
            uint64_t digest = cluster.digests[i - 1];
            uint32_t weight = cluster.weights[i - 1];
            cluster.digests[i - 1] = cluster.digests[j];
            cluster.weights[i - 1] = cluster.weights[j];
            cluster.digests[j] = digest;
            cluster.weights[j] = weight;
        }
        choose_all(&cluster, after);
        for (size_t key = 0; key < MOVED_KEYS; key++) assert_int_equal(before[key], after[key]);
    }
}

/* A table drops weights that are all equal; the rule would give the same with them. */
static void equal_weights_give_the_unweighted_answer(void **state) {
    (void)state;
    random_state = 304;
    for (size_t s = 0; s < DISRUPTED_SIZES; s++) {
        change cluster = random_change(disrupted_sizes[s], 1);
        cluster.weights[0] = 1;
        cluster.weights[1] = 2;
        px_hrw_table table;
        assert_int_equal(px_hrw_table_init(&table, cluster.digests, cluster.weights, cluster.count), 0);
        uint32_t equal = (uint32_t)(next_random() >> 32 >> next_random() % 32) | 1;
        for (size_t i = 0; i < table.padded; i++) {
            table.weight[i] = equal;
            table.inverse_weight[i] = 1.0f / (float)equal;
        }
        for (uint64_t key = 0; key < 20000; key++) {
            uint64_t mixed = px_hrw_key(key);
            assert_int_equal(kernels()->best_weighted(&table, mixed), kernels()->best(&table, mixed));
        }
        px_hrw_table_end(&table);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_weights_share_keys_evenly),
        cmocka_unit_test(weights_share_keys_in_proportion),
        cmocka_unit_test(a_light_node_gets_its_millionth),
        cmocka_unit_test(first_and_second_choice_are_independent),
        cmocka_unit_test(the_second_choice_is_by_weight_among_the_rest),
        cmocka_unit_test(adjacent_keys_are_independent),
        cmocka_unit_test(a_removed_node_moves_only_its_own_keys),
        cmocka_unit_test(a_new_node_takes_keys_and_moves_no_other),
        cmocka_unit_test(a_raised_weight_takes_keys_and_a_lowered_one_gives),
        cmocka_unit_test(the_order_of_nodes_does_not_matter),
        cmocka_unit_test(equal_weights_give_the_unweighted_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
