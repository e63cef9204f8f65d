/* SPDX-License-Identifier: MIT */
/* proxenos diff: what differs between two clusters, and which keys that moves. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/difference.h"
#include "output/message.h"
#include "output/node.h"
#include "output/stdout.h"
#include "session/keys.h"
#include "verbs/compare.h"
#include "verbs/replicas.h"

#include <math.h>
#include <string.h>

typedef struct cli_difference {
    cli_session *before, *after;
    cli_comparison comparison;
    bool has_keys;
    key_source source;
    size_t waiting;           /* keys of the source that were read and not yet tried */
    size_t places;            /* nodes of each key */
    replica_pair replicas;    /* with several */
    uint64_t keys_read, keys_moved;
    cli_json *json;           /* NULL: text */
} cli_difference;

/* ---------------------------------------------------------------- the nodes */

typedef enum change_kind { CHANGE_JOINED, CHANGE_LEFT, CHANGE_REWEIGHTED, CHANGE_CHANGED, CHANGE_KINDS } change_kind;

static const char *const kind_names[] = {"joined", "left", "reweighted", "changed"};

/* One row of the answer; a node of another weight and another address has two. */
typedef struct printing {
    cli_difference *difference;
    change_kind kind;
    size_t count;
} printing;

static bool is_of_kind(change_kind kind, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    switch (kind) {
    case CHANGE_JOINED: return before == NULL;
    case CHANGE_LEFT: return after == NULL;
    case CHANGE_REWEIGHTED: return (fields & PROXENOS_FIELD_WEIGHT) != 0;
    default: return (fields & ~(unsigned)PROXENOS_FIELD_WEIGHT) != 0;
    }
}

static void print_change(cli_json *json, change_kind kind, const proxenos_node *before, const proxenos_node *after,
                         unsigned fields) {
    const proxenos_node *node = after != NULL ? after : before;
    if (json == NULL) {
        output_padded(kind_names[kind], 12);
        output_escaped(proxenos_node_identity(node));
        if (kind == CHANGE_REWEIGHTED)
            output_format(" %u -> %u", (unsigned)proxenos_node_weight(before), (unsigned)proxenos_node_weight(after));
        if (kind == CHANGE_CHANGED) difference_text(before, after, fields & ~(unsigned)PROXENOS_FIELD_WEIGHT);
        output_char('\n');
    } else if (kind == CHANGE_REWEIGHTED) {
        json_open(json, '{');
        json_member(json, "identity", proxenos_node_identity(node));
        json_member_unsigned(json, "from", proxenos_node_weight(before));
        json_member_unsigned(json, "to", proxenos_node_weight(after));
        json_close(json, '}');
    } else if (kind == CHANGE_CHANGED) {
        difference_json(json, before, after, fields & ~(unsigned)PROXENOS_FIELD_WEIGHT);
    } else {
        node_json(json, node);
    }
}

static int visit_change(void *user, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    printing *p = user;
    if (!is_of_kind(p->kind, before, after, fields)) return 0;
    print_change(p->difference->json, p->kind, before, after, fields);
    p->count++;
    return 0;
}

/* Looks at all that an answer can depend on.  Returns how many rows it printed. */
static size_t print_changes(cli_difference *difference) {
    printing p = {.difference = difference};
    for (p.kind = CHANGE_JOINED; p.kind < CHANGE_KINDS; p.kind++) {
        if (difference->json != NULL) {
            json_key(difference->json, kind_names[p.kind]);
            json_open(difference->json, '[');
        }
        (void)proxenos_cluster_difference(difference->before->cluster, difference->after->cluster,
                                          PROXENOS_FIELDS_ANSWER, visit_change, &p);
        if (difference->json != NULL) json_close(difference->json, ']');
    }
    return p.count;
}

/* ----------------------------------------------------------------- the keys */

static void print_move(const cli_difference *difference, const proxenos_key *key, const proxenos_node *from,
                       const proxenos_node *to) {
    if (difference->json != NULL) {
        json_open(difference->json, '{');
        json_member_bytes(difference->json, "key", "key_hex", key->data, key->length);
        json_member(difference->json, "from", from == NULL ? NULL : proxenos_node_identity(from));
        json_member(difference->json, "to", to == NULL ? NULL : proxenos_node_identity(to));
        json_close(difference->json, '}');
        return;
    }
    output_text("key         ");
    output_field(key->data, key->length);
    output_char('\t');
    output_escaped(from == NULL ? "-" : proxenos_node_identity(from));
    output_text(" -> ");
    output_escaped(to == NULL ? "-" : proxenos_node_identity(to));
    output_char('\n');
}

