# SPDX-License-Identifier: MIT
"""watch-latency.py BUILD [ROUNDS]: what `make watch-latency` runs.  One service of a real Consul, followed by
`proxenos watch` and by `consul watch` at once: from the moment that a change is sent until it is printed, and until the
command of each has run.  Without a command `consul watch` ends after its first answer, so `cat` prints for it.  Medians of
the rounds, and how they compare; as JSON in BUILD/bench/watch-latency.json."""
import http.client
import json
import os
import selectors
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, '../tests/consul'))
from support import Consul, clean_environment, require_consul

WANTED_MS = 50
PAUSE = 0.15  # seconds between changes: a follower lets some come in a burst, and then ten a second
PATIENCE = 10


class Follower:
    """A program whose output is read as it comes."""
    def __init__(self, words, environment, stream):
        self.process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL,
                                        **{name: subprocess.PIPE if name == stream else subprocess.DEVNULL for name in ('stdout', 'stderr')})
        self.pipe = getattr(self.process, stream)
        os.set_blocking(self.pipe.fileno(), False)
        self.text = b''

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.pipe.close()


class Change:
    """Sends one over a connection that is open."""
    def __init__(self, port):
        self.connection = http.client.HTTPConnection('127.0.0.1', port)
        self.number = 0

    def send(self):
        """(when, what the output must hold)"""
        self.number += 1
        address = f'10.{self.number // 250 + 1}.{self.number % 250 + 1}.77'
        document = json.dumps({'Node': 'elsewhere', 'Address': '10.0.0.1', 'Service': {'ID': 'web-1', 'Service': 'web', 'Address': address, 'Port': 80}})
        begun = time.monotonic()
        self.connection.request('PUT', '/v1/catalog/register', document)
        self.connection.getresponse().read()
        return begun, address.encode()


def measure(followers, change, rounds):
    """{name: [milliseconds]}; the first rounds warm up."""
    times = {name: [] for name in followers}
    with selectors.DefaultSelector() as selector:
        for name, follower in followers.items():
            selector.register(follower.pipe, selectors.EVENT_READ, name)
        for count in range(rounds + 5):
            for follower in followers.values():
                follower.text = b''
            begun, mark = change.send()
            late = set(followers)
            while late and time.monotonic() < begun + PATIENCE:
                for key, _ in selector.select(0.1):
                    follower = followers[key.data]
                    follower.text += follower.pipe.read() or b''
                    if key.data in late and mark in follower.text:
                        late.discard(key.data)
                        if count >= 5:
                            times[key.data].append(1000 * (time.monotonic() - begun))
            if late and count >= 5:
                sys.exit(f'watch-latency: no word of a change from {", ".join(sorted(late))}')
            time.sleep(PAUSE)
    return times


def settle(followers, change):
    """All follow, and their first words are said."""
    for follower in followers.values():
        until = time.monotonic() + PATIENCE
        _, mark = change.send()
        while mark not in follower.text and time.monotonic() < until:
            follower.text += follower.pipe.read() or b''
            time.sleep(0.01)
    time.sleep(0.5)


def compare(title, followers, change, rounds):
    try:
        settle(followers, change)
        times = measure(followers, change, rounds)
    finally:
        for follower in followers.values():
            follower.end()
    row = {'what': title}
    for name, values in times.items():
        row[name] = {'median_ms': round(statistics.median(values), 2), 'p95_ms': round(statistics.quantiles(values, n=20)[18], 2)}
        print(f'{title:<24} {name:<16} {row[name]["median_ms"]:>8.2f} {row[name]["p95_ms"]:>8.2f}')
    row['ratio'] = round(row['consul watch']['median_ms'] / row['proxenos watch']['median_ms'], 2)
    print(f'{title:<24} {"ratio":<16} {row["ratio"]:>8.2f}', flush=True)
    return row


def main(build, rounds=100):
    require_consul()
    with Consul() as consul, tempfile.TemporaryDirectory(prefix='proxenos-bench.') as work:
        config = os.path.join(work, 'watch.yaml')
        with open(config, 'w', encoding='ascii') as file:
            file.write('follow: {settle: 0s}\n')
        environment = clean_environment(PROXENOS_PLUGIN_PATH=os.path.abspath(os.path.join(build, 'stage')))
        ours = [os.path.join(build, 'proxenos'), 'watch', '-c', config, '-b', 'consul', '-h', '127.0.0.1', '-p', str(consul.port), '-s', 'web',
                '-O', 'health=any']
        theirs = ['consul', 'watch', f'-http-addr=127.0.0.1:{consul.port}', '-type=service', '-service=web']
        change = Change(consul.port)
        change.send()
        print(f'{"from change to":<24} {"":<16} {"median":>8} {"p95":>8}  milliseconds, {rounds} changes')
        rows = [compare('a line', {'proxenos watch': Follower(ours, environment, 'stdout'),
                                   'consul watch': Follower([*theirs, 'cat'], environment, 'stdout')}, change, rounds),
                compare('a command that has run', {'proxenos watch': Follower([*ours, '--run', 'cat'], environment, 'stderr'),
                                                   'consul watch': Follower([*theirs, 'cat'], environment, 'stdout')}, change, rounds)]
    with open(os.path.join(build, 'bench/watch-latency.json'), 'w', encoding='ascii') as file:
        json.dump(rows, file, indent=2)
    median = rows[0]['proxenos watch']['median_ms']
    print(f'a line after {median:.1f} ms, wanted are at most {WANTED_MS}: {"reached" if median <= WANTED_MS else "MISSED"}')


main(sys.argv[1], *(int(argument) for argument in sys.argv[2:3]))
