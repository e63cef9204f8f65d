/* SPDX-License-Identifier: MIT */
/* The numbers of the `python` weighting.  Definition: proxenos-scheme(7). */
#ifndef PX_SELECTION_PYTHON_SEED_H
#define PX_SELECTION_PYTHON_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PX_PYTHON_PACKED_SIZE = 24, /* bytes: 16 of the address, 8 of the port */
    PX_PYTHON_WORDS = 16        /* 32-bit words of the longest digest, 512 bits */
};

/* The packed address: IPv6 in network order (IPv4 a.b.c.d is ::a.b.c.d), then
 * the port's four 4-bit groups, high first, as 16-bit big-endian words. */
void px_python_pack(const uint8_t ipv6[16], uint16_t port, uint8_t packed[PX_PYTHON_PACKED_SIZE]);

/* A digest as one integer: two's complement, 32-bit words, low first, at
 * least two of them. */
typedef struct px_python_digest {
    uint32_t words[PX_PYTHON_WORDS];
    size_t count;
    bool is_negative;
} px_python_digest;

/* Reads `size` (1...64) big-endian bytes. */
px_python_digest px_python_read_digest(const uint8_t *bytes, size_t size, bool is_signed);
/* SHA-512 of the packed address.  A node's seed is the number drawn with it. */
px_python_digest px_python_node_digest(const uint8_t ipv6[16], uint16_t port);
/* The words of |seed XOR digest| that seed the generator, low first, without
 * leading zeros but at least one.  Returns how many. */
size_t px_python_key(const px_python_digest *digest, uint64_t seed, uint32_t words[PX_PYTHON_WORDS]);
/* randint(0, 2^63 - 1) of a generator seeded with the words. */
uint64_t px_python_draw(const uint32_t *words, size_t count);
/* Both at once: the weight of a node under a key's digest, or with seed 0 the
 * number of a digest alone. */
uint64_t px_python_weight(const px_python_digest *digest, uint64_t seed);

#endif
