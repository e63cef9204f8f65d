/* SPDX-License-Identifier: MIT */
/* What a membership depends on beside its source. */
#ifndef PX_DISCOVERY_SNAPSHOT_ORIGIN_H
#define PX_DISCOVERY_SNAPSHOT_ORIGIN_H

#include "options/values.h"
#include "settings/settings.h"

/* 32 hexadecimal digits that name the backend, its options and what becomes of the nodes (filter, identity, weight-from).
 * Secrets are left out: a short one could be guessed from the digits. */
proxenos_status px_snapshot_origin(const proxenos_settings *settings, const px_schema *schema, const proxenos_values *values,
                                   char digits[33], proxenos_error *error);

#endif
