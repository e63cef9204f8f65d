/* SPDX-License-Identifier: MIT */
/* A mapper: one backend opened with one set of options. */
#ifndef PX_DISCOVERY_MAPPER_H
#define PX_DISCOVERY_MAPPER_H

#include "modules/find.h"
#include "discovery/pace.h"
#include "discovery/snapshot/snapshot.h"
#include "modules/host.h"

enum {
    PX_MAPPER_TIMEOUT_MS = 10000, /* of one read, unless `timeout` says otherwise */
    PX_MAPPER_POLL_MS = 3000,     /* between two reads of a source that cannot be watched, give or take a third */
    PX_MAPPER_RETRY_MS = 1000,    /* the first pause after a failure ... */
    PX_MAPPER_RETRY_LIMIT_MS = 30000, /* ... and the longest */
};

/* What becomes of the nodes.  Zeroed: identity by address, nothing else. */
typedef struct px_mapper_rules {
    px_identity identity;
    char *weight_from;            /* NULL: the backend's weights */
    px_filter *filter;            /* NULL: none */
    int64_t timeout_ms;           /* 0: PX_MAPPER_TIMEOUT_MS */
    int64_t poll_ms;              /* 0: PX_MAPPER_POLL_MS */
    int64_t retry_ms, retry_limit_ms; /* 0: PX_MAPPER_RETRY_... */
    px_snapshot *snapshot;        /* NULL: none; the mapper opens its backend when it first asks it */
} px_mapper_rules;

/* Frees what the rules hold. */
void px_mapper_rules_clear(px_mapper_rules *rules);

struct proxenos_mapper {
    pthread_mutex_t lock;         /* one call at a time */
    pthread_mutex_t snapshot_lock; /* of rules.snapshot, around it */
    const px_backend_type *type;
    px_values *values;
    px_mapper_rules rules;
    px_pace pace;
    proxenos_error failure;       /* of the last watch, while it rests */
    px_host host;
    void *instance;
    bool is_open;                 /* the instance is */
    uint64_t reads, failures, answers; /* calls of fetch; those that failed; those that gave a membership or said that
                                          it is unchanged */
    uint64_t generation;          /* last committed; 0: none, or the backend cannot watch */
    bool has_doubted;          /* two nodes that are one, said */
    proxenos_cluster *last;       /* last given; NULL: none */
};

/* Opens a type with values and rules, both taken over (freed on failure too). */
proxenos_status px_mapper_new(const proxenos_context *context, const px_backend_type *type, px_values *values,
                              const px_mapper_rules *rules, proxenos_mapper **mapper, proxenos_error *error);

/* proxenos_mapper_update() without the snapshot: from the source or not at all. */
proxenos_status px_mapper_update(proxenos_mapper *mapper, int64_t timeout_ms, proxenos_cluster **cluster,
                                 proxenos_error *error);
/* Whether a failure is the source's, so that a snapshot may stand in for it. */
bool px_is_of_source(proxenos_status status);
/* Says that one does, and why. */
void px_mapper_say_snapshot(const proxenos_mapper *mapper, int64_t age_ms, const proxenos_error *why);

/* Ends the running call like proxenos_mapper_cancel(), but not those after px_mapper_resume().  From any thread. */
void px_mapper_wake(proxenos_mapper *mapper);
void px_mapper_resume(proxenos_mapper *mapper);

#endif
