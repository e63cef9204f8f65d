# SPDX-License-Identifier: MIT

dist_noinst_DATA += tests/unit/support.h

if HAVE_CMOCKA
unit_tests = \
	tests/unit/address-test \
	tests/unit/context-test \
	tests/unit/hrw-test \
	tests/unit/memory-test \
	tests/unit/python-test \
	tests/unit/text-test

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

tests_unit_address_test_CPPFLAGS = $(unit_cppflags)
tests_unit_address_test_CFLAGS = $(unit_cflags)
tests_unit_address_test_LDADD = $(unit_libs)

tests_unit_context_test_CPPFLAGS = $(unit_cppflags)
tests_unit_context_test_CFLAGS = $(unit_cflags)
tests_unit_context_test_LDADD = $(unit_libs)

tests_unit_hrw_test_CPPFLAGS = $(unit_cppflags)
tests_unit_hrw_test_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
tests_unit_hrw_test_LDADD = $(unit_libs) $(JANSSON_LIBS)

tests_unit_memory_test_CPPFLAGS = $(unit_cppflags)
tests_unit_memory_test_CFLAGS = $(unit_cflags)
tests_unit_memory_test_LDADD = $(unit_libs)

tests_unit_python_test_CPPFLAGS = $(unit_cppflags)
tests_unit_python_test_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
tests_unit_python_test_LDADD = $(unit_libs) $(JANSSON_LIBS)

tests_unit_text_test_CPPFLAGS = $(unit_cppflags)
tests_unit_text_test_CFLAGS = $(unit_cflags)
tests_unit_text_test_LDADD = $(unit_libs)
endif
