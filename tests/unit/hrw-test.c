/* SPDX-License-Identifier: MIT */
/* The arithmetic of hrw1 and its plain kernels against published vectors. */
#include "base/memory.h"
#include "selection/hrw/kernels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static void mixed_keys_and_nodes_are_as_published(void **state) {
    (void)state;
    static const struct { uint64_t digest, mixed, key, node; } rows[] = {
        {0, 0, 0xb70fb2cd55af013f, 0},
        {1, 0x3c02aa47758292bd, 0x087164d5c9e6ae5e, 0x3c02aa46758292bd},
        {2, 0x946f086bbb956c5d, 0x927c0b9d27329e1f, 0x946f086abb956c5d},
        {0x0123456789abcdef, 0x6d97305f56288c62, 0xc1abaa51316cce65, 0x6d97305e56288c62},
        {0xffffffffffffffff, 0x78a9666a39c1a1b5, 0x560d5c599c8c5172, 0x78a9666a39c1a1b5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(px_moremur(rows[i].digest), rows[i].mixed);
        assert_int_equal(px_hrw_key(rows[i].digest), rows[i].key);
        assert_int_equal(px_hrw_node(rows[i].digest), rows[i].node);
    }
}

static void scores_of_pairs_are_as_published(void **state) {
    (void)state;
    static const struct { uint64_t key, node, score, nlog2; } rows[] = {
        {0, 0, 0x67b2cd733d455afd, 0x017f98f0ff2f1a6e},
        {0, 1, 0xd22d4796117a647d, 0x04f6c8374d1bfbd9},
        {1, 0, 0x0089cc3606a8a3cc, 0x00018e04cc249a37},
        {1, 1, 0x4c86a0592699956a, 0x0106551be4b0eaa3},
        {0x0123456789abcdef, 0xfedcba9876543210, 0x118589f82ad3539c, 0x00345ec1b480c721},
        {0xffffffffffffffff, 0xffffffffffffffff, 0x98900da51e1e0cc6, 0x029d61e542d19e28},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t key = px_hrw_key(rows[i].key), node = px_hrw_node(rows[i].node);
        assert_int_equal(px_hrw_score(key, node), rows[i].score);
        assert_int_equal(px_hrw_major(key, node), rows[i].score >> 32);
        assert_int_equal(px_hrw_nlog2(rows[i].score), rows[i].nlog2);
    }
}

