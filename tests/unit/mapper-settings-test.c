/* SPDX-License-Identifier: MIT */
/* A mapper and a hash as settings say, over plugins linked into the test. */
#include "discovery/mapper.h"
#include "selection/hash.h"
#include "settings/settings.h"

#include "support.h"

#include <ltdl.h>

static int64_t remaining_ms;

/* A node for each host, weight 3 said, capacity 9 as metadata. */
static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    const proxenos_host *host = instance;
    static const char *const metadata[] = {"capacity", "9"};
    static const char *const names[] = {"one", "two"};
    static const char *const addresses[] = {"10.0.0.1", "10.9.0.2"};
    (void)wait;
    (void)generation;
    remaining_ms = host->remaining_ms(host);
    for (int i = 0; i < 2; i++) {
        proxenos_node_data node = {
            .size = sizeof node, .flags = PROXENOS_NODE_HAS_PORT | PROXENOS_NODE_HAS_WEIGHT, .port = 80,
            .weight = 3, .address = addresses[i], .name = names[i], .metadata = metadata, .metadata_count = 1};
        int32_t result = host->add_node(sink, &node);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

static uint64_t hash64(const void *state, const void *bytes, size_t length) {
    (void)state;
    (void)bytes;
    return length;
}

static const proxenos_option options[] = {
    {.name = "port", .type = PROXENOS_TYPE_INTEGER, .fallback = "1", .minimum = 1, .maximum = 9}};
static const proxenos_backend backends[] = {
    {.name = "two", .options = options, .option_count = 1, .option_stride = sizeof options[0], .fetch = fetch}};
static const proxenos_hash hashes[] = {{.name = "length", .hash_bits = 64, .hash64 = hash64}};
static const proxenos_module module = {
    PROXENOS_MODULE_HEADER(0), .name = "two",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
    .hashes = hashes, .hash_count = 1, .hash_stride = sizeof hashes[0],
};
static const lt_dlsymlist linked[] = {{"two_LTX_proxenos_module", (void *)(uintptr_t)&module}, {NULL, NULL}};

static proxenos_context *context;
static proxenos_settings *settings;

static int set_up(void **state) {
    (void)state;
    (void)unsetenv("PROXENOS_PLUGIN_PATH");
    if (proxenos_context_new(&context, NULL) != PROXENOS_OK) return -1;
    if (proxenos_context_preload(context, linked, NULL) != PROXENOS_OK) return -1;
    return proxenos_settings_new(context, &settings, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    proxenos_settings_free(settings);
    proxenos_context_free(context);
    return 0;
}

static void say(const char *name, const char *value) {
    char flag[32];
    (void)snprintf(flag, sizeof flag, "--%s", name);
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, flag, name, value, NULL), PROXENOS_OK);
}

static proxenos_cluster *read_cluster(void) {
    proxenos_mapper *mapper = NULL;
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_mapper_open(settings, &mapper, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_mapper_update(mapper, -1, &cluster, NULL), PROXENOS_OK);
    proxenos_mapper_close(mapper);
    return cluster;
}

static void without_words_a_mapper_has_the_stated_defaults(void **state) {
    (void)state;
    say("backend", "two");
    proxenos_cluster *cluster = read_cluster();
    assert_int_equal(proxenos_cluster_size(cluster), 2);
    const proxenos_node *node = proxenos_cluster_find(cluster, "10.0.0.1:80");
    assert_non_null(node);
    assert_int_equal(proxenos_node_weight(node), 3);
    assert_true(remaining_ms > 9000 && remaining_ms <= 10000);
    proxenos_cluster_unref(cluster);
}

