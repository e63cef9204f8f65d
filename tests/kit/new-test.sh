#!/bin/sh
# SPDX-License-Identifier: MIT
# `proxenos plugins new`: a project of either kind that builds, passes its own test
# and works by its name.
. "${top_srcdir:-.}/tests/tap.sh"
: "${CC:=cc}" "${MAKE:=make}"
umask 022
command -v pkg-config >/dev/null || skip_all 'no pkg-config here'
PKG_CONFIG_PATH=$top_builddir/core
export PKG_CONFIG_PATH PROXENOS
cd "$tmp" || exit 99
# What make was called with is no business of another project's make.
unset MAKEFLAGS MFLAGS MAKELEVEL

for kind in backend hash; do
  run "$PROXENOS" plugins new "my-$kind" --kind $kind
  is "$kind: it is made" "$status$err" 0
  is "$kind: the answer says what comes next" "$out" "the $kind is in my-$kind; next: make -C my-$kind check"
  is "$kind: it has a source, a Makefile, a README and a test" "$(cd "my-$kind" && echo *)" \
    "Makefile README.md my-$kind.c test.sh"
  is "$kind: no placeholder is left" "$(grep -n '@[A-Z]*@' "my-$kind"/*)" ''
  ok "$kind: the source has fewer than 60 lines" [ "$(wc -l <"my-$kind/my-$kind.c")" -lt 60 ]
  ok "$kind: it builds without a warning" $MAKE -C "my-$kind" CC="$CC" CFLAGS='-O2 -Wall -Wextra -Wshadow -Wconversion -Werror'
  run $MAKE -s -C "my-$kind" check
  is "$kind: its test passes" "$status" 0
  like "$kind: it keeps the contract" "$out" '^# [0-9]+ hold, 0 broken, '
  ok "$kind: it installs" $MAKE -s -C "my-$kind" install DESTDIR="$tmp/root"
  ok "$kind: into pkg-config's folder" \
    [ -f "$tmp/root$(pkg-config --variable=${kind}dir proxenos-plugin)/my-$kind.so" ]
  ok "$kind: and cleans up" $MAKE -s -C "my-$kind" clean
  ok "$kind: what it built is gone" [ ! -e "my-$kind/my-$kind.so" ]
done
like 'the backend gives its nodes' "$(cd my-backend && $MAKE -s check 2>&1)" '^192\.0\.2\.2:80'
like 'the hash chooses a node' "$(cd my-hash && $MAKE -s check 2>&1)" '^192\.0\.2\.[123]:80$'
for kind in backend hash; do
  run "$PROXENOS" plugins test "my-$kind/my-$kind.so" -o json
  is "$kind: json tells the same" "$(printf '%s' "$out" | "$PYTHON3" -c '
import json, sys
print(sorted({finding["verdict"] for finding in json.load(sys.stdin)["findings"]}))')" "['holds', 'not tried']"
done

mkdir elsewhere
run "$PROXENOS" plugins new other --kind hash --folder elsewhere
is '--folder is where it is made' "$status $(ls elsewhere/other/other.c)" '0 elsewhere/other/other.c'
fails 'a folder that exists is left alone' 2 '^proxenos: my-hash exists already; nothing was written$' \
  "$PROXENOS" plugins new my-hash --kind hash
for name in '' .hidden ../up 3fish Mine 'my plugin' "a\$b" aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
  fails "'$name' is no name" 2 'is no name for a plugin' "$PROXENOS" plugins new --kind backend -- "$name"
done
fails 'the kind must be said' 2 'plugins new needs --kind backend or --kind hash' "$PROXENOS" plugins new mine
fails 'there are two kinds' 2 "--kind knows backend and hash, not 'verb'" "$PROXENOS" plugins new mine --kind verb
fails 'the name must be said' 2 'plugins new needs a NAME' "$PROXENOS" plugins new --kind hash
fails 'a folder that is not there is told' 71 "nowhere/mine cannot be made: $(words_of ENOENT)" \
  "$PROXENOS" plugins new mine --kind hash --folder nowhere
fails 'its options are its own' 2 '--kind does not go with plugins list' "$PROXENOS" plugins --kind hash
is 'nothing else was made' "$(ls)" 'elsewhere
my-backend
my-hash
root'
tap_done