static void the_logarithm_is_as_published(void **state) {
    (void)state;
    static const struct { uint64_t score, nlog2; } rows[] = {
        {0, 0},
        {1, 0},
        {0x0000000100000000, 0x0000000002e2a8ec},
        {0x0123456789abcdef, 0x00034a4ddddddddd},
        {0x4000000000000000, 0x00d47fcb8c000000},
        {0x8000000000000000, 0x01fffffffe000000},
        {0xc000000000000000, 0x03fffffffe000000},
        {0xffffffffffffffff, 0x7ffffffffe000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(px_hrw_nlog2(rows[i].score), rows[i].nlog2);
    }
}

static uint64_t next_random(uint64_t *state) {
    *state += UINT64_C(0x9E3779B97F4A7C15);
    return px_moremur(*state);
}

/* Neighbours at and around every border of a table row, and random ones. */
static void the_logarithm_never_falls(void **state) {
    (void)state;
    for (unsigned n = 0; n < 55; n++) {
        uint64_t octave = UINT64_C(1) << 63 >> n;
        for (uint64_t row = 0; row <= 256; row++) {
            for (uint64_t offset = 0; offset < 4; offset++) {
                uint64_t score = 0 - (octave + row * (octave >> 8)) + offset - 2;
                if (score < UINT64_MAX) assert_true(px_hrw_nlog2(score) <= px_hrw_nlog2(score + 1));
            }
        }
    }
    uint64_t random = 1;
    for (int i = 0; i < 1000000; i++) {
        uint64_t score = next_random(&random) >> (next_random(&random) & 63);
        uint64_t step = next_random(&random) >> (next_random(&random) & 63);
        if (step > UINT64_MAX - score) continue;
        assert_true(px_hrw_nlog2(score) <= px_hrw_nlog2(score + step));
    }
}

static void check_limit(px_hrw_cost a, px_hrw_cost b) {
    a.nlog2 = px_hrw_nlog2(a.score);
    b.nlog2 = px_hrw_nlog2(b.score);
    float limit = px_hrw_limit(a.nlog2, 1.0f / (float)a.weight);
    float quotient = (float)(uint32_t)(b.score >> 32) * (1.0f / (float)b.weight);
    if (!px_hrw_is_cheaper(&a, &b)) assert_true(quotient <= limit);
}

/* The float that prunes must let through every node that could win or tie. */
static void the_limit_lets_every_cheaper_node_pass(void **state) {
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < 1000000; i++) {
        px_hrw_cost a = {.score = next_random(&random) >> (next_random(&random) & 63),
                         .weight = (uint32_t)(next_random(&random) >> 32 >> (next_random(&random) & 31)) | 1};
        px_hrw_cost b = {.score = next_random(&random) >> (next_random(&random) & 63),
                         .weight = (uint32_t)next_random(&random) | 1};
        check_limit(a, b);
        b.weight = a.weight;
        b.score = a.score - (next_random(&random) & 3);
        check_limit(a, b);
        /* Whole multiples in score and weight: costs that differ by the table's slope only. */
        uint32_t factor = (uint32_t)(next_random(&random) & 0xfff) + 1, weight = (uint32_t)(a.score & 0xfffff) + 1;
        uint64_t score = (next_random(&random) >> 44 >> (next_random(&random) & 15)) << 32;
        a = (px_hrw_cost){.score = score, .weight = weight};
        b = (px_hrw_cost){.score = score * factor, .weight = weight * factor};
        if (score * factor / factor != score || weight > UINT32_MAX / factor) continue;
        check_limit(a, b);
        check_limit(b, a);
    }
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

static void costs_compare_as_exact_fractions(void **state) {
    (void)state;
    uint64_t random = 3;
    for (int i = 0; i < 1000000; i++) {
        px_hrw_cost a = {next_random(&random) >> 1 >> (next_random(&random) & 63), 1,
                         (uint32_t)(next_random(&random) >> 32 >> (next_random(&random) & 31)) | 1, 0};
        px_hrw_cost b = {a.nlog2 + (next_random(&random) & 1), 2, a.weight, 1};
        if (next_random(&random) & 1) {
            b.nlog2 = next_random(&random) >> 1;
            b.weight = (uint32_t)next_random(&random) | 1;
        }
        wide left = (wide)a.nlog2 * b.weight, right = (wide)b.nlog2 * a.weight;
        assert_int_equal(px_hrw_is_cheaper(&a, &b), left <= right);
        assert_int_equal(px_hrw_is_cheaper(&b, &a), right < left);
    }
}
#endif

static uint64_t hex(const json_t *object, const char *member) {
    return strtoull(json_string_value(json_object_get(object, member)), NULL, 16);
}

static void check_pairs(uint64_t key, const json_t *nodes) {
    size_t i;
    json_t *node;
    json_array_foreach(nodes, i, node) {
        uint64_t mixed = px_hrw_node(hex(node, "hash64"));
        assert_int_equal(mixed, hex(node, "D"));
        assert_int_equal(px_hrw_score(key, mixed), hex(node, "S"));
        assert_int_equal(px_hrw_nlog2(px_hrw_score(key, mixed)), hex(node, "NLOG2"));
    }
}

static void check_ranking(uint64_t key, const json_t *nodes, const json_t *ranking) {
    size_t count = json_array_size(nodes), ranked = json_array_size(ranking), i;
    uint64_t *digests = calloc(count, sizeof *digests);
    uint32_t *weights = calloc(count, sizeof *weights), *indexes = calloc(count, sizeof *indexes);
    json_t *node;
    json_array_foreach(nodes, i, node) {
        digests[i] = hex(node, "hash64");
        weights[i] = (uint32_t)json_integer_value(json_object_get(node, "weight"));
    }
    px_hrw_table table;
    assert_int_equal(px_hrw_table_init(&table, digests, weights, count), 0);
    assert_int_equal(table.count, ranked);
    for (size_t n = 1; n <= ranked; n++) {
        px_hrw_portable.top(&table, key, n, indexes);
        for (i = 0; i < n; i++) {
            const char *identity = json_string_value(
                json_object_get(json_array_get(nodes, table.original[indexes[i]]), "identity"));
            assert_string_equal(identity, json_string_value(json_array_get(ranking, i)));
        }
        assert_int_equal(indexes[0], table.weight == NULL ? px_hrw_portable.best(&table, key)
                                                          : px_hrw_portable.best_weighted(&table, key));
    }
    px_hrw_table_end(&table);
    free(digests);
    free(weights);
    free(indexes);
}

static void every_value_of_the_vectors_is_met(void **state) {
    (void)state;
    char path[4096];
    const char *source = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/tests/vectors/hrw.json", source == NULL ? "." : source);
    json_error_t error;
    json_t *clusters = json_load_file(path, 0, &error);
    assert_non_null(clusters);
    assert_int_equal(json_array_size(clusters), 120);
    size_t i;
    json_t *cluster;
    json_array_foreach(clusters, i, cluster) {
        uint64_t key = px_hrw_key(hex(cluster, "key_hash64"));
        assert_int_equal(key, hex(cluster, "K"));
        check_pairs(key, json_object_get(cluster, "nodes"));
        check_ranking(key, json_object_get(cluster, "nodes"), json_object_get(cluster, "ranking"));
    }
    json_decref(clusters);
}

/* Five nodes whose digests are 0...4, keys with digests 0, 1, 2... */
static const uint64_t five[5] = {0, 1, 2, 3, 4};
static const uint32_t rising[5] = {1, 2, 3, 4, 5};

static uint32_t choose(const px_hrw_table *table, uint64_t digest) {
    uint64_t key = px_hrw_key(digest);
    size_t index = table->weight == NULL ? px_hrw_portable.best(table, key)
                                         : px_hrw_portable.best_weighted(table, key);
    return table->original[index];
}

/* A polynomial checksum of the choices for keys 0...999,999. */
static uint64_t checksum(const px_hrw_table *table) {
    uint64_t sum = 0;
    for (uint64_t digest = 0; digest < 1000000; digest++) sum = sum * 31 + choose(table, digest);
    return sum;
}

static void choices_among_five_nodes_are_as_published(void **state) {
    (void)state;
    static const uint32_t equal[24] = {3, 0, 3, 3, 2, 3, 3, 0, 1, 2, 0, 4, 1, 0, 1, 3, 2, 1, 0, 1, 4, 0, 3, 1};
    static const uint32_t weighted[24] = {3, 0, 3, 3, 2, 3, 3, 4, 1, 2, 0, 4, 4, 4, 1, 3, 2, 4, 3, 1, 4, 0, 3, 1};
    static const uint32_t first_three[8][3] = {{3, 4, 2}, {0, 1, 3}, {3, 0, 2}, {3, 0, 2},
                                               {2, 1, 3}, {3, 4, 0}, {3, 1, 4}, {0, 1, 4}};
    px_hrw_table plain, weights;
    assert_int_equal(px_hrw_table_init(&plain, five, NULL, 5), 0);
    assert_int_equal(px_hrw_table_init(&weights, five, rising, 5), 0);
    for (uint64_t digest = 0; digest < 24; digest++) {
        assert_int_equal(choose(&plain, digest), equal[digest]);
        assert_int_equal(choose(&weights, digest), weighted[digest]);
    }
    for (uint64_t digest = 0; digest < 8; digest++) {
        uint32_t top[3];
        px_hrw_portable.top(&plain, px_hrw_key(digest), 3, top);
        for (size_t i = 0; i < 3; i++) assert_int_equal(plain.original[top[i]], first_three[digest][i]);
    }
    assert_int_equal(checksum(&plain), 0x12236df10cdf69b2);
    assert_int_equal(checksum(&weights), 0xd4b93e0b4b0478d9);
    px_hrw_table_end(&plain);
    px_hrw_table_end(&weights);
}

static void nodes_of_one_digest_are_told_apart_by_identity(void **state) {
    (void)state;
    static const uint64_t digests[4] = {9, 7, 7, 7};
    static const uint32_t weights[4] = {1, 5, 5, 5};
    static const uint32_t *const variants[2] = {NULL, weights};
    for (size_t variant = 0; variant < 2; variant++) {
        px_hrw_table table;
        assert_int_equal(px_hrw_table_init(&table, digests, variants[variant], 4), 0);
        for (uint64_t digest = 0; digest < 1000; digest++) {
            uint32_t order[4], place = 0;
            px_hrw_portable.top(&table, px_hrw_key(digest), 4, order);
            for (size_t i = 0; i < 4; i++) {
                if (table.original[order[i]] > 0) assert_int_equal(table.original[order[i]], ++place);
            }
            assert_int_equal(choose(&table, digest), table.original[order[0]]);
        }
        px_hrw_table_end(&table);
    }
}

static void a_node_of_weight_0_is_left_out(void **state) {
    (void)state;
    static const uint32_t weights[5] = {0, 3, 0, 3, 3};
    static const uint32_t none[5] = {0};
    px_hrw_table table;
    assert_int_equal(px_hrw_table_init(&table, five, weights, 5), 0);
    assert_int_equal(table.count, 3);
    assert_null(table.weight); /* the rest are equal */
    for (uint64_t digest = 0; digest < 1000; digest++) assert_true(weights[choose(&table, digest)] > 0);
    px_hrw_table_end(&table);
    assert_int_equal(px_hrw_table_init(&table, five, none, 5), 0);
    assert_int_equal(table.count, 0);
    px_hrw_table_end(&table);
}

static void a_table_without_memory_is_empty(void **state) {
    (void)state;
    px_hrw_table table;
    for (long n = 0; n < 2; n++) {
        px_memory_fail_at(n);
        assert_int_equal(px_hrw_table_init(&table, five, rising, 5), -1);
        assert_null(table.node);
        px_hrw_table_end(&table);
    }
    px_memory_fail_at(2);
    assert_int_equal(px_hrw_table_init(&table, five, rising, 5), 0);
    px_memory_fail_at(-1);
    px_hrw_table_end(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixed_keys_and_nodes_are_as_published),
        cmocka_unit_test(scores_of_pairs_are_as_published),
        cmocka_unit_test(the_logarithm_is_as_published),
        cmocka_unit_test(the_logarithm_never_falls),
        cmocka_unit_test(the_limit_lets_every_cheaper_node_pass),
#ifdef __SIZEOF_INT128__
        cmocka_unit_test(costs_compare_as_exact_fractions),
#endif
        cmocka_unit_test(every_value_of_the_vectors_is_met),
        cmocka_unit_test(choices_among_five_nodes_are_as_published),
        cmocka_unit_test(nodes_of_one_digest_are_told_apart_by_identity),
        cmocka_unit_test(a_node_of_weight_0_is_left_out),
        cmocka_unit_test(a_table_without_memory_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
