/* SPDX-License-Identifier: MIT */
#include "process/signals.h"

#include "output/exit.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
static const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT};

/* As the parent left it. */
static struct {
    struct sigaction child, pipe;
    sigset_t blocked;
    mode_t file_mask;
} inherited;

static _Atomic(proxenos_mapper *) watched;
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t child_of_ours; /* pid_t fits into int */
static volatile sig_atomic_t stopped;

static void on_signal(int number) {
    (void)number;
    proxenos_mapper *mapper = atomic_load(&watched);
    if (interrupted || mapper == NULL) _exit(EXIT_INTERRUPTED);
    interrupted = 1;
    int saved = errno;
    proxenos_mapper_cancel(mapper);
    errno = saved;
}

/* What the terminal sends, the child has got as well: it is in the same group. */
static void pass_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    bool is_sent = info->si_code == SI_USER || info->si_code == SI_QUEUE;
    if (child_of_ours > 0 && is_sent) (void)kill((pid_t)child_of_ours, number);
    if (number != SIGCONT) stopped = 1;
    errno = saved;
}

/* What the parent ignores (nohup, a shell's background jobs) stays ignored. */
static void handle(const int *numbers, size_t count, const struct sigaction *action) {
    struct sigaction old;
    for (size_t i = 0; i < count; i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            (void)sigaction(numbers[i], action, NULL);
}

void signals_install(void) {
    const struct sigaction action = {.sa_handler = on_signal}, by_default = {.sa_handler = SIG_DFL},
                           ignored = {.sa_handler = SIG_IGN};
    sigset_t none;
    handle(ending, sizeof ending / sizeof ending[0], &action);
    (void)sigaction(SIGCHLD, &by_default, &inherited.child);
    (void)sigaction(SIGPIPE, &ignored, &inherited.pipe);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, &inherited.blocked);
    inherited.file_mask = umask(S_IRWXO); /* the safe side while it is read */
    (void)umask(inherited.file_mask & ~(mode_t)S_IRWXU);
}

void signals_as_inherited(void) {
    (void)sigaction(SIGCHLD, &inherited.child, NULL);
    (void)sigaction(SIGPIPE, &inherited.pipe, NULL);
    (void)umask(inherited.file_mask);
    (void)sigprocmask(SIG_SETMASK, &inherited.blocked, NULL);
}

void signals_ignore_pipe(void) {
    (void)signal(SIGPIPE, SIG_IGN);
}

void signals_watch(proxenos_mapper *mapper) {
    atomic_store(&watched, mapper);
}

bool signals_have_interrupted(void) {
    return interrupted != 0;
}

void signals_pass_to(pid_t child) {
    const struct sigaction action = {.sa_sigaction = pass_signal, .sa_flags = SA_SIGINFO};
    child_of_ours = (sig_atomic_t)child;
    handle(passed, sizeof passed / sizeof passed[0], &action);
}

bool signals_have_stopped(void) {
    return stopped != 0;
}

void signals_release(const sigset_t *before) {
    (void)sigprocmask(SIG_SETMASK, before, NULL);
}

bool signals_hold(sigset_t *before) {
    sigset_t held, waiting;
    (void)sigemptyset(&held);
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) (void)sigaddset(&held, passed[i]);
    (void)sigprocmask(SIG_BLOCK, &held, before);
    (void)sigpending(&waiting);
    bool is_stop = stopped != 0;
    for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++)
        if (passed[i] != SIGCONT && sigismember(&waiting, passed[i]) == 1) is_stop = true;
    if (is_stop) signals_release(before);
    return !is_stop;
}

void signals_default(void) {
    const struct sigaction action = {.sa_handler = SIG_DFL};
    handle(passed, sizeof passed / sizeof passed[0], &action);
}
