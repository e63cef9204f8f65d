/* SPDX-License-Identifier: MIT */
/* The child that runs the checks. */
#ifndef PX_CONFORMANCE_CHILD_H
#define PX_CONFORMANCE_CHILD_H

#include "conformance/subject.h"

/* What the child tells its parent, in one write of less than PIPE_BUF.  Pointers
 * are to constants of the library, at the same place in both. */
typedef struct px_report {
    enum { PX_REPORT_REFUSED, PX_REPORT_BEGUN, PX_REPORT_ENDED, PX_REPORT_DONE } step;
    proxenos_verdict verdict;
    proxenos_status status;          /* REFUSED: why the file cannot be tested at all */
    off_t printed;                   /* BEGUN: the size of what was printed before */
    const px_check *check;
    const char *kind;
    char name[68];
    char why[sizeof(((proxenos_error *)0)->text)];
} px_report;

/* What a child is to do. */
typedef struct px_assignment {
    proxenos_context *context;
    const char *path;
    const px_option_text *options;
    size_t option_count;
    size_t first;                    /* the number of the check to begin with */
    int printed;                     /* becomes standard output and error */
    int reports;                     /* where px_reports go */
} px_assignment;

/* Loads the file and runs the checks; never returns. */
_Noreturn void px_conformance_child(const px_assignment *work);

extern unsigned px_check_limit_s;    /* a check that takes longer is killed; only tests change it */

#endif
