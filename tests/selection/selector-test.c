/* SPDX-License-Identifier: MIT */
/* Selectors: what they answer, refuse and survive. */
#include "selection/selector.h"

#include "support.h"

#include "../unit/support.h"

static const test_node ten[10] = {{1, 1, NULL, NULL}, {2, 2, NULL, NULL}, {3, 0, NULL, NULL}, {4, 1, NULL, NULL},
                                  {5, 5, NULL, NULL}, {6, 1, NULL, NULL}, {7, 1, NULL, NULL}, {8, 1, NULL, NULL},
                                  {9, 4294967295, NULL, NULL}, {10, 3, NULL, NULL}};

static const proxenos_node *select_node(const proxenos_selector *selector, const char *key) {
    const proxenos_node *node;
    proxenos_error error;
    assert_int_equal(proxenos_select(selector, key, strlen(key), &node, &error), PROXENOS_OK);
    return node;
}

static void the_scheme_names_all_that_decides(void **state) {
    (void)state;
    proxenos_selector *selector = make_selector(ten, 10, NULL);
    assert_string_equal(proxenos_selector_scheme(selector), "hrw1/fnv/address");
    proxenos_selector_unref(selector);

    test_hash()->parameters = "key=9c1f03ab,seed=0";
    proxenos_selector_options options = {.size = sizeof options, .table = 4096};
    selector = make_selector(ten, 10, &options);
    test_hash()->parameters = "";
    assert_string_equal(proxenos_selector_scheme(selector), "hrw1/fnv/address/key=9c1f03ab,seed=0/table=4096");
    proxenos_selector_unref(selector);
}

