/* SPDX-License-Identifier: MIT */
/* The numbers of the `python` and `lcg` weightings against published vectors and
 * those of tests/vectors. */
#include "base/sha512.h"
#include "selection/lcg.h"
#include "selection/python/mt19937.h"
#include "selection/python/seed.h"
#include "selection/top.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

/* ---------------------------------------------------------------- SHA-512 */

static void assert_sha512(const void *bytes, size_t length, const char *wanted) {
    uint8_t digest[PX_SHA512_SIZE];
    char text[2 * PX_SHA512_SIZE + 1];
    px_sha512(bytes, length, digest);
    for (size_t i = 0; i < sizeof digest; i++) (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, wanted);
}

/* NIST, "Examples with Intermediate Values" and the CAVS vectors of SHA-512. */
static void sha512_gives_the_published_digests(void **state) {
    (void)state;
    assert_sha512(NULL, 0, "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                           "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
    assert_sha512("abc", 3, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    static const char two_blocks[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    assert_sha512(two_blocks, sizeof two_blocks - 1,
                  "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
                  "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_sha512(million, 1000000, "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                                    "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
    free(million);
}

/* ---------------------------------------------------------------- MT19937 */

/* Matsumoto and Nishimura, mt19937ar.out: init_by_array {0x123, 0x234, 0x345, 0x456}. */
static void the_twister_gives_the_published_numbers(void **state) {
    (void)state;
    static const uint32_t words[] = {0x123, 0x234, 0x345, 0x456};
    static const uint32_t first[] = {1067595299, 955945823,  477289528,  4107218783, 4228976476,
                                     3344332714, 3355579695, 227628506,  810200273,  2591290167};
    px_mt19937 generator;
    px_mt19937_seed(&generator, words, 4);
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        assert_int_equal(px_mt19937_next(&generator), first[i]);
    }
    for (int i = 10; i < 999; i++) (void)px_mt19937_next(&generator);
    assert_int_equal(px_mt19937_next(&generator), 3460025646u); /* the thousandth */
}

/* CPython 3.11: random.Random(N).randint(0, 2**63 - 1). */
static void draws_are_those_of_cpython(void **state) {
    (void)state;
    static const uint32_t zero[] = {0}, one[] = {1}, wide[] = {0, 0, 1};
    assert_int_equal(px_python_draw(zero, 1), UINT64_C(7106521602475165645));
    assert_int_equal(px_python_draw(one, 1), UINT64_C(1164115433906158532));
    assert_int_equal(px_python_draw(wide, 3), UINT64_C(1697045561401744043));
}

/* ------------------------------------------------------------------ python */

/* From the package's own tests. */
static void an_address_is_packed_as_the_package_does(void **state) {
    (void)state;
    static const uint8_t ipv4[16] = {[12] = 127, [15] = 1};
    static const uint8_t packed[PX_PYTHON_PACKED_SIZE] = {[12] = 127, [15] = 1, [21] = 5};
    uint8_t made[PX_PYTHON_PACKED_SIZE];
    px_python_pack(ipv4, 80, made);
    assert_memory_equal(made, packed, sizeof packed);
    px_python_pack(ipv4, 0xfedc, made);
    assert_memory_equal(made + 16, ((uint8_t[]){0, 15, 0, 14, 0, 13, 0, 12}), 8);
}

static void assert_key(const char *digest_hex, bool is_signed, uint64_t seed, const uint32_t *wanted,
                       size_t wanted_count) {
    uint8_t bytes[64];
    size_t size = strlen(digest_hex) / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        assert_int_equal(sscanf(digest_hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    px_python_digest digest = px_python_read_digest(bytes, size, is_signed);
    uint32_t words[PX_PYTHON_WORDS];
    size_t count = px_python_key(&digest, seed, words);
    assert_int_equal(count, wanted_count);
    assert_memory_equal(words, wanted, count * sizeof *words);
}

static void a_key_is_the_absolute_value_without_leading_zeros(void **state) {
    (void)state;
    assert_key("00000007", false, 7, (uint32_t[]){0}, 1);
    assert_key("ffffffff", false, 0, (uint32_t[]){0xffffffff}, 1);
    assert_key("ffffffff", true, 0, (uint32_t[]){1}, 1);
    assert_key("ffffffff", true, 0x7fffffffffffffff, (uint32_t[]){0, 0x80000000}, 2);
    assert_key("8000000000000000", true, 0, (uint32_t[]){0, 0x80000000}, 2);
    assert_key("8000000000000000", true, 0x0000000500000003, (uint32_t[]){0xfffffffd, 0x7ffffffa}, 2);
    assert_key("8000000000000000", false, 5, (uint32_t[]){5, 0x80000000}, 2);
    assert_key("ff", true, 1, (uint32_t[]){2}, 1);
    assert_key("010203040506", false, 0, (uint32_t[]){0x03040506, 0x0102}, 2);
    assert_key("00000001000000020000000300000004", false, 1, (uint32_t[]){5, 3, 2, 1}, 4);
    assert_key("ffffffff000000000000000000000000", true, 0, (uint32_t[]){0, 0, 0, 1}, 4);
    assert_key("000000000000000000000000000000000000000000000009", false, 9, (uint32_t[]){0}, 1);
}

static json_t *load(const char *name) {
    const char *source = getenv("top_srcdir");
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/tests/vectors/%s", source == NULL ? "." : source, name);
    json_error_t why;
    json_t *root = json_load_file(path, 0, &why);
    if (root == NULL) fail_msg("%s: %s", path, why.text);
    return root;
}

static const char *text_of(const json_t *object, const char *member) {
    const char *text = json_string_value(json_object_get(object, member));
    assert_non_null(text);
    return text;
}

/* "HOST|PORT" */
static uint64_t seed_of(const char *node) {
    char host[INET6_ADDRSTRLEN];
    const char *bar = strchr(node, '|');
    assert_non_null(bar);
    (void)snprintf(host, sizeof host, "%.*s", (int)(bar - node), node);
    uint8_t ipv6[16] = {0};
    if (inet_pton(AF_INET, host, ipv6 + 12) != 1) assert_int_equal(inet_pton(AF_INET6, host, ipv6), 1);
    px_python_digest digest = px_python_node_digest(ipv6, (uint16_t)strtoul(bar + 1, NULL, 10));
    return px_python_weight(&digest, 0);
}

static px_python_digest digest_of(const json_t *cluster) {
    const char *hex = text_of(cluster, "digest");
    uint8_t bytes[64];
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    return px_python_read_digest(bytes, size, json_is_true(json_object_get(cluster, "signed")));
}

static uint64_t number(const json_t *array, size_t index) {
    const char *text = json_string_value(json_array_get(array, index));
    assert_non_null(text);
    return strtoull(text, NULL, 10);
}

static void check_cluster(const json_t *cluster) {
    px_python_digest digest = digest_of(cluster);
    const json_t *nodes = json_object_get(cluster, "nodes"), *seeds = json_object_get(cluster, "seeds");
    const json_t *weights = json_object_get(cluster, "weights");
    px_top_place best = {0};
    px_top top = {.places = &best, .capacity = 1};
    for (size_t i = 0; i < json_array_size(nodes); i++) {
        uint64_t seed = seed_of(json_string_value(json_array_get(nodes, i)));
        assert_int_equal(seed, number(seeds, i));
        uint64_t weight = px_python_weight(&digest, seed);
        assert_int_equal(weight, number(weights, i));
        px_top_offer(&top, weight, (uint32_t)i);
    }
    assert_string_equal(json_string_value(json_array_get(nodes, best.index)), text_of(cluster, "selected"));
}

static void every_weight_of_the_python_vectors_is_met(void **state) {
    (void)state;
    json_t *clusters = load("python.json"), *cluster;
    size_t i;
    assert_true(json_array_size(clusters) >= 240);
    json_array_foreach(clusters, i, cluster) check_cluster(cluster);
    json_decref(clusters);
}

/* --------------------------------------------------------------------- top */

static void the_best_few_come_in_order_and_ties_by_index(void **state) {
    (void)state;
    enum { COUNT = 200 };
    for (size_t capacity = 1; capacity <= COUNT; capacity++) {
        px_top_place places[COUNT];
        px_top top = {.places = places, .capacity = capacity};
        /* 77 is coprime to 200: every index comes once, out of order, each score four times. */
        for (uint32_t i = 0; i < COUNT; i++) px_top_offer(&top, i * 77 % COUNT / 4, i * 77 % COUNT);
        px_top_finish(&top);
        assert_int_equal(top.count, capacity);
        for (uint32_t i = 0; i < capacity; i++) {
            assert_int_equal(places[i].score, 49 - i / 4);
            assert_int_equal(places[i].index, (49 - i / 4) * 4 + i % 4);
        }
    }
}

/* --------------------------------------------------------------------- lcg */

/* W(k, s) written out with 128-bit-free arithmetic of its own. */
static uint64_t lcg_by_definition(uint64_t key, uint64_t node) {
    uint64_t a = 1103515245, b = 12345, two31 = UINT64_C(1) << 31;
    uint64_t s = (node ^ node >> 31 ^ node >> 62) % two31, d = (key ^ key >> 31 ^ key >> 62) % two31;
    return (a * (((a * s + b) ^ d) % two31) + b) % two31;
}

static void the_lcg_weight_is_as_defined(void **state) {
    (void)state;
    uint64_t key = 1, node = 2;
    assert_int_equal(px_lcg_weight(px_lcg_node(0), 0), (1103515245u * 12345u + 12345u) % 0x80000000u);
    for (int i = 0; i < 100000; i++) {
        key = key * 6364136223846793005u + 1442695040888963407u;
        node = node * 3935559000370003845u + 2691343689449507681u;
        assert_int_equal(px_lcg_weight(px_lcg_node(px_lcg_fold(node)), px_lcg_fold(key)),
                         lcg_by_definition(key, node));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha512_gives_the_published_digests),
        cmocka_unit_test(the_twister_gives_the_published_numbers),
        cmocka_unit_test(draws_are_those_of_cpython),
        cmocka_unit_test(an_address_is_packed_as_the_package_does),
        cmocka_unit_test(a_key_is_the_absolute_value_without_leading_zeros),
        cmocka_unit_test(every_weight_of_the_python_vectors_is_met),
        cmocka_unit_test(the_best_few_come_in_order_and_ties_by_index),
        cmocka_unit_test(the_lcg_weight_is_as_defined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
