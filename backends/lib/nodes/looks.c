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

static bool is_endpoints(const char *text) {
    return has(text, "\"subsets\"") && has(text, "\"Endpoints");
}

static bool is_endpoint_slice(const char *text) {
    return has(text, "\"EndpointSlice") && has(text, "\"endpoints\"");
}

static bool is_yaml_endpoints(const char *text) {
    return has(text, "kind: Endpoints") && has(text, "subsets:");
}

static bool is_yaml_endpoint_slice(const char *text) {
    return has(text, "kind: EndpointSlice") && has(text, "endpoints:");
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
    return (has_line(text, "backend") || has_line(text, "listen")) && has_line(text, "server");
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* "[web]" on a line of its own; an address in brackets has colons, and those of "[web:vars]" are no hexadecimal. */
static bool is_group(const char *line) {
    const char *word = line + strspn(line, " \t\r");
    const char *end = *word == '[' ? strpbrk(word, "]\n") : NULL;
    if (end == NULL || *end != ']' || end == word + 1) return false;
    size_t length = (size_t)(end - word) - 1;
    if (strspn(word + 1, "0123456789abcdefABCDEF:.") == length && memchr(word, ':', length) != NULL) return false;
    for (size_t i = 0; i < length; i++) {
        char c = lower(word[1 + i]);
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && strchr("_-.:", c) == NULL) return false;
    }
    const char *behind = end + 1 + strspn(end + 1, " \t\r");
    /* Something stands below it: alone it is no inventory of anything. */
    return *behind == '\n' && behind[strspn(behind, " \t\r\n")] != '\0';
}

static bool is_ansible(const char *text) {
    for (const char *line = text; line != NULL; line = next_line(line)) {
        if (is_group(line)) return true;
    }
    return false;
}

/* An IPv6 address in brackets, then the port $p. */
#define JQ_ADDRESS "(if test(\":\") then \"[\\(.)]\" else . end) + \":\\($p)\"'"
#define JQ_ENDPOINT_SLICES \
    "jq -r '(.items // [.])[] | .ports[0].port as $p | .endpoints[]? | select(.conditions.ready != false) | " \
    ".addresses[0] | " JQ_ADDRESS
#define JQ_ENDPOINTS "jq -r '(.items // [.])[] | .subsets[]? | .ports[0].port as $p | .addresses[]?.ip | " JQ_ADDRESS
#define IN_YAML " in YAML, which kubectl writes as JSON with -o json"

static const struct {
    bool (*is_this)(const char *text);
    const char *what, *recipe;
} looks[] = {
    {is_endpoint_slice, "EndpointSlices of Kubernetes", JQ_ENDPOINT_SLICES},
    {is_endpoints, "Endpoints of Kubernetes", JQ_ENDPOINTS},
    {is_yaml_endpoint_slice, "EndpointSlices of Kubernetes" IN_YAML, JQ_ENDPOINT_SLICES},
    {is_yaml_endpoints, "Endpoints of Kubernetes" IN_YAML, JQ_ENDPOINTS},
    {is_consul_health, "an answer of Consul's /v1/health (the backend consul asks for it by itself)",
     "jq -r '.[] | .Service.Port as $p | if .Service.Address == \"\" then .Node.Address else .Service.Address end | "
     JQ_ADDRESS},
    {is_consul_catalog, "an answer of Consul's /v1/catalog (the backend consul asks for it by itself)",
     "jq -r '.[] | .ServicePort as $p | if .ServiceAddress == \"\" then .Address else .ServiceAddress end | " JQ_ADDRESS},
    {is_mcrouter, "a configuration of mcrouter", "jq -r '.pools[].servers[]'"},
    {is_twemproxy, "a configuration of twemproxy", "awk '$1 == \"-\" { split($2, s, \":\"); print s[1] \":\" s[2], s[3] }'"},
    {is_nginx, "a configuration of nginx",
     "tr '{;' '\\n\\n' | awk '$1 == \"server\" && NF > 1 && $2 !~ /^unix:/ "
     "{ w = 1; for (i = 3; i <= NF; i++) if (sub(/^weight=/, \"\", $i)) w = $i; print $2, w }'"},
    {is_haproxy, "a configuration of HAProxy",
     "awk '$1 == \"server\" && $3 !~ /[@\\/]/ "
     "{ w = 1; for (i = 4; i < NF; i++) if ($i == \"weight\") w = $(i + 1); print $3, w }'"},
    {is_ansible, "an inventory of Ansible",
     "awk '/^\\[/ { v = /:(vars|children)\\]/ } !/^[[#;]/ && NF && !v "
     "{ h = $1; for (i = 2; i <= NF; i++) if (sub(/^ansible_host=/, \"\", $i)) h = $i; print h }'"},
};

int32_t nodes_look_again(const nodes_source *source, const char *text) {
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        if (!looks[i].is_this(text)) continue;
        return nodes_fail_at(source, 0, 0, "looks like %s, not like a list of nodes; this makes one of it: %s",
                             looks[i].what, looks[i].recipe);
    }
    return PROXENOS_RESULT_MALFORMED;
}
