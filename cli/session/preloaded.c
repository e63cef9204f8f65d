/* SPDX-License-Identifier: MIT */
#include "session/preloaded.h"

#ifdef HAVE_STATIC_PLUGINS
#include <ltdl.h>

/* libtool makes this table when it links with -dlpreopen. */
extern LT_DLSYM_CONST lt_dlsymlist lt_preloaded_symbols[];

proxenos_status preloaded_announce(proxenos_context *context, proxenos_error *error) {
    return proxenos_context_preload(context, lt_preloaded_symbols, error);
}
#else
proxenos_status preloaded_announce(proxenos_context *context, proxenos_error *error) {
    (void)context;
    (void)error;
    return PROXENOS_OK;
}
#endif
