/* SPDX-License-Identifier: MIT */
/* What the files of the Consul backend share:
 *
 *   consul.c           the schema, open, close, the module
 *   address.c   where the agent is, from options and environment
 *   secret.c    the token and the password, and to whom they may go
 *   tls.c       who may weaken TLS
 *   request.c   what is asked: paths, queries, lists of names
 *   answer.c    what an answer's status and headers mean; JSON
 *   prune.c     what of an answer is not even parsed
 *   instance.c  one instance's health, address and weight; delivery
 *   fetch.c     one read, from the token to the doubt about an empty answer
 *   catalog.c   the whole catalog, service by service
 *   watch.c     blocking queries, which tell when to read again
 *   walk.c      the whole catalog, node by node
 */
#ifndef CONSUL_INTERNAL_H
#define CONSUL_INTERNAL_H

#include "lib/buffer.h"
#include "lib/http.h"

#include <jansson.h>

/* The source's own variables, for messages. */
#define CONSUL_VARIABLES "an environment variable CONSUL_..."

/* Options, in the order of the schema. */
enum consul_option {
    CONSUL_HOST, CONSUL_PORT, CONSUL_ADDRESS,
    CONSUL_SERVICE, CONSUL_EXCLUDE, CONSUL_TAG, CONSUL_NODE_META, CONSUL_FILTER,
    CONSUL_DATACENTER, CONSUL_NAMESPACE, CONSUL_PARTITION, CONSUL_NEAR,
    CONSUL_HEALTH, CONSUL_PROXIES, CONSUL_CONSISTENCY, CONSUL_MAX_STALE, CONSUL_NODE_ADDRESS,
    CONSUL_TOKEN_FILE, CONSUL_TOKEN, CONSUL_HTTP_AUTH_FILE, CONSUL_HTTP_AUTH,
    CONSUL_TLS, CONSUL_TLS_VERIFY, CONSUL_TLS_CA_FILE, CONSUL_TLS_CA_PATH, CONSUL_TLS_CERT, CONSUL_TLS_KEY,
    CONSUL_TLS_SERVER_NAME,
    CONSUL_TIMEOUT, CONSUL_CONNECTIONS, CONSUL_MAX_BODY,
    CONSUL_OPTION_COUNT
};

/* The choices of options health and consistency, in the order of the schema. */
enum consul_health_choice { CONSUL_HEALTH_PASSING, CONSUL_HEALTH_WARNING, CONSUL_HEALTH_ANY };
enum consul_consistency { CONSUL_STALE, CONSUL_DEFAULT, CONSUL_CONSISTENT, CONSUL_CACHED };

/* A request that is answered when its part of the membership changes. */
typedef struct consul_trigger {
    char *target;              /* path and query */
    uint64_t index;            /* X-Consul-Index, the older of what was noted and what was read */
    uint64_t newest;           /* of what was believed last; 0: nothing yet */
} consul_trigger;

typedef struct consul_agent {
    const proxenos_host *host;
    const proxenos_values *values;
    http_client *http;
    /* address.c */
    char *base;                /* "http://localhost:8500", for requests */
    char *peer;                /* "Consul at http://localhost:8500", for messages */
    char *connect_to;          /* "HOST:PORT" when the URL holds tls-server-name; else NULL */
    const char *socket_path;   /* of a unix socket, or NULL */
    uint32_t address_rank;     /* of whoever chose the address; see secret.c */
    bool is_loopback;
    /* secret.c */
    buffer token, user, password; /* empty: none */
    bool token_is_from_file;
    /* request.c: "?stale&dc=..." or "" */
    char *query;               /* what every request carries */
    char *node_query;          /* and what chooses nodes */
    char *instance_query;      /* and what chooses instances */
    bool said_none;            /* the last read's instances were all left out, and that was said */
    bool was_seen;             /* an earlier read found instances of the named services */
    /* watch.c */
    consul_trigger *triggers;  /* made by the first read that is to be watched */
    size_t trigger_count;
    http_client *waiter;       /* a connection for each of them; NULL before the first wait */
    uint64_t generation;       /* of the last complete read; 0: none */
} consul_agent;

/* One read, from fetch's start to its end. */
typedef struct consul_reading {
    consul_agent *agent;
    proxenos_sink *sink;
    size_t instances;          /* that the servers told of */
    size_t delivered, unhealthy, proxies;
    int64_t age_ms;            /* of the oldest answer */
    bool must_probe;           /* an empty answer may hide a missing permission */
    bool said_old, said_unaskable;
} consul_reading;

static inline const proxenos_value *consul_value(const consul_agent *agent, enum consul_option option) {
    return proxenos_value_at(agent->values, (uint32_t)option);
}

/* ---- options.c: the schema, in the order of enum consul_option. */
extern const proxenos_option consul_options[];

