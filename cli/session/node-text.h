/* SPDX-License-Identifier: MIT */
/* A node as a flag names it. */
#ifndef CLI_SESSION_NODE_TEXT_H
#define CLI_SESSION_NODE_TEXT_H

#include <proxenos/proxenos.h>

/* Adds [IDENTITY@]HOST[:PORT], an IPv6 address in brackets when a port follows; what stands before the @ is what
 * the node is known by under `identity` ("name", "instance", "meta.KEY").  `like` (may be NULL): a node whose tier it shares. */
proxenos_status node_text_add(proxenos_builder *builder, const char *identity, const char *text, int64_t weight,
                              const proxenos_node *like, proxenos_error *error);

/* A cluster of that one node, to unref: its identity is the address as the library writes it. */
proxenos_status node_text_cluster(const char *text, proxenos_cluster **cluster, proxenos_error *error);

#endif
