# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/scheme/rank
tests_scheme_rank_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_scheme_rank_LDADD = core/libproxenos.la $(JANSSON_LIBS)

dist_noinst_SCRIPTS += tests/scheme/scheme-test.py
TESTS += tests/scheme/scheme-test.py
