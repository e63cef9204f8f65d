/* SPDX-License-Identifier: MIT */
/* The address that the `python` weighting weighs, since the package weighed
 * addresses and resolved names as it read them. */
#ifndef PX_SELECTION_PYTHON_RESOLVE_H
#define PX_SELECTION_PYTHON_RESOLVE_H

#include "cluster/node.h"
#include "modules/context.h"

/* IPv6 as it is, a mapped one too; IPv4 a.b.c.d as ::a.b.c.d; a name as the
 * resolver's first IPv4 address, which is what gethostbyname() gives, else as
 * its first IPv6 one.  Several addresses are warned about, since resolvers
 * rotate them.  PROXENOS_ERROR_UNREACHABLE when there is none: also when the
 * resolver failed for now, since going on to IPv6 then would give an answer
 * that other machines do not; TIMED_OUT when it has no answer at `deadline_ms` on
 * px_monotonic_ms() (INT64_MAX: it is waited for), and then asks on in a thread of its own. */
proxenos_status px_python_resolve(const proxenos_context *context, const proxenos_node *node, int64_t deadline_ms,
                                  uint8_t ipv6[16], proxenos_error *error);

#endif
