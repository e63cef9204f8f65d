# SPDX-License-Identifier: MIT
kit_tests = \
	tests/kit/conformance-test.sh \
	tests/kit/new-test.sh \
	tests/kit/pkg-config-test.sh
TESTS += $(kit_tests)
EXTRA_DIST += $(kit_tests) tests/kit/bad-hash.c

# A plugin that hangs, for tests/unit/conformance-test.
check_LTLIBRARIES += tests/kit/bad-backend.la
tests_kit_bad_backend_la_SOURCES = tests/kit/bad-backend.c
tests_kit_bad_backend_la_CPPFLAGS = $(AM_CPPFLAGS) -DFAULT=HANGS
tests_kit_bad_backend_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
