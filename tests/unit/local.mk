# SPDX-License-Identifier: MIT

if HAVE_CMOCKA
unit_tests = \
	tests/unit/hrw-test \
	tests/unit/python-test

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

tests_unit_hrw_test_CPPFLAGS = $(unit_cppflags)
tests_unit_hrw_test_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
tests_unit_hrw_test_LDADD = $(unit_libs) $(JANSSON_LIBS)

tests_unit_python_test_CPPFLAGS = $(unit_cppflags)
tests_unit_python_test_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
tests_unit_python_test_LDADD = $(unit_libs) $(JANSSON_LIBS)
endif
