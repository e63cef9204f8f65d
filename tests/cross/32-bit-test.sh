#!/bin/sh
# SPDX-License-Identifier: MIT
# The scheme where pointers and size_t have 32 bits: ARM.
. "$top_srcdir/tests/tap.sh"
. "$top_srcdir/tests/cross/cross.sh"
cross_check "${ARM_CC-arm-linux-gnueabihf-gcc}" 'qemu-arm qemu-arm-static' \
  'gcc-arm-linux-gnueabihf libc6-dev-armhf-cross' \
  'sizeof(size_t) == 4'
