/* SPDX-License-Identifier: MIT */
/* Kernels for x86 processors with AVX2. */
#include "selection/hrw/kernels.h"

#ifdef PX_HRW_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))
/* AVX2 converts signed words only: halved, they fit. */
#define FLOATS_SCALE 0.5f
#define NAME "avx2"
enum { LANES = 8, MANY_LIMIT = 200 };

typedef __m256i words;
typedef __m256 floats;
typedef __m256i mask;

INLINE words words_load(const uint32_t *from) { return _mm256_load_si256((const __m256i *)(const void *)from); }
INLINE words words_load_any(const uint32_t *from) {
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}
INLINE void words_store(uint32_t *to, words a) { _mm256_storeu_si256((__m256i *)(void *)to, a); }
INLINE words words_all(uint32_t value) { return _mm256_set1_epi32((int)value); }
INLINE words words_xor(words a, words b) { return _mm256_xor_si256(a, b); }
INLINE words words_add(words a, words b) { return _mm256_add_epi32(a, b); }
INLINE words words_product(words a, words b) { return _mm256_mullo_epi32(a, b); }
INLINE words words_min(words a, words b) { return _mm256_min_epu32(a, b); }
INLINE mask words_same(words a, words b) { return _mm256_cmpeq_epi32(a, b); }
INLINE mask words_at_most(words a, words b) { return words_same(words_min(a, b), a); }
INLINE words words_pick(mask m, words a, words b) { return _mm256_blendv_epi8(b, a, m); }

INLINE uint32_t words_least(words a) {
    __m128i m = _mm_min_epu32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    m = _mm_min_epu32(m, _mm_shuffle_epi32(m, 0x4e));
    m = _mm_min_epu32(m, _mm_shuffle_epi32(m, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(m);
}

INLINE mask mask_none(void) { return _mm256_setzero_si256(); }
INLINE mask mask_or(mask a, mask b) { return _mm256_or_si256(a, b); }
INLINE uint32_t mask_bits(mask m) { return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m)); }

INLINE floats floats_load(const float *from) { return _mm256_load_ps(from); }
INLINE void floats_store(float *to, floats a) { _mm256_storeu_ps(to, a); }
INLINE floats floats_all(float value) { return _mm256_set1_ps(value); }
INLINE floats floats_of_words(words a) { return _mm256_cvtepi32_ps(_mm256_srli_epi32(a, 1)); }
INLINE floats floats_product(floats a, floats b) { return _mm256_mul_ps(a, b); }
INLINE floats floats_min(floats a, floats b) { return _mm256_min_ps(a, b); }
INLINE floats floats_max(floats a, floats b) { return _mm256_max_ps(a, b); }
INLINE mask floats_at_most(floats a, floats b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LE_OQ)); }

INLINE float floats_least(floats a) {
    __m128 m = _mm_min_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    m = _mm_min_ps(m, _mm_movehl_ps(m, m));
    m = _mm_min_ss(m, _mm_movehdup_ps(m));
    return _mm_cvtss_f32(m);
}

static int is_supported(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

#include "selection/hrw/vector.inc.h"

const px_hrw_kernels px_hrw_avx2 = KERNELS;
#endif
