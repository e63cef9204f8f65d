/* SPDX-License-Identifier: MIT */
/* A configuration file, read: settings of the common part and of every cluster. */
#ifndef PX_SETTINGS_CONFIGURATION_H
#define PX_SETTINGS_CONFIGURATION_H

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

#endif
