/* SPDX-License-Identifier: MIT */
/* What an answer means: its status, its headers, its JSON. */
#include "consul/internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    OLD_MS = 10000,            /* an answer older than this is worth a warning */
    EXCERPT_LENGTH = 200       /* bytes of a server's words in a message */
};

int32_t consul_get_by(consul_agent *agent, http_client *client, const consul_names *targets, http_take *take,
                      void *user) {
    buffer header = {0};
    if (agent->token.length > 0) {
        buffer_add(&header, "X-Consul-Token: ");
        buffer_append(&header, agent->token.bytes, agent->token.length);
    }
    http_batch batch = {
        .targets = (const char *const *)targets->items, .count = targets->count,
        .header = header.bytes, .take = take, .user = user,
    };
    int32_t result = header.failed ? consul_no_memory(agent) : http_get(client, &batch);
    buffer_wipe(header.bytes, header.length);
    buffer_clear(&header);
    return result;
}

uint64_t consul_index(const http_answer *answer) {
    char text[24];
    if (!http_header(answer, "X-Consul-Index", text, sizeof text)) return 0;
    return strtoull(text, NULL, 10);
}

/* ---- servers that lag
 *
 * With consistency stale any server may answer, and one that lags behind the others, as those do that lost their leader or
 * have just been started, answers with what was, which looks like nodes that are gone.  Its index is older than one that
 * was seen before; then the leader is asked.  If it agrees, the index did go back: a server was restored. */

typedef struct asked {
    consul_agent *agent;
    const consul_names *targets;
    http_take *take;
    void *user;
    consul_names again;        /* targets without "stale", for the leader */
    size_t *places;            /* which of the targets they are */
} asked;

/* "?stale" or "&stale", to its end. */
static char *find_stale(char *target) {
    for (char *at = strchr(target, '?'); at != NULL; at = strchr(at + 1, '&')) {
        size_t length = strcspn(at + 1, "&");
        if (length == 5 && strncmp(at + 1, "stale", 5) == 0) return at;
    }
    return NULL;
}

static bool add_again(asked *batch, size_t index) {
    if (batch->places == NULL) batch->places = calloc(batch->targets->count, sizeof batch->places[0]);
    if (batch->places == NULL || !consul_names_add(&batch->again, batch->targets->items[index])) return false;
    char *target = batch->again.items[batch->again.count - 1], *stale = find_stale(target);
    batch->places[batch->again.count - 1] = index;
    if (stale[6] == '\0') *stale = '\0';
    else memmove(stale + 1, stale + 7, strlen(stale + 7) + 1);
    return true;
}

static consul_trigger *find_trigger(consul_agent *agent, const char *target) {
    for (size_t i = 0; i < agent->trigger_count; i++) {
        if (strcmp(agent->triggers[i].target, target) == 0) return &agent->triggers[i];
    }
    return NULL;
}

/* The wait goes by the older of what was noted and what was read, or what the read missed would wake nobody. */
static void heed(consul_agent *agent, const char *target, uint64_t index) {
    consul_trigger *trigger = index == 0 ? NULL : find_trigger(agent, target);
    if (trigger == NULL) return;
    if (trigger->index > index) trigger->index = index;
    trigger->newest = index;
}

static int32_t take_asked(void *user, size_t index, const http_answer *answer) {
    asked *batch = user;
    char *target = batch->targets->items[index];
    uint64_t now = answer->status == 200 ? consul_index(answer) : 0;
    const consul_trigger *trigger = now == 0 ? NULL : find_trigger(batch->agent, target);
    bool lags = trigger != NULL && (now < trigger->newest || now < trigger->index) && find_stale(target) != NULL;
    if (lags) return add_again(batch, index) ? PROXENOS_RESULT_OK : consul_no_memory(batch->agent);
    heed(batch->agent, target, now);
    return batch->take(batch->user, index, answer);
}

static int32_t take_leader(void *user, size_t index, const http_answer *answer) {
    const asked *batch = user;
    size_t place = batch->places[index];
    heed(batch->agent, batch->targets->items[place], answer->status == 200 ? consul_index(answer) : 0);
    return batch->take(batch->user, place, answer);
}

int32_t consul_get(consul_reading *reading, const consul_names *targets, http_take *take, void *user) {
    consul_agent *agent = reading->agent;
    asked batch = {.agent = agent, .targets = targets, .take = take, .user = user};
    int32_t result = consul_get_by(agent, agent->http, targets, take_asked, &batch);
    if (result == PROXENOS_RESULT_OK && batch.again.count > 0) {
        result = consul_get_by(agent, agent->http, &batch.again, take_leader, &batch);
    }
    consul_names_free(&batch.again);
    free(batch.places);
    return result;
}

/* ---- status */

