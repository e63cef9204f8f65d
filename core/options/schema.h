/* SPDX-License-Identifier: MIT */
/* A plugin's typed schema. */
#ifndef PX_OPTIONS_SCHEMA_H
#define PX_OPTIONS_SCHEMA_H

#include "base/error.h"

#include <proxenos/plugin.h>

/* A schema as the core uses it: copied out of the plugin's array by its stride,
 * so that fields the plugin does not know are zero. */
typedef struct px_schema {
    const char *owner;             /* "backend 'consul'", for messages; owned */
    proxenos_option *options;
    uint32_t count;
} px_schema;

/* Copies and checks a plugin's schema: names well-formed and unique, types known,
 * fallbacks that parse.  PROXENOS_ERROR_PLUGIN tells the plugin's author. */
proxenos_status px_schema_new(const char *owner, const proxenos_option *options, uint32_t count,
                              uint32_t stride, px_schema **schema, proxenos_error *error);
void px_schema_free(px_schema *schema);
/* The index of an option, or -1 with the nearest name in the error. */
int px_schema_find(const px_schema *schema, const char *name, proxenos_error *error);
/* "string", "path", "integer" ... */
const char *px_type_name(uint32_t type);

#endif
