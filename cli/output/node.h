/* SPDX-License-Identifier: MIT */
/* Nodes and clusters as text, tab-separated fields and JSON; the shapes are
 * documented in proxenos(1). */
#ifndef CLI_OUTPUT_NODE_H
#define CLI_OUTPUT_NODE_H

#include "output/json.h"

#include <proxenos/proxenos.h>

/* One line that static-file reads again as plain text: address, weight, then
 * key=value for what is known. */
void node_line(const proxenos_node *node);

/* The fields' names, and the fields, without the line's end. */
void node_tsv_header(void);
void node_tsv(const proxenos_node *node);

/* The node as an object. */
void node_json(cli_json *json, const proxenos_node *node);

/* "fingerprint", "report" and "backend", members of an object that is open. */
void cluster_json(cli_json *json, const proxenos_cluster *cluster, const char *backend);

#endif
