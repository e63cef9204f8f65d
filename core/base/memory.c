/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "base/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { VECTOR_ALIGNMENT = 64 }; /* bytes: one cache line, the widest vector register */

static atomic_long allocations_until_failure = -1;

void px_memory_fail_at(long countdown) {
    atomic_store(&allocations_until_failure, countdown);
}

/* Unarmed, a load that no one writes to; the subtraction lets one thread only hit zero. */
static int must_fail(void) {
    if (atomic_load_explicit(&allocations_until_failure, memory_order_relaxed) < 0) return 0;
    return atomic_fetch_sub(&allocations_until_failure, 1) == 0;
}

/* Bytes of an array, at least 1 so that every success is a pointer; 0 on overflow. */
static size_t array_bytes(size_t count, size_t size) {
    if (count == 0 || size == 0) return 1;
    return count > SIZE_MAX / size ? 0 : count * size;
}

void *px_calloc(size_t count, size_t size) {
    size_t bytes = array_bytes(count, size);
    if (bytes == 0 || must_fail()) return NULL;
    return calloc(1, bytes);
}

void *px_reallocarray(void *old, size_t count, size_t size) {
    size_t bytes = array_bytes(count, size);
    if (bytes == 0 || must_fail()) return NULL;
    return realloc(old, bytes);
}

void *px_memdup(const void *bytes, size_t length) {
    if (length == SIZE_MAX || must_fail()) return NULL;
    char *copy = malloc(length + 1);
    if (copy == NULL) return NULL;
    if (length > 0) memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *px_strdup(const char *text) {
    return px_memdup(text, strlen(text));
}

char *px_strndup(const char *text, size_t length) {
    return px_memdup(text, strnlen(text, length));
}

void *px_calloc_aligned(size_t count, size_t size) {
    size_t bytes = array_bytes(count, size);
    if (bytes == 0 || bytes > SIZE_MAX - VECTOR_ALIGNMENT || must_fail()) return NULL;
    /* aligned_alloc wants a multiple of the alignment. */
    bytes = (bytes + VECTOR_ALIGNMENT - 1) / VECTOR_ALIGNMENT * VECTOR_ALIGNMENT;
    void *memory = aligned_alloc(VECTOR_ALIGNMENT, bytes);
    if (memory != NULL) memset(memory, 0, bytes);
    return memory;
}

bool px_memory_is_short(void) {
    enum { PROBE = 256 * 1024 };
    void *volatile probe = malloc(PROBE);
    bool is_short = probe == NULL;
    free(probe);
    return is_short;
}

void px_wipe(void *bytes, size_t length) {
    if (length == 0) return;
#ifdef HAVE_EXPLICIT_BZERO
    explicit_bzero(bytes, length);
#else
    volatile unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++) byte[i] = 0;
#endif
}

int px_grow(void *array_pointer, size_t *capacity, size_t used, size_t element_size) {
    if (used < *capacity) return 0;
    if (*capacity > SIZE_MAX / 2) return -1;
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *array;
    memcpy(&array, array_pointer, sizeof array); /* whatever its type, a pointer to an object */
    array = px_reallocarray(array, wanted, element_size);
    if (array == NULL) return -1;
    memcpy(array_pointer, &array, sizeof array);
    *capacity = wanted;
    return 0;
}
