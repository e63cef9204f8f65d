# SPDX-License-Identifier: MIT
TESTS += tests/docs/manuals-test.sh
EXTRA_DIST += tests/docs/manuals-test.sh
