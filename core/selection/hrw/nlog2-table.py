#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes nlog2-table.c:  python3 nlog2-table.py > nlog2-table.c

Row j holds min(2^32 - 1, floor(2^31 q(j / 512))), q(t) = -log2(1 - t) / t and
q(0) = 1 / ln 2, for j = 0...256; the last one stands twice, so that the row after
any row exists.  Decimal arithmetic of 60 digits: no entry is nearer to a whole
number than 1e-4 (checked below), so floor() is certain.
"""
from decimal import Decimal, getcontext

getcontext().prec = 60
LN2 = Decimal(2).ln()


def row(j):
    t = Decimal(j) / 512
    q = 1 / LN2 if j == 0 else -(1 - t).ln() / LN2 / t
    scaled = q * 2**31
    if j != 256:  # q(1/2) is 2 exactly
        assert abs(scaled - scaled.to_integral_value()) > Decimal('1e-4')
    return min(2**32 - 1, int(scaled + Decimal('1e-40')))


rows = [row(j) for j in range(257)]
rows.append(rows[-1])
print('/* SPDX-License-Identifier: MIT */')
print('/* Made by nlog2-table.py. */')
print('#include "selection/hrw/arithmetic.h"\n')
print('const uint32_t px_nlog2_table[258] = {')
for i in range(0, len(rows), 8):
    print('    ' + ', '.join(f'0x{value:08x}' for value in rows[i:i + 8]) + ',')
print('};')
