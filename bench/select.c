/* SPDX-License-Identifier: MIT */
/* select [--json FILE] [--rounds N]: time of one selection, key hashing included,
 * beside published rules over the same keys and nodes.  Runs through the public
 * library, as a program would. */
#include "harness.h"
#include "peers.h"

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LIBMEMCACHED
#include <libmemcached/memcached.h>
#endif

enum { KEYS = 4096, KEY_SIZE = 24, BATCH = 1024, SIZES = 3, CONTESTANTS = 16, TABLE = 65536 };
static const uint32_t sizes[SIZES] = {10, 100, 1000};

static char key_text[KEYS][KEY_SIZE];
static proxenos_key keys[KEYS];

/* Everything that is timed at one cluster size. */
typedef struct field {
    char group[16];
    char **names;
    peer *peers;
    proxenos_selector *plain, *weighted, *table, *siphash;
    struct rule_of_peers { const struct field *field; const peer_rule *rule; } rules[PEER_COUNT];
#ifdef HAVE_LIBMEMCACHED
    memcached_st *memcached;
#endif
} field;

static void die(const char *what, const proxenos_error *error) {
    fprintf(stderr, "select: %s: %s\n", what, error == NULL ? "out of memory" : error->text);
    exit(1);
}

static uint64_t run_select(void *state, size_t count) {
    const proxenos_selector *selector = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const proxenos_node *node = NULL;
        const proxenos_key *key = &keys[i % KEYS];
        (void)proxenos_select(selector, key->data, key->length, &node, NULL);
        sum += (uint64_t)(uintptr_t)node;
    }
    return sum;
}

static uint64_t run_top_three(void *state, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        proxenos_ranked places[3];
        size_t ranked = 0;
        const proxenos_key *key = &keys[i % KEYS];
        (void)proxenos_rank(state, key->data, key->length, 3, places, &ranked, NULL);
        sum += places[0].score + ranked;
    }
    return sum;
}

static uint64_t run_many(void *state, size_t count) {
    uint32_t indexes[BATCH];
    uint64_t sum = 0;
    for (size_t done = 0; done < count; done += BATCH) {
        size_t part = count - done < BATCH ? count - done : BATCH;
        (void)proxenos_select_many(state, &keys[done % KEYS], part, indexes, NULL);
        sum += indexes[0];
    }
    return sum;
}

static uint64_t run_peer(void *state, size_t count) {
    const struct rule_of_peers *one = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const proxenos_key *key = &keys[i % KEYS];
        sum += one->rule->choose(one->field->peers, key->data, key->length);
    }
    return sum;
}

#ifdef HAVE_LIBMEMCACHED
static uint64_t run_memcached(void *state, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const proxenos_key *key = &keys[i % KEYS];
        sum += memcached_generate_hash(state, key->data, key->length);
    }
    return sum;
}

/* Its ring has room for 100 servers and aborts with more. */
static memcached_st *memcached_of(const field *f, uint32_t count) {
    if (count > 100) return NULL;
    memcached_st *memcached = memcached_create(NULL);
    if (memcached == NULL) die("libmemcached", NULL);
    (void)memcached_behavior_set(memcached, MEMCACHED_BEHAVIOR_KETAMA, 1);
    for (uint32_t i = 0; i < count; i++) {
        char host[64];
        size_t length = strcspn(f->names[i], ":");
        memcpy(host, f->names[i], length);
        host[length] = '\0';
        (void)memcached_server_add(memcached, host, 8000);
    }
    return memcached;
}
#endif

static proxenos_selector *selector_of(proxenos_context *context, char *const *names, uint32_t count, const char *hash,
                                      bool weighted, size_t table) {
    proxenos_error error;
    proxenos_settings *settings = NULL;
    proxenos_builder *builder = NULL;
    proxenos_cluster *cluster = NULL;
    proxenos_hash_function *function = NULL;
    proxenos_selector *selector = NULL;
    proxenos_selector_options options = {.size = sizeof options, .table = table};
    if (proxenos_settings_new(context, &settings, &error) != PROXENOS_OK ||
        proxenos_settings_set(settings, PROXENOS_FROM_FLAG, "select", "hash", hash, &error) != PROXENOS_OK ||
        proxenos_hash_open(settings, &function, &error) != PROXENOS_OK ||
        proxenos_builder_new("address", &builder, &error) != PROXENOS_OK)
        die(hash, &error);
    for (uint32_t i = 0; i < count; i++) {
        char host[64];
        size_t length = strcspn(names[i], ":");
        memcpy(host, names[i], length);
        host[length] = '\0';
        proxenos_node_spec spec = {
            .size = sizeof spec, .host = host, .port = 8000, .weight = weighted ? 1 + (int64_t)(i * 7 % 10) : 1};
        if (proxenos_builder_add(builder, &spec, &error) != PROXENOS_OK) die(host, &error);
    }
    if (proxenos_builder_finish(builder, &cluster, &error) != PROXENOS_OK ||
        proxenos_selector_new(cluster, function, &options, &selector, &error) != PROXENOS_OK)
        die("selector", &error);
    proxenos_builder_free(builder);
    proxenos_cluster_unref(cluster);
    proxenos_hash_unref(function);
    proxenos_settings_free(settings);
    return selector;
}

