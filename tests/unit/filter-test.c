/* SPDX-License-Identifier: MIT */
#include "cluster/filter.h"
#include "support.h"

static proxenos_node *make_node(const char *service, const char *const *tags, size_t tag_count) {
    proxenos_node_data data = {
        .size = sizeof data,
        .flags = PROXENOS_NODE_HAS_PORT,
        .address = "10.0.0.1",
        .port = 8000,
        .service = service,
        .tags = tags,
        .tag_count = tag_count,
    };
    proxenos_node *node;
    assert_int_equal(px_node_new(&data, &node, NULL), PROXENOS_OK);
    return node;
}

static px_filter *make_filter(const char *address, const char *name, const char *tags) {
    px_filter *filter;
    proxenos_error error = {0};
    if (px_filter_new(&(px_filter_rules){.address = address, .name = name, .tags = tags}, &filter, NULL, &error) != PROXENOS_OK) fail_msg("%s", error.text);
    return filter;
}

static px_filter_verdict verdict_of(const char *address, const char *name, const char *tag_pattern,
                                    const proxenos_node *node) {
    px_filter *filter = make_filter(address, name, tag_pattern);
    px_filter_verdict verdict;
    proxenos_error error = {0};
    if (px_filter_test(filter, node, &verdict, &error) != PROXENOS_OK) fail_msg("%s", error.text);
    px_filter_free(filter);
    return verdict;
}

static void patterns_match_at_the_start_and_need_not_reach_the_end(void **state) {
    (void)state;
    proxenos_node *node = make_node("web-frontend", NULL, 0);
    assert_int_equal(verdict_of("10\\.", NULL, NULL, node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of("0\\.", NULL, NULL, node), PX_FILTER_DROP_ADDRESS);
    assert_int_equal(verdict_of(".*:8000$", NULL, NULL, node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of("x|10", NULL, NULL, node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of("x|0", NULL, NULL, node), PX_FILTER_DROP_ADDRESS);
    assert_int_equal(verdict_of(NULL, "web", NULL, node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of(NULL, "(?!web)", NULL, node), PX_FILTER_DROP_NAME);
    assert_int_equal(verdict_of("", "", "", node), PX_FILTER_KEEP);
    px_node_free(node);
}

static void every_tag_must_match_and_no_tags_pass(void **state) {
    (void)state;
    static const char *const both[] = {"primary", "ssd"}, *const odd[] = {"primary", "hdd"};
    proxenos_node *good = make_node("web", both, 2), *bad = make_node("web", odd, 2);
    proxenos_node *bare = make_node("web", NULL, 0);
    assert_int_equal(verdict_of(NULL, NULL, "^(primary|ssd)$", good), PX_FILTER_KEEP);
    assert_int_equal(verdict_of(NULL, NULL, "^(primary|ssd)$", bad), PX_FILTER_DROP_TAGS);
    assert_int_equal(verdict_of(NULL, NULL, "^(primary|ssd)$", bare), PX_FILTER_KEEP);
    px_node_free(good);
    px_node_free(bad);
    px_node_free(bare);
}

static void tags_come_first_then_the_name_then_the_address(void **state) {
    (void)state;
    static const char *const one[] = {"t"};
    proxenos_node *node = make_node("web", one, 1);
    assert_int_equal(verdict_of("x", "x", "x", node), PX_FILTER_DROP_TAGS);
    assert_int_equal(verdict_of("x", "x", NULL, node), PX_FILTER_DROP_NAME);
    assert_int_equal(verdict_of("x", NULL, NULL, node), PX_FILTER_DROP_ADDRESS);
    assert_int_equal(verdict_of(NULL, NULL, NULL, node), PX_FILTER_KEEP);
    px_filter_verdict verdict = PX_FILTER_DROP_NAME;
    assert_int_equal(px_filter_test(NULL, node, &verdict, NULL), PROXENOS_OK);
    assert_int_equal(verdict, PX_FILTER_KEEP);
    px_filter_free(NULL);
    px_node_free(node);
}

static void patterns_know_unicode(void **state) {
    (void)state;
    static const char *const one[] = {"touch\xc3\xa9"}; /* é is one character, a letter */
    proxenos_node *node = make_node("\xc3\x89t\xc3\xa9", one, 1);
    assert_int_equal(verdict_of(NULL, NULL, "^\\w{6}$", node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of(NULL, NULL, "^.{6}$", node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of(NULL, "(?i)\xc3\xa9T\xc3\x89$", NULL, node), PX_FILTER_KEEP);
    px_node_free(node);
}

/* re.match: '.' stops at LF only, and '$' also stands before a last LF. */
static void dot_and_dollar_are_those_of_python(void **state) {
    (void)state;
    static const char *const one[] = {"a\rb\n"};
    proxenos_node *node = make_node("web", one, 1);
    assert_int_equal(verdict_of(NULL, NULL, "^a.b$", node), PX_FILTER_KEEP);
    assert_int_equal(verdict_of(NULL, NULL, "^a.b.$", node), PX_FILTER_DROP_TAGS);
    px_node_free(node);
}

static void a_bad_pattern_is_named_with_its_place(void **state) {
    (void)state;
    px_filter *filter;
    proxenos_error error = {0};
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "(10"}, &filter, NULL, &error), PROXENOS_ERROR_CONFIG);
    assert_null(filter);
    assert_string_equal(error.text, "filter.address: a group without its ')' at offset 3 of the pattern '(10'");
    assert_int_equal(px_filter_new(&(px_filter_rules){.name = "*"}, &filter, NULL, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "filter.name: ");
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "10", .name = "web", .tags = "a\\"}, &filter, NULL, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "filter.tags: ");
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "a\\Cb"}, &filter, NULL, &error), PROXENOS_ERROR_CONFIG);
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "\xff"}, &filter, NULL, &error), PROXENOS_ERROR_CONFIG);
}

