#!/bin/sh
# SPDX-License-Identifier: MIT
# Plugins compiled against the header as it was at ABI 1.0 load and work.
. "${top_srcdir:-.}/tests/tap.sh"

mkdir -p "$tmp/include/proxenos" "$tmp/plugins/backends" "$tmp/plugins/hashes"
cp "$top_srcdir/tests/abi/plugin-1.0.h" "$tmp/include/proxenos/plugin.h"
# build KIND FOLDER
build() {
  # shellcheck disable=SC2086
  ${CC:-cc} -shared -fPIC -I"$tmp/include" "$top_srcdir/tests/abi/$1.c" -o "$tmp/plugins/$2/abi-$1.so" -Wl,-z,defs
}
ok 'a backend builds against the header of 1.0' build backend backends
ok 'a hash builds against the header of 1.0' build hash hashes
PROXENOS_PLUGIN_PATH=$tmp/plugins:$PROXENOS_PLUGIN_PATH
export PROXENOS_PLUGIN_PATH

run "$PROXENOS" nodes -b abi-backend -o tsv
is 'its nodes are read' "$status" 0
like 'with port, weight, zone and tags' "$out" '192\.0\.2\.1:81.*3.*z1'
run "$PROXENOS" select -b abi-backend -O host=10.9.8.7 -O ports=99 -O count=1 key
is 'its options count' "$out" 10.9.8.7:99
fails 'its strict nodes are refused with their place' 69 'abi-backend: .*70000' \
  "$PROXENOS" select -b abi-backend -O ports=70000 -O strict=yes key
fails 'its ranges are kept' 2 'count' "$PROXENOS" select -b abi-backend -O count=3 key
run "$PROXENOS" select -b abi-backend -H FNV key
is 'its hash answers to an alias in any case' "$status" 0
like 'and chooses one of the nodes' "$out" '^192\.0\.2\.1:8[01]$'
run "$PROXENOS" select -b abi-backend -H abi-hash -w python key
is 'its digest serves the python weighting' "$status" 0
for plugin in backends/abi-backend hashes/abi-hash; do
  ok "$plugin keeps the contract as it is now" "$PROXENOS" plugins test "$tmp/plugins/$plugin.so"
done
tap_done
