/* SPDX-License-Identifier: MIT */
/* What a verb does with the library, from the command line to a selector:
 *
 *     session_start -> session_read -> session_prepare -> ... -> session_end
 *
 * What returns an int gives 0, or the exit code after one line that says why. */
#ifndef CLI_SESSION_SESSION_H
#define CLI_SESSION_SESSION_H

#include "options/arguments.h"
#include "output/json.h"

#include <proxenos/proxenos.h>

typedef struct cli_session {
    const cli_arguments *arguments;
    proxenos_context *context;
    proxenos_config *config;
    proxenos_settings *settings;
    proxenos_cluster *cluster;
    proxenos_selector *selector;
    const char *spread;          /* what rankings are spread by, or NULL; the settings' */
    const char *file;            /* nodes come from this file, whatever flags say; or NULL */
    bool backend_is_assumed;     /* nobody named one */
    proxenos_error error;
} cli_session;

/* The context and the configuration; says nothing, session->error does. */
proxenos_status session_load(cli_session *session, const cli_arguments *arguments);
/* Makes (or replaces) the settings: configuration, environment, flags; of this
 * cluster, or with NULL of the default one.  Says nothing. */
proxenos_status session_settle(cli_session *session, const char *cluster);

/* Both, for the cluster of -C. */
int session_start(cli_session *session, const cli_arguments *arguments);
/* The same, for a source named by an operand: a file, or @NAME, a cluster of the
 * configuration; NULL: what the flags say. */
int session_start_from(cli_session *session, const cli_arguments *arguments, const char *source);
/* Reads the cluster.  `may_be_empty`: else no node is an error that counts what
 * each filter dropped. */
int session_read(cli_session *session, bool may_be_empty);
/* The selector, and --expect-scheme. */
int session_prepare(cli_session *session);
/* --expect-scheme alone, for a selector that is there. */
int session_check_scheme(const cli_session *session);
/* Whether weights do not count, not even 0. */
bool session_ignores_weights(const cli_session *session);
/* The best `count` nodes for a key, by --spread where it is given. */
proxenos_status rank_key(const cli_session *session, const void *key, size_t length, size_t count,
                         proxenos_ranked *places, size_t *ranked, proxenos_error *error);
/* The same, or all there are; *places is to be freed. */
int session_rank(cli_session *session, const char *key, size_t count, proxenos_ranked **places, size_t *ranked);
/* From the command line to the selector. */
int session_select(cli_session *session, const cli_arguments *arguments);
/* "fingerprint", "backend" and "report" of the cluster, members of an object that
 * is open. */
void session_json(const cli_session *session, cli_json *json);
/* Welcome after any of the others, failed or not. */
void session_end(cli_session *session);

/* Says session->error in one line and gives its exit code. */
int session_failed(cli_session *session);
/* The same for an exit code of our own. */
int out_of_memory(void);

#endif
