/* SPDX-License-Identifier: MIT */
/* What `compat: python` implies.  Each row counts as said just before `compat`
 * itself, with its rank: whatever is said with that rank or a higher one still has
 * the last word, and all that lower ranks say is set aside. */
#ifndef PX_COMPAT_H
#define PX_COMPAT_H

#include "settings.h"

typedef struct px_implied {
    px_setting setting;           /* static; its rank says nothing */
    uint32_t highest_rank;        /* it never has more than this */
    const char *unless;           /* an option of the same plugin that replaces it, or NULL */
    const char *only_for;         /* a hash's name that the chosen one must answer to, or NULL */
} px_implied;

/* NULL past the last. */
const px_implied *px_compat_python(size_t index);
/* The rank of whoever said `compat: python`; PROXENOS_RANK_NONE when that is not in force. */
uint32_t px_compat_rank(const proxenos_settings *settings);
/* The rank that a row has then. */
uint32_t px_implied_rank(const px_implied *row, uint32_t compat_rank);

#endif