/* ---- values.c */
/* The text of an option; NULL when it is not set or empty. */
const char *consul_text(const consul_agent *agent, enum consul_option option);
int32_t consul_no_memory(const consul_agent *agent);
/* ---- address.c: fills the fields above. */
int32_t consul_find_address(consul_agent *agent);

/* ---- secret.c: reads what http-auth says. */
int32_t consul_read_password(consul_agent *agent);
/* Reads the token anew, so that one that was rotated in its file counts;
 * *has_changed says whether it differs from the one before. */
int32_t consul_read_token(consul_agent *agent, bool *has_changed);
/* Whether `text` holds one of the secrets. */
bool consul_tells_secret(const consul_agent *agent, const char *text);

/* ---- tls.c: refuses what weakens TLS from a lower rank than the address or a secret. */
int32_t consul_check_tls(const consul_agent *agent);

/* ---- request.c */
int32_t consul_make_queries(consul_agent *agent);

/* A list of owned strings. */
typedef struct consul_names {
    char **items;
    size_t count, capacity;
} consul_names;
/* False when memory is short. */
bool consul_names_add(consul_names *names, const char *name);
/* The same with the name percent-encoded: a request's target. */
bool consul_targets_add(consul_names *targets, const char *path, const char *name, const char *query);
void consul_names_free(consul_names *names);
/* Whether Consul's HTTP API can be asked for a name: it cleans paths and refuses
 * unprintable characters, escaped or not. */
bool consul_is_askable(const char *name);
/* Warns once a read of a name that consul_is_askable() refused, or Consul did. */
void consul_say_unaskable(consul_reading *reading, const char *name);
/* False when it holds U+FFFD, which stands for bytes that JSON could not carry. */
bool consul_is_exact(const char *name);

/* ---- answer.c */
/* X-Consul-Index; 0 when there is none. */
uint64_t consul_index(const http_answer *answer);
/* Sends a batch with the token, the second by another client than the agent's own.  Of the first, what a lagging server
 * answers to a trigger's own target is asked of the leader instead. */
int32_t consul_get(consul_reading *reading, const consul_names *targets, http_take *take, void *user);
int32_t consul_get_by(consul_agent *agent, http_client *client, const consul_names *targets, http_take *take,
                      void *user);
/* OK for status 200, else the failure for it. */
int32_t consul_judge(consul_reading *reading, const http_answer *answer);
/* The document of a 200 answer, its root of that type; NULs in strings come out
 * as U+FFFD. */
int32_t consul_parse(const consul_reading *reading, const http_answer *answer, json_type root, json_t **json);
/* To be called for a 200 answer that holds nothing: sets must_probe, or fails when
 * it cannot be believed. */
int32_t consul_doubt_empty(consul_reading *reading, const http_answer *answer);
/* One request for one document.  An empty one has been doubted. */
int32_t consul_get_json(consul_reading *reading, const char *path, const char *query, json_type root,
                        json_t **json);

/* ---- client.c */
int32_t consul_open_http(const consul_agent *agent, unsigned connections, int64_t timeout_ms, http_client **client);

/* ---- watch.c: blocking queries */
/* Before a read that is to be watched: notes where the membership stands. */
int32_t consul_note_triggers(consul_reading *reading);
/* Waits until the membership may differ from what was noted; UNCHANGED when the time is over. */
int32_t consul_wait(consul_agent *agent, int64_t timeout_ms);
void consul_forget_triggers(consul_agent *agent);

/* ---- prune.c */
/* Removes from a JSON text what nobody here reads, in place; the new length. */
size_t consul_prune(char *body);

/* ---- instance.c */
/* The worst of an instance's checks; start with {PROXENOS_HEALTH_PASSING, false}. */
typedef struct consul_health {
    uint32_t worst;            /* PROXENOS_HEALTH_... */
    bool warns;                /* one of them does */
} consul_health;
void consul_health_add(consul_health *health, const json_t *check);
/* A member of an object that is a string; else "". */
const char *consul_string(const json_t *object, const char *key);
/* Whether service `name` is in option exclude. */
bool consul_is_excluded(const consul_agent *agent, const char *name);
/* Whether every one of option tag is among `tags`, compared as Consul does. */
bool consul_has_tags(const consul_agent *agent, const json_t *tags);
/* Hands the instance to the core, unless its health or kind leave it out. */
int32_t consul_deliver(consul_reading *reading, const json_t *node, const json_t *service, consul_health health);
/* Delivers every entry of an answer of /v1/health/service.  `choose`: leave out
 * the entries without option tag's tags, which the request did not name. */
int32_t consul_deliver_entries(consul_reading *reading, const json_t *entries, bool choose);

/* ---- fetch.c */
int32_t consul_fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation);

/* ---- catalog.c */
int32_t consul_read_catalog(consul_reading *reading);

/* ---- walk.c */
/* Delivers every instance on these nodes (an answer of /v1/catalog/nodes); `seen`
 * gets a member for each service met. */
int32_t consul_walk(consul_reading *reading, const json_t *nodes, json_t *seen);

#endif
