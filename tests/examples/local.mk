# SPDX-License-Identifier: MIT
example_tests = \
	tests/examples/haproxy-test.py \
	tests/examples/singleton-test.py
EXTRA_DIST += $(example_tests)

if BACKEND_CONSUL
TESTS += $(example_tests)
endif
