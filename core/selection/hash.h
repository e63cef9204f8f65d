/* SPDX-License-Identifier: MIT */
/* An opened hash. */
#ifndef PX_SELECTION_HASH_H
#define PX_SELECTION_HASH_H

#include "modules/find.h"
#include "modules/host.h"

#include <stdatomic.h>

struct proxenos_hash_function {
    atomic_size_t references;
    const proxenos_hash *callbacks;   /* of the type, or of a test */
    void *state;
    px_host *host;
    px_values *values;
    const char *parameters;           /* for the scheme, a copy; "" when none */
};

/* Opens a type with values, which it takes over (freed on failure too). */
proxenos_status px_hash_new(const proxenos_context *context, const px_hash_type *type, px_values *values,
                            proxenos_hash_function **hash, proxenos_error *error);
/* digest_bits / 8 bytes; false without a digest. */
bool px_hash_digest(const proxenos_hash_function *hash, const void *bytes, size_t length, uint8_t digest[64]);
/* hash64 of every key, widened, by hash64_many where the plugin has it. */
void px_hash64_many(const proxenos_hash_function *hash, const proxenos_bytes *keys, size_t count, uint64_t *out);

/* proxenos_hash64() where it is called for every key: no detour but for hashes to be widened. */
static inline uint64_t px_hash64(const proxenos_hash_function *hash, const void *bytes, size_t length) {
    if (hash->callbacks->hash_bits == 32) return proxenos_hash64(hash, bytes, length);
    return hash->callbacks->hash64(hash->state, bytes, length);
}

#endif
