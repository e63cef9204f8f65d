# SPDX-License-Identifier: MIT
"""Following a cluster of three Consul servers through an agent, as in production: its leader is killed, then all of them.
What is seen meanwhile may be old, but it is never a fleet that lost nodes, and it is right again by itself.

Consul can lose them, though: servers that all come back deregister an agent that has not joined them yet, and its instances
with it, until it registers them anew.  Whoever asks the leader sees that too; what the leader never said, nobody may see."""
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..')]
import watching
from support import Consul, clean_environment, equal, finish, free_ports, ok, require_consul

require_consul()
PATIENCE = 90
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')


class Agent(Consul):
    """A server of three, or with no number an agent of theirs, which keeps its ports and its data."""
    def __init__(self, ports, number=None):
        super().__init__()
        self.port, self.server, lan, wan = ports[number] if number is not None else ports[-1]
        is_server = number is not None
        self.document = {
            'node_name': f'server{number}' if is_server else 'agent', 'bind_addr': '127.0.0.1', 'client_addr': '127.0.0.1',
            'data_dir': os.path.join(self.folder, 'data'), 'log_level': 'warn', 'disable_update_check': True, 'server': is_server,
            'ports': {'http': self.port, 'https': -1, 'dns': -1, 'grpc': -1, 'server': self.server, 'serf_lan': lan, 'serf_wan': wan},
            'retry_join': [f'127.0.0.1:{other[2]}' for other in ports[:3]], 'retry_interval': '1s', 'rejoin_after_leave': True,
            'performance': {'raft_multiplier': 1}, **({'bootstrap_expect': 3} if is_server else {})}

    def start(self):
        with open(os.path.join(self.folder, 'consul.json'), 'w', encoding='ascii') as file:
            json.dump(self.document, file)
        with open(os.path.join(self.folder, 'log'), 'ab') as log:
            self.process = subprocess.Popen(['consul', 'agent', '-config-file=' + os.path.join(self.folder, 'consul.json')], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, env=clean_environment())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, path):
        try:
            return self.call('GET', path)
        except (OSError, RuntimeError, http.client.HTTPException):
            return None


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


numbers = free_ports(16)
ports = [numbers[at:at + 4] for at in range(0, 16, 4)]
agents = [Agent(ports, number) for number in range(3)] + [Agent(ports)]
servers, client = agents[:3], agents[3]


def leader(among=None):
    """As one of the others knows it, or None."""
    for one in among or servers:
        address = one.ask('/v1/status/leader')
        found = [server for server in servers if address == f'127.0.0.1:{server.server}']
        if found and found[0].process.poll() is None:
            return found[0]
    return None


def web(number):
    client.register(Name='web', ID=f'w{number}', Address=f'10.0.0.{number}', Port=80)


def listed():
    return {entry['Service']['Address'] for entry in client.ask('/v1/health/service/web?passing') or []}


seen = []
registered = set()               # addresses that every answer must hold
missed = set()                   # those that an answer of the leader lacked
is_over = threading.Event()


def look_for_losses():
    """Beside the watch, many times in the 100 ms that a membership must be quiet to be believed."""
    while not is_over.wait(0.01):
        wanted = set(registered)
        answer = client.ask('/v1/health/service/web?passing')
        if answer is not None:
            missed.update(wanted - {entry['Service']['Address'] for entry in answer})


def line_of(watch, wanted):
    """Whether it comes; everything before it is kept as seen."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        line = watch.line()
        if line:
            seen.append(line)
        if line == wanted:
            return True
    return False


try:
    for one in agents:
        one.start()
    ok(until(lambda: leader() is not None and len(client.ask('/v1/catalog/nodes') or []) == 4), 'three servers and an agent')
    web(1)
    web(2)
    ok(until(lambda: listed() == {'10.0.0.1', '10.0.0.2'}), 'two instances')
    registered.update(listed())
    losses = threading.Thread(target=look_for_losses)
    losses.start()
    config = os.path.join(folder.name, 'watch.yaml')
    with open(config, 'w', encoding='ascii') as file:
        file.write('follow: {settle: 100ms..1s, poll: 1h, retry: 100ms..1s}\n')
    target = os.path.join(folder.name, 'target')
    watch = watching.Watch(config, '-b', 'consul', '-h', '127.0.0.1', '-p', str(client.port), '-s', 'web', '--write', target, '--as', 'env')
    equal(sorted([watch.line(), watch.line()]), ['+ 10.0.0.1:80', '+ 10.0.0.2:80'], 'are followed')

    old = leader()
    old.kill()
    ok(until(lambda: leader([one for one in servers if one is not old]) not in (None, old)), 'the leader is killed, another is elected')
    web(3)
    ok(line_of(watch, '+ 10.0.0.3:80'), 'the next change comes as ever', seen)
    registered.add('10.0.0.3')
    old.start()
    ok(until(lambda: len(old.ask('/v1/status/peers') or []) == 3), 'the old one comes back')

    for server in servers:
        server.kill()
    time.sleep(3)
    with open(target, encoding='ascii') as file:
        ok('10.0.0.1:80,10.0.0.2:80,10.0.0.3:80' in file.read(), 'all are killed: the file stays as it is')
    for server in servers:
        server.start()
    ok(until(lambda: leader() is not None), 'all come back')
    web(4)
    ok(until(lambda: '10.0.0.4' in listed()), 'a new instance reaches them', listed())
    ok(line_of(watch, '+ 10.0.0.4:80'), 'the next change comes', seen, listed())
    is_over.set()
    losses.join()
    gone = {line[2:].removesuffix(':80') for line in seen if line.startswith('- ')}
    print(f'# Consul itself lost {sorted(missed) or "nothing"}')
    ok(gone <= missed, 'and never was a node taken for gone that Consul had', seen, missed)
    states = [line for line in seen if line.startswith('= ')]
    print('# ' + '\n# '.join(states))
    ok(len(states) < 20 and all(one != other for one, other in zip(states, states[1:])), 'each state is told once', states)
    equal(watch.end(signal.SIGTERM)[0], 130, 'it ends')
finally:
    is_over.set()
    for one in agents:
        one.stop()
finish()
