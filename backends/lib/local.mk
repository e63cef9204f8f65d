# SPDX-License-Identifier: MIT
# The readers of node lists, for every backend that hands over such text.
noinst_LTLIBRARIES += backends/lib/libnodes.la
backends_lib_libnodes_la_SOURCES = \
	backends/lib/nodes/element.c \
	backends/lib/nodes/internal.h \
	backends/lib/nodes/json.c \
	backends/lib/nodes/lines.c \
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
