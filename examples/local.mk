# SPDX-License-Identifier: MIT
EXTRA_DIST += examples/demo.sh examples/haproxy/front.sh examples/haproxy/haproxy.cfg examples/nodes.yaml \
	examples/singleton/machine.sh examples/plugin/members.c \
	examples/plugin-cxx/counted.cc examples/plugin-rust/crc.rs examples/proxenos.yaml

# The program of libproxenos(3).
check_PROGRAMS += examples/select
examples_select_SOURCES = examples/select.c
examples_select_LDADD = core/libproxenos.la
