# SPDX-License-Identifier: MIT
"""What the ZooKeeper tests share: TAP, running proxenos, a real server or three of them on free loopback ports."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip, skip_all  # noqa: F401
from client import Client

PROXENOS = os.environ.get('PROXENOS', os.path.join(os.environ.get('top_builddir', '.'), 'proxenos'))
JARS = '/usr/share/java/zookeeper.jar'
OK, UNREACHABLE, NO_NODE, CONFIG, DENIED, MALFORMED, TIMED_OUT = 0, 64, 65, 66, 68, 69, 70


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __str__(self):
        return f'exit {self.code} after {self.seconds:.2f} s\n{self.out[:500]}\n{self.err[:1000]}'

    def nodes(self):
        return json.loads(self.out)['nodes'] if self.code == 0 else []

    def addresses(self):
        return sorted(node['address'] for node in self.nodes())


def clean_environment():
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith('PROXENOS_') or key == 'PROXENOS_PLUGIN_PATH'}
    return {**kept, 'XDG_CONFIG_HOME': '/nonexistent', 'LC_ALL': 'C.UTF-8'}


def nodes(address, path, *arguments, timeout=60, **options):
    """`proxenos nodes`; keyword arguments are the backend's options, '_' for '-'."""
    command = [PROXENOS, 'nodes', '-b', 'zookeeper', '-o', 'json']
    command += ['-O', f'address={address}', '-O', f'path={path}'] if address else []
    for name, value in options.items():
        command += ['-O', f"{name.replace('_', '-')}={value}"]
    started = time.monotonic()
    done = subprocess.run([*command, *arguments], env=clean_environment(), timeout=timeout, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors='replace')
    return Result(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def told(result, pattern):
    return [line for line in result.err.splitlines() if re.search(pattern, line)]


def fails(result, code, pattern, title):
    lines = result.err.strip().splitlines()
    good = result.code == code and len(lines) == 1 and re.search(pattern, result.err) and result.out == ''
    ok(good, title, f'wanted: exit {code} and one line like /{pattern}/', str(result))


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(('127.0.0.1', 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def require_zookeeper():
    if shutil.which('java') and os.path.exists(JARS):
        return
    if os.environ.get('PROXENOS_REQUIRE_ZOOKEEPER') == '1':
        print('Bail out! PROXENOS_REQUIRE_ZOOKEEPER=1 and no server of ZooKeeper')
        sys.exit(1)
    skip_all('no java or no ' + JARS)


class Server:
    """One server; `members` are (number, quorum port, election port) of all when there are several."""

    def __init__(self, folder, port, number=0, members=()):
        self.folder = os.path.join(folder, str(number))
        self.port, self.number, self.members, self.process = port, number, members, None

    def start(self):
        os.makedirs(os.path.join(self.folder, 'data'), exist_ok=True)
        lines = ['tickTime=200', f'dataDir={self.folder}/data', f'clientPort={self.port}',
                 'clientPortAddress=127.0.0.1', 'admin.enableServer=false', 'maxClientCnxns=0', 'initLimit=50',
                 'syncLimit=10', 'maxSessionTimeout=60000']
        lines += [f'server.{number}=127.0.0.1:{quorum}:{election}' for number, quorum, election in self.members]
        with open(os.path.join(self.folder, 'zoo.cfg'), 'w', encoding='ascii') as file:
            file.write('\n'.join(lines) + '\n')
        with open(os.path.join(self.folder, 'data', 'myid'), 'w', encoding='ascii') as file:
            file.write(f'{self.number}\n')
        with open(os.path.join(self.folder, 'log'), 'ab') as log:
            self.process = subprocess.Popen(
                ['java', '-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', JARS,
                 'org.apache.zookeeper.server.quorum.QuorumPeerMain', os.path.join(self.folder, 'zoo.cfg')],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def is_serving(self):
        try:
            with Client(self.port, 2):
                return True
        except OSError:
            return False

    def await_service(self):
        for _ in range(400):
            if self.is_serving():
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.1)
        return False

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None


class Servers:
    """One server, or three; ready once each serves."""

    def __init__(self, count=1):
        self.count = count
        self.folder = tempfile.mkdtemp(prefix='proxenos-zookeeper.')

    def __enter__(self):
        for _ in range(3):  # another program may have taken a port meanwhile
            ports = free_ports(3 * self.count)
            members = [] if self.count == 1 else [
                (i + 1, ports[3 * i + 1], ports[3 * i + 2]) for i in range(self.count)]
            self.servers = [Server(self.folder, ports[3 * i], i + 1 if members else 0, members)
                            for i in range(self.count)]
            for server in self.servers:
                server.start()
            if all(server.await_service() for server in self.servers):
                self.address = ','.join(f'127.0.0.1:{server.port}' for server in self.servers)
                return self
            self.stop()
        self.__exit__()
        raise RuntimeError('no ZooKeeper starts')

    def stop(self):
        for server in self.servers:
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder, exist_ok=True)

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self):
        return Client(next(server for server in self.servers if server.process).port)
