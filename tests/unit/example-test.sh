#!/bin/sh
# SPDX-License-Identifier: MIT
# The example of libproxenos(3) is examples/select.c, builds and says what the
# program says; the manual knows every function of the header.
. "$top_srcdir/tests/tap.sh"
manual=$top_srcdir/docs/libproxenos.3
headers="$top_srcdir/core/include/proxenos/proxenos.h $top_srcdir/core/include/proxenos/follow.h"

sed -n '/^\.\\" The same as examples\/select.c/,/^\.Ed/{/^\./!s/\\e/\\/g; /^\./!p;}' "$manual" >"$tmp/shown.c"
sed 1d "$top_srcdir/examples/select.c" >"$tmp/wanted.c"
ok 'the manual shows examples/select.c' diff "$tmp/wanted.c" "$tmp/shown.c"

sed -n 's/^PROXENOS_API .*[ *]\(proxenos_[a-z0-9_]*\)(.*/\1/p' $headers | sort >"$tmp/declared"
sed -n 's/^\.F[no] \(proxenos_[a-z0-9_]*\).*/\1/p' "$manual" | sort -u >"$tmp/documented"
ok 'the manual knows every function' diff "$tmp/declared" "$tmp/documented"

if [ -f "$top_builddir/stage/hashes/siphash.so" ]; then
  run "$top_builddir/examples/select" alice bob carol dave ''
  # As tests/scheme.py has it.
  is 'every key goes where the scheme says' "$out" "$(printf '%s\t%s\n' alice '[2001:db8::3]:8000' \
    bob 10.0.0.1:8000 carol 10.0.0.2:8000 dave '[2001:db8::3]:8000' '' '[2001:db8::3]:8000')"
  is 'it ends well' "$status" 0
  is 'it says nothing on stderr' "$err" ''
else
  skip 'every key goes where the scheme says' 'siphash was not built'
fi
tap_done
