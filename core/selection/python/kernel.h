/* SPDX-License-Identifier: MIT */
/* Many generators of the `python` weighting, seeded side by side.
 *
 * Seeding is all the work: 1,247 steps, each of which needs the one before, for
 * one number of which the first few words of state decide.  One generator is
 * therefore as slow as the processor's latency; many at once, one in each lane
 * of a vector and several vectors in flight, are as fast as its throughput. */
#ifndef PX_SELECTION_PYTHON_KERNEL_H
#define PX_SELECTION_PYTHON_KERNEL_H

#include "selection/python/seed.h"

enum { PX_PYTHON_LANES = 64 }; /* the most that any kernel seeds at once */

/* What generators are seeded with, word by word: words[j][lane]. */
typedef struct px_python_batch {
    uint32_t words[PX_PYTHON_WORDS][PX_PYTHON_LANES];
    uint8_t lengths[PX_PYTHON_LANES]; /* words of each lane that count */
    size_t count;                     /* lanes in use */
} px_python_batch;

/* One instruction set.  All of them give equal answers. */
typedef struct px_python_kernel {
    const char *name;         /* portable, sse4, avx2, avx512, neon */
    int (*is_supported)(void);
    size_t lanes;             /* best used full; at most PX_PYTHON_LANES */
    /* randint(0, 2^63 - 1) of the first `count` lanes (1...lanes), all seeded
     * with `length` words.  `start` is px_mt19937_start()'s.  A lane whose number
     * is not among those that the kernel looks at gives PX_PYTHON_UNDECIDED. */
    void (*draw)(const uint32_t *start, const uint32_t words[][PX_PYTHON_LANES], size_t length, size_t count,
                 uint64_t *numbers);
} px_python_kernel;

#define PX_PYTHON_UNDECIDED UINT64_MAX

extern const px_python_kernel px_python_portable;
#if defined(__x86_64__) || defined(__i386__)
extern const px_python_kernel px_python_sse4, px_python_avx2, px_python_avx512;
#elif defined(__aarch64__)
extern const px_python_kernel px_python_neon;
#endif

/* Takes the next lane for the weight of a node under a key; the batch has room. */
void px_python_batch_add(px_python_batch *batch, const px_python_digest *digest, uint64_t seed);
/* Draws the number of every lane and empties the batch. */
void px_python_batch_draw(px_python_batch *batch, const px_python_kernel *kernel, const uint32_t *start,
                          uint64_t *numbers);

#endif
