/* SPDX-License-Identifier: MIT */
#include "verbs/select/answer.h"

#include "options/verb.h"
#include "output/node.h"

#include <stdlib.h>
#include <string.h>

static void add_node(const proxenos_node *node, unsigned format) {
    const char *identity = proxenos_node_identity(node), *address = proxenos_node_address(node);
    if (format == FORMAT_JSON) {
        cli_json json = {.is_compact = true, .is_part = true};
        json_open(&json, '{');
        json_member(&json, "identity", identity);
        json_member(&json, "address", address);
        json_close(&json, '}');
        return;
    }
    output_char('\t');
    if (format == FORMAT_TSV) {
        output_field(identity, strlen(identity));
        output_char('\t');
        output_field(address, strlen(address));
    } else {
        output_escaped(address);
    }
}

static void add_key(const proxenos_key *key, unsigned format) {
    if (format == FORMAT_TEXT) {
        output_bytes(key->data, key->length);
    } else if (format == FORMAT_TSV) {
        output_field(key->data, key->length);
    } else {
        cli_json json = {.is_compact = true, .is_part = true};
        output_char('{');
        json_member_bytes(&json, "key", "key_hex", key->data, key->length);
    }
}

static void add_tail(const answer_lines *answers, const proxenos_node *node) {
    if (answers->format == FORMAT_JSON) output_text(",\"node\":");
    if (answers->format == FORMAT_TSV) output_text("\t1");
    add_node(node, answers->format);
    if (answers->format == FORMAT_JSON) output_char('}');
    output_char(answers->end);
}

bool answers_new(answer_lines *answers, const proxenos_cluster *cluster, unsigned format, char end, size_t count) {
    size_t size = proxenos_cluster_size(cluster);
    *answers = (struct answer_lines){.format = format, .end = format == FORMAT_TEXT ? end : '\n', .count = count};
    answers->offsets = calloc(size + 1, sizeof *answers->offsets);
    if (answers->offsets == NULL) return false;
    output_buffer tails = {0};
    output_into(&tails);
    for (size_t i = 0; i < size; i++) {
        add_tail(answers, proxenos_cluster_node(cluster, i));
        answers->offsets[i + 1] = tails.used;
        size_t length = tails.used - answers->offsets[i];
        if (length > answers->longest) answers->longest = length;
    }
    output_into(NULL);
    if (!tails.failed && output_reserve(&tails, ANSWER_SLACK)) memset(tails.bytes + tails.used, 0, ANSWER_SLACK);
    answers->tails = tails.bytes;
    if (!tails.failed) return true;
    answers_free(answers);
    return false;
}

void answers_free(answer_lines *answers) {
    free(answers->tails);
    free(answers->offsets);
}

/* A copy of a length known when compiled is a few instructions; most keys and
 * addresses fit into it, and what is too much is written over by the next. */
static char *copy(char *out, const char *bytes, size_t length) {
    if (length <= ANSWER_SLACK) memcpy(out, bytes, ANSWER_SLACK);
    else memcpy(out, bytes, length);
    return out + length;
}

static bool add_plain(const answer_lines *answers, output_buffer *out, const proxenos_key *keys,
                      const uint32_t *indexes, size_t count) {
    size_t room = count * answers->longest + ANSWER_SLACK;
    for (size_t i = 0; i < count; i++) room += keys[i].length;
    if (!output_reserve(out, room)) return false;
    char *at = out->bytes + out->used;
    for (size_t i = 0; i < count; i++) {
        size_t tail = answers->offsets[indexes[i]], next = answers->offsets[indexes[i] + 1];
        at = copy(at, keys[i].data, keys[i].length);
        at = copy(at, answers->tails + tail, next - tail);
    }
    out->used = (size_t)(at - out->bytes);
    return true;
}

bool answers_add(const answer_lines *answers, output_buffer *out, const proxenos_key *keys, const uint32_t *indexes,
                 size_t count) {
    if (answers->format == FORMAT_TEXT) return add_plain(answers, out, keys, indexes, count);
    output_into(out);
    for (size_t i = 0; i < count; i++) {
        size_t tail = answers->offsets[indexes[i]], next = answers->offsets[indexes[i] + 1];
        add_key(&keys[i], answers->format);
        output_bytes(answers->tails + tail, next - tail);
    }
    output_into(NULL);
    return !out->failed;
}

void answers_add_ranking(const answer_lines *answers, output_buffer *out, const proxenos_key *key,
                         const proxenos_ranked *places, size_t count) {
    output_into(out);
    if (answers->format == FORMAT_TSV) {
        for (size_t i = 0; i < count; i++) {
            add_key(key, FORMAT_TSV);
            output_format("\t%zu", i + 1);
            add_node(places[i].node, FORMAT_TSV);
            output_char('\n');
        }
    } else {
        add_key(key, answers->format);
        if (answers->format == FORMAT_JSON) output_text(",\"nodes\":[");
        for (size_t i = 0; i < count; i++) {
            if (i > 0 && answers->format == FORMAT_JSON) output_char(',');
            add_node(places[i].node, answers->format);
        }
        if (answers->format == FORMAT_JSON) output_text("]}");
        output_char(answers->end);
    }
    output_into(NULL);
}
