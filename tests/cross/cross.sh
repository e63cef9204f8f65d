# SPDX-License-Identifier: MIT
# Compiles scheme-check.c with what it needs of the core and runs it on an
# emulated processor, fed with the vectors; ends the script.
#   cross_check COMPILER EMULATORS PACKAGES ASSERTION
# ASSERTION is C that must compile and hold: that this is the machine it should be.
# shellcheck shell=sh disable=SC2154
cross_check() {
  command -v "$1" >/dev/null || skip_all "there is no $1 (Debian: $3)"
  emulator=
  for candidate in $2; do
    [ -n "$emulator" ] || emulator=$(command -v "$candidate")
  done
  [ -n "$emulator" ] || skip_all "there is no ${2%% *} (Debian: qemu-user)"
  python=${PYTHON3-python3}
  command -v "$python" >/dev/null || skip_all 'there is no python3 to read the vectors with'
  "$python" -B "$top_srcdir/tests/cross/lines.py" "$top_srcdir/tests/vectors" >"$tmp/lines" || {
    echo 'Bail out! lines.py failed'
    exit 99
  }

  : >"$tmp/config.h" # none of configure's findings is needed
  printf '#include "%s"\n_Static_assert(%s, "another machine was meant");\n' \
    "$top_srcdir/tests/cross/scheme-check.c" "$4" >"$tmp/check.c"
  core=$top_srcdir/core
  "$1" -std=gnu11 -O2 -Wall -Wextra -Werror -static -I"$tmp" -I"$core" -I"$core/include" -o "$tmp/check" \
    "$tmp/check.c" "$top_srcdir/hashes/murmur3.c" "$top_srcdir/hashes/siphash.c" \
    "$core/base/error.c" "$core/base/memory.c" "$core/base/number.c" "$core/base/sha512.c" "$core/base/text.c" \
    "$core/base/utf8.c" "$core/cluster/address.c" \
    "$core/selection/hrw/heap.c" "$core/selection/hrw/kernels.c" "$core/selection/hrw/nlog2-table.c" \
    "$core/selection/hrw/portable.c" \
    "$core/selection/python/batch.c" "$core/selection/python/kernels.c" "$core/selection/python/mt19937.c" \
    "$core/selection/python/neon.c" "$core/selection/python/portable.c" "$core/selection/python/seed.c" 2>"$tmp/log" || {
    sed 's/^/# /' "$tmp/log"
    echo "Bail out! the scheme does not compile with $1"
    exit 99
  }
  "$emulator" "$tmp/check" <"$tmp/lines"
  exit
}
