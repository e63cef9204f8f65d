/* SPDX-License-Identifier: MIT */
/* Conformance: what proxenos-plugin(3) asks of a plugin, checked on anyone's.
 *
 *     suite.c       the public call: child processes, and what becomes of them
 *     child.c       in the child: the plan
 *     instance.c    instances and states, opened and read under observation
 *     checks.h      the checks, a file each
 *     subject.c     whom a check is about, and its verdict
 *
 * The checks run in child processes, since a plugin under test may crash, hang,
 * print and exit. */
#ifndef PX_CONFORMANCE_SUBJECT_H
#define PX_CONFORMANCE_SUBJECT_H

#include "modules/host.h"
#include "modules/module.h"

#include <sys/types.h>

typedef struct px_option_text {
    const char *name, *value;
} px_option_text;

/* Whom a check is about. */
typedef struct px_subject {
    const proxenos_context *context;
    const px_option_text *options;          /* what the author gave */
    size_t option_count;
    const px_module *module;
    const px_backend_type *backend;  /* one of these two; neither: the module itself */
    const px_hash_type *hash;
    proxenos_error why;              /* its text goes with the verdict */
} px_subject;

/* One thing that must hold, and the section of proxenos-plugin(3) that says so. */
typedef struct px_check {
    const char *what, *section;
    proxenos_verdict (*run)(px_subject *subject);
} px_check;

/* Give a verdict with its reason. */
proxenos_verdict px_broken(px_subject *subject, const char *format, ...) PX_PRINTF(2, 3);
proxenos_verdict px_not_tried(px_subject *subject, const char *format, ...) PX_PRINTF(2, 3);

/* The first line of what stands in an open file behind `from`, escaped; false when
 * there is nothing. */
bool px_printed_line(int file, off_t from, proxenos_error *line);

#endif
