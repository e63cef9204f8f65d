# SPDX-License-Identifier: MIT
dist_noinst_DATA += tests/discovery/script.h

if HAVE_CMOCKA
discovery_tests = \
	tests/discovery/follower-test
check_PROGRAMS += $(discovery_tests)
TESTS += $(discovery_tests)

tests_discovery_follower_test_CPPFLAGS = $(unit_cppflags)
tests_discovery_follower_test_CFLAGS = $(unit_cflags)
tests_discovery_follower_test_LDADD = $(unit_libs)
endif
