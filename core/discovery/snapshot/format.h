/* SPDX-License-Identifier: MIT */
/* The text of a snapshot. */
#ifndef PX_DISCOVERY_SNAPSHOT_FORMAT_H
#define PX_DISCOVERY_SNAPSHOT_FORMAT_H

#include "base/text.h"
#include "cluster/cluster.h"

enum { PX_DIGEST_SIZE = 33, PX_MOMENT_SIZE = 25 }; /* with their NULs */

/* What stands before the nodes; texts are the caller's. */
typedef struct px_snapshot_head {
    int64_t confirmed_ms;         /* since 1970 */
    uint64_t inode;
    const char *settings, *fingerprint, *digest;
    const char *scheme;           /* NULL: not known */
} px_snapshot_head;

/* The first 32 hexadecimal digits of the SHA-512. */
void px_snapshot_digest(const void *bytes, size_t length, char digest[PX_DIGEST_SIZE]);
/* "2026-11-27T10:00:00.000Z" */
void px_snapshot_moment(int64_t milliseconds, char text[PX_MOMENT_SIZE]);

void px_snapshot_print_nodes(px_text *out, const proxenos_cluster *cluster);
void px_snapshot_print_head(px_text *out, const px_snapshot_head *head);
#define PX_SNAPSHOT_END "\n]}\n"     /* what stands behind the nodes */

/* Reads the head at the beginning of a text that ends with a NUL; its texts are cut out in place.  *nodes is where the
 * nodes begin.  False: nothing that this version wrote. */
bool px_snapshot_parse_head(char *text, px_snapshot_head *head, char **nodes);
/* Whether the nodes, up to `end`, are followed by PX_SNAPSHOT_END; *length is how long they are. */
bool px_snapshot_parse_end(const char *nodes, const char *end, size_t *length);
/* The nodes, which are cut up in place.  MALFORMED when they are none. */
proxenos_status px_snapshot_parse_nodes(char *nodes, size_t length, px_identity identity, const char *origin,
                                        proxenos_cluster **cluster, proxenos_error *error);

#endif
