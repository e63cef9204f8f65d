/* SPDX-License-Identifier: MIT */
#include "output/progress.h"

#include "output/stdout.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_AFTER_MS = 1000, AGAIN_AFTER_MS = 250 };

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void start_clock(progress_line *progress) {
    progress->started_ms = now_ms();
    progress->shown_ms = progress->started_ms + FIRST_AFTER_MS - AGAIN_AFTER_MS;
}

void progress_start(progress_line *progress, bool is_quiet) {
    *progress = (struct progress_line){0};
    progress->is_wanted = isatty(STDERR_FILENO) == 1 && !output_is_terminal() && isatty(STDIN_FILENO) != 1 &&
                          !is_quiet;
    if (!progress->is_wanted) return;
    struct stat status;
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode) && at >= 0 && status.st_size > at)
        progress->size = (uint64_t)(status.st_size - at);
    start_clock(progress);
}

void progress_count(progress_line *progress, bool is_quiet, uint64_t total) {
    *progress = (struct progress_line){.total = total};
    progress->is_wanted = isatty(STDERR_FILENO) == 1 && !is_quiet;
    if (progress->is_wanted) start_clock(progress);
}

static void say(const char *line, int length) {
    ssize_t written = write(STDERR_FILENO, line, (size_t)length);
    (void)written; /* nothing depends on it */
}

void progress_add(progress_line *progress, uint64_t keys, uint64_t bytes) {
    progress->keys += keys;
    progress->bytes += bytes;
    if (!progress->is_wanted) return;
    int64_t now = now_ms();
    if (now - progress->shown_ms < AGAIN_AFTER_MS) return;
    progress->shown_ms = now;
    progress->is_shown = true;
    double seconds = (double)(now - progress->started_ms) / 1000;
    char share[16] = "", line[128];
    double done = progress->size > 0 ? (double)progress->bytes / (double)progress->size
                  : progress->total > 0 ? (double)progress->keys / (double)progress->total : -1;
    if (done >= 0) (void)snprintf(share, sizeof share, "%3.0f%%, ", 100 * done);
    int length = snprintf(line, sizeof line, "\r\033[Kproxenos: %s%.1f million keys, %.2f million a second", share,
                          (double)progress->keys / 1e6, (double)progress->keys / 1e6 / seconds);
    if (length > 0 && (size_t)length < sizeof line) say(line, length);
}

void progress_end(progress_line *progress) {
    if (progress->is_shown) say("\r\033[K", 4);
    progress->is_shown = false;
}
