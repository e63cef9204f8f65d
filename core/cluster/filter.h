/* SPDX-License-Identifier: MIT */
/* Filters: patterns as Python's re reads them (pattern.h), matched at the start as by
 * re.match.  PCRE2 with UTF, UCP, MATCH_INVALID_UTF and ANCHORED; a match limit that is hit
 * is an error, never a non-match.  A filter is for one thread at a time. */
#ifndef PX_CLUSTER_FILTER_H
#define PX_CLUSTER_FILTER_H

#include "cluster/node.h"

typedef struct px_filter px_filter;

/* All may be NULL: no such filter. */
typedef struct px_filter_rules {
    const char *address;
    const char *name;                /* of the service */
    const char *tags;                /* must match every tag of a node; one without tags passes */
    const char *zone;
    const char *const *has_tag;      /* tags that a node must have, all of them, byte by byte */
    size_t has_tag_count;
    const char *const *metadata;     /* "KEY=PATTERN": a node must have the key, and its value must match */
    size_t metadata_count;
} px_filter_rules;

/* A bad pattern is PROXENOS_ERROR_CONFIG with its setting ("filter.address: "), the words and the offset; *whose, which
 * may be NULL, is then the setting's name in the section ("address"), else NULL. */
proxenos_status px_filter_new(const px_filter_rules *rules, px_filter **filter, const char **whose,
                              proxenos_error *error);
void px_filter_free(px_filter *filter);

typedef enum px_filter_verdict {
    PX_FILTER_KEEP, PX_FILTER_DROP_ADDRESS, PX_FILTER_DROP_NAME, PX_FILTER_DROP_TAGS, PX_FILTER_DROP_ZONE,
    PX_FILTER_DROP_METADATA, PX_FILTER_DROP_HAS_TAG
} px_filter_verdict;

/* Order of tests: tags, name, address, as in the original; then zone, metadata, has-tag.  `filter` NULL keeps. */
proxenos_status px_filter_test(const px_filter *filter, const proxenos_node *node, px_filter_verdict *verdict,
                               proxenos_error *error);

#endif
