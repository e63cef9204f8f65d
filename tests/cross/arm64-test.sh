#!/bin/sh
# SPDX-License-Identifier: MIT
# The scheme on 64-bit ARM, the NEON kernel of the python weighting with it.
. "$top_srcdir/tests/tap.sh"
. "$top_srcdir/tests/cross/cross.sh"
cross_check "${AARCH64_CC-aarch64-linux-gnu-gcc}" 'qemu-aarch64 qemu-aarch64-static' \
  'gcc-aarch64-linux-gnu libc6-dev-arm64-cross' \
  '__ARM_ARCH >= 8 && sizeof(void *) == 8'
