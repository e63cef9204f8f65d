/* SPDX-License-Identifier: MIT */
/* What `compat: python` implies.  A row counts where nobody has said anything: it
 * replaces a default, never a word of the user's, wherever that was said. */
#ifndef PX_SETTINGS_COMPAT_H
#define PX_SETTINGS_COMPAT_H

#include "settings/setting.h"

typedef struct px_implied {
    px_setting setting;           /* static, of the rank of defaults */
    const char *unless;           /* an option of the same plugin that replaces it, or NULL */
    const char *only_for;         /* a hash's name that the chosen one must answer to, or NULL */
    bool is_word;                 /* an option that takes any text is told it too */
} px_implied;

/* NULL past the last. */
const px_implied *px_compat_python(size_t index);

#endif
