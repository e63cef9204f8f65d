/* SPDX-License-Identifier: MIT */
#include "peers.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { MAGLEV_SLOTS = 65537, POINTS = 160, NAME_LIMIT = 256 };

typedef struct point {
    uint32_t where, node;
} point;

struct peer {
    uint32_t count;
    const char *const *names;
    size_t *lengths;
    uint64_t *digests;
    uint32_t *maglev;
    point *ring;
    size_t points;
};

/* go-rendezvous (D. Gryski): the largest xorshift-multiply of key digest XOR
 * node digest; the generator is Vigna's xorshift64*. */
static uint64_t xorshift_multiply(uint64_t x) {
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    return x * UINT64_C(2685821657736338717);
}

static uint32_t choose_xorshift(const peer *p, const char *key, size_t length) {
    uint64_t digest = XXH3_64bits(key, length), best = 0;
    uint32_t node = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t score = xorshift_multiply(digest ^ p->digests[i]);
        if (score > best) {
            best = score;
            node = i;
        }
    }
    return node;
}

/* Textbook HRW (Thaler and Ravishankar 1998): hash key and node together. */
static uint32_t choose_concatenation(const peer *p, const char *key, size_t length) {
    char text[2 * NAME_LIMIT];
    uint64_t best = 0;
    uint32_t node = 0;
    memcpy(text, key, length);
    for (uint32_t i = 0; i < p->count; i++) {
        memcpy(text + length, p->names[i], p->lengths[i]);
        uint64_t score = XXH3_64bits(text, length + p->lengths[i]);
        if (score > best) {
            best = score;
            node = i;
        }
    }
    return node;
}

/* Lamping and Veach 2014, "A Fast, Minimal Memory, Consistent Hash Algorithm". */
static uint32_t choose_jump(const peer *p, const char *key, size_t length) {
    uint64_t state = XXH3_64bits(key, length);
    int64_t at = -1, next = 0;
    while (next < (int64_t)p->count) {
        at = next;
        state = state * UINT64_C(2862933555777941757) + 1;
        next = (int64_t)((double)(at + 1) * ((double)(UINT64_C(1) << 31) / (double)((state >> 33) + 1)));
    }
    return (uint32_t)at;
}

/* Eisenbud et al. 2016, "Maglev", section 3.4: a table of 65,537 slots. */
static uint32_t choose_maglev(const peer *p, const char *key, size_t length) {
    return p->maglev[XXH3_64bits(key, length) % MAGLEV_SLOTS];
}

static int fill_maglev(peer *p) {
    uint32_t *next = calloc(p->count, sizeof *next);
    p->maglev = malloc(MAGLEV_SLOTS * sizeof *p->maglev);
    if (next == NULL || p->maglev == NULL) {
        free(next);
        return -1;
    }
    memset(p->maglev, 0xff, MAGLEV_SLOTS * sizeof *p->maglev);
    for (uint32_t filled = 0, node = 0; filled < MAGLEV_SLOTS; node = (node + 1) % p->count) {
        uint64_t digest = p->digests[node];
        uint64_t offset = digest % MAGLEV_SLOTS, skip = (digest >> 32) % (MAGLEV_SLOTS - 1) + 1;
        uint64_t slot;
        do slot = (offset + skip * next[node]++) % MAGLEV_SLOTS;
        while (p->maglev[slot] != UINT32_MAX);
        p->maglev[slot] = node;
        filled++;
    }
    free(next);
    return 0;
}

/* Consistent hashing on a ring (Karger et al. 1997) with ketama's 160 points. */
static uint32_t choose_ring(const peer *p, const char *key, size_t length) {
    uint32_t where = (uint32_t)XXH3_64bits(key, length);
    size_t low = 0, high = p->points;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->ring[middle].where < where) low = middle + 1;
        else high = middle;
    }
    return p->ring[low == p->points ? 0 : low].node;
}

static int by_place(const void *a, const void *b) {
    uint32_t x = ((const point *)a)->where, y = ((const point *)b)->where;
    return (x > y) - (x < y);
}

static int fill_ring(peer *p) {
    p->points = (size_t)p->count * POINTS;
    p->ring = malloc(p->points * sizeof *p->ring);
    if (p->ring == NULL) return -1;
    for (size_t i = 0; i < p->points; i++) {
        p->ring[i].node = (uint32_t)(i / POINTS);
        p->ring[i].where = (uint32_t)XXH3_64bits_withSeed(&p->digests[i / POINTS], 8, i % POINTS);
    }
    qsort(p->ring, p->points, sizeof *p->ring, by_place);
    return 0;
}

const peer_rule peer_rules[] = {
    [PEER_XORSHIFT] = {"go-rendezvous' rule (xorshift-multiply)", "written afresh in C, XXH3 keys", choose_xorshift},
    [PEER_CONCATENATION] = {"hash of key and node together", "written afresh in C, XXH3", choose_concatenation},
    [PEER_JUMP] = {"jump hash", "written afresh in C, XXH3 keys; no node can leave but the last", choose_jump},
    [PEER_MAGLEV] = {"Maglev, 65537 slots", "written afresh in C, XXH3 keys; moves more than it must", choose_maglev},
    [PEER_RING] = {"ketama ring, 160 points", "written afresh in C, XXH3 keys", choose_ring},
};

void peer_free(peer *p) {
    if (p == NULL) return;
    free(p->lengths);
    free(p->digests);
    free(p->maglev);
    free(p->ring);
    free(p);
}

peer *peer_new(const char *const *names, uint32_t count) {
    peer *p = calloc(1, sizeof *p);
    if (p == NULL) return NULL;
    p->count = count;
    p->names = names;
    p->lengths = malloc(count * sizeof *p->lengths);
    p->digests = malloc(count * sizeof *p->digests);
    if (p->lengths == NULL || p->digests == NULL) goto fail;
    for (uint32_t i = 0; i < count; i++) {
        p->lengths[i] = strlen(names[i]);
        p->digests[i] = XXH3_64bits(names[i], p->lengths[i]);
    }
    if (fill_maglev(p) != 0 || fill_ring(p) != 0) goto fail;
    return p;
fail:
    peer_free(p);
    return NULL;
}
