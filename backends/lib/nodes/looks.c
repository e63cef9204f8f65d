/* SPDX-License-Identifier: MIT */
/* Texts that are often given for a list of nodes and are none: said by name, with the line that makes one of them.
 * The recipes stand in proxenos-static-file(7), and a test runs them. */
#include "lib/nodes/internal.h"

#include <string.h>

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end == NULL ? NULL : end + 1;
}

/* Whether a line begins with the word, behind white space. */
static bool begins_with(const char *line, const char *word) {
    line += strspn(line, " \t");
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 && (line[length] == ' ' || line[length] == '\t');
}

static bool has_line(const char *text, const char *word) {
    for (const char *line = text; line != NULL; line = next_line(line)) {
        if (begins_with(line, word)) return true;
    }
    return false;
}

static bool has(const char *text, const char *part) {
    return strstr(text, part) != NULL;
}

static bool is_kubernetes(const char *text) {
    return has(text, "\"subsets\"") && has(text, "\"Endpoints");
}

static bool is_endpoint_slice(const char *text) {
    return has(text, "\"EndpointSlice") && has(text, "\"endpoints\"");
}

static bool is_consul_health(const char *text) {
    return has(text, "\"Service\"") && has(text, "\"Node\"") && has(text, "\"Checks\"");
}

static bool is_consul_catalog(const char *text) {
    return has(text, "\"ServiceID\"") && has(text, "\"ServicePort\"");
}

static bool is_mcrouter(const char *text) {
    return has(text, "\"pools\"") && has(text, "\"servers\"");
}

/* "- 10.0.0.1:11211:1" below "servers:". */
static bool is_twemproxy(const char *text) {
    return has(text, "servers:") && (has(text, "distribution:") || has(text, "auto_eject_hosts:") || has(text, "listen:"));
}

static bool is_nginx(const char *text) {
    return has_line(text, "upstream") && has_line(text, "server");
}

static bool is_haproxy(const char *text) {
    return has_line(text, "backend") && has_line(text, "server");
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* "[web]" on a line of its own, and hosts below; an address in brackets has colons. */
static bool is_ansible(const char *text) {
    for (const char *line = text; line != NULL; line = next_line(line)) {
        const char *word = line + strspn(line, " \t\r\n");
        if (*word == '#' || *word == ';' || *word == '\0') continue;
        const char *end = *word == '[' ? strpbrk(word, "]\n") : NULL;
        if (end == NULL || *end != ']' || end == word + 1) return false;
        size_t length = (size_t)(end - word) - 1;
        bool is_address = strspn(word + 1, "0123456789abcdefABCDEF:.") == length && memchr(word, ':', length) != NULL;
        for (size_t i = 0; i < length; i++) {
            char c = lower(word[1 + i]);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && strchr("_-.:", c) == NULL) return false;
        }
        const char *behind = end + 1 + strspn(end + 1, " \t\r");
        /* Something stands below it: alone it is no inventory of anything. */
        return !is_address && *behind == '\n' && behind[strspn(behind, " \t\r\n")] != '\0';
    }
    return false;
}

static const struct {
    bool (*is_this)(const char *text);
    const char *what, *recipe;
} looks[] = {
    {is_endpoint_slice, "EndpointSlices of Kubernetes",
     "jq -r '.items[] | .ports[0].port as $p | .endpoints[] | select(.conditions.ready != false) | .addresses[0] + \":\\($p)\"'"},
    {is_kubernetes, "Endpoints of Kubernetes", "jq -r '.subsets[] | .ports[0].port as $p | .addresses[] | \"\\(.ip):\\($p)\"'"},
    {is_consul_health, "an answer of Consul's /v1/health (the backend consul asks for it by itself)",
     "jq -r '.[] | \"\\(if .Service.Address == \"\" then .Node.Address else .Service.Address end):\\(.Service.Port)\"'"},
    {is_consul_catalog, "an answer of Consul's /v1/catalog (the backend consul asks for it by itself)",
     "jq -r '.[] | \"\\(if .ServiceAddress == \"\" then .Address else .ServiceAddress end):\\(.ServicePort)\"'"},
    {is_mcrouter, "a configuration of mcrouter", "jq -r '.pools[].servers[]'"},
    {is_twemproxy, "a configuration of twemproxy", "awk '$1 == \"-\" { split($2, s, \":\"); print s[1] \":\" s[2], s[3] }'"},
    {is_nginx, "a configuration of nginx", "awk '$1 == \"server\" { sub(/;$/, \"\", $2); print $2 }'"},
    {is_haproxy, "a configuration of HAProxy", "awk '$1 == \"server\" { print $3 }'"},
    {is_ansible, "an inventory of Ansible", "awk '!/^[[#;]/ && NF { print $1 }'"},
};

int32_t nodes_check_looks(const nodes_source *source, const char *text, bool is_said) {
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        /* A list of one host, in YAML, begins as an inventory does. */
        if ((is_said && looks[i].is_this == is_ansible) || !looks[i].is_this(text)) continue;
        return nodes_fail_at(source, 0, 0, "looks like %s, not like a list of nodes; this makes one of it: %s",
                             looks[i].what, looks[i].recipe);
    }
    return PROXENOS_RESULT_OK;
}
