# SPDX-License-Identifier: MIT
consul_tests = \
	tests/consul/answers-test.py \
	tests/consul/catalog-test.py \
	tests/consul/cluster-test.py \
	tests/consul/consul-test.py \
	tests/consul/faults-test.py \
	tests/consul/handshake-test.py \
	tests/consul/mapper-test.py \
	tests/consul/secrets-test.py \
	tests/consul/snapshot-test.py \
	tests/consul/watch-test.py

dist_noinst_DATA += tests/consul/stub.py tests/consul/support.py
EXTRA_DIST += $(consul_tests)

if BACKEND_CONSUL
TESTS += $(consul_tests)
check_PROGRAMS += tests/consul/mapper
tests_consul_mapper_LDADD = core/libproxenos.la
endif
