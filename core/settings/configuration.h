/* SPDX-License-Identifier: MIT */
/* A configuration file, read: settings of the common part and of every cluster. */
#ifndef PX_SETTINGS_CONFIGURATION_H
#define PX_SETTINGS_CONFIGURATION_H

#include "base/file.h"
#include "modules/context.h"
#include "settings/setting.h"

typedef struct px_config_cluster {
    char *name;
    px_setting_list settings;
} px_config_cluster;

struct proxenos_config {
    char *path;                    /* NULL: no file */
    px_setting_list common;
    px_config_cluster *clusters;   /* in the file's order */
    size_t cluster_count, cluster_capacity;
    char *default_cluster;         /* the name of one of them, or NULL */
};

/* The settings of a cluster, or NULL. */
const px_setting_list *px_config_cluster_settings(const proxenos_config *config, const char *name);

/* Fills a configuration, whose path is set, from the text of its file
 * (configuration-read.c).  Adds the plugin-path to the context first, for the
 * sections' names are those of plugins. */
proxenos_status px_config_read(proxenos_config *config, proxenos_context *context, const px_file *file,
                               proxenos_error *error);

#endif
