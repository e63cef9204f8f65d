/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "modules/load.h"

#include "base/memory.h"
#include "base/text.h"
#include "modules/elf-check.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <ltdl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRY_SUFFIX "_LTX_proxenos_module"

/* libltdl keeps global state and locks nothing. */
static pthread_mutex_t ltdl_lock = PTHREAD_MUTEX_INITIALIZER;

proxenos_status px_check_writers(const proxenos_context *context, const char *path, const struct stat *status,
                                 bool quiet, proxenos_error *error) {
    uid_t user = geteuid();
    bool others_write = (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
    bool is_foreign = status->st_uid != 0 && status->st_uid != user;
    if (!others_write && !is_foreign) return PROXENOS_OK;
    const char *why = others_write ? "its group or others can write it" : "it belongs to another user";
    const char *cure = others_write ? "chmod go-w" : "chown root";
    if (user == 0 || proxenos_is_privileged()) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s is not loaded with raised privileges: %s; %s %s", path,
                        why, cure, path);
    }
    if (!quiet) {
        px_log(context, PROXENOS_LEVEL_WARNING, "%s holds code that will run as you, but %s; %s %s", path, why,
               cure, path);
    }
    return PROXENOS_OK;
}

char *px_entry_symbol(const char *name) {
    px_text symbol = {0};
    for (const char *c = name; *c != '\0'; c++) {
        px_text_append(&symbol, px_is_letter(*c) || px_is_digit(*c) ? c : "_", 1);
    }
    px_text_add(&symbol, ENTRY_SUFFIX);
    return px_text_take(&symbol);
}

bool px_is_entry_symbol(const char *symbol) {
    size_t length = strlen(symbol), least = sizeof ENTRY_SUFFIX - 1;
    return length > least && strcmp(symbol + length - least, ENTRY_SUFFIX) == 0;
}

static const char *kind_of(const struct stat *status) {
    if (S_ISDIR(status->st_mode)) return "a folder";
    return S_ISFIFO(status->st_mode) ? "a FIFO" : "a device or socket";
}

/* Opens and judges what was opened: O_NONBLOCK, since a FIFO would wait for a writer. */
static proxenos_status open_checked(const proxenos_context *context, const char *path, int *file,
                                    proxenos_error *error) {
    struct stat status;
    *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*file < 0 || fstat(*file, &status) != 0) {
        return px_error(error, px_status_of(errno, PROXENOS_ERROR_PLUGIN), "%s cannot be opened: %s", path,
                        strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s is not a plugin: it is %s, not a regular file", path,
                        kind_of(&status));
    }
    proxenos_status outcome = px_check_writers(context, path, &status, false, error);
    if (outcome != PROXENOS_OK) return outcome;
    return px_elf_check(*file, path, (uint64_t)status.st_size, error);
}

/* dlerror() mostly begins with the path, which our message has already said. */
static const char *without_path(const char *words, const char *path) {
    size_t length = strlen(path);
    bool repeats = strncmp(words, path, length) == 0 && strncmp(words + length, ": ", 2) == 0;
    return repeats ? words + length + 2 : words;
}

static lt_dlhandle open_resident(const char *path) {
    static bool is_initialised;
    if (!is_initialised && lt_dlinit() != 0) return NULL;
    is_initialised = true; /* never lt_dlexit(): what is loaded stays */
    lt_dladvise advise;
    if (lt_dladvise_init(&advise) != 0) return NULL;
    lt_dlhandle handle = NULL;
    if (lt_dladvise_local(&advise) == 0 && lt_dladvise_resident(&advise) == 0) {
        handle = lt_dlopenadvise(path, advise);
    }
    (void)lt_dladvise_destroy(&advise);
    return handle;
}

/* The linker has words alone for why it fails; whether memory or descriptors are short can be tried. */
static proxenos_status status_of_failure(int file) {
    if (px_memory_is_short()) return PROXENOS_ERROR_MEMORY;
    int spare = fcntl(file, F_DUPFD_CLOEXEC, 0);
    if (spare < 0) return px_status_of(errno, PROXENOS_ERROR_PLUGIN);
    (void)close(spare);
    return PROXENOS_ERROR_PLUGIN;
}

