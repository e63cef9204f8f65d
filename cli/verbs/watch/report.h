/* SPDX-License-Identifier: MIT */
/* What `proxenos watch` prints of an event; the shapes are documented in proxenos(1). */
#ifndef CLI_VERBS_WATCH_REPORT_H
#define CLI_VERBS_WATCH_REPORT_H

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stddef.h>

typedef struct watch_report {
    bool is_json, is_quiet;          /* quiet: nothing at all */
    char **keys;                     /* the operands */
    size_t key_count;
    proxenos_selector *last;         /* of the last event that had one; a reference */
    bool has_moved;                  /* the last such event gave a key another node, or there are no keys */
} watch_report;

/* Prints what has come of the event, and of every key that it gave another node.  OK, or why a key has none. */
proxenos_status report_event(watch_report *report, const proxenos_event *event, proxenos_error *error);
void report_end(watch_report *report);

#endif
