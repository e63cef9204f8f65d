# SPDX-License-Identifier: MIT
"""Nanoseconds of one selection by uhashring (a ketama ring), as JSON {"10": ..., ...}."""
import json
import sys
import time

from uhashring import HashRing


def measure(count, seconds=0.1):
    ring = HashRing(nodes=[f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}:8000" for i in range(count)])
    keys = [f"user:{i * 2654435761 & 0xffffffff}" for i in range(4096)]
    get_node = ring.get_node
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for key in keys:
            get_node(key)
        done += len(keys)
    return (time.perf_counter() - start) / done * 1e9


json.dump({str(count): measure(count) for count in (10, 100, 1000)}, sys.stdout)
