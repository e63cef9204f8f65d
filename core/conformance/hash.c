/* SPDX-License-Identifier: MIT */
/* Conformance of what a hash answers. */
#include "conformance/checks.h"
#include "conformance/inputs.h"
#include "conformance/instance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGEST_LIMIT = 64, CANARY = 0xa5 };

/* Lengths around every block size that a hash may have. */
static const size_t lengths[] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,   11,  12,  13,  15,  16,  17,  19,  23,  24,  25,   31,   32,   33,
    47, 48, 49, 55, 56, 57, 63, 64, 65, 95,  96,  97,  111, 112, 113, 119, 120, 127, 128, 129,  135,  136,  137,
    143, 144, 145, 160, 191, 192, 193, 239, 240, 241, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 4095, 4096,
};
enum { LENGTH_COUNT = sizeof lengths / sizeof lengths[0], LONGEST = 4096 };

/* One opened hash and room for its inputs. */
typedef struct bench {
    px_instance instance;
    px_guarded guarded;
    const proxenos_hash *hash;
    uint8_t input[LONGEST + 16];
} bench;

static bool bench_open(px_subject *subject, bench *b) {
    b->hash = &subject->hash->callbacks;
    if (!px_instance_try(subject, &b->instance)) return false;
    if (px_guarded_new(&b->guarded)) return true;
    (void)px_broken(subject, "no memory for its inputs");
    px_instance_close(subject, &b->instance);
    return false;
}

static proxenos_verdict bench_close(px_subject *subject, bench *b, proxenos_verdict verdict) {
    px_guarded_free(&b->guarded);
    px_instance_close(subject, &b->instance);
    return verdict;
}

static uint64_t hash64(const bench *b, const void *bytes, size_t length) {
    return b->hash->hash64(b->instance.state, bytes, length);
}

/* ------------------------------------------------------------- known answers */

static bool is_answer(px_subject *subject, const px_instance *instance, uint32_t index) {
    const proxenos_hash *hash = &subject->hash->callbacks;
    const proxenos_known_answer *answer = &subject->hash->known_answers[index];
    uint64_t got = hash->hash64(instance->state, answer->input, answer->input_length);
    if (got != answer->hash64) {
        (void)px_broken(subject, "known answer %" PRIu32 ": hash64 gives %016" PRIx64 ", published is %016" PRIx64, index,
                        got, answer->hash64);
        return false;
    }
    if (answer->digest == NULL) return true;
    if (hash->digest == NULL) {
        (void)px_broken(subject, "known answer %" PRIu32 " has a digest, the hash has none", index);
        return false;
    }
    uint8_t digest[DIGEST_LIMIT];
    hash->digest(instance->state, answer->input, answer->input_length, digest);
    if (memcmp(digest, answer->digest, hash->digest_bits / 8) == 0) return true;
    (void)px_broken(subject, "known answer %" PRIu32 ": the digest is not the published one", index);
    return false;
}

static proxenos_verdict check_answer(px_subject *subject, uint32_t index) {
    const proxenos_known_answer *answer = &subject->hash->known_answers[index];
    if (answer->source == NULL || *answer->source == '\0') {
        return px_broken(subject, "known answer %" PRIu32 " does not say where it was published", index);
    }
    px_option_text pairs[PX_ANSWER_OPTIONS];
    char text[1024];
    (void)snprintf(text, sizeof text, "%s", answer->options == NULL ? "" : answer->options);
    size_t count = px_option_texts_cut(text, pairs, PX_ANSWER_OPTIONS);
    px_instance instance;
    if (!px_instance_open(subject, PX_NONE_GIVEN, pairs, count, &instance)) {
        px_error_prefix(&subject->why, "known answer %" PRIu32, index);
        /* md5 where the machine forbids it */
        return instance.result == PROXENOS_RESULT_UNSUPPORTED ? PROXENOS_NOT_TRIED : PROXENOS_BROKEN;
    }
    bool is_right = is_answer(subject, &instance, index);
    px_instance_close(subject, &instance);
    return is_right ? PROXENOS_HOLDS : PROXENOS_BROKEN;
}

