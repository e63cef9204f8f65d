# SPDX-License-Identifier: MIT
"""Watching ZooKeeper: children that come, go and change, a path that comes into being, a session that expires, a
server that restarts."""
import os
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import Servers, equal, finish, ok, require_zookeeper
from watching import Watch

require_zookeeper()


def configuration(folder, address, path, more=''):
    name = os.path.join(folder, path.strip('/') + '.yaml')
    with open(name, 'w', encoding='ascii') as file:
        file.write(f'backend: zookeeper\nzookeeper: {{address: "{address}", path: {path}, session-timeout: 2s}}\n'
                   f'follow: {{settle: 0s, poll: 1h, retry: 50ms..200ms}}\n{more}')
    return name


def line_of(watch, *words):
    """The next line that holds every word, and how long it took."""
    started = time.monotonic()
    for _ in range(20):
        line = watch.line()
        if all(word in line for word in words) or not line:
            break
    return line, time.monotonic() - started


def comes(watch, title, *words):
    line, seconds = line_of(watch, *words)
    ok(all(word in line for word in words) and line, title, f'{line!r} after {seconds:.3f} s')
    print(f'# {seconds * 1000:.0f} ms')


def changes(address, client, folder):
    client.create('/web')
    client.create('/web/a', '10.0.0.1:80')
    watch = Watch(configuration(folder, address, '/web'), '-v')
    comes(watch, 'the fleet as it is', '10.0.0.1:80')
    client.create('/web/b', '10.0.0.2:80')
    comes(watch, 'a child that comes', '10.0.0.2:80')
    client.set('/web/b', '10.0.0.3:80')
    comes(watch, 'a child that says something else', '10.0.0.3:80')
    client.set('/web/b', '10.0.0.4:80')
    comes(watch, 'and again: the watch is armed anew', '10.0.0.4:80')
    client.delete('/web/b')
    comes(watch, 'a child that goes', '10.0.0.4:80')
    # The server gives the session up while its owner sleeps.
    watch.process.send_signal(signal.SIGSTOP)
    time.sleep(5)
    client.create('/web/c', '10.0.0.5:80')
    watch.process.send_signal(signal.SIGCONT)
    comes(watch, 'a session that expired is followed by another', '10.0.0.5:80')
    client.create('/web/d', '10.0.0.6:80')
    comes(watch, 'whose watches wake', '10.0.0.6:80')
    return watch


def coming_path(address, client, folder):
    watch = Watch(configuration(folder, address, '/late'))
    time.sleep(3)
    client.create('/late')
    client.create('/late/a', '10.0.0.1:80')
    comes(watch, 'a path that comes into being', '10.0.0.1:80')
    equal(watch.end(signal.SIGTERM)[0], 130, 'and the end is in time')


def restart(servers, watch):
    servers.servers[0].stop()
    time.sleep(1)
    servers.servers[0].start()
    ok(servers.servers[0].await_service(), 'the server is back')
    with servers.client() as client:
        client.create('/web/e', '10.0.0.7:80')
        comes(watch, 'after the server was away, changes are seen again', '10.0.0.7:80')
    code, _, err = watch.end(signal.SIGTERM)
    equal(code, 130, 'and the end is in time')
    ok('session has expired' in err, 'the session had expired indeed', err)


with Servers() as one, tempfile.TemporaryDirectory(prefix='proxenos-test.') as place:
    with one.client() as control:
        running = changes(one.address, control, place)
        coming_path(one.address, control, place)
    restart(one, running)
finish()
