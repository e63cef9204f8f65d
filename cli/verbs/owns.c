/* SPDX-License-Identifier: MIT */
/* proxenos owns: does a key belong to this node? */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "output/node.h"
#include "output/stdout.h"
#include "session/keys.h"
#include "session/session.h"
#include "session/node-text.h"

#include <stdlib.h>
#include <string.h>

/* A name that no node has would say no for ever: say why, and what was meant. */
static void warn_of_stranger(const cli_session *session, const char *me) {
    const proxenos_node *node;
    for (size_t i = 0; (node = proxenos_cluster_node(session->cluster, i)) != NULL; i++) {
        if (strcmp(proxenos_node_host(node), me) != 0 && strcmp(proxenos_node_name(node), me) != 0 &&
            strcmp(proxenos_node_address(node), me) != 0)
            continue;
        message_warning("no node is known as '%s'; did you mean '%s'?", me, proxenos_node_identity(node));
        return;
    }
    message_warning("no node is known as '%s'; 'proxenos nodes' lists them", me);
}

static void print_json(const cli_session *session, const char *key, const char *me, const proxenos_ranked *places,
                       size_t count, size_t mine) {
    cli_json json = {0};
    json_open(&json, '{');
    json_member_bytes(&json, "key", "key_hex", key, strlen(key));
    json_member(&json, "me", me);
    json_key(&json, "owns");
    json_boolean(&json, mine < count);
    json_key(&json, "owners");
    json_open(&json, '[');
    for (size_t i = 0; i < count; i++) json_text(&json, proxenos_node_identity(places[i].node));
    json_close(&json, ']');
    json_member(&json, "scheme", proxenos_selector_scheme(session->selector));
    session_json(session, &json);
    json_close(&json, '}');
}

static int answer(cli_session *session, const char *key, const char *me, size_t wanted) {
    proxenos_ranked *places;
    size_t count, mine = 0;
    if (proxenos_cluster_find(session->cluster, me) == NULL) warn_of_stranger(session, me);
    int code = session_rank(session, key, wanted, &places, &count);
    if (code != 0) return code;
    while (mine < count && strcmp(proxenos_node_identity(places[mine].node), me) != 0) mine++;
    if (arguments_format(session->arguments) == FORMAT_JSON) print_json(session, key, me, places, count, mine);
    free(places);
    return mine < count ? 0 : EXIT_NO;
}

/* An address may be written in many ways, and [2001:DB8:0::1]:80 must not mean "no"
 * for ever.  What is no address at all is a mistake, not a no. */
static int answer_for(cli_session *session, const char *key, const char *me, size_t wanted) {
    proxenos_cluster *own = NULL;
    bool by_address = strcmp(proxenos_settings_get(session->settings, "identity"), "address") == 0;
    if (by_address && proxenos_cluster_find(session->cluster, me) == NULL) {
        proxenos_error error;
        if (node_text_cluster(me, &own, &error) != PROXENOS_OK)
            return usage_error(session->arguments->verb, "--me: %s", error.text);
        me = proxenos_node_identity(proxenos_cluster_node(own, 0));
    }
    int code = answer(session, key, me, wanted);
    proxenos_cluster_unref(own);
    return code;
}

static int run_owns(const cli_arguments *arguments) {
    uint64_t count;
    const char *me = arguments_value(arguments, OPTION_ME);
    if (me == NULL) return usage_error(arguments->verb, "owns needs --me IDENTITY");
    int code = key_check(arguments, arguments->operands[0]);
    if (code == 0) code = arguments_number(arguments, OPTION_COUNT, 1, UINT32_MAX, 1, &count);
    if (code != 0) return code;
    cli_session session;
    code = session_select(&session, arguments);
    if (code == 0) code = answer_for(&session, arguments->operands[0], me, (size_t)count);
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"--me IDENTITY [OPTION]... KEY", NULL};
static const char *const examples[] = {
    "proxenos owns -C web --me 10.0.0.1:80 nightly && run-nightly",
    "in everyone's crontab: one machine runs it",
    "proxenos owns -s store --me 10.0.0.1:80 -n 3 user:17", "is this node one of the three that hold the key?",
    NULL};

const cli_verb verb_owns = {
    .name = "owns",
    .summary = "does a key belong to this node? Exit code 0 yes, 1 no",
    .synopses = synopses,
    .description =
        "Ends with exit code 0 when KEY belongs to the node IDENTITY, or with -n to it among the best N "
        "nodes; with 1 when it does not; with another code when that cannot be told. Prints nothing, but "
        "warns when no node has that identity.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_OWNS | GROUP_ANSWER | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .least_operands = 1,
    .most_operands = 1,
    .missing = "a KEY",
    .run = run_owns,
};
