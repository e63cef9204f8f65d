/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include "output/message.h"
#include "output/node.h"
#include "session/doubts.h"
#include "session/flags.h"
#include "session/preloaded.h"
#include "process/signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int session_failed(cli_session *session) {
    proxenos_error *error = &session->error;
    if (error->status == PROXENOS_ERROR_CANCELLED && signals_have_interrupted()) message_error("interrupted");
    else message_error("%s", error->text[0] != '\0' ? error->text : proxenos_status_name(error->status));
    return proxenos_status_exit_code(error->status);
}

int out_of_memory(void) {
    message_error("out of memory");
    return EXIT_INTERNAL;
}

proxenos_status session_load(cli_session *session, const cli_arguments *arguments) {
    *session = (struct cli_session){.arguments = arguments};
    proxenos_status status = proxenos_context_new(&session->context, &session->error);
    if (status != PROXENOS_OK) return status;
    proxenos_context_set_log(session->context, message_log, NULL);
    status = preloaded_announce(session->context, &session->error);
    if (status != PROXENOS_OK) return status;
    return proxenos_config_load(session->context, arguments_value(arguments, OPTION_CONFIG), &session->config,
                                &session->error);
}

proxenos_status session_settle(cli_session *session, const char *cluster) {
    proxenos_settings_free(session->settings);
    session->settings = NULL;
    proxenos_error *error = &session->error;
    proxenos_status status = proxenos_settings_new(session->context, &session->settings, error);
    if (status == PROXENOS_OK)
        status = proxenos_settings_use_config(session->settings, session->config, cluster, error);
    if (status == PROXENOS_OK) status = proxenos_settings_use_environment(session->settings, error);
    if (status == PROXENOS_OK)
        status = flags_apply(session->context, session->settings, session->arguments, session->file,
                             &session->backend_is_assumed, error);
    return status;
}

int session_start_from(cli_session *session, const cli_arguments *arguments, const char *source) {
    bool is_cluster = source != NULL && source[0] == '@';
    const char *cluster = is_cluster ? source + 1 : arguments_value(arguments, OPTION_CLUSTER);
    proxenos_status status = session_load(session, arguments);
    session->file = is_cluster ? NULL : source;
    if (status == PROXENOS_OK) status = session_settle(session, cluster);
    if (status == PROXENOS_OK && session->backend_is_assumed && cluster == NULL)
        status = doubt_assumption(session->config, arguments, &session->error);
    return status == PROXENOS_OK ? 0 : session_failed(session);
}

int session_start(cli_session *session, const cli_arguments *arguments) {
    return session_start_from(session, arguments, NULL);
}

static int no_node(const cli_session *session) {
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(session->cluster, &report);
    if (report.read == 0) {
        message_error("no node: the backend '%s' gave none", proxenos_settings_get(session->settings, "backend"));
        return EXIT_NO_NODE;
    }
    char more[160] = "";
    if (report.dropped_zone + report.dropped_metadata + report.dropped_has_tag > 0)
        (void)snprintf(more, sizeof more, ", the zone filter %zu, the metadata filter %zu, the lack of a tag %zu",
                       report.dropped_zone, report.dropped_metadata, report.dropped_has_tag);
    message_error("no node is left: of %zu read, %zu were unusable, the address filter dropped %zu, the service "
                  "name filter %zu, the tag filter %zu%s", report.read, report.skipped, report.dropped_address,
                  report.dropped_name, report.dropped_tags, more);
    return EXIT_NO_NODE;
}

/* One who named no backend may not expect a word about Consul. */
static void explain_assumption(cli_session *session) {
    static const char hint[] = " (no backend was named, so consul was asked; -b, -f or a configuration names one)";
    size_t length = strlen(session->error.text);
    if (session->backend_is_assumed && session->error.status == PROXENOS_ERROR_UNREACHABLE &&
        length + sizeof hint <= sizeof session->error.text)
        memcpy(session->error.text + length, hint, sizeof hint);
}

