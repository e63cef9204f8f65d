/* SPDX-License-Identifier: MIT */
/* What a configuration said. */
#include "settings/configuration.h"

#include <stdlib.h>
#include <string.h>

void proxenos_config_free(proxenos_config *config) {
    if (config == NULL) return;
    for (size_t i = 0; i < config->cluster_count; i++) {
        free(config->clusters[i].name);
        px_setting_list_end(&config->clusters[i].settings);
    }
    free(config->clusters);
    px_setting_list_end(&config->common);
    free(config->default_cluster);
    free(config->path);
    free(config);
}

const char *proxenos_config_path(const proxenos_config *config) {
    return config == NULL ? NULL : config->path;
}

const char *proxenos_config_cluster_name(const proxenos_config *config, size_t index) {
    return config == NULL || index >= config->cluster_count ? NULL : config->clusters[index].name;
}

const char *proxenos_config_default_cluster(const proxenos_config *config) {
    return config == NULL ? NULL : config->default_cluster;
}

const px_setting_list *px_config_cluster_settings(const proxenos_config *config, const char *name) {
    for (size_t i = 0; i < config->cluster_count; i++) {
        if (strcmp(config->clusters[i].name, name) == 0) return &config->clusters[i].settings;
    }
    return NULL;
}
