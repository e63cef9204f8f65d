/* SPDX-License-Identifier: MIT */
/* A module may offer several; the first is found by the module's name too. */
#include "zoo.h"

static const proxenos_backend backends[] = {
    {.name = "first", .fetch = zoo_fetch},
    {.name = "second", .fetch = zoo_fetch},
};
ZOO_BACKENDS(two_backends, "two-backends", backends);
