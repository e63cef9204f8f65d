/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "base/environment.h"

#include <proxenos/proxenos.h>

#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_SYS_AUXV_H
#include <sys/auxv.h>
#endif

const char *proxenos_version(void) {
    return PACKAGE_VERSION;
}

int proxenos_is_privileged(void) {
#if defined(HAVE_SYS_AUXV_H) && defined(AT_SECURE)
    if (getauxval(AT_SECURE) != 0) return 1;
#endif
    return getuid() != geteuid() || getgid() != getegid();
}

const char *px_environment(const char *name) {
    if (proxenos_is_privileged()) return NULL;
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}
