/* SPDX-License-Identifier: MIT */
/* What a plugin shares with its process, and has to leave as it was. */
#ifndef PX_CONFORMANCE_PROCESS_H
#define PX_CONFORMANCE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* In the test's child, before it loads anything: gives it a process group of its own,
 * and ends that group when the reader of `reports` is gone, be it by the user's Ctrl-C. */
void px_process_begin(int reports);
/* The environment is to stay as it is now. */
void px_process_note_environment(void);
/* After every callback: a copy of the process that the plugin made ends here, and what
 * it started is ended, so that a test of a thousand calls leaves no thousand processes. */
void px_process_guard(void);
/* Whether the plugin has forked, or started a process, since px_process_begin(). */
bool px_process_has_forked(void);

/* What is not as it was at px_process_begin(), in words; NULL: nothing. */
const char *px_process_moved(void);          /* working folder, umask, locale, environment */
const char *px_process_signals_changed(void);
const char *px_process_standard_changed(void);

/* Threads of this process; 0: it cannot be told here. */
size_t px_process_threads(void);
/* Bytes that malloc() has given out; 0: it cannot be told here. */
size_t px_process_heap(void);

#endif
