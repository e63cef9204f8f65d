/* SPDX-License-Identifier: MIT */
/* SipHash of many keys, on every road this processor has, against one by one. */
#include "support.h"

#include "../../hashes/siphash-lanes.h"

typedef void many_function(const uint64_t key[2], const proxenos_bytes *keys, size_t count, uint64_t *out);

static uint64_t random_state = 0x2545f4914f6cdd1d;

static size_t random_below(size_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % bound;
}

/* Lengths that keep lanes together, set them apart, and end at every byte. */
static size_t random_length(size_t style, size_t common) {
    switch (style) {
    case 0: return common;
    case 1: return common / 8 * 8 + random_below(8);
    case 2: return random_below(64);
    default: return random_below(20) == 0 ? random_below(900) : random_below(9);
    }
}

/* Each key in memory of its own, so that a sanitizer sees a byte too many. */
static void compare(many_function *many, int per_word, int at_end) {
    enum { MOST = 70 };
    const uint64_t secret[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    for (size_t round = 0; round < 5000; round++) {
        proxenos_bytes keys[MOST];
        uint64_t out[MOST];
        size_t count = random_below(MOST + 1), style = random_below(4), common = random_below(40);
        for (size_t i = 0; i < count; i++) {
            keys[i].length = random_length(style, common);
            uint8_t *bytes = keys[i].length == 0 && random_below(2) == 0 ? NULL : malloc(keys[i].length + 1);
            keys[i].data = bytes == NULL ? NULL : bytes + 1; /* not aligned */
            for (size_t j = 0; j < keys[i].length; j++) bytes[j + 1] = (uint8_t)random_below(256);
        }
        many(secret, keys, count, out);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(out[i], siphash(secret, keys[i].data, keys[i].length, per_word, at_end));
            if (keys[i].data != NULL) free((uint8_t *)(uintptr_t)keys[i].data - 1);
        }
    }
}

static void eight_lanes_give_what_one_gives_with_avx2(void **state) {
    (void)state;
#ifdef SIPHASH_HAS_LANES
    if (__builtin_cpu_supports("avx2")) {
        compare(lanes_2_4_avx2, 2, 4);
        compare(lanes_1_3_avx2, 1, 3);
        return;
    }
#endif
    print_message("# not run: this processor has no such lanes\n"); /* cmocka's skip() is a failure in TAP */
}

static void eight_lanes_give_what_one_gives_with_avx512(void **state) {
    (void)state;
#ifdef SIPHASH_HAS_LANES
    if (__builtin_cpu_supports("avx512vl")) {
        compare(lanes_2_4_avx512, 2, 4);
        compare(lanes_1_3_avx512, 1, 3);
        return;
    }
#endif
    print_message("# not run: this processor has no such lanes\n"); /* cmocka's skip() is a failure in TAP */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_lanes_give_what_one_gives_with_avx2),
        cmocka_unit_test(eight_lanes_give_what_one_gives_with_avx512),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
