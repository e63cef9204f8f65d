/* SPDX-License-Identifier: MIT */
#include "session/doubts.h"

#include "options/verb.h"
#include "output/message.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Consul, though there are clusters */

/* -h, -s, -O and the like speak of a backend, if only of the assumed one. */
static bool speaks_of_backend(const cli_arguments *arguments) {
    for (size_t i = 0; i < arguments->given_count; i++) {
        const option_row *row = arguments->given[i].row;
        if (row->id == OPTION_BACKEND_OPTION || (row->setting != NULL && strncmp(row->setting, "backend.", 8) == 0))
            return true;
    }
    const char *address = getenv("CONSUL_HTTP_ADDR");
    return address != NULL && address[0] != '\0';
}

/* "-C web or -C db", as many as fit. */
static void list_clusters(const proxenos_config *config, char *names, size_t size) {
    size_t used = 0;
    const char *name;
    names[0] = '\0';
    for (size_t i = 0; (name = proxenos_config_cluster_name(config, i)) != NULL; i++) {
        if (used + strlen(name) + sizeof " or -C  or ..." > size) {
            (void)snprintf(names + used, size - used, " or ...");
            return;
        }
        used += (size_t)snprintf(names + used, size - used, "%s-C %s", i == 0 ? "" : " or ", name);
    }
}

proxenos_status doubt_assumption(const proxenos_config *config, const cli_arguments *arguments,
                                 proxenos_error *error) {
    if (proxenos_config_cluster_name(config, 0) == NULL || proxenos_config_default_cluster(config) != NULL ||
        speaks_of_backend(arguments))
        return PROXENOS_OK;
    char names[400];
    list_clusters(config, names, sizeof names);
    *error = (proxenos_error){.status = PROXENOS_ERROR_ARGUMENT};
    (void)snprintf(error->text, sizeof error->text,
                   "neither a cluster nor a backend is chosen: did you mean %s? (default-cluster in %.300s chooses one "
                   "for good)", names, proxenos_config_path(config));
    return error->status;
}

/* ---- standard input, twice */

static bool names_standard_input(const char *path) {
    static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(path, names[i]) == 0) return true;
    return false;
}

static bool asks_for_it(const given_option *given) {
    switch (given->row->id) {
    case OPTION_STDIN:
    case OPTION_STDIN0: return true;
    case OPTION_CONFIG:
    case OPTION_FILE:
    case OPTION_KEYS: return names_standard_input(given->value);
    case OPTION_BACKEND_OPTION:
        return strncmp(given->value, "path=", 5) == 0 && names_standard_input(given->value + 5);
    default: return false;
    }
}

int doubt_standard_input(const cli_arguments *arguments) {
    const char *who[2];
    size_t count = 0;
    char names[2][64];
    for (size_t i = 0; i < arguments->given_count && count < 2; i++) {
        if (!asks_for_it(&arguments->given[i])) continue;
        (void)snprintf(names[count], sizeof names[0], "--%s", arguments->given[i].row->name);
        who[count] = names[count];
        count++;
    }
    for (size_t i = 0; i < arguments->operand_count && count < 2; i++)
        if (arguments->verb->operand == COMPLETE_FILE && names_standard_input(arguments->operands[i]))
            who[count++] = arguments->operands[i];
    if (count < 2) return 0;
    return usage_error(arguments->verb, "standard input can be read once, and both %s and %s want it", who[0], who[1]);
}

/* ---- what no node has */

static bool has_metadata(const proxenos_node *node, const char *name) {
    const char *key, *value;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &value) != 0; i++)
        if (strcmp(key, name) == 0) return true;
    return false;
}

static bool has_tag(const proxenos_node *node, const char *prefix) {
    const char *tag;
    size_t length = strlen(prefix);
    for (size_t i = 0; (tag = proxenos_node_tag(node, i)) != NULL; i++)
        if (strncmp(tag, prefix, length) == 0 && tag[length] == '=') return true;
    return false;
}

/* `what` is "zone", "meta.KEY" or "tag.PREFIX". */
static bool has(const proxenos_node *node, const char *what) {
    if (strncmp(what, "meta.", 5) == 0) return has_metadata(node, what + 5);
    if (strncmp(what, "tag.", 4) == 0) return has_tag(node, what + 4);
    return proxenos_node_zone(node)[0] != '\0';
}

static void doubt(const proxenos_settings *settings, const char *setting, const proxenos_cluster *cluster) {
    const char *what = proxenos_settings_get(settings, setting);
    if (what == NULL || proxenos_cluster_size(cluster) == 0) return;
    const proxenos_node *node;
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++)
        if (has(node, what)) return;
    if (strncmp(what, "tag.", 4) == 0)
        message_warning("%s '%s' changes nothing: no node has a tag %s=WEIGHT", setting, what, what + 4);
    else if (strncmp(what, "meta.", 5) == 0)
        message_warning("%s '%s' changes nothing: no node has the metadata key '%s'", setting, what, what + 5);
    else message_warning("%s '%s' changes nothing: no node says its zone", setting, what);
}

void doubt_unused(const proxenos_settings *settings, const proxenos_cluster *cluster) {
    doubt(settings, "weight-from", cluster);
    doubt(settings, "spread", cluster);
}
