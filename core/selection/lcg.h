/* SPDX-License-Identifier: MIT */
/* The arithmetic of the `lcg` weighting: W of Thaler and Ravishankar, "A Name-
 * Based Mapping Scheme for Rendezvous" (CSE-TR-316-96).  The largest W wins. */
#ifndef PX_SELECTION_LCG_H
#define PX_SELECTION_LCG_H

#include <stdint.h>

#define PX_LCG_A 1103515245u
#define PX_LCG_B 12345u

/* D: a 64-bit digest folded to 31 bits. */
static inline uint32_t px_lcg_fold(uint64_t hash64) {
    return (uint32_t)(hash64 ^ hash64 >> 31 ^ hash64 >> 62) & 0x7fffffffu;
}

/* A * s + B of a node's folded digest s.  Only its low 31 bits count, and
 * arithmetic modulo 2^32 keeps them. */
static inline uint32_t px_lcg_node(uint32_t folded) {
    return PX_LCG_A * folded + PX_LCG_B;
}

static inline uint32_t px_lcg_weight(uint32_t node, uint32_t folded_key) {
    return (PX_LCG_A * (node ^ folded_key) + PX_LCG_B) & 0x7fffffffu;
}

#endif
