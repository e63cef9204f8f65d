# SPDX-License-Identifier: MIT
EXTRA_PROGRAMS += bench/python-weights
bench_python_weights_SOURCES = bench/python-weights.c
bench_python_weights_CPPFLAGS = $(core_cppflags)
bench_python_weights_LDADD = core/libcore.la
