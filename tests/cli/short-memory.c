/* SPDX-License-Identifier: MIT */
/* Preloaded: the FAIL_AT-th allocation of the process fails, and with FAIL_ON all that follow.  FAIL_COUNT: says how
 * many there were.  For the C library of GNU, whose own functions have names to reach them by. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

#pragma GCC visibility push(default)
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
#pragma GCC visibility pop

static long count, fail_at = -1;
static int goes_on;

static int must_fail(void) {
    if (fail_at < 0) {
        const char *at = getenv("FAIL_AT");
        fail_at = at == NULL ? 0 : atol(at);
        goes_on = getenv("FAIL_ON") != NULL;
    }
    long number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    if (fail_at == 0 || number < fail_at || (number > fail_at && !goes_on)) return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) {
    return must_fail() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    return must_fail() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    return must_fail() ? NULL : __libc_realloc(old, size);
}

__attribute__((destructor)) static void tell(void) {
    if (getenv("FAIL_COUNT") != NULL) (void)dprintf(2, "allocations %ld\n", count);
}
