# SPDX-License-Identifier: MIT
lib_LTLIBRARIES += core/libproxenos.la

core_public_headers = core/include/proxenos/plugin.h core/include/proxenos/proxenos.h
pkginclude_HEADERS = $(core_public_headers)

# Everything of the library, also for unit tests that look inside.
core_sources = \
	core/address.c core/address.h \
	core/builder-public.c \
	core/builder.c \
	core/cluster.c core/cluster.h \
	core/compat.c core/compat.h \
	core/configuration-read.c core/configuration.c core/configuration.h \
	core/conformance-backend.c \
	core/conformance-child.c \
	core/conformance-hash-state.c \
	core/conformance-hash.c \
	core/conformance-instance.c \
	core/conformance-module.c \
	core/conformance-source.c \
	core/conformance.c core/conformance.h \
	core/context.c core/context.h \
	core/elf-check.c core/elf-check.h \
	core/error.c core/error.h \
	core/file.c core/file.h \
	core/filter.c core/filter.h \
	core/fingerprint.c core/fingerprint.h \
	core/hash.c core/hash.h \
	core/host.c core/host.h \
	core/hrw-arithmetic.h \
	core/hrw-avx2.c \
	core/hrw-avx512.c \
	core/hrw-dispatch.c \
	core/hrw-heap.c \
	core/hrw-neon.c \
	core/hrw-portable.c \
	core/hrw-sse4.c \
	core/hrw-vector-top.inc.h \
	core/hrw-vector.inc.h \
	core/hrw.c core/hrw.h \
	core/lcg.h \
	core/load.c core/load.h \
	core/mapper-settings.c \
	core/mapper.c core/mapper.h \
	core/memory.c core/memory.h \
	core/module.c core/module.h \
	core/modules.c core/modules.h \
	core/mt19937.c core/mt19937.h \
	core/nlog2-table.c \
	core/node.c core/node.h \
	core/option-value.c core/option-value.h \
	core/options-schema.c core/options.c core/options.h \
	core/parallel.c core/parallel.h \
	core/plugins.c \
	core/python-avx2.c \
	core/python-avx512.c \
	core/python-dispatch.c \
	core/python-kernel.c core/python-kernel.h \
	core/python-lanes.inc.h \
	core/python-neon.c \
	core/python-portable.c \
	core/python-resolve.c core/python-resolve.h \
	core/python-seed.c core/python-seed.h \
	core/python-sse4.c \
	core/registry.c core/registry.h \
	core/select.c \
	core/selector-settings.c \
	core/selector-update.c \
	core/selector.c core/selector.h \
	core/setting.c core/setting.h \
	core/settings-check.c core/settings-plugin.c core/settings-show.c core/settings.c core/settings.h \
	core/sha512.c core/sha512.h \
	core/shared-selector.c \
	core/slots.c core/slots.h \
	core/spread.c \
	core/text-nearest.c core/text-number.c core/text.c core/text.h \
	core/top.c core/top.h \
	core/weight-from.c core/weight-from.h \
	core/weighting-hrw.c \
	core/weighting-lcg.c \
	core/weighting-python.c \
	core/weighting.c core/weighting.h \
	core/yaml-problem.c core/yaml-problem.h core/yaml-tree.c core/yaml-tree.h

EXTRA_DIST += core/nlog2-table.py

core_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/core \
	-DPROXENOS_PLUGINDIR='"$(plugindir)"' -DPROXENOS_SYSCONFDIR='"$(sysconfdir)"'
core_cflags = $(AM_CFLAGS) $(YAML_CFLAGS) $(PCRE2_CFLAGS)
core_libs = $(LTDL_LIBS) $(YAML_LIBS) $(PCRE2_LIBS)

# The objects, once; the library exports what proxenos.h declares, unit tests
# (tests/unit) link the archive and see everything.
noinst_LTLIBRARIES += core/libcore.la
core_libcore_la_SOURCES = $(core_sources)
core_libcore_la_CPPFLAGS = $(core_cppflags)
core_libcore_la_CFLAGS = $(core_cflags)
core_libcore_la_LIBADD = $(core_libs)

core_libproxenos_la_SOURCES =
core_libproxenos_la_LIBADD = core/libcore.la
# current:revision:age, see HACKING.md, Release.
core_libproxenos_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined

pkgconfig_DATA += core/proxenos.pc core/proxenos-plugin.pc
