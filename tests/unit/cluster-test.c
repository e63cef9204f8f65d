/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "cluster/cluster.h"
#include "support.h"

/* What one line of a test says about a node. */
typedef struct entry {
    const char *host;
    int64_t weight;
    const char *service, *name, *source, *zone;
} entry;

static proxenos_status add(px_builder *builder, const entry *from, proxenos_error *error) {
    proxenos_node_data data = {
        .size = sizeof data,
        .flags = PROXENOS_NODE_HAS_PORT | PROXENOS_NODE_HAS_WEIGHT,
        .address = from->host,
        .port = 80,
        .weight = from->weight,
        .service = from->service,
        .name = from->name,
        .source_node = from->source,
        .zone = from->zone,
    };
    return px_builder_add(builder, &data, error);
}

static proxenos_status build(px_identity identity, const entry *entries, size_t count, const px_filter *filter,
                             proxenos_cluster **cluster, proxenos_error *error) {
    px_builder *builder;
    *cluster = NULL;
    proxenos_status status = px_builder_new(identity, &builder, error);
    for (size_t i = 0; i < count && status == PROXENOS_OK; i++) {
        status = add(builder, &entries[i], error);
        if (status == PROXENOS_ERROR_MALFORMED) status = PROXENOS_OK;
    }
    if (status == PROXENOS_OK) status = px_builder_finish(builder, filter, NULL, cluster, error);
    px_builder_free(builder);
    return status;
}

/* Everything a program can see of a cluster. */
static char *describe(const proxenos_cluster *cluster) {
    px_text text = {0};
    const proxenos_node *node;
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) {
        px_text_format(&text, "%s %s %u %s %s %s %s\n", proxenos_node_identity(node), proxenos_node_address(node),
                       proxenos_node_weight(node), proxenos_node_service(node), proxenos_node_name(node),
                       proxenos_node_source(node), proxenos_node_zone(node));
    }
    px_text_add(&text, proxenos_cluster_fingerprint(cluster));
    char *taken = px_text_take(&text);
    assert_non_null(taken);
    return taken;
}

static const entry mixed[] = {
    {"10.0.0.2", 1, "web", "w2", "n1", "a"},   {"10.0.0.10", 2, "web", "w10", "n1", "a"},
    {"10.0.0.1", 1, "web", "w1", "n1", "a"},   {"10.0.0.1", 9, "web", "w1", "n1", "a"},
    {"10.0.0.1", 9, "web", "w1", "n1", "b"},   {"10.0.0.1", 99, "web", "w1", "n2", "a"},
    {"10.0.0.1", 99, "zeb", "w0", "n0", "a"},  {"::ffff:10.0.0.2", 1, "web", "w2", "n1", "a"},
    {"2001:db8::1", 1, "web", "w6", "n3", ""}, {"db.example.", 0, "db", "d", "n4", ""},
};
enum { MIXED = sizeof mixed / sizeof mixed[0] };

static void a_cluster_is_sorted_by_identity_and_has_each_once(void **state) {
    (void)state;
    proxenos_cluster *cluster;
    assert_int_equal(build(PX_IDENTITY_ADDRESS, mixed, MIXED, NULL, &cluster, NULL), PROXENOS_OK);
    char *text = describe(cluster);
    assert_contains(text, "10.0.0.10:80 10.0.0.10:80 2 web w10 n1 a\n"
                          "10.0.0.1:80 10.0.0.1:80 9 web w1 n1 a\n"
                          "10.0.0.2:80 10.0.0.2:80 1 web w2 n1 a\n"
                          "[2001:db8::1]:80 [2001:db8::1]:80 1 web w6 n3 \n"
                          "db.example:80 db.example:80 0 db d n4 \n");
    assert_ptr_equal(strstr(text, "10.0.0.10:80"), text);
    assert_int_equal(proxenos_cluster_size(cluster), 5);
    assert_null(proxenos_cluster_node(cluster, 5));
    /* Of the two texts of one address, the IPv4 one stays. */
    assert_int_equal(cluster->nodes[2]->parsed.kind, PX_ADDRESS_IPV4);
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(cluster, &report);
    assert_int_equal(report.read, MIXED);
    assert_int_equal(report.duplicates, 5);
    assert_int_equal(report.skipped, 0);
    assert_true(report.read_at_ms > INT64_C(1600000000000));
    free(text);
    proxenos_cluster_unref(cluster);
}

