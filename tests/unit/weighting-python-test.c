/* SPDX-License-Identifier: MIT */
/* The `python` weighting as the selector sees it: what it refuses, what it
 * resolves, and that its three questions have one answer. */
#include "selection/python/dispatch.h"
#include "selection/weighting.h"

#include "support.h"

#undef fail /* of cmocka; the host has a service of that name */

#include <arpa/inet.h>
#include <netdb.h>

/* ------------------------------------------- a resolver of the test's own */

/* What the names are, in the resolver's order. */
static const struct {
    const char *name;
    int family, result;       /* result not 0: why there is none */
    const char *addresses[3];
} zone[] = {
    {"one", AF_INET, 0, {"10.0.0.1"}},
    {"one", AF_INET6, 0, {"2001:db8::1"}},
    {"several", AF_INET, 0, {"10.0.0.9", "10.0.0.1", "10.0.0.5"}},
    {"twice", AF_INET, 0, {"10.0.0.1", "10.0.0.1"}},
    {"new", AF_INET, EAI_NONAME, {NULL}},
    {"new", AF_INET6, 0, {"2001:db8::7"}},
    {"later", AF_INET, EAI_AGAIN, {NULL}},
    {"later", AF_INET6, 0, {"2001:db8::7"}},
    {"large", AF_INET, EAI_MEMORY, {NULL}},
};

static unsigned asked;

static void add_answer(struct addrinfo **end, int family, const char *text) {
    struct sockaddr_storage *place = calloc(1, sizeof *place);
    *end = calloc(1, sizeof **end);
    void *address = family == AF_INET ? (void *)&((struct sockaddr_in *)place)->sin_addr
                                      : (void *)&((struct sockaddr_in6 *)place)->sin6_addr;
    place->ss_family = (sa_family_t)family;
    assert_int_equal(inet_pton(family, text, address), 1);
    (*end)->ai_family = family;
    (*end)->ai_addr = (struct sockaddr *)place;
    (*end)->ai_addrlen = sizeof *place;
}

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict found) {
    assert_null(service);
    asked++;
    for (size_t i = 0; i < sizeof zone / sizeof zone[0]; i++) {
        if (strcmp(zone[i].name, name) != 0 || zone[i].family != hints->ai_family) continue;
        struct addrinfo **end = found;
        *found = NULL;
        for (size_t j = 0; j < 3 && zone[i].addresses[j] != NULL; j++, end = &(*end)->ai_next) {
            add_answer(end, hints->ai_family, zone[i].addresses[j]);
        }
        return zone[i].result;
    }
    return EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *entry) {
    while (entry != NULL) {
        struct addrinfo *next = entry->ai_next;
        free(entry->ai_addr);
        free(entry);
        entry = next;
    }
}

/* ----------------------------------------------------------- hash and nodes */

static void copy_digest(const void *state, const void *bytes, size_t length, uint8_t *out) {
    (void)state;
    memset(out, 0, 8);
    memcpy(out, bytes, length < 8 ? length : 8);
}

static proxenos_hash fake = {.name = "fake", .hash_bits = 64, .digest_bits = 64, .digest = copy_digest,
                             .python_form = PROXENOS_PYTHON_UNSIGNED};

static char logged[256];
static proxenos_log_level logged_level;

static void keep(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    logged_level = level;
    (void)snprintf(logged, sizeof logged, "%s", text);
}

static proxenos_context context = {.log = keep};
static px_host host = {.context = &context};
static const proxenos_hash_function hash = {.callbacks = &fake, .host = &host, .parameters = ""};

/* "HOST" with port 8000, or without one when it ends with '!'. */
static proxenos_cluster *cluster_of(const char *const *hosts, size_t count) {
    proxenos_builder *builder;
    proxenos_cluster *cluster = NULL;
    assert_int_equal(proxenos_builder_new("address", &builder, NULL), PROXENOS_OK);
    for (size_t i = 0; i < count; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s", hosts[i]);
        bool has_port = text[strlen(text) - 1] != '!';
        if (!has_port) text[strlen(text) - 1] = '\0';
        proxenos_node_spec spec = {.size = sizeof spec, .host = text, .port = has_port ? 8000 : 0, .weight = -1};
        assert_int_equal(proxenos_builder_add(builder, &spec, NULL), PROXENOS_OK);
    }
    assert_int_equal(proxenos_builder_finish(builder, &cluster, NULL), PROXENOS_OK);
    proxenos_builder_free(builder);
    return cluster;
}

