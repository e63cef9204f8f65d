/* SPDX-License-Identifier: MIT */
/* Every kernel of the `python` weighting against the plain generator. */
#include "selection/python/dispatch.h"
#include "selection/python/mt19937.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t next_random(void) {
    static uint64_t state = 1;
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t x = (state ^ state >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static uint32_t start[PX_MT19937_SIZE];

typedef void kernel_test(const px_python_kernel *kernel);

static void with_every_kernel(kernel_test *test) {
    px_mt19937_start(start);
    size_t tested = 0;
    for (size_t i = 0; px_python_kernel_at(i) != NULL; i++) {
        const px_python_kernel *kernel = px_python_kernel_at(i);
        if (!kernel->is_supported()) {
            print_message("# this processor lacks %s\n", kernel->name);
            continue;
        }
        assert_true(kernel->lanes >= 1 && kernel->lanes <= PX_PYTHON_LANES);
        test(kernel);
        tested++;
    }
    assert_true(tested >= 1);
}

/* Words that a mistake would show: random, all zero, all one, one bit. */
static uint32_t odd_word(void) {
    switch (next_random() & 7) {
    case 0: return 0;
    case 1: return UINT32_MAX;
    case 2: return (uint32_t)1 << (next_random() & 31);
    default: return (uint32_t)next_random();
    }
}

static void draws_equal_plain_ones(const px_python_kernel *kernel) {
    static uint32_t words[PX_PYTHON_WORDS][PX_PYTHON_LANES];
    for (size_t length = 1; length <= PX_PYTHON_WORDS; length++) {
        for (size_t count = 1; count <= kernel->lanes; count++) {
            for (size_t j = 0; j < length; j++) {
                for (size_t lane = 0; lane < count; lane++) words[j][lane] = odd_word();
            }
            uint64_t numbers[PX_PYTHON_LANES];
            kernel->draw(start, words, length, count, numbers);
            for (size_t lane = 0; lane < count; lane++) {
                uint32_t own[PX_PYTHON_WORDS];
                for (size_t j = 0; j < length; j++) own[j] = words[j][lane];
                uint64_t wanted = px_python_draw(own, length);
                if (numbers[lane] != PX_PYTHON_UNDECIDED) assert_int_equal(numbers[lane], wanted);
            }
        }
    }
}

static void every_kernel_draws_what_the_plain_generator_does(void **state) {
    (void)state;
    with_every_kernel(draws_equal_plain_ones);
}

/* Few bits of seed, so that among the lanes are generators whose first twelve
 * draws are all too large: one in 4,096. */
static void undecided_lanes_are_rare_and_drawn_plainly(const px_python_kernel *kernel) {
    size_t undecided = 0, lanes = 0;
    px_python_batch batch = {.count = 0};
    for (uint32_t seed = 0; seed < 30000;) {
        uint64_t seeds[PX_PYTHON_LANES], numbers[PX_PYTHON_LANES], raw[PX_PYTHON_LANES];
        px_python_digest digest = {.words = {0, 1}, .count = 2};
        for (size_t lane = 0; lane < kernel->lanes; lane++) {
            seeds[lane] = seed++;
            px_python_batch_add(&batch, &digest, seeds[lane]);
        }
        kernel->draw(start, batch.words, 2, batch.count, raw);
        px_python_batch_draw(&batch, kernel, start, numbers);
        assert_int_equal(batch.count, 0);
        for (size_t lane = 0; lane < kernel->lanes; lane++, lanes++) {
            if (raw[lane] == PX_PYTHON_UNDECIDED) {
                undecided++;
                assert_int_equal(numbers[lane], px_python_weight(&digest, seeds[lane]));
            } else {
                assert_int_equal(numbers[lane], raw[lane]);
            }
        }
    }
    assert_true(undecided >= 1 && undecided <= lanes / 1000);
}

static void a_lane_that_no_kernel_decides_is_drawn_plainly(void **state) {
    (void)state;
    with_every_kernel(undecided_lanes_are_rare_and_drawn_plainly);
}

/* Leading zero words are left off, so lanes of one batch may differ in length. */
static void lengths_are_mixed(const px_python_kernel *kernel) {
    static const px_python_digest digests[] = {
        {.words = {5, 0}, .count = 2},
        {.words = {5, 7}, .count = 2},
        {.words = {1, 2, 3, 4}, .count = 4},
        {.words = {0, 0, 0, 0}, .count = 4},
        {.words = {UINT32_MAX, UINT32_MAX}, .count = 2, .is_negative = true},
        {.words = {0, 0, 0, UINT32_MAX}, .count = 4, .is_negative = true},
    };
    px_python_batch batch = {.count = 0};
    for (int round = 0; round < 200; round++) {
        uint64_t numbers[PX_PYTHON_LANES], wanted[PX_PYTHON_LANES];
        size_t count = next_random() % kernel->lanes + 1;
        for (size_t lane = 0; lane < count; lane++) {
            const px_python_digest *digest = &digests[next_random() % (sizeof digests / sizeof digests[0])];
            uint64_t seed = next_random() >> 1 >> (next_random() & 1 ? 0 : 40);
            px_python_batch_add(&batch, digest, seed);
            wanted[lane] = px_python_weight(digest, seed);
        }
        px_python_batch_draw(&batch, kernel, start, numbers);
        assert_memory_equal(numbers, wanted, count * sizeof *numbers);
    }
    px_python_batch_draw(&batch, kernel, start, NULL);
}

static void lanes_of_different_length_share_a_batch(void **state) {
    (void)state;
    with_every_kernel(lengths_are_mixed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_draws_what_the_plain_generator_does),
        cmocka_unit_test(a_lane_that_no_kernel_decides_is_drawn_plainly),
        cmocka_unit_test(lanes_of_different_length_share_a_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
