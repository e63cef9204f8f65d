/* SPDX-License-Identifier: MIT */
/* What every unit test includes. */
#ifndef PX_TEST_SUPPORT_H
#define PX_TEST_SUPPORT_H

#include "base/memory.h"

#include <proxenos/plugin.h> /* before cmocka.h, which makes `fail` a macro */
#include <proxenos/proxenos.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define assert_contains(text, part) assert_contains_at(text, part, __FILE__, __LINE__)

static inline void assert_contains_at(const char *text, const char *part, const char *file, int line) {
    if (strstr(text, part) != NULL) return;
    print_error("'%s' does not contain '%s'\n", text, part);
    _fail(file, line);
}

/* Runs `attempt` with its first, second ... allocation failing until it succeeds;
 * each failure must be an orderly one. */
typedef proxenos_status attempt_function(proxenos_error *error);

static inline void assert_survives_every_failed_allocation(attempt_function *attempt) {
    long count = 0;
    for (;; count++) {
        proxenos_error error = {0};
        px_memory_fail_at(count);
        proxenos_status status = attempt(&error);
        px_memory_fail_at(-1);
        if (status == PROXENOS_OK) break;
        assert_int_equal(status, PROXENOS_ERROR_MEMORY);
        assert_int_equal(error.status, PROXENOS_ERROR_MEMORY);
        assert_string_equal(error.text, "out of memory");
        assert_true(count < 10000);
    }
    assert_true(count > 0);
}

#endif
