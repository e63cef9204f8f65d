/* SPDX-License-Identifier: MIT */
#include "cluster/cluster.h"
#include "support.h"

static const char *const metadata[] = {"capacity", "20", "text", "many", "empty", "", "zero", "0"};
static const char *const tags[] = {"capacity=10", "capacities=99", "primary", "twice=1", "twice=2", "same=3",
                                   "same=3", "large=4294967296", "largest=4294967295", "minus=-1",
                                   "capacity"};

/* The weight that `rule` gives to a node of weight 7; -1 with *error. */
static int64_t weight_by(const char *rule, proxenos_error *error) {
    proxenos_node_data data = {
        .size = sizeof data,
        .flags = PROXENOS_NODE_HAS_WEIGHT,
        .address = "db.example",
        .weight = 7,
        .tags = tags,
        .tag_count = sizeof tags / sizeof tags[0],
        .metadata = metadata,
        .metadata_count = sizeof metadata / sizeof metadata[0] / 2,
    };
    px_builder *builder;
    proxenos_cluster *cluster = NULL;
    int64_t weight = -1;
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &builder, NULL), PROXENOS_OK);
    proxenos_status status = px_builder_weight_from(builder, rule, error);
    if (status == PROXENOS_OK) {
        assert_int_equal(px_builder_add(builder, &data, NULL), PROXENOS_OK);
        status = px_builder_finish(builder, NULL, NULL, &cluster, error);
    }
    if (status == PROXENOS_OK) weight = proxenos_node_weight(proxenos_cluster_node(cluster, 0));
    proxenos_cluster_unref(cluster);
    px_builder_free(builder);
    return weight;
}

static void the_weight_comes_from_metadata_or_a_tag(void **state) {
    (void)state;
    assert_int_equal(weight_by("meta.capacity", NULL), 20);
    assert_int_equal(weight_by("tag.capacity", NULL), 10);
    assert_int_equal(weight_by("tag.largest", NULL), 4294967295);
    assert_int_equal(weight_by("meta.zero", NULL), 0);
    assert_int_equal(weight_by("tag.same", NULL), 3);
}

static void a_node_without_the_value_keeps_its_own(void **state) {
    (void)state;
    assert_int_equal(weight_by(NULL, NULL), 7);
    assert_int_equal(weight_by("meta.weight", NULL), 7);
    assert_int_equal(weight_by("tag.weight", NULL), 7);
    assert_int_equal(weight_by("tag.primary", NULL), 7);
    assert_int_equal(weight_by("tag.capaci", NULL), 7);
}

static void a_value_that_is_no_weight_is_an_error_naming_node_and_value(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"meta.text", "'many'"}, {"meta.empty", "''"}, {"tag.large", "'4294967296'"}, {"tag.minus", "'-1'"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        proxenos_error error = {0};
        assert_int_equal(weight_by(pairs[i][0], &error), -1);
        assert_int_equal(error.status, PROXENOS_ERROR_MALFORMED);
        assert_contains(error.text, "db.example");
        assert_contains(error.text, pairs[i][0]);
        assert_contains(error.text, pairs[i][1]);
    }
}

static void two_tags_that_disagree_are_an_error_naming_both(void **state) {
    (void)state;
    proxenos_error error = {0};
    assert_int_equal(weight_by("tag.twice", &error), -1);
    assert_contains(error.text, "'twice=1'");
    assert_contains(error.text, "'twice=2'");
}

static void a_rule_is_meta_or_tag_and_a_key(void **state) {
    (void)state;
    static const char *const bad[] = {"", "meta", "meta.", "tag.", "tags.a", "Meta.a", ".a", "capacity"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        proxenos_error error = {0};
        assert_int_equal(weight_by(bad[i], &error), -1);
        assert_int_equal(error.status, PROXENOS_ERROR_CONFIG);
        assert_contains(error.text, bad[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_weight_comes_from_metadata_or_a_tag),
        cmocka_unit_test(a_node_without_the_value_keeps_its_own),
        cmocka_unit_test(a_value_that_is_no_weight_is_an_error_naming_node_and_value),
        cmocka_unit_test(two_tags_that_disagree_are_an_error_naming_both),
        cmocka_unit_test(a_rule_is_meta_or_tag_and_a_key),
    };
    return cmocka_run_group_tests_name("weight-from", tests, NULL, NULL);
}