static void *prepare(const proxenos_cluster *cluster, const uint32_t *weights) {
    void *state = NULL;
    proxenos_error error = {0};
    (void)px_weighting_python.prepare(cluster, weights, &hash, INT64_MAX, &state, &error);
    assert_string_equal(error.text, "");
    return state;
}

/* rank() that succeeds; how many places it filled. */
static size_t rank(const void *state, const proxenos_key *key, size_t count, uint32_t *indexes,
                   proxenos_ranked *places) {
    size_t ranked = SIZE_MAX;
    assert_int_equal(px_weighting_python.rank(state, &hash, key->data, key->length, count, indexes, places, &ranked,
                                              NULL), PROXENOS_OK);
    return ranked;
}

static uint64_t seed_of_first(void *state) {
    proxenos_ranked place;
    uint32_t index;
    assert_int_equal(rank(state, &(proxenos_key){"key", 3}, 1, &index, &place), 1);
    return place.digest;
}

/* The seed of a cluster of that one host, and the last line of the log. */
static uint64_t seed_of(const char *name) {
    proxenos_cluster *cluster = cluster_of(&name, 1);
    logged[0] = '\0';
    void *state = prepare(cluster, (const uint32_t[]){1});
    uint64_t seed = seed_of_first(state);
    px_weighting_python.release(state);
    proxenos_cluster_unref(cluster);
    return seed;
}

static void assert_refused(const char *name, proxenos_status status, const char *words) {
    proxenos_cluster *cluster = cluster_of(&name, 1);
    void *state = &cluster;
    proxenos_error error = {0};
    assert_int_equal(px_weighting_python.prepare(cluster, (const uint32_t[]){1}, &hash, INT64_MAX, &state, &error), status);
    assert_null(state);
    assert_int_equal(error.status, status);
    assert_contains(error.text, words);
    proxenos_cluster_unref(cluster);
}

/* -------------------------------------------------------------------- tests */

static void a_name_is_weighed_as_its_ipv4_address(void **state) {
    (void)state;
    uint64_t seed = seed_of("10.0.0.1");
    assert_string_equal(logged, "");
    assert_int_equal(seed_of("one"), seed);
    assert_int_equal(logged_level, PROXENOS_LEVEL_INFO);
    assert_contains(logged, "'one' as 10.0.0.1");
}

static void a_name_without_ipv4_is_weighed_as_its_ipv6_address(void **state) {
    (void)state;
    assert_int_equal(seed_of("new"), seed_of("2001:db8::7"));
}

static void of_several_addresses_the_first_counts_and_a_warning_says_which(void **state) {
    (void)state;
    uint64_t seed = seed_of("10.0.0.9");
    assert_int_equal(seed_of("several"), seed);
    assert_int_equal(logged_level, PROXENOS_LEVEL_WARNING);
    assert_contains(logged, "'several' has 3 addresses; it is weighed as 10.0.0.9");
    seed = seed_of("10.0.0.1");
    assert_int_equal(seed_of("twice"), seed);
    assert_int_equal(logged_level, PROXENOS_LEVEL_INFO);
}

static void a_resolver_that_fails_for_now_is_no_reason_for_ipv6(void **state) {
    (void)state;
    assert_refused("later", PROXENOS_ERROR_UNREACHABLE, "the name 'later' cannot be resolved: ");
    assert_refused("nowhere", PROXENOS_ERROR_UNREACHABLE, "the name 'nowhere' cannot be resolved: ");
    assert_refused("large", PROXENOS_ERROR_MEMORY, "out of memory");
}

/* random.Random(int.from_bytes(hashlib.sha512(bytes(12) + bytes([10, 0, 0, 1]) + bytes(8)).digest(), 'big'))
 * .randint(0, 2**63 - 1) in Python. */
static void a_node_without_a_port_counts_as_port_0(void **state) {
    (void)state;
    assert_int_equal(seed_of("10.0.0.1!"), INT64_C(4603989049816829594));
    assert_true(seed_of("10.0.0.1!") != seed_of("10.0.0.1"));
}

