#!/bin/sh
# SPDX-License-Identifier: MIT
# `make installcheck`: the example is built outside the tree against what is
# installed, with the one line of its own comment, dropped into a folder and used
# by its name.  The Makefile says where things are, DESTDIR before each.
. "$top_srcdir/tests/tap.sh"
: "${DESTDIR:=}" "${CC:=cc}" "${PKG_CONFIG:=pkg-config}"
: "${bindir:?}" "${libdir:?}" "${pkgconfigdir:?}" "${plugindir:?}"
umask 022
PKG_CONFIG_PATH=$DESTDIR$pkgconfigdir
LD_LIBRARY_PATH=$DESTDIR$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH LD_LIBRARY_PATH
if [ -n "$DESTDIR" ]; then
  PKG_CONFIG_SYSROOT_DIR=$DESTDIR
  export PKG_CONFIG_SYSROOT_DIR
fi
proxenos=$DESTDIR$bindir/proxenos
hashes=$DESTDIR$plugindir
acme=$tmp/acme
mkdir -p "$tmp/elsewhere" "$acme/backends"
cp "$top_srcdir/examples/plugin/members.c" "$tmp/elsewhere/"
cd "$tmp/elsewhere" || exit 1

ok 'pkg-config knows what plugins need' "$PKG_CONFIG" --exists proxenos-plugin
where=$("$PKG_CONFIG" --variable=plugindir proxenos-plugin)
is 'and where they go' "${where#"$DESTDIR"}" "$plugindir" # some put the system root before it

# The line as the reader sees it, with the compiler of this build for `cc`.
# shellcheck disable=SC2016
line=$(sed -n 's/^ \*  *cc /$CC /p' members.c)
like 'the example says how it is built' "$line" '^.CC -shared -fPIC .*-Wl,-z,defs$'
ok 'it builds with that line' eval "$line"
cp members.so "$acme/backends/" || exit 1

PROXENOS_PLUGIN_PATH=$acme:$hashes
export PROXENOS_PLUGIN_PATH
run "$proxenos" nodes -b members -O host=10.0.0.2 -O host=10.0.0.1 -p 8000
like 'it is used by its name' "$out" '10\.0\.0\.1:8000'
like 'with all its nodes' "$out" '10\.0\.0\.2:8000'
run "$proxenos" select -b members -O host=10.0.0.1 -p 8000 key
is 'a node is selected from it' "$out" 10.0.0.1:8000
fails 'a required option is asked for' 66 "host" "$proxenos" select -b members key
fails 'a bad address is told' 69 "^(proxenos: )?backend 'members': .*010\.0\.0\.1" \
  "$proxenos" select -b members -O host=010.0.0.1 key
run "$proxenos" plugins show members
like 'it is shown with its options' "$out" 'the port of every member'

unset PROXENOS_PLUGIN_PATH
cat >proxenos.yaml <<YAML
plugin-path: [$acme, $hashes]
default-cluster: ours
clusters:
  ours:
    backend: members
    members: {host: [10.0.0.7], port: 7}
YAML
run "$proxenos" select -c proxenos.yaml key
is 'the plugin-path of a configuration brings it too' "$out" 10.0.0.7:7
fails 'without either it is unknown' 67 "there is no backend 'members'" "$proxenos" select -b members key
tap_done
