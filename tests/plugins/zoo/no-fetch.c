/* SPDX-License-Identifier: MIT */
/* A backend that cannot read. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.name = "no-fetch"}};
ZOO_BACKENDS(no_fetch, "no-fetch", backends);