/* Two machines, one of which ignores weights, answer differently: their texts differ. */
static void the_scheme_says_that_weights_are_ignored(void **state) {
    (void)state;
    proxenos_selector_options options = {.size = sizeof options, .ignore_weights = 1};
    proxenos_selector *selector = make_selector(ten, 10, &options);
    assert_string_equal(proxenos_selector_scheme(selector), "hrw1/fnv/address/weights=ignored");
    proxenos_selector_unref(selector);
    options.weighting = "lcg";
    options.table = 64;
    selector = make_selector(ten, 10, &options);
    assert_string_equal(proxenos_selector_scheme(selector), "lcg/fnv/address/table=64/weights=ignored");
    proxenos_selector *updated;
    assert_int_equal(proxenos_selector_update(selector, selector->cluster, &updated, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_selector_scheme(updated), "lcg/fnv/address/table=64/weights=ignored");
    proxenos_selector_unref(updated);
    proxenos_selector_unref(selector);
}

static void what_is_spread_by_stands_in_the_scheme_and_is_the_default(void **state) {
    (void)state;
    static const test_node nodes[4] = {{1, 1, "a", "r"}, {2, 1, "a", "s"}, {3, 1, "b", "s"}, {4, 1, "b", "t"}};
    proxenos_selector_options options = {.size = sizeof options, .spread_by = "meta.rack"};
    proxenos_selector *by_rack = make_selector(nodes, 4, &options);
    assert_memory_equal(proxenos_selector_scheme(by_rack), "hrw1/fnv/address/spread=meta.rack/nodes=", 39);
    for (char key = 'a'; key <= 'z'; key++) {
        proxenos_ranked told[4], untold[4];
        size_t count;
        assert_int_equal(proxenos_rank_spread(by_rack, &key, 1, 4, NULL, untold, &count, NULL), PROXENOS_OK);
        assert_int_equal(proxenos_rank_spread(by_rack, &key, 1, 4, "meta.rack", told, &count, NULL), PROXENOS_OK);
        for (size_t i = 0; i < 4; i++) assert_ptr_equal(untold[i].node, told[i].node);
    }
    proxenos_selector_unref(by_rack);
    options.spread_by = "rack";
    proxenos_cluster *cluster = make_cluster(nodes, 4, NULL);
    assert_int_equal(proxenos_selector_new(cluster, test_hash(), &options, &by_rack, NULL), PROXENOS_ERROR_CONFIG);
    proxenos_cluster_unref(cluster);
}

/* By the definition: the least NLOG2(S) / weight, here in floating point. */
static void the_node_is_the_one_the_definition_gives(void **state) {
    (void)state;
    static const test_node nodes[4] = {
        {1, 1, NULL, NULL}, {2, 2, NULL, NULL}, {3, 3, NULL, NULL}, {4, 0, NULL, NULL}};
    proxenos_selector *selector = make_selector(nodes, 4, NULL);
    for (int i = 0; i < 1000; i++) {
        char key[16];
        int length = snprintf(key, sizeof key, "key%d", i);
        uint64_t mixed = px_hrw_key(test_hash64(NULL, key, (size_t)length));
        double least = 1e300;
        const char *winner = NULL;
        for (size_t n = 0; n < 3; n++) {
            const proxenos_node *node = proxenos_cluster_node(proxenos_selector_cluster(selector), n);
            const char *identity = proxenos_node_identity(node);
            uint64_t digest = px_hrw_node(test_hash64(NULL, identity, strlen(identity)));
            double cost = (double)px_hrw_nlog2(px_hrw_score(mixed, digest)) / proxenos_node_weight(node);
            if (cost < least) {
                least = cost;
                winner = identity;
            }
        }
        assert_string_equal(proxenos_node_identity(select_node(selector, key)), winner);
    }
    proxenos_selector_unref(selector);
}

static void ranking_begins_with_the_selected_node(void **state) {
    (void)state;
    proxenos_selector *selector = make_selector(ten, 10, NULL);
    for (int i = 0; i < 200; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "key%d", i);
        proxenos_ranked places[20];
        size_t ranked;
        assert_int_equal(proxenos_rank(selector, key, strlen(key), 20, places, &ranked, NULL), PROXENOS_OK);
        assert_int_equal(ranked, 9); /* all but the drained one */
        assert_ptr_equal(places[0].node, select_node(selector, key));
        for (size_t n = 0; n < ranked; n++) {
            const char *identity = proxenos_node_identity(places[n].node);
            uint64_t digest = test_hash64(NULL, identity, strlen(identity));
            uint64_t score = px_hrw_score(px_hrw_key(test_hash64(NULL, key, strlen(key))), px_hrw_node(digest));
            assert_int_equal(places[n].digest, digest);
            assert_int_equal(places[n].score, score);
            assert_int_equal(places[n].cost, px_hrw_nlog2(score));
            assert_true(proxenos_node_weight(places[n].node) > 0);
        }
    }
    proxenos_selector_unref(selector);
}

static void assert_digests_answer_as_their_keys(const proxenos_selector *selector) {
    for (int i = 0; i < 200; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "key%d", i);
        uint64_t digest = proxenos_hash64(test_hash(), key, strlen(key));
        const proxenos_node *node;
        assert_int_equal(proxenos_select_digest(selector, digest, &node, NULL), PROXENOS_OK);
        assert_ptr_equal(node, select_node(selector, key));
        proxenos_ranked places[20] = {{0}}, expected[20] = {{0}};
        size_t ranked, count;
        assert_int_equal(proxenos_rank_digest(selector, digest, 20, places, &ranked, NULL), PROXENOS_OK);
        assert_int_equal(proxenos_rank(selector, key, strlen(key), 20, expected, &count, NULL), PROXENOS_OK);
        assert_int_equal(ranked, count);
        assert_memory_equal(places, expected, count * sizeof places[0]);
    }
}

