/* SPDX-License-Identifier: MIT */
/* Selectors as settings say. */
#include "base/text.h"
#include "selection/selector.h"
#include "selection/weightings.h"
#include "settings/settings.h"

#include <string.h>

static proxenos_status blame(const proxenos_settings *settings, const char *name, proxenos_status status,
                             proxenos_error *error) {
    return px_setting_blame(px_settings_find(settings, "", name), status, error);
}

static proxenos_status read_compat(const proxenos_settings *settings, proxenos_selector_options *options,
                                   proxenos_error *error) {
    const char *compat = proxenos_settings_get(settings, "compat");
    if (compat == NULL || strcmp(compat, "none") == 0) return PROXENOS_OK;
    if (strcmp(compat, "python") != 0) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "compat is 'python' or 'none', not '%s'", compat);
    }
    options->ignore_weights = 1; /* the weighting comes by what compat implies, see compat.h */
    return PROXENOS_OK;
}

static proxenos_status read_table(const proxenos_settings *settings, proxenos_selector_options *options,
                                  proxenos_error *error) {
    const char *table = proxenos_settings_get(settings, "table");
    if (table == NULL) return PROXENOS_OK;
    uint64_t slots;
    if (!px_parse_unsigned(table, &slots) || slots > SIZE_MAX) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a number of slots", table);
    }
    options->table = (size_t)slots;
    return PROXENOS_OK;
}

static proxenos_status read_weighting(const proxenos_settings *settings, proxenos_selector_options *options,
                                      proxenos_error *error) {
    const px_weighting *weighting;
    options->weighting = proxenos_settings_get(settings, "weighting");
    return options->weighting == NULL ? PROXENOS_OK : px_weighting_find(options->weighting, &weighting, error);
}

proxenos_status proxenos_selector_open(const proxenos_settings *settings, proxenos_cluster *cluster,
                                       proxenos_selector **selector, proxenos_error *error) {
    *selector = NULL;
    proxenos_selector_options options = {.size = sizeof options};
    proxenos_status status = blame(settings, "compat", read_compat(settings, &options, error), error);
    if (status == PROXENOS_OK) {
        status = blame(settings, "weighting", read_weighting(settings, &options, error), error);
    }
    if (status == PROXENOS_OK) status = blame(settings, "table", read_table(settings, &options, error), error);
    if (status != PROXENOS_OK) return status;

    proxenos_hash_function *hash;
    status = proxenos_hash_open(settings, &hash, error);
    if (status == PROXENOS_OK) status = proxenos_selector_new(cluster, hash, &options, selector, error);
    proxenos_hash_unref(hash);
    return status;
}
