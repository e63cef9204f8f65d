/* SPDX-License-Identifier: MIT */
#include "selection/python/mt19937.h"

enum { SIZE = PX_MT19937_SIZE };

void px_mt19937_start(uint32_t state[SIZE]) {
    state[0] = 19650218u;
    for (uint32_t i = 1; i < SIZE; i++) {
        state[i] = 1812433253u * (state[i - 1] ^ state[i - 1] >> 30) + i;
    }
}

/* The word after `i`; word 0 takes over the last one's value and is passed by. */
static size_t step(uint32_t state[SIZE], size_t i) {
    if (i + 1 < SIZE) return i + 1;
    state[0] = state[SIZE - 1];
    return 1;
}

void px_mt19937_seed(px_mt19937 *generator, const uint32_t *words, size_t count) {
    uint32_t *state = generator->state;
    px_mt19937_start(state);
    size_t i = 1, j = 0;
    for (size_t n = count > SIZE ? count : SIZE; n > 0; n--) {
        uint32_t before = state[i - 1] ^ state[i - 1] >> 30;
        state[i] = (state[i] ^ before * PX_MT19937_FACTOR1) + words[j] + (uint32_t)j;
        i = step(state, i);
        j = j + 1 < count ? j + 1 : 0;
    }
    for (size_t n = SIZE - 1; n > 0; n--) {
        uint32_t before = state[i - 1] ^ state[i - 1] >> 30;
        state[i] = (state[i] ^ before * PX_MT19937_FACTOR2) - (uint32_t)i;
        i = step(state, i);
    }
    state[0] = PX_MT19937_FIRST;
    generator->used = SIZE;
}

static void next_state(uint32_t state[SIZE]) {
    for (size_t i = 0; i < SIZE; i++) {
        state[i] = px_mt19937_twist(state[i], state[(i + 1) % SIZE], state[(i + PX_MT19937_SHIFT) % SIZE]);
    }
}

uint32_t px_mt19937_next(px_mt19937 *generator) {
    if (generator->used == SIZE) {
        next_state(generator->state);
        generator->used = 0;
    }
    return px_mt19937_temper(generator->state[generator->used++]);
}

uint64_t px_mt19937_63_bits(px_mt19937 *generator) {
    for (;;) {
        uint64_t low = px_mt19937_next(generator);
        uint64_t drawn = (uint64_t)px_mt19937_next(generator) << 32 | low;
        if (drawn >> 63 == 0) return drawn;
    }
}
