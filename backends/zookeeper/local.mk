# SPDX-License-Identifier: MIT
if BACKEND_ZOOKEEPER
backends_LTLIBRARIES += backends/zookeeper.la
endif
backends_zookeeper_la_SOURCES = \
	backends/zookeeper/backend.c \
	backends/zookeeper/forms.c \
	backends/zookeeper/internal.h \
	backends/zookeeper/lookup.c \
	backends/zookeeper/options.c \
	backends/zookeeper/read.c \
	backends/zookeeper/servers.c \
	backends/zookeeper/session.c \
	backends/zookeeper/value.c \
	backends/zookeeper/wait.c
backends_zookeeper_la_CPPFLAGS = $(backends_cppflags)
backends_zookeeper_la_CFLAGS = $(AM_CFLAGS) $(ZOOKEEPER_CFLAGS)
backends_zookeeper_la_LDFLAGS = $(module_ldflags)
backends_zookeeper_la_LIBADD = backends/lib/libnodes.la backends/lib/libtext.la $(ZOOKEEPER_LIBS)
