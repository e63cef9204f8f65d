// SPDX-License-Identifier: MIT
// Nanoseconds of one selection by npm's hashring (a ketama ring), as JSON {"10": ..., ...}.
'use strict';
const HashRing = require('hashring');

function measure(count, seconds) {
  const nodes = [];
  for (let i = 0; i < count; i++) nodes.push(`10.${i >> 16 & 255}.${i >> 8 & 255}.${i & 255}:8000`);
  const ring = new HashRing(nodes, 'md5', {'max cache size': 1});
  const keys = [];
  for (let i = 0; i < 4096; i++) keys.push(`user:${Math.imul(i, 2654435761) >>> 0}`);
  let done = 0;
  const start = process.hrtime.bigint();
  let now = start;
  while (Number(now - start) < seconds * 1e9) {
    for (const key of keys) ring.get(key);
    done += keys.length;
    now = process.hrtime.bigint();
  }
  return Number(now - start) / done;
}

const result = {};
for (const count of [10, 100, 1000]) result[count] = measure(count, 0.1);
process.stdout.write(JSON.stringify(result));
