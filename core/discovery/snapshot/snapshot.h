/* SPDX-License-Identifier: MIT */
/* Snapshots: the last good membership in a file, for when its source fails, see proxenos.yaml(5), snapshot.
 *
 *     {"proxenos": "snapshot", "confirmed": "2026-11-27T10:00:00.000Z", "inode": 4711, "settings": "…",
 *     "scheme": "…", "fingerprint": "…", "digest": "…", "nodes": [
 *     {"identity": …},
 *     …
 *     ]}
 *
 * It is a list of nodes as static-file reads it, and this room reads just what it wrote.  `confirmed` is when the file was
 * written; later confirmations touch the file, which counts as long as it is the file that was written (`inode`: a copy of
 * it is as old as its text says).  `digest` holds for every byte of the nodes. */
#ifndef PX_DISCOVERY_SNAPSHOT_SNAPSHOT_H
#define PX_DISCOVERY_SNAPSHOT_SNAPSHOT_H

#include "cluster/cluster.h"
#include "modules/context.h"
#include "options/values.h"
#include "settings/follow.h"

typedef struct px_snapshot {
    const proxenos_context *context; /* whom it warns */
    px_snapshot_policy policy;
    px_identity identity;
    char settings[33];            /* names what the nodes depend on: the backend and its options, filter, identity */
    bool said_unusable, said_unwritten; /* each once */
    proxenos_cluster *kept;       /* the cluster that the two below are of; NULL: none */
    char digest[33];
    size_t nodes_length;          /* bytes of its nodes in a file */
} px_snapshot;

/* As the settings say, for a backend of that schema opened with those values.  NULL in *snapshot when snapshot.path is
 * not set. */
proxenos_status px_snapshot_open(const proxenos_settings *settings, const px_schema *schema, const proxenos_values *values,
                                 px_snapshot **snapshot, proxenos_error *error);
void px_snapshot_free(px_snapshot *snapshot);

/* The cluster in the file when it was confirmed less than `most_ms` ago, with its age in its report; NULL when there is
 * none to be used.  That a file is there and may not be used is warned of once. */
proxenos_cluster *px_snapshot_read(px_snapshot *snapshot, int64_t most_ms, int64_t *age_ms);
/* The source said `age_ms` ago that this is the membership: the file is touched when it says so already, else written.
 * `scheme` may be NULL.  A failure is warned of once; an empty cluster is never kept. */
void px_snapshot_keep(px_snapshot *snapshot, proxenos_cluster *cluster, const char *scheme, int64_t age_ms);

#endif
