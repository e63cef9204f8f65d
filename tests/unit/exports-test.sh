#!/bin/sh
# SPDX-License-Identifier: MIT
# What libproxenos shows to the world is what proxenos.h declares.
. "$top_srcdir/tests/tap.sh"
library=$top_builddir/core/.libs/libproxenos.so
headers="$top_srcdir/core/include/proxenos/proxenos.h $top_srcdir/core/include/proxenos/follow.h"
[ -f "$library" ] || skip_all 'no shared library was built'
command -v "${NM:=nm}" >/dev/null || skip_all "no $NM here"

# Names with a leading underscore are the toolchain's (_init, __asan_...).
"$NM" -D --defined-only "$library" | sed 's/.* //; s/@.*//' | grep -v '^_' | sort >"$tmp/exported"
"$NM" -D --undefined-only "$library" | sed 's/.* //; s/@.*//' | grep -E '^(px|proxenos)_' >"$tmp/missing"
sed -n 's/^PROXENOS_API .*[ *]\(proxenos_[a-z0-9_]*\)(.*/\1/p' $headers | sort >"$tmp/declared"

ok 'the header declares what this test looks for' grep -qx proxenos_select "$tmp/declared"
is 'every exported name begins with proxenos_' "$(grep -v '^proxenos_' "$tmp/exported")" ''
is 'what is exported is declared' "$(comm -23 "$tmp/exported" "$tmp/declared")" ''
is 'what is declared is exported' "$(comm -13 "$tmp/exported" "$tmp/declared")" ''
is 'nothing of our own is missing' "$(cat "$tmp/missing")" ''
is 'every declaration was found' "$(cat $headers | grep -c '^PROXENOS_API')" "$(wc -l <"$tmp/declared" | tr -d ' ')"
tap_done