static void settings_identify_filter_weigh_and_limit(void **state) {
    (void)state;
    say("backend", "two");
    say("identity", "name");
    say("timeout", "250ms");
    say("weight-from", "meta.capacity");
    say("filter.address", "10\\.9");
    proxenos_cluster *cluster = read_cluster();
    assert_int_equal(proxenos_cluster_size(cluster), 1);
    const proxenos_node *node = proxenos_cluster_find(cluster, "two");
    assert_non_null(node);
    assert_int_equal(proxenos_node_weight(node), 9);
    assert_true(remaining_ms <= 250);
    proxenos_cluster_unref(cluster);
}

/* Either the settings refuse the value when it is said, or the mapper when it is opened. */
static void refused(const char *name, const char *value, const char *words) {
    proxenos_mapper *mapper = NULL;
    proxenos_error error = {0};
    char flag[32];
    (void)snprintf(flag, sizeof flag, "--%s", name);
    proxenos_status status = proxenos_settings_set(settings, PROXENOS_FROM_FLAG, flag, name, value, &error);
    if (status == PROXENOS_OK) status = proxenos_mapper_open(settings, &mapper, &error);
    assert_null(mapper);
    assert_int_equal(status, PROXENOS_ERROR_ARGUMENT); /* a flag said it */
    assert_contains(error.text, flag);
    assert_contains(error.text, words);
}

static void a_bad_value_is_refused_with_who_said_it(void **state) {
    (void)state;
    static const struct {
        const char *name, *value, *words;
    } rows[] = {
        {"identity", "colour", "colour"},     {"timeout", "0s", "0"} ,
        {"timeout", "soon", "soon"},          {"weight-from", "moon", "moon"},
        {"filter.address", "(", "("},         {"backend.port", "70", "70"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        proxenos_settings_free(settings);
        assert_int_equal(proxenos_settings_new(context, &settings, NULL), PROXENOS_OK);
        say("backend", "two");
        refused(rows[i].name, rows[i].value, rows[i].words);
    }
}

static void an_unknown_backend_is_a_plugin_that_is_missing(void **state) {
    (void)state;
    proxenos_mapper *mapper = NULL;
    proxenos_error error;
    say("backend", "absent");
    assert_int_equal(proxenos_mapper_open(settings, &mapper, &error), PROXENOS_ERROR_PLUGIN);
    assert_null(mapper);
    assert_contains(error.text, "the package proxenos-backend-absent may bring it");
    assert_contains(error.text, "backends that exist: ");
    assert_contains(error.text, "two"); /* among those that are installed on this machine */
}

static void the_hash_of_the_settings_is_opened(void **state) {
    (void)state;
    proxenos_hash_function *hash = NULL;
    say("hash", "LENGTH");
    assert_int_equal(proxenos_hash_open(settings, &hash, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_hash_name(hash), "length");
    assert_true(proxenos_hash64(hash, "four", 4) == 4);
    proxenos_hash_unref(hash);
    say("hash", "missing");
    assert_int_equal(proxenos_hash_open(settings, &hash, NULL), PROXENOS_ERROR_PLUGIN);
    assert_null(hash);
}

static proxenos_status open_both(proxenos_error *error) {
    proxenos_mapper *mapper = NULL;
    proxenos_hash_function *hash = NULL;
    proxenos_status status = proxenos_mapper_open(settings, &mapper, error);
    if (status == PROXENOS_OK) status = proxenos_hash_open(settings, &hash, error);
    proxenos_hash_unref(hash);
    proxenos_mapper_close(mapper);
    return status;
}

static void every_failed_allocation_is_survived(void **state) {
    (void)state;
    say("backend", "two");
    say("hash", "length");
    say("identity", "name");
    say("weight-from", "meta.capacity");
    say("filter.tags", "a");
    assert_survives_every_failed_allocation(open_both);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(without_words_a_mapper_has_the_stated_defaults),
        TEST(settings_identify_filter_weigh_and_limit),
        TEST(a_bad_value_is_refused_with_who_said_it),
        TEST(an_unknown_backend_is_a_plugin_that_is_missing),
        TEST(the_hash_of_the_settings_is_opened),
        TEST(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
