/* SPDX-License-Identifier: MIT */
/* What the process comes with. */
#ifndef PX_BASE_ENVIRONMENT_H
#define PX_BASE_ENVIRONMENT_H

/* getenv(), but NULL when privileged and for the empty text. */
const char *px_environment(const char *name);

#endif
