# SPDX-License-Identifier: MIT
# The readers of node lists, for every backend that hands over such text.
noinst_LTLIBRARIES += backends/lib/libnodes.la
backends_lib_libnodes_la_SOURCES = \
	backends/lib/nodes/element.c \
	backends/lib/nodes/internal.h \
	backends/lib/nodes/json.c \
	backends/lib/nodes/lines.c \
	backends/lib/nodes/looks.c \
	backends/lib/nodes/node.c \
	backends/lib/nodes/read.c \
	backends/lib/nodes/read.h \
	backends/lib/nodes/source.c \
	backends/lib/nodes/source.h \
	backends/lib/nodes/tree.c \
	backends/lib/nodes/yaml.c
backends_lib_libnodes_la_CPPFLAGS = $(backends_cppflags)
backends_lib_libnodes_la_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
backends_lib_libnodes_la_LIBADD = $(YAML_LIBS)

# Text and secrets.
noinst_LTLIBRARIES += backends/lib/libtext.la
backends_lib_libtext_la_SOURCES = \
	backends/lib/buffer.c backends/lib/buffer.h \
	backends/lib/secret.c backends/lib/secret.h
backends_lib_libtext_la_CPPFLAGS = $(backends_cppflags)

# HTTP, for every backend that speaks it.
if HAVE_HTTP
noinst_LTLIBRARIES += backends/lib/libhttp.la
endif
backends_lib_libhttp_la_SOURCES = \
	backends/lib/http-client.c \
	backends/lib/http-failure.c \
	backends/lib/http-internal.h \
	backends/lib/http-tls.c \
	backends/lib/http-transfer.c \
	backends/lib/http.h
backends_lib_libhttp_la_CPPFLAGS = $(backends_cppflags)
backends_lib_libhttp_la_CFLAGS = $(AM_CFLAGS) $(HTTP_CFLAGS)
backends_lib_libhttp_la_LIBADD = backends/lib/libtext.la
