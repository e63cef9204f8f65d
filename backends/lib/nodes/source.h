/* SPDX-License-Identifier: MIT */
/* Text that lists nodes, by whoever has read it, and the messages about it.
 * Functions that return int32_t return a PROXENOS_RESULT_... and have said why
 * with fail() when it is not OK. */
#ifndef BACKENDS_LIB_NODES_SOURCE_H
#define BACKENDS_LIB_NODES_SOURCE_H

#include <proxenos/plugin.h>

#include <stdbool.h>

enum { NODES_SIZE_LIMIT = 64 * 1024 * 1024 /* bytes, with aliases expanded too */ };

/* FILE_SD: a list of file_sd groups and nothing else, in YAML or JSON. */
typedef enum nodes_format { NODES_AUTO, NODES_YAML, NODES_JSON, NODES_FILE_SD, NODES_LINES } nodes_format;

/* Their names, NULL-terminated: the choices of a plugin's option. */
extern const char *const nodes_format_names[];

/* Its strings are the caller's. */
typedef struct nodes_source {
    const proxenos_host *host;
    const char *name;                /* for messages, which are of bounded length: a path's last 200 bytes, say.
                                        AUTO and FILE_SD go by its extension, else by what the text looks like */
    nodes_format format;
    const char *const *services;     /* only the nodes of these; service_count of them, none: all nodes */
    size_t service_count;
    const char *entry;               /* NULL: the text is a list.  Else it is what a registry holds under this name: one
                                        node without a list around it will do, it has this name if it says none, and what
                                        the core refuses does not end the fetch: it is MALFORMED, and one may go on */
} nodes_source;

/* MALFORMED, "NAME:LINE:COLUMN: ..."; a column of 0 is left out, a line of 0 too. */
int32_t nodes_fail_at(const nodes_source *source, unsigned line, unsigned column, const char *format, ...)
    PROXENOS_PRINTF(4, 5);
int32_t nodes_fail_memory(const nodes_source *source);
/* CANCELLED or TIMED_OUT when the call should end, else OK. */
int32_t nodes_check_interrupt(const nodes_source *source);

#endif
