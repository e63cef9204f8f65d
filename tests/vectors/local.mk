# SPDX-License-Identifier: MIT
vectors = \
	tests/vectors/hashes.json \
	tests/vectors/hrw.json \
	tests/vectors/lcg.json \
	tests/vectors/python.json \
	tests/vectors/scheme.json

dist_noinst_DATA += $(vectors) tests/vectors/README.md
dist_noinst_SCRIPTS += tests/vectors/generate.py
TESTS += tests/vectors/generate.py
