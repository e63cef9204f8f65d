/* SPDX-License-Identifier: MIT */
/* Its symbol is right, its descriptor says another name. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.name = "misnamed", .fetch = zoo_fetch}};
ZOO_BACKENDS(misnamed, "mis-named", backends);
