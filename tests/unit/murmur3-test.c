/* SPDX-License-Identifier: MIT */
/* SMHasher's verification: every length below 256 bytes, each under a seed of its
 * own, and the hash of all those hashes; the values are those of its main.cpp. */
#include "support.h"

#include "../../hashes/murmur3.c"

typedef void hash_function(const uint8_t *bytes, size_t length, uint32_t seed, uint8_t *out);

static void store_little_endian(uint8_t *out, uint64_t x, int count) {
    for (int i = 0; i < count; i++) out[i] = (uint8_t)(x >> (8 * i));
}

static void store_wide(uint8_t *out, wide h) {
    store_little_endian(out, h.low, 8);
    store_little_endian(out + 8, h.high, 8);
}

static void x86_32(const uint8_t *bytes, size_t length, uint32_t seed, uint8_t *out) {
    store_little_endian(out, murmur3_x86_32(bytes, length, seed), 4);
}

static void x86_128(const uint8_t *bytes, size_t length, uint32_t seed, uint8_t *out) {
    store_wide(out, murmur3_x86_128(bytes, length, seed));
}

static void x64_128(const uint8_t *bytes, size_t length, uint32_t seed, uint8_t *out) {
    store_wide(out, murmur3_x64_128(bytes, length, seed));
}

static uint32_t verification(hash_function *hash, size_t size) {
    uint8_t key[256], hashes_of_all[256 * 16], final[16];
    for (size_t i = 0; i < 256; i++) {
        key[i] = (uint8_t)i;
        hash(key, i, (uint32_t)(256 - i), hashes_of_all + i * size);
    }
    hash(hashes_of_all, 256 * size, 0, final);
    return load32(final);
}

static void every_length_and_many_seeds_are_right(void **unused) {
    (void)unused;
    assert_int_equal(verification(x86_32, 4), 0xb0f57ee3);
    assert_int_equal(verification(x86_128, 16), 0xb3ece62a);
    assert_int_equal(verification(x64_128, 16), 0x6384ba69);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_length_and_many_seeds_are_right)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
