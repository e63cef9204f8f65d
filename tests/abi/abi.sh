#!/bin/sh
# SPDX-License-Identifier: MIT
# abi.sh check LIBRARY      compares libproxenos and the structs of plugin.h with the baselines
# abi.sh baseline LIBRARY   renews them: until release 1.0, in a commit that says why
# LIBRARY is libproxenos.so, built with -g.  abidw and abidiff are those of libabigail.
set -eu
: "${top_srcdir:=.}" "${CC:=cc}" "${ABI_INCLUDE:=$top_srcdir/core/include}" "${ABI_BASELINES:=$top_srcdir/tests/abi}"
action=$1 library=$2
machine=x86_64 # the baselines are of this one; sizes differ elsewhere

for tool in abidw abidiff; do
  command -v $tool >/dev/null || { echo "SKIP: the ABI is not compared: $tool (libabigail) is missing"; exit 0; }
done
[ "$(uname -m)" = $machine ] || { echo "SKIP: the ABI is not compared: the baselines are of $machine"; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/proxenos-abi.XXXXXX")
trap 'rm -rf "$work"' EXIT

# describe BINARY FILE: what its public headers promise, without a trace of where it was built.
describe() {
  abidw --headers-dir "$ABI_INCLUDE" --drop-private-types --exported-interfaces-only --drop-undefined-syms \
    --no-show-locs --no-comp-dir-path --no-corpus-path --no-elf-needed --no-parameter-names --type-id-style hash \
    --out-file "$work/abi" "$1"
  grep -q '<function-decl' "$work/abi" || { echo "$1 has no debug information: build with -g" >&2; exit 1; }
  sed "s|path='[^']*/\([^/']*/[^/']*'\)|path='\1|" "$work/abi" >"$2"
}

# --harmless: libabigail 3.0 takes a change of sign for harmless.
# compare NAME GROWN CHANGED: tells how it differs from its baseline, and what to bump.
compare() {
  if abidiff --leaf-changes-only --harmless "$ABI_BASELINES/$1.abi" "$work/$1.abi" >"$work/diff"; then
    echo "$1: as in its baseline"
    return
  fi
  cat "$work/diff"
  if awk -f "$top_srcdir/tests/abi/growth.awk" "$work/diff"; then
    echo "$1: has grown, and breaks nobody: $2; then 'make abi-baseline', in a commit that says why"
  else
    echo "$1: is NOT COMPATIBLE with its baseline: $3, or take the change back"
    return 1
  fi
}

# shellcheck disable=SC2086
$CC -g -shared -fPIC -I"$ABI_INCLUDE" "$top_srcdir/tests/abi/structs.c" -o "$work/structs.so"
describe "$work/structs.so" "$work/plugin.abi"
describe "$library" "$work/libproxenos.abi"
case $action in
  baseline) cp "$work/plugin.abi" "$work/libproxenos.abi" "$ABI_BASELINES/" ;;
  check)
    code=0
    compare plugin 'PROXENOS_ABI_MINOR + 1' \
      'PROXENOS_ABI_MAJOR + 1, which is a new plugin folder' || code=1
    compare libproxenos 'version-info in core/local.mk: current + 1, revision 0, age + 1' \
      'version-info in core/local.mk: current + 1, revision 0, age 0, which is a new soname' || code=1
    exit $code ;;
  *) echo "usage: abi.sh check|baseline LIBRARY" >&2; exit 2 ;;
esac
