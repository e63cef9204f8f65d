/* SPDX-License-Identifier: MIT */
/* Settings checked against all that will use them, without opening a source. */
#include "selection/weightings.h"
#include "settings/settings.h"

static proxenos_status check_weighting(const proxenos_settings *settings, proxenos_error *error) {
    const px_weighting *weighting;
    proxenos_status status = px_weighting_find(proxenos_settings_get(settings, "weighting"), &weighting, error);
    return px_setting_blame(px_settings_find(settings, "", "weighting"), status, error);
}

static proxenos_status check_filter(const proxenos_settings *settings, proxenos_error *error) {
    px_filter *filter;
    proxenos_status status = px_settings_filter(settings, &filter, error);
    px_filter_free(filter);
    return status;
}

/* A configuration may well leave the backend to the command line. */
static proxenos_status check_backend(const proxenos_settings *settings, proxenos_error *error) {
    if (px_settings_find(settings, "", "backend") == NULL) return PROXENOS_OK;
    const px_backend_type *type;
    px_values *values = NULL;
    proxenos_status status = px_settings_backend(settings, &type, error);
    if (status == PROXENOS_OK) status = px_settings_backend_values(settings, type, &values, error);
    px_values_free(values);
    return status;
}

static proxenos_status check_hash(const proxenos_settings *settings, proxenos_error *error) {
    const px_hash_type *type;
    px_values *values = NULL;
    proxenos_status status = px_settings_hash(settings, &type, error);
    if (status == PROXENOS_OK) status = px_settings_hash_values(settings, type, &values, error);
    px_values_free(values);
    return status;
}

proxenos_status proxenos_settings_check(const proxenos_settings *settings, proxenos_error *error) {
    if (settings == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no settings were given");
    proxenos_status status = check_weighting(settings, error);
    if (status == PROXENOS_OK) status = check_filter(settings, error);
    if (status == PROXENOS_OK) status = check_backend(settings, error);
    return status == PROXENOS_OK ? check_hash(settings, error) : status;
}
