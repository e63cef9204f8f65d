/* SPDX-License-Identifier: MIT */
/* Words on standard error: one escaped line each, begun with "proxenos: ". */
#ifndef CLI_OUTPUT_MESSAGE_H
#define CLI_OUTPUT_MESSAGE_H

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stddef.h>

/* -q, and how often -v was given. */
void message_set_level(bool is_quiet, size_t verbose);
/* No word at all, for completion. */
void message_silence(void);

__attribute__((format(printf, 1, 2)))
void message_error(const char *format, ...);
/* Not with -q. */
__attribute__((format(printf, 1, 2)))
void message_warning(const char *format, ...);
/* Only with -v. */
__attribute__((format(printf, 1, 2)))
void message_info(const char *format, ...);

/* The library's log function; `user` is not used. */
void message_log(void *user, proxenos_log_level level, const char *text);

/* Whether colours may be written to a descriptor. */
bool message_is_colourful(int descriptor);

#endif
