/* SPDX-License-Identifier: MIT */
/* Whether long work should end: a cancellation, a deadline. */
#ifndef PX_BASE_INTERRUPT_H
#define PX_BASE_INTERRUPT_H

#include "base/error.h"

#include <stddef.h>

typedef struct px_interrupt {
    /* OK: go on; else CANCELLED or TIMED_OUT, with the words. */
    proxenos_status (*check)(void *user, proxenos_error *error);
    void *user;
} px_interrupt;

/* `interrupt` NULL: nobody interrupts. */
static inline proxenos_status px_interrupt_check(const px_interrupt *interrupt, proxenos_error *error) {
    return interrupt == NULL ? PROXENOS_OK : interrupt->check(interrupt->user, error);
}

#endif
