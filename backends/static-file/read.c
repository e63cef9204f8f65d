/* SPDX-License-Identifier: MIT */
/* The file's bytes, whole and settled. */
#include <config.h> /* large files */

#include "static-file/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int32_t fail_system(const static_file *file, const char *doing) {
    int number = errno;
    int32_t result = number == ENOENT || number == ENOTDIR ? PROXENOS_RESULT_NOT_FOUND
        : number == EACCES || number == EPERM              ? PROXENOS_RESULT_DENIED
        : number == ENOMEM                                 ? PROXENOS_RESULT_OUT_OF_MEMORY
        : number == EMFILE || number == ENFILE             ? PROXENOS_RESULT_INTERNAL
                                                           : PROXENOS_RESULT_UNREACHABLE;
    return proxenos_fail(file->source.host, result, "cannot %s %s: %s", doing, file->source.name, strerror(number));
}

/* ------------------------------------------------------------ one reading */

typedef struct content {
    char *bytes; /* a NUL behind them; owned */
    size_t length;
    struct timespec modified;
    struct stat about;
    bool is_whole; /* false: it grew under the reading */
    bool is_pipe;  /* and cannot be read again */
} content;

static int32_t too_large(const static_file *file) {
    return nodes_fail_at(&file->source, 0, 0, "holds more than the %d bytes that are read", NODES_SIZE_LIMIT);
}

/* Something that can be read to an end: what was opened is asked, not the path. */
static int32_t check_kind(const static_file *file, const struct stat *status) {
    if (S_ISDIR(status->st_mode) || S_ISBLK(status->st_mode)) {
        return nodes_fail_at(&file->source, 0, 0, "is %s, not a file",
                             S_ISDIR(status->st_mode) ? "a folder" : "a disk");
    }
    if (S_ISREG(status->st_mode) && status->st_size > NODES_SIZE_LIMIT) {
        return nodes_fail_at(&file->source, 0, 0, "holds %lld bytes, more than the %d that are read",
                                   (long long)status->st_size, NODES_SIZE_LIMIT);
    }
    return PROXENOS_RESULT_OK;
}

