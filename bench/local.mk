# SPDX-License-Identifier: MIT
EXTRA_PROGRAMS += bench/python-weights
bench_python_weights_SOURCES = bench/python-weights.c
bench_python_weights_CPPFLAGS = $(core_cppflags)
bench_python_weights_LDADD = core/libcore.la

# One selection beside its peers; libmemcached is one of them where it is installed.
EXTRA_PROGRAMS += bench/select
bench_select_SOURCES = bench/harness.c bench/harness.h bench/peers.c bench/peers.h bench/select.c
bench_select_CPPFLAGS = $(AM_CPPFLAGS) $(MEMCACHED_CPPFLAGS)
bench_select_CFLAGS = $(AM_CFLAGS) $(MEMCACHED_CFLAGS) $(XXHASH_CFLAGS)
bench_select_LDADD = core/libproxenos.la $(MEMCACHED_LIBS) $(XXHASH_LIBS)

EXTRA_DIST += bench/peer-hashring.cjs bench/peer-uhashring.py bench/run.py

# make bench: the tables to read, and as JSON in bench/results.json.
bench: all bench/select$(EXEEXT) bench/python-weights$(EXEEXT)
	$(PYTHON3) $(srcdir)/bench/run.py .
	@$(MAKE) $(AM_MAKEFLAGS) --no-print-directory cold-start
.PHONY: bench
CLEANFILES += bench/results.json

# A cold `proxenos select` beside a program that does nothing; libtool finds the
# real program behind its wrapper.
EXTRA_PROGRAMS += bench/cold-start bench/empty
bench_cold_start_SOURCES = bench/cold-start.c bench/harness.c bench/harness.h
bench_empty_SOURCES = bench/empty.c
cold-start: all bench/cold-start$(EXEEXT) bench/empty$(EXEEXT)
	@XDG_CONFIG_HOME=$(abs_builddir)/no-config PROXENOS_PLUGIN_PATH=$(abs_builddir)/stage \
	  $(LIBTOOL) --silent --mode=execute bench/cold-start --json bench/cold-start.json \
	  bench/empty$(EXEEXT) ./proxenos$(EXEEXT) select -f $(srcdir)/examples/nodes.yaml github.com
.PHONY: cold-start
CLEANFILES += bench/cold-start.json

# The whole catalog of a real Consul beside one request after another.
EXTRA_DIST += bench/consul-catalog.py
EXTRA_PROGRAMS += bench/consul-catalog bench/delay-proxy
bench_consul_catalog_SOURCES = bench/consul-catalog.c bench/harness.c bench/harness.h
bench_consul_catalog_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
bench_consul_catalog_LDADD = core/libproxenos.la $(CURL_LIBS)
bench_delay_proxy_SOURCES = bench/delay-proxy.c
consul-catalog: all bench/consul-catalog$(EXEEXT) bench/delay-proxy$(EXEEXT)
	$(PYTHON3) $(srcdir)/bench/consul-catalog.py .
.PHONY: consul-catalog
CLEANFILES += bench/consul-catalog.json bench/consul-catalog-delayed.json

# From a change in a real Consul to a line, beside `consul watch`.
EXTRA_DIST += bench/watch-latency.py
watch-latency: all
	@$(MKDIR_P) bench && $(PYTHON3) $(srcdir)/bench/watch-latency.py .
.PHONY: watch-latency
CLEANFILES += bench/watch-latency.json
