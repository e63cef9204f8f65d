/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "conformance/process.h"

#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { SIGNALS = 65, STANDARD = 3 };

extern char **environ;

/* A process has one of each, so this is what a static variable is for. */
static struct {
    pid_t self;
    volatile sig_atomic_t has_forked;
    int reports;
    struct stat folder, standard[STANDARD];
    mode_t umask;
    char locale[512];
    uint64_t environment;
    struct sigaction actions[SIGNALS];
    sigset_t blocked;
} was;

/* -------------------------------------------------------------------- children */

/* Before a fork(), in the parent; the copy runs end_copy() before anything else. */
static void note_fork(void) {
    was.has_forked = 1;
}

static void end_copy(void) {
    _exit(0);
}

/* A pipe whose reader is gone is an error at its writer. */
static void *watch_reader(void *user) {
    (void)user;
    struct pollfd reader = {.fd = was.reports};
    while (poll(&reader, 1, -1) < 0 && errno == EINTR) continue;
    if ((reader.revents & POLLERR) != 0 && getpgrp() == was.self) (void)kill(0, SIGKILL);
    return NULL;
}

static void start_watch(void) {
    pthread_t thread;
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, watch_reader, NULL) == 0) (void)pthread_detach(thread);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void px_process_guard(void) {
    if (getpid() != was.self) _exit(0);
    siginfo_t child;
    for (;;) { /* orphans of its children are ours, too, where the system can do that */
        memset(&child, 0, sizeof child);
        if (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) != 0) return; /* there is none */
        was.has_forked = 1;
        if (child.si_pid == 0) break;
        (void)waitpid(child.si_pid, NULL, 0);
    }
#ifdef __linux__
    /* Those that still run, by the kernel's list of them. */
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)was.self);
    FILE *list = fopen(path, "re");
    long pid;
    while (list != NULL && fscanf(list, "%ld", &pid) == 1) {
        if (kill((pid_t)pid, SIGKILL) == 0) (void)waitpid((pid_t)pid, NULL, 0);
    }
    if (list != NULL) (void)fclose(list);
#endif
}

bool px_process_has_forked(void) {
    struct rusage used;
    px_process_guard();
    bool has_waited = getrusage(RUSAGE_CHILDREN, &used) == 0 && (used.ru_minflt > 0 || used.ru_maxrss > 0);
    return was.has_forked != 0 || has_waited;
}

/* ----------------------------------------------------------------------- state */

static uint64_t hash_environment(void) {
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        for (const char *c = *entry;; c++) {
            hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
            if (*c == '\0') break;
        }
    }
    return hash;
}

static mode_t current_umask(void) {
    mode_t now = umask(077);
    (void)umask(now);
    return now;
}

void px_process_note_environment(void) {
    was.environment = hash_environment();
}

void px_process_begin(int reports) {
    (void)setpgid(0, 0);
    was.self = getpid();
    was.reports = reports;
#ifdef __linux__
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    (void)pthread_atfork(note_fork, NULL, end_copy);
    start_watch();
    if (stat(".", &was.folder) != 0) memset(&was.folder, 0, sizeof was.folder);
    was.umask = current_umask();
    (void)snprintf(was.locale, sizeof was.locale, "%s", setlocale(LC_ALL, NULL));
    for (int i = 0; i < STANDARD; i++) (void)fstat(i, &was.standard[i]);
    for (int i = 1; i < SIGNALS; i++) (void)sigaction(i, NULL, &was.actions[i]);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &was.blocked);
    px_process_note_environment();
}

static bool is_same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

const char *px_process_moved(void) {
    struct stat folder;
    if (stat(".", &folder) == 0 && !is_same_file(&folder, &was.folder)) return "the working folder";
    if (current_umask() != was.umask) return "the umask";
    if (strncmp(setlocale(LC_ALL, NULL), was.locale, sizeof was.locale - 1) != 0) return "the locale";
    return hash_environment() != was.environment ? "the environment" : NULL;
}

const char *px_process_signals_changed(void) {
    struct sigaction now;
    sigset_t blocked;
    for (int i = 1; i < SIGNALS; i++) {
        if (sigaction(i, NULL, &now) != 0) continue;
        if (now.sa_handler != was.actions[i].sa_handler) return "what a signal does";
    }
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    for (int i = 1; i < SIGNALS; i++) {
        if (sigismember(&blocked, i) != sigismember(&was.blocked, i)) return "the mask of signals";
    }
    return NULL;
}

const char *px_process_standard_changed(void) {
    static const char *const names[STANDARD] = {"standard input", "standard output", "standard error"};
    struct stat now;
    for (int i = 0; i < STANDARD; i++) {
        if (fstat(i, &now) != 0 || !is_same_file(&now, &was.standard[i])) return names[i];
    }
    return NULL;
}

/* --------------------------------------------------------------------- amounts */

size_t px_process_threads(void) {
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) return 0;
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
    (void)closedir(tasks);
    return count;
}

size_t px_process_heap(void) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#elif defined(__GLIBC__)
    struct mallinfo info = mallinfo();
    return (size_t)(unsigned)info.uordblks + (size_t)(unsigned)info.hblkhd;
#else
    return 0;
#endif
}
