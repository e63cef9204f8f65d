/* SPDX-License-Identifier: MIT */
/* A backend and two families of hashes that a unit test links into itself. */
#ifndef PX_TEST_LINKED_PLUGINS_H
#define PX_TEST_LINKED_PLUGINS_H

#include <proxenos/plugin.h>
#include <proxenos/proxenos.h>

#include <ltdl.h>

static int32_t fetch_nothing(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    (void)instance;
    (void)sink;
    (void)wait;
    (void)generation;
    return PROXENOS_RESULT_OK;
}

static uint64_t hash_nothing(const void *state, const void *bytes, size_t length) {
    (void)state;
    (void)bytes;
    return length;
}

static const char *const acme_healths[] = {"passing", "any", NULL};

static const proxenos_option acme_options[] = {
    {.name = "host", .type = PROXENOS_TYPE_STRING, .fallback = "localhost", .environment = "ACME_ADDR"},
    {.name = "port", .type = PROXENOS_TYPE_INTEGER, .fallback = "8500", .minimum = 1, .maximum = 65535},
    {.name = "health", .type = PROXENOS_TYPE_STRING, .fallback = "passing", .choices = acme_healths},
    {.name = "service", .type = PROXENOS_TYPE_LIST},
    {.name = "token", .type = PROXENOS_TYPE_SECRET, .environment = "ACME_TOKEN"},
    {.name = "token-file", .type = PROXENOS_TYPE_SECRET_FILE},
    {.name = "path", .type = PROXENOS_TYPE_PATH},
};

/* Its health is of another kind than acme's. */
static const char *const plain_healths[] = {"good", "bad", NULL};
static const proxenos_option plain_options[] = {
    {.name = "health", .type = PROXENOS_TYPE_STRING, .fallback = "good", .choices = plain_healths},
    {.name = "service", .type = PROXENOS_TYPE_STRING, .fallback = "web"},
};

static const proxenos_option siphash_options[] = {
    {.name = "key", .type = PROXENOS_TYPE_SECRET, .fallback = "default", .environment = "PROXENOS_SIPHASH_KEY"},
    {.name = "key-file", .type = PROXENOS_TYPE_SECRET_FILE},
};

static const proxenos_option murmur_options[] = {
    {.name = "seed", .type = PROXENOS_TYPE_UNSIGNED, .fallback = "0", .maximum = UINT32_MAX,
     .environment = "PROXENOS_MMH_SEED"},
};

static const char *const murmur_aliases[] = {"mmh_64", NULL};
static const char *const siphash_aliases[] = {"siphash", NULL};

static const proxenos_backend acme_backends[] = {{
    .name = "acme", .summary = "nodes of Acme", .options = acme_options,
    .option_count = sizeof acme_options / sizeof acme_options[0], .option_stride = sizeof(proxenos_option),
    .fetch = fetch_nothing,
}, {
    .name = "acme-plain", .summary = "nodes of Acme, plainly", .options = plain_options,
    .option_count = 2, .option_stride = sizeof(proxenos_option), .fetch = fetch_nothing,
}};

static const proxenos_hash siphash_hashes[] = {{
    .name = "siphash-2-4", .aliases = siphash_aliases, .summary = "SipHash", .options = siphash_options,
    .option_count = 2, .option_stride = sizeof(proxenos_option), .hash_bits = 64, .hash64 = hash_nothing,
}};

static const proxenos_hash murmur_hashes[] = {{
    .name = "mmh3_64", .aliases = murmur_aliases, .summary = "Murmur3", .options = murmur_options,
    .option_count = 1, .option_stride = sizeof(proxenos_option), .hash_bits = 64, .hash64 = hash_nothing,
}};

static const proxenos_module acme_module = {
    PROXENOS_MODULE_HEADER(0), .name = "acme", .version = "1", .summary = "Acme", .backends = acme_backends,
    .backend_count = 2, .backend_stride = sizeof(proxenos_backend)};
static const proxenos_module siphash_module = {
    PROXENOS_MODULE_HEADER(0), .name = "siphash", .version = "1", .summary = "SipHash", .hashes = siphash_hashes,
    .hash_count = 1, .hash_stride = sizeof(proxenos_hash)};
static const proxenos_module murmur_module = {
    PROXENOS_MODULE_HEADER(0), .name = "murmur3", .version = "1", .summary = "Murmur3", .hashes = murmur_hashes,
    .hash_count = 1, .hash_stride = sizeof(proxenos_hash)};

static const lt_dlsymlist linked_plugins[] = {
    {"acme.a", NULL},    {"acme_LTX_proxenos_module", (void *)(uintptr_t)&acme_module},
    {"murmur3.a", NULL}, {"murmur3_LTX_proxenos_module", (void *)(uintptr_t)&murmur_module},
    {"siphash.a", NULL}, {"siphash_LTX_proxenos_module", (void *)(uintptr_t)&siphash_module},
    {NULL, NULL},
};

/* A context that has these plugins and, but for what is installed, no others. */
static inline proxenos_status context_with_plugins(proxenos_context **context, proxenos_error *error) {
    proxenos_status status = proxenos_context_new(context, error);
    if (status == PROXENOS_OK) status = proxenos_context_preload(*context, linked_plugins, error);
    if (status == PROXENOS_OK) return status;
    proxenos_context_free(*context);
    *context = NULL;
    return status;
}

#endif