static void a_digest_gets_the_answers_of_its_key(void **state) {
    (void)state;
    static const char *const weightings[] = {"hrw", "lcg"};
    static const size_t tables[] = {0, 1, 1000};
    for (size_t w = 0; w < 2; w++) {
        for (size_t t = 0; t < 3; t++) {
            proxenos_selector_options options = {
                .size = sizeof options, .weighting = weightings[w], .table = tables[t]};
            proxenos_selector *selector = make_selector(ten, 10, &options);
            assert_digests_answer_as_their_keys(selector);
            proxenos_selector_unref(selector);
        }
    }
}

static void a_digest_without_an_answer_is_an_error_that_says_why(void **state) {
    (void)state;
    const proxenos_node *node = (const proxenos_node *)1;
    proxenos_ranked place;
    size_t ranked = 1;
    proxenos_error error;
    proxenos_selector *selector = make_selector(ten, 0, NULL);
    assert_int_equal(proxenos_select_digest(selector, 7, &node, &error), PROXENOS_ERROR_NO_NODE);
    assert_null(node);
    assert_int_equal(proxenos_rank_digest(selector, 7, 1, &place, &ranked, &error), PROXENOS_ERROR_NO_NODE);
    assert_int_equal(ranked, 0);
    proxenos_selector_unref(selector);

    selector = make_selector(ten, 10, NULL);
    struct proxenos_selector python = *selector; /* the test's hash has no Python form */
    python.weighting = &px_weighting_python;
    assert_int_equal(proxenos_select_digest(&python, 7, &node, &error), PROXENOS_ERROR_UNSUPPORTED);
    assert_contains(error.text, "'python'");
    assert_int_equal(proxenos_rank_digest(&python, 7, 1, &place, &ranked, &error), PROXENOS_ERROR_UNSUPPORTED);
    proxenos_selector_unref(selector);
}

enum { MANY = 1000 };
static char many_texts[MANY][16];
static proxenos_key many_keys[MANY];

static void fill_many_keys(void) {
    for (size_t i = 0; i < MANY; i++) {
        int length = snprintf(many_texts[i], sizeof many_texts[i], "key%zu", i);
        many_keys[i] = (proxenos_key){many_texts[i], (size_t)length};
    }
    many_keys[7] = (proxenos_key){NULL, 0}; /* the empty key */
}

static void many_keys_are_answered_as_one_by_one(void **state) {
    (void)state;
    static const size_t tables[] = {0, 1000};
    static const size_t counts[] = {0, 1, 255, 256, 257, MANY};
    fill_many_keys();
    for (size_t t = 0; t < 2; t++) {
        proxenos_selector_options options = {.size = sizeof options, .table = tables[t]};
        proxenos_selector *selector = make_selector(ten, 8, &options); /* none so heavy that it gets all */
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            uint32_t indexes[MANY + 1];
            indexes[counts[c]] = 77;
            assert_int_equal(proxenos_select_many(selector, many_keys, counts[c], indexes, NULL), PROXENOS_OK);
            assert_int_equal(indexes[counts[c]], 77);
            for (size_t i = 0; i < counts[c]; i++) {
                const proxenos_node *node;
                assert_int_equal(proxenos_select(selector, many_keys[i].data, many_keys[i].length, &node, NULL), 0);
                assert_ptr_equal(proxenos_cluster_node(proxenos_selector_cluster(selector), indexes[i]), node);
            }
        }
        proxenos_selector_unref(selector);
    }
}

static void weights_may_be_ignored(void **state) {
    (void)state;
    proxenos_selector_options options = {.size = sizeof options, .ignore_weights = 1};
    proxenos_selector *selector = make_selector(ten, 10, &options);
    size_t drained = 0, heavy = 0;
    for (int i = 0; i < 1000; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "key%d", i);
        uint32_t weight = proxenos_node_weight(select_node(selector, key));
        drained += weight == 0;
        heavy += weight == UINT32_MAX;
    }
    assert_true(drained >= 50 && drained <= 150);
    assert_true(heavy >= 50 && heavy <= 150);
    proxenos_selector_unref(selector);
}

