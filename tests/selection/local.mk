# SPDX-License-Identifier: MIT
selection_tests = \
	tests/selection/kernels-test

check_PROGRAMS += $(selection_tests)
TESTS += $(selection_tests)

tests_selection_kernels_test_CPPFLAGS = $(core_cppflags)
tests_selection_kernels_test_CFLAGS = $(AM_CFLAGS)
tests_selection_kernels_test_LDADD = core/libcore.la
