/* SPDX-License-Identifier: MIT */
/* How one node differs from what it was. */
#ifndef CLI_OUTPUT_DIFFERENCE_H
#define CLI_OUTPUT_DIFFERENCE_H

#include "output/json.h"

#include <proxenos/proxenos.h>

/* " address 10.0.0.1:80 -> 10.0.0.2:80, zone a -> b, metadata": the fields (PROXENOS_FIELD_...), each with its values
 * where it has one. */
void difference_text(const proxenos_node *before, const proxenos_node *after, unsigned fields);
/* An object of "identity", "fields", "before" and "after". */
void difference_json(cli_json *json, const proxenos_node *before, const proxenos_node *after, unsigned fields);

#endif
