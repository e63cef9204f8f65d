/* SPDX-License-Identifier: MIT */
/* Its descriptor ends before that of ABI 1.0 does; what lies behind is not to be read. */
#include "zoo.h"

extern PROXENOS_EXPORT const uint32_t short_descriptor_LTX_proxenos_module[4];
const uint32_t short_descriptor_LTX_proxenos_module[4] = {16, PROXENOS_ABI_MAJOR, 0, 0};
