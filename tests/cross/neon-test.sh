#!/bin/sh
# SPDX-License-Identifier: MIT
# The NEON kernels, compiled for 64-bit ARM and run by an emulated processor.
. "$top_srcdir/tests/tap.sh"

compiler=${AARCH64_CC-aarch64-linux-gnu-gcc}
command -v "$compiler" >/dev/null || skip_all "there is no $compiler (Debian: gcc-aarch64-linux-gnu libc6-dev-arm64-cross)"
emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static) ||
  skip_all 'there is no qemu-aarch64 (Debian: qemu-user)'

: >"$tmp/config.h" # memory.c needs none of configure's findings
core=$top_srcdir/core
"$compiler" -std=gnu11 -O2 -Wall -Wextra -Werror -static -I"$tmp" -I"$core" -o "$tmp/kernels-test" \
  "$top_srcdir/tests/selection/kernels-test.c" "$core/selection/hrw/kernels.c" "$core/selection/hrw/heap.c" "$core/selection/hrw/neon.c" \
  "$core/selection/hrw/portable.c" "$core/base/memory.c" "$core/selection/hrw/nlog2-table.c" 2>"$tmp/log" || {
  sed 's/^/# /' "$tmp/log"
  echo 'Bail out! the kernels do not compile for 64-bit ARM'
  exit 99
}
"$emulator" "$tmp/kernels-test" quick
