/* SPDX-License-Identifier: MIT */
/* Conformance of a hash's state: shared by threads, apart from other states, and
 * known by its parameters. */
#include "conformance/checks.h"
#include "conformance/inputs.h"
#include "conformance/instance.h"

#include "base/memory.h"
#include "selection/parameters.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------- threads */

enum { THREADS = 4, KEYS = 32, KEY_SIZE = 512, THREADS_MS = 400 };

/* What all threads share; the answers were made before there were any. */
typedef struct race {
    const proxenos_hash *hash;
    const void *state;
    uint8_t keys[KEYS][KEY_SIZE];
    uint64_t answers[KEYS];
    uint8_t digests[KEYS][64];
    int64_t end_ms;
    atomic_size_t differences;
} race;

static void answer(const race *r, size_t key, uint64_t *word, uint8_t digest[64]) {
    size_t length = KEY_SIZE - key * 7;
    *word = r->hash->hash64(r->state, r->keys[key], length);
    if (r->hash->digest != NULL) r->hash->digest(r->state, r->keys[key], length, digest);
}

static bool is_many_right(const race *r) {
    proxenos_bytes keys[KEYS];
    uint64_t answers[KEYS];
    if (r->hash->hash64_many == NULL) return true;
    for (size_t i = 0; i < KEYS; i++) keys[i] = (proxenos_bytes){r->keys[i], KEY_SIZE - i * 7};
    r->hash->hash64_many(r->state, keys, KEYS, answers);
    return memcmp(answers, r->answers, sizeof answers) == 0;
}

static void *run_race(void *user) {
    race *r = user;
    while (px_monotonic_ms() < r->end_ms && atomic_load(&r->differences) == 0) {
        for (size_t i = 0; i < KEYS; i++) {
            uint64_t word;
            uint8_t digest[64] = {0};
            answer(r, i, &word, digest);
            if (word != r->answers[i] || memcmp(digest, r->digests[i], sizeof digest) != 0) {
                atomic_fetch_add(&r->differences, 1);
            }
        }
        if (!is_many_right(r)) atomic_fetch_add(&r->differences, 1);
    }
    return NULL;
}

static size_t race_threads(race *r) {
    pthread_t threads[THREADS];
    size_t count = 0;
    r->end_ms = px_monotonic_ms() + THREADS_MS;
    while (count < THREADS && pthread_create(&threads[count], NULL, run_race, r) == 0) count++;
    for (size_t i = 0; i < count; i++) (void)pthread_join(threads[i], NULL);
    return count;
}

static proxenos_verdict serves_threads(px_subject *subject) {
    px_instance instance;
    if (!px_instance_try(subject, &instance)) return PROXENOS_NOT_TRIED;
    race *r = px_calloc(1, sizeof *r);
    size_t count = 0;
    if (r != NULL) {
        r->hash = &subject->hash->callbacks;
        r->state = instance.state;
        px_fill(r->keys[0], sizeof r->keys, 3);
        for (size_t i = 0; i < KEYS; i++) answer(r, i, &r->answers[i], r->digests[i]);
        count = race_threads(r);
    }
    bool differs = r != NULL && atomic_load(&r->differences) > 0;
    free(r);
    px_instance_close(subject, &instance);
    if (count < 2) return px_not_tried(subject, "no threads can be started");
    return differs ? px_broken(subject, "%zu threads at once get other answers than one alone", count)
                   : PROXENOS_HOLDS;
}

/* -------------------------------------------------------------------- states */

static bool open_for_answer(px_subject *subject, uint32_t index, px_instance *instance) {
    const char *options = subject->hash->known_answers[index].options;
    px_option_text pairs[PX_ANSWER_OPTIONS];
    char text[1024];
    (void)snprintf(text, sizeof text, "%s", options == NULL ? "" : options);
    size_t count = px_option_texts_cut(text, pairs, PX_ANSWER_OPTIONS);
    return px_instance_open(subject, PX_NONE_GIVEN, pairs, count, instance);
}

/* The next known answer behind `index` whose options are others than those of the
 * first; 0: there is none. */
static uint32_t other_options(const px_hash_type *type, uint32_t index) {
    const proxenos_known_answer *answers = type->known_answers;
    const char *first = type->callbacks.known_answer_count == 0 || !answers[0].options ? "" : answers[0].options;
    while (++index < type->callbacks.known_answer_count) {
        if (strcmp(first, answers[index].options == NULL ? "" : answers[index].options) != 0) return index;
    }
    return 0;
}

static bool gives(const px_subject *subject, const px_instance *instance, uint32_t index) {
    const proxenos_known_answer *known = &subject->hash->known_answers[index];
    return subject->hash->callbacks.hash64(instance->state, known->input, known->input_length) == known->hash64;
}

static proxenos_verdict keeps_states_apart(px_subject *subject) {
    uint32_t other = other_options(subject->hash, 0);
    px_instance first, second;
    if (other == 0) return px_not_tried(subject, "its known answers are all of the same options");
    if (!open_for_answer(subject, 0, &first)) return PROXENOS_NOT_TRIED;
    if (!open_for_answer(subject, other, &second)) {
        px_instance_close(subject, &first);
        return PROXENOS_NOT_TRIED;
    }
    bool is_right = gives(subject, &first, 0) && gives(subject, &second, other);
    px_instance_close(subject, &second);
    is_right = is_right && gives(subject, &first, 0);
    px_instance_close(subject, &first);
    if (is_right) return PROXENOS_HOLDS;
    return px_broken(subject, "with two states open, known answers 0 and %" PRIu32 " are not given", other);
}

