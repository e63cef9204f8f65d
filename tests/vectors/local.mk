# SPDX-License-Identifier: MIT
dist_noinst_DATA += tests/vectors/hrw.json tests/vectors/python.json
