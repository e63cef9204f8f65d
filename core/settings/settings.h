/* SPDX-License-Identifier: MIT */
/* Settings: who said what, in layers. */
#ifndef PX_SETTINGS_SETTINGS_H
#define PX_SETTINGS_SETTINGS_H

#include "cluster/filter.h"
#include "modules/context.h"
#include "modules/find.h"
#include "options/values.h"
#include "settings/setting.h"

struct proxenos_settings {
    proxenos_context *context;
    px_setting_list said;
};

/* The entry in force for a plain name or filter.*, or NULL when nobody has said
 * one (then the default counts, see proxenos_settings_get).  Also what `compat`
 * implies, see compat.h; such an entry is static. */
const px_setting *px_settings_find(const proxenos_settings *settings, const char *section, const char *name);
/* Whether `compat: python` is in force. */
bool px_settings_are_compatible(const proxenos_settings *settings);
/* The filter.* in force; an error names whoever said the bad one. */
proxenos_status px_settings_filter(const proxenos_settings *settings, px_filter **filter, proxenos_error *error);
/* The chosen backend or hash, loaded; the default hash is "siphash", no backend
 * is an error that says how to give one. */
proxenos_status px_settings_backend(const proxenos_settings *settings, const px_backend_type **type,
                                    proxenos_error *error);
proxenos_status px_settings_hash(const proxenos_settings *settings, const px_hash_type **type,
                                 proxenos_error *error);
/* The values for it, from its sections, the environment and its fallbacks.
 * Unknown option names are errors with the nearest valid one. */
proxenos_status px_settings_backend_values(const proxenos_settings *settings, const px_backend_type *type,
                                           px_values **values, proxenos_error *error);
proxenos_status px_settings_hash_values(const proxenos_settings *settings, const px_hash_type *type,
                                        px_values **values, proxenos_error *error);

#endif