static void the_order_of_arrival_never_matters(void **state) {
    (void)state;
    proxenos_cluster *cluster;
    entry shuffled[MIXED];
    memcpy(shuffled, mixed, sizeof mixed);
    assert_int_equal(build(PX_IDENTITY_ADDRESS, mixed, MIXED, NULL, &cluster, NULL), PROXENOS_OK);
    char *wanted = describe(cluster);
    proxenos_cluster_unref(cluster);
    uint32_t random = 1;
    for (int round = 0; round < 300; round++) {
        for (size_t i = MIXED - 1; i > 0; i--) {
            random = random * 1664525 + 1013904223;
            size_t other = (random >> 8) % (i + 1);
            entry moved = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = moved;
        }
        assert_int_equal(build(PX_IDENTITY_ADDRESS, shuffled, MIXED, NULL, &cluster, NULL), PROXENOS_OK);
        char *text = describe(cluster);
        assert_string_equal(text, wanted);
        assert_int_equal(cluster->nodes[2]->parsed.kind, PX_ADDRESS_IPV4);
        free(text);
        proxenos_cluster_unref(cluster);
    }
    free(wanted);
}

static void under_name_a_replaced_machine_keeps_its_identity(void **state) {
    (void)state;
    static const entry before[] = {{"10.0.0.1", 1, "web", "w1", "n1", ""}, {"10.0.0.2", 1, "web", "w2", "n1", ""}};
    static const entry after[] = {{"10.0.0.1", 1, "web", "w1", "n1", ""}, {"10.9.9.9", 1, "web", "w2", "n7", ""}};
    proxenos_cluster *old, *new;
    assert_int_equal(build(PX_IDENTITY_NAME, before, 2, NULL, &old, NULL), PROXENOS_OK);
    assert_int_equal(build(PX_IDENTITY_NAME, after, 2, NULL, &new, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_cluster_fingerprint(old), proxenos_cluster_fingerprint(new));
    assert_string_equal(proxenos_node_address(proxenos_cluster_find(new, "w2")), "10.9.9.9:80");
    proxenos_cluster_unref(old);
    proxenos_cluster_unref(new);
}

static void under_name_two_addresses_of_one_name_are_an_error_naming_both(void **state) {
    (void)state;
    static const entry twice[] = {{"10.0.0.2", 1, "web", "w1", "n2", ""}, {"10.0.0.1", 1, "web", "w1", "n1", ""}};
    static const entry same[] = {{"10.0.0.1", 1, "web", "w1", "n2", ""}, {"10.0.0.1", 5, "web", "w1", "n1", ""}};
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(build(PX_IDENTITY_NAME, twice, 2, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_null(cluster);
    assert_string_equal(error.text, "two nodes are 'w1' by identity 'name', 10.0.0.1:80 and 10.0.0.2:80: identity "
                                    "'instance' would tell them apart");
    assert_int_equal(build(PX_IDENTITY_NAME, same, 2, NULL, &cluster, &error), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    assert_string_equal(proxenos_node_source(proxenos_cluster_node(cluster, 0)), "n1");
    proxenos_cluster_unref(cluster);
}

static void under_name_a_nameless_node_is_an_error(void **state) {
    (void)state;
    static const entry nameless[] = {{"10.0.0.1", 1, "web", "w1", "", ""}, {"10.0.0.2", 1, "web", NULL, "", ""}};
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(build(PX_IDENTITY_NAME, nameless, 2, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "10.0.0.2:80 has no name");
}

static void filtered_nodes_are_counted_and_gone(void **state) {
    (void)state;
    proxenos_cluster *cluster;
    px_filter *filter;
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "10\\.0\\.0\\.1:", .name = "web"}, &filter, NULL, NULL), PROXENOS_OK);
    assert_int_equal(build(PX_IDENTITY_ADDRESS, mixed, MIXED, filter, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(cluster, &report);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    assert_int_equal(report.dropped_name, 2);
    assert_int_equal(report.dropped_address, 4);
    assert_int_equal(report.dropped_tags, 0);
    assert_int_equal(report.duplicates, 3);
    assert_int_equal(report.read, MIXED);
    proxenos_cluster_unref(cluster);
    px_filter_free(filter);
}

/* Two nodes of one name are no clash when a filter leaves one of them. */
static void filtering_comes_before_the_identities(void **state) {
    (void)state;
    static const entry twice[] = {{"10.0.0.2", 1, "web", "w1", "n2", ""}, {"10.0.0.1", 1, "web", "w1", "n1", ""},
                                  {"10.0.0.3", 1, "web", "", "n1", ""}};
    proxenos_cluster *cluster;
    px_filter *filter;
    assert_int_equal(px_filter_new(&(px_filter_rules){.address = "10\\.0\\.0\\.1:"}, &filter, NULL, NULL), PROXENOS_OK);
    assert_int_equal(build(PX_IDENTITY_NAME, twice, 3, filter, &cluster, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    proxenos_cluster_unref(cluster);
    px_filter_free(filter);
}

static void a_match_limit_in_a_filter_ends_the_build(void **state) {
    (void)state;
    static const entry one[] = {{"10.0.0.1", 1, "ok", "", "", ""},
                                {"10.0.0.1", 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "", "", ""},
                                {"10.0.0.2", 1, "ok", "", "", ""}};
    proxenos_cluster *cluster;
    px_filter *filter;
    assert_int_equal(px_filter_new(&(px_filter_rules){.name = "(a|a)*$|ok"}, &filter, NULL, NULL), PROXENOS_OK);
    assert_int_equal(build(PX_IDENTITY_ADDRESS, one, 3, filter, &cluster, NULL), PROXENOS_ERROR_CONFIG);
    assert_null(cluster);
    px_filter_free(filter);
}

static void a_bad_node_is_skipped_and_counted(void **state) {
    (void)state;
    static const entry some[] = {{"10.0.0.1", 1, "", "", "", ""}, {"1.2.3", 1, "", "", "", ""},
                                 {"10.0.0.2", -5, "", "", "", ""}};
    px_builder *builder;
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &builder, &error), PROXENOS_OK);
    assert_int_equal(add(builder, &some[0], &error), PROXENOS_OK);
    assert_int_equal(add(builder, &some[1], &error), PROXENOS_ERROR_MALFORMED);
    assert_int_equal(add(builder, &some[2], &error), PROXENOS_ERROR_MALFORMED);
    assert_int_equal(px_builder_skipped(builder), 2);
    assert_int_equal(px_builder_finish(builder, NULL, NULL, &cluster, &error), PROXENOS_OK);
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(cluster, &report);
    assert_int_equal(report.read, 3);
    assert_int_equal(report.skipped, 2);
    proxenos_cluster_unref(cluster);
    /* finish emptied the builder: the next cluster starts anew. */
    assert_int_equal(px_builder_finish(builder, NULL, NULL, &cluster, &error), PROXENOS_OK);
    assert_int_equal(proxenos_cluster_size(cluster), 0);
    proxenos_cluster_get_report(cluster, &report);
    assert_int_equal(report.read, 0);
    proxenos_cluster_unref(cluster);
    px_builder_free(builder);
    px_builder_free(NULL);
}

static void every_identity_is_found_and_no_other(void **state) {
    (void)state;
    proxenos_cluster *cluster, *empty;
    assert_int_equal(build(PX_IDENTITY_ADDRESS, mixed, MIXED, NULL, &cluster, NULL), PROXENOS_OK);
    for (size_t i = 0; i < proxenos_cluster_size(cluster); i++) {
        const proxenos_node *node = proxenos_cluster_node(cluster, i);
        assert_ptr_equal(proxenos_cluster_find(cluster, proxenos_node_identity(node)), node);
        assert_int_equal(proxenos_cluster_index(cluster, node), i);
    }
    assert_int_equal(proxenos_cluster_index(cluster, NULL), proxenos_cluster_size(cluster));
    assert_null(proxenos_cluster_find(cluster, "10.0.0.3:80"));
    assert_null(proxenos_cluster_find(cluster, ""));
    assert_int_equal(build(PX_IDENTITY_ADDRESS, NULL, 0, NULL, &empty, NULL), PROXENOS_OK);
    assert_null(proxenos_cluster_find(empty, "10.0.0.1:80"));
    assert_int_equal(proxenos_cluster_index(empty, proxenos_cluster_node(cluster, 0)), 0); /* its size: not there */
    assert_int_equal(proxenos_cluster_size(empty), 0);
    proxenos_cluster_unref(cluster);
    proxenos_cluster_unref(empty);
    proxenos_cluster_unref(NULL);
}

/* SipHash-2-4 under d906b07a881315ce308847a8c4de69c6 of `identity NUL weight LF`,
 * computed apart from this code (an independent Python implementation). */
static void the_fingerprint_names_identities_and_weights(void **state) {
    (void)state;
    static const entry two[] = {{"10.0.0.1", 1, "web", "", "", ""}, {"10.0.0.2", 4294967295, "web", "", "", ""}};
    static const entry renamed[] = {{"10.0.0.1", 1, "x", "y", "z", ""}, {"10.0.0.2", 4294967295, "", "", "", ""}};
    static const entry lighter[] = {{"10.0.0.1", 1, "web", "", "", ""}, {"10.0.0.2", 7, "web", "", "", ""}};
    proxenos_cluster *cluster;
    assert_int_equal(build(PX_IDENTITY_ADDRESS, two, 2, NULL, &cluster, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_cluster_fingerprint(cluster), "195e5e16e3843bc9");
    proxenos_cluster_unref(cluster);
    assert_int_equal(build(PX_IDENTITY_ADDRESS, renamed, 2, NULL, &cluster, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_cluster_fingerprint(cluster), "195e5e16e3843bc9");
    proxenos_cluster_unref(cluster);
    assert_int_equal(build(PX_IDENTITY_ADDRESS, lighter, 2, NULL, &cluster, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_cluster_fingerprint(cluster), "d3f7bb8c0adb9e62");
    proxenos_cluster_unref(cluster);
    assert_int_equal(build(PX_IDENTITY_ADDRESS, two, 0, NULL, &cluster, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_cluster_fingerprint(cluster), "23120965b5bc8151");
    proxenos_cluster_unref(cluster);
}

static void a_cluster_lives_until_its_last_reference(void **state) {
    (void)state;
    proxenos_cluster *cluster;
    assert_int_equal(build(PX_IDENTITY_ADDRESS, mixed, MIXED, NULL, &cluster, NULL), PROXENOS_OK);
    assert_ptr_equal(proxenos_cluster_ref(cluster), cluster);
    proxenos_cluster_unref(cluster);
    assert_string_equal(proxenos_node_host(proxenos_cluster_node(cluster, 0)), "10.0.0.10");
    proxenos_cluster_unref(cluster);
    assert_null(proxenos_cluster_ref(NULL));
}

static void an_older_program_gets_the_report_it_knows(void **state) {
    (void)state;
    proxenos_cluster *cluster;
    assert_int_equal(build(PX_IDENTITY_ADDRESS, mixed, MIXED, NULL, &cluster, NULL), PROXENOS_OK);
    proxenos_cluster_report report;
    memset(&report, 0x55, sizeof report);
    report.size = offsetof(proxenos_cluster_report, skipped);
    proxenos_cluster_get_report(cluster, &report);
    assert_int_equal(report.read, MIXED);
    assert_int_equal(report.size, offsetof(proxenos_cluster_report, skipped));
    assert_int_equal(report.skipped & 0xff, 0x55);
    proxenos_cluster_unref(cluster);
}

static void more_nodes_than_the_limit_are_an_error(void **state) {
    (void)state;
    px_builder *builder;
    proxenos_error error;
    entry same = {"a", 1, "", "", "", ""};
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &builder, &error), PROXENOS_OK);
    for (int i = 0; i < PX_CLUSTER_LIMIT; i++) {
        if (add(builder, &same, NULL) != PROXENOS_OK) fail();
    }
    assert_int_equal(add(builder, &same, &error), PROXENOS_ERROR_UNSUPPORTED);
    assert_contains(error.text, "1000000");
    px_builder_free(builder);
}

static void identities_have_names(void **state) {
    (void)state;
    static const char *const good[] = {"address", "name", "instance", "meta.hash key", "meta.meta."};
    static const char *const in_scheme[] = {"address", "name", "instance", "meta.hash%20key", "meta.meta."};
    char text[PX_IDENTITY_TEXT_SIZE], longest[300];
    px_identity identity;
    proxenos_error error;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(px_identity_parse(good[i], &identity, &error), PROXENOS_OK);
        assert_string_equal(px_identity_text(&identity, text), good[i]);
        px_text scheme = {0};
        px_identity_scheme(&identity, &scheme);
        assert_string_equal(scheme.bytes, in_scheme[i]);
        px_text_clear(&scheme);
    }
    assert_int_equal(px_identity_parse("Name", &identity, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "there is no identity 'Name'; did you mean 'name'?");
    assert_int_equal(px_identity_parse("host", &identity, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "there is no identity 'host'; there are address, name, instance and meta.KEY");
    assert_int_equal(px_identity_parse("meta.", &identity, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "identity 'meta.' lacks the key behind it");
    memset(longest, 'k', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "meta.", 5);
    assert_int_equal(px_identity_parse(longest, &identity, &error), PROXENOS_ERROR_CONFIG);
    longest[5 + PX_IDENTITY_KEY_SIZE - 1] = '\0';
    assert_int_equal(px_identity_parse(longest, &identity, &error), PROXENOS_OK);
}

/* Consul gives an instance that was registered without an id its service's name, on every machine. */
static void an_instance_is_known_by_its_machine_too(void **state) {
    (void)state;
    static const entry fleet[] = {{"10.0.0.2", 1, "api", "api", "m2", ""}, {"10.0.0.1", 1, "api", "api", "m1", ""},
                                  {"10.0.0.3", 1, "api", "api", "m3", ""}};
    static const entry nowhere[] = {{"10.0.0.1", 1, "api", "api", NULL, ""}}, nameless[] = {{"10.0.0.1", 1, "api", NULL, "m1", ""}};
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(build(PX_IDENTITY_NAME, fleet, 3, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "two nodes are 'api' by identity 'name', 10.0.0.1:80 and 10.0.0.2:80: identity "
                                    "'instance' would tell them apart");
    assert_int_equal(build(PX_IDENTITY_INSTANCE, fleet, 3, NULL, &cluster, &error), PROXENOS_OK);
    static const char *const wanted[] = {"m1/api", "m2/api", "m3/api"};
    for (size_t i = 0; i < 3; i++) assert_string_equal(proxenos_node_identity(proxenos_cluster_node(cluster, i)), wanted[i]);
    assert_non_null(proxenos_cluster_find(cluster, "m2/api"));
    proxenos_cluster_unref(cluster);
    assert_int_equal(build(PX_IDENTITY_INSTANCE, nowhere, 1, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "node 10.0.0.1:80 has no machine (source node), by which identity 'instance' would know it");
    assert_int_equal(build(PX_IDENTITY_INSTANCE, nameless, 1, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "node 10.0.0.1:80 has no name, by which identity 'instance' would know it");
    static const entry twice[] = {{"10.0.0.1", 1, "api", "api", "m1", ""}, {"10.0.0.2", 1, "api", "api", "m1", ""}};
    assert_int_equal(build(PX_IDENTITY_INSTANCE, twice, 2, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "'m1/api' by identity 'instance', 10.0.0.1:80 and 10.0.0.2:80: identity 'address'");
}

/* Nomad's ids change at every allocation; what a job says of itself does not. */
static void a_key_of_the_metadata_can_be_what_counts(void **state) {
    (void)state;
    px_identity identity;
    px_builder *builder;
    proxenos_cluster *cluster;
    proxenos_error error;
    assert_int_equal(px_identity_parse("meta.slot", &identity, NULL), PROXENOS_OK);
    const char *slots[] = {"slot", "2", "slot", "1", "slot", "", "slot", "1"};
    static const char *const hosts[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"};
    assert_int_equal(px_builder_new(identity, &builder, NULL), PROXENOS_OK);
    for (size_t i = 0; i < 2; i++) {
        proxenos_node_data data = {.size = sizeof data, .address = hosts[i], .metadata = slots + 2 * i, .metadata_count = 1};
        assert_int_equal(px_builder_add(builder, &data, NULL), PROXENOS_OK);
    }
    assert_int_equal(px_builder_finish(builder, NULL, NULL, &cluster, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_node_identity(proxenos_cluster_node(cluster, 0)), "1");
    assert_string_equal(proxenos_node_address(proxenos_cluster_node(cluster, 0)), "10.0.0.2");
    proxenos_cluster_unref(cluster);
    proxenos_node_data empty = {.size = sizeof empty, .address = hosts[2], .metadata = slots + 4, .metadata_count = 1};
    assert_int_equal(px_builder_add(builder, &empty, NULL), PROXENOS_OK);
    assert_int_equal(px_builder_finish(builder, NULL, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "node 10.0.0.3 has no 'slot' in its metadata, by which identity 'meta.slot' would know it");
    for (size_t i = 1; i < 4; i += 2) {
        proxenos_node_data data = {.size = sizeof data, .address = hosts[i], .metadata = slots + 2 * i, .metadata_count = 1};
        assert_int_equal(px_builder_add(builder, &data, NULL), PROXENOS_OK);
    }
    assert_int_equal(px_builder_finish(builder, NULL, NULL, &cluster, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "two nodes are '1' by identity 'meta.slot', 10.0.0.2 and 10.0.0.4: identity 'address' would");
    px_builder_free(builder);
}

typedef struct seen {
    char text[256];
    int stop_after;
} seen;

static int see(void *user, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    seen *all = user;
    size_t used = strlen(all->text);
    (void)snprintf(all->text + used, sizeof all->text - used, "%s%s%s%u ", before == NULL ? "+" : "", after == NULL ? "-" : "",
                   proxenos_node_identity(after == NULL ? before : after), fields);
    return --all->stop_after == 0;
}

static void the_difference_of_two_clusters_is_told_by_fields(void **state) {
    (void)state;
    static const entry old[] = {{"10.0.0.1", 1, "web", "a", "n", "z"}, {"10.0.0.2", 1, "web", "b", "n", "z"},
                                {"10.0.0.3", 1, "web", "c", "n", "z"}, {"10.0.0.4", 1, "web", "d", "n", "z"}};
    static const entry new[] = {{"10.0.0.4", 1, "api", "d", "m", "z"}, {"10.0.0.3", 2, "web", "c", "n", "y"},
                                {"10.0.0.9", 1, "web", "b", "n", "z"}, {"10.0.0.5", 1, "web", "e", "n", "z"}};
    proxenos_cluster *before, *after;
    assert_int_equal(build(PX_IDENTITY_NAME, old, 4, NULL, &before, NULL), PROXENOS_OK);
    assert_int_equal(build(PX_IDENTITY_NAME, new, 4, NULL, &after, NULL), PROXENOS_OK);
    seen all = {.stop_after = -1}, answer = {.stop_after = -1}, first = {.stop_after = 1};
    assert_int_equal(proxenos_cluster_difference(before, after, PROXENOS_FIELDS_ALL, see, &all), 5);
    assert_string_equal(all.text, "-a0 b2 c5 d160 +e0 ");
    assert_int_equal(proxenos_cluster_difference(before, after, PROXENOS_FIELDS_ANSWER, see, &answer), 4);
    assert_string_equal(answer.text, "-a0 b2 c5 +e0 ");
    assert_int_equal(proxenos_cluster_difference(before, after, PROXENOS_FIELDS_ALL, see, &first), 1);
    assert_int_equal(proxenos_cluster_difference(before, after, 0, NULL, NULL), 2);
    assert_int_equal(proxenos_cluster_difference(before, before, PROXENOS_FIELDS_ALL, NULL, NULL), 0);
    assert_string_equal(proxenos_field_name(PROXENOS_FIELD_SOURCE), "source_node");
    assert_string_equal(proxenos_field_name(3), "");
    proxenos_cluster_unref(before);
    proxenos_cluster_unref(after);
}

static proxenos_status build_a_mixed_cluster(proxenos_error *error) {
    px_filter *filter;
    proxenos_cluster *cluster = NULL;
    proxenos_status status = px_filter_new(&(px_filter_rules){.address = "10"}, &filter, NULL, error);
    if (status == PROXENOS_OK) status = build(PX_IDENTITY_ADDRESS, mixed, MIXED, filter, &cluster, error);
    assert_int_equal(cluster != NULL, status == PROXENOS_OK);
    proxenos_cluster_unref(cluster);
    px_filter_free(filter);
    return status;
}

static void a_build_survives_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(build_a_mixed_cluster);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_is_sorted_by_identity_and_has_each_once),
        cmocka_unit_test(the_order_of_arrival_never_matters),
        cmocka_unit_test(under_name_a_replaced_machine_keeps_its_identity),
        cmocka_unit_test(under_name_two_addresses_of_one_name_are_an_error_naming_both),
        cmocka_unit_test(under_name_a_nameless_node_is_an_error),
        cmocka_unit_test(filtered_nodes_are_counted_and_gone),
        cmocka_unit_test(filtering_comes_before_the_identities),
        cmocka_unit_test(a_match_limit_in_a_filter_ends_the_build),
        cmocka_unit_test(a_bad_node_is_skipped_and_counted),
        cmocka_unit_test(every_identity_is_found_and_no_other),
        cmocka_unit_test(the_fingerprint_names_identities_and_weights),
        cmocka_unit_test(a_cluster_lives_until_its_last_reference),
        cmocka_unit_test(an_older_program_gets_the_report_it_knows),
        cmocka_unit_test(more_nodes_than_the_limit_are_an_error),
        cmocka_unit_test(identities_have_names),
        cmocka_unit_test(the_difference_of_two_clusters_is_told_by_fields),
        cmocka_unit_test(an_instance_is_known_by_its_machine_too),
        cmocka_unit_test(a_key_of_the_metadata_can_be_what_counts),
        cmocka_unit_test(a_build_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
