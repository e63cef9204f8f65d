/* SPDX-License-Identifier: MIT */
/* One option's value: text that a user wrote, read as the type its schema wants. */
#ifndef PX_OPTIONS_VALUE_H
#define PX_OPTIONS_VALUE_H

#include "base/error.h"

#include <proxenos/plugin.h>

#include <stdbool.h>

/* What owns the strings of a proxenos_value. */
typedef struct px_option_value {
    proxenos_value value;    /* its rank is the caller's business */
    char *text;
    char **list;             /* value.list_count strings, NULL */
    bool is_secret;          /* wipe the text */
} px_option_value;

/* Reads the last of `count` items (all of them for a LIST) into a zeroed *out.
 * Relative paths start in `folder` (NULL: the current one).  The error, CONFIG,
 * is the bare problem: "'maybe' is not a boolean (true, false)". */
proxenos_status px_option_value_read(const proxenos_option *option, const char *const *items, size_t count,
                                     const char *folder, px_option_value *out, proxenos_error *error);
/* The same for a text that holds a LIST's elements separated by commas. */
proxenos_status px_option_value_read_text(const proxenos_option *option, const char *text, const char *folder,
                                          px_option_value *out, proxenos_error *error);
void px_option_value_end(px_option_value *value);

/* The problem in words when `text` is none of `choices` (NULL-terminated), the
 * nearest included; else OK, and *index. */
proxenos_status px_choice_find(const char *const *choices, const char *text, size_t *index, proxenos_error *error);

#endif
