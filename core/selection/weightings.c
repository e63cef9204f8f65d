/* SPDX-License-Identifier: MIT */
#include "selection/weightings.h"

#include "base/text.h"

#include <string.h>

static const px_weighting *const weightings[] = {
    &px_weighting_hrw,
    &px_weighting_lcg,
    &px_weighting_python,
};
enum { WEIGHTING_COUNT = sizeof weightings / sizeof weightings[0] };

static proxenos_status unknown(const char *name, proxenos_error *error) {
    px_nearest nearest;
    px_nearest_start(&nearest, name);
    for (size_t i = 0; i < WEIGHTING_COUNT; i++) px_nearest_try(&nearest, weightings[i]->name);
    if (nearest.best != NULL) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "there is no weighting '%s'; did you mean '%s'?", name,
                        nearest.best);
    }
    px_text names = {0};
    for (size_t i = 0; i < WEIGHTING_COUNT; i++) {
        px_text_format(&names, "%s%s", i == 0 ? "" : ", ", weightings[i]->name);
    }
    proxenos_status status = names.failed ? px_error_memory(error)
        : px_error(error, PROXENOS_ERROR_CONFIG, "there is no weighting '%s'; there are: %s", name, names.bytes);
    px_text_clear(&names);
    return status;
}

proxenos_status px_weighting_find(const char *name, const px_weighting **weighting, proxenos_error *error) {
    for (size_t i = 0; i < WEIGHTING_COUNT; i++) {
        if (strcmp(weightings[i]->name, name) != 0) continue;
        *weighting = weightings[i];
        return PROXENOS_OK;
    }
    *weighting = NULL;
    return unknown(name, error);
}
