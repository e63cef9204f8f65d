/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "output/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* O_PATH: neither reads nor writes, and is no empty file for who opens /dev/stdin.
 * Elsewhere the other way round, as coreutils have it. */
static int open_useless(int stream) {
#ifdef O_PATH
    (void)stream;
    return open("/", O_PATH | O_CLOEXEC);
#else
    return open("/dev/null", (stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
#endif
}

bool streams_keep_places(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) != -1) continue;
        if (open_useless(stream) != stream) return false;
    }
    return true;
}

const char *stream_reason(int number) {
    return number == EBADF ? "it is closed" : strerror(number);
}
