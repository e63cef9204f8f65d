/* SPDX-License-Identifier: MIT */
/* What libyaml found wrong, in one line with its place. */
#ifndef PX_SETTINGS_YAML_PROBLEM_H
#define PX_SETTINGS_YAML_PROBLEM_H

#include "base/error.h"

#include <yaml.h>

/* The document that the parser was given; `bytes` start where the parser did. */
typedef struct px_yaml_source {
    const char *name;
    const char *bytes;
    size_t length;
} px_yaml_source;

proxenos_status px_yaml_problem(const yaml_parser_t *parser, const px_yaml_source *source, proxenos_error *error);

#endif
