# SPDX-License-Identifier: MIT
plugin_tests = tests/plugins/known-answers-test
plugin_scripts = tests/plugins/loading-test.sh

check_PROGRAMS += $(plugin_tests) tests/plugins/probe
TESTS += $(plugin_tests) $(plugin_scripts)
dist_noinst_SCRIPTS += $(plugin_scripts)

tests_plugins_known_answers_test_CPPFLAGS = $(core_cppflags)
tests_plugins_known_answers_test_LDADD = core/libcore.la

tests_plugins_probe_CPPFLAGS = $(core_cppflags)
tests_plugins_probe_LDADD = core/libcore.la

EXTRA_DIST += \
	tests/plugins/zoo/bad-schema.c \
	tests/plugins/zoo/good-backend.c \
	tests/plugins/zoo/good-hash.c \
	tests/plugins/zoo/huge-digest.c \
	tests/plugins/zoo/longer.c \
	tests/plugins/zoo/misnamed.c \
	tests/plugins/zoo/needs-newer.c \
	tests/plugins/zoo/no-array.c \
	tests/plugins/zoo/no-digest.c \
	tests/plugins/zoo/no-entry.c \
	tests/plugins/zoo/no-fetch.c \
	tests/plugins/zoo/no-hash64.c \
	tests/plugins/zoo/no-name.c \
	tests/plugins/zoo/odd-digest.c \
	tests/plugins/zoo/odd-width.c \
	tests/plugins/zoo/offers-nothing.c \
	tests/plugins/zoo/other-alias.c \
	tests/plugins/zoo/other-backend.c \
	tests/plugins/zoo/other-major.c \
	tests/plugins/zoo/plain-entry.c \
	tests/plugins/zoo/short-descriptor.c \
	tests/plugins/zoo/short-stride.c \
	tests/plugins/zoo/twins.c \
	tests/plugins/zoo/two-backends.c \
	tests/plugins/zoo/unresolved.c \
	tests/plugins/zoo/zoo.h

# Against what is installed; DESTDIR is honoured.
dist_noinst_SCRIPTS += tests/plugins/installcheck.sh
installcheck-local:
	@top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' DESTDIR='$(DESTDIR)' CC='$(CC)' \
	  PKG_CONFIG='$(PKG_CONFIG)' bindir='$(bindir)' libdir='$(libdir)' pkgconfigdir='$(pkgconfigdir)' \
	  plugindir='$(plugindir)' $(SHELL) '$(abs_top_srcdir)/tests/plugins/installcheck.sh'
