#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg-config of the build tree: programs and plugins are built against it before
# anything is installed.
. "${top_srcdir:-.}/tests/tap.sh"
: "${CC:=cc}"
umask 022
command -v pkg-config >/dev/null || skip_all 'no pkg-config here'
PKG_CONFIG_PATH=$top_builddir/core
export PKG_CONFIG_PATH
is 'the version is that of the program' "proxenos $(pkg-config --modversion proxenos)" "$("$PROXENOS" --version)"
is 'plugins lie in the stage' "$(pkg-config --variable=hashdir proxenos-plugin)" "$top_builddir/stage/hashes"
is 'the ABI is told' "$(pkg-config --variable=abi proxenos-plugin)" \
  "$(sed -n 's/^#define PROXENOS_ABI_MAJOR //p' "$top_srcdir/core/include/proxenos/plugin.h")"

mkdir -p "$tmp/backends"
# shellcheck disable=SC2046,SC2086
ok 'a plugin is built with it' $CC -shared -fPIC $(pkg-config --cflags proxenos-plugin) \
  "$top_srcdir/examples/plugin/members.c" -o "$tmp/backends/members.so" -Wl,-z,defs
is 'and used' "$(PROXENOS_PLUGIN_PATH=$tmp:$PROXENOS_PLUGIN_PATH "$PROXENOS" select -b members -O host=192.0.2.9 -p 9 k)" \
  192.0.2.9:9

if [ ! -f "$top_builddir/core/.libs/libproxenos.so" ]; then
  skip 'a program is built with it' 'no shared library was built'
elif [ -n "${PROXENOS_SANITIZED-}" ]; then
  skip 'a program is built with it' 'the library wants the sanitizers that the program lacks'
else
  # shellcheck disable=SC2046,SC2086
  ok 'a program is built with it' $CC "$top_srcdir/examples/select.c" -o "$tmp/select" \
    $(pkg-config --cflags --libs proxenos)
  run "$tmp/select" alice
  like 'and finds its library' "$status$err $out" '^0 alice	'
fi
tap_done
