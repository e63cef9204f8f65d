/* SPDX-License-Identifier: MIT */
/* Values: what users wrote, against a plugin's typed schema. */
#ifndef PX_OPTIONS_VALUES_H
#define PX_OPTIONS_VALUES_H

#include "options/schema.h"

#include <stdbool.h>

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