static proxenos_verdict gives_known_answers(px_subject *subject) {
    uint32_t count = subject->hash->callbacks.known_answer_count;
    if (count == 0) return px_broken(subject, "it has no known answers: nobody can tell whether it is what it says");
    proxenos_verdict verdict = PROXENOS_HOLDS;
    for (uint32_t i = 0; verdict == PROXENOS_HOLDS && i < count; i++) verdict = check_answer(subject, i);
    return verdict;
}

/* ------------------------------------------------------------------- hash64 */

/* At the end of memory, at its start, and at every alignment: the same answer. */
static bool is_same_everywhere(px_subject *subject, bench *b, size_t length) {
    uint64_t wanted = hash64(b, b->input, length);
    uint8_t *end = b->guarded.bytes + b->guarded.size;
    for (size_t shift = 0; shift < 18; shift++) {
        uint8_t *place = shift < 16 ? b->guarded.bytes + shift : shift == 16 ? end - length : b->guarded.bytes;
        px_fill(place, length, length);
        if (hash64(b, place, length) == wanted) continue;
        (void)px_broken(subject, "%zu bytes that begin %zu behind a multiple of 64 get another answer than elsewhere",
                        length, (size_t)((uintptr_t)place % 64));
        return false;
    }
    if (b->hash->hash_bits == 64 || wanted >> 32 == 0) return true;
    (void)px_broken(subject, "hash_bits is 32, and hash64 gives %016" PRIx64, wanted);
    return false;
}

static proxenos_verdict takes_any_input(px_subject *subject) {
    bench b;
    if (!bench_open(subject, &b)) return PROXENOS_NOT_TRIED;
    proxenos_verdict verdict = PROXENOS_HOLDS;
    for (size_t i = 0; i < LENGTH_COUNT && verdict == PROXENOS_HOLDS; i++) {
        px_fill(b.input, lengths[i], lengths[i]);
        if (!is_same_everywhere(subject, &b, lengths[i])) verdict = PROXENOS_BROKEN;
    }
    if (verdict == PROXENOS_HOLDS && hash64(&b, NULL, 0) != hash64(&b, b.input, 0)) {
        verdict = px_broken(subject, "no bytes at NULL and no bytes elsewhere give two answers");
    }
    return bench_close(subject, &b, verdict);
}

