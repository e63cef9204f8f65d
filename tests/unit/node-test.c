/* SPDX-License-Identifier: MIT */
#include "cluster/node.h"
#include "support.h"

static const char *const tags[] = {"primary", "", "capacity=10"};
static const char *const metadata[] = {"zone", "b", "arch", "arm64", "zone", "a"};

/* Every field set. */
static const proxenos_node_data full = {
    .size = sizeof full,
    .flags = PROXENOS_NODE_HAS_PORT | PROXENOS_NODE_HAS_WEIGHT,
    .address = "[2001:DB8::1]",
    .port = 8000,
    .weight = 7,
    .service = "web",
    .name = "web-1",
    .source_node = "rack-4",
    .zone = "eu-1",
    .tags = tags,
    .tag_count = 3,
    .metadata = metadata,
    .metadata_count = 3,
    .health = PROXENOS_HEALTH_WARNING,
    .origin = "nodes.yaml:12:5",
};

static proxenos_node *make(const proxenos_node_data *data) {
    proxenos_node *node;
    proxenos_error error = {0};
    if (px_node_new(data, &node, &error) != PROXENOS_OK) fail_msg("%s", error.text);
    return node;
}

static void a_node_holds_what_the_backend_gave(void **state) {
    (void)state;
    proxenos_node *node = make(&full);
    assert_string_equal(proxenos_node_address(node), "[2001:db8::1]:8000");
    assert_string_equal(proxenos_node_identity(node), "[2001:db8::1]:8000");
    assert_string_equal(proxenos_node_host(node), "2001:db8::1");
    assert_int_equal(proxenos_node_port(node), 8000);
    assert_int_equal(proxenos_node_weight(node), 7);
    assert_string_equal(proxenos_node_service(node), "web");
    assert_string_equal(proxenos_node_name(node), "web-1");
    assert_string_equal(proxenos_node_source(node), "rack-4");
    assert_string_equal(proxenos_node_zone(node), "eu-1");
    assert_string_equal(proxenos_node_health(node), "warning");
    assert_string_equal(node->origin, "nodes.yaml:12:5");
    px_node_free(node);
}

static void tags_and_metadata_come_sorted(void **state) {
    (void)state;
    proxenos_node *node = make(&full);
    assert_string_equal(proxenos_node_tag(node, 0), "");
    assert_string_equal(proxenos_node_tag(node, 1), "capacity=10");
    assert_string_equal(proxenos_node_tag(node, 2), "primary");
    assert_null(proxenos_node_tag(node, 3));
    const char *key, *value;
    assert_int_equal(proxenos_node_metadata(node, 0, &key, &value), 1);
    assert_string_equal(key, "arch");
    assert_string_equal(value, "arm64");
    assert_int_equal(proxenos_node_metadata(node, 1, &key, &value), 1);
    assert_string_equal(key, "zone");
    assert_string_equal(value, "a");
    assert_int_equal(proxenos_node_metadata(node, 3, &key, &value), 0);
    assert_string_equal(px_node_metadata(node, "arch"), "arm64");
    assert_null(px_node_metadata(node, "arc"));
    px_node_free(node);
}

static void what_is_unknown_is_empty_and_the_weight_is_1(void **state) {
    (void)state;
    proxenos_node_data data = {.size = sizeof data, .address = "DB.example.", .port = 9, .weight = 9, .health = 77};
    proxenos_node *node = make(&data);
    assert_string_equal(proxenos_node_address(node), "db.example");
    assert_string_equal(proxenos_node_host(node), "db.example");
    assert_int_equal(proxenos_node_port(node), 0);
    assert_int_equal(proxenos_node_weight(node), 1);
    assert_string_equal(proxenos_node_service(node), "");
    assert_string_equal(proxenos_node_name(node), "");
    assert_string_equal(proxenos_node_source(node), "");
    assert_string_equal(proxenos_node_zone(node), "");
    assert_string_equal(proxenos_node_health(node), "unknown");
    assert_null(proxenos_node_tag(node, 0));
    px_node_free(node);
    px_node_free(NULL);
}

static void the_parsed_address_stays_as_it_was_written(void **state) {
    (void)state;
    proxenos_node_data data = full;
    data.address = "::ffff:1.2.3.4";
    proxenos_node *node = make(&data);
    assert_string_equal(proxenos_node_address(node), "1.2.3.4:8000");
    assert_int_equal(node->parsed.kind, PX_ADDRESS_IPV6);
    assert_true(node->parsed.has_port);
    assert_int_equal(node->parsed.port, 8000);
    assert_int_equal(node->parsed.bytes[10], 0xff);
    px_node_free(node);
}

static void refuse(const proxenos_node_data *data, const char *where, const char *why) {
    proxenos_node *node;
    proxenos_error error = {0};
    assert_int_equal(px_node_new(data, &node, &error), PROXENOS_ERROR_MALFORMED);
    assert_int_equal(error.status, PROXENOS_ERROR_MALFORMED);
    assert_null(node);
    assert_ptr_equal(strstr(error.text, where), error.text);
    assert_contains(error.text, why);
}

