/* SPDX-License-Identifier: MIT */
/* Selectors as settings say. */
#ifndef PX_SELECTION_FROM_SETTINGS_H
#define PX_SELECTION_FROM_SETTINGS_H

#include "selection/selector.h"
#include "settings/settings.h"

/* What a selector is made of but the cluster. */
typedef struct px_recipe {
    proxenos_selector_options options; /* its strings are the library's */
    proxenos_hash_function *hash;      /* a reference */
} px_recipe;

proxenos_status px_recipe_from_settings(const proxenos_settings *settings, px_recipe *recipe,
                                        proxenos_error *error);

#endif
