/* SPDX-License-Identifier: MIT */
/* SHA-512 (FIPS 180-4), for the node seeds of the `python` weighting: the core
 * needs it on every build, also on those without libcrypto. */
#ifndef PX_BASE_SHA512_H
#define PX_BASE_SHA512_H

#include <stddef.h>
#include <stdint.h>

enum { PX_SHA512_SIZE = 64 }; /* bytes */

/* Any length; `bytes` may be NULL when length is 0. */
void px_sha512(const void *bytes, size_t length, uint8_t digest[PX_SHA512_SIZE]);

#endif
