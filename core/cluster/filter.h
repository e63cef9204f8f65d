/* SPDX-License-Identifier: MIT */
/* Filters: Perl-compatible patterns matched at the start, as Python's re.match.
 * PCRE2 with UTF, UCP, MATCH_INVALID_UTF and ANCHORED; a match limit that is hit
 * is an error, never a non-match.  A filter is for one thread at a time. */
#ifndef PX_CLUSTER_FILTER_H
#define PX_CLUSTER_FILTER_H

#include "cluster/node.h"

typedef struct px_filter px_filter;

/* Patterns may be NULL: no such filter.  `name` is that of the service; `tags`
 * must match every tag of a node, and a node without tags passes.  A bad pattern
 * is PROXENOS_ERROR_CONFIG with PCRE2's words and the offset. */
proxenos_status px_filter_new(const char *address, const char *name, const char *tags, px_filter **filter,
                              proxenos_error *error);
void px_filter_free(px_filter *filter);

typedef enum px_filter_verdict {
    PX_FILTER_KEEP, PX_FILTER_DROP_ADDRESS, PX_FILTER_DROP_NAME, PX_FILTER_DROP_TAGS
} px_filter_verdict;

/* Order of tests: tags, name, address, as in the original.  `filter` NULL keeps. */
proxenos_status px_filter_test(const px_filter *filter, const proxenos_node *node, px_filter_verdict *verdict,
                               proxenos_error *error);

#endif
