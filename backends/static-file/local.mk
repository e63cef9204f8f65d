# SPDX-License-Identifier: MIT
if BACKEND_STATIC_FILE
backends_LTLIBRARIES += backends/static-file.la
endif
static_file_sources = \
	backends/static-file/backend.c \
	backends/static-file/internal.h \
	backends/static-file/read.c \
	backends/static-file/watch.c
backends_static_file_la_SOURCES = $(static_file_sources)
backends_static_file_la_CPPFLAGS = $(backends_cppflags)
backends_static_file_la_LDFLAGS = $(module_ldflags)
backends_static_file_la_LIBADD = backends/lib/libnodes.la
