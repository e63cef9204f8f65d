# SPDX-License-Identifier: MIT
abi_tests = \
	tests/abi/guard-test.sh \
	tests/abi/old-plugins-test.sh
TESTS += $(abi_tests)
EXTRA_DIST += $(abi_tests) \
	tests/abi/abi.sh \
	tests/abi/backend.c \
	tests/abi/growth.awk \
	tests/abi/hash.c \
	tests/abi/libproxenos.abi \
	tests/abi/plugin-1.0.h \
	tests/abi/plugin.abi \
	tests/abi/structs.c

# What was built (with -g) against the ABI that was promised; see HACKING.md.
abi_script = top_srcdir='$(abs_top_srcdir)' CC='$(CC)' $(SHELL) $(top_srcdir)/tests/abi/abi.sh
abi-check: core/libproxenos.la
	@$(abi_script) check core/.libs/libproxenos.so
abi-baseline: core/libproxenos.la
	@$(abi_script) baseline core/.libs/libproxenos.so
.PHONY: abi-check abi-baseline
