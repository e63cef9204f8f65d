/* SPDX-License-Identifier: MIT */
/* Neither a backend nor a hash. */
#include "zoo.h"

PROXENOS_MODULE(offers_nothing) = {PROXENOS_MODULE_HEADER(0), .name = "offers-nothing"};
