/* SPDX-License-Identifier: MIT */
/* Inputs of hashes. */
#ifndef PX_CONFORMANCE_INPUTS_H
#define PX_CONFORMANCE_INPUTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that end where memory ends, and begin where it begins: reading one more
 * kills the process. */
typedef struct px_guarded {
    uint8_t *bytes;
    size_t size;                     /* at least 4 KiB */
    void *map;
    size_t map_size;
} px_guarded;

bool px_guarded_new(px_guarded *guarded);
void px_guarded_free(px_guarded *guarded);
/* The same bytes for the same seed, whoever asks. */
void px_fill(uint8_t *bytes, size_t length, uint64_t seed);

#endif
