# SPDX-License-Identifier: MIT
selection_tests = \
	tests/selection/kernels-test
if HAVE_CMOCKA
selection_tests += \
	tests/selection/statistics-test
endif

check_PROGRAMS += $(selection_tests)
TESTS += $(selection_tests)

tests_selection_kernels_test_CPPFLAGS = $(core_cppflags)
tests_selection_kernels_test_CFLAGS = $(AM_CFLAGS)
tests_selection_kernels_test_LDADD = core/libcore.la

tests_selection_statistics_test_CPPFLAGS = $(unit_cppflags)
tests_selection_statistics_test_CFLAGS = $(unit_cflags)
tests_selection_statistics_test_LDADD = $(unit_libs) -lm
