/* SPDX-License-Identifier: MIT */
/* Waiting for a file to change: inotify on the folder of every hop that leads to it, so that a link swapped anywhere on
 * the way is seen (Kubernetes swaps one two hops away), and a look every ten seconds regardless, since network file
 * systems tell nothing.  Elsewhere than on Linux the core polls. */
#include <config.h>

#include "static-file/internal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>

enum {
    HOP_LIMIT = 40,           /* links on the way, as the kernel allows */
    LOOK_MS = 10000,
    /* What a whole file may come by; not each write of a slow writer. */
    EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
};

void static_file_forget(static_file *file) {
    if (file->watcher >= 0) (void)close(file->watcher);
    file->watcher = -1;
}

/* ---- the hops */

/* The way from the root: what is behind, and what is still to come. */
typedef struct way {
    char behind[PATH_MAX], ahead[PATH_MAX];
} way;

/* Cuts the next part off `ahead`, without slashes. */
static bool next_part(way *to, char part[PATH_MAX]) {
    size_t slashes = strspn(to->ahead, "/"), length = strcspn(to->ahead + slashes, "/");
    if (length == 0) return false;
    memcpy(part, to->ahead + slashes, length);
    part[length] = '\0';
    memmove(to->ahead, to->ahead + slashes + length, strlen(to->ahead + slashes + length) + 1);
    return true;
}

/* What a link says comes before what was to come. */
static bool follow(way *to, const char *link, size_t length) {
    size_t rest = strlen(to->ahead);
    if (length + 1 + rest + 1 > sizeof to->ahead) return false;
    memmove(to->ahead + length + 1, to->ahead, rest + 1);
    memcpy(to->ahead, link, length);
    to->ahead[length] = '/';
    if (link[0] == '/') to->behind[0] = '\0';
    return true;
}

static bool watch_folder(int watcher, const char *folder) {
    return inotify_add_watch(watcher, folder[0] == '\0' ? "/" : folder, EVENTS) >= 0;
}

/* Watches the folder of each link on the way and that of the file.  False with errno. */
static bool watch_hops(int watcher, const char *path) {
    way *to = calloc(1, sizeof *to);
    char part[PATH_MAX], whole[2 * PATH_MAX], link[PATH_MAX];
    size_t hops = 0;
    bool is_done = to != NULL && strlen(path) < sizeof to->ahead;
    if (is_done) strcpy(to->ahead, path);
    while (is_done && next_part(to, part)) {
        bool is_last = to->ahead[strspn(to->ahead, "/")] == '\0';
        size_t used = (size_t)snprintf(whole, sizeof whole, "%s/%s", to->behind, part);
        ssize_t length = readlink(whole, link, sizeof link);
        if (length > 0 && ++hops <= HOP_LIMIT) {
            is_done = watch_folder(watcher, to->behind) && follow(to, link, (size_t)length);
            continue;
        }
        if (is_last) is_done = watch_folder(watcher, to->behind);
        if (used >= sizeof to->behind) break;
        memcpy(to->behind, whole, used + 1);
    }
    free(to);
    return is_done;
}

void static_file_prepare_watch(static_file *file) {
    static_file_forget(file);
    if (strcmp(file->path, "-") == 0 || file->kept != NULL) return;
    file->watcher = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (file->watcher >= 0 && watch_hops(file->watcher, file->path)) return;
    int number = errno;
    static_file_forget(file);
    /* A file or folder that is missing is the read's to tell. */
    if (number == ENOENT || number == ENOTDIR || file->said_unwatched) return;
    file->said_unwatched = true;
    proxenos_log(file->source.host, PROXENOS_LOG_WARNING, "%s: changes cannot be watched for (%s), so that it is read again "
                 "and again", file->source.name, strerror(number));
}

/* ---- the wait */

