/* SPDX-License-Identifier: MIT */
/* What the files of the ZooKeeper backend share:
 *
 *   backend.c   open, close, the module, one fetch
 *   options.c   the schema
 *   servers.c   where the servers are, from the options
 *   lookup.c    their names turned into addresses, by a thread, since the system's resolver cannot be interrupted
 *   wait.c      waiting for what the library's threads tell us
 *   session.c   the library's handle, and what its threads tell of it
 *   read.c      the list of children and what they hold
 *   value.c     a node out of what one child holds
 *   forms.c     the forms that JSON takes there
 *
 * The library runs two threads for a handle.  Its callbacks come on one of them and do nothing but note what they are
 * told under the lock and write to the pipe `wake`, on which the thread that the core called on polls. */
#ifndef ZOOKEEPER_INTERNAL_H
#define ZOOKEEPER_INTERNAL_H

#include "lib/buffer.h"

#include <proxenos/plugin.h>

#include <pthread.h>
#define THREADED
#define buffer zookeeper_record_buffer /* its headers have a struct of this name too */
#include <zookeeper/zookeeper.h>
#undef buffer

enum zookeeper_option {
    ZOOKEEPER_HOST, ZOOKEEPER_PORT, ZOOKEEPER_ADDRESS, ZOOKEEPER_PATH, ZOOKEEPER_FORMAT, ZOOKEEPER_ENDPOINT,
    ZOOKEEPER_USER, ZOOKEEPER_PASSWORD_FILE, ZOOKEEPER_PASSWORD, ZOOKEEPER_TIMEOUT, ZOOKEEPER_SESSION_TIMEOUT,
    ZOOKEEPER_OPTION_COUNT
};

/* The choices of option format, in the order of the schema. */
enum zookeeper_format {
    FORMAT_AUTO, FORMAT_SERVERSET, FORMAT_CURATOR, FORMAT_NERVE, FORMAT_NODE, FORMAT_ADDRESS, FORMAT_NAME
};

typedef struct zookeeper_server {
    char *host;                /* without brackets */
    unsigned port;
} zookeeper_server;

typedef struct zookeeper zookeeper;

typedef enum child_state { CHILD_STALE, CHILD_ASKED, CHILD_FRESH, CHILD_GONE } child_state;

/* What a child of the path holds.  FRESH: a watch will tell when that changes. */
typedef struct zookeeper_child {
    zookeeper *source;
    char *name;
    char *value;               /* a NUL behind it; NULL: nothing */
    size_t length;
    child_state state;
} zookeeper_child;

struct zookeeper {
    const proxenos_host *host;
    const proxenos_values *values;
    /* servers.c */
    zookeeper_server *servers;
    size_t server_count;
    uint32_t address_rank;     /* of whoever chose them */
    char *peer;                /* "ZooKeeper at 10.0.0.1:2181,10.0.0.2:2181", for messages */
    char *path;                /* with the chroot, no slash at its end but "/" itself */
    const char *service;       /* its last part */
    /* lookup.c */
    struct zookeeper_lookup *lookup; /* under way, or NULL */
    /* session.c; what the callbacks write is under `lock` */
    zhandle_t *handle;         /* NULL: no session */
    size_t address_count;      /* that its servers' names stand for */
    int wake[2];
    pthread_mutex_t lock;
    bool has_lost;             /* the connection was lost since the last read began */
    bool has_expired;
    bool is_refused;           /* the server takes no such authentication */
    bool list_changed;
    size_t pending;            /* requests without an answer */
    int answer;                /* the list's */
    int trouble;               /* the first failure of a child's request; ZOK: none */
    zookeeper_child *children; /* sorted by name */
    size_t child_count;
    struct String_vector listed; /* the list, as the callback copied it */
    int64_t until_ms;          /* when this fetch ends, by zookeeper_now_ms() */
    /* backend.c */
    uint64_t generation;       /* of the last complete read that is watched; 0: none */
    size_t said_bad;           /* how many values were told to be no nodes */
    bool said_none;            /* that every member is out of service was said */
    bool was_missing;          /* the path, at the last read */
};

/* One read's delivery. */
typedef struct zookeeper_delivery {
    zookeeper *source;
    proxenos_sink *sink;
    size_t delivered, resting, bad;
    char bad_name[100];        /* the first of them */
} zookeeper_delivery;

static inline const proxenos_value *zookeeper_value(const zookeeper *source, enum zookeeper_option option) {
    return proxenos_value_at(source->values, (uint32_t)option);
}
/* NULL when it is not set or empty. */
static inline const char *zookeeper_text(const zookeeper *source, enum zookeeper_option option) {
    const proxenos_value *value = zookeeper_value(source, option);
    return value->is_set != 0 && value->length > 0 ? value->text : NULL;
}

extern const proxenos_option zookeeper_options[];

/* ---- wait.c */
int32_t zookeeper_no_memory(const zookeeper *source);
int64_t zookeeper_now_ms(void);
/* Sleeps until a callback has something to say, or `descriptor` does: OK; CANCELLED; TIMED_OUT at until_ms or the core's
 * deadline, without a word. */
int32_t zookeeper_sleep(const zookeeper *source, int descriptor, int64_t until_ms);
void zookeeper_wake(const zookeeper *source);
/* Fails for a deadline or a cancellation of zookeeper_sleep(). */
int32_t zookeeper_fail_sleep(const zookeeper *source, int32_t result);

/* ---- servers.c */
int32_t zookeeper_find_servers(zookeeper *source);

/* ---- lookup.c */
/* "10.0.0.1:2181,..." of every server that has an address, to free(), and how many there are.  May take until the
 * fetch's end; the lookup then goes on, and the next call takes it up. */
int32_t zookeeper_resolve(zookeeper *source, char **addresses, size_t *count);
/* Leaves one that is under way to end by itself. */
void zookeeper_forget_lookup(zookeeper *source);

/* ---- session.c */
/* A handle, which connects by itself; none is made where there is one. */
int32_t zookeeper_connect(zookeeper *source);
/* Ends the library's threads.  What was asked is answered by then. */
void zookeeper_disconnect(zookeeper *source);
void zookeeper_free_children(zookeeper *source);

/* ---- read.c */
/* Fills source->children, by as many sessions and servers as that takes. */
int32_t zookeeper_read(zookeeper *source);
/* Whether a watch or the session has told of something since the last read. */
bool zookeeper_has_news(zookeeper *source);
/* Waits for the path to come into being: OK; UNCHANGED when `until_ms` passes. */
int32_t zookeeper_await_path(zookeeper *source, int64_t until_ms);

/* ---- value.c */
/* Delivers the node that the child holds, counts it as resting or as bad. */
int32_t zookeeper_deliver(zookeeper_delivery *delivery, const zookeeper_child *child);

/* ---- forms.c */
/* A result of our own from the forms below: this is no node. */
enum { NO_NODE = -1 };
/* Hands a node with the fields that all have filled in to the core. */
int32_t zookeeper_add(zookeeper_delivery *delivery, const zookeeper_child *child, proxenos_node_data *node);
/* A value that is JSON. */
int32_t zookeeper_add_json(zookeeper_delivery *delivery, const zookeeper_child *child, enum zookeeper_format format);

#endif
