/* SPDX-License-Identifier: MIT */
/* A backend without a name. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.fetch = zoo_fetch}};
ZOO_BACKENDS(no_name, "no-name", backends);
