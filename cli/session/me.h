/* SPDX-License-Identifier: MIT */
/* Which node of a cluster is meant by who calls it one way or another. */
#ifndef CLI_SESSION_ME_H
#define CLI_SESSION_ME_H

#include <proxenos/proxenos.h>

#include <stddef.h>

typedef enum me_result { ME_FOUND, ME_NOBODY, ME_SEVERAL } me_result;

/* The first of these that any node has decides: its identity; its address, in whatever
 * writing; its name; its instance, SOURCE/NAME; its host; the machine that carries it.
 * What more than one node has is ME_SEVERAL.  Unless it is found, `why` gets the text of
 * an error that says what there is to choose from. */
me_result me_find(const proxenos_cluster *cluster, const char *me, const proxenos_node **node, char *why, size_t size);

#endif