/* Every letter doubles the cost: these take some millions of steps, which PCRE2's
 * own limit would allow. */
static void a_match_that_costs_too_much_is_an_error(void **state) {
    (void)state;
    proxenos_node *node = make_node("aaaaaaaaaaaaaaaaaaa!", NULL, 0);
    px_filter *filter = make_filter(NULL, "(a|a)*$", NULL);
    px_filter_verdict verdict;
    proxenos_error error = {0};
    assert_int_equal(px_filter_test(filter, node, &verdict, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "filter.name: match limit exceeded");
    assert_contains(error.text, "'(a|a)*$'");
    assert_contains(error.text, "aaaa!'");
    px_filter_free(filter);
    px_node_free(node);
}

static proxenos_status filter_a_node(proxenos_error *error) {
    static const char *const one[] = {"primary"}, *const pairs[] = {"rack", "r1"}, *const rack[] = {"rack=r\\d$"};
    px_filter *filter;
    proxenos_node_data data = {
        .size = sizeof data, .address = "10.0.0.1", .service = "web", .tags = one, .tag_count = 1,
        .metadata = pairs, .metadata_count = 1,
    };
    proxenos_node *node;
    proxenos_status status = px_node_new(&data, &node, error);
    if (status != PROXENOS_OK) return status;
    status = px_filter_new(&(px_filter_rules){.address = "(1|0)+", .name = "((w|e)+b)*", .tags = "[a-z]{,9}\\b", .zone = "",
                                              .has_tag = one, .has_tag_count = 1, .metadata = rack, .metadata_count = 1},
                           &filter, NULL, error);
    px_filter_verdict verdict;
    if (status == PROXENOS_OK) status = px_filter_test(filter, node, &verdict, error);
    if (status == PROXENOS_OK) assert_int_equal(verdict, PX_FILTER_KEEP);
    px_filter_free(filter);
    px_node_free(node);
    return status;
}

static void a_filter_survives_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(filter_a_node);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_at_the_start_and_need_not_reach_the_end),
        cmocka_unit_test(every_tag_must_match_and_no_tags_pass),
        cmocka_unit_test(tags_come_first_then_the_name_then_the_address),
        cmocka_unit_test(patterns_know_unicode),
        cmocka_unit_test(dot_and_dollar_are_those_of_python),
        cmocka_unit_test(a_bad_pattern_is_named_with_its_place),
        cmocka_unit_test(a_match_that_costs_too_much_is_an_error),
        cmocka_unit_test(a_filter_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
