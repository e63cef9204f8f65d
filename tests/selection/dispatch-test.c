/* SPDX-License-Identifier: MIT */
/* The choice of kernels.  It is made once in a process, so each question is asked of
 * a child. */
#include "selection/hrw/kernels.h"

#include "../unit/support.h"

#include <sys/wait.h>
#include <unistd.h>

static const px_hrw_kernels *const sets[] = {
    &px_hrw_portable,
#ifdef PX_HRW_X86
    &px_hrw_sse4, &px_hrw_avx2, &px_hrw_avx512,
#endif
#ifdef PX_HRW_ARM64
    &px_hrw_neon,
#endif
};
enum { SET_COUNT = sizeof sets / sizeof sets[0] };

/* The index of the set that a process with this PROXENOS_CPU (NULL: unset) uses. */
static size_t ask(const char *wanted) {
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        if (wanted == NULL) (void)unsetenv("PROXENOS_CPU");
        else (void)setenv("PROXENOS_CPU", wanted, 1);
        for (size_t i = 0; i < SET_COUNT; i++) {
            if (px_hrw_kernels_in_use() == sets[i]) _exit((int)i);
        }
        _exit(99);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) < SET_COUNT);
    return (size_t)WEXITSTATUS(status);
}

/* Later sets in the list above are the faster ones. */
static size_t fastest(void) {
    size_t best = 0;
    for (size_t i = 0; i < SET_COUNT; i++) {
        if (sets[i]->is_supported()) best = i;
    }
    return best;
}

static void the_fastest_set_is_used(void **state) {
    (void)state;
    assert_int_equal(ask(NULL), fastest());
}

static void a_set_may_be_asked_for(void **state) {
    (void)state;
    for (size_t i = 0; i < SET_COUNT; i++) {
        assert_int_equal(ask(sets[i]->name), sets[i]->is_supported() ? i : fastest());
    }
}

static void a_set_that_does_not_exist_is_ignored(void **state) {
    (void)state;
    assert_int_equal(ask("z80"), fastest());
    assert_int_equal(ask(""), fastest());
    assert_int_equal(ask("AVX2"), fastest());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fastest_set_is_used),
        cmocka_unit_test(a_set_may_be_asked_for),
        cmocka_unit_test(a_set_that_does_not_exist_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
