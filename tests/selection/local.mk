# SPDX-License-Identifier: MIT
dist_noinst_DATA += tests/selection/support.h

selection_tests = \
	tests/selection/kernels-test \
	tests/selection/threads-test
if HAVE_CMOCKA
selection_tests += \
	tests/selection/dispatch-test \
	tests/selection/selector-test \
	tests/selection/slots-test \
	tests/selection/spread-test \
	tests/selection/statistics-test
endif

check_PROGRAMS += $(selection_tests)
TESTS += $(selection_tests)

tests_selection_kernels_test_CPPFLAGS = $(core_cppflags)
tests_selection_kernels_test_CFLAGS = $(AM_CFLAGS)
tests_selection_kernels_test_LDADD = core/libcore.la

tests_selection_threads_test_CPPFLAGS = $(core_cppflags)
tests_selection_threads_test_CFLAGS = $(AM_CFLAGS)
tests_selection_threads_test_LDADD = core/libcore.la

tests_selection_dispatch_test_CPPFLAGS = $(unit_cppflags)
tests_selection_dispatch_test_CFLAGS = $(unit_cflags)
tests_selection_dispatch_test_LDADD = $(unit_libs)

tests_selection_selector_test_CPPFLAGS = $(unit_cppflags)
tests_selection_selector_test_CFLAGS = $(unit_cflags)
tests_selection_selector_test_LDADD = $(unit_libs)

tests_selection_slots_test_CPPFLAGS = $(unit_cppflags)
tests_selection_slots_test_CFLAGS = $(unit_cflags)
tests_selection_slots_test_LDADD = $(unit_libs) -lm

tests_selection_spread_test_CPPFLAGS = $(unit_cppflags)
tests_selection_spread_test_CFLAGS = $(unit_cflags)
tests_selection_spread_test_LDADD = $(unit_libs)

tests_selection_statistics_test_CPPFLAGS = $(unit_cppflags)
tests_selection_statistics_test_CFLAGS = $(unit_cflags)
tests_selection_statistics_test_LDADD = $(unit_libs) -lm
