/* SPDX-License-Identifier: MIT */
/* Kernels for x86 processors with SSE4.1. */
#include "selection/hrw/kernels.h"

#ifdef PX_HRW_X86
#include <immintrin.h>

#define NAME "sse4"
#define TARGET __attribute__((target("sse4.1,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))
/* SSE converts signed words only: halved, they fit. */
#define FLOATS_SCALE 0.5f
enum { LANES = 4, MANY_LIMIT = 200 };

typedef __m128i words;
typedef __m128 floats;
typedef __m128i mask;

INLINE words words_load(const uint32_t *from) { return _mm_load_si128((const __m128i *)(const void *)from); }
INLINE words words_load_any(const uint32_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }
INLINE void words_store(uint32_t *to, words a) { _mm_storeu_si128((__m128i *)(void *)to, a); }
INLINE words words_all(uint32_t value) { return _mm_set1_epi32((int)value); }
INLINE words words_xor(words a, words b) { return _mm_xor_si128(a, b); }
INLINE words words_add(words a, words b) { return _mm_add_epi32(a, b); }
INLINE words words_product(words a, words b) { return _mm_mullo_epi32(a, b); }
INLINE words words_min(words a, words b) { return _mm_min_epu32(a, b); }
INLINE mask words_same(words a, words b) { return _mm_cmpeq_epi32(a, b); }
INLINE mask words_at_most(words a, words b) { return words_same(words_min(a, b), a); }
INLINE words words_pick(mask m, words a, words b) { return _mm_blendv_epi8(b, a, m); }

INLINE uint32_t words_least(words a) {
    a = _mm_min_epu32(a, _mm_shuffle_epi32(a, 0x4e));
    a = _mm_min_epu32(a, _mm_shuffle_epi32(a, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(a);
}

INLINE mask mask_none(void) { return _mm_setzero_si128(); }
INLINE mask mask_or(mask a, mask b) { return _mm_or_si128(a, b); }
INLINE uint32_t mask_bits(mask m) { return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(m)); }

INLINE floats floats_load(const float *from) { return _mm_load_ps(from); }
INLINE void floats_store(float *to, floats a) { _mm_storeu_ps(to, a); }
INLINE floats floats_all(float value) { return _mm_set1_ps(value); }
INLINE floats floats_of_words(words a) { return _mm_cvtepi32_ps(_mm_srli_epi32(a, 1)); }
INLINE floats floats_product(floats a, floats b) { return _mm_mul_ps(a, b); }
INLINE floats floats_min(floats a, floats b) { return _mm_min_ps(a, b); }
INLINE floats floats_max(floats a, floats b) { return _mm_max_ps(a, b); }
INLINE mask floats_at_most(floats a, floats b) { return _mm_castps_si128(_mm_cmple_ps(a, b)); }

INLINE float floats_least(floats a) {
    a = _mm_min_ps(a, _mm_movehl_ps(a, a));
    a = _mm_min_ss(a, _mm_movehdup_ps(a));
    return _mm_cvtss_f32(a);
}

static int is_supported(void) {
    return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("popcnt");
}

#include "selection/hrw/vector.inc.h"

const px_hrw_kernels px_hrw_sse4 = KERNELS;
#endif
