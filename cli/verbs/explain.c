/* SPDX-License-Identifier: MIT */
/* proxenos explain: why a key belongs to its node. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/node.h"
#include "output/stdout.h"
#include "output/table.h"
#include "output/text.h"
#include "output/wrap.h"
#include "session/keys.h"
#include "session/session.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BY_DEFAULT = 5, LABEL_COLUMN = 10, LONGEST_KEY_SHOWN = 48, LONGEST_BESIDE_DIGEST = 32 };

typedef struct explanation {
    const cli_session *session;
    const char *key;
    const char *hash;          /* the hash's name */
    uint64_t key_digest;
    proxenos_ranked *places;
    size_t count;
    bool is_hrw;               /* the smallest score wins, and it has a cost */
    bool is_weighted;          /* weights differ, so that the cost decides */
    bool has_digests;          /* there is room for them beside the names */
} explanation;

/* ------------------------------------------------------------ the figures */

/* A score of hrw as a share of its range, 0 ... 1. */
static double score_share(const proxenos_ranked *place) {
    return ldexp((double)place->score, -64);
}

/* -log2(1 - score) / weight; the cost's unit is 2^-57. */
static double cost_by_weight(const proxenos_ranked *place) {
    return ldexp((double)place->cost, -57) / proxenos_node_weight(place->node);
}

/* Nodes of weight 0, which no key is given to. */
static size_t drained(const proxenos_cluster *cluster) {
    size_t count = 0;
    for (size_t i = 0; i < proxenos_cluster_size(cluster); i++)
        count += proxenos_node_weight(proxenos_cluster_node(cluster, i)) == 0;
    return count;
}

static bool weights_differ(const proxenos_cluster *cluster) {
    uint32_t first = 0;
    for (size_t i = 0; i < proxenos_cluster_size(cluster); i++) {
        uint32_t weight = proxenos_node_weight(proxenos_cluster_node(cluster, i));
        if (weight == 0) continue;
        if (first == 0) first = weight;
        if (weight != first) return true;
    }
    return false;
}

/* One sentence: why the first place is the first. */
static void reason(const explanation *why, char *text, size_t size) {
    const proxenos_ranked *first = &why->places[0], *next = &why->places[1];
    bool is_alone = why->count < 2;
    const char *name = proxenos_node_identity(first->node);
    const char *other = is_alone ? "" : proxenos_node_identity(next->node);
    if (is_alone)
        (void)snprintf(text, size, "%s: no other node can be chosen.", name);
    else if (!why->is_hrw)
        (void)snprintf(text, size, "%s: its score is the largest; the next, %s, has %.4f of it.", name, other,
                       first->score == 0 ? 0.0 : (double)next->score / (double)first->score);
    else if (why->is_weighted)
        (void)snprintf(text, size, "%s: its cost, -log2(1 - score) / weight, is the smallest, %.6g; the next is %s "
                       "with %.6g.", name, cost_by_weight(first), other, cost_by_weight(next));
    else
        (void)snprintf(text, size, "%s: its score, from 0 to 1, is the smallest, %.6f; the next is %s with %.6f.",
                       name, score_share(first), other, score_share(next));
}

/* ------------------------------------------------------------------- text */

enum { COLUMN_RANK, COLUMN_NODE, COLUMN_WEIGHT, COLUMN_DIGEST, COLUMN_SCORE, COLUMN_COST };