static void a_hash_that_the_package_lacks_is_refused_with_those_it_has(void **state) {
    (void)state;
    const proxenos_hash whole = fake;
    fake.python_form = PROXENOS_PYTHON_NONE;
    assert_refused("10.0.0.1", PROXENOS_ERROR_UNSUPPORTED, "cannot use hash 'fake'");
    assert_refused("10.0.0.1", PROXENOS_ERROR_UNSUPPORTED, "siphash, md5");
    fake.python_form = 3; /* of a later ABI */
    assert_refused("10.0.0.1", PROXENOS_ERROR_UNSUPPORTED, "cannot use hash 'fake'");
    fake = whole;
    fake.digest = NULL;
    assert_refused("10.0.0.1", PROXENOS_ERROR_UNSUPPORTED, "cannot use hash 'fake'");
    fake = whole;
}

static void a_drained_node_needs_neither_port_nor_name(void **state) {
    (void)state;
    proxenos_cluster *cluster = cluster_of((const char *const[]){"nowhere", "10.0.0.2!", "10.0.0.1"}, 3);
    assert_string_equal(proxenos_node_identity(cluster->nodes[0]), "10.0.0.1:8000");
    asked = 0;
    void *prepared = prepare(cluster, (const uint32_t[]){1, 0, 0});
    assert_int_equal(asked, 0);
    assert_int_equal(px_weighting_python.best(prepared, &hash, "k", 1), 0);
    px_weighting_python.release(prepared);

    uint32_t indexes[3];
    proxenos_ranked places[3];
    prepared = prepare(cluster, (const uint32_t[]){0, 0, 0});
    assert_int_equal(rank(prepared, &(proxenos_key){"k", 1}, 3, indexes, places), 0);
    px_weighting_python.release(prepared);
    proxenos_cluster_unref(cluster);
}

/* Identity by name lets one address stand twice: the weights are equal. */
static void of_equal_weights_the_smaller_identity_wins(void **state) {
    (void)state;
    proxenos_cluster *cluster = cluster_of((const char *const[]){"one", "10.0.0.1", "twice"}, 3);
    void *prepared = prepare(cluster, (const uint32_t[]){1, 1, 1});
    uint32_t indexes[3], many[2];
    proxenos_ranked places[3];
    for (char key = 'a'; key < 'k'; key++) {
        const proxenos_key keys[2] = {{&key, 1}, {&key, 1}};
        assert_int_equal(rank(prepared, keys, 3, indexes, places), 3);
        assert_int_equal(places[0].score, places[2].score);
        for (uint32_t i = 0; i < 3; i++) assert_int_equal(indexes[i], i);
        assert_int_equal(px_weighting_python.best(prepared, &hash, &key, 1), 0);
        px_weighting_python.best_many(prepared, &hash, keys, 2, many);
        assert_int_equal(many[0] + many[1], 0);
    }
    px_weighting_python.release(prepared);
    proxenos_cluster_unref(cluster);
}

enum { MOST_NODES = 150, KEYS = 7 };

static void check_all_questions(const proxenos_cluster *cluster, const uint32_t *weights, size_t selectable) {
    void *state = prepare(cluster, weights);
    proxenos_key keys[KEYS];
    uint64_t bytes[KEYS];
    uint32_t many[KEYS], indexes[MOST_NODES], few[3];
    proxenos_ranked places[MOST_NODES], best[3];
    for (size_t i = 0; i < KEYS; i++) {
        bytes[i] = (i + cluster->count) * UINT64_C(0x9E3779B97F4A7C15);
        keys[i] = (proxenos_key){&bytes[i], i == 0 ? 0 : sizeof bytes[i]};
    }
    px_weighting_python.best_many(state, &hash, keys, KEYS, many);
    for (size_t i = 0; i < KEYS; i++) {
        size_t ranked = rank(state, &keys[i], MOST_NODES, indexes, places);
        assert_int_equal(ranked, selectable);
        uint8_t raw[8];
        copy_digest(NULL, keys[i].data, keys[i].length, raw);
        px_python_digest digest = px_python_read_digest(raw, 8, false);
        for (size_t j = 0; j < ranked; j++) {
            assert_true(weights[indexes[j]] > 0);
            assert_int_equal(places[j].score, px_python_weight(&digest, places[j].digest));
            assert_int_equal(places[j].cost, 0);
            if (j > 0) assert_true(places[j - 1].score >= places[j].score);
        }
        assert_int_equal(many[i], indexes[0]);
        assert_int_equal(px_weighting_python.best(state, &hash, keys[i].data, keys[i].length), indexes[0]);
        ranked = rank(state, &keys[i], 3, few, best);
        assert_int_equal(ranked, selectable < 3 ? selectable : 3);
        assert_memory_equal(few, indexes, ranked * sizeof *few);
    }
    px_weighting_python.release(state);
}