/* The first line of what the server says, without secrets that it may echo. */
static const char *excerpt(const consul_agent *agent, const http_answer *answer, char text[EXCERPT_LENGTH + 1]) {
    if (consul_tells_secret(agent, answer->body)) return "(it repeats a secret)";
    size_t length = strcspn(answer->body, "\r\n");
    if (length == 0) return "(no words)";
    if (length > EXCERPT_LENGTH) length = EXCERPT_LENGTH;
    memcpy(text, answer->body, length);
    text[length] = '\0';
    return text;
}

static int32_t refused_request(const consul_agent *agent, const http_answer *answer, const char *words) {
    if (strstr(answer->body, "HTTP request to an HTTPS server") != NULL) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                             "%s speaks TLS there; write https:// or set option tls", agent->peer);
    }
    return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION, "%s refuses the request (400): %s", agent->peer,
                         words);
}

static int32_t denied(const consul_agent *agent, const http_answer *answer, const char *words) {
    const char *cure = agent->token.length == 0
                           ? "no token was given (options token-file and token, CONSUL_HTTP_TOKEN)"
                           : "check the token and its policies: service:read and node:read are needed";
    return proxenos_fail(agent->host, PROXENOS_RESULT_DENIED, "%s denies access (%ld): %s; %s", agent->peer,
                         answer->status, words, cure);
}

static int32_t server_error(const consul_agent *agent, const http_answer *answer, const char *words) {
    if (strstr(answer->body, "boolean expression evaluator") != NULL) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION, "%s cannot read option filter: %s",
                             agent->peer, words);
    }
    if (strstr(answer->body, "No path to datacenter") != NULL) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_UNREACHABLE,
                             "%s knows no way to the datacenter of option datacenter: %s", agent->peer, words);
    }
    return proxenos_fail(agent->host, PROXENOS_RESULT_UNREACHABLE, "%s cannot answer now (%ld): %s", agent->peer,
                         answer->status, words);
}

/* Notes the age of the oldest answer of a read, and warns once a read when it may be out of date: by a server that lost
 * its leader (stale), or by the agent's cache that lost its servers (cached). */
static void look_at_age(consul_reading *reading, const http_answer *answer) {
    static const struct { const char *header; long long unit_ms; } ages[] = {
        {"X-Consul-Lastcontact", 1}, {"Age", 1000},
    };
    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        char text[16]; /* at most 15 digits: no overflow below */
        if (!http_header(answer, ages[i].header, text, sizeof text)) continue;
        long long age = strtoll(text, NULL, 10) * ages[i].unit_ms;
        if (age > reading->age_ms) {
            reading->age_ms = age;
            proxenos_note_age(reading->agent->host, age);
        }
        if (age <= OLD_MS || reading->said_old) continue;
        reading->said_old = true;
        proxenos_log(reading->agent->host, PROXENOS_LOG_WARNING,
                     "%s answers with what it knew %lld s ago: its servers are out of reach", reading->agent->peer,
                     age / 1000);
    }
}

/* When it may be asked again, where it says so in seconds; a date is not read. */
static void look_at_retry(const consul_agent *agent, const http_answer *answer) {
    char text[16];
    if (!http_header(answer, "Retry-After", text, sizeof text)) return;
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0') return;
    proxenos_note_retry(agent->host, (int64_t)strtoll(text, NULL, 10) * 1000);
}

int32_t consul_judge(consul_reading *reading, const http_answer *answer) {
    const consul_agent *agent = reading->agent;
    if (answer->status == 200) {
        look_at_age(reading, answer);
        return PROXENOS_RESULT_OK;
    }
    char text[EXCERPT_LENGTH + 1];
    const char *words = excerpt(agent, answer, text);
    long kind = answer->status / 100;
    if (answer->status == 400) return refused_request(agent, answer, words);
    if (answer->status == 401 || answer->status == 403) return denied(agent, answer, words);
    if (answer->status == 404) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                             "%s has no such page (404): is Consul's HTTP API there? check options host, port "
                             "and address", agent->peer);
    }
    if (answer->status == 429 || answer->status == 503) look_at_retry(agent, answer);
    if (answer->status == 429 || kind == 5) return server_error(agent, answer, words);
    if (kind == 3) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_MALFORMED,
                             "%s answers with a redirect (%ld), which is not followed; is Consul's HTTP API there?",
                             agent->peer, answer->status);
    }
    return proxenos_fail(agent->host, PROXENOS_RESULT_MALFORMED, "%s answers with status %ld: %s", agent->peer,
                         answer->status, words);
}

/* ---- emptiness */

static bool header_is(const http_answer *answer, const char *name, const char *wanted) {
    char value[16];
    return http_header(answer, name, value, sizeof value) && strcmp(value, wanted) == 0;
}