static bool is_other(const static_file *file) {
    struct stat now;
    const struct stat *then = &file->read;
    if (stat(file->path, &now) != 0) return true;
    return now.st_dev != then->st_dev || now.st_ino != then->st_ino || now.st_size != then->st_size ||
           now.st_mtim.tv_sec != then->st_mtim.tv_sec || now.st_mtim.tv_nsec != then->st_mtim.tv_nsec ||
           now.st_ctim.tv_sec != then->st_ctim.tv_sec || now.st_ctim.tv_nsec != then->st_ctim.tv_nsec;
}

/* Takes what waits; *is_whole: a file was closed behind its writer, or renamed into place.  *was_moved: the latter. */
static void drain(const static_file *file, bool *is_whole, bool *was_moved) {
    _Alignas(struct inotify_event) char events[4096];
    for (ssize_t got; (got = read(file->watcher, events, sizeof events)) > 0;) {
        for (ssize_t at = 0; at < got;) {
            struct inotify_event event;
            memcpy(&event, events + at, sizeof event);
            if ((event.mask & IN_MOVED_TO) != 0) *was_moved = true;
            if ((event.mask & (IN_MOVED_TO | IN_CLOSE_WRITE)) != 0) *is_whole = true;
            at += (ssize_t)(sizeof event + event.len);
        }
    }
}

static bool is_missing_or_empty(const static_file *file) {
    struct stat now;
    return stat(file->path, &now) != 0 || now.st_size == 0;
}

/* An editor moves the old file away, or removes it, and then writes the new one: gives it a moment, and ten while
 * there is nothing. */
static void take_events(static_file *file, bool *was_moved) {
    enum { SLICE_MS = 10 };
    const proxenos_host *host = file->source.host;
    bool is_whole = false;
    drain(file, &is_whole, was_moved);
    for (int64_t waited_ms = 0; !is_whole && waited_ms < 10 * file->settle_ms; waited_ms += SLICE_MS) {
        if (waited_ms >= file->settle_ms && !is_missing_or_empty(file)) break;
        if (host->is_cancelled(host) != 0 || host->remaining_ms(host) <= SLICE_MS) break;
        struct pollfd waited = {.fd = file->watcher, .events = POLLIN};
        (void)poll(&waited, 1, SLICE_MS);
        if (waited.revents != 0) drain(file, &is_whole, was_moved);
    }
    file->has_event = true;
}

int32_t static_file_wait(static_file *file, int64_t timeout_ms) {
    enum { SLICE_MS = 50 };
    const proxenos_host *host = file->source.host;
    int64_t before = host->remaining_ms(host), look = LOOK_MS;
    bool was_moved = false;
    for (;;) {
        int32_t result = nodes_check_interrupt(&file->source);
        if (result != PROXENOS_RESULT_OK) return result;
        int64_t spent = before == INT64_MAX ? 0 : before - host->remaining_ms(host), left = timeout_ms - spent;
        if (spent >= look || was_moved || file->has_event) {
            if (is_other(file)) {
                file->is_replaced = was_moved;
                return PROXENOS_RESULT_OK;
            }
            if (spent >= look) look += LOOK_MS;
            was_moved = file->has_event = false;
        }
        if (left <= 0) return PROXENOS_RESULT_UNCHANGED;
        int cancel = host->cancel_descriptor(host);
        struct pollfd waited[] = {{.fd = file->watcher, .events = POLLIN}, {.fd = cancel, .events = POLLIN}};
        int64_t patience = cancel < 0 ? SLICE_MS : look - spent;
        if (patience > left) patience = left;
        if (patience > host->remaining_ms(host)) patience = host->remaining_ms(host);
        (void)poll(waited, 2, (int)patience);
        if (before == INT64_MAX) timeout_ms -= patience; /* a host without a clock: each sleep counts as whole */
        if (waited[0].revents != 0) take_events(file, &was_moved);
    }
}

#else /* the core polls */

void static_file_forget(static_file *file) {
    file->watcher = -1;
}

void static_file_prepare_watch(static_file *file) {
    file->watcher = -1;
}

int32_t static_file_wait(static_file *file, int64_t timeout_ms) {
    (void)file;
    (void)timeout_ms;
    return PROXENOS_RESULT_OK;
}

#endif
