/* SPDX-License-Identifier: MIT */
/* Plugins inside the program, see --enable-static-plugins of configure. */
#ifndef CLI_SESSION_PRELOADED_H
#define CLI_SESSION_PRELOADED_H

#include <proxenos/proxenos.h>

/* Tells the context of them; nothing to do in a program without any. */
proxenos_status preloaded_announce(proxenos_context *context, proxenos_error *error);

#endif
