/* SPDX-License-Identifier: MIT */
/* A hash's parameters in the scheme text: "key=9c1f03ab,seed=0". */
#ifndef PX_SELECTION_PARAMETERS_H
#define PX_SELECTION_PARAMETERS_H

/* What is wrong with them, as a clause ("they are not sorted by name"), or NULL.  A plugin's word: read no further
 * than the limit. */
const char *px_parameters_problem(const char *text);

#endif
