#!/bin/sh
# SPDX-License-Identifier: MIT
# The scheme on a big-endian processor of 64 bits: IBM Z.
. "$top_srcdir/tests/tap.sh"
. "$top_srcdir/tests/cross/cross.sh"
cross_check "${S390X_CC-s390x-linux-gnu-gcc}" 'qemu-s390x qemu-s390x-static' \
  'gcc-s390x-linux-gnu libc6-dev-s390x-cross' \
  '__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__'
