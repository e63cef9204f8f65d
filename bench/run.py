#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py BUILD [ROUNDS]: what `make bench` runs.  One table: selection beside its
peers, interleaved round by round, medians of the rounds' ratios; then the pipe.
The same as JSON in BUILD/bench/results.json."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.abspath(__file__))
SIZES = (10, 100, 1000)
BASELINE = "go-rendezvous' rule (xorshift-multiply)"


def one_round_of_select(build, scratch):
    path = os.path.join(scratch, "select.json")
    subprocess.run([os.path.join(build, "bench/select"), "--rounds", "3", "--json", path],
                   check=True, stdout=subprocess.DEVNULL)
    with open(path, encoding="utf-8") as file:
        return {(row["group"], row["name"]): row["ns"] for row in json.load(file)}


def outside_peers(build):
    """Peers in other languages: (name, command), those that can run here."""
    peers = [("python3-uhashring", ["python3", os.path.join(SOURCE, "peer-uhashring.py")]),
             ("python3-uhashring", ["/usr/bin/python3", os.path.join(SOURCE, "peer-uhashring.py")])]
    modules = os.path.join(build, "bench/node_modules")
    if not os.path.isdir(os.path.join(modules, "hashring")):
        try:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix",
                            os.path.join(build, "bench"), "hashring@3"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        except (OSError, subprocess.SubprocessError):
            pass
    peers.append(("npm hashring", ["env", "NODE_PATH=" + modules, "node", os.path.join(SOURCE, "peer-hashring.cjs")]))
    found = {}
    for name, command in peers:
        if name not in found:
            try:
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                found[name] = command
            except (OSError, subprocess.SubprocessError):
                continue
    for name in ("python3-uhashring", "npm hashring"):
        if name not in found:
            print(f"{name} is not here and is left out", file=sys.stderr)
    return found


def one_round_of(command):
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {int(count): ns for count, ns in answer.items()}


def measure(build, rounds, scratch):
    times, peers = {}, outside_peers(build)
    for number in range(rounds):
        if sys.stderr.isatty():
            print(f"\rround {number + 1} of {rounds} ", end="", file=sys.stderr)
        for key, ns in one_round_of_select(build, scratch).items():
            times.setdefault(key, []).append(ns)
        for name, command in peers.items():
            for count, ns in one_round_of(command).items():
                times.setdefault((f"{count} nodes", name), []).append(ns)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    return times


def spread(values):
    ordered = sorted(values)
    return ordered[round(0.1 * (len(ordered) - 1))], ordered[round(0.9 * (len(ordered) - 1))]


def rows_of(times):
    rows = []
    for (group, name), values in times.items():
        base, own = times[(group, BASELINE)], times[(group, "proxenos, XXH3")]
        low, high = spread(values)
        rows.append({"group": group, "name": name, "ns": statistics.median(values), "ns_decile_1": low,
                     "ns_decile_9": high,
                     "faster_than_go_rendezvous": statistics.median(b / v for b, v in zip(base, values)),
                     "proxenos_is_faster": statistics.median(v / o for o, v in zip(own, values))})
    return rows


def print_rows(rows):
    for size in SIZES:
        group = f"{size} nodes"
        print(f"\n{group:<42} {'median':>11} {'1st - 9th decile':>19}")
        for row in (r for r in rows if r["group"] == group):
            ratio = row["proxenos_is_faster"]
            words = "" if row["name"].startswith("proxenos") else f"  proxenos is {ratio:,.1f}x as fast"
            print(f"  {row['name']:<40} {row['ns']:8,.1f} ns {row['ns_decile_1']:8,.1f} -{row['ns_decile_9']:9,.1f}{words}")


def pipe(build, scratch, rounds):
    """Millions of keys a second through `select --stdin`, 100 nodes, into /dev/null."""
    keys, nodes = os.path.join(scratch, "keys"), os.path.join(scratch, "nodes")
    count = 10_000_000
    with open(nodes, "w", encoding="ascii") as file:
        file.writelines(f"10.0.{i >> 8}.{i & 255}:8000\n" for i in range(100))
    with open(keys, "w", encoding="ascii") as file:
        for start in range(0, count, 100_000):
            file.write("".join(f"user:{i * 2654435761 & 0xffffffff}\n" for i in range(start, start + 100_000)))
    rows = []
    for method in ("xxh3-64", "siphash-2-4"):
        command = [os.path.join(build, "proxenos"), "select", "--stdin", "--jobs", "1", "-f", nodes, "-H", method]
        rates = []
        for _ in range(rounds):
            with open(keys, "rb") as source, open(os.devnull, "wb") as sink:
                start = time.perf_counter()
                subprocess.run(command, check=True, stdin=source, stdout=sink)
                rates.append(count / (time.perf_counter() - start) / 1e6)
        low, high = spread(rates)
        rows.append({"group": "pipe, 100 nodes, one thread", "name": method, "million_keys_a_second":
                     statistics.median(rates), "decile_1": low, "decile_9": high})
    print(f"\n{'select --stdin, 100 nodes, one thread':<42} {'median':>15} {'1st - 9th decile':>19}")
    for row in rows:
        print(f"  {row['name']:<40} {row['million_keys_a_second']:8.1f} M keys/s {row['decile_1']:7.1f} -{row['decile_9']:7.1f}")
    return rows


def main():
    build = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    os.environ["PROXENOS_PLUGIN_PATH"] = os.path.join(build, "stage")
    os.environ["XDG_CONFIG_HOME"] = os.path.join(build, "no-config")
    os.environ.pop("PROXENOS_CONFIG", None)
    with tempfile.TemporaryDirectory() as scratch:
        rows = rows_of(measure(build, rounds, scratch))
        print("One selection, key hashing included; rounds are interleaved, ratios are medians of rounds.")
        print_rows(rows)
        rows += pipe(build, scratch, max(3, rounds // 2))
    path = os.path.join(build, "bench/results.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
    print(f"\nThe same as JSON: {path}")


if __name__ == "__main__":
    main()
