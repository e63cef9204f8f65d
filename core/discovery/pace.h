/* SPDX-License-Identifier: MIT */
/* When a source may be asked again: time is the core's, whatever a plugin does with it. */
#ifndef PX_DISCOVERY_PACE_H
#define PX_DISCOVERY_PACE_H

#include <stdint.h>

enum {
    PX_PACE_UNCHANGED_MS = 1000, /* between the beginnings of two calls that found nothing new */
    PX_PACE_CHANGED_MS = 100,    /* the same for news, on average ... */
    PX_PACE_BURST = 10           /* ... beyond so many at once */
};

/* Milliseconds on any one clock that does not go back.  Start with the two limits and zeros. */
typedef struct px_pace {
    int64_t retry_ms, retry_limit_ms; /* the first pause after a failure, and the longest */
    int64_t pause_ms;             /* the last pause, without jitter; 0: the last call did not fail */
    int64_t free_at_ms;           /* no call before */
    int64_t news_ms;              /* what the burst has used up is paid back then */
} px_pace;

/* After a call that failed.  `wish_ms`: the source's own (Retry-After), 0 for none; `chance` spreads a fleet that
 * failed at once, any number. */
void px_pace_failed(px_pace *pace, int64_t now_ms, int64_t wish_ms, uint32_t chance);
/* After a call that gave a membership. */
void px_pace_news(px_pace *pace, int64_t now_ms);
/* After a call that began then and found nothing new. */
void px_pace_nothing(px_pace *pace, int64_t began_ms);
/* After a call that says nothing about the next. */
void px_pace_clear(px_pace *pace);
/* Milliseconds that must pass before the next call. */
int64_t px_pace_rest(const px_pace *pace, int64_t now_ms);

#endif
