/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "process/child.h"

#include "process/caught.h"
#include "process/pause.h"
#include "process/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

enum { KILLED_MS = 5000, LOOK_MS = 200 };

extern char **environ;

/* While it is on, what a command leaves behind becomes our child, and can be waited for. */
static void adopt(bool is_on) {
#ifdef PR_SET_CHILD_SUBREAPER
    (void)prctl(PR_SET_CHILD_SUBREAPER, is_on ? 1UL : 0UL, 0UL, 0UL, 0UL);
#else
    (void)is_on;
#endif
}

/* --------------------------------------------------------------- descriptors */

enum { MOST_PASSED = 256, MOST_TRIED = 65536 };
static bool is_passed[MOST_PASSED];

void child_note_descriptors(void) {
    for (int file = STDERR_FILENO + 1; file < MOST_PASSED; file++) {
        int flags = fcntl(file, F_GETFD);
        is_passed[file] = flags >= 0 && (flags & FD_CLOEXEC) == 0;
    }
}

/* All from there on; false where the system cannot (Linux before 5.11). */
static bool seal_range(unsigned first) {
#ifdef SYS_close_range
    enum { RANGE_CLOEXEC = 4 };
    return syscall(SYS_close_range, first, ~0U, RANGE_CLOEXEC) == 0;
#else
    (void)first;
    return false;
#endif
}

/* The exec closes what nobody gave us. */
static void seal_descriptors(void) {
    for (int file = STDERR_FILENO + 1; file < MOST_PASSED; file++)
        if (!is_passed[file]) (void)fcntl(file, F_SETFD, FD_CLOEXEC);
    if (seal_range(MOST_PASSED)) return;
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > MOST_TRIED) most = MOST_TRIED;
    for (int file = MOST_PASSED; file < most; file++) (void)fcntl(file, F_SETFD, FD_CLOEXEC);
}

/* -------------------------------------------------------------------- start */

/* What a thread of ours held at the fork is held for ever here: nothing but system calls. */
static int become(const child_plan *plan, pid_t parent) {
    (void)setpgid(0, 0);
#ifdef PR_SET_PDEATHSIG
    if (plan->is_bound && (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) != 0 || getppid() != parent))
        return errno != 0 ? errno : ECHILD;
#else
    (void)parent;
#endif
    int input = plan->input >= 0 ? plan->input : open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (input < 0 || dup2(input, STDIN_FILENO) < 0) return errno;
    if (plan->is_aside && dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return errno;
    seal_descriptors();
    signals_default();
    signals_as_inherited();
    if (plan->environment != NULL) environ = plan->environment;
    (void)execvp(plan->words[0], plan->words);
    return errno;
}

