/* SPDX-License-Identifier: MIT */
/* Exit codes of our own making; the others come from proxenos_status_exit_code(). */
#ifndef CLI_OUTPUT_EXIT_H
#define CLI_OUTPUT_EXIT_H

enum {
    EXIT_NO = 1,
    EXIT_USAGE = 2,
    EXIT_NO_NODE = 65,
    EXIT_CONFIG = 66,
    EXIT_PLUGIN = 67,
    EXIT_DENIED = 68,
    EXIT_INTERNAL = 71,
    EXIT_INTERRUPTED = 130
};

#endif
