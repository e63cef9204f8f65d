/* SPDX-License-Identifier: MIT */
/* The host services of one plugin instance. */
#ifndef PX_MODULES_HOST_H
#define PX_MODULES_HOST_H

#include "cluster/cluster.h"
#include "modules/context.h"

#include <stdatomic.h>

typedef struct px_host {
    proxenos_host table;          /* first: the plugin's pointer is this one */
    const proxenos_context *context;
    const char *who;              /* "backend 'consul'", for messages; borrowed */
    proxenos_error error;         /* what fail() said last during the running call */
    _Atomic(int64_t) deadline_ms; /* on px_monotonic_ms(); INT64_MAX: none.  Any thread of the plugin may ask */
    int64_t age_ms, retry_ms;     /* what the running or the last call noted; 0: nothing */
    bool has_noted_nonsense;      /* a time out of range, for the conformance test; the plugin is none the wiser */
    atomic_int cancelled;
    int cancel_pipe[2];           /* -1 until cancel support is asked for */
} px_host;

/* with_cancel: makes the descriptor (a pipe, CLOEXEC). */
proxenos_status px_host_init(px_host *host, const proxenos_context *context, const char *who, bool with_cancel,
                             proxenos_error *error);
/* For a host that was zeroed or initialised. */
void px_host_end(px_host *host);
/* Before each call of the plugin: forgets what was said and noted, sets the deadline.
 * timeout_ms INT64_MAX: none. */
void px_host_begin(px_host *host, int64_t timeout_ms);
/* Async-signal-safe. */
void px_host_cancel(px_host *host);
/* Takes the cancellation back, once no call is running. */
void px_host_resume(px_host *host);
bool px_host_is_cancelled(const px_host *host);
/* Turns a plugin's result into a status with what fail() said; an error without
 * words gets some, an unknown result is INTERNAL. */
proxenos_status px_host_status(const px_host *host, int32_t result, proxenos_error *error);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t px_monotonic_ms(void);

/* What fetch fills.  Zero it but for host and builder. */
struct proxenos_sink {
    px_host *host;
    px_builder *builder;
    bool said_skip;               /* the first skipped node was logged */
    proxenos_error failure;       /* why the set is lost; status OK: it is not */
};

/* After fetch: tells how many more nodes were skipped. */
void px_sink_end(const proxenos_sink *sink);

#endif
