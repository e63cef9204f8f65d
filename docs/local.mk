# SPDX-License-Identifier: MIT
dist_man_MANS += docs/libproxenos.3
dist_man_MANS += docs/proxenos-digest.7
dist_man_MANS += docs/proxenos-murmur3.7
dist_man_MANS += docs/proxenos-plugin.3
dist_man_MANS += docs/proxenos-siphash.7
dist_man_MANS += docs/proxenos-static-file.7
dist_man_MANS += docs/proxenos-xxhash.7
