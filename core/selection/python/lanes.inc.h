/* SPDX-License-Identifier: MIT */
/* The body of every kernel, written once: a file that includes it says
 *
 *   LANES     32-bit lanes of a vector (1: plain C)
 *   VECTORS   vectors in flight, 1...4: as many as its registers hold
 *   TARGET    the function attribute that allows the instruction set
 *
 * and gets draw().  Steps are those of mt19937.c, which is the plain form.
 * The first pass of init_by_array runs twice, once to find its last word and
 * once in step with the second pass: so nothing needs to be stored but the rows
 * of state that the first numbers are made of. */
#include "selection/python/kernel.h"
#include "selection/python/mt19937.h"

#include <string.h>

#if LANES == 1
typedef uint32_t lanes;
#else
typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));
#endif

#define INLINE TARGET static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 4")
#endif
#define EACH_VECTOR UNROLL for (size_t v = 0; v < vectors; v++)

enum {
    SIZE = PX_MT19937_SIZE,
    FAR = PX_MT19937_SHIFT,
    TRIES = 12,          /* draws looked at; one lane in 2^12 needs more */
    ROWS = 2 * TRIES,    /* a draw is two words */
    ROW = LANES * VECTORS
};

/* Words of state, one row for each: near[i] is word i, far[i] word FAR + i. */
typedef struct state_rows {
    lanes near[ROWS + 1][VECTORS], far[ROWS][VECTORS];
} state_rows;

/* What the first pass adds: key[j] + j, and where it stands in the key. */
typedef struct key_schedule {
    const uint32_t *start;
    lanes key[PX_PYTHON_WORDS][VECTORS];
    size_t length, at;
} key_schedule;

INLINE void load_key(key_schedule *schedule, const uint32_t words[][PX_PYTHON_LANES], size_t vectors) {
    size_t j = 0;
    do {
        EACH_VECTOR {
            memcpy(&schedule->key[j][v], words[j] + v * LANES, sizeof(lanes));
            schedule->key[j][v] += (uint32_t)j;
        }
    } while (++j < schedule->length);
}

INLINE void first_pass(key_schedule *schedule, lanes *word, size_t i, size_t vectors) {
    EACH_VECTOR {
        lanes before = (word[v] ^ word[v] >> 30) * PX_MT19937_FACTOR1;
        word[v] = (schedule->start[i] ^ before) + schedule->key[schedule->at][v];
    }
    schedule->at = schedule->at + 1 < schedule->length ? schedule->at + 1 : 0;
}

/* Words `from` to `to` of both passes; rows (or NULL) takes them up. */
INLINE void both_passes(key_schedule *schedule, lanes *first, lanes *second, size_t from, size_t to,
                        lanes (*rows)[VECTORS], size_t vectors) {
    for (size_t i = from; i < to; i++) {
        first_pass(schedule, first, i, vectors);
        EACH_VECTOR {
            lanes before = (second[v] ^ second[v] >> 30) * PX_MT19937_FACTOR2;
            second[v] = (first[v] ^ before) - (uint32_t)i;
            if (rows != NULL) rows[i - from][v] = second[v];
        }
    }
}

INLINE void seed(const uint32_t *start, const uint32_t words[][PX_PYTHON_LANES], size_t length,
                 state_rows *rows, size_t vectors) {
    key_schedule schedule;
    schedule.start = start;
    schedule.length = length;
    schedule.at = 0;
    load_key(&schedule, words, vectors);
    lanes zero = {0}, first[VECTORS], second[VECTORS], word1[VECTORS];

    /* Pass one from end to end; it ends by going over word 1 once more. */
    EACH_VECTOR second[v] = zero + start[0];
    first_pass(&schedule, second, 1, vectors);
    EACH_VECTOR first[v] = second[v];
    for (size_t i = 2; i < SIZE; i++) first_pass(&schedule, second, i, vectors);
    EACH_VECTOR {
        lanes before = (second[v] ^ second[v] >> 30) * PX_MT19937_FACTOR1;
        word1[v] = second[v] = (first[v] ^ before) + schedule.key[schedule.at][v];
    }

    /* Pass one again from word 2, and pass two behind it, ending with word 1. */
    schedule.at = length > 1 ? 1 : 0;
    both_passes(&schedule, first, second, 2, ROWS + 1, rows->near + 2, vectors);
    both_passes(&schedule, first, second, ROWS + 1, FAR, NULL, vectors);
    both_passes(&schedule, first, second, FAR, FAR + ROWS, rows->far, vectors);
    both_passes(&schedule, first, second, FAR + ROWS, SIZE, NULL, vectors);
    EACH_VECTOR {
        lanes before = (second[v] ^ second[v] >> 30) * PX_MT19937_FACTOR2;
        rows->near[0][v] = zero + PX_MT19937_FIRST;
        rows->near[1][v] = (word1[v] ^ before) - 1u;
    }
}

/* The first of the lane's draws that is below 2^63; the high word decides. */
INLINE uint64_t first_below(const uint32_t *near, const uint32_t *far) {
    for (size_t i = 0; i < ROWS * ROW; i += 2 * ROW) {
        const uint32_t *here = near + i, *there = far + i;
        uint32_t high = px_mt19937_temper(px_mt19937_twist(here[ROW], here[2 * ROW], there[ROW]));
        if (high >> 31 != 0) continue;
        uint32_t low = px_mt19937_temper(px_mt19937_twist(here[0], here[ROW], there[0]));
        return (uint64_t)high << 32 | low;
    }
    return PX_PYTHON_UNDECIDED;
}

TARGET static void draw(const uint32_t *start, const uint32_t words[][PX_PYTHON_LANES], size_t length,
                        size_t count, uint64_t *numbers) {
    state_rows rows;
    switch ((count + LANES - 1) / LANES) {
    case 1: seed(start, words, length, &rows, 1); break;
#if VECTORS > 2
    case 2: seed(start, words, length, &rows, 2); break;
#endif
#if VECTORS > 3
    case 3: seed(start, words, length, &rows, 3); break;
#endif
    default: seed(start, words, length, &rows, VECTORS);
    }
    const uint32_t *near = (const uint32_t *)rows.near, *far = (const uint32_t *)rows.far;
    for (size_t lane = 0; lane < count; lane++) numbers[lane] = first_below(near + lane, far + lane);
}
