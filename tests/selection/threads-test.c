/* SPDX-License-Identifier: MIT */
/* Threads that select while another changes the cluster.  Prints TAP; meant to be run
 * under ThreadSanitizer too, which finds what this cannot see. */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { READERS = 3, CHANGES = 300, SPINNERS = 3, SWAPS = 4000, SIZES = 8, SLOTS = 3000, KEYS = 64 };

static proxenos_shared_selector *shared;
static atomic_int is_over;
static atomic_ulong answers, wrong;

/* The cluster of size n holds the nodes 1...n, so every node's number and every count of
 * nodes tells whether an answer fits its selector. */
static proxenos_cluster *clusters[SIZES];

static void check_answer(const proxenos_selector *selector, const proxenos_node *node) {
    size_t size = proxenos_cluster_size(proxenos_selector_cluster(selector));
    if (proxenos_cluster_find(proxenos_selector_cluster(selector), proxenos_node_identity(node)) != node ||
        size < 1 || size > SIZES) {
        atomic_fetch_add(&wrong, 1);
    }
    atomic_fetch_add(&answers, 1);
}

static void *select_on(void *opaque) {
    (void)opaque;
    proxenos_key keys[KEYS];
    static const char text[KEYS + 8] = "the same bytes for all of them, at different places, are keys enough.";
    for (size_t i = 0; i < KEYS; i++) keys[i] = (proxenos_key){text + i, 8};
    while (!atomic_load(&is_over)) {
        proxenos_selector *selector = proxenos_shared_selector_get(shared);
        const proxenos_node *node;
        proxenos_ranked places[3];
        uint32_t indexes[KEYS];
        size_t ranked;
        if (proxenos_select(selector, "key", 3, &node, NULL) != PROXENOS_OK) atomic_fetch_add(&wrong, 1);
        else check_answer(selector, node);
        if (proxenos_rank_spread(selector, "key", 3, 3, NULL, places, &ranked, NULL) != PROXENOS_OK) {
            atomic_fetch_add(&wrong, 1);
        }
        (void)proxenos_select_many(selector, keys, KEYS, indexes, NULL);
        const proxenos_cluster *cluster = proxenos_selector_cluster(selector);
        for (size_t i = 0; i < KEYS; i++) check_answer(selector, proxenos_cluster_node(cluster, indexes[i]));
        proxenos_selector_unref(selector);
    }
    return NULL;
}

/* Two of these run, so that replacing contends too. */
static void *change(void *opaque) {
    uint64_t random = *(const uint64_t *)opaque;
    for (int i = 0; i < CHANGES; i++) {
        proxenos_selector *old = proxenos_shared_selector_get(shared), *new;
        proxenos_cluster *cluster = clusters[next_random(&random) % SIZES];
        if (proxenos_selector_update(old, cluster, &new, NULL) != PROXENOS_OK) {
            atomic_fetch_add(&wrong, 1);
        } else {
            proxenos_shared_selector_replace(shared, new);
            proxenos_selector_unref(new);
        }
        proxenos_selector_unref(old);
    }
    return NULL;
}

/* Nothing but taking and giving back, to be in the way of those who replace. */
static void *spin(void *opaque) {
    proxenos_shared_selector *place = opaque;
    while (!atomic_load(&is_over)) {
        proxenos_selector *selector = proxenos_shared_selector_get(place);
        if (proxenos_selector_cluster(selector) != clusters[0]) atomic_fetch_add(&wrong, 1);
        proxenos_selector_unref(selector);
    }
    return NULL;
}

/* Each selector put in place is gone as soon as the next one is there. */
static void *swap(void *opaque) {
    proxenos_shared_selector *place = opaque;
    for (int i = 0; i < SWAPS; i++) {
        proxenos_selector *selector;
        if (proxenos_selector_new(clusters[0], test_hash(), NULL, &selector, NULL) != PROXENOS_OK) return NULL;
        proxenos_shared_selector_replace(place, selector);
        proxenos_selector_unref(selector);
    }
    return NULL;
}

/* Whether every reference was given back but the owner's. */
static int is_alone(proxenos_cluster *cluster) {
    return atomic_load(&cluster->references) == 1;
}

typedef struct job {
    void *(*work)(void *);
    void *argument;
} job;

static pthread_t start(const job *started) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, started->work, started->argument) != 0) exit(99);
    return thread;
}

/* The readers go on until the writers are done. */
static void run(const job *writers, size_t writer_count, const job *readers, size_t reader_count) {
    pthread_t threads[8];
    atomic_store(&is_over, 0);
    for (size_t i = 0; i < reader_count; i++) threads[i] = start(&readers[i]);
    for (size_t i = 0; i < writer_count; i++) threads[reader_count + i] = start(&writers[i]);
    for (size_t i = 0; i < writer_count; i++) (void)pthread_join(threads[reader_count + i], NULL);
    while (atomic_load(&answers) == 0) (void)usleep(1000);
    atomic_store(&is_over, 1);
    for (size_t i = 0; i < reader_count; i++) (void)pthread_join(threads[i], NULL);
}

static unsigned failed;

static void report(int number, int is_good, const char *what) {
    failed += !is_good;
    printf("%sok %d - %s\n", is_good ? "" : "not ", number, what);
}

int main(void) {
    printf("1..4\n");
    test_node nodes[SIZES];
    for (unsigned i = 0; i < SIZES; i++) nodes[i] = (test_node){i + 1, 1 + i % 3, i % 2 ? "a" : "b", NULL};
    for (size_t i = 0; i < SIZES; i++) {
        clusters[i] = make_cluster(nodes, i + 1, NULL);
        if (clusters[i] == NULL) return 99;
    }
    proxenos_selector_options options = {.size = sizeof options, .table = SLOTS, .threads = 2};
    proxenos_selector *first;
    if (proxenos_selector_new(clusters[0], test_hash(), &options, &first, NULL) != PROXENOS_OK) return 99;
    if (proxenos_shared_selector_new(first, &shared, NULL) != PROXENOS_OK) return 99;
    proxenos_selector_unref(first);

    uint64_t seeds[2] = {1, 2};
    const job changers[] = {{change, &seeds[0]}, {change, &seeds[1]}};
    const job readers[READERS] = {{select_on, NULL}, {select_on, NULL}, {select_on, NULL}};
    run(changers, 2, readers, READERS);
    proxenos_shared_selector *spun;
    proxenos_selector *small;
    if (proxenos_selector_new(clusters[0], test_hash(), NULL, &small, NULL) != PROXENOS_OK) return 99;
    if (proxenos_shared_selector_new(small, &spun, NULL) != PROXENOS_OK) return 99;
    proxenos_selector_unref(small);
    const job swappers[] = {{swap, spun}};
    const job spinners[SPINNERS] = {{spin, spun}, {spin, spun}, {spin, spun}};
    run(swappers, 1, spinners, SPINNERS);
    proxenos_shared_selector_free(spun);

    report(1, atomic_load(&answers) > 0, "threads select while the cluster changes");
    report(2, atomic_load(&wrong) == 0, "every answer fits the selector it was asked of");
    proxenos_selector *last = proxenos_shared_selector_get(shared);
    report(3, atomic_load(&last->references) == 2, "the selector in force is held once");
    proxenos_selector_unref(last);
    proxenos_shared_selector_free(shared);
    int all_alone = 1;
    for (size_t i = 0; i < SIZES; i++) {
        all_alone = all_alone && is_alone(clusters[i]);
        proxenos_cluster_unref(clusters[i]);
    }
    report(4, all_alone, "replaced selectors are freed");
    return failed > 0;
}
