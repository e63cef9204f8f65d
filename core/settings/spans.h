/* SPDX-License-Identifier: MIT */
/* Values of follow.* and snapshot.* as users write them. */
#ifndef PX_SETTINGS_SPANS_H
#define PX_SETTINGS_SPANS_H

#include <stdbool.h>
#include <stdint.h>

#define PX_FOREVER INT64_MAX

/* "250ms..5s", two durations of which the second is not the smaller; one alone is both. */
bool px_parse_span(const char *text, int64_t *least_ms, int64_t *most_ms);
/* A duration, or "forever": PX_FOREVER. */
bool px_parse_limit(const char *text, int64_t *milliseconds);
/* "50%", "12.5%", 0 to 100; parts of a million, so four digits behind the point count. */
bool px_parse_share(const char *text, uint32_t *millionths);

#endif
