/* SPDX-License-Identifier: MIT */
/* proxenos config: is the configuration right, and what comes of it. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/json.h"
#include "output/message.h"
#include "output/stdout.h"
#include "output/text.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- checking */

typedef struct config_check {
    const cli_session *session;
    cli_json *json;            /* NULL: text */
    size_t clusters, problems;
} config_check;

static void report_cluster(config_check *check, const char *cluster, const proxenos_error *error) {
    check->clusters++;
    check->problems += error != NULL;
    if (check->json == NULL) {
        if (error != NULL && cluster != NULL) message_error("cluster '%s': %s", cluster, error->text);
        else if (error != NULL) message_error("%s", error->text);
        return;
    }
    json_open(check->json, '{');
    json_member(check->json, "cluster", cluster);
    json_key(check->json, "ok");
    json_boolean(check->json, error == NULL);
    json_member(check->json, "problem", error != NULL ? error->text : NULL);
    json_close(check->json, '}');
}

/* A fault of the configuration is an answer; one of ours is not. */
static bool is_answer(proxenos_status status) {
    return status != PROXENOS_ERROR_MEMORY && status != PROXENOS_ERROR_INTERNAL &&
           status != PROXENOS_ERROR_ARGUMENT;
}

/* A schema takes a key of 15 bytes, its hash does not.  What is to be warned of
 * has been said by the check of the settings. */
static proxenos_status check_hash(cli_session *session) {
    proxenos_hash_function *hash;
    proxenos_context_set_log(session->context, NULL, NULL);
    proxenos_status status = proxenos_hash_open(session->settings, &hash, &session->error);
    proxenos_context_set_log(session->context, message_log, NULL);
    proxenos_hash_unref(hash);
    return status;
}

static int check_cluster(config_check *check, cli_session *session, const char *cluster) {
    proxenos_status status = session_settle(session, cluster);
    if (status == PROXENOS_OK) status = proxenos_settings_check(session->settings, &session->error);
    if (status == PROXENOS_OK) status = check_hash(session);
    if (!is_answer(status)) return session_failed(session);
    report_cluster(check, cluster, status == PROXENOS_OK ? NULL : &session->error);
    return 0;
}

/* The clusters of the file, or the one of -C; without any, what is common. */
static int check_clusters(config_check *check, cli_session *session) {
    const char *only = arguments_value(session->arguments, OPTION_CLUSTER);
    if (only != NULL || proxenos_config_cluster_name(session->config, 0) == NULL)
        return check_cluster(check, session, only);
    int code = 0;
    for (size_t i = 0; code == 0 && proxenos_config_cluster_name(session->config, i) != NULL; i++)
        code = check_cluster(check, session, proxenos_config_cluster_name(session->config, i));
    return code;
}

static void say_fine(const config_check *check) {
    const char *path = proxenos_config_path(check->session->config);
    if (path == NULL) {
        output_text("no configuration file; the defaults are fine\n");
        return;
    }
    output_escaped(path);
    if (proxenos_config_cluster_name(check->session->config, 0) == NULL) {
        output_text(": no cluster, no problem\n");
        return;
    }
    output_format(": %zu cluster%s, no problem\n", check->clusters, check->clusters == 1 ? "" : "s");
}

static int run_check(cli_session *session, const cli_arguments *arguments) {
    cli_json json = {0};
    config_check check = {.session = session};
    proxenos_status status = session_load(session, arguments);
    if (!is_answer(status)) return session_failed(session);
    bool as_json = arguments_format(arguments) == FORMAT_JSON;
    if (as_json) {
        check.json = &json;
        json_open(&json, '{');
        json_member(&json, "config", status == PROXENOS_OK ? proxenos_config_path(session->config)
                                                           : arguments_value(arguments, OPTION_CONFIG));
        json_key(&json, "checks");
        json_open(&json, '[');
    }
    int code = 0;
    if (status != PROXENOS_OK) report_cluster(&check, NULL, &session->error);
    else code = check_clusters(&check, session);
    if (code != 0) return code; /* what is half must not pass for whole */
    if (as_json) {
        json_close(&json, ']');
        json_key(&json, "ok");
        json_boolean(&json, check.problems == 0);
        json_close(&json, '}');
    } else if (check.problems == 0) {
        say_fine(&check);
    }
    return check.problems > 0 ? EXIT_NO : 0;
}

