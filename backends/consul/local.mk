# SPDX-License-Identifier: MIT
if BACKEND_CONSUL
backends_LTLIBRARIES += backends/consul.la
endif
backends_consul_la_SOURCES = \
	backends/consul/address.c \
	backends/consul/answer.c \
	backends/consul/backend.c \
	backends/consul/catalog.c \
	backends/consul/client.c \
	backends/consul/fetch.c \
	backends/consul/instance.c \
	backends/consul/internal.h \
	backends/consul/options.c \
	backends/consul/prune.c \
	backends/consul/request.c \
	backends/consul/secret.c \
	backends/consul/tls.c \
	backends/consul/values.c \
	backends/consul/walk.c \
	backends/consul/watch.c
backends_consul_la_CPPFLAGS = $(backends_cppflags)
backends_consul_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
backends_consul_la_LDFLAGS = $(module_ldflags)
backends_consul_la_LIBADD = backends/lib/libhttp.la $(CURL_LIBS)
