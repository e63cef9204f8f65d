/* SPDX-License-Identifier: MIT */
/* The only backend of a module bears the module's name; this one does not. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.name = "else", .fetch = zoo_fetch}};
ZOO_BACKENDS(other_backend, "other-backend", backends);
