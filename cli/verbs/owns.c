/* SPDX-License-Identifier: MIT */
/* proxenos owns: does a key belong to this node? */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "output/node.h"
#include "output/stdout.h"
#include "session/keys.h"
#include "session/me.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

/* `me` NULL: a stranger, called so. */
static void print_json(const cli_session *session, const char *key, const proxenos_node *me, const char *called,
                       const proxenos_ranked *places, size_t count, size_t mine) {
    cli_json json = {0};
    json_open(&json, '{');
    json_member_bytes(&json, "key", "key_hex", key, strlen(key));
    json_member(&json, "me", me != NULL ? proxenos_node_identity(me) : called);
    json_key(&json, "absent");
    json_boolean(&json, me == NULL);
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

static int answer(cli_session *session, const char *key, const proxenos_node *me, const char *called, size_t wanted) {
    proxenos_ranked *places;
    size_t count, mine = 0;
    int code = session_rank(session, key, wanted, &places, &count);
    if (code != 0) return code;
    while (mine < count && places[mine].node != me) mine++;
    if (arguments_format(session->arguments) == FORMAT_JSON)
        print_json(session, key, me, called, places, count, mine);
    free(places);
    return mine < count ? 0 : EXIT_NO;
}

/* A name that nobody has would say no for ever, on every machine: it is an error,
 * unless --absent takes it for a no. */
static int answer_for(cli_session *session, const char *key, const char *called, size_t wanted) {
    const char *absent = arguments_value(session->arguments, OPTION_ABSENT);
    const proxenos_node *me;
    char why[1024];
    me_result result = me_find(session->cluster, called, &me, why, sizeof why);
    if (result == ME_NOBODY && absent != NULL && strcmp(absent, "no") == 0) {
        message_warning("%s", why);
    } else if (result != ME_FOUND) {
        message_error("%s", why);
        return EXIT_NO_NODE;
    }
    return answer(session, key, me, called, wanted);
}

static int run_owns(const cli_arguments *arguments) {
    uint64_t count;
    const char *me = arguments_value(arguments, OPTION_ME);
    if (me == NULL || me[0] == '\0') return usage_error(arguments->verb, "owns needs --me NODE");
    int code = key_check(arguments, arguments->operands[0]);
    if (code == 0) code = arguments_number(arguments, OPTION_COUNT, 1, UINT32_MAX, 1, &count);
    if (code != 0) return code;
    cli_session session;
    code = session_select(&session, arguments);
    if (code == 0) code = answer_for(&session, arguments->operands[0], me, (size_t)count);
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"--me NODE [OPTION]... KEY", NULL};
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
        "Ends with exit code 0 when KEY belongs to NODE, or with -n to it among the best N nodes; with 1 when it "
        "does not; with another code when that cannot be told. Prints nothing. A NODE that is not among the "
        "nodes is an error, 65, and never a no: else a job that is guarded so would run nowhere.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_ME | GROUP_OWNS | GROUP_ANSWER | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .least_operands = 1,
    .most_operands = 1,
    .missing = "a KEY",
    .run = run_owns,
};
