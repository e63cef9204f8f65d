# SPDX-License-Identifier: MIT
dist_noinst_DATA += tests/cross/cross.sh tests/cross/lines.py tests/cross/scheme-check.c
cross_tests = \
	tests/cross/32-bit-test.sh \
	tests/cross/arm64-test.sh \
	tests/cross/big-endian-test.sh \
	tests/cross/neon-test.sh

dist_noinst_SCRIPTS += $(cross_tests)
TESTS += $(cross_tests)