/* In release 0.0.3 of the Python package -f was a pattern. */
static void explain_pattern(cli_session *session) {
    static const char hint[] = "; a pattern for addresses is -A here, see proxenos-migrate(7)";
    const char *file = arguments_value(session->arguments, OPTION_FILE);
    size_t length = strlen(session->error.text);
    if (file != NULL && session->error.status == PROXENOS_ERROR_NOT_FOUND && strpbrk(file, "^$*+?[](){}|\\") != NULL &&
        length + sizeof hint <= sizeof session->error.text)
        memcpy(session->error.text + length, hint, sizeof hint);
}

int session_read(cli_session *session, bool may_be_empty) {
    proxenos_mapper *mapper = NULL;
    proxenos_status status = proxenos_mapper_open(session->settings, &mapper, &session->error);
    if (status == PROXENOS_OK) {
        signals_watch(mapper);
        status = proxenos_mapper_update(mapper, -1, &session->cluster, &session->error);
        signals_watch(NULL);
    }
    proxenos_mapper_close(mapper);
    if (status != PROXENOS_OK) {
        explain_assumption(session);
        explain_pattern(session);
        return session_failed(session);
    }
    if (!may_be_empty && proxenos_cluster_size(session->cluster) == 0) return no_node(session);
    doubt_unused(session->settings, session->cluster);
    return 0;
}

bool session_ignores_weights(const cli_session *session) {
    const char *compat = proxenos_settings_get(session->settings, "compat");
    return compat != NULL && strcmp(compat, "python") == 0;
}

/* Who expects settings alone leaves out the fingerprint of the nodes behind them. */
static bool is_expected(const char *expected, const char *scheme) {
    const char *nodes = strstr(scheme, "/nodes=");
    if (strcmp(expected, scheme) == 0) return true;
    return nodes != NULL && strlen(expected) == (size_t)(nodes - scheme) &&
           strncmp(expected, scheme, strlen(expected)) == 0;
}

int session_check_scheme(const cli_session *session) {
    const char *expected = arguments_value(session->arguments, OPTION_EXPECT_SCHEME);
    const char *scheme = proxenos_selector_scheme(session->selector);
    if (expected == NULL || is_expected(expected, scheme)) return 0;
    message_error("--expect-scheme: this machine answers by '%s', not by '%s'", scheme, expected);
    return EXIT_CONFIG;
}

int session_prepare(cli_session *session) {
    if (proxenos_selector_open(session->settings, session->cluster, &session->selector, &session->error) !=
        PROXENOS_OK)
        return session_failed(session);
    session->spread = proxenos_settings_get(session->settings, "spread");
    return session_check_scheme(session);
}

int session_select(cli_session *session, const cli_arguments *arguments) {
    int code = session_start(session, arguments);
    if (code == 0) code = session_read(session, false);
    return code == 0 ? session_prepare(session) : code;
}

proxenos_status rank_key(const cli_session *session, const void *key, size_t length, size_t count,
                         proxenos_ranked *places, size_t *ranked, proxenos_error *error) {
    const char *spread = session->spread;
    if (spread == NULL) return proxenos_rank(session->selector, key, length, count, places, ranked, error);
    return proxenos_rank_spread(session->selector, key, length, count, spread, places, ranked, error);
}

int session_rank(cli_session *session, const char *key, size_t count, proxenos_ranked **places, size_t *ranked) {
    size_t size = proxenos_cluster_size(session->cluster);
    if (count > size) count = size;
    *places = calloc(count, sizeof **places);
    if (*places == NULL) return out_of_memory();
    proxenos_status status = rank_key(session, key, strlen(key), count, *places, ranked, &session->error);
    if (status == PROXENOS_OK) return 0;
    free(*places);
    *places = NULL;
    return session_failed(session);
}

void session_json(const cli_session *session, cli_json *json) {
    cluster_json(json, session->cluster, proxenos_settings_get(session->settings, "backend"));
}

void session_end(cli_session *session) {
    proxenos_selector_unref(session->selector);
    proxenos_cluster_unref(session->cluster);
    proxenos_settings_free(session->settings);
    proxenos_config_free(session->config);
    proxenos_context_free(session->context);
}
