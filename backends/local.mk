# SPDX-License-Identifier: MIT
backends_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/backends

include backends/consul/local.mk
include backends/lib/local.mk
include backends/static-file/local.mk
include backends/zookeeper/local.mk
