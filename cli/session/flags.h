/* SPDX-License-Identifier: MIT */
/* From flags to the library's settings. */
#ifndef CLI_SESSION_FLAGS_H
#define CLI_SESSION_FLAGS_H

#include "options/arguments.h"

#include <proxenos/proxenos.h>

/* Gives every flag that stands for a setting to `settings`.  With a `file` the
 * nodes come from there, and flags about another source are left out.  Without any
 * backend it assumes consul, as the original does, and says so in *is_assumed. */
proxenos_status flags_apply(proxenos_context *context, proxenos_settings *settings, const cli_arguments *arguments,
                            const char *file, bool *is_assumed, proxenos_error *error);

#endif
