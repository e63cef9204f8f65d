# SPDX-License-Identifier: MIT
if HASH_DIGEST
hashes_LTLIBRARIES += hashes/digest.la
endif
hashes_digest_la_SOURCES = hashes/digest.c
hashes_digest_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
hashes_digest_la_LDFLAGS = $(module_ldflags)
hashes_digest_la_LIBADD = $(CRYPTO_LIBS)

if HASH_MURMUR3
hashes_LTLIBRARIES += hashes/murmur3.la
endif
hashes_murmur3_la_SOURCES = hashes/murmur3.c
hashes_murmur3_la_LDFLAGS = $(module_ldflags)

if HASH_SIPHASH
hashes_LTLIBRARIES += hashes/siphash.la
endif
hashes_siphash_la_SOURCES = hashes/siphash-function.h hashes/siphash-lanes.h hashes/siphash.c
hashes_siphash_la_LDFLAGS = $(module_ldflags)

if HASH_XXHASH
hashes_LTLIBRARIES += hashes/xxhash.la
endif
hashes_xxhash_la_SOURCES = hashes/xxhash.c
hashes_xxhash_la_CFLAGS = $(AM_CFLAGS) $(XXHASH_CFLAGS)
hashes_xxhash_la_LDFLAGS = $(module_ldflags)
hashes_xxhash_la_LIBADD = $(XXHASH_LIBS)
