/* SPDX-License-Identifier: MIT */
/* A source that says what the test tells it to, linked into the test as backend "script". */
#ifndef PX_TEST_SCRIPT_H
#define PX_TEST_SCRIPT_H

#include <proxenos/plugin.h>
#include <proxenos/proxenos.h>

#include <ltdl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static struct {
    pthread_mutex_t lock;
    char nodes[256];              /* "a*3 b": hosts, weights */
    uint64_t generation;
    int32_t failure;              /* OK: none */
    int32_t next_failure;         /* of the next read that does not wait, once */
    atomic_uint reads;
} script = {.lock = PTHREAD_MUTEX_INITIALIZER, .generation = 1};

/* From now on the source says this, or fails so. */
static void script_says(const char *nodes) {
    (void)pthread_mutex_lock(&script.lock);
    (void)strncpy(script.nodes, nodes, sizeof script.nodes - 1);
    script.generation++;
    script.failure = PROXENOS_RESULT_OK;
    (void)pthread_mutex_unlock(&script.lock);
}

static void script_fails(int32_t result) {
    (void)pthread_mutex_lock(&script.lock);
    script.failure = result;
    script.generation++;
    (void)pthread_mutex_unlock(&script.lock);
}

/* The next read that is to be done now fails; what is said stays, so that one who waits sees nothing. */
static void script_fails_once(int32_t result) {
    (void)pthread_mutex_lock(&script.lock);
    script.next_failure = result;
    (void)pthread_mutex_unlock(&script.lock);
}

static void script_add(proxenos_sink *sink, const proxenos_host *host, char *text) {
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *star = strchr(word, '*');
        proxenos_node_data node = {.size = sizeof node, .flags = PROXENOS_NODE_HAS_WEIGHT, .address = word, .weight = 1};
        if (star != NULL) {
            *star = '\0';
            node.weight = strtol(star + 1, NULL, 10);
        }
        (void)host->add_node(sink, &node);
    }
}

static int32_t script_fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    const proxenos_host *host = instance;
    for (int64_t left = wait == NULL ? 0 : wait->timeout_ms;; left -= 2) {
        char nodes[sizeof script.nodes];
        (void)pthread_mutex_lock(&script.lock);
        uint64_t now = script.generation;
        int32_t failure = script.failure;
        if (wait == NULL && script.next_failure != PROXENOS_RESULT_OK) {
            failure = script.next_failure;
            script.next_failure = PROXENOS_RESULT_OK;
        }
        memcpy(nodes, script.nodes, sizeof nodes);
        if (wait == NULL || now != wait->committed) script.reads++;
        (void)pthread_mutex_unlock(&script.lock);
        if (failure != PROXENOS_RESULT_OK) return host->fail(host, failure, "as it was told to");
        if (wait == NULL || now != wait->committed) {
            script_add(sink, host, nodes);
            *generation = now;
            return PROXENOS_RESULT_OK;
        }
        struct pollfd cancel = {.fd = host->cancel_descriptor(host), .events = POLLIN};
        if (left <= 0) return PROXENOS_RESULT_UNCHANGED;
        (void)poll(&cancel, 1, 2);
        if (host->is_cancelled(host)) return host->fail(host, PROXENOS_RESULT_CANCELLED, "cancelled");
    }
}

static uint64_t script_hash(const void *state, const void *bytes, size_t length) {
    (void)state;
    uint64_t sum = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < length; i++) sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return sum;
}

static const proxenos_backend script_backends[] = {{.name = "script", .summary = "what the test says", .fetch = script_fetch}};
static const proxenos_hash script_hashes[] = {
    {.name = "siphash", .summary = "none of the kind", .hash_bits = 64, .hash64 = script_hash}};
static const proxenos_module script_module = {
    PROXENOS_MODULE_HEADER(0), .name = "script", .version = "1", .summary = "a source for tests",
    .backends = script_backends, .backend_count = 1, .backend_stride = sizeof script_backends[0],
    .hashes = script_hashes, .hash_count = 1, .hash_stride = sizeof script_hashes[0]};
static const lt_dlsymlist script_preloaded[] = {
    {"@PROGRAM@", NULL}, {"script.a", NULL},
    {"script_LTX_proxenos_module", (void *)(uintptr_t)&script_module}, {NULL, NULL}};

#endif