/* ---------------------------------------------------------------- showing */

typedef struct setting_row {
    char *name, *value, *said_by;
} setting_row;

typedef struct setting_list {
    const cli_session *session;
    setting_row *rows;
    size_t count, capacity;
    bool failed;
} setting_list;

static int collect(void *user, const char *name, const char *value, const char *said_by) {
    setting_list *showing = user;
    if (showing->count == showing->capacity) {
        size_t capacity = showing->capacity == 0 ? 32 : 2 * showing->capacity;
        setting_row *rows = realloc(showing->rows, capacity * sizeof *rows);
        showing->failed = rows == NULL;
        if (rows == NULL) return 1;
        showing->rows = rows;
        showing->capacity = capacity;
    }
    setting_row *row = &showing->rows[showing->count++];
    *row = (setting_row){strdup(name), strdup(value), strdup(said_by)};
    showing->failed = row->name == NULL || row->value == NULL || row->said_by == NULL;
    return showing->failed;
}

static void showing_free(setting_list *showing) {
    for (size_t i = 0; i < showing->count; i++) {
        free(showing->rows[i].name);
        free(showing->rows[i].value);
        free(showing->rows[i].said_by);
    }
    free(showing->rows);
}

/* A plain scalar where YAML takes it as it is, else single-quoted, or with JSON's quotes and
 * escapes, which are YAML's too.  Returns its width. */
static size_t yaml_scalar(const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    size_t length = strlen(text);
    if (length > 0 && strspn(text, plain) == length && text[0] != '-') {
        output_text(text);
        return length;
    }
    if (!text_is_plain(text)) {
        cli_json json = {0};
        json_text(&json, text);
        return text_width(text) + 2;
    }
    output_char('\'');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'') output_char('\'');
        output_char(*p);
    }
    output_char('\'');
    return text_width(text) + 2;
}

/* One line of YAML with who said it behind. */
static void print_line(const char *before, const char *name, const setting_row *row) {
    enum { COMMENT_COLUMN = 42 };
    size_t width = strlen(before) + strlen(name);
    output_text(before);
    output_text(name);
    if (name[0] != '\0') {
        output_text(": ");
        width += 2;
    }
    width += yaml_scalar(row->value);
    output_padded("", width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 0);
    output_text("  # ");
    output_escaped(row->said_by);
    output_char('\n');
}

/* The section of a name as the file has it: "backend.host" is consul: {host: ...}. */
static const char *section_of(const cli_session *session, const char *name) {
    if (strncmp(name, "backend.", 8) == 0) return proxenos_settings_get(session->settings, "backend");
    if (strncmp(name, "hash.", 5) == 0) return proxenos_settings_get(session->settings, "hash");
    static const char *const sections[] = {"filter", "follow", "snapshot"};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        size_t length = strlen(sections[i]);
        if (strncmp(name, sections[i], length) == 0 && name[length] == '.') return sections[i];
    }
    return "";
}

static bool is_secret(const setting_row *row) {
    return strcmp(row->value, "(secret)") == 0;
}

/* A section of nothing but secrets is a comment as a whole. */
static void print_section(const setting_list *showing, size_t first, const char *owner) {
    bool has_values = false;
    for (size_t i = first;
         i < showing->count && strcmp(section_of(showing->session, showing->rows[i].name), owner) == 0; i++)
        has_values = has_values || !is_secret(&showing->rows[i]);
    output_format("%s%s:\n", has_values ? "" : "# ", owner);
}

