/* SPDX-License-Identifier: MIT */
/* Nothing is wrong with it; its name has a dash. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.name = "good-backend", .fetch = zoo_fetch}};
ZOO_BACKENDS(good_backend, "good-backend", backends);