/* What the linker could open, libltdl refuses only where memory is short for its own lists; and then these are left
 * half made, so that its next call would crash. */
static proxenos_status load_by_ltdl(const char *path, lt_dlhandle *handle, proxenos_error *error) {
    static bool is_spoilt;
    *handle = is_spoilt ? NULL : open_resident(path);
    if (*handle != NULL) return PROXENOS_OK;
    if (is_spoilt) {
        return px_error(error, PROXENOS_ERROR_MEMORY,
                        "%s cannot be loaded: memory was short when another plugin was, and libltdl does not recover",
                        path);
    }
    is_spoilt = true;
    const char *words = lt_dlerror();
    return px_error(error, PROXENOS_ERROR_MEMORY, "%s cannot be loaded: libltdl is out of memory (%s)", path,
                    words == NULL ? "no words" : words);
}

/* libltdl calls every failure "file not found", so the linker is asked first and
 * its words are kept; libltdl then finds the object already there.  `file` is open. */
static proxenos_status load_locked(int file, const char *path, lt_dlhandle *handle, proxenos_error *error) {
    void *probe = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    /* A shortage that is over already looks like any other fault; what is wrong with a file is so the second time, too. */
    if (probe == NULL) probe = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (probe == NULL) {
        const char *words = dlerror();
        return px_error(error, status_of_failure(file), "%s cannot be loaded: %s", path,
                        words == NULL ? "the dynamic linker does not say why" : without_path(words, path));
    }
    proxenos_status status = load_by_ltdl(path, handle, error);
    (void)dlclose(probe);
    return status;
}

/* Tells a plugin under a wrong name from a file that is none. */
static proxenos_status without_entry(int file, const char *path, const char *symbol, proxenos_error *error) {
    char other[256];
    if (!px_elf_find_word(file, ENTRY_SUFFIX, other, sizeof other) || strcmp(other, symbol) == 0) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s is not a plugin of proxenos: it exports no '%s'", path,
                        symbol);
    }
    return px_error(error, PROXENOS_ERROR_PLUGIN,
                    "%s exports '%s', not '%s': the file's name must be the module's, give it back its own", path,
                    other, symbol);
}

/* The first object is the program itself: without an interpreter, nobody links at run time. */
static int asks_for_no_linker(struct dl_phdr_info *program, size_t size, void *user) {
    (void)size;
    bool *is_static = user;
    *is_static = true;
    for (size_t i = 0; i < program->dlpi_phnum; i++) {
        if (program->dlpi_phdr[i].p_type == PT_INTERP) *is_static = false;
    }
    return 1;
}

bool px_is_static_program(void) {
    bool is_static = false;
    (void)dl_iterate_phdr(asks_for_no_linker, &is_static);
    return is_static;
}

/* glibc lets a static program try, with a second libc inside it. */
static proxenos_status refuse_in_static_program(const char *path, proxenos_error *error) {
    if (!px_is_static_program()) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_PLUGIN,
                    "%s is not loaded: this program is linked statically and has only the plugins inside it", path);
}

proxenos_status px_load(const proxenos_context *context, const char *path, const char *name,
                        const proxenos_module **descriptor, proxenos_error *error) {
    *descriptor = NULL;
    int file = -1;
    char *symbol = px_entry_symbol(name);
    if (symbol == NULL) return px_error_memory(error);
    proxenos_status status = refuse_in_static_program(path, error);
    if (status == PROXENOS_OK) status = open_checked(context, path, &file, error);
    if (status == PROXENOS_OK) {
        lt_dlhandle handle = NULL;
        (void)pthread_mutex_lock(&ltdl_lock);
        status = load_locked(file, path, &handle, error);
        if (status == PROXENOS_OK) *descriptor = lt_dlsym(handle, symbol);
        (void)pthread_mutex_unlock(&ltdl_lock);
        if (status == PROXENOS_OK && *descriptor == NULL) status = without_entry(file, path, symbol, error);
    }
    if (file >= 0) (void)close(file);
    free(symbol);
    return status;
}