static void what_cannot_be_a_node_says_where_it_stands_and_why(void **state) {
    (void)state;
    static const int64_t ports[] = {0, -1, 65536, INT64_MAX, INT64_MIN};
    proxenos_node_data data = full;
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        data.port = ports[i];
        refuse(&data, "nodes.yaml:12:5: port ", "is not in 1...65535");
    }
    data.origin = NULL;
    refuse(&data, "node '[2001:DB8::1]': port ", "is not in 1...65535");
    data = full;
    data.weight = -1;
    refuse(&data, "nodes.yaml:12:5: ", "weight -1 is not in 0...4294967295");
    data.weight = INT64_C(4294967296);
    refuse(&data, "nodes.yaml:12:5: ", "weight 4294967296");
    data = full;
    data.address = "010.0.0.1";
    refuse(&data, "nodes.yaml:12:5: address '010.0.0.1'", "leading zero");
    data.address = NULL;
    data.origin = NULL;
    refuse(&data, "the address is missing", "");
}

static void text_that_is_not_utf8_is_refused(void **state) {
    (void)state;
    const char *const bad_tags[] = {"good", "b\xff"};
    const char *const bad_metadata[] = {"key", "\xc3"}, *const no_value[] = {"key", NULL};
    proxenos_node_data data = full;
    data.service = "\xe2\x82";
    refuse(&data, "", "the service is not UTF-8");
    data = full;
    data.tags = bad_tags;
    data.tag_count = 2;
    refuse(&data, "", "a tag is not UTF-8");
    data = full;
    data.metadata = bad_metadata;
    data.metadata_count = 1;
    refuse(&data, "", "metadata is not UTF-8");
    data.metadata = no_value;
    refuse(&data, "", "metadata is missing");
}

static void what_a_node_may_carry_is_bounded(void **state) {
    (void)state;
    const char *many[2 * 1025];
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) many[i] = "x";
    proxenos_node_data data = full;
    data.tags = data.metadata = many;
    data.tag_count = data.metadata_count = 1024;
    px_node_free(make(&data));
    data.tag_count = 1025;
    refuse(&data, "nodes.yaml", "1025 tags");
    data.tag_count = 0;
    data.metadata_count = 1025;
    refuse(&data, "nodes.yaml", "1025 pairs of metadata");

    char *text = malloc(65537);
    assert_non_null(text);
    memset(text, 'x', 65536);
    text[65536] = '\0';
    data = (proxenos_node_data){.size = sizeof data, .address = "db", .zone = text};
    refuse(&data, "node 'db'", "65536 bytes of text");
    text[65535] = '\0';
    px_node_free(make(&data));
    data.name = "x";
    refuse(&data, "node 'db'", "65536 bytes of text");
    free(text);
}

static void a_struct_smaller_than_abi_1_0_is_the_plugins_fault(void **state) {
    (void)state;
    proxenos_node *node;
    proxenos_error error;
    proxenos_node_data data = full;
    data.size = sizeof data - 1;
    assert_int_equal(px_node_new(&data, &node, &error), PROXENOS_ERROR_PLUGIN);
    data.size = sizeof data + 8;
    px_node_free(make(&data));
}

static proxenos_status make_a_full_node(proxenos_error *error) {
    proxenos_node *node;
    proxenos_status status = px_node_new(&full, &node, error);
    px_node_free(node);
    return status;
}

static void a_node_survives_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(make_a_full_node);
}

/* Whichever field differs decides, and both ways round. */
static void no_two_different_nodes_are_equal_in_order(void **state) {
    (void)state;
    enum { VARIANTS = 12 };
    static const char *const other_tags[] = {"primary", "", "capacity=11"};
    static const char *const other_metadata[] = {"zone", "b", "arch", "amd64", "zone", "a"};
    proxenos_node_data data[VARIANTS];
    for (int i = 0; i < VARIANTS; i++) data[i] = full;
    data[1].address = "::2";
    data[2].service = "webb";
    data[3].name = "web-2";
    data[4].source_node = "rack-5";
    data[5].weight = 6;
    data[6].zone = "eu-2";
    data[7].health = PROXENOS_HEALTH_PASSING;
    data[8].tags = other_tags;
    data[9].metadata = other_metadata;
    data[10].tag_count = 2;
    data[11].origin = "nodes.yaml:13:5";
    proxenos_node *nodes[VARIANTS];
    for (int i = 0; i < VARIANTS; i++) nodes[i] = make(&data[i]);
    for (int i = 0; i < VARIANTS; i++) {
        assert_int_equal(px_node_compare(nodes[i], nodes[i]), 0);
        for (int k = 0; k < i; k++) {
            int order = px_node_compare(nodes[i], nodes[k]), reverse = px_node_compare(nodes[k], nodes[i]);
            assert_true((order < 0 && reverse > 0) || (order > 0 && reverse < 0));
        }
    }
    assert_true(px_node_compare(nodes[0], nodes[5]) < 0); /* the larger weight comes first */
    for (int i = 0; i < VARIANTS; i++) px_node_free(nodes[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_holds_what_the_backend_gave),
        cmocka_unit_test(tags_and_metadata_come_sorted),
        cmocka_unit_test(what_is_unknown_is_empty_and_the_weight_is_1),
        cmocka_unit_test(the_parsed_address_stays_as_it_was_written),
        cmocka_unit_test(what_cannot_be_a_node_says_where_it_stands_and_why),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(what_a_node_may_carry_is_bounded),
        cmocka_unit_test(a_struct_smaller_than_abi_1_0_is_the_plugins_fault),
        cmocka_unit_test(a_node_survives_every_failed_allocation),
        cmocka_unit_test(no_two_different_nodes_are_equal_in_order),
    };
    return cmocka_run_group_tests_name("node", tests, NULL, NULL);
}
