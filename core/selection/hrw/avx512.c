/* SPDX-License-Identifier: MIT */
/* Kernels for x86 processors with AVX-512. */
#include "selection/hrw/kernels.h"

#ifdef PX_HRW_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define FLOATS_SCALE 1.0f
#define NAME "avx512"
enum { LANES = 16, MANY_LIMIT = 400 };

typedef __m512i words;
typedef __m512 floats;
typedef __mmask16 mask;

INLINE words words_load(const uint32_t *from) { return _mm512_load_si512(from); }
INLINE words words_load_any(const uint32_t *from) { return _mm512_loadu_si512(from); }
INLINE void words_store(uint32_t *to, words a) { _mm512_storeu_si512(to, a); }
INLINE words words_all(uint32_t value) { return _mm512_set1_epi32((int)value); }
INLINE words words_xor(words a, words b) { return _mm512_xor_si512(a, b); }
INLINE words words_add(words a, words b) { return _mm512_add_epi32(a, b); }
INLINE words words_product(words a, words b) { return _mm512_mullo_epi32(a, b); }
INLINE words words_min(words a, words b) { return _mm512_min_epu32(a, b); }
INLINE uint32_t words_least(words a) { return _mm512_reduce_min_epu32(a); }
INLINE mask words_same(words a, words b) { return _mm512_cmpeq_epu32_mask(a, b); }
INLINE mask words_at_most(words a, words b) { return _mm512_cmple_epu32_mask(a, b); }
INLINE words words_pick(mask m, words a, words b) { return _mm512_mask_blend_epi32(m, b, a); }

INLINE floats floats_load(const float *from) { return _mm512_load_ps(from); }
INLINE void floats_store(float *to, floats a) { _mm512_storeu_ps(to, a); }
INLINE floats floats_all(float value) { return _mm512_set1_ps(value); }
INLINE floats floats_of_words(words a) { return _mm512_cvtepu32_ps(a); }
INLINE floats floats_product(floats a, floats b) { return _mm512_mul_ps(a, b); }
INLINE floats floats_min(floats a, floats b) { return _mm512_min_ps(a, b); }
INLINE floats floats_max(floats a, floats b) { return _mm512_max_ps(a, b); }
INLINE float floats_least(floats a) { return _mm512_reduce_min_ps(a); }
INLINE mask floats_at_most(floats a, floats b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }

INLINE mask mask_none(void) { return 0; }
INLINE mask mask_or(mask a, mask b) { return (mask)(a | b); }
INLINE uint32_t mask_bits(mask m) { return m; }

static int is_supported(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

#include "selection/hrw/vector.inc.h"

const px_hrw_kernels px_hrw_avx512 = KERNELS;
#endif
