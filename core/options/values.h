/* SPDX-License-Identifier: MIT */
/* Options: a plugin's typed schema against text that users wrote. */
#ifndef PX_OPTIONS_VALUES_H
#define PX_OPTIONS_VALUES_H

#include "base/error.h"

#include <proxenos/plugin.h>

#include <stdbool.h>

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

/* One thing a user said about an option.  Borrowed strings. */
typedef struct px_given {
    const char *option;            /* its name */
    const char *const *items;      /* one, or several for a list; a flag that is repeated
                                      for another type has several too: the last counts */
    size_t count;
    bool is_list;                  /* written as a list: for a LIST only */
    uint32_t rank;                 /* PROXENOS_RANK_... */
    const char *said_by;           /* "proxenos.yaml:12:5", "--host", "CONSUL_HTTP_ADDR" */
    const char *base_folder;       /* relative paths start here; NULL: the current folder */
    unsigned line, column;         /* of a place in a file, as in said_by; else 0 */
    bool is_exposed;               /* others can read the file that says it */
} px_given;

/* Values in the order of the schema, all strings owned. */
typedef struct px_values px_values;

/* Merges what was given (in any order; the highest rank wins, of equal rank the
 * later), the environment variables that the schema names (unless privileged),
 * and the fallbacks; parses, checks ranges, choices and required ones.
 * Errors are PROXENOS_ERROR_CONFIG (ARGUMENT when a flag said it), begin with
 * said_by and never show a secret.  `warn` (may be NULL) is told of files with
 * secrets that others can read. */
typedef void px_warn_function(void *user, const char *text);
proxenos_status px_values_new(const px_schema *schema, const px_given *given, size_t count,
                              px_warn_function *warn, void *user, px_values **values, proxenos_error *error);
/* Wipes secrets. */
void px_values_free(px_values *values);
/* What the plugin gets. */
const proxenos_values *px_values_table(const px_values *values);
/* Who said value `index`: "default" or said_by; "" when it is not set. */
const char *px_values_said_by(const px_values *values, uint32_t index);

#endif
