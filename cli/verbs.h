/* SPDX-License-Identifier: MIT */
/* The table of verbs. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "options/verb.h"

/* In the order of the overview; ends with NULL. */
extern const cli_verb *const cli_verbs[];

#endif