static void print_yaml(const setting_list *showing) {
    const char *section = "";
    for (size_t i = 0; i < showing->count; i++) {
        const setting_row *row = &showing->rows[i];
        const char *owner = section_of(showing->session, row->name);
        bool is_nested = owner[0] != '\0';
        if (is_nested && strcmp(owner, section) != 0) print_section(showing, i, owner);
        section = owner;
        const char *name = is_nested ? strchr(row->name, '.') + 1 : row->name;
        const char *indent = is_nested ? (is_secret(row) ? "  # " : "  ") : is_secret(row) ? "# " : "";
        bool goes_on = i + 1 < showing->count && strcmp(showing->rows[i + 1].name, row->name) == 0;
        bool is_first = i == 0 || strcmp(showing->rows[i - 1].name, row->name) != 0;
        if (is_first && !goes_on) {
            print_line(indent, name, row);
            continue;
        }
        if (is_first) output_format("%s%s:\n", indent, name);
        print_line("    - ", "", row);
    }
}

static void print_settings_json(const setting_list *showing, const char *cluster) {
    cli_json json = {0};
    json_open(&json, '{');
    json_member(&json, "config", proxenos_config_path(showing->session->config));
    json_member(&json, "cluster", cluster);
    json_key(&json, "settings");
    json_open(&json, '[');
    for (size_t i = 0; i < showing->count; i++) {
        json_open(&json, '{');
        json_member(&json, "name", showing->rows[i].name);
        json_member(&json, "value", showing->rows[i].value);
        json_member(&json, "from", showing->rows[i].said_by);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
}

static void print_origin(const cli_session *session, const char *cluster) {
    const char *path = proxenos_config_path(session->config);
    output_text(cluster != NULL ? "# cluster " : "# no named cluster");
    if (cluster != NULL) output_escaped(cluster);
    output_text(path != NULL ? ", " : ", no configuration file");
    if (path != NULL) output_escaped(path);
    output_char('\n');
}

static int run_show(cli_session *session, const cli_arguments *arguments) {
    const char *cluster = arguments_value(arguments, OPTION_CLUSTER);
    proxenos_status status = session_load(session, arguments);
    if (status == PROXENOS_OK) status = session_settle(session, cluster);
    if (status != PROXENOS_OK) return session_failed(session);
    int code = 0;
    setting_list showing = {.session = session};
    if (cluster == NULL) cluster = proxenos_config_default_cluster(session->config);
    status = proxenos_settings_each(session->settings, collect, &showing, &session->error);
    if (showing.failed) {
        code = out_of_memory();
    } else if (status != PROXENOS_OK) {
        code = session_failed(session);
    } else if (arguments_format(arguments) == FORMAT_JSON) {
        print_settings_json(&showing, cluster);
    } else {
        print_origin(session, cluster);
        print_yaml(&showing);
    }
    showing_free(&showing);
    return code;
}

/* --------------------------------------------------------------- the verb */

static int run_config(const cli_arguments *arguments) {
    const char *word = arguments->operands[0];
    bool is_check = strcmp(word, "check") == 0;
    if (!is_check && strcmp(word, "show") != 0)
        return usage_unknown(arguments->verb, "config", arguments->verb->words, word);
    cli_session session;
    int code = is_check ? run_check(&session, arguments) : run_show(&session, arguments);
    session_end(&session);
    return code;
}

static const char *const words[] = {"check", "show", NULL};
static const char *const synopses[] = {"check [OPTION]...", "show [OPTION]...", NULL};
static const char *const examples[] = {
    "proxenos config check -c proxenos.yaml", "is every cluster of the file right? Exit code 1: no",
    "proxenos config show -C web -h other", "what would hold for the cluster web, and who said each value",
    NULL};

const cli_verb verb_config = {
    .name = "config",
    .summary = "check the configuration, show what comes of it",
    .synopses = synopses,
    .description =
        "check tests every cluster of the configuration, or that of -C, against the options of the chosen "
        "plugins, without asking any source; exit code 1 when something is wrong.\n\n"
        "show prints every value in force, options of the plugins included, as YAML with its origin "
        "behind; secrets are left out.",
    .examples = examples,
    .groups = GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .words = words,
    .least_operands = 1,
    .most_operands = 1,
    .missing = "check or show",
    .run = run_config,
};
