/* SPDX-License-Identifier: MIT */
/* A node: one endpoint of one service.  Made by the builder, constant after. */
#ifndef PX_CLUSTER_NODE_H
#define PX_CLUSTER_NODE_H

#include "cluster/address.h"

#include <proxenos/plugin.h>

typedef struct px_pair {
    const char *key, *value;
} px_pair;

/* One block of memory holds the struct, its arrays and its text; "" where unknown. */
struct proxenos_node {
    struct {                    /* px_address less the name, which is `host` */
        px_address_kind kind;
        uint8_t bytes[16];
        bool has_port;
        uint16_t port;
    } parsed;
    const char *identity;       /* text that is hashed; one of those below, or */
    char *own_identity;         /* a text of its own; NULL: none */
    const char *address;        /* printed form; the identity until a builder sets another */
    const char *host;
    const char *service, *name, *source, *zone, *origin;
    const char **tags;          /* sorted, tag_count */
    size_t tag_count;
    px_pair *metadata;          /* sorted by key, metadata_count */
    size_t metadata_count;
    uint32_t weight;
    uint32_t health;            /* PROXENOS_HEALTH_... */
    uint32_t tier;              /* 0 first */
};

/* Copies and checks what a backend gave.  PROXENOS_ERROR_MALFORMED with where
 * (origin, or the address) and the reason ("port 70000 is not in 1...65535") when
 * it cannot be a node; PROXENOS_ERROR_PLUGIN when the struct is smaller than ABI
 * 1.0's.  Limits: 1,024 tags, 1,024 metadata pairs, 64 KiB of text in all. */
proxenos_status px_node_new(const proxenos_node_data *data, proxenos_node **node, proxenos_error *error);
void px_node_free(proxenos_node *node);
/* A total order of everything a node holds, so that the order of arrival cannot
 * matter: identity, service, name, source, the larger weight, then the rest. */
int px_node_compare(const proxenos_node *a, const proxenos_node *b);
/* The value of a metadata key, or NULL. */
const char *px_node_metadata(const proxenos_node *node, const char *key);

#endif
