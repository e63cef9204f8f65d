/* SPDX-License-Identifier: MIT */
#include "process/pause.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t clock_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clock_timeout(int64_t until_ms) {
    if (until_ms == INT64_MAX) return -1;
    int64_t left = until_ms - clock_ms();
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

/* "1s..30s", which the settings have checked, or "5s". */
void pause_by_settings(growing_pause *pause, const proxenos_settings *settings) {
    *pause = (growing_pause){.first_ms = 1000, .most_ms = 30000};
    const char *text = proxenos_settings_get(settings, "follow.retry");
    char first[64];
    if (text != NULL && strlen(text) < sizeof first) {
        (void)strcpy(first, text);
        char *most = strstr(first, "..");
        if (most != NULL) *most = '\0';
        (void)proxenos_parse_duration(first, &pause->first_ms);
        (void)proxenos_parse_duration(most != NULL ? most + 2 : first, &pause->most_ms);
    }
    if (pause->first_ms < 1) pause->first_ms = 1;
    if (pause->most_ms < pause->first_ms) pause->most_ms = pause->first_ms;
    pause->next_ms = pause->first_ms;
}

void pause_begin(growing_pause *pause) {
    pause->since_ms = clock_ms();
    pause->until_ms = pause->since_ms + pause->next_ms;
    pause->next_ms = pause->next_ms > pause->most_ms / 2 ? pause->most_ms : pause->next_ms * 2;
}

bool pause_is_over(const growing_pause *pause) {
    return pause->until_ms == 0 || clock_ms() >= pause->until_ms;
}

void pause_shorten(growing_pause *pause) {
    if (pause->until_ms > pause->since_ms + pause->first_ms) pause->until_ms = pause->since_ms + pause->first_ms;
}

void pause_reset(growing_pause *pause) {
    pause->until_ms = 0;
    pause->next_ms = pause->first_ms;
}
