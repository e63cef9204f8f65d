# SPDX-License-Identifier: MIT
dist_noinst_SCRIPTS += tests/house/house-test.py
TESTS += tests/house/house-test.py
