/* SPDX-License-Identifier: MIT */
/* Published rules, written afresh from their descriptions for the comparison.
 * Each holds nodes 0 ... count-1, prepared as its rule prepares them, and hashes
 * keys with XXH3 as proxenos does in the same table. */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stddef.h>
#include <stdint.h>

typedef struct peer peer;
typedef struct peer_rule {
    const char *name, *note;
    uint32_t (*choose)(const peer *state, const char *key, size_t length);
} peer_rule;

extern const peer_rule peer_rules[];
enum { PEER_XORSHIFT, PEER_CONCATENATION, PEER_JUMP, PEER_MAGLEV, PEER_RING, PEER_COUNT };

/* `names` are borrowed. */
peer *peer_new(const char *const *names, uint32_t count);
void peer_free(peer *state);

#endif
