/* SPDX-License-Identifier: MIT */
#include "conformance/inputs.h"

#include <sys/mman.h>

void px_fill(uint8_t *bytes, size_t length, uint64_t seed) {
    for (size_t i = 0; i < length; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
        bytes[i] = (uint8_t)(seed >> 56);
    }
}

/* Whole pages between two that nobody may touch. */
bool px_guarded_new(px_guarded *guarded) {
    const size_t guard = 65536; /* a multiple of every page size */
    *guarded = (px_guarded){.map_size = guard * 3};
    guarded->map = mmap(NULL, guarded->map_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded->map == MAP_FAILED) return false;
    uint8_t *middle = (uint8_t *)guarded->map + guard;
    if (mprotect(middle, guard, PROT_READ | PROT_WRITE) == 0) {
        guarded->bytes = middle;
        guarded->size = guard;
        return true;
    }
    px_guarded_free(guarded);
    return false;
}

void px_guarded_free(px_guarded *guarded) {
    (void)munmap(guarded->map, guarded->map_size);
}