/* Fills at most `capacity` bytes; -1 with errno. */
static ssize_t read_up_to(int descriptor, char *bytes, size_t capacity) {
    size_t used = 0;
    while (used < capacity) {
        ssize_t got = read(descriptor, bytes + used, capacity - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

/* ------------------------------------------------------------------- pipes */

/* Until there is something to read, or the end. */
static int32_t wait_for_bytes(const static_file *file, int descriptor) {
    enum { SLICE_MS = 50, PATIENCE_MS = 1000 };
    const proxenos_host *host = file->source.host;
    for (;;) {
        int cancel = host->cancel_descriptor(host);
        struct pollfd waited[] = {{.fd = descriptor, .events = POLLIN}, {.fd = cancel, .events = POLLIN}};
        int64_t left = host->remaining_ms(host), patience = cancel < 0 ? SLICE_MS : PATIENCE_MS;
        if (poll(waited, 2, (int)(left < patience ? left : patience)) < 0 && errno != EINTR) {
            return fail_system(file, "read");
        }
        int32_t result = nodes_check_interrupt(&file->source);
        if (result != PROXENOS_RESULT_OK || waited[0].revents != 0) return result;
    }
}

/* A terminal and a socket are read as a pipe is: bit by bit, to the end. */
static int32_t read_pipe(const static_file *file, int descriptor, content *got) {
    size_t capacity = 0;
    for (;;) {
        int32_t result = wait_for_bytes(file, descriptor);
        if (result != PROXENOS_RESULT_OK) return result;
        if (capacity - got->length < 2) {
            size_t larger = capacity == 0 ? 65536 : 2 * capacity;
            char *bytes = realloc(got->bytes, larger);
            if (bytes == NULL) return nodes_fail_memory(&file->source);
            got->bytes = bytes;
            capacity = larger;
        }
        ssize_t count = read(descriptor, got->bytes + got->length, capacity - 1 - got->length);
        if (count < 0 && errno != EINTR && errno != EAGAIN) return fail_system(file, "read");
        if (count == 0) break;
        if (count > 0) got->length += (size_t)count;
        if (got->length > NODES_SIZE_LIMIT) return too_large(file);
    }
    got->bytes[got->length] = '\0';
    got->is_whole = true;
    return PROXENOS_RESULT_OK;
}

static int32_t read_open_file(const static_file *file, int descriptor, content *got) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return fail_system(file, "examine");
    int32_t result = check_kind(file, &status);
    if (result != PROXENOS_RESULT_OK) return result;
    got->is_pipe = !S_ISREG(status.st_mode);
    if (got->is_pipe) return read_pipe(file, descriptor, got);
    off_t at = lseek(descriptor, 0, SEEK_CUR); /* standard input may be in the middle of a file */
    if (at > 0 && at <= status.st_size) status.st_size -= at;
    size_t capacity = (size_t)status.st_size + 1;
    got->bytes = malloc(capacity + 1);
    if (got->bytes == NULL) return nodes_fail_memory(&file->source);
    ssize_t length = read_up_to(descriptor, got->bytes, capacity);
    /* Again: its time must be that of the last write the reading can have met. */
    if (length < 0 || fstat(descriptor, &status) != 0) return fail_system(file, "read");
    got->length = (size_t)length;
    got->bytes[length] = '\0';
    got->modified = status.st_mtim;
    got->about = status;
    got->is_whole = got->length < capacity;
    return PROXENOS_RESULT_OK;
}

/* O_NONBLOCK: opening a pipe without a writer must not hang.  Free got->bytes,
 * on failure too. */
static int32_t read_once(const static_file *file, content *got) {
    if (strcmp(file->path, "-") == 0) return read_open_file(file, STDIN_FILENO, got);
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) return fail_system(file, "open");
    int32_t result = read_open_file(file, descriptor, got);
    (void)close(descriptor);
    return result;
}

/* ---------------------------------------------------------------- settling */

/* Whether a writer may still be at it: changed in the last 2 seconds, or in what
 * this machine holds for the future. */
static bool is_recent(const struct timespec *modified) {
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - modified->tv_sec <= 2;
}

static int32_t wait_to_settle(const static_file *file) {
    const proxenos_host *host = file->source.host;
    if (host->remaining_ms(host) <= file->settle_ms) {
        return proxenos_fail(host, PROXENOS_RESULT_TIMED_OUT,
                             "%s: was changed a moment ago, and there is no time to see it settle", file->source.name);
    }
    /* Slices, since a host may have no descriptor to poll (-1, which poll passes over). */
    enum { SLICE_MS = 50 };
    for (int64_t left = file->settle_ms; left > 0; left -= SLICE_MS) {
        struct pollfd cancel = {.fd = host->cancel_descriptor(host), .events = POLLIN};
        (void)poll(&cancel, 1, (int)(left < SLICE_MS ? left : SLICE_MS));
        int32_t result = nodes_check_interrupt(&file->source);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

static bool is_same(const content *a, const content *b) {
    return a->is_whole && b->is_whole && a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static bool may_be_unfinished(const content *got) {
    return !got->is_whole || is_recent(&got->modified);
}

/* Half a list of lines is a list of lines: a file in the making shows only in that
 * it changes.  Two readings `settle` apart must be the same. */
static int32_t read_settled(const static_file *file, content *got) {
    int32_t result = read_once(file, got);
    if (file->settle_ms == 0 && result == PROXENOS_RESULT_OK && !got->is_whole) {
        return nodes_fail_at(&file->source, 0, 0, "grew while it was read");
    }
    bool is_settled = file->settle_ms == 0 || got->is_pipe || (file->is_replaced && got->is_whole) || strcmp(file->path, "-") == 0;
    while (result == PROXENOS_RESULT_OK && !is_settled && may_be_unfinished(got)) {
        result = wait_to_settle(file);
        if (result != PROXENOS_RESULT_OK) break;
        content again = {0};
        result = read_once(file, &again);
        is_settled = result == PROXENOS_RESULT_OK && is_same(got, &again);
        free(got->bytes);
        *got = again;
    }
    return result;
}

/* The readers cut the text up. */
static int32_t give_kept(const static_file *file, char **text, size_t *length) {
    *text = malloc(file->kept_length + 1);
    if (*text == NULL) return nodes_fail_memory(&file->source);
    memcpy(*text, file->kept, file->kept_length + 1);
    *length = file->kept_length;
    return PROXENOS_RESULT_OK;
}

int32_t static_file_read(static_file *file, char **text, size_t *length) {
    content got = {0};
    if (file->kept != NULL) return give_kept(file, text, length);
    int32_t result = read_settled(file, &got);
    if (result != PROXENOS_RESULT_OK) {
        free(got.bytes);
        return result;
    }
    if (got.is_pipe || strcmp(file->path, "-") == 0) {
        file->kept = got.bytes;
        file->kept_length = got.length;
        return give_kept(file, text, length);
    }
    file->read = got.about;
    *text = got.bytes;
    *length = got.length;
    return PROXENOS_RESULT_OK;
}
