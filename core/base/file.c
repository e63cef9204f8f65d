/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "base/file.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PIPE_WAIT_MS = 5000 }; /* for the end of a pipe */

static bool is_exposed(const struct stat *about) {
    if ((about->st_mode & S_IROTH) != 0) return true;
    return (about->st_mode & S_IRGRP) != 0 && about->st_uid == geteuid();
}

bool px_path_is_exposed(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && is_exposed(&about);
}

static proxenos_status system_error(proxenos_error *error, const char *path, const char *what) {
    proxenos_status status = errno == ENOENT || errno == ENOTDIR ? PROXENOS_ERROR_NOT_FOUND
                                                                : px_status_of(errno, PROXENOS_ERROR_CONFIG);
    return px_error(error, status, "%s: %s: %s", path, what, strerror(errno));
}

static proxenos_status too_large(proxenos_error *error, const char *path, size_t limit) {
    return px_error(error, PROXENOS_ERROR_CONFIG, "%s: the file is larger than %zu bytes", path, limit);
}

static int64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until a pipe has something, or has ended; one that was never opened for writing has not. */
static proxenos_status await_writer(int descriptor, const char *path, int64_t end, proxenos_error *error) {
    for (;;) {
        struct pollfd waited = {.fd = descriptor, .events = POLLIN};
        int64_t left = end - now_ms();
        int ready = poll(&waited, 1, left > 0 ? (int)left : 0);
        if (ready > 0) return PROXENOS_OK;
        if (ready < 0 && errno != EINTR) return system_error(error, path, "cannot be read");
        if (ready == 0 && left <= 0) {
            return px_error(error, PROXENOS_ERROR_CONFIG, "%s: a pipe whose end did not come within %d s", path,
                            PIPE_WAIT_MS / 1000);
        }
    }
}

/* Reads until the end or one byte past `limit`: a file may grow after its size was seen. */
static proxenos_status read_all(int descriptor, const char *path, size_t limit, bool is_pipe, px_file *file,
                                proxenos_error *error) {
    int64_t end = now_ms() + PIPE_WAIT_MS;
    for (;;) {
        proxenos_status status = is_pipe ? await_writer(descriptor, path, end, error) : PROXENOS_OK;
        if (status != PROXENOS_OK) return status;
        ssize_t got = read(descriptor, file->bytes + file->length, limit + 1 - file->length);
        if (got < 0 && (errno == EINTR || (is_pipe && errno == EAGAIN))) continue;
        if (got < 0) return system_error(error, path, "cannot be read");
        if (got == 0) break;
        file->length += (size_t)got;
        if (file->length > limit) return too_large(error, path, limit);
    }
    file->bytes[file->length] = '\0';
    return PROXENOS_OK;
}

static proxenos_status read_opened(int descriptor, const char *path, size_t limit, px_file *file,
                                   proxenos_error *error) {
    struct stat about;
    if (fstat(descriptor, &about) != 0) return system_error(error, path, "cannot be read");
    if (S_ISDIR(about.st_mode) || S_ISBLK(about.st_mode)) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "%s: %s, not a file", path,
                        S_ISDIR(about.st_mode) ? "a folder" : "a device");
    }
    bool is_pipe = !S_ISREG(about.st_mode);
    if (!is_pipe && (uintmax_t)about.st_size > limit) return too_large(error, path, limit);
    file->is_exposed = !is_pipe && is_exposed(&about);
    file->bytes = px_calloc(limit + 2, 1);
    if (file->bytes == NULL) return px_error_memory(error);
    return read_all(descriptor, path, limit, is_pipe, file, error);
}

proxenos_status px_file_read(const char *path, size_t limit, px_file *file, proxenos_error *error) {
    *file = (px_file){0};
    if (strcmp(path, "-") == 0) {
        proxenos_status status = read_opened(STDIN_FILENO, "standard input", limit, file, error);
        if (status != PROXENOS_OK) px_file_end(file);
        return status;
    }
    /* Without O_NONBLOCK, opening a fifo would wait for a writer without end. */
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0) return system_error(error, path, "cannot be opened");
    proxenos_status status = read_opened(descriptor, path, limit, file, error);
    (void)close(descriptor);
    if (status != PROXENOS_OK) px_file_end(file);
    return status;
}

void px_file_end(px_file *file) {
    if (file->bytes != NULL) px_wipe(file->bytes, file->length);
    free(file->bytes);
    *file = (px_file){0};
}

proxenos_status px_path_absolute(const char *folder, const char *path, char **absolute, proxenos_error *error) {
    px_text text = {0};
    bool is_whole = path[0] == '/';
    bool starts_here = !is_whole && (folder == NULL || folder[0] != '/');
    *absolute = NULL;
    if (starts_here) {
        char *here = getcwd(NULL, 0);
        if (here == NULL) {
            return px_error(error, px_status_of(errno, PROXENOS_ERROR_CONFIG), "cannot tell the current folder, where '%s' starts: %s",
                            path, strerror(errno));
        }
        px_text_format(&text, "%s/", here);
        free(here);
    }
    if (!is_whole && folder != NULL) px_text_format(&text, "%s/", folder);
    px_text_add(&text, path);
    *absolute = px_text_take(&text);
    return *absolute == NULL ? px_error_memory(error) : PROXENOS_OK;
}
