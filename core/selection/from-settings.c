/* SPDX-License-Identifier: MIT */
/* Selectors as settings say. */
#include "selection/from-settings.h"

#include "base/environment.h"
#include "base/memory.h"
#include "base/text.h"
#include "modules/context.h"
#include "selection/hrw/kernels.h"
#include "selection/weightings.h"

#include <stdatomic.h>
#include <stdlib.h>
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
    const char *name = proxenos_settings_get(settings, "weighting");
    if (name == NULL) return PROXENOS_OK;
    const px_weighting *weighting;
    proxenos_status status = px_weighting_find(name, &weighting, error);
    if (status == PROXENOS_OK) options->weighting = weighting->name; /* lives as long as the library */
    return status;
}

static void read_timeout(const proxenos_settings *settings, proxenos_selector_options *options) {
    const char *timeout = proxenos_settings_get(settings, "timeout");
    int64_t milliseconds;
    if (timeout != NULL && px_parse_duration(timeout, &milliseconds)) options->timeout_ms = milliseconds;
}

/* Checked when it was said. */
static proxenos_status read_spread(const proxenos_settings *settings, px_recipe *recipe, proxenos_error *error) {
    const char *spread_by = proxenos_settings_get(settings, "spread");
    if (spread_by == NULL) return PROXENOS_OK;
    recipe->options.spread_by = recipe->spread_by = px_strdup(spread_by);
    return recipe->spread_by == NULL ? px_error_memory(error) : PROXENOS_OK;
}

void px_recipe_clear(px_recipe *recipe) {
    proxenos_hash_unref(recipe->hash);
    free(recipe->spread_by);
    *recipe = (px_recipe){0};
}

proxenos_status px_recipe_from_settings(const proxenos_settings *settings, px_recipe *recipe,
                                        proxenos_error *error) {
    *recipe = (px_recipe){.options = {.size = sizeof recipe->options}};
    proxenos_selector_options *options = &recipe->options;
    proxenos_status status = blame(settings, "compat", read_compat(settings, options, error), error);
    if (status == PROXENOS_OK) status = blame(settings, "weighting", read_weighting(settings, options, error), error);
    if (status == PROXENOS_OK) status = blame(settings, "table", read_table(settings, options, error), error);
    read_timeout(settings, options);
    if (status == PROXENOS_OK) status = read_spread(settings, recipe, error);
    if (status == PROXENOS_OK) status = proxenos_hash_open(settings, &recipe->hash, error);
    if (status != PROXENOS_OK) px_recipe_clear(recipe);
    return status;
}

/* Once a process: the kernels are chosen once. */
static void warn_of_processor(const proxenos_context *context) {
    static atomic_flag is_said = ATOMIC_FLAG_INIT;
    const char *wanted = px_environment("PROXENOS_CPU");
    if (wanted == NULL) return;
    px_text names = {0};
    const px_hrw_kernels *set;
    for (size_t i = 0; (set = px_hrw_kernels_at(i)) != NULL; i++) {
        if (strcmp(set->name, wanted) == 0) break;
        px_text_format(&names, "%s%s", i == 0 ? "" : ", ", set->name);
    }
    if (set == NULL && !names.failed && !atomic_flag_test_and_set(&is_said)) {
        px_log(context, PROXENOS_LEVEL_WARNING,
               "PROXENOS_CPU '%s' does not count: this processor has kernels for %s", wanted, names.bytes);
    }
    px_text_clear(&names);
}

proxenos_status proxenos_selector_open(const proxenos_settings *settings, proxenos_cluster *cluster,
                                       proxenos_selector **selector, proxenos_error *error) {
    *selector = NULL;
    px_recipe recipe;
    warn_of_processor(settings->context);
    proxenos_status status = px_recipe_from_settings(settings, &recipe, error);
    if (status == PROXENOS_OK) status = proxenos_selector_new(cluster, recipe.hash, &recipe.options, selector, error);
    px_recipe_clear(&recipe);
    return status;
}
