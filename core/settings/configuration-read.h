/* SPDX-License-Identifier: MIT */
/* A configuration's text turned into settings. */
#ifndef PX_SETTINGS_CONFIGURATION_READ_H
#define PX_SETTINGS_CONFIGURATION_READ_H

#include "base/file.h"
#include "modules/context.h"
#include "settings/configuration.h"

/* Fills a configuration, whose path is set, from the text of its file.  Adds the plugin-path to the context first, for the
 * sections' names are those of plugins. */
proxenos_status px_config_read(proxenos_config *config, proxenos_context *context, const px_file *file,
                               proxenos_error *error);

#endif
