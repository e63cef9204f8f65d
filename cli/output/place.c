/* SPDX-License-Identifier: MIT */
#include "output/place.h"

#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_LINKS = 40, MOST_TRIES = 100, NAME_KEPT = 200, PATH_SIZE = 8192 };

static bool fail(char *why, size_t size, const char *doing, const char *path, int number) {
    (void)snprintf(why, size, "cannot %s '%.1000s': %s", doing, path, strerror(number));
    return false;
}

/* ------------------------------------------------------------------- the path */

/* Up to its last slash, which stays: "" for a name alone. */
static size_t folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* The path that a link's text means; false when it is too long. */
static bool step(char path[PATH_SIZE], const char *target, size_t length) {
    size_t kept = length > 0 && target[0] == '/' ? 0 : folder_length(path);
    if (kept + length >= PATH_SIZE) return false;
    memcpy(path + kept, target, length);
    path[kept + length] = '\0';
    return true;
}

/* Follows links to where the file is or would be: 0, or an error number. */
static int resolve(char path[PATH_SIZE]) {
    char target[PATH_SIZE];
    for (int i = 0; i < MOST_LINKS; i++) {
        ssize_t length = readlink(path, target, sizeof target);
        if (length < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
        if (!step(path, target, (size_t)length)) return ENAMETOOLONG;
    }
    return ELOOP;
}

/* ------------------------------------------------------------------- what is there */

typedef struct old_file {
    bool is_there;
    struct stat state;
} old_file;

/* 0, or an error number; what is no regular file is not replaced by one. */
static int look(const char *path, old_file *old) {
    old->is_there = stat(path, &old->state) == 0;
    if (!old->is_there) return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(old->state.st_mode)) return EISDIR;
    return S_ISREG(old->state.st_mode) ? 0 : ENOTSUP;
}

static bool holds(int file, const char *bytes, size_t length) {
    char part[65536];
    while (length > 0) {
        ssize_t got = read(file, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || (size_t)got > length || memcmp(part, bytes, (size_t)got) != 0) return false;
        bytes += got;
        length -= (size_t)got;
    }
    return read(file, part, 1) == 0;
}

/* One that cannot be read is another. */
static bool is_same(const char *path, const old_file *old, const char *bytes, size_t length) {
    if (!old->is_there || old->state.st_size != (off_t)length) return false;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool same = file >= 0 && holds(file, bytes, length);
    if (file >= 0) (void)close(file);
    return same;
}

/* ---------------------------------------------------------------- the candidate */

/* A name beside the file that begins with a point, as patterns of configuration folders leave
 * out, and does not end as the file's does. */
static char *name_beside(const char *path) {
    size_t folder = folder_length(path), size = strlen(path) + 64;
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint32_t chance = (uint32_t)now.tv_nsec * 2654435761U ^ (uint32_t)now.tv_sec ^ (uint32_t)getpid() * 40503U;
    char *name = malloc(size);
    if (name != NULL)
        (void)snprintf(name, size, "%.*s.%.*s.proxenos-%08x", (int)folder, path, NAME_KEPT, path + folder, (unsigned)chance);
    return name;
}

/* A descriptor, or -1 with errno. */
static int create(file_place *place, mode_t mode) {
    for (int i = 0; i < MOST_TRIES; i++) {
        free(place->candidate);
        place->candidate = name_beside(place->path);
        if (place->candidate == NULL) break;
        int file = open(place->candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (file >= 0 || errno != EEXIST) return file;
    }
    if (place->candidate == NULL) errno = ENOMEM;
    return -1;
}

static bool is_kept(int file, const old_file *old) {
    struct stat made;
    if (fstat(file, &made) != 0) return false;
    bool is_owned = made.st_uid == old->state.st_uid && made.st_gid == old->state.st_gid;
    if (!is_owned && fchown(file, old->state.st_uid, old->state.st_gid) != 0) return false;
    return fchmod(file, old->state.st_mode & 07777) == 0;
}

/* Writes, syncs and closes; 0, or an error number. */
static int fill(int file, const char *bytes, size_t length) {
    int problem = write_whole(file, bytes, length);
    if (problem == 0 && fsync(file) != 0 && errno != EINVAL && errno != ENOSYS) problem = errno;
    if (close(file) != 0 && errno != EINTR && problem == 0) problem = errno;
    return problem;
}

static bool make_candidate(file_place *place, const old_file *old, const char *bytes, size_t length, char *why, size_t size) {
    int file = create(place, old->is_there ? S_IRUSR | S_IWUSR : 0666);
    if (file < 0) {
        int number = errno;
        free(place->candidate);
        place->candidate = NULL;
        return fail(why, size, "make a file beside", place->path, number);
    }
    if (old->is_there && !is_kept(file, old)) {
        int number = errno;
        (void)close(file);
        place_drop(place);
        return fail(why, size, "keep the owner and the mode of", place->path, number);
    }
    int problem = fill(file, bytes, length);
    if (problem == 0) return true;
    place_drop(place);
    return fail(why, size, "write beside", place->path, problem);
}

/* ------------------------------------------------------------------- the calls */

place_result place_prepare(file_place *place, const char *path, const char *bytes, size_t length, char *why, size_t size) {
    char real[PATH_SIZE];
    old_file old;
    place_drop(place);
    if (strlen(path) >= sizeof real) {
        (void)fail(why, size, "write", path, ENAMETOOLONG);
        return PLACE_FAILED;
    }
    (void)strcpy(real, path);
    int problem = resolve(real);
    if (problem == 0) problem = look(real, &old);
    if (problem == 0 && is_same(real, &old, bytes, length)) return PLACE_SAME;
    free(place->path);
    place->path = strdup(real);
    if (problem == 0 && place->path == NULL) problem = ENOMEM;
    if (problem == ENOTSUP) {
        (void)snprintf(why, size, "'%.1000s' is no regular file, and is not replaced by one", path);
        return PLACE_FAILED;
    }
    if (problem != 0) {
        (void)fail(why, size, "write", path, problem);
        return PLACE_FAILED;
    }
    return make_candidate(place, &old, bytes, length, why, size) ? PLACE_READY : PLACE_FAILED;
}

/* A name that is lost in a crash is an old file, not a broken one: no failure. */
static void sync_folder(const char *path) {
    char folder[PATH_SIZE];
    size_t length = folder_length(path);
    (void)snprintf(folder, sizeof folder, "%.*s", length > 0 ? (int)length : 1, length > 0 ? path : ".");
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;
    (void)fsync(file);
    (void)close(file);
}

bool place_commit(file_place *place, char *why, size_t size) {
    if (rename(place->candidate, place->path) != 0) {
        int number = errno;
        place_drop(place);
        return fail(why, size, "replace", place->path, number);
    }
    free(place->candidate);
    place->candidate = NULL;
    sync_folder(place->path);
    return true;
}

void place_drop(file_place *place) {
    if (place->candidate != NULL) (void)unlink(place->candidate);
    free(place->candidate);
    place->candidate = NULL;
}

void place_end(file_place *place) {
    place_drop(place);
    free(place->path);
    place->path = NULL;
}
