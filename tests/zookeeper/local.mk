# SPDX-License-Identifier: MIT
zookeeper_tests = \
	tests/zookeeper/faults-test.py \
	tests/zookeeper/read-test.py \
	tests/zookeeper/watch-test.py

dist_noinst_DATA += tests/zookeeper/client.py tests/zookeeper/support.py
EXTRA_DIST += $(zookeeper_tests)

if BACKEND_ZOOKEEPER
TESTS += $(zookeeper_tests)
endif
