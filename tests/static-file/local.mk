# SPDX-License-Identifier: MIT
dist_noinst_DATA += tests/static-file/harness.h

if HAVE_CMOCKA
if BACKEND_STATIC_FILE
static_file_tests = \
	tests/static-file/formats-test \
	tests/static-file/json-test \
	tests/static-file/read-test
check_PROGRAMS += $(static_file_tests)
TESTS += $(static_file_tests)

# The backend without the core: its sources, and a host of the test's own.
check_LTLIBRARIES += tests/static-file/libbackend.la
tests_static_file_libbackend_la_SOURCES = $(static_file_sources)
tests_static_file_libbackend_la_CPPFLAGS = $(backends_cppflags)
tests_static_file_libbackend_la_LIBADD = backends/lib/libnodes.la

tests_static_file_formats_test_SOURCES = tests/static-file/formats-test.c
tests_static_file_formats_test_CPPFLAGS = $(backends_cppflags)
tests_static_file_formats_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_static_file_formats_test_LDADD = tests/static-file/libbackend.la $(CMOCKA_LIBS)

tests_static_file_json_test_SOURCES = tests/static-file/json-test.c
tests_static_file_json_test_CPPFLAGS = $(backends_cppflags)
tests_static_file_json_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_static_file_json_test_LDADD = tests/static-file/libbackend.la $(CMOCKA_LIBS) $(JANSSON_LIBS)

tests_static_file_read_test_SOURCES = tests/static-file/read-test.c
tests_static_file_read_test_CPPFLAGS = $(backends_cppflags)
tests_static_file_read_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_static_file_read_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
tests_static_file_read_test_LDADD = tests/static-file/libbackend.la $(CMOCKA_LIBS)
endif
endif

if BACKEND_STATIC_FILE
TESTS += tests/static-file/command-test.sh tests/static-file/looks-test.sh tests/static-file/watch-test.py tests/static-file/yaml-bounds-test.py
endif
dist_noinst_SCRIPTS += tests/static-file/command-test.sh tests/static-file/looks-test.sh tests/static-file/watch-test.py tests/static-file/yaml-bounds-test.py
