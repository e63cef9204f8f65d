/* SPDX-License-Identifier: MIT */
/* proxenos select: the node of a key. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/node.h"
#include "output/stdout.h"
#include "session/keys.h"
#include "session/session.h"
#include "verbs/select/stream.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>


/* The best `count` nodes of one key. */
typedef struct key_answer {
    const char *key;
    proxenos_ranked *places;
    size_t count;
} key_answer;

static void print_json(const cli_session *session, const key_answer *answer) {
    cli_json json = {0};
    json_open(&json, '{');
    json_member_bytes(&json, "key", "key_hex", answer->key, strlen(answer->key));
    json_key(&json, "node");
    node_json(&json, answer->places[0].node);
    if (arguments_count(session->arguments, OPTION_COUNT) > 0) {
        json_key(&json, "nodes");
        json_open(&json, '[');
        for (size_t i = 0; i < answer->count; i++) node_json(&json, answer->places[i].node);
        json_close(&json, ']');
    }
    json_member(&json, "scheme", proxenos_selector_scheme(session->selector));
    session_json(session, &json);
    json_close(&json, '}');
}

static void print(const cli_session *session, const key_answer *answer) {
    unsigned format = arguments_format(session->arguments);
    if (format == FORMAT_JSON) {
        print_json(session, answer);
        return;
    }
    for (size_t i = 0; i < answer->count; i++) {
        if (format == FORMAT_TSV) node_tsv(answer->places[i].node);
        else output_escaped(proxenos_node_address(answer->places[i].node));
        output_char('\n');
    }
}

static int answer_key(cli_session *session, const char *key, size_t count) {
    key_answer answer = {.key = key};
    int code = session_rank(session, key, count, &answer.places, &answer.count);
    if (code == 0) print(session, &answer);
    free(answer.places);
    return code;
}

/* ------------------------------------------------------------- many keys */

static int answer_stream(cli_session *session, size_t count, unsigned jobs) {
    size_t size = proxenos_cluster_size(session->cluster);
    stream_options options = {.end = '\n', .format = arguments_format(session->arguments), .jobs = jobs};
    int code = key_limit(session->arguments, &options.max_key);
    if (code != 0) return code;
    options.count = count < size ? count : size;
    if (arguments_count(session->arguments, OPTION_STDIN0) > 0) options.end = '\0';
    return stream_select(session, &options);
}

/* --------------------------------------------------------------- the verb */

static int check_operands(const cli_arguments *arguments, bool is_stream) {
    if (is_stream && arguments->operand_count > 0)
        return usage_error(arguments->verb, "select takes a KEY or --stdin, not both");
    if (!is_stream && arguments->operand_count == 0) return usage_error(arguments->verb, "select needs a KEY");
    if (!is_stream && arguments_count(arguments, OPTION_JOBS) > 0)
        return usage_error(arguments->verb, "--jobs goes with --stdin");
    return key_check(arguments, is_stream ? "" : arguments->operands[0]);
}

static int run_select(const cli_arguments *arguments) {
    uint64_t count;
    unsigned jobs;
    bool is_stream = arguments_count(arguments, OPTION_STDIN) + arguments_count(arguments, OPTION_STDIN0) > 0;
    int code = check_operands(arguments, is_stream);
    if (code == 0) code = arguments_number(arguments, OPTION_COUNT, 1, UINT32_MAX, 1, &count);
    if (code == 0) code = arguments_jobs(arguments, &jobs);
    if (code != 0) return code;
    cli_session session;
    code = session_select(&session, arguments);
    if (code == 0 && is_stream) code = answer_stream(&session, (size_t)count, jobs);
    else if (code == 0) code = answer_key(&session, arguments->operands[0], (size_t)count);
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"[OPTION]... KEY", "[OPTION]... --stdin", NULL};
static const char *const examples[] = {
    "proxenos select -b consul -h localhost -p 8500 github.com",
    "the node of the key github.com among all of Consul's",
    "proxenos select -s web -n 3 user:17", "the first three nodes of the service web",
    "proxenos select -f nodes.yaml -T '^ssd$' -o json user:17", "from a file, among those tagged ssd only",
    "cut -d, -f1 users.csv | proxenos select -f nodes.yaml --stdin", "each user and its node, on a line each",
    NULL};

const cli_verb verb_select = {
    .name = "select",
    .summary = "the node that a key belongs to",
    .synopses = synopses,
    .description = "Prints the address of the node that KEY belongs to. The same key and the same nodes give the "
                   "same answer on every machine; when a node goes, only its own keys move.\n\n"
                   "KEY is any text, also the empty one. A key that begins with '-' goes behind '--'.\n\n"
                   "With --stdin prints each key, a tab and its address, one a line, in the order of the keys.",
    .examples = examples,
    .groups =
        GROUP_KEY_SIZE | GROUP_STREAM | GROUP_JOBS | GROUP_ANSWER | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_TSV | FORMAT_JSON,
    .most_operands = 1,
    .run = run_select,
};
