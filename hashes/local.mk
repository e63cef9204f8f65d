# SPDX-License-Identifier: MIT
if HASH_SIPHASH
hashes_LTLIBRARIES += hashes/siphash.la
endif
hashes_siphash_la_SOURCES = hashes/siphash.c
hashes_siphash_la_LDFLAGS = $(module_ldflags)
