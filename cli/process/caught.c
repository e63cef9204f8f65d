/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "process/caught.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static volatile sig_atomic_t stop_came;

/* A full pipe holds what will be read anyway.  A terminal that is gone is nobody's wish to
 * read again. */
static void note(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    bool is_hang_up = number == SIGHUP && info->si_code != SI_USER && info->si_code != SI_QUEUE;
    unsigned char byte = (unsigned char)(is_hang_up ? SIGTERM : number);
    if (byte == SIGINT || byte == SIGTERM) stop_came = 1;
    ssize_t written = write(ends[1], &byte, 1);
    (void)written;
    errno = saved;
}

bool caught_start(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return false;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) caught_add(numbers[i]);
    return true;
}

void caught_add(int number) {
    const struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_RESTART | SA_SIGINFO};
    struct sigaction old;
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) (void)sigaction(number, &action, NULL);
}

int caught_descriptor(void) {
    return ends[0];
}

int caught_next(void) {
    unsigned char byte;
    return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

bool caught_stop(void) {
    return stop_came != 0;
}
