/* SPDX-License-Identifier: MIT */
#include "discovery/pace.h"

/* Doubled each time up to the limit; then up to a quarter more or less. */
void px_pace_failed(px_pace *pace, int64_t now_ms, int64_t wish_ms, uint32_t chance) {
    if (pace->pause_ms == 0) pace->pause_ms = pace->retry_ms;
    else pace->pause_ms = pace->pause_ms > pace->retry_limit_ms / 2 ? pace->retry_limit_ms : pace->pause_ms * 2;
    int64_t quarter = pace->pause_ms / 4;
    int64_t pause = pace->pause_ms - quarter + (quarter == 0 ? 0 : (int64_t)chance % (2 * quarter + 1));
    if (pause < wish_ms) pause = wish_ms;
    pace->free_at_ms = pause > INT64_MAX - now_ms ? INT64_MAX : now_ms + pause;
}

/* The burst is a bucket that runs out by one each PX_PACE_CHANGED_MS. */
void px_pace_news(px_pace *pace, int64_t now_ms) {
    pace->pause_ms = 0;
    if (pace->news_ms < now_ms) pace->news_ms = now_ms;
    pace->news_ms += PX_PACE_CHANGED_MS;
    int64_t due = pace->news_ms - PX_PACE_BURST * PX_PACE_CHANGED_MS;
    pace->free_at_ms = due > now_ms ? due : now_ms;
}

void px_pace_nothing(px_pace *pace, int64_t began_ms) {
    pace->pause_ms = 0;
    pace->free_at_ms = began_ms + PX_PACE_UNCHANGED_MS;
}

void px_pace_clear(px_pace *pace) {
    pace->pause_ms = 0;
    pace->free_at_ms = 0;
}

int64_t px_pace_rest(const px_pace *pace, int64_t now_ms) {
    return pace->free_at_ms > now_ms ? pace->free_at_ms - now_ms : 0;
}
