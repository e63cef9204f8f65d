# SPDX-License-Identifier: MIT
lib_LTLIBRARIES += core/libproxenos.la

core_public_headers = core/include/proxenos/follow.h core/include/proxenos/plugin.h core/include/proxenos/proxenos.h
pkginclude_HEADERS = $(core_public_headers)

# Everything of the library, also for unit tests that look inside.
core_sources = \
	core/base/environment.c core/base/environment.h \
	core/base/error.c core/base/error.h \
	core/base/file.c core/base/file.h \
	core/base/interrupt.h \
	core/base/memory.c core/base/memory.h \
	core/base/nearest.c \
	core/base/number.c \
	core/base/parallel.c core/base/parallel.h \
	core/base/sha512.c core/base/sha512.h \
	core/base/text.c core/base/text.h \
	core/base/utf8.c core/base/utf8.h \
	core/cluster/address.c core/cluster/address.h \
	core/cluster/builder.c \
	core/cluster/cluster.c core/cluster/cluster.h \
	core/cluster/compare.c core/cluster/compare.h \
	core/cluster/filter.c core/cluster/filter.h \
	core/cluster/fingerprint.c core/cluster/fingerprint.h \
	core/cluster/identity.c core/cluster/identity.h \
	core/cluster/node.c core/cluster/node.h \
	core/cluster/pattern.c core/cluster/pattern.h \
	core/cluster/public-builder.c \
	core/cluster/subset.c core/cluster/subset.h \
	core/cluster/weight-from.c core/cluster/weight-from.h \
	core/options/schema.c core/options/schema.h \
	core/options/value.c core/options/value.h \
	core/options/values.c core/options/values.h \
	core/modules/context.c core/modules/context.h \
	core/modules/elf-check.c core/modules/elf-check.h \
	core/modules/find.c core/modules/find.h \
	core/modules/host.c core/modules/host.h \
	core/modules/life.c \
	core/modules/list.c \
	core/modules/load.c core/modules/load.h \
	core/modules/module.c core/modules/module.h \
	core/modules/registry.c core/modules/registry.h \
	core/settings/compat.c core/settings/compat.h \
	core/settings/configuration-load.c \
	core/settings/configuration-read.c core/settings/configuration-read.h \
	core/settings/configuration.c core/settings/configuration.h \
	core/settings/follow.c core/settings/follow.h \
	core/settings/plugin.c \
	core/settings/setting.c core/settings/setting.h \
	core/settings/settings.c core/settings/settings.h \
	core/settings/show.c \
	core/settings/spans.c core/settings/spans.h \
	core/settings/yaml-problem.c core/settings/yaml-problem.h \
	core/settings/yaml-tree.c core/settings/yaml-tree.h \
	core/selection/check.c \
	core/selection/domain.c core/selection/domain.h \
	core/selection/from-settings.c core/selection/from-settings.h \
	core/selection/hash.c core/selection/hash.h \
	core/selection/lcg.c core/selection/lcg.h \
	core/selection/parameters.c core/selection/parameters.h \
	core/selection/scheme.c core/selection/scheme.h \
	core/selection/select.c \
	core/selection/selector.c core/selection/selector.h \
	core/selection/shared.c \
	core/selection/slots.c core/selection/slots.h \
	core/selection/spread.c \
	core/selection/top.c core/selection/top.h \
	core/selection/update.c \
	core/selection/weighting.h \
	core/selection/weightings.c core/selection/weightings.h \
	core/selection/hrw/arithmetic.h \
	core/selection/hrw/avx2.c \
	core/selection/hrw/avx512.c \
	core/selection/hrw/dispatch.c \
	core/selection/hrw/heap.c \
	core/selection/hrw/kernels.c core/selection/hrw/kernels.h \
	core/selection/hrw/neon.c \
	core/selection/hrw/nlog2-table.c \
	core/selection/hrw/portable.c \
	core/selection/hrw/sse4.c \
	core/selection/hrw/vector-top.inc.h \
	core/selection/hrw/vector.inc.h \
	core/selection/hrw/weighting.c \
	core/selection/python/avx2.c \
	core/selection/python/avx512.c \
	core/selection/python/batch.c \
	core/selection/python/dispatch.c core/selection/python/dispatch.h \
	core/selection/python/kernel.h \
	core/selection/python/kernels.c core/selection/python/kernels.h \
	core/selection/python/lanes.inc.h \
	core/selection/python/mt19937.c core/selection/python/mt19937.h \
	core/selection/python/neon.c \
	core/selection/python/portable.c \
	core/selection/python/resolve.c core/selection/python/resolve.h \
	core/selection/python/seed.c core/selection/python/seed.h \
	core/selection/python/sse4.c \
	core/selection/python/weighting.c \
	core/discovery/events.c core/discovery/events.h \
	core/discovery/follow.c \
	core/discovery/follower-internal.h \
	core/discovery/follower.c \
	core/discovery/from-settings.c \
	core/discovery/guard.c core/discovery/guard.h \
	core/discovery/mapper.c core/discovery/mapper.h \
	core/discovery/pace.c core/discovery/pace.h \
	core/discovery/snapshot/file.c core/discovery/snapshot/file.h \
	core/discovery/snapshot/format.h \
	core/discovery/snapshot/origin.c core/discovery/snapshot/origin.h \
	core/discovery/snapshot/parse.c \
	core/discovery/snapshot/print.c \
	core/discovery/snapshot/snapshot.c core/discovery/snapshot/snapshot.h \
	core/discovery/update.c \
	core/conformance/backend.c \
	core/conformance/checks.h \
	core/conformance/child.c core/conformance/child.h \
	core/conformance/hash-state.c \
	core/conformance/hash.c \
	core/conformance/inputs.c core/conformance/inputs.h \
	core/conformance/instance.c core/conformance/instance.h \
	core/conformance/module.c \
	core/conformance/process.c core/conformance/process.h \
	core/conformance/source.c \
	core/conformance/subject.c core/conformance/subject.h \
	core/conformance/suite.c

EXTRA_DIST += core/selection/hrw/nlog2-table.py

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
