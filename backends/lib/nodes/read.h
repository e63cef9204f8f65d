/* SPDX-License-Identifier: MIT */
/* From text that lists nodes to the core's sink: the one schema of all backends
 * that hand such text over, see proxenos-static-file(7). */
#ifndef BACKENDS_LIB_NODES_READ_H
#define BACKENDS_LIB_NODES_READ_H

#include "lib/nodes/source.h"

/* Adds every node of a service asked for.  `text` holds `length` bytes, and a NUL behind
 * them; it is cut up in place.  What is blank, no UTF-8 or holds a NUL is refused. */
int32_t nodes_read(const nodes_source *source, char *text, size_t length, proxenos_sink *sink);

#endif
