/* SPDX-License-Identifier: MIT */
/* Slot tables: as defined, and after any change of the cluster the same as new. */
#include "support.h"

#include "../unit/support.h"

#include <math.h>

static void keys_fall_into_slots_as_defined(void **state) {
    (void)state;
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    static const size_t counts[] = {1, 2, 3, 1000, 65536, 65537, PX_SLOTS_LIMIT};
    uint64_t random = 1;
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        px_slots slots = {.count = counts[c]};
        for (int i = 0; i < 10000; i++) {
            uint64_t digest = next_random(&random);
            uint64_t mixed = px_moremur(digest ^ UINT64_C(0x9E3779B97F4A7C15));
            assert_int_equal(px_slot_of(&slots, digest), (uint64_t)((wide)mixed * counts[c] >> 64));
        }
    }
#else
    print_message("# not run: no 128-bit integer to compare with\n"); /* cmocka's skip() is a failure in TAP */
#endif
}

static void make_nodes(test_node *nodes, size_t count, uint64_t *random) {
    for (size_t i = 0; i < count; i++) {
        nodes[i] = (test_node){(unsigned)i, (int64_t)(next_random(random) % 5), NULL, NULL};
    }
}

/* Every slot's node is what the weighting gives to the slot's number as digest. */
static void a_slot_has_the_node_of_its_number(void **state) {
    (void)state;
    static const size_t counts[] = {1, 7, 2048, 2049, 30000};
    test_node nodes[50];
    uint64_t random = 2;
    make_nodes(nodes, 50, &random);
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (unsigned threads = 0; threads < 5; threads += 2) {
            proxenos_selector_options options = {.size = sizeof options, .table = counts[c], .threads = threads};
            proxenos_selector *selector = make_selector(nodes, 50, &options);
            assert_int_equal(selector->slots.count, counts[c]);
            for (uint64_t slot = 0; slot < counts[c]; slot++) {
                uint32_t index;
                px_weighting_hrw.best_of_digests(selector->state, &slot, 1, &index);
                assert_int_equal(selector->slots.nodes[slot], index);
            }
            proxenos_selector_unref(selector);
        }
    }
}

static void selection_and_ranking_follow_the_slot(void **state) {
    (void)state;
    test_node nodes[30];
    uint64_t random = 3;
    make_nodes(nodes, 30, &random);
    proxenos_selector_options options = {.size = sizeof options, .table = 500};
    proxenos_selector *selector = make_selector(nodes, 30, &options);
    for (int i = 0; i < 3000; i++) {
        char key[16];
        size_t length = (size_t)snprintf(key, sizeof key, "key%d", i), ranked, expected_count;
        const proxenos_node *node;
        proxenos_ranked places[5], expected[5];
        uint32_t indexes[5];
        uint64_t slot = px_slot_of(&selector->slots, test_hash64(NULL, key, length));
        assert_int_equal(proxenos_select(selector, key, length, &node, NULL), PROXENOS_OK);
        assert_ptr_equal(node, selector->cluster->nodes[selector->slots.nodes[slot]]);
        assert_int_equal(proxenos_rank(selector, key, length, 5, places, &ranked, NULL), PROXENOS_OK);
        assert_ptr_equal(places[0].node, node);
        (void)px_weighting_hrw.rank_digest(selector->state, slot, 5, indexes, expected, &expected_count, NULL);
        assert_int_equal(ranked, 5);
        for (size_t n = 0; n < ranked; n++) {
            assert_ptr_equal(places[n].node, selector->cluster->nodes[indexes[n]]);
            assert_int_equal(places[n].score, expected[n].score);
        }
    }
    proxenos_selector_unref(selector);
}

/* ------------------------------------------------------------------ changes */

enum { MOST = 400, SLOTS = 5000 };

typedef struct roster {
    size_t count;
    test_node nodes[MOST];
    unsigned next_number;
} roster;

static void join(roster *members, int64_t weight) {
    if (members->count == MOST) return;
    members->nodes[members->count++] = (test_node){members->next_number++ * 7919 % 65536, weight, NULL, NULL};
}

static void leave(roster *members, size_t index) {
    if (members->count > 0) members->nodes[index] = members->nodes[--members->count];
}

/* One or several changes of a kind that the number picks. */
static void change(roster *members, uint64_t *random) {
    size_t times = next_random(random) % 4 == 0 ? 1 + next_random(random) % 40 : 1;
    uint64_t kind = next_random(random) % 8;
    for (size_t i = 0; i < times; i++) {
        size_t index = members->count == 0 ? 0 : next_random(random) % members->count;
        uint64_t drawn = next_random(random);
        int64_t weight = (int64_t)(drawn % 4 == 0 ? drawn >> 32 : (drawn >> 8) % 6);
        if (kind < 2 || members->count == 0) join(members, kind == 0 ? 1 : weight);
        else if (kind < 4) leave(members, index);
        else if (kind < 7) members->nodes[index].weight = weight;
        else if (i % 2 == 0) join(members, weight);
        else leave(members, index);
    }
}

