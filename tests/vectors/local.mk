# SPDX-License-Identifier: MIT
dist_noinst_DATA += tests/vectors/hrw.json
