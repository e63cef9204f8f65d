/* SPDX-License-Identifier: MIT */
/* proxenos_builder, as a program uses it. */
#include "support.h"

static proxenos_status build(proxenos_error *error) {
    static const char *const tags[] = {"ssd", "primary", NULL};
    static const char *const metadata[] = {"arch", "arm64", NULL};
    proxenos_builder *builder;
    proxenos_cluster *cluster = NULL;
    proxenos_node_spec spec = {
        .size = sizeof spec, .host = "10.0.0.1", .port = 80, .weight = -1, .service = "web", .name = "w1",
        .source = "n1", .zone = "z", .tags = tags, .metadata = metadata,
    };
    proxenos_status status = proxenos_builder_new("name", &builder, error);
    if (status == PROXENOS_OK) status = proxenos_builder_add(builder, &spec, error);
    spec = (proxenos_node_spec){.size = sizeof spec, .host = "db", .name = "w2", .weight = 0};
    if (status == PROXENOS_OK) status = proxenos_builder_add(builder, &spec, error);
    if (status == PROXENOS_OK) status = proxenos_builder_finish(builder, &cluster, error);
    if (status == PROXENOS_OK) {
        const proxenos_node *node = proxenos_cluster_find(cluster, "w1");
        assert_non_null(node);
        assert_string_equal(proxenos_node_address(node), "10.0.0.1:80");
        assert_int_equal(proxenos_node_weight(node), 1);
        assert_string_equal(proxenos_node_service(node), "web");
        assert_string_equal(proxenos_node_source(node), "n1");
        assert_string_equal(proxenos_node_zone(node), "z");
        assert_string_equal(proxenos_node_tag(node, 0), "primary");
        assert_string_equal(proxenos_node_tag(node, 1), "ssd");
        const char *key, *value;
        assert_int_equal(proxenos_node_metadata(node, 0, &key, &value), 1);
        assert_string_equal(value, "arm64");
        node = proxenos_cluster_find(cluster, "w2");
        assert_string_equal(proxenos_node_address(node), "db");
        assert_int_equal(proxenos_node_weight(node), 0);
    }
    proxenos_cluster_unref(cluster);
    proxenos_builder_free(builder);
    return status;
}

static void a_program_makes_a_cluster_of_its_own(void **state) {
    (void)state;
    proxenos_error error = {0};
    if (build(&error) != PROXENOS_OK) fail_msg("%s", error.text);
}

static void a_builder_survives_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(build);
}

static void bad_arguments_are_errors_and_the_builder_goes_on(void **state) {
    (void)state;
    static const char *const odd[] = {"a", "1", "b", NULL};
    proxenos_builder *builder;
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(proxenos_builder_new("nombre", &builder, &error), PROXENOS_ERROR_ARGUMENT);
    assert_null(builder);
    assert_contains(error.text, "'nombre'");
    assert_int_equal(proxenos_builder_new(NULL, &builder, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_builder_new("address", NULL, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_builder_new("address", &builder, &error), PROXENOS_OK);

    const proxenos_node_spec good = {.size = sizeof good, .host = "10.0.0.1", .weight = -1};
    proxenos_node_spec bad = good;
    bad.port = 65536;
    assert_int_equal(proxenos_builder_add(builder, &bad, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(error.status, PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "65536");
    bad = good;
    bad.weight = -2;
    assert_int_equal(proxenos_builder_add(builder, &bad, &error), PROXENOS_ERROR_ARGUMENT);
    bad = good;
    bad.host = NULL;
    assert_int_equal(proxenos_builder_add(builder, &bad, &error), PROXENOS_ERROR_ARGUMENT);
    bad = good;
    bad.metadata = odd;
    assert_int_equal(proxenos_builder_add(builder, &bad, &error), PROXENOS_ERROR_ARGUMENT);
    bad = good;
    bad.size = 0;
    assert_int_equal(proxenos_builder_add(builder, &bad, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_builder_add(builder, NULL, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_builder_add(NULL, &good, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_builder_finish(NULL, &cluster, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_null(cluster);
    assert_int_equal(proxenos_builder_finish(builder, NULL, NULL), PROXENOS_ERROR_ARGUMENT);

    assert_int_equal(proxenos_builder_add(builder, &good, &error), PROXENOS_OK);
    assert_int_equal(proxenos_builder_finish(builder, &cluster, &error), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    proxenos_cluster_unref(cluster);
    proxenos_builder_free(builder);
    proxenos_builder_free(NULL);
}

/* The first field that was appended must not break the programs before it. */
static void an_older_program_adds_the_nodes_it_knows(void **state) {
    (void)state;
    proxenos_builder *builder;
    proxenos_cluster *cluster;
    assert_int_equal(proxenos_builder_new("address", &builder, NULL), PROXENOS_OK);
    proxenos_node_spec spec = {.size = offsetof(proxenos_node_spec, tier), .host = "10.0.0.1", .weight = -1, .tier = 7};
    assert_int_equal(proxenos_builder_add(builder, &spec, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_builder_finish(builder, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_node_tier(proxenos_cluster_node(cluster, 0)), 0);
    proxenos_cluster_unref(cluster);
    proxenos_builder_free(builder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_program_adds_the_nodes_it_knows),
        cmocka_unit_test(a_program_makes_a_cluster_of_its_own),
        cmocka_unit_test(a_builder_survives_every_failed_allocation),
        cmocka_unit_test(bad_arguments_are_errors_and_the_builder_goes_on),
    };
    return cmocka_run_group_tests_name("builder", tests, NULL, NULL);
}
