/* SPDX-License-Identifier: MIT */
#include "output/file.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

int file_text_start(file_text *text) {
    *text = (struct file_text){0};
    text->stream = open_memstream(&text->bytes, &text->length);
    return text->stream != NULL ? 0 : errno;
}

int write_whole(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            (void)poll(&(struct pollfd){descriptor, POLLOUT, 0}, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* What a stream in memory can fail for is memory alone. */
int file_text_finish(file_text *text, int descriptor) {
    bool is_whole = ferror(text->stream) == 0;
    int problem = fclose(text->stream) == 0 && is_whole ? 0 : ENOMEM;
    if (descriptor >= 0 && problem == 0) problem = write_whole(descriptor, text->bytes, text->length);
    if (descriptor >= 0 && close(descriptor) != 0 && errno != EINTR && problem == 0) problem = errno;
    free(text->bytes);
    return problem;
}
