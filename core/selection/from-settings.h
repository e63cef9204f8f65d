/* SPDX-License-Identifier: MIT */
/* Selectors as settings say. */
#ifndef PX_SELECTION_FROM_SETTINGS_H
#define PX_SELECTION_FROM_SETTINGS_H

#include "selection/selector.h"
#include "settings/settings.h"

/* What a selector is made of but the cluster.  Zeroed, it holds nothing. */
typedef struct px_recipe {
    proxenos_selector_options options; /* its strings are the library's or the recipe's */
    char *spread_by;                   /* NULL: none */
    proxenos_hash_function *hash;      /* a reference */
} px_recipe;

void px_recipe_clear(px_recipe *recipe);

proxenos_status px_recipe_from_settings(const proxenos_settings *settings, px_recipe *recipe,
                                        proxenos_error *error);

#endif