static void nothing_to_select_is_an_error_that_says_why(void **state) {
    (void)state;
    static const test_node drained[2] = {{1, 0, NULL, NULL}, {2, 0, NULL, NULL}};
    static const char *const reasons[2] = {"the cluster is empty",
                                           "none of the 2 in the cluster has a weight above 0"};
    for (size_t count = 0; count <= 2; count += 2) {
        proxenos_selector_options options = {.size = sizeof options, .table = 64};
        proxenos_selector *selector = make_selector(drained, count, &options);
        const proxenos_node *node = (const proxenos_node *)1;
        proxenos_ranked place;
        proxenos_error error;
        size_t ranked = 9;
        uint32_t index;
        assert_int_equal(proxenos_select(selector, "k", 1, &node, &error), PROXENOS_ERROR_NO_NODE);
        assert_null(node);
        assert_contains(error.text, reasons[count / 2]);
        assert_int_equal(proxenos_rank(selector, "k", 1, 1, &place, &ranked, &error), PROXENOS_ERROR_NO_NODE);
        assert_int_equal(ranked, 0);
        assert_int_equal(proxenos_rank_spread(selector, "k", 1, 1, NULL, &place, &ranked, &error),
                         PROXENOS_ERROR_NO_NODE);
        proxenos_key key = {"k", 1};
        assert_int_equal(proxenos_select_many(selector, &key, 1, &index, &error), PROXENOS_ERROR_NO_NODE);
        proxenos_selector_unref(selector);
    }
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    proxenos_error error;
    proxenos_cluster *cluster = make_cluster(ten, 10, &error);
    assert_non_null(cluster);
    proxenos_selector *selector;
    static const struct {
        proxenos_selector_options options;
        proxenos_status status;
        const char *words;
    } rows[] = {
        {{.size = 0}, PROXENOS_ERROR_ARGUMENT, "size is not set"},
        {{.size = sizeof rows[0].options, .weighting = "hrv"}, PROXENOS_ERROR_CONFIG, "did you mean 'hrw'?"},
        {{.size = sizeof rows[0].options, .weighting = "rendezvous"}, PROXENOS_ERROR_CONFIG, "there are: hrw, "},
        {{.size = sizeof rows[0].options, .table = PX_SLOTS_LIMIT + 1}, PROXENOS_ERROR_CONFIG,
         "at most 16777216 slots, not 16777217"},
        {{.size = sizeof rows[0].options, .weighting = "python", .table = 100}, PROXENOS_ERROR_UNSUPPORTED,
         "'python' cannot have a slot table"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        selector = (proxenos_selector *)1;
        assert_int_equal(proxenos_selector_new(cluster, test_hash(), &rows[i].options, &selector, &error),
                         rows[i].status);
        assert_null(selector);
        assert_contains(error.text, rows[i].words);
    }

    assert_int_equal(proxenos_selector_new(cluster, test_hash(), NULL, &selector, &error), PROXENOS_OK);
    const proxenos_node *node;
    assert_int_equal(proxenos_select(selector, NULL, 3, &node, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_select(selector, NULL, 0, &node, &error), PROXENOS_OK);
    proxenos_key keys[2] = {{"a", 1}, {NULL, 1}};
    uint32_t indexes[2];
    assert_int_equal(proxenos_select_many(selector, keys, 2, indexes, &error), PROXENOS_ERROR_ARGUMENT);
    proxenos_selector_unref(selector);
    proxenos_cluster_unref(cluster);
}

/* A program built against a shorter or a longer struct. */
static void options_of_another_size_are_read_as_far_as_known(void **state) {
    (void)state;
    struct {
        proxenos_selector_options known;
        void *unknown;
    } longer = {.known = {.size = sizeof longer, .table = 64}, .unknown = &longer};
    proxenos_selector *selector = make_selector(ten, 10, &longer.known);
    assert_string_equal(proxenos_selector_scheme(selector), "hrw1/fnv/address/table=64");
    proxenos_selector_unref(selector);

    proxenos_selector_options shorter = {.size = offsetof(proxenos_selector_options, table), .table = 64};
    selector = make_selector(ten, 10, &shorter);
    assert_string_equal(proxenos_selector_scheme(selector), "hrw1/fnv/address");
    proxenos_selector_unref(selector);
}

static void a_selector_keeps_its_cluster(void **state) {
    (void)state;
    proxenos_selector *selector = make_selector(ten, 10, NULL); /* the only holder */
    assert_ptr_equal(proxenos_selector_ref(selector), selector);
    proxenos_selector_unref(selector);
    assert_int_equal(proxenos_cluster_size(proxenos_selector_cluster(selector)), 10);
    assert_non_null(select_node(selector, "key"));
    proxenos_selector_unref(selector);
    proxenos_selector_unref(NULL);
}

/* ----------------------------------------------------- failed allocations */

static proxenos_selector_options with_table = {.size = sizeof with_table, .table = 3000, .threads = 1};

static proxenos_status update(proxenos_selector **selector, size_t count, proxenos_error *error) {
    proxenos_cluster *cluster = make_cluster(ten, count, error);
    if (cluster == NULL) return error->status;
    proxenos_selector *updated;
    proxenos_status status = proxenos_selector_update(*selector, cluster, &updated, error);
    proxenos_cluster_unref(cluster);
    if (status != PROXENOS_OK) return status;
    proxenos_selector_unref(*selector);
    *selector = updated;
    return PROXENOS_OK;
}

static proxenos_status make_and_use(proxenos_error *error) {
    proxenos_cluster *cluster = make_cluster(ten, 10, error);
    if (cluster == NULL) return error->status;
    proxenos_selector *selector;
    proxenos_shared_selector *shared = NULL;
    proxenos_ranked places[3];
    size_t ranked;
    proxenos_status status = proxenos_selector_new(cluster, test_hash(), &with_table, &selector, error);
    if (status == PROXENOS_OK) status = update(&selector, 8, error);
    if (status == PROXENOS_OK) status = update(&selector, 10, error);
    if (status == PROXENOS_OK) status = proxenos_rank_spread(selector, "k", 1, 3, NULL, places, &ranked, error);
    if (status == PROXENOS_OK) status = proxenos_shared_selector_new(selector, &shared, error);
    proxenos_shared_selector_free(shared);
    proxenos_selector_unref(selector);
    proxenos_cluster_unref(cluster);
    return status;
}

static proxenos_selector *large;

static proxenos_status rank_many(proxenos_error *error) {
    static proxenos_ranked places[100];
    size_t ranked;
    return proxenos_rank(large, "k", 1, 100, places, &ranked, error);
}

static void every_failed_allocation_is_survived(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(make_and_use);
    test_node nodes[100];
    for (unsigned i = 0; i < 100; i++) nodes[i] = (test_node){i, 1, NULL, NULL};
    large = make_selector(nodes, 100, NULL);
    assert_survives_every_failed_allocation(rank_many);
    proxenos_selector_unref(large);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scheme_names_all_that_decides),
        cmocka_unit_test(the_scheme_says_that_weights_are_ignored),
        cmocka_unit_test(what_is_spread_by_stands_in_the_scheme_and_is_the_default),
        cmocka_unit_test(the_node_is_the_one_the_definition_gives),
        cmocka_unit_test(ranking_begins_with_the_selected_node),
        cmocka_unit_test(a_digest_gets_the_answers_of_its_key),
        cmocka_unit_test(a_digest_without_an_answer_is_an_error_that_says_why),
        cmocka_unit_test(many_keys_are_answered_as_one_by_one),
        cmocka_unit_test(weights_may_be_ignored),
        cmocka_unit_test(nothing_to_select_is_an_error_that_says_why),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(options_of_another_size_are_read_as_far_as_known),
        cmocka_unit_test(a_selector_keeps_its_cluster),
        cmocka_unit_test(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
