/* SPDX-License-Identifier: MIT */
/* The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded by its
 * init_by_array as CPython's random.Random(integer) does.  This is the plain
 * reference; python-kernel.h seeds many side by side. */
#ifndef PX_SELECTION_PYTHON_MT19937_H
#define PX_SELECTION_PYTHON_MT19937_H

#include <stddef.h>
#include <stdint.h>

enum {
    PX_MT19937_SIZE = 624,  /* words of state */
    PX_MT19937_SHIFT = 397  /* how far the twist reaches */
};
#define PX_MT19937_FACTOR1 1664525u     /* init_by_array's first pass */
#define PX_MT19937_FACTOR2 1566083941u  /* and its second */
#define PX_MT19937_FIRST 0x80000000u    /* word 0 after both */

typedef struct px_mt19937 {
    uint32_t state[PX_MT19937_SIZE];
    size_t used;              /* words of the state already given out */
} px_mt19937;

/* The state that init_by_array starts from: init_genrand(19650218). */
void px_mt19937_start(uint32_t state[PX_MT19937_SIZE]);
/* init_by_array; `count` is at least 1. */
void px_mt19937_seed(px_mt19937 *generator, const uint32_t *words, size_t count);
/* The next 32 random bits. */
uint32_t px_mt19937_next(px_mt19937 *generator);
/* random.randint(0, 2**63 - 1): 64 bits, low word first, drawn again until they
 * are below 2^63. */
uint64_t px_mt19937_63_bits(px_mt19937 *generator);

/* One word of the next state from the three words of this one that make it. */
static inline uint32_t px_mt19937_twist(uint32_t here, uint32_t after, uint32_t far) {
    uint32_t mixed = (here & 0x80000000u) | (after & 0x7fffffffu);
    return far ^ mixed >> 1 ^ ((0u - (after & 1u)) & 0x9908b0dfu);
}

/* A word of state as it is given out. */
static inline uint32_t px_mt19937_temper(uint32_t word) {
    word ^= word >> 11;
    word ^= word << 7 & 0x9d2c5680u;
    word ^= word << 15 & 0xefc60000u;
    return word ^ word >> 18;
}

#endif
