/* SPDX-License-Identifier: MIT */
/* What a node is known by; see proxenos-scheme(7), IDENTITY. */
#ifndef PX_CLUSTER_IDENTITY_H
#define PX_CLUSTER_IDENTITY_H

#include "base/text.h"
#include "cluster/node.h"

#include <stdbool.h>

typedef enum px_identity_kind {
    PX_BY_ADDRESS,
    PX_BY_NAME,                   /* the instance's name */
    PX_BY_INSTANCE,               /* "MACHINE/NAME": names are often unique on their machine only */
    PX_BY_METADATA                /* the value of a key */
} px_identity_kind;

enum { PX_IDENTITY_KEY_SIZE = 256 };

typedef struct px_identity {
    px_identity_kind kind;
    char key[PX_IDENTITY_KEY_SIZE]; /* of PX_BY_METADATA */
} px_identity;

#define PX_IDENTITY_ADDRESS ((px_identity){.kind = PX_BY_ADDRESS})
#define PX_IDENTITY_NAME ((px_identity){.kind = PX_BY_NAME})
#define PX_IDENTITY_INSTANCE ((px_identity){.kind = PX_BY_INSTANCE})

/* "address", "name", "instance", "meta.KEY"; PROXENOS_ERROR_CONFIG for any other. */
proxenos_status px_identity_parse(const char *text, px_identity *identity, proxenos_error *error);
/* As a user writes it: room for "meta." and the key. */
enum { PX_IDENTITY_TEXT_SIZE = PX_IDENTITY_KEY_SIZE + 5 };
const char *px_identity_text(const px_identity *identity, char text[PX_IDENTITY_TEXT_SIZE]);
/* Adds it as the scheme text has it: a key by px_text_percent(). */
void px_identity_scheme(const px_identity *identity, px_text *text);

/* Sets the node's identity.  PROXENOS_ERROR_CONFIG names the node that lacks what it would be known by. */
proxenos_status px_identity_apply(const px_identity *identity, proxenos_node *node, proxenos_error *error);
/* PROXENOS_ERROR_CONFIG for two nodes of one identity and two addresses: names both, and the identity that would
 * tell them apart. */
proxenos_status px_identity_clash(const px_identity *identity, const proxenos_node *a, const proxenos_node *b,
                                  proxenos_error *error);

#endif
