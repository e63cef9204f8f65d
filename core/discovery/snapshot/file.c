/* SPDX-License-Identifier: MIT */
#include "discovery/snapshot/file.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SIZE_LIMIT = 256 * 1024 * 1024 }; /* bytes; a million nodes are about that */

static proxenos_status fail(proxenos_error *error, const char *doing) {
    int number = errno;
    return px_error(error, px_status_of(number, PROXENOS_ERROR_CONFIG), "%s: %s", doing, strerror(number));
}

/* ---- reading */

/* Why the file cannot be believed; NULL: it can. */
static const char *distrust(const struct stat *status) {
    if (!S_ISREG(status->st_mode)) return "it is no plain file";
    if (status->st_uid != 0 && status->st_uid != geteuid()) return "it belongs to another user";
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0) return "others may write it";
    if (status->st_size > SIZE_LIMIT) return "it is larger than 256 MiB";
    return NULL;
}

proxenos_status px_snapshot_file_open(const char *path, px_snapshot_file *file, proxenos_error *error) {
    *file = (px_snapshot_file){.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    if (file->descriptor < 0 && errno == ENOENT) return px_error(error, PROXENOS_ERROR_NOT_FOUND, "there is none");
    if (file->descriptor < 0 && errno == ELOOP) return px_error(error, PROXENOS_ERROR_CONFIG, "it is a symbolic link");
    if (file->descriptor < 0) return fail(error, "it cannot be opened");
    struct stat status;
    if (fstat(file->descriptor, &status) != 0) return fail(error, "it cannot be looked at");
    const char *doubt = distrust(&status);
    if (doubt != NULL) return px_error(error, PROXENOS_ERROR_CONFIG, "%s", doubt);
    file->inode = (uint64_t)status.st_ino;
    file->touched_ms = (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
    file->length = (size_t)status.st_size;
    return PROXENOS_OK;
}

proxenos_status px_snapshot_file_read(px_snapshot_file *file, size_t most, proxenos_error *error) {
    size_t wanted = file->length < most ? file->length : most;
    file->bytes = px_calloc(wanted + 1, 1);
    if (file->bytes == NULL) return px_error_memory(error);
    file->length = 0;
    while (file->length < wanted) {
        ssize_t got = read(file->descriptor, file->bytes + file->length, wanted - file->length);
        if (got == 0) break;
        if (got > 0) file->length += (size_t)got;
        else if (errno != EINTR) return fail(error, "it cannot be read");
    }
    file->bytes[file->length] = '\0';
    return PROXENOS_OK;
}

proxenos_status px_snapshot_file_touch(const px_snapshot_file *file, int64_t moment_ms, proxenos_error *error) {
    struct timespec moment = {.tv_sec = (time_t)(moment_ms / 1000), .tv_nsec = (long)(moment_ms % 1000) * 1000000};
    const struct timespec times[2] = {moment, moment};
    return futimens(file->descriptor, times) == 0 ? PROXENOS_OK : fail(error, "it cannot be touched");
}

void px_snapshot_file_end(px_snapshot_file *file) {
    if (file->descriptor >= 0) (void)close(file->descriptor);
    free(file->bytes);
    *file = (px_snapshot_file){.descriptor = -1};
}

/* ---- writing */

/* "/run/proxenos/.web.json.4711-1", which no other process and no other thread makes. */
static char *draft_name(const char *path) {
    static atomic_uint number;
    const char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    px_text name = {0};
    px_text_append(&name, path, folder);
    px_text_format(&name, ".%s.%ld-%u", path + folder, (long)getpid(), atomic_fetch_add(&number, 1));
    return px_text_take(&name);
}

/* What stands under the name of a process that is no more was left by one that was killed. */
static int create(const char *path) {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int descriptor = open(path, flags, 0600);
    if (descriptor >= 0 || errno != EEXIST || unlink(path) != 0) return descriptor;
    return open(path, flags, 0600);
}

void px_snapshot_draft_drop(px_snapshot_draft *draft) {
    if (draft->descriptor >= 0) (void)close(draft->descriptor);
    if (draft->descriptor >= 0) (void)unlink(draft->path);
    free(draft->path);
    *draft = (px_snapshot_draft){.descriptor = -1};
}

proxenos_status px_snapshot_draft_open(const char *path, px_snapshot_draft *draft, proxenos_error *error) {
    *draft = (px_snapshot_draft){.descriptor = -1, .path = draft_name(path)};
    if (draft->path == NULL) return px_error_memory(error);
    draft->descriptor = create(draft->path);
    struct stat status;
    proxenos_status result = PROXENOS_OK;
    if (draft->descriptor < 0) result = fail(error, "no file can be made beside it");
    else if (fchmod(draft->descriptor, 0644) != 0 || fstat(draft->descriptor, &status) != 0)
        result = fail(error, "its mode cannot be set");
    else draft->inode = (uint64_t)status.st_ino;
    if (result != PROXENOS_OK) px_snapshot_draft_drop(draft);
    return result;
}

static bool write_all(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno != EINTR) return false;
        if (written < 0) continue;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* So that the new name outlives a loss of power; file systems that cannot say so. */
static void sync_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? px_strdup(".") : px_strndup(path, (size_t)(slash - path) + 1);
    int descriptor = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        (void)close(descriptor);
    }
    free(folder);
}

proxenos_status px_snapshot_draft_finish(px_snapshot_draft *draft, const char *path, const char *bytes, size_t length,
                                         proxenos_error *error) {
    bool is_written = write_all(draft->descriptor, bytes, length) && fsync(draft->descriptor) == 0;
    if (!is_written || rename(draft->path, path) != 0) {
        proxenos_status status = fail(error, "it cannot be written");
        px_snapshot_draft_drop(draft);
        return status;
    }
    sync_folder(path);
    (void)close(draft->descriptor);
    draft->descriptor = -1;
    px_snapshot_draft_drop(draft);
    return PROXENOS_OK;
}
