#!/bin/sh
# SPDX-License-Identifier: MIT
# Plugins in other languages: built outside the tree, dropped into a folder, used.
. "${top_srcdir:-.}/tests/tap.sh"

mkdir -p "$tmp/plugins/backends" "$tmp/plugins/hashes"
PROXENOS_PLUGIN_PATH=$tmp/plugins:$PROXENOS_PLUGIN_PATH
export PROXENOS_PLUGIN_PATH
printf '192.0.2.1:80\n192.0.2.2:80\n192.0.2.3:80\n' >"$tmp/nodes"

# The compiler is left as it is: sanitizers of the build are no concern of a plugin.
cxx=$(command -v c++ || command -v g++ || command -v clang++) || cxx=
if [ -n "$cxx" ] && echo 'int main() {}' >"$tmp/probe.cc" && "$cxx" "$tmp/probe.cc" -o "$tmp/probe" 2>/dev/null; then
  ok 'a backend in C++ builds without a warning' "$cxx" -Wall -Wextra -Werror -shared -fPIC \
    -I"$top_srcdir/core/include" "$top_srcdir/examples/plugin-cxx/counted.cc" \
    -o "$tmp/plugins/backends/counted.so" -Wl,-z,defs
  run "$PROXENOS" nodes -b counted -O count=2 -o tsv
  is 'it is found by its name' "$status" 0
  like 'and gives its nodes' "$out" '192\.0\.2\.2:8000'
  ok 'it keeps the contract' "$PROXENOS" plugins test "$tmp/plugins/backends/counted.so"
  fails 'its range is kept' 2 'count.*0\.\.\.254' "$PROXENOS" nodes -b counted -O count=255
else
  skip 'a backend in C++' 'no C++ compiler'
fi

# The distribution's rustc first: nothing but it is needed.
rustc=
for candidate in /usr/bin/rustc "$(command -v rustc)"; do
  [ -n "$rustc" ] || { [ -x "$candidate" ] && rustc=$candidate; }
done
if [ -n "$rustc" ]; then
  ok 'a hash in Rust builds with rustc alone' "$rustc" --crate-type cdylib -O -C panic=abort \
    "$top_srcdir/examples/plugin-rust/crc.rs" -o "$tmp/plugins/hashes/crc.so"
  run "$PROXENOS" select -f "$tmp/nodes" -H crc key
  is 'it is found by its name' "$status" 0
  like 'and chooses a node' "$out" '^192\.0\.2\.[123]:80$'
  run "$PROXENOS" explain -f "$tmp/nodes" -H crc 123456789
  like 'its digest is the published one' "$out" '995dc9bbdf1939fa'
  ok 'it keeps the contract' "$PROXENOS" plugins test "$tmp/plugins/hashes/crc.so"
else
  skip 'a hash in Rust' 'no rustc'
fi
tap_done
