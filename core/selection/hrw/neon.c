/* SPDX-License-Identifier: MIT */
/* Kernels for 64-bit ARM, where NEON is always there. */
#include "selection/hrw/kernels.h"

#ifdef PX_HRW_ARM64
#include <arm_neon.h>

#define NAME "neon"
#define TARGET
#define INLINE static inline __attribute__((always_inline))
#define FLOATS_SCALE 1.0f
enum { LANES = 4, MANY_LIMIT = 200 };

typedef uint32x4_t words;
typedef float32x4_t floats;
typedef uint32x4_t mask;

INLINE words words_load(const uint32_t *from) { return vld1q_u32(from); }
INLINE words words_load_any(const uint32_t *from) { return vld1q_u32(from); }
INLINE void words_store(uint32_t *to, words a) { vst1q_u32(to, a); }
INLINE words words_all(uint32_t value) { return vdupq_n_u32(value); }
INLINE words words_xor(words a, words b) { return veorq_u32(a, b); }
INLINE words words_add(words a, words b) { return vaddq_u32(a, b); }
INLINE words words_product(words a, words b) { return vmulq_u32(a, b); }
INLINE words words_min(words a, words b) { return vminq_u32(a, b); }
INLINE uint32_t words_least(words a) { return vminvq_u32(a); }
INLINE mask words_same(words a, words b) { return vceqq_u32(a, b); }
INLINE mask words_at_most(words a, words b) { return vcleq_u32(a, b); }
INLINE words words_pick(mask m, words a, words b) { return vbslq_u32(m, a, b); }

INLINE mask mask_none(void) { return vdupq_n_u32(0); }
INLINE mask mask_or(mask a, mask b) { return vorrq_u32(a, b); }

INLINE uint32_t mask_bits(mask m) {
    static const uint32_t bit_of_lane[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(m, vld1q_u32(bit_of_lane)));
}

INLINE floats floats_load(const float *from) { return vld1q_f32(from); }
INLINE void floats_store(float *to, floats a) { vst1q_f32(to, a); }
INLINE floats floats_all(float value) { return vdupq_n_f32(value); }
INLINE floats floats_of_words(words a) { return vcvtq_f32_u32(a); }
INLINE floats floats_product(floats a, floats b) { return vmulq_f32(a, b); }
INLINE floats floats_min(floats a, floats b) { return vminq_f32(a, b); }
INLINE floats floats_max(floats a, floats b) { return vmaxq_f32(a, b); }
INLINE float floats_least(floats a) { return vminvq_f32(a); }
INLINE mask floats_at_most(floats a, floats b) { return vcleq_f32(a, b); }

static int is_supported(void) {
    return 1;
}

#include "selection/hrw/vector.inc.h"

const px_hrw_kernels px_hrw_neon = KERNELS;
#endif
