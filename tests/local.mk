# SPDX-License-Identifier: MIT
TEST_EXTENSIONS = .sh .py
TEST_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' CMOCKA_MESSAGE_OUTPUT=TAP $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TEST_LOG_DRIVER)
SH_LOG_DRIVER = $(TEST_LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
PY_LOG_DRIVER = $(TEST_LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON3)
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; top_builddir='$(abs_top_builddir)'; \
	PROXENOS_PLUGIN_PATH='$(abs_top_builddir)/stage'; PYTHON3='$(PYTHON3)'; CC='$(CC)'; \
	export top_srcdir top_builddir PROXENOS_PLUGIN_PATH PYTHON3 CC;

unit_cppflags = $(core_cppflags)
unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(YAML_CFLAGS) $(PCRE2_CFLAGS)
unit_libs = core/libcore.la $(CMOCKA_LIBS)

dist_noinst_DATA += tests/scheme.py tests/tap.py tests/tap.sh tests/watching.py
include tests/abi/local.mk
include tests/cli/local.mk
include tests/consul/local.mk
include tests/cross/local.mk
include tests/examples/local.mk
include tests/house/local.mk
include tests/kit/local.mk
include tests/languages/local.mk
include tests/plugins/local.mk
include tests/scheme/local.mk
include tests/selection/local.mk
include tests/static-file/local.mk
include tests/unit/local.mk
include tests/vectors/local.mk
include tests/discovery/local.mk
include tests/docs/local.mk
include tests/zookeeper/local.mk
