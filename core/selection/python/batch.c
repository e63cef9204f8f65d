/* SPDX-License-Identifier: MIT */
/* Lanes filled and drawn. */
#include "selection/python/kernel.h"

void px_python_batch_add(px_python_batch *batch, const px_python_digest *digest, uint64_t seed) {
    uint32_t words[PX_PYTHON_WORDS];
    size_t lane = batch->count++, length = px_python_key(digest, seed, words);
    for (size_t j = 0; j < length; j++) batch->words[j][lane] = words[j];
    batch->lengths[lane] = (uint8_t)length;
}

/* The plain way, for a lane that the kernel had to leave. */
static uint64_t draw_alone(const px_python_batch *batch, size_t lane) {
    uint32_t words[PX_PYTHON_WORDS];
    for (size_t j = 0; j < batch->lengths[lane]; j++) words[j] = batch->words[j][lane];
    return px_python_draw(words, batch->lengths[lane]);
}

void px_python_batch_draw(px_python_batch *batch, const px_python_kernel *kernel, const uint32_t *start,
                          uint64_t *numbers) {
    if (batch->count == 0) return;
    /* The words above the second are the key's alone, so lengths differ once in
     * 2^32 lanes, or where two keys meet. */
    uint8_t length = batch->lengths[0];
    kernel->draw(start, batch->words, length, batch->count, numbers);
    for (size_t lane = 0; lane < batch->count; lane++) {
        if (batch->lengths[lane] != length || numbers[lane] == PX_PYTHON_UNDECIDED) {
            numbers[lane] = draw_alone(batch, lane);
        }
    }
    batch->count = 0;
}
