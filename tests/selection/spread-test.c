/* SPDX-License-Identifier: MIT */
/* Rankings spread over zones. */
#include "support.h"

#include "../unit/support.h"

enum { MOST = 300 };

static proxenos_selector *make(const test_node *nodes, size_t count, size_t table) {
    proxenos_selector_options options = {.size = sizeof options, .table = table};
    return make_selector(nodes, count, &options);
}

static size_t spread(const proxenos_selector *selector, const char *key, size_t count, const char *by,
                     proxenos_ranked *places) {
    size_t ranked;
    proxenos_status status = proxenos_rank_spread(selector, key, strlen(key), count, by, places, &ranked, NULL);
    assert_int_equal(status, PROXENOS_OK);
    return ranked;
}

/* By definition, slowly: again and again the highest-ranked node whose zone was taken
 * least often. */
static size_t naive_spread(const proxenos_selector *selector, const char *key, size_t count, int by_rack,
                           proxenos_ranked *places) {
    static proxenos_ranked all[MOST];
    static size_t taken[MOST];
    static int used[MOST];
    size_t ranked, made = 0;
    assert_int_equal(proxenos_rank(selector, key, strlen(key), MOST, all, &ranked, NULL), PROXENOS_OK);
    memset(used, 0, sizeof used);
    while (made < count && made < ranked) {
        size_t best = MOST;
        for (size_t i = 0; i < ranked; i++) {
            const char *zone = by_rack ? px_node_metadata(all[i].node, "rack") : all[i].node->zone;
            taken[i] = 0;
            for (size_t j = 0; j < ranked; j++) {
                const char *other = by_rack ? px_node_metadata(all[j].node, "rack") : all[j].node->zone;
                taken[i] += used[j] && strcmp(zone == NULL ? "" : zone, other == NULL ? "" : other) == 0;
            }
            if (!used[i] && (best == MOST || taken[i] < taken[best])) best = i;
        }
        used[best] = 1;
        places[made++] = all[best];
    }
    return made;
}

static const char *const zones[] = {"a", "b", "c", "d", "e", "f", NULL, ""};

static void make_nodes(test_node *nodes, size_t count, size_t zone_count, uint64_t seed) {
    for (size_t i = 0; i < count; i++) {
        nodes[i] = (test_node){(unsigned)i + 1, (int64_t)(next_random(&seed) % 4),
                               zones[next_random(&seed) % zone_count], zones[next_random(&seed) % 6]};
    }
    nodes[0].weight = 1;
}

static void the_spread_ranking_is_as_defined(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 5, 10, 40, 120}, wanted[] = {1, 2, 3, 5, 8, 200};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t zone_count = 1; zone_count <= 8; zone_count++) {
            test_node nodes[MOST];
            make_nodes(nodes, sizes[s], zone_count, s * 10 + zone_count);
            proxenos_selector *selector = make(nodes, sizes[s], s % 2 ? 200 : 0);
            for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++) {
                char key[16];
                (void)snprintf(key, sizeof key, "key%zu", w);
                proxenos_ranked got[MOST], expected[MOST];
                int by_rack = w % 2 == 1;
                size_t count = naive_spread(selector, key, wanted[w], by_rack, expected);
                assert_int_equal(spread(selector, key, wanted[w], by_rack ? "meta.rack" : "zone", got), count);
                for (size_t i = 0; i < count; i++) assert_ptr_equal(got[i].node, expected[i].node);
            }
            proxenos_selector_unref(selector);
        }
    }
}

/* 290 nodes of one zone and 10 of others: the short way does not do. */
static void a_rare_zone_is_found_behind_many_nodes(void **state) {
    (void)state;
    test_node nodes[MOST];
    for (unsigned i = 0; i < MOST; i++) nodes[i] = (test_node){i, 1, i < 290 ? "a" : zones[1 + i % 5], NULL};
    proxenos_selector *selector = make(nodes, MOST, 0);
    for (int i = 0; i < 50; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "key%d", i);
        proxenos_ranked places[6];
        assert_int_equal(spread(selector, key, 6, NULL, places), 6);
        for (size_t a = 0; a < 6; a++) {
            for (size_t b = 0; b < a; b++) assert_string_not_equal(places[a].node->zone, places[b].node->zone);
        }
    }
    proxenos_selector_unref(selector);
}

static int holds(const proxenos_ranked *places, size_t count, const char *identity) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(places[i].node->identity, identity) == 0) return 1;
    }
    return 0;
}

/* Removes the nodes of a zone (or one node) and checks that of three places those stay
 * that can, for keys that had one of the removed and for those that had none. */
static void check_removal(const test_node *nodes, size_t count, const char *zone, unsigned number) {
    test_node rest[MOST];
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        int is_gone = zone != NULL ? strcmp(nodes[i].zone, zone) == 0 : nodes[i].number == number;
        if (!is_gone) rest[left++] = nodes[i];
    }
    proxenos_selector *before = make(nodes, count, 0), *after = make(rest, left, 0);
    for (int i = 0; i < 500; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "key%d", i);
        proxenos_ranked old[3], new[3];
        assert_int_equal(spread(before, key, 3, "zone", old), 3);
        assert_int_equal(spread(after, key, 3, "zone", new), 3);
        for (size_t place = 0, kept = 0; place < 3; place++) {
            const char *identity = old[place].node->identity;
            if (proxenos_cluster_find(after->cluster, identity) == NULL) continue;
            assert_true(holds(new, 3, identity));
            /* Those that stay keep their order. */
            while (strcmp(new[kept].node->identity, identity) != 0) assert_true(++kept < 3);
        }
    }
    proxenos_selector_unref(before);
    proxenos_selector_unref(after);
}

static void a_removed_node_or_zone_moves_only_what_it_must(void **state) {
    (void)state;
    test_node nodes[60];
    for (unsigned i = 0; i < 60; i++) nodes[i] = (test_node){i, 1 + i % 3, zones[i % 6], NULL};
    check_removal(nodes, 60, NULL, 17);
    check_removal(nodes, 60, NULL, 18);
    check_removal(nodes, 60, "a", 0);
    check_removal(nodes, 60, "d", 0);
}

static void a_spread_by_anything_else_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"", "rack", "meta.", "zones", "meta"};
    test_node nodes[3];
    make_nodes(nodes, 3, 3, 1);
    proxenos_selector *selector = make(nodes, 3, 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        proxenos_ranked places[3];
        proxenos_error error;
        size_t ranked;
        assert_int_equal(proxenos_rank_spread(selector, "k", 1, 3, bad[i], places, &ranked, &error),
                         PROXENOS_ERROR_CONFIG);
        assert_contains(error.text, "by 'zone' or by 'meta.KEY'");
        assert_int_equal(ranked, 0);
    }
    proxenos_selector_unref(selector);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_spread_ranking_is_as_defined),
        cmocka_unit_test(a_rare_zone_is_found_behind_many_nodes),
        cmocka_unit_test(a_removed_node_or_zone_moves_only_what_it_must),
        cmocka_unit_test(a_spread_by_anything_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
