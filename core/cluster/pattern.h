/* SPDX-License-Identifier: MIT */
/* Patterns with one meaning.  A filter decides which nodes there are, so that two hosts must read it alike, whatever
 * PCRE2 they have; and the Python package read it by Python's re.  Where PCRE2 differs from that, or from itself before
 * 10.43, a pattern is put in words that all of them read as Python does, and where that cannot be, it is refused:
 *
 *   {,n} is a quantifier (PCRE2 10.43 and Python); a brace that is none is itself
 *   \w \s \b are Python's, by Unicode's properties; \Z is the very end; \v one character; \u \U \ooo characters
 *   [[:alpha:]] is a class of those characters; flags stand at the very start, or in a group of their own
 *   what only one of them knows (recursion, verbs, \K, \R, \h, \p ...) is an error
 *
 * Source: Python's documentation of re, 3.9 to 3.13; pcre2pattern(3), 10.36 to 10.46. */
#ifndef PX_CLUSTER_PATTERN_H
#define PX_CLUSTER_PATTERN_H

#include "base/text.h"

#include <stdint.h>

typedef struct px_pattern {
    px_text text;             /* for PCRE2 with UTF and UCP, newline LF */
    px_text origins;          /* for each of its bytes a uint32_t: the offset that it came from */
} px_pattern;

/* CONFIG with the offset and the cure, without saying whose pattern it is. */
proxenos_status px_pattern_pin(const char *text, px_pattern *pattern, proxenos_error *error);
/* Where a byte of pattern->text came from. */
size_t px_pattern_origin(const px_pattern *pattern, size_t offset);
void px_pattern_clear(px_pattern *pattern);

#endif
