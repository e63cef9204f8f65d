/* SPDX-License-Identifier: MIT */
/* SipHash-2-4 (Aumasson and Bernstein, 2012) for fingerprints of the core's own;
 * keys are hashed by plugins. */
#ifndef PX_CLUSTER_FINGERPRINT_H
#define PX_CLUSTER_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

uint64_t px_siphash24(const uint8_t key[16], const void *bytes, size_t length);

/* The documented default key, d906b07a881315ce308847a8c4de69c6: no secret. */
extern const uint8_t px_public_key[16];

#endif
