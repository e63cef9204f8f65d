/* SPDX-License-Identifier: MIT */
#include "selection/hash.h"

#include "base/memory.h"
#include "base/text.h"
#include "selection/parameters.h"
#include "settings/settings.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* They become part of a text that machines compare, so that a plugin's word is checked. */
static proxenos_status read_parameters(proxenos_hash_function *hash, proxenos_error *error) {
    const char *text = hash->callbacks->parameters == NULL ? NULL : hash->callbacks->parameters(hash->state);
    const char *problem = text == NULL ? NULL : px_parameters_problem(text);
    if (problem != NULL) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "hash '%s': its parameters, '%.200s', cannot stand in a scheme: %s",
                        hash->callbacks->name, text, problem);
    }
    hash->parameters = px_strdup(text == NULL ? "" : text);
    return hash->parameters == NULL ? px_error_memory(error) : PROXENOS_OK;
}

static proxenos_status open_state(proxenos_hash_function *hash, proxenos_error *error) {
    const proxenos_hash *callbacks = hash->callbacks;
    if (callbacks->open != NULL) {
        px_host_begin(hash->host, INT64_MAX);
        int32_t result = callbacks->open(&hash->host->table, px_values_table(hash->values), &hash->state);
        if (result == PROXENOS_RESULT_UNCHANGED) result = PROXENOS_RESULT_INTERNAL;
        proxenos_status status = px_host_status(hash->host, result, error);
        if (status != PROXENOS_OK) return status;
    }
    proxenos_status status = read_parameters(hash, error);
    if (status != PROXENOS_OK && callbacks->close != NULL) callbacks->close(hash->state);
    return status;
}

static void free_hash(proxenos_hash_function *hash) {
    if (hash->host != NULL) px_host_end(hash->host);
    free(hash->host);
    free((char *)(uintptr_t)hash->parameters);
    px_values_free(hash->values);
    free(hash);
}

proxenos_status px_hash_new(const proxenos_context *context, const px_hash_type *type, px_values *values,
                            proxenos_hash_function **hash, proxenos_error *error) {
    *hash = NULL;
    proxenos_hash_function *made = px_calloc(1, sizeof *made);
    if (made == NULL) {
        px_values_free(values);
        return px_error_memory(error);
    }
    atomic_init(&made->references, 1);
    made->callbacks = &type->callbacks;
    made->values = values;
    made->host = px_calloc(1, sizeof *made->host);
    proxenos_status status = made->host == NULL
                                 ? px_error_memory(error)
                                 : px_host_init(made->host, context, type->schema->owner, false, error);
    if (status == PROXENOS_OK) status = open_state(made, error);
    if (status == PROXENOS_OK) *hash = made;
    else free_hash(made);
    return status;
}

proxenos_status proxenos_hash_open(const proxenos_settings *settings, proxenos_hash_function **hash,
                                   proxenos_error *error) {
    *hash = NULL;
    const px_hash_type *type = NULL;
    px_values *values = NULL;
    proxenos_status status = px_settings_hash(settings, &type, error);
    if (status == PROXENOS_OK) status = px_settings_hash_values(settings, type, &values, error);
    return status == PROXENOS_OK ? px_hash_new(settings->context, type, values, hash, error) : status;
}

proxenos_hash_function *proxenos_hash_ref(proxenos_hash_function *hash) {
    if (hash != NULL) (void)atomic_fetch_add_explicit(&hash->references, 1, memory_order_relaxed);
    return hash;
}

void proxenos_hash_unref(proxenos_hash_function *hash) {
    if (hash == NULL || atomic_fetch_sub_explicit(&hash->references, 1, memory_order_acq_rel) != 1) return;
    if (hash->callbacks->close != NULL) hash->callbacks->close(hash->state);
    free_hash(hash);
}

const char *proxenos_hash_name(const proxenos_hash_function *hash) {
    return hash->callbacks->name;
}

/* ----------------------------------------------------------------- widening
 * A hash of 32 bits gives the high half by itself and the low half by the same
 * bytes with 0x01 behind them. */

/* A place for the longer copy.  proxenos_hash64() cannot fail, and any other
 * answer than the right one would send a key elsewhere: so it waits for memory. */
static void *wait_for_memory(size_t size) {
    static const struct timespec pause = {.tv_nsec = 10000000};
    void *memory;
    while ((memory = malloc(size)) == NULL) (void)nanosleep(&pause, NULL);
    return memory;
}

static uint32_t low_half(const proxenos_hash_function *hash, const void *bytes, size_t length) {
    unsigned char small[256];
    unsigned char *longer = length < sizeof small ? small : wait_for_memory(length + 1);
    if (length > 0) memcpy(longer, bytes, length);
    longer[length] = 0x01;
    uint32_t half = (uint32_t)hash->callbacks->hash64(hash->state, longer, length + 1);
    if (longer != small) free(longer);
    return half;
}

static bool is_narrow(const proxenos_hash_function *hash) {
    return hash->callbacks->hash_bits == 32;
}

static uint64_t widen(const proxenos_hash_function *hash, uint64_t high, const void *bytes, size_t length) {
    return high << 32 | low_half(hash, bytes, length);
}

uint64_t proxenos_hash64(const proxenos_hash_function *hash, const void *bytes, size_t length) {
    uint64_t answer = hash->callbacks->hash64(hash->state, bytes, length);
    return is_narrow(hash) ? widen(hash, answer, bytes, length) : answer;
}

void px_hash64_many(const proxenos_hash_function *hash, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    if (hash->callbacks->hash64_many == NULL) {
        for (size_t i = 0; i < count; i++) out[i] = proxenos_hash64(hash, keys[i].data, keys[i].length);
        return;
    }
    hash->callbacks->hash64_many(hash->state, keys, count, out);
    for (size_t i = 0; is_narrow(hash) && i < count; i++) {
        out[i] = widen(hash, out[i], keys[i].data, keys[i].length);
    }
}

bool px_hash_digest(const proxenos_hash_function *hash, const void *bytes, size_t length, uint8_t digest[64]) {
    if (hash->callbacks->digest == NULL || hash->callbacks->digest_bits == 0) return false;
    hash->callbacks->digest(hash->state, bytes, length, digest);
    return true;
}