static void prepare(field *f, proxenos_context *context, uint32_t count) {
    (void)snprintf(f->group, sizeof f->group, "%u nodes", (unsigned)count);
    f->names = calloc(count, sizeof *f->names);
    if (f->names == NULL) die("names", NULL);
    for (uint32_t i = 0; i < count; i++) {
        f->names[i] = malloc(32);
        if (f->names[i] == NULL) die("names", NULL);
        (void)snprintf(f->names[i], 32, "10.%u.%u.%u:8000", i >> 16 & 255, i >> 8 & 255, i & 255);
    }
    f->peers = peer_new((const char *const *)f->names, count);
    if (f->peers == NULL) die("peers", NULL);
    f->plain = selector_of(context, f->names, count, "xxh3-64", false, 0);
    f->weighted = selector_of(context, f->names, count, "xxh3-64", true, 0);
    f->table = selector_of(context, f->names, count, "xxh3-64", false, TABLE);
    f->siphash = selector_of(context, f->names, count, "siphash-2-4", false, 0);
    for (int i = 0; i < PEER_COUNT; i++) f->rules[i] = (struct rule_of_peers){f, &peer_rules[i]};
#ifdef HAVE_LIBMEMCACHED
    f->memcached = memcached_of(f, count);
#endif
}

static void release(field *f, uint32_t count) {
    proxenos_selector_unref(f->plain);
    proxenos_selector_unref(f->weighted);
    proxenos_selector_unref(f->table);
    proxenos_selector_unref(f->siphash);
    peer_free(f->peers);
#ifdef HAVE_LIBMEMCACHED
    if (f->memcached != NULL) memcached_free(f->memcached);
#endif
    for (uint32_t i = 0; i < count; i++) free(f->names[i]);
    free(f->names);
}

static size_t enter(bench_contestant *row, field *f) {
    size_t n = 0;
    row[n++] = (bench_contestant){f->group, "proxenos, XXH3", "hrw1, one key a call", run_select, f->plain, 0, 0, 0, 0, 0};
    row[n++] = (bench_contestant){f->group, "proxenos, XXH3, in batches", "hrw1, 1,024 keys a call", run_many, f->plain, 0, 0, 0, 0, 0};
    row[n++] = (bench_contestant){f->group, "proxenos, XXH3, weighted", "hrw1, weights 1...10", run_select, f->weighted, 0, 0, 0, 0, 0};
    row[n++] = (bench_contestant){f->group, "proxenos, XXH3, first three", "hrw1, ranked", run_top_three, f->plain, 0, 0, 0, 0, 0};
    row[n++] = (bench_contestant){f->group, "proxenos, XXH3, table of 65536", "hrw1 over slots", run_select, f->table, 0, 0, 0, 0, 0};
    row[n++] = (bench_contestant){f->group, "proxenos, SipHash-2-4", "hrw1, one key a call", run_select, f->siphash, 0, 0, 0, 0, 0};
    for (int i = 0; i < PEER_COUNT; i++)
        row[n++] = (bench_contestant){f->group, peer_rules[i].name, peer_rules[i].note, run_peer, &f->rules[i],
                                      i == PEER_XORSHIFT, 0, 0, 0, 0};
#ifdef HAVE_LIBMEMCACHED
    if (f->memcached != NULL)
        row[n++] = (bench_contestant){f->group, "libmemcached, ketama", "its own hash (MD5)", run_memcached, f->memcached, 0, 0, 0, 0, 0};
#endif
    return n;
}

int main(int argc, char **argv) {
    const char *json = NULL;
    unsigned rounds = 15;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--json") == 0) json = argv[i + 1];
        else if (strcmp(argv[i], "--rounds") == 0) rounds = (unsigned)strtoul(argv[i + 1], NULL, 10);
    }
    if (rounds == 0) rounds = 1;
    for (unsigned i = 0; i < KEYS; i++) {
        keys[i].length = (size_t)snprintf(key_text[i], KEY_SIZE, "user:%u", i * 2654435761u);
        keys[i].data = key_text[i];
    }
    proxenos_error error;
    proxenos_context *context = NULL;
    if (proxenos_context_new(&context, &error) != PROXENOS_OK) die("context", &error);
    static field fields[SIZES];
    static bench_contestant rows[SIZES * CONTESTANTS];
    size_t count = 0;
    for (int i = 0; i < SIZES; i++) {
        prepare(&fields[i], context, sizes[i]);
        count += enter(rows + count, &fields[i]);
    }
    if (bench_all(rows, count, rounds, 4) != 0) die("timing", NULL);
    printf("Selection, key hashing included; speed is against go-rendezvous' rule of the same round.\n");
    bench_print(stdout, rows, count);
    if (json != NULL) {
        FILE *out = fopen(json, "w");
        if (out == NULL) die(json, NULL);
        bench_json(out, rows, count);
        fclose(out);
    }
    for (int i = 0; i < SIZES; i++) release(&fields[i], sizes[i]);
    proxenos_context_free(context);
    return 0;
}