/* ---------------------------------------------------------------- parameters */

static const char *shown_secret(const px_subject *subject, const px_instance *instance, const char *text) {
    const px_schema *schema = px_subject_schema(subject);
    for (uint32_t i = 0; i < schema->count; i++) {
        const proxenos_value *value = proxenos_value_at(px_values_table(instance->values), i);
        bool is_secret = schema->options[i].type == PROXENOS_TYPE_SECRET && value->is_set && value->length >= 4;
        if (is_secret && strstr(text, value->text) != NULL) return schema->options[i].name;
    }
    return NULL;
}

static proxenos_verdict states_parameters(px_subject *subject) {
    px_instance instance;
    if (subject->hash->callbacks.parameters == NULL) return px_not_tried(subject, "it has no parameters()");
    if (!px_instance_try(subject, &instance)) return PROXENOS_NOT_TRIED;
    const char *text = subject->hash->callbacks.parameters(instance.state);
    if (text == NULL) text = "";
    const char *problem = px_parameters_problem(text), *secret = shown_secret(subject, &instance, text);
    proxenos_verdict verdict = PROXENOS_HOLDS;
    if (problem != NULL) verdict = px_broken(subject, "'%s': %s", text, problem);
    if (secret != NULL) verdict = px_broken(subject, "the secret '%s' stands in them", secret);
    px_instance_close(subject, &instance);
    return verdict;
}

/* What a state answers to one input, and what it says of itself. */
typedef struct portrait {
    uint64_t answer;
    char parameters[512];
} portrait;

static void portray(const px_subject *subject, const px_instance *instance, portrait *out) {
    const proxenos_hash *hash = &subject->hash->callbacks;
    const char *text = hash->parameters == NULL ? NULL : hash->parameters(instance->state);
    out->answer = hash->hash64(instance->state, "portrait", 8);
    (void)snprintf(out->parameters, sizeof out->parameters, "%s", text == NULL ? "" : text);
}

/* With one value of one option; false when the hash does not open with it. */
static bool portray_with(px_subject *subject, const px_option_text *pair, size_t count, portrait *out) {
    px_instance instance;
    if (!px_instance_open(subject, PX_ALL_GIVEN, pair, count, &instance)) return false;
    portray(subject, &instance, out);
    px_instance_close(subject, &instance);
    return true;
}

/* Values worth trying: some numbers in range, both truths, every choice. */
static const char *value_to_try(const proxenos_option *option, size_t index, char number[32]) {
    static const int64_t numbers[] = {0, 1, 7, 64, 1000};
    if (option->choices != NULL) return option->choices[index];
    if (option->type == PROXENOS_TYPE_BOOLEAN) return index > 1 ? NULL : index == 0 ? "no" : "yes";
    bool is_number = option->type == PROXENOS_TYPE_INTEGER || option->type == PROXENOS_TYPE_UNSIGNED;
    if (!is_number || index >= sizeof numbers / sizeof numbers[0]) return NULL;
    (void)snprintf(number, 32, "%" PRId64, numbers[index]);
    return number;
}

static bool portray_answer(px_subject *subject, uint32_t index, portrait *out) {
    px_instance instance;
    if (!open_for_answer(subject, index, &instance)) return false;
    portray(subject, &instance, out);
    px_instance_close(subject, &instance);
    return true;
}

/* The same for options that nobody can make up, such as keys: those of known answers. */
static bool declares_known_options(px_subject *subject) {
    portrait first, other;
    for (uint32_t index = other_options(subject->hash, 0); index != 0; index = other_options(subject->hash, index)) {
        if (!portray_answer(subject, 0, &first) || !portray_answer(subject, index, &other)) continue;
        if (first.answer == other.answer || strcmp(first.parameters, other.parameters) != 0) continue;
        (void)px_broken(subject, "the options of known answer %" PRIu32 " change the answers, and parameters() says "
                        "'%s' as before", index, other.parameters);
        return false;
    }
    return true;
}

/* Two machines compare scheme texts; what changes answers must change them. */
static proxenos_verdict declares_options(px_subject *subject) {
    const px_schema *schema = px_subject_schema(subject);
    portrait usual, other;
    if (schema->count == 0) return px_not_tried(subject, "it has no options");
    if (!portray_with(subject, NULL, 0, &usual)) return PROXENOS_NOT_TRIED;
    for (uint32_t i = 0; i < schema->count; i++) {
        px_option_text pair = {.name = schema->options[i].name};
        char number[32];
        for (size_t v = 0; (pair.value = value_to_try(&schema->options[i], v, number)) != NULL; v++) {
            if (!portray_with(subject, &pair, 1, &other)) continue;
            if (other.answer == usual.answer || strcmp(other.parameters, usual.parameters) != 0) continue;
            return px_broken(subject, "%s=%s changes the answers, and parameters() says '%s' as before", pair.name,
                             pair.value, other.parameters);
        }
    }
    return declares_known_options(subject) ? PROXENOS_HOLDS : PROXENOS_BROKEN;
}

const px_check px_hash_state_checks[] = {
    {"threads at once get the answers of one alone", "THREADS", serves_threads},
    {"states of different options do not touch each other", "HASHES", keeps_states_apart},
    {"parameters are sorted name=value pairs without a secret", "HASHES", states_parameters},
    {"options that change the answers change the parameters", "HASHES", declares_options},
    {0},
};
