/* SPDX-License-Identifier: MIT */
/* The clock of what waits, and pauses between tries that grow. */
#ifndef CLI_PROCESS_PAUSE_H
#define CLI_PROCESS_PAUSE_H

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds that never go back. */
int64_t clock_ms(void);
/* For poll(): how long until then, -1 for INT64_MAX. */
int clock_timeout(int64_t until_ms);

typedef struct growing_pause {
    int64_t first_ms, most_ms;
    int64_t next_ms;                 /* how long the next one is */
    int64_t since_ms, until_ms;      /* of the last one; it is over at 0 */
} growing_pause;

/* As long as the settings' follow.retry says. */
void pause_by_settings(growing_pause *pause, const proxenos_settings *settings);
/* Begins one, twice as long as the last. */
void pause_begin(growing_pause *pause);
bool pause_is_over(const growing_pause *pause);
/* There is news: the one that goes on need be no longer than the first is. */
void pause_shorten(growing_pause *pause);
/* All is well: none goes on, and the next is the first. */
void pause_reset(growing_pause *pause);

#endif
