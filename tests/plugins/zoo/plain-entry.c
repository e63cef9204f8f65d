/* SPDX-License-Identifier: MIT */
/* Exports its descriptor without the module's name. */
#include "zoo.h"

extern PROXENOS_EXPORT const proxenos_module entry __asm__("proxenos_module");
const proxenos_module entry = {PROXENOS_MODULE_HEADER(0), .name = "plain-entry"};