/* One node a key. */
static int compare_first(cli_difference *difference) {
    static uint32_t from[KEYS_BATCH], to[KEYS_BATCH];
    cli_session *before = difference->before, *after = difference->after;
    const proxenos_key *keys = difference->source.keys;
    size_t count = difference->waiting;
    if (proxenos_select_many(before->selector, keys, count, from, &before->error) != PROXENOS_OK)
        return session_failed(before);
    if (proxenos_select_many(after->selector, keys, count, to, &after->error) != PROXENOS_OK)
        return session_failed(after);
    for (size_t i = 0; i < count; i++) {
        const proxenos_node *old = proxenos_cluster_node(before->cluster, from[i]),
                            *new = proxenos_cluster_node(after->cluster, to[i]);
        if (strcmp(proxenos_node_identity(old), proxenos_node_identity(new)) == 0) continue;
        print_move(difference, &keys[i], old, new);
        difference->keys_moved++;
    }
    return 0;
}

/* Several nodes a key: a line for each that it loses or gains. */
static int compare_replicas(cli_difference *difference) {
    replica_pair *pair = &difference->replicas;
    for (size_t i = 0; i < difference->waiting; i++) {
        const proxenos_key *key = &difference->source.keys[i];
        if (!replicas_rank(pair, key, true, &difference->before->error)) return session_failed(difference->before);
        replicas_differ(pair);
        for (size_t k = 0; k < pair->lost_count || k < pair->gained_count; k++)
            print_move(difference, key, k < pair->lost_count ? pair->lost[k] : NULL,
                       k < pair->gained_count ? pair->gained[k] : NULL);
        difference->keys_moved += pair->lost_count > 0 || pair->gained_count > 0;
    }
    return 0;
}

static int print_waiting(cli_difference *difference) {
    int code = difference->places == 1 ? compare_first(difference) : compare_replicas(difference);
    if (code == 0) difference->keys_read += difference->waiting;
    return code;
}

/* Keys that cannot be read at all are an error before anything is printed. */
static int read_first_keys(cli_difference *difference) {
    int code = 0;
    if (difference->has_keys) difference->waiting = keys_next(&difference->source, &code);
    return code;
}

static int print_key_moves(cli_difference *difference) {
    int code = 0;
    while (code == 0 && difference->waiting > 0 && !output_has_failed()) {
        code = print_waiting(difference);
        if (code == 0) difference->waiting = keys_next(&difference->source, &code);
    }
    return code;
}

/* ---------------------------------------------------------------- the whole */

static void print_shares(const cli_difference *difference) {
    const cli_comparison *comparison = &difference->comparison;
    if (difference->json != NULL) {
        json_key(difference->json, "moved_share");
        json_real(difference->json, comparison->moved);
        json_key(difference->json, "least_share");
        json_real(difference->json, comparison->least);
        return;
    }
    const char *what = difference->places == 1 ? "all keys" : "all places of keys";
    double places = (double)difference->places;
    if (!isnan(comparison->moved))
        output_format("moves       %.2f%% of %s are expected to move; %.2f%% must\n", 100 * comparison->moved, what,
                      100 * comparison->least);
    else if (!isnan(comparison->least))
        output_format("moves       %.2f%% of %s must move\n", 100 * comparison->least / places, what);
    if (difference->has_keys)
        output_format("keys        %llu of %llu move\n", (unsigned long long)difference->keys_moved,
                      (unsigned long long)difference->keys_read);
}

static void print_side(cli_json *json, const char *key, const cli_session *session) {
    json_key(json, key);
    json_open(json, '{');
    json_member_unsigned(json, "size", proxenos_cluster_size(session->cluster));
    session_json(session, json);
    json_close(json, '}');
}

