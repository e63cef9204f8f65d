# SPDX-License-Identifier: MIT
cli_tests = \
	tests/cli/bad-usage-test.sh \
	tests/cli/compat-test.py \
	tests/cli/completion-test.sh \
	tests/cli/configuration-test.sh \
	tests/cli/diff-test.sh \
	tests/cli/doubts-test.sh \
	tests/cli/exec-test.sh \
	tests/cli/failures-test.py \
	tests/cli/inherited-test.py \
	tests/cli/keep-test.py \
	tests/cli/keys-test.py \
	tests/cli/nodes-test.sh \
	tests/cli/owns-test.sh \
	tests/cli/options-documented-test.sh \
	tests/cli/patterns-test.py \
	tests/cli/pipes-test.sh \
	tests/cli/plugins-test.sh \
	tests/cli/privileges-test.py \
	tests/cli/scheme-test.sh \
	tests/cli/select-test.sh \
	tests/cli/shortage-test.py \
	tests/cli/simulate-test.py \
	tests/cli/stdin-test.sh \
	tests/cli/stop-test.py \
	tests/cli/streams-test.sh \
	tests/cli/terminal-test.py \
	tests/cli/tiers-test.sh \
	tests/cli/watch-run-test.py \
	tests/cli/watch-test.py \
	tests/cli/watch-write-test.py
TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests)

# The program as one file, where libtool's wrapper would be in the way: for limits that a shell
# does not survive, for descriptors, and for a set-user-ID copy.
check_PROGRAMS += tests/cli/program
tests_cli_program_SOURCES =
tests_cli_program_LDADD = $(proxenos_OBJECTS) $(proxenos_LDADD)
tests_cli_program_DEPENDENCIES = proxenos$(EXEEXT)
if HAVE_STATIC_PLUGINS
tests_cli_program_LDFLAGS = $(proxenos_LDFLAGS) -no-install
else
tests_cli_program_LDFLAGS = $(AM_LDFLAGS) -no-install
endif

# For LD_PRELOAD.
check_LTLIBRARIES += tests/cli/short-memory.la
tests_cli_short_memory_la_SOURCES = tests/cli/short-memory.c
tests_cli_short_memory_la_LDFLAGS = -module -avoid-version -rpath /nowhere

check_LTLIBRARIES += tests/cli/slow-resolver.la
tests_cli_slow_resolver_la_SOURCES = tests/cli/slow-resolver.c
tests_cli_slow_resolver_la_LDFLAGS = -module -avoid-version -rpath /nowhere

if HAVE_CMOCKA
cli_unit_tests = \
	tests/cli/characters-test \
	tests/cli/shares-test \
	tests/cli/statistics-test \
	tests/cli/text-test
check_PROGRAMS += $(cli_unit_tests)
TESTS += $(cli_unit_tests)

tests_cli_statistics_test_SOURCES = tests/cli/statistics-test.c cli/verbs/simulate/statistics.c cli/verbs/simulate/statistics.h
tests_cli_statistics_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/cli
tests_cli_statistics_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_cli_statistics_test_LDADD = $(CMOCKA_LIBS) -lm

tests_cli_shares_test_SOURCES = tests/cli/shares-test.c cli/verbs/shares.c cli/verbs/shares.h
tests_cli_shares_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/cli
tests_cli_shares_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_cli_shares_test_LDADD = $(CMOCKA_LIBS) -lm

tests_cli_characters_test_SOURCES = tests/cli/characters-test.c \
	cli/output/characters.c cli/output/characters.h cli/output/text.c cli/output/text.h core/base/utf8.c core/base/utf8.h
tests_cli_characters_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/cli -I$(top_srcdir)/core
tests_cli_characters_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_cli_characters_test_LDADD = $(CMOCKA_LIBS)

tests_cli_text_test_SOURCES = tests/cli/text-test.c \
	cli/output/characters.c cli/output/characters.h cli/output/text.c cli/output/text.h
tests_cli_text_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/cli
tests_cli_text_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_cli_text_test_LDADD = $(CMOCKA_LIBS)
endif
