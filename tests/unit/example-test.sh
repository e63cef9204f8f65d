#!/bin/sh
# SPDX-License-Identifier: MIT
# The example of libproxenos(3) is examples/select.c, builds and says what the
# program says; the manual knows every function of the header.
. "$top_srcdir/tests/tap.sh"
manual=$top_srcdir/docs/libproxenos.3
header=$top_srcdir/core/include/proxenos/proxenos.h

sed -n '/^\.\\" The same as examples\/select.c/,/^\.Ed/{/^\./!s/\\e/\\/g; /^\./!p;}' "$manual" >"$tmp/shown.c"
sed 1d "$top_srcdir/examples/select.c" >"$tmp/wanted.c"
ok 'the manual shows examples/select.c' diff "$tmp/wanted.c" "$tmp/shown.c"

sed -n 's/^PROXENOS_API .*[ *]\(proxenos_[a-z0-9_]*\)(.*/\1/p' "$header" | sort >"$tmp/declared"
sed -n 's/^\.F[no] \(proxenos_[a-z0-9_]*\).*/\1/p' "$manual" | sort -u >"$tmp/documented"
ok 'the manual knows every function' diff "$tmp/declared" "$tmp/documented"

run "$top_builddir/examples/select" alice bob '' carol dave
is 'it ends well' "$status" 0
is 'it says nothing on stderr' "$err" ''
example=$out
if [ -x "$PROXENOS" ]; then
  printf '%s\n' 10.0.0.1:8000 10.0.0.2:8000 '[2001:db8::3]:8000' >"$tmp/nodes"
  program=$(for key in alice bob '' carol dave; do
    printf '%s\t%s\n' "$key" "$("$PROXENOS" select -b static-file -f "$tmp/nodes" -O format=lines "$key")"
  done)
  is 'it says what the program says' "$example" "$program"
else
  skip 'it says what the program says' 'no program was built'
fi

tap_done