static void every_kernel_gives_every_question_one_answer(void **state) {
    (void)state;
    static char texts[MOST_NODES][32];
    const char *hosts[MOST_NODES];
    uint32_t weights[MOST_NODES];
    for (size_t i = 0; i < MOST_NODES; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "10.1.0.%zu", i);
        hosts[i] = texts[i];
    }
    for (size_t k = 0; px_python_kernel_at(k) != NULL; k++) {
        assert_int_equal(setenv("PROXENOS_CPU", px_python_kernel_at(k)->name, 1), 0);
        for (size_t count = 1; count <= MOST_NODES; count += count < 10 ? 1 : 23) {
            proxenos_cluster *cluster = cluster_of(hosts, count);
            size_t selectable = 0;
            for (size_t i = 0; i < count; i++) {
                weights[i] = count > 3 && i % 5 == 2 ? 0 : 1;
                selectable += weights[i];
            }
            check_all_questions(cluster, weights, selectable);
            proxenos_cluster_unref(cluster);
        }
    }
    assert_int_equal(unsetenv("PROXENOS_CPU"), 0);
}

static void the_environment_chooses_a_kernel_that_the_processor_has(void **state) {
    (void)state;
    assert_int_equal(unsetenv("PROXENOS_CPU"), 0);
    const px_python_kernel *fastest = px_python_kernel_in_use();
    for (size_t i = 0; px_python_kernel_at(i) != NULL; i++) {
        const px_python_kernel *kernel = px_python_kernel_at(i);
        assert_int_equal(setenv("PROXENOS_CPU", kernel->name, 1), 0);
        assert_ptr_equal(px_python_kernel_in_use(), kernel->is_supported() ? kernel : fastest);
    }
    assert_int_equal(setenv("PROXENOS_CPU", "abacus", 1), 0);
    assert_ptr_equal(px_python_kernel_in_use(), fastest);
    assert_int_equal(unsetenv("PROXENOS_CPU"), 0);
}

static const px_weighting *weighting;

static proxenos_cluster *pair;

static proxenos_status prepare_and_rank(proxenos_error *error) {
    void *state;
    uint32_t indexes[2];
    proxenos_ranked places[2];
    size_t ranked;
    proxenos_status status = weighting->prepare(pair, (const uint32_t[]){1, 1}, &hash, INT64_MAX, &state, error);
    if (status != PROXENOS_OK) return status;
    status = weighting->rank(state, &hash, "k", 1, 2, indexes, places, &ranked, error);
    weighting->release(state);
    return status;
}

static uint64_t first_bytes(const void *state, const void *bytes, size_t length) {
    uint8_t raw[8];
    copy_digest(state, bytes, length, raw);
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) word = word << 8 | raw[i];
    return word;
}

static void failed_allocations_are_errors(void **state) {
    (void)state;
    fake.hash64 = first_bytes;
    pair = cluster_of((const char *const[]){"10.0.0.1", "10.0.0.2"}, 2);
    weighting = &px_weighting_python;
    assert_survives_every_failed_allocation(prepare_and_rank);
    weighting = &px_weighting_lcg;
    assert_survives_every_failed_allocation(prepare_and_rank);
    proxenos_cluster_unref(pair);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_weighed_as_its_ipv4_address),
        cmocka_unit_test(a_name_without_ipv4_is_weighed_as_its_ipv6_address),
        cmocka_unit_test(of_several_addresses_the_first_counts_and_a_warning_says_which),
        cmocka_unit_test(a_resolver_that_fails_for_now_is_no_reason_for_ipv6),
        cmocka_unit_test(a_node_without_a_port_counts_as_port_0),
        cmocka_unit_test(a_hash_that_the_package_lacks_is_refused_with_those_it_has),
        cmocka_unit_test(a_drained_node_needs_neither_port_nor_name),
        cmocka_unit_test(of_equal_weights_the_smaller_identity_wins),
        cmocka_unit_test(every_kernel_gives_every_question_one_answer),
        cmocka_unit_test(the_environment_chooses_a_kernel_that_the_processor_has),
        cmocka_unit_test(failed_allocations_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