/* 0 once the command runs: its end of the pipe closed unwritten. */
static int await_start(int pipe_end) {
    int reason = 0;
    ssize_t got;
    do got = read(pipe_end, &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof reason ? reason : 0;
}

/* With all signals held: none may be noted by the child as if it were ours. */
static int fork_held(cli_child *child, const child_plan *plan, int report) {
    sigset_t all, before;
    pid_t parent = getpid();
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    child->id = fork();
    int reason = errno;
    if (child->id == 0) {
        errno = 0;
        reason = become(plan, parent);
        ssize_t written = write(report, &reason, sizeof reason);
        (void)written;
        _exit(CHILD_NOT_FOUND);
    }
    if (child->id > 0) (void)setpgid(child->id, child->id); /* whichever is first */
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return child->id > 0 ? 0 : reason;
}

int child_start(cli_child *child, const child_plan *plan) {
    int report[2];
    *child = (cli_child){.is_bound = plan->is_bound, .kill_ms = INT64_MAX};
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    if (plan->is_bound) adopt(true);
    int reason = fork_held(child, plan, report[1]);
    (void)close(report[1]);
    if (reason == 0) reason = await_start(report[0]);
    (void)close(report[0]);
    if (reason == 0) return 0;
    while (child->id > 0 && waitpid(child->id, &child->status, 0) < 0 && errno == EINTR) continue;
    child->id = 0;
    return reason;
}

/* -------------------------------------------------------------------- looks */

/* Its number is nobody else's as long as it was not waited for or another has it for
 * the group's. */
static void send(const cli_child *child, int number) {
    (void)kill(-child->id, number);
    if (!child->has_ended && getpgid(child->id) != child->id) (void)kill(child->id, number); /* it has left its group */
}

/* Buries one that has ended, if any; false when none is left. */
static bool bury(cli_child *child, pid_t which, bool *has_one) {
    int status;
    pid_t ended = waitpid(which, &status, WNOHANG);
    *has_one = ended > 0;
    if (ended == child->id) {
        child->has_ended = true;
        child->status = status;
    }
    return ended >= 0 || errno == EINTR;
}

#ifndef PR_SET_CHILD_SUBREAPER
/* What it leaves behind can't be waited for here: it goes with the command, while that still
 * holds the number. */
static void kill_rest(const cli_child *child) {
    siginfo_t end = {0};
    if (child->is_stopping && !child->has_ended &&
        waitid(P_PID, (id_t)child->id, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == child->id)
        (void)kill(-child->id, SIGKILL);
}
#endif

/* What a bound command has put into a session of its own, and left, is ours to bury when it ends;
 * what a library of ours has started is in our session, and its own affair. */
static void bury_strangers(void) {
    siginfo_t end = {0};
    while (waitid(P_ALL, 0, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0 && getsid(end.si_pid) != getsid(0)) {
        (void)waitpid(end.si_pid, NULL, WNOHANG);
        end.si_pid = 0;
    }
}

bool child_is_there(cli_child *child) {
    if (child->is_bound) bury_strangers();
    if (child->id == 0) return false;
    bool has_one = true, is_left = true;
#ifndef PR_SET_CHILD_SUBREAPER
    kill_rest(child);
#endif
    while (has_one && is_left) is_left = bury(child, -child->id, &has_one);
    if (!is_left && !child->has_ended) is_left = bury(child, child->id, &has_one); /* it has left its group */
    if (!is_left || (child->has_ended && !child->is_stopping && !child->is_bound)) {
        if (child->is_stopping && !child->is_bound) adopt(false);
        child->id = 0;
        return false;
    }
    if (clock_ms() < child->kill_ms) return true;
    child->kill_ms = INT64_MAX;
    send(child, SIGKILL);
    return true;
}

/* --------------------------------------------------------------------- ends */

void child_stop(cli_child *child, int64_t grace_ms) {
    if (child->id == 0) return;
    int64_t kill_ms = grace_ms >= INT64_MAX - clock_ms() ? INT64_MAX : clock_ms() + grace_ms;
    if (!child->is_stopping) {
        child->is_stopping = true;
        adopt(true);
        send(child, SIGTERM);
        send(child, SIGCONT);
        child->kill_ms = kill_ms;
    } else if (kill_ms < child->kill_ms) {
        child->kill_ms = kill_ms;
    }
}

bool child_end(cli_child *child, int64_t grace_ms) {
    child_stop(child, grace_ms);
    int64_t leave_ms = child->kill_ms >= INT64_MAX - KILLED_MS ? INT64_MAX : child->kill_ms + KILLED_MS;
    while (child_is_there(child) && clock_ms() < leave_ms) {
        struct pollfd waited = {.fd = caught_descriptor(), .events = POLLIN};
        (void)poll(&waited, 1, LOOK_MS); /* a second look misses nothing, whatever became of SIGCHLD */
        for (int number; (number = caught_next()) != 0;) {
            if (number != SIGINT && number != SIGTERM) continue;
            child_stop(child, 0);
            if (clock_ms() + KILLED_MS < leave_ms) leave_ms = clock_ms() + KILLED_MS;
        }
    }
    return child->id == 0;
}

int child_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_failure_code(int reason) {
    if (reason == ENOMEM || reason == EAGAIN) return CHILD_OURS;
    return reason == ENOENT || reason == ENOTDIR ? CHILD_NOT_FOUND : CHILD_NOT_EXECUTABLE;
}