static const char *cell(const void *rows, size_t row, size_t column) {
    static char text[1024];
    const explanation *why = rows;
    const proxenos_ranked *place = &why->places[row];
    text[0] = '\0';
    switch (column) {
    case COLUMN_RANK: (void)snprintf(text, sizeof text, "%zu", row + 1); break;
    case COLUMN_NODE: return proxenos_node_identity(place->node);
    case COLUMN_WEIGHT:
        if (why->is_weighted) (void)snprintf(text, sizeof text, "%" PRIu32, proxenos_node_weight(place->node));
        break;
    case COLUMN_DIGEST:
        if (why->has_digests) (void)snprintf(text, sizeof text, "%016" PRIx64, place->digest);
        break;
    case COLUMN_SCORE:
        if (why->is_hrw) (void)snprintf(text, sizeof text, "%.6f", score_share(place));
        else (void)snprintf(text, sizeof text, "%" PRIu64, place->score);
        break;
    default:
        if (why->is_hrw && why->is_weighted) (void)snprintf(text, sizeof text, "%.4g", cost_by_weight(place));
    }
    return text;
}

static void label(const char *text) {
    output_padded(text, LABEL_COLUMN);
}

static void print_key(const explanation *why) {
    size_t length = strlen(why->key), shown = 0;
    label("key");
    output_char('"');
    while (shown < length && shown < LONGEST_KEY_SHOWN) {
        char one[8];
        size_t written;
        shown += text_escape_one(why->key + shown, length - shown, one, &written);
        output_bytes(one, written);
    }
    output_format("\"%s, %zu byte%s\n", shown < length ? "..." : "", length, length == 1 ? "" : "s");
    label("digest");
    output_format("%016" PRIx64 ", the key under %s\n", why->key_digest, why->hash);
}

static void print_cluster(const explanation *why) {
    const cli_session *session = why->session;
    size_t size = proxenos_cluster_size(session->cluster);
    label("scheme");
    output_format("%s\n", proxenos_selector_scheme(session->selector));
    label("cluster");
    output_format("%s, %zu node%s from %s", proxenos_cluster_fingerprint(session->cluster), size,
                  size == 1 ? "" : "s", proxenos_settings_get(session->settings, "backend"));
    size_t resting = session_ignores_weights(session) ? 0 : drained(session->cluster);
    if (resting > 0) output_format(", %zu of weight 0", resting);
    output_char('\n');
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(session->cluster, &report);
    label("read");
    output_format("%zu nodes: %zu unusable, %zu duplicates\n", report.read, report.skipped, report.duplicates);
    label("filters");
    output_format("dropped %zu by address, %zu by service name, %zu by tags", report.dropped_address,
                  report.dropped_name, report.dropped_tags);
    if (report.dropped_zone + report.dropped_metadata + report.dropped_has_tag > 0)
        output_format(", %zu by zone, %zu by metadata, %zu without a tag", report.dropped_zone, report.dropped_metadata,
                      report.dropped_has_tag);
    output_char('\n');
    if (report.dropped_tier > 0) {
        label("tiers");
        output_format("dropped %zu of other tiers than %" PRIu32 "\n", report.dropped_tier,
                      proxenos_node_tier(proxenos_cluster_node(session->cluster, 0)));
    }
    if (session->spread == NULL) return;
    label("spread");
    output_escaped(session->spread);
    output_text(": each next place goes to another one while there is one\n");
}

static bool are_short(const explanation *why) {
    for (size_t i = 0; i < why->count; i++)
        if (text_width(proxenos_node_identity(why->places[i].node)) > LONGEST_BESIDE_DIGEST) return false;
    return true;
}

static void print_text(explanation *why) {
    why->has_digests = !why->is_weighted && are_short(why);
    print_key(why);
    print_cluster(why);
    output_char('\n');
    table_column columns[] = {
        [COLUMN_RANK] = {"RANK", TABLE_NUMBER, 0}, [COLUMN_NODE] = {"NODE", TABLE_WORD, 0},
        [COLUMN_WEIGHT] = {"WEIGHT", TABLE_NUMBER, 0}, [COLUMN_DIGEST] = {"DIGEST", TABLE_CODE, 0},
        [COLUMN_SCORE] = {"SCORE", TABLE_NUMBER, 0}, [COLUMN_COST] = {"COST", TABLE_NUMBER, 0}};
    if (strncmp(proxenos_selector_scheme(why->session->selector), "python", 6) == 0)
        columns[COLUMN_DIGEST].title = "SEED";
    table_print(columns, sizeof columns / sizeof columns[0], why, why->count, cell);
    char text[1024];
    reason(why, text, sizeof text);
    output_char('\n');
    output_wrapped(text, 0, 0);
}

