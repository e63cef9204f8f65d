/* SPDX-License-Identifier: MIT */
#include "cluster/fingerprint.h"
#include "support.h"

/* vectors.h of the reference implementation: key 00 01 ... 0f, input 00 01 ... of
 * the given length; length 15 is the example of the paper, appendix A. */
static void siphash_gives_the_published_numbers(void **state) {
    (void)state;
    static const struct {
        size_t length;
        uint64_t hash;
    } vectors[] = {
        {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {2, 0x0d6c8009d9a94f5a},
        {3, 0x85676696d7fb7e2d}, {7, 0xab0200f58b01d137},  {8, 0x93f5f5799a932462},
        {15, 0xa129ca6149be45e5}, {63, 0x958a324ceb064572},
    };
    uint8_t key[16], input[64];
    for (size_t i = 0; i < sizeof key; i++) key[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof input; i++) input[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        assert_true(px_siphash24(key, input, vectors[i].length) == vectors[i].hash);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(siphash_gives_the_published_numbers)};
    return cmocka_run_group_tests_name("fingerprint", tests, NULL, NULL);
}