static void check_same(const proxenos_selector *updated, const proxenos_selector *fresh) {
    assert_string_equal(updated->scheme, fresh->scheme);
    assert_int_equal(updated->selectable, fresh->selectable);
    assert_int_equal(updated->slots.count, fresh->slots.count);
    if (fresh->slots.count == 0) return;
    assert_memory_equal(updated->slots.nodes, fresh->slots.nodes, fresh->slots.count * sizeof *fresh->slots.nodes);
}

static proxenos_selector *update(const proxenos_selector *old, const roster *members) {
    proxenos_cluster *cluster = make_cluster(members->nodes, members->count, NULL);
    assert_non_null(cluster);
    proxenos_selector *updated;
    assert_int_equal(proxenos_selector_update(old, cluster, &updated, NULL), PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    return updated;
}

static void run_changes(size_t start, int64_t weight, size_t rounds, proxenos_selector_options options,
                        uint64_t seed) {
    static roster members;
    members = (roster){.next_number = (unsigned)seed};
    for (size_t i = 0; i < start; i++) join(&members, weight);
    uint64_t random = seed;
    proxenos_selector *selector = make_selector(members.nodes, members.count, &options);
    for (size_t round = 0; round < rounds; round++) {
        change(&members, &random);
        proxenos_selector *updated = update(selector, &members);
        proxenos_selector *fresh = make_selector(members.nodes, members.count, &options);
        check_same(updated, fresh);
        proxenos_selector_unref(fresh);
        proxenos_selector_unref(selector);
        selector = updated;
    }
    proxenos_selector_unref(selector);
}

static void an_updated_table_is_the_table_made_anew(void **state) {
    (void)state;
    proxenos_selector_options options = {.size = sizeof options, .table = SLOTS};
    run_changes(0, 1, 60, options, 1);
    run_changes(3, 1, 60, options, 2);
    run_changes(20, 2, 100, options, 3);
    run_changes(100, 1, 60, options, 4);
    run_changes(350, 3, 40, options, 5);
    options.threads = 3;
    run_changes(50, 1, 40, options, 6);
    options.ignore_weights = 1;
    run_changes(30, 1, 60, options, 7);
    options = (proxenos_selector_options){.size = sizeof options, .table = SLOTS, .weighting = "lcg"};
    run_changes(0, 1, 40, options, 10);
    run_changes(20, 2, 60, options, 11);
}

static void without_a_table_an_update_is_a_new_selector(void **state) {
    (void)state;
    proxenos_selector_options options = {.size = sizeof options};
    run_changes(10, 1, 20, options, 8);
}

/* The digest of node 10.0.0.n, as long as one is set. */
static uint64_t forced_digests[4];

static uint64_t forced_hash64(const void *state, const void *bytes, size_t length) {
    const char *text = bytes;
    if (length > 7 && memcmp(text, "10.0.0.", 7) == 0) return forced_digests[(text[7] - '0') & 3];
    return test_hash64(state, bytes, length);
}

/* The digest that moremur turns into `mixed`. */
static uint64_t unmix(uint64_t mixed) {
    static const uint64_t factors[2] = {UINT64_C(0x1C69B3F74AC4AE35), UINT64_C(0x3C79AC492BA7B653)};
    static const unsigned shifts[3] = {27, 33, 27};
    for (size_t i = 0; i < 3; i++) {
        uint64_t x = mixed;
        for (unsigned done = shifts[i]; done < 64; done += shifts[i]) x = mixed ^ x >> shifts[i];
        mixed = x;
        uint64_t inverse = i < 2 ? factors[i] : 1;
        for (int step = 0; i < 2 && step < 6; step++) inverse *= 2 - factors[i] * inverse;
        mixed *= inverse;
    }
    return mixed;
}

/* Nodes 1 and 2 share the major half of their scores for slot 3; either may join last. */
static void a_contest_sees_ties_through(void **state) {
    (void)state;
    static const proxenos_hash callbacks = {.name = "forced", .hash_bits = 64, .hash64 = forced_hash64};
    proxenos_hash_function hash = {.callbacks = &callbacks, .parameters = ""};
    atomic_store(&hash.references, 1000);
    uint64_t key = px_hrw_key(3), random = 9;
    for (int repeat = 0; repeat < 50; repeat++) {
        for (size_t i = 1; i <= 2; i++) { /* a low half of 0 or 2^31 times any odd high one */
            uint64_t high = (next_random(&random) >> 32) | 1;
            forced_digests[i] = unmix(key ^ (high << 32 | (repeat % 2 ? UINT64_C(1) << 31 : 0)));
        }
        forced_digests[3] = next_random(&random);
        static const test_node nodes[2][3] = {{{3, 1, NULL, NULL}, {1, 1, NULL, NULL}, {2, 1, NULL, NULL}},
                                              {{3, 1, NULL, NULL}, {2, 1, NULL, NULL}, {1, 1, NULL, NULL}}};
        proxenos_selector_options options = {.size = sizeof options, .table = 8};
        proxenos_cluster *both = make_cluster(nodes[0], 3, NULL);
        proxenos_selector *fresh;
        assert_int_equal(proxenos_selector_new(both, &hash, &options, &fresh, NULL), PROXENOS_OK);
        for (size_t last = 0; last < 2; last++) {
            proxenos_cluster *one = make_cluster(nodes[last], 2, NULL);
            proxenos_selector *old, *updated;
            assert_int_equal(proxenos_selector_new(one, &hash, &options, &old, NULL), PROXENOS_OK);
            assert_int_equal(proxenos_selector_update(old, both, &updated, NULL), PROXENOS_OK);
            check_same(updated, fresh);
            proxenos_selector_unref(old);
            proxenos_selector_unref(updated);
            proxenos_cluster_unref(one);
        }
        proxenos_selector_unref(fresh);
        proxenos_cluster_unref(both);
    }
}

/* Not only the outcome: a node that joins or leaves moves its own slots alone. */
static void only_the_slots_that_must_move_do(void **state) {
    (void)state;
    test_node nodes[41];
    for (unsigned i = 0; i < 41; i++) nodes[i] = (test_node){i + 1, 1 + i % 3, NULL, NULL};
    proxenos_selector_options options = {.size = sizeof options, .table = SLOTS};
    proxenos_selector *few = make_selector(nodes, 40, &options), *all = make_selector(nodes, 41, &options);
    const proxenos_node *joined = proxenos_cluster_find(all->cluster, "10.0.0.41:80");
    size_t moved = 0;
    for (size_t slot = 0; slot < SLOTS; slot++) {
        const proxenos_node *before = few->cluster->nodes[few->slots.nodes[slot]];
        const proxenos_node *after = all->cluster->nodes[all->slots.nodes[slot]];
        if (strcmp(before->identity, after->identity) == 0) continue;
        assert_ptr_equal(after, joined);
        moved++;
    }
    assert_true(moved >= SLOTS / 80 && moved <= SLOTS / 20); /* its due is 2 of 80 */
    proxenos_selector_unref(few);
    proxenos_selector_unref(all);
}

/* The largest share is 1 + sqrt(2 ln N * N / M) times the average, more or less. */
static void the_imbalance_is_as_stated(void **state) {
    (void)state;
    static const struct { size_t nodes, slots; } sizes[] = {{10, 1000}, {100, 10000}, {100, 65536}, {1000, 65536}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t count = sizes[s].nodes;
        test_node *nodes = calloc(count, sizeof *nodes);
        size_t *shares = calloc(count, sizeof *shares), most = 0;
        assert_non_null(nodes);
        assert_non_null(shares);
        for (size_t i = 0; i < count; i++) nodes[i] = (test_node){(unsigned)i, 1, NULL, NULL};
        proxenos_selector_options options = {.size = sizeof options, .table = sizes[s].slots};
        proxenos_selector *selector = make_selector(nodes, count, &options);
        for (size_t slot = 0; slot < sizes[s].slots; slot++) shares[selector->slots.nodes[slot]]++;
        for (size_t i = 0; i < count; i++) most = shares[i] > most ? shares[i] : most;
        double n = (double)count, excess = (double)most * n / (double)sizes[s].slots - 1;
        double stated = sqrt(2 * log(n) * n / (double)sizes[s].slots);
        assert_true(excess > stated * 0.5 && excess < stated * 1.5);
        proxenos_selector_unref(selector);
        free(nodes);
        free(shares);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_fall_into_slots_as_defined),
        cmocka_unit_test(a_slot_has_the_node_of_its_number),
        cmocka_unit_test(selection_and_ranking_follow_the_slot),
        cmocka_unit_test(an_updated_table_is_the_table_made_anew),
        cmocka_unit_test(without_a_table_an_update_is_a_new_selector),
        cmocka_unit_test(a_contest_sees_ties_through),
        cmocka_unit_test(only_the_slots_that_must_move_do),
        cmocka_unit_test(the_imbalance_is_as_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
