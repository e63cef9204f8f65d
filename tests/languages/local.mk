# SPDX-License-Identifier: MIT
TESTS += tests/languages/languages-test.sh
EXTRA_DIST += tests/languages/languages-test.sh