static int print_difference(cli_difference *difference) {
    cli_json json = {0};
    if (arguments_format(difference->before->arguments) == FORMAT_JSON) {
        difference->json = &json;
        json_open(&json, '{');
        print_side(&json, "before", difference->before);
        print_side(&json, "after", difference->after);
    }
    size_t changed = print_changes(difference);
    if (difference->has_keys) {
        if (difference->json != NULL) {
            json_key(&json, "moves");
            json_open(&json, '[');
        }
        int code = print_key_moves(difference);
        /* What is half must not pass for whole: no count, and JSON without its end. */
        if (code != 0) return code;
        if (difference->json != NULL) {
            json_close(&json, ']');
            json_member_unsigned(&json, "keys", difference->keys_read);
            json_member_unsigned(&json, "moved_keys", difference->keys_moved);
        }
    }
    if (difference->json != NULL || changed > 0) print_shares(difference);
    if (difference->json != NULL) json_close(&json, '}');
    return changed > 0 ? EXIT_NO : 0;
}

static int read_side(cli_session *session, const cli_arguments *arguments, size_t side, bool with_selector) {
    const char *source = side < arguments->operand_count ? arguments->operands[side] : NULL;
    int code = session_start_from(session, arguments, source);
    if (code == 0) code = session_read(session, !with_selector);
    if (code == 0 && with_selector) code = session_prepare(session);
    return code;
}

static int run_diff(const cli_arguments *arguments) {
    cli_session before = {0}, after = {0};
    static cli_difference difference;
    const char *keys = arguments_value(arguments, OPTION_KEYS);
    const char *table = arguments_value(arguments, OPTION_TABLE);
    bool with_selector = keys != NULL || table != NULL || arguments_count(arguments, OPTION_EXPECT_SCHEME) > 0;
    uint64_t places = 1;
    difference.before = &before;
    difference.after = &after;
    difference.has_keys = keys != NULL;
    int code = arguments_number(arguments, OPTION_COUNT, 1, UINT32_MAX, 1, &places);
    difference.places = (size_t)places;
    if (code == 0 && keys != NULL) code = keys_open(&difference.source, arguments, keys, 0);
    if (code == 0) code = read_side(&before, arguments, 0, with_selector);
    if (code == 0) code = read_side(&after, arguments, 1, with_selector);
    const compared_side old = {before.cluster, before.selector}, new = {after.cluster, after.selector};
    if (code == 0 && !compare_clusters(&difference.comparison, &after, &old, &new, difference.places,
                                       proxenos_settings_get(after.settings, "spread") != NULL))
        code = out_of_memory();
    if (code == 0 && keys != NULL && places > 1 &&
        !replicas_start(&difference.replicas, before.selector, after.selector, after.spread, difference.places))
        code = out_of_memory();
    if (code == 0) code = read_first_keys(&difference);
    if (code == 0) code = print_difference(&difference);
    if (keys != NULL) keys_close(&difference.source);
    replicas_end(&difference.replicas);
    comparison_free(&difference.comparison);
    session_end(&before);
    session_end(&after);
    return code;
}

static const char *const synopses[] = {"[OPTION]... BEFORE [AFTER]", NULL};
static const char *const examples[] = {
    "proxenos diff old.yaml new.yaml", "which nodes differ between two files",
    "proxenos diff saved.json @web", "what changed since 'nodes -o json >saved.json' in the cluster web of the "
    "configuration",
    "proxenos diff saved.json -b consul -s web --keys keys.txt", "and which of these keys moved",
    NULL};

const cli_verb verb_diff = {
    .name = "diff",
    .summary = "which nodes differ between two clusters, which keys move",
    .synopses = synopses,
    .description =
        "Prints the nodes that joined, left, or changed their weight, address, zone or metadata from BEFORE to "
        "AFTER, which is all that an answer can depend on, and the share of all keys that this is expected to move; "
        "with --keys the very keys. Each is a file that "
        "static-file reads, such as a saved 'nodes -o json', or @NAME, a cluster of the configuration, "
        "read now. Without AFTER, the options name it.\n\n"
        "Exit code 0: the same nodes; 1: they differ.",
    .examples = examples,
    .groups = GROUP_ANSWER | GROUP_KEYS | GROUP_KEY_SIZE | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .operand = COMPLETE_FILE,
    .least_operands = 1,
    .most_operands = 2,
    .missing = "two clusters to compare",
    .run = run_diff,
};
