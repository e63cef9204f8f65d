/* SPDX-License-Identifier: MIT */
/* Commands that run beside us, each in a process group of its own: started, looked after
 * from a loop that waits for SIGCHLD (caught.h), and ended with all that they started. */
#ifndef CLI_PROCESS_CHILD_H
#define CLI_PROCESS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct child_plan {
    char *const *words;              /* the first is found in PATH */
    char **environment;              /* NULL: ours */
    int input;                       /* what it reads on standard input; -1: nothing */
    bool is_aside;                   /* its standard output is our standard error */
    bool is_bound;                   /* it dies when we do, however that comes, and what it leaves
                                        behind in its group can be ended (Linux) */
} child_plan;

/* Starts as {0}. */
typedef struct cli_child {
    pid_t id;                        /* its own and its group's; 0: there is none */
    bool has_ended, is_bound;        /* the command itself; what it started may go on */
    int status;                      /* then: as waitpid() gives it */
    bool is_stopping;
    int64_t kill_ms;                 /* of clock_ms(), when what is left is killed; INT64_MAX: not */
} cli_child;

/* To be called before anything of ours is opened: what is open by now the command has too, up to
 * descriptor 255.  Of what libraries open later, and do not close at an exec, it has nothing. */
void child_note_descriptors(void);

/* 0, or the number of why it does not run; ENOENT: there is no such command. */
int child_start(cli_child *child, const child_plan *plan);
/* Notes what has ended, and kills what has outlived its grace.  False once nothing is
 * left: child->id is 0 then, and child->status tells how it ended. */
bool child_is_there(cli_child *child);
/* TERM for the command and its group; after the grace KILL, which child_is_there() sends.  A
 * second call can only shorten the grace. */
void child_stop(cli_child *child, int64_t grace_ms);
/* Both, to the end: signals that say stop (caught.h) kill at once.  What does not even die of
 * KILL (a dead file server) is left after some seconds; false then. */
bool child_end(cli_child *child, int64_t grace_ms);

/* The exit code, or 128 and the signal's number, as shells say it. */
int child_code(int status);
/* 126 or 127, for why it does not run, as env(1) and shells have it; 125 for lack of memory. */
int child_failure_code(int reason);
enum { CHILD_OURS = 125, CHILD_NOT_EXECUTABLE = 126, CHILD_NOT_FOUND = 127 };

#endif