static int compare_words(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Of 2,000 different keys two may collide in 32 bits, hardly ever three. */
static bool tells_keys_apart(px_subject *subject, const bench *b) {
    enum { KEYS = 2000 };
    uint64_t answers[KEYS];
    char key[32];
    for (size_t i = 0; i < KEYS; i++) {
        int length = snprintf(key, sizeof key, "key-%zu", i);
        answers[i] = hash64(b, key, (size_t)length);
    }
    qsort(answers, KEYS, sizeof answers[0], compare_words);
    size_t same = 0;
    for (size_t i = 1; i < KEYS; i++) same += answers[i] == answers[i - 1];
    if (same <= 2) return true;
    (void)px_broken(subject, "of %d different keys, %zu have the answer of another", KEYS, same);
    return false;
}

static proxenos_verdict heeds_every_byte(px_subject *subject) {
    bench b;
    if (!bench_open(subject, &b)) return PROXENOS_NOT_TRIED;
    proxenos_verdict verdict = tells_keys_apart(subject, &b) ? PROXENOS_HOLDS : PROXENOS_BROKEN;
    for (size_t i = 1; i < LENGTH_COUNT && verdict == PROXENOS_HOLDS; i++) {
        px_fill(b.input, lengths[i], lengths[i]);
        uint64_t before = hash64(&b, b.input, lengths[i]);
        for (size_t at = 0; at < lengths[i] && verdict == PROXENOS_HOLDS; at += 1 + at / 64) {
            b.input[at] ^= 1;
            if (hash64(&b, b.input, lengths[i]) == before) {
                verdict = px_broken(subject, "byte %zu of %zu does not count", at, lengths[i]);
            }
            b.input[at] ^= 1;
        }
    }
    return bench_close(subject, &b, verdict);
}

/* --------------------------------------------------------- hash64_many, digest */

/* Keys of many lengths, each at the very end of memory in its turn. */
static bool is_same_for_many(px_subject *subject, const bench *b, size_t count) {
    proxenos_bytes keys[LENGTH_COUNT];
    uint64_t answers[LENGTH_COUNT + 1];
    uint8_t *end = b->guarded.bytes + b->guarded.size;
    for (size_t i = 0; i < count; i++) keys[i] = (proxenos_bytes){end - lengths[i], lengths[i]};
    memset(answers, CANARY, sizeof answers);
    uint64_t canary = answers[count];
    b->hash->hash64_many(b->instance.state, keys, count, answers);
    for (size_t i = 0; i < count; i++) {
        uint64_t wanted = hash64(b, keys[i].data, keys[i].length);
        if (answers[i] == wanted) continue;
        (void)px_broken(subject, "key %zu of %zu, %zu bytes: hash64 gives %016" PRIx64 ", hash64_many %016" PRIx64, i,
                        count, keys[i].length, wanted, answers[i]);
        return false;
    }
    if (answers[count] == canary) return true;
    (void)px_broken(subject, "it writes more than %zu answers for %zu keys", count, count);
    return false;
}

static proxenos_verdict agrees_for_many(px_subject *subject) {
    bench b;
    if (subject->hash->callbacks.hash64_many == NULL) return px_not_tried(subject, "it has no hash64_many");
    if (!bench_open(subject, &b)) return PROXENOS_NOT_TRIED;
    proxenos_verdict verdict = PROXENOS_HOLDS;
    px_fill(b.guarded.bytes, b.guarded.size, 1);
    for (size_t count = 0; count <= LENGTH_COUNT && verdict == PROXENOS_HOLDS; count++) {
        if (!is_same_for_many(subject, &b, count)) verdict = PROXENOS_BROKEN;
    }
    return bench_close(subject, &b, verdict);
}

static bool is_digest_steady(px_subject *subject, const bench *b, size_t length) {
    size_t size = b->hash->digest_bits / 8;
    uint8_t first[DIGEST_LIMIT + 1], second[DIGEST_LIMIT + 1], *end = b->guarded.bytes + b->guarded.size;
    memset(first, CANARY, sizeof first);
    memset(second, (uint8_t)~CANARY, sizeof second);
    b->hash->digest(b->instance.state, end - length, length, first);
    b->hash->digest(b->instance.state, end - length, length, second);
    if (memcmp(first, second, size) != 0) {
        (void)px_broken(subject, "the same %zu bytes have two digests, or one shorter than digest_bits", length);
        return false;
    }
    if (first[size] == CANARY) return true;
    (void)px_broken(subject, "it writes more than the %zu bytes of digest_bits", size);
    return false;
}

static proxenos_verdict digests_steadily(px_subject *subject) {
    bench b;
    if (subject->hash->callbacks.digest == NULL) return px_not_tried(subject, "it has no digest");
    if (!bench_open(subject, &b)) return PROXENOS_NOT_TRIED;
    proxenos_verdict verdict = PROXENOS_HOLDS;
    px_fill(b.guarded.bytes, b.guarded.size, 2);
    for (size_t i = 0; i < LENGTH_COUNT && verdict == PROXENOS_HOLDS; i++) {
        if (!is_digest_steady(subject, &b, lengths[i])) verdict = PROXENOS_BROKEN;
    }
    return bench_close(subject, &b, verdict);
}

const px_check px_hash_checks[] = {
    {"gives its published known answers", "HASHES", gives_known_answers},
    {"hashes any length from 0 at any address, and reads nothing beyond", "HASHES", takes_any_input},
    {"every byte counts, and keys are told apart", "HASHES", heeds_every_byte},
    {"hash64_many gives what hash64 gives", "HASHES", agrees_for_many},
    {"digest writes digest_bits / 8 bytes, always the same", "HASHES", digests_steadily},
    {0},
};
