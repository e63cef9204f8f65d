/* SPDX-License-Identifier: MIT */
/* The library as a filter, for tests in other languages.  Each line of stdin is
 *
 *   {"settings": {NAME: VALUE, ...}, "keys": [HEX, ...], "nodes": [{"host": TEXT,
 *    "port": N, "weight": N, "name": TEXT, "source": TEXT, "zone": TEXT,
 *    "metadata": {TEXT: TEXT, ...}}, ...]}
 *
 * and is answered by {"hashes": [HEX, ...]}, and if there are nodes also "scheme",
 * "fingerprint" and for each key "rankings" (every node with identity, digest,
 * score and cost), "spread" (identities, by the setting spread), "selected" and
 * "many", or by {"error": TEXT, "status": TEXT}. */
#include <proxenos/proxenos.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEYS = 64, MOST_KEY_BYTES = 4096 };

typedef struct question {
    const json_t *json;
    proxenos_settings *settings;
    proxenos_hash_function *hash;
    proxenos_cluster *cluster;
    proxenos_selector *selector;
    unsigned char bytes[MOST_KEYS][MOST_KEY_BYTES];
    proxenos_key keys[MOST_KEYS];
    size_t key_count;
    proxenos_error error;
} question;

static int read_key(question *request, const char *digits) {
    if (digits == NULL || request->key_count == MOST_KEYS || strlen(digits) / 2 > MOST_KEY_BYTES) return -1;
    unsigned char *bytes = request->bytes[request->key_count];
    for (size_t i = 0; i < strlen(digits) / 2; i++) {
        const char pair[] = {digits[2 * i], digits[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    request->keys[request->key_count++] = (proxenos_key){bytes, strlen(digits) / 2};
    return 0;
}

static int read_keys(question *request) {
    size_t i;
    json_t *key;
    request->key_count = 0;
    json_array_foreach(json_object_get(request->json, "keys"), i, key) {
        if (read_key(request, json_string_value(key)) != 0) return -1;
    }
    return 0;
}

static proxenos_status open_settings(question *request, proxenos_context *context) {
    proxenos_status status = proxenos_settings_new(context, &request->settings, &request->error);
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(request->json, "settings"), name, value) {
        if (status != PROXENOS_OK) break;
        status = proxenos_settings_set(request->settings, PROXENOS_FROM_FLAG, NULL, name, json_string_value(value),
                                       &request->error);
    }
    if (status == PROXENOS_OK) status = proxenos_hash_open(request->settings, &request->hash, &request->error);
    return status;
}

static const char *text_of(const json_t *node, const char *name) {
    return json_string_value(json_object_get(node, name));
}

enum { MOST_METADATA = 16 };

static proxenos_status add_node(proxenos_builder *builder, const json_t *node, proxenos_error *error) {
    const json_t *weight = json_object_get(node, "weight");
    const char *metadata[2 * MOST_METADATA + 1] = {NULL}, *key;
    size_t texts = 0;
    json_t *value;
    json_object_foreach(json_object_get(node, "metadata"), key, value) {
        if (texts == 2 * MOST_METADATA) break;
        metadata[texts++] = key;
        metadata[texts++] = json_string_value(value);
    }
    proxenos_node_spec spec = {
        .size = sizeof spec,
        .host = text_of(node, "host"),
        .port = (unsigned)json_integer_value(json_object_get(node, "port")),
        .weight = weight == NULL ? -1 : json_integer_value(weight),
        .name = text_of(node, "name"),
        .source = text_of(node, "source"),
        .zone = text_of(node, "zone"),
        .metadata = metadata,
    };
    return proxenos_builder_add(builder, &spec, error);
}

static proxenos_status build(question *request) {
    proxenos_builder *builder = NULL;
    const char *identity = proxenos_settings_get(request->settings, "identity");
    proxenos_status status = proxenos_builder_new(identity, &builder, &request->error);
    size_t i;
    json_t *node;
    json_array_foreach(json_object_get(request->json, "nodes"), i, node) {
        if (status == PROXENOS_OK) status = add_node(builder, node, &request->error);
    }
    if (status == PROXENOS_OK) status = proxenos_builder_finish(builder, &request->cluster, &request->error);
    proxenos_builder_free(builder);
    if (status != PROXENOS_OK) return status;
    return proxenos_selector_open(request->settings, request->cluster, &request->selector, &request->error);
}

static json_t *hexadecimal(uint64_t number) {
    char text[17];
    (void)snprintf(text, sizeof text, "%016" PRIx64, number);
    return json_string(text);
}

static json_t *place_of(const proxenos_ranked *place) {
    return json_pack("{s:s, s:o, s:o, s:o}", "identity", proxenos_node_identity(place->node), "digest",
                     hexadecimal(place->digest), "score", hexadecimal(place->score), "cost",
                     hexadecimal(place->cost));
}

static proxenos_status rank_spread(question *request, const proxenos_key *key, json_t *spread) {
    size_t count = proxenos_cluster_size(request->cluster), ranked = 0;
    proxenos_ranked *places = calloc(count + 1, sizeof *places);
    json_t *ranking = json_array();
    if (places == NULL) abort();
    proxenos_status status = proxenos_rank_spread(request->selector, key->data, key->length, count, NULL, places,
                                                  &ranked, &request->error);
    for (size_t i = 0; i < ranked; i++) {
        json_array_append_new(ranking, json_string(proxenos_node_identity(places[i].node)));
    }
    json_array_append_new(spread, ranking);
    free(places);
    return status;
}

static proxenos_status rank(question *request, const proxenos_key *key, json_t *rankings, json_t *selected) {
    size_t count = proxenos_cluster_size(request->cluster), ranked = 0;
    proxenos_ranked *places = calloc(count + 1, sizeof *places);
    const proxenos_node *best = NULL;
    json_t *ranking = json_array();
    if (places == NULL) abort();
    proxenos_status status =
        proxenos_rank(request->selector, key->data, key->length, count, places, &ranked, &request->error);
    if (status == PROXENOS_OK) {
        status = proxenos_select(request->selector, key->data, key->length, &best, &request->error);
    }
    for (size_t i = 0; i < ranked; i++) {
        json_array_append_new(ranking, place_of(&places[i]));
    }
    json_array_append_new(rankings, ranking);
    if (best != NULL) json_array_append_new(selected, json_string(proxenos_node_identity(best)));
    free(places);
    return status;
}

static proxenos_status answer_keys(question *request, json_t *answer) {
    json_t *rankings = json_array(), *selected = json_array(), *many = json_array(), *spread = json_array();
    bool is_spread = proxenos_settings_get(request->settings, "spread") != NULL;
    uint32_t indexes[MOST_KEYS];
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < request->key_count && status == PROXENOS_OK; i++) {
        status = rank(request, &request->keys[i], rankings, selected);
        if (status == PROXENOS_OK && is_spread) status = rank_spread(request, &request->keys[i], spread);
    }
    if (status == PROXENOS_OK) {
        status = proxenos_select_many(request->selector, request->keys, request->key_count, indexes,
                                      &request->error);
    }
    for (size_t i = 0; i < request->key_count && status == PROXENOS_OK; i++) {
        const proxenos_node *node = proxenos_cluster_node(request->cluster, indexes[i]);
        json_array_append_new(many, json_string(proxenos_node_identity(node)));
    }
    json_object_set_new(answer, "rankings", rankings);
    if (is_spread) json_object_set(answer, "spread", spread);
    json_decref(spread);
    json_object_set_new(answer, "selected", selected);
    json_object_set_new(answer, "many", many);
    return status;
}

static proxenos_status answer_request(question *request, proxenos_context *context, json_t *answer) {
    proxenos_status status = open_settings(request, context);
    if (status != PROXENOS_OK) return status;
    json_t *hashes = json_array();
    for (size_t i = 0; i < request->key_count; i++) {
        json_array_append_new(hashes, hexadecimal(proxenos_hash64(request->hash, request->keys[i].data,
                                                                  request->keys[i].length)));
    }
    json_object_set_new(answer, "hashes", hashes);
    if (json_object_get(request->json, "nodes") == NULL) return PROXENOS_OK;
    status = build(request);
    if (status != PROXENOS_OK) return status;
    json_object_set_new(answer, "scheme", json_string(proxenos_selector_scheme(request->selector)));
    json_object_set_new(answer, "fingerprint", json_string(proxenos_cluster_fingerprint(request->cluster)));
    return answer_keys(request, answer);
}

static json_t *serve(proxenos_context *context, const json_t *json) {
    static question request;
    request.json = json;
    request.settings = NULL;
    request.hash = NULL;
    request.cluster = NULL;
    request.selector = NULL;
    json_t *answer = json_object();
    proxenos_status status = read_keys(&request) == 0 ? answer_request(&request, context, answer)
                                                      : PROXENOS_ERROR_ARGUMENT;
    if (status != PROXENOS_OK) {
        json_decref(answer);
        answer = json_pack("{s:s, s:s}", "error", request.error.text, "status", proxenos_status_name(status));
    }
    proxenos_selector_unref(request.selector);
    proxenos_cluster_unref(request.cluster);
    proxenos_hash_unref(request.hash);
    proxenos_settings_free(request.settings);
    return answer;
}

int main(void) {
    proxenos_context *context;
    if (proxenos_context_new(&context, NULL) != PROXENOS_OK) return 1;
    for (;;) {
        json_error_t why;
        json_t *json = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, &why);
        if (json == NULL) break;
        json_t *answer = serve(context, json);
        (void)json_dumpf(answer, stdout, JSON_COMPACT);
        (void)putchar('\n');
        json_decref(answer);
        json_decref(json);
    }
    proxenos_context_free(context);
    return fflush(stdout) == 0 ? 0 : 1;
}
