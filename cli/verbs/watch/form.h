/* SPDX-License-Identifier: MIT */
/* What --write FILE --as FORM makes of a cluster.  Nothing but the nodes, the fingerprint and the
 * scheme decides the bytes: no time, no order of reading. */
#ifndef CLI_VERBS_WATCH_FORM_H
#define CLI_VERBS_WATCH_FORM_H

#include "output/stdout.h"

#include <proxenos/proxenos.h>

#include <stdbool.h>

typedef struct watch_form {
    const char *name;                /* of --as */
    bool (*print)(const proxenos_selector *selector); /* false: memory is short */
} watch_form;

/* NULL: there is none of that name. */
const watch_form *form_find(const char *name);
/* Fills the buffer, to be freed whatever comes of it; false when memory is short. */
bool form_render(const watch_form *form, const proxenos_selector *selector, output_buffer *buffer);

/* The nodes, the fingerprint and the scheme; -f reads it again. */
bool form_json(const proxenos_selector *selector);

#endif
