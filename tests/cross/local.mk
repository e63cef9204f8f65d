# SPDX-License-Identifier: MIT
dist_noinst_SCRIPTS += tests/cross/neon-test.sh
TESTS += tests/cross/neon-test.sh
