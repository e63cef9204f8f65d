#!/bin/sh
# SPDX-License-Identifier: MIT
# The ABI guard itself: it sees what breaks plugins and programs, lets pass what does
# not, and says what to bump.  And the constants of plugin.h, which abidiff cannot see.
. "${top_srcdir:-.}/tests/tap.sh"
header=$top_srcdir/core/include/proxenos/plugin.h

# "NAME VALUE" of every constant; the minor may grow.
constants() {
  sed -n 's/^#define \(PROXENOS_[A-Z0-9_]*\)  *\([0-9][0-9a-z]*\).*/\1 \2/p' "$1" | grep -v ABI_MINOR | sort
}
constants "$top_srcdir/tests/abi/plugin-1.0.h" >"$tmp/old"
constants "$header" >"$tmp/new"
ok 'the header of 1.0 has constants' grep -qx 'PROXENOS_RESULT_DENIED 3' "$tmp/old"
is 'every constant of 1.0 has its value still' "$(comm -23 "$tmp/old" "$tmp/new")" ''

for tool in abidw abidiff; do
  command -v $tool >/dev/null || { skip 'the guard' "no $tool here"; tap_done; }
done
abidw --help 2>&1 | grep -q -e --exported-interfaces-only || { skip 'the guard' 'abidw here is too old'; tap_done; }
[ "$(uname -m)" = x86_64 ] || { skip 'the guard' 'its baselines are of x86_64'; tap_done; }

# guard SED-SCRIPT: the guard's words about a changed plugin.h.  The library is played
# by a small one, against a baseline of its own.
mkdir -p "$tmp/include/proxenos" "$tmp/baselines"
cp "$top_srcdir/core/include/proxenos/proxenos.h" "$top_srcdir/core/include/proxenos/follow.h" "$tmp/include/proxenos/"
cat >"$tmp/library.c" <<'C'
#include <proxenos/proxenos.h>
const char *proxenos_version(void) { return ""; }
void proxenos_cluster_get_report(const proxenos_cluster *cluster, proxenos_cluster_report *report) {
    (void)cluster, (void)report;
}
C
abi() {
  ABI_INCLUDE=$tmp/include ABI_BASELINES=$tmp/baselines sh "$top_srcdir/tests/abi/abi.sh" "$1" "$tmp/library.so" 2>&1
}
# shellcheck disable=SC2086
build_library() { $CC -g -shared -fPIC -I"$tmp/include" "$tmp/library.c" -o "$tmp/library.so"; }
guard() {
  sed "$1" "$header" >"$tmp/include/proxenos/plugin.h"
  out=$(abi check); status=$?
  cp "$header" "$tmp/include/proxenos/plugin.h"
}
cp "$header" "$tmp/include/proxenos/plugin.h"
build_library
ok 'baselines are made' abi baseline
is 'they hold no path of this machine' "$(grep -l -e "$tmp" -e "$top_srcdir/" "$tmp"/baselines/*.abi)" ''

guard ''
is 'nothing changed is as in the baseline' "$status $out" "0 plugin: as in its baseline
libproxenos: as in its baseline"
guard 's/^    int64_t maximum;.*/&\n    const char *later;/'
is 'a field at the end breaks nobody' "$status" 0
like 'it asks for a new minor' "$out" '^plugin: has grown, and breaks nobody: PROXENOS_ABI_MINOR \+ 1'
guard 's/^    int64_t minimum;.*/&\n    const char *later;/'
is 'a field in the midst is a break' "$status" 1
like 'it asks for a new major' "$out" '^plugin: is NOT COMPATIBLE with its baseline: PROXENOS_ABI_MAJOR \+ 1'
guard 's/^    size_t length;$/&\n    const char *later;/'
is 'a struct in arrays without a stride may not grow at all' "$status" 1
guard 's/^    uint32_t health; /    int32_t health; /'
is 'another type of a field is a break' "$status" 1
guard 's/^    uint32_t reserved2;//; s/^    uint16_t reserved;.*/    uint16_t reserved[3];/'
is 'one field in the place of two is a break' "$status" 1
guard 's/(\*is_cancelled)(const proxenos_host/(*is_cancelled)(const proxenos_values/'
is 'another argument of a callback is a break' "$status" 1

echo 'PROXENOS_API int proxenos_later(void); int proxenos_later(void) { return 0; }' >>"$tmp/library.c"
build_library
out=$(abi check); status=$?
is 'a new function breaks nobody' "$status" 0
like 'it asks for a new current and age' "$out" '^libproxenos: has grown, .* current \+ 1, revision 0, age \+ 1;'
cp "$tmp/library.c" "$tmp/whole.c"
sed '/proxenos_version/d' "$tmp/whole.c" >"$tmp/library.c"
build_library
out=$(abi check); status=$?
is 'a function that is gone is a break' "$status" 1
like 'it asks for a new soname' "$out" '^libproxenos: is NOT COMPATIBLE .* age 0, which is a new soname'
sed 's/proxenos_cluster_report \*report)/proxenos_cluster_report *report, int more)/' "$tmp/whole.c" >"$tmp/library.c"
sed -i.old '/proxenos_cluster_get_report(/s/report)/report, int more)/' "$tmp/include/proxenos/proxenos.h"
build_library
out=$(abi check); status=$?
is 'another argument of a function is a break' "$status" 1
# shellcheck disable=SC2086
$CC -shared -fPIC -I"$tmp/include" "$tmp/library.c" -o "$tmp/library.so"
out=$(abi check); status=$?
is 'a library without debug information is not judged' "$status" 1
like 'and the words say what to do' "$out" 'has no debug information: build with -g'
tap_done
