/* SPDX-License-Identifier: MIT */
/* Characters as a terminal shows them. */
#ifndef CLI_OUTPUT_CHARACTERS_H
#define CLI_OUTPUT_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

/* Controls, and what has no shape of its own but may change that of others, or tell two
 * equal-looking texts apart: Unicode's Default_Ignorable_Code_Point (zero width, soft
 * hyphen, bidirectional marks, overrides and isolates, fillers, variation selectors,
 * tags), the separators U+2028 and U+2029, and U+FFF9...U+FFFB.  The library escapes the
 * same in its errors. */
bool character_is_unseen(uint32_t character);

/* How many columns a character takes: 0 for one that combines with that before it, 2 for
 * a wide one, as the C library knows them; what it does not know takes 1. */
unsigned character_columns(uint32_t character);

#endif
