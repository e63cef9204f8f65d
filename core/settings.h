/* SPDX-License-Identifier: MIT */
/* Settings: who said what, in layers. */
#ifndef PX_SETTINGS_H
#define PX_SETTINGS_H

#include "context.h"
#include "modules.h"
#include "options.h"

/* One entry.  `section` is "" for plain names, "filter", "backend", "hash", or a
 * plugin's own name as a configuration writes it ("consul"). */
typedef struct px_setting {
    char *section, *name;
    char **items;
    size_t count;
    bool is_list;
    uint32_t rank;
    char *said_by;
    char *base_folder;            /* NULL: the current folder */
    unsigned line, column;        /* 0 unless from a file */
} px_setting;

struct proxenos_settings {
    proxenos_context *context;
    px_setting *entries;          /* in the order said */
    size_t count, capacity;
};

/* The entry in force for a plain name or filter.*, or NULL. */
const px_setting *px_settings_find(const proxenos_settings *settings, const char *section, const char *name);
/* The chosen backend or hash, loaded; the default hash is "siphash", no backend
 * is an error that says how to give one. */
proxenos_status px_settings_backend(const proxenos_settings *settings, const px_backend_type **type,
                                    proxenos_error *error);
proxenos_status px_settings_hash(const proxenos_settings *settings, const px_hash_type **type,
                                 proxenos_error *error);
/* The values for it, from its sections, the environment and its fallbacks.
 * Unknown option names are errors with the nearest valid one. */
proxenos_status px_settings_backend_values(const proxenos_settings *settings, const px_backend_type *type,
                                           px_values **values, proxenos_error *error);
proxenos_status px_settings_hash_values(const proxenos_settings *settings, const px_hash_type *type,
                                        px_values **values, proxenos_error *error);

#endif
