/* SPDX-License-Identifier: MIT */
/* Every known answer of every hash that is installed: opens each with the options
 * the vector names and compares hash64, hash64_many and the digest. */
#include "base/text.h"
#include "modules/find.h"
#include "modules/module.h"
#include "selection/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_LIMIT = 16 };

static unsigned tests, failures;

/* `problem` NULL: none. */
static void report(const char *hash, uint32_t index, const char *problem) {
    tests++;
    if (problem != NULL) failures++;
    printf("%s %u - %s, known answer %" PRIu32 "%s%s\n", problem == NULL ? "ok" : "not ok", tests, hash, index,
           problem == NULL ? "" : ": ", problem == NULL ? "" : problem);
}

/* "key=00ff,seed=7" cut into options; `text` is written to. */
static size_t cut_options(char *text, px_given *given, const char **items) {
    size_t count = 0;
    for (char *pair = strtok(text, ","); pair != NULL && count < OPTIONS_LIMIT; pair = strtok(NULL, ",")) {
        char *value = strchr(pair, '=');
        if (value == NULL) continue;
        *value = '\0';
        items[count] = value + 1;
        given[count] = (px_given){.option = pair, .items = &items[count], .count = 1, .rank = PROXENOS_RANK_FLAG,
                                  .said_by = "known answer"};
        count++;
    }
    return count;
}

static proxenos_hash_function *open_with(proxenos_context *context, const px_hash_type *type, const char *options,
                                         proxenos_error *error) {
    px_given given[OPTIONS_LIMIT];
    const char *items[OPTIONS_LIMIT];
    char text[1024];
    (void)snprintf(text, sizeof text, "%s", options == NULL ? "" : options);
    size_t count = cut_options(text, given, items);
    px_values *values = NULL;
    proxenos_hash_function *hash = NULL;
    proxenos_status status = px_values_new(type->schema, given, count, NULL, NULL, &values, error);
    if (status == PROXENOS_OK) (void)px_hash_new(context, type, values, &hash, error);
    return hash;
}

/* What the core must make of the plugin's hash64: a 32-bit one is widened. */
static uint64_t widened(const px_hash_type *type, const proxenos_hash_function *hash,
                        const proxenos_known_answer *answer) {
    if (type->callbacks.hash_bits == 64) return answer->hash64;
    unsigned char *longer = malloc(answer->input_length + 1);
    if (longer == NULL) abort();
    if (answer->input_length > 0) memcpy(longer, answer->input, answer->input_length);
    longer[answer->input_length] = 1;
    uint64_t low = type->callbacks.hash64(hash->state, longer, answer->input_length + 1);
    free(longer);
    return answer->hash64 << 32 | low;
}

static const char *check(const px_hash_type *type, const proxenos_hash_function *hash,
                         const proxenos_known_answer *answer) {
    uint64_t wanted = widened(type, hash, answer), many[2];
    uint8_t digest[64];
    const proxenos_bytes keys[2] = {{answer->input, answer->input_length}, {answer->input, answer->input_length}};
    if (type->callbacks.hash64(hash->state, answer->input, answer->input_length) != answer->hash64) {
        return "hash64 differs";
    }
    if (proxenos_hash64(hash, answer->input, answer->input_length) != wanted) return "the widened hash64 differs";
    px_hash64_many(hash, keys, 2, many);
    if (many[0] != wanted || many[1] != wanted) return "hash64_many differs";
    if (answer->digest == NULL) return NULL;
    if (!px_hash_digest(hash, answer->input, answer->input_length, digest)) return "there is no digest";
    return memcmp(digest, answer->digest, type->callbacks.digest_bits / 8) == 0 ? NULL : "the digest differs";
}

static void check_answer(proxenos_context *context, const px_hash_type *type, uint32_t index) {
    const proxenos_known_answer *answer = &type->known_answers[index];
    proxenos_error error;
    proxenos_hash_function *hash = open_with(context, type, answer->options, &error);
    if (hash == NULL && error.status == PROXENOS_ERROR_UNSUPPORTED) { /* md5 where libcrypto is a FIPS one */
        printf("ok %u - %s # SKIP %s\n", ++tests, type->callbacks.name, error.text);
        return;
    }
    const char *problem = hash == NULL ? error.text : check(type, hash, answer);
    if (problem == NULL && (answer->source == NULL || *answer->source == '\0')) problem = "it has no source";
    report(type->callbacks.name, index, problem);
    proxenos_hash_unref(hash);
}

static proxenos_status check_module(void *user, const px_found *found, bool *stop, proxenos_error *error) {
    (void)stop;
    (void)error;
    if (found->module == NULL) {
        report(found->file, 0, found->problem->text);
        return PROXENOS_OK;
    }
    for (uint32_t i = 0; i < found->module->hash_count; i++) {
        const px_hash_type *type = &found->module->hashes[i];
        if (type->callbacks.known_answer_count == 0) report(type->callbacks.name, 0, "it has none");
        for (uint32_t k = 0; k < type->callbacks.known_answer_count; k++) check_answer(user, type, k);
    }
    return PROXENOS_OK;
}

int main(void) {
    proxenos_context *context = NULL;
    proxenos_error error;
    proxenos_status status = proxenos_context_new(&context, &error);
    if (status == PROXENOS_OK) status = px_modules_each(context, PX_HASH, check_module, context, &error);
    if (status != PROXENOS_OK) printf("Bail out! %s\n", error.text);
    proxenos_context_free(context);
    printf("1..%u\n", tests);
    return failures != 0 || tests == 0 || status != PROXENOS_OK;
}
