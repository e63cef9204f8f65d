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
.PHONY: bench
CLEANFILES += bench/results.json
