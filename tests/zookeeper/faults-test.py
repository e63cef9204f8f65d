# SPDX-License-Identifier: MIT
"""Faults of real servers: one that is frozen, a quorum that is lost and comes back, deadlines, an interruption.  None of
them looks like an empty fleet."""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import (PROXENOS, TIMED_OUT, UNREACHABLE, Servers, clean_environment, equal, fails, finish, nodes, ok,
                     require_zookeeper)
from watching import Watch

require_zookeeper()


def fill(servers):
    with servers.client() as client:
        client.create('/web')
        client.create('/web/a', '10.0.0.1:80')


def frozen(one):
    server = one.servers[0].process
    server.send_signal(signal.SIGSTOP)
    try:
        fails(nodes(one.address, '/web', session_timeout='1s'), UNREACHABLE, '',
              'a frozen server, tried often enough')
        result = nodes(one.address, '/web', '--timeout', '500ms')
        ok(result.code == TIMED_OUT and result.out == '' and result.seconds < 5, 'the deadline holds', str(result))
        command = [PROXENOS, 'nodes', '-b', 'zookeeper', '-O', f'address={one.address}', '-O', 'path=/web']
        with subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            time.sleep(1)
            started = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            ok(process.returncode in (130, -2) and out == b'' and time.monotonic() - started < 4, 'an interruption ends it',
               process.returncode)
    finally:
        server.send_signal(signal.SIGCONT)
    equal(nodes(one.address, '/web').addresses(), ['10.0.0.1:80'], 'thawed, it answers')


def answering(reply):
    """A server that answers every connection with these bytes and closes it; its port."""
    listener = socket.create_server(('127.0.0.1', 0))

    def serve():
        while True:
            peer = listener.accept()[0]
            try:
                peer.recv(1000)
                peer.sendall(reply)
            except OSError:
                pass
            peer.close()
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def liars():
    for title, reply in (('nothing', b''), ('a web page', b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]'),
                         ('half a greeting', b'\0\0\0\x25\0\0'), ('a huge length', b'\x7f\xff\xff\xff' + b'x' * 64)):
        result = nodes(f'127.0.0.1:{answering(reply)}', '/web')
        ok(result.code in (UNREACHABLE, TIMED_OUT) and result.out == '', f'a server that says {title}', str(result))


def quorum(three):
    followers = three.servers[:2]
    equal(nodes(three.address, '/web').addresses(), ['10.0.0.1:80'], 'three servers')
    three.servers[2].process.send_signal(signal.SIGSTOP)
    end = time.monotonic() + 60  # it may have been the leader: then the others first elect one
    while (answer := nodes(three.address, '/web', session_timeout='2s').addresses()) == [] and time.monotonic() < end:
        time.sleep(0.2)
    equal(answer, ['10.0.0.1:80'], 'one of three frozen: the others answer')
    three.servers[2].process.send_signal(signal.SIGCONT)
    with tempfile.TemporaryDirectory(prefix='proxenos-test.') as folder:
        config = os.path.join(folder, 'proxenos.yaml')
        with open(config, 'w', encoding='ascii') as file:
            file.write(f'backend: zookeeper\nzookeeper: {{address: "{three.address}", path: /web, session-timeout: 2s}}\n'
                       'follow: {settle: 0s, poll: 1h, retry: 50ms..200ms}\n')
        watch = Watch(config)
        ok('10.0.0.1:80' in watch.line(), 'the fleet is followed')
        for server in followers:
            server.stop()
        time.sleep(3)
        result = nodes(three.address, '/web')
        ok(result.code in (UNREACHABLE, TIMED_OUT) and result.out == '', 'a quorum that is lost', str(result))
        followers[0].start()
        ok(followers[0].await_service(), 'the quorum is back')
        three.servers[1].process = None
        with three.client() as client:
            client.create('/web/b', '10.0.0.2:80')
        seen = []
        while not seen or (seen[-1] and '10.0.0.2:80' not in seen[-1]):
            seen.append(watch.line())
        ok('10.0.0.2:80' in seen[-1], 'it is followed again', repr(seen))
        ok(not any(line.startswith('-') for line in seen), 'and no node was missing meanwhile', repr(seen))
        watch.end(signal.SIGTERM)


with Servers() as alone:
    fill(alone)
    frozen(alone)
    liars()
with Servers(3) as ensemble:
    fill(ensemble)
    quorum(ensemble)
finish()