int32_t consul_doubt_empty(consul_reading *reading, const http_answer *answer) {
    const consul_agent *agent = reading->agent;
    if (header_is(answer, "X-Consul-Knownleader", "false")) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_UNREACHABLE,
                             "%s knows no leader, so that its empty answer cannot be believed", agent->peer);
    }
    /* Both headers since Consul 1.11; the first is left out for anonymous requests. */
    if (header_is(answer, "X-Consul-Results-Filtered-By-Acls", "true")) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_DENIED,
                             "%s leaves out everything that the token may not read; service:read and node:read "
                             "are needed", agent->peer);
    }
    bool is_allowed = header_is(answer, "X-Consul-Default-Acl-Policy", "allow");
    bool is_told = header_is(answer, "X-Consul-Default-Acl-Policy", "deny") && agent->token.length > 0;
    if (!is_allowed && !is_told) reading->must_probe = true;
    return PROXENOS_RESULT_OK;
}

/* ---- JSON */

/* "\u0000" in a key makes jansson refuse the whole document, and a C string cannot
 * hold it: U+FFFD, of the same length, takes its place. */
static void replace_nuls(char *body) {
    for (char *p = body; (p = strchr(p, '\\')) != NULL;) {
        if (strncmp(p, "\\u0000", 6) == 0) memcpy(p, "\\ufffd", 6);
        p += p[1] == '\0' ? 1 : 2;
    }
}

static const char *type_name(json_type type) {
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list", [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "a boolean",
        [JSON_FALSE] = "a boolean", [JSON_NULL] = "null",
    };
    return names[type];
}

int32_t consul_parse(const consul_reading *reading, const http_answer *answer, json_type root, json_t **json) {
    const consul_agent *agent = reading->agent;
    json_error_t error;
    size_t length = answer->length;
    /* A raw NUL is no JSON: the parser sees it as it came. */
    if (strlen(answer->body) == length) {
        replace_nuls(answer->body);
        length = consul_prune(answer->body);
    }
    *json = json_loadb(answer->body, length, JSON_DECODE_ANY, &error);
    /* jansson has no words, mostly not even a code, when memory is short; what is broken is so the second time, too. */
    if (*json == NULL) *json = json_loadb(answer->body, length, JSON_DECODE_ANY, &error);
    if (*json == NULL) {
        if (error.text[0] == '\0' || json_error_code(&error) == json_error_out_of_memory || buffer_no_memory_left())
            return consul_no_memory(agent);
        char type[64] = "no type";
        (void)http_header(answer, "Content-Type", type, sizeof type);
        if (consul_tells_secret(agent, type)) (void)snprintf(type, sizeof type, "a secret as its type");
        return proxenos_fail(agent->host, PROXENOS_RESULT_MALFORMED,
                             "%s answers with broken JSON of %zu bytes (%s), line %d column %d%s: is Consul's HTTP "
                             "API there?", agent->peer, answer->length, type, error.line, error.column,
                             json_error_code(&error) == json_error_premature_end_of_input ? ", cut short" : "");
    }
    if (json_typeof(*json) == root) return PROXENOS_RESULT_OK;
    int32_t result = proxenos_fail(agent->host, PROXENOS_RESULT_MALFORMED,
                                   "%s answers with JSON of the wrong shape, %s instead of %s: is Consul's HTTP "
                                   "API there?", agent->peer, type_name(json_typeof(*json)), type_name(root));
    json_decref(*json);
    *json = NULL;
    return result;
}

/* ---- one document */

typedef struct wanted {
    consul_reading *reading;
    json_type root;
    json_t *json;
} wanted;

static int32_t take_document(void *user, size_t index, const http_answer *answer) {
    (void)index;
    wanted *document = user;
    int32_t result = consul_judge(document->reading, answer);
    if (result == PROXENOS_RESULT_OK) {
        result = consul_parse(document->reading, answer, document->root, &document->json);
    }
    if (result != PROXENOS_RESULT_OK) return result;
    bool is_empty = json_object_size(document->json) == 0 && json_array_size(document->json) == 0;
    return is_empty ? consul_doubt_empty(document->reading, answer) : PROXENOS_RESULT_OK;
}

int32_t consul_get_json(consul_reading *reading, const char *path, const char *query, json_type root,
                        json_t **json) {
    consul_names targets = {0};
    wanted document = {.reading = reading, .root = root};
    int32_t result = consul_targets_add(&targets, path, "", query)
                         ? consul_get(reading, &targets, take_document, &document)
                         : consul_no_memory(reading->agent);
    consul_names_free(&targets);
    if (result != PROXENOS_RESULT_OK) {
        json_decref(document.json);
        document.json = NULL;
    }
    *json = document.json;
    return result;
}