/* ------------------------------------------------------------------- JSON */

static void number_member(cli_json *json, const char *key, const char *format, uint64_t number) {
    char text[32];
    if (format[0] == 'x') (void)snprintf(text, sizeof text, "%016" PRIx64, number);
    else (void)snprintf(text, sizeof text, "%" PRIu64, number);
    json_member(json, key, text);
}

static void print_json(const explanation *why) {
    cli_json json = {0};
    json_open(&json, '{');
    json_member_bytes(&json, "key", "key_hex", why->key, strlen(why->key));
    number_member(&json, "digest", "x", why->key_digest);
    json_member(&json, "hash", why->hash);
    json_member(&json, "scheme", proxenos_selector_scheme(why->session->selector));
    session_json(why->session, &json);
    json_key(&json, "ranking");
    json_open(&json, '[');
    for (size_t i = 0; i < why->count; i++) {
        json_open(&json, '{');
        json_member_unsigned(&json, "rank", i + 1);
        json_key(&json, "node");
        node_json(&json, why->places[i].node);
        number_member(&json, "digest", "x", why->places[i].digest);
        number_member(&json, "score", "d", why->places[i].score);
        number_member(&json, "cost", "d", why->places[i].cost);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    char text[1024];
    reason(why, text, sizeof text);
    json_member(&json, "reason", text);
    json_close(&json, '}');
}

/* -------------------------------------------------------------- the verb */

static int explain_key(cli_session *session, const char *key, size_t count) {
    explanation why = {.session = session, .key = key};
    why.is_hrw = strncmp(proxenos_selector_scheme(session->selector), "hrw", 3) == 0;
    why.is_weighted = why.is_hrw && !session_ignores_weights(session) && weights_differ(session->cluster);
    proxenos_hash_function *hash = NULL;
    if (proxenos_hash_open(session->settings, &hash, &session->error) != PROXENOS_OK)
        return session_failed(session);
    why.hash = proxenos_hash_name(hash);
    why.key_digest = proxenos_hash64(hash, key, strlen(key));
    int code = session_rank(session, key, count, &why.places, &why.count);
    if (code == 0 && arguments_format(session->arguments) == FORMAT_JSON) print_json(&why);
    else if (code == 0) print_text(&why);
    free(why.places);
    proxenos_hash_unref(hash);
    return code;
}

static int run_explain(const cli_arguments *arguments) {
    uint64_t count;
    int code = key_check(arguments, arguments->operands[0]);
    if (code == 0) code = arguments_number(arguments, OPTION_COUNT, 1, UINT32_MAX, SHOWN_BY_DEFAULT, &count);
    if (code != 0) return code;
    cli_session session;
    code = session_select(&session, arguments);
    if (code == 0) code = explain_key(&session, arguments->operands[0], (size_t)count);
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"[OPTION]... KEY", NULL};
static const char *const examples[] = {
    "proxenos explain -f nodes.yaml user:17", "why user:17 belongs to its node",
    "proxenos explain -C web user:17 -o json | jq -r .scheme",
    "the scheme, for --expect-scheme on another machine",
    NULL};

const cli_verb verb_explain = {
    .name = "explain",
    .summary = "why a key belongs to its node",
    .synopses = synopses,
    .description = "Prints what was hashed with what, the scheme that decides, what the filters dropped, and the "
                   "best nodes (five, or -n) with their scores. Two machines whose scheme and cluster "
                   "fingerprint are equal give equal answers.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_ANSWER | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .least_operands = 1,
    .most_operands = 1,
    .missing = "a KEY",
    .run = run_explain,
};
