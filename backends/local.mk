# SPDX-License-Identifier: MIT
if BACKEND_CONSUL
backends_LTLIBRARIES += backends/consul.la
endif
backends_consul_la_SOURCES = \
	backends/buffer.c backends/buffer.h \
	backends/consul-address.c \
	backends/consul-answer.c \
	backends/consul-catalog.c \
	backends/consul-fetch.c \
	backends/consul-instance.c \
	backends/consul-prune.c \
	backends/consul-request.c \
	backends/consul-secret.c \
	backends/consul-walk.c \
	backends/consul.c backends/consul.h \
	backends/http-failure.c \
	backends/http-internal.h \
	backends/http-transfer.c \
	backends/http.c backends/http.h
backends_consul_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
backends_consul_la_LDFLAGS = $(module_ldflags)
backends_consul_la_LIBADD = $(CURL_LIBS)

if BACKEND_STATIC_FILE
backends_LTLIBRARIES += backends/static-file.la
endif
static_file_sources = \
	backends/static-file-json.c \
	backends/static-file-lines.c \
	backends/static-file-node.c \
	backends/static-file-nodes.c \
	backends/static-file-read.c \
	backends/static-file-tree.c \
	backends/static-file-yaml.c \
	backends/static-file.c backends/static-file.h
backends_static_file_la_SOURCES = $(static_file_sources)
backends_static_file_la_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
backends_static_file_la_LDFLAGS = $(module_ldflags)
backends_static_file_la_LIBADD = $(YAML_LIBS)
