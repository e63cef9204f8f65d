# SPDX-License-Identifier: MIT
"""What the Consul tests share: TAP, running proxenos, free ports, a real agent."""
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip, skip_all  # noqa: F401

BUILD = os.environ.get('top_builddir', '.')
PROXENOS = os.environ.get('PROXENOS', os.path.join(BUILD, 'proxenos'))

# Names of the exit codes, DESIGN of the command line: see proxenos(1).
OK, USAGE, UNREACHABLE, NO_NODE, CONFIG, DENIED, MALFORMED, TIMED_OUT = 0, 2, 64, 65, 66, 68, 69, 70


def clean_environment(**more):
    kept = {key: value for key, value in os.environ.items()
            if not re.match(r'(CONSUL|PROXENOS)_|(http|https|all|no)_proxy$', key, re.I) or
            key == 'PROXENOS_PLUGIN_PATH'}
    return {**kept, 'XDG_CONFIG_HOME': '/nonexistent', 'LC_ALL': 'C.UTF-8', **more}


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __str__(self):
        return f'exit {self.code} after {self.seconds:.2f} s\n{self.out[:500]}\n{self.err[:1000]}'

    def nodes(self):
        return json.loads(self.out)['nodes'] if self.code == 0 else []

    def addresses(self):
        return sorted(node['address'] for node in self.nodes())


def run(*arguments, environment=None, timeout=60):
    started = time.monotonic()
    done = subprocess.run([PROXENOS, *arguments], env=clean_environment(**(environment or {})), timeout=timeout,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace')
    return Result(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def nodes(port=None, *arguments, environment=None, host='127.0.0.1', **options):
    """`proxenos nodes` on a port; keyword arguments are backend options, '_' for '-'."""
    command = ['nodes', '-b', 'consul', '-o', 'json']
    command += ['-h', host, '-p', str(port)] if port else []
    for name, values in options.items():
        for value in values if isinstance(values, list) else [values]:
            command += ['-O', f"{name.replace('_', '-')}={value}"]
    return run(*command, *arguments, environment=environment)


def fails(result, code, pattern, title):
    """One line on stderr that says so, nothing on stdout, the right exit code."""
    lines = result.err.strip().splitlines()
    good = result.code == code and len(lines) == 1 and re.search(pattern, result.err) and result.out == ''
    ok(good, title, f'wanted: exit {code} and one line like /{pattern}/', result)


def free_ports(count):
    """Ports of 127.0.0.1 that were free for TCP and UDP a moment ago."""
    held, ports = [], []
    while len(ports) < count:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        held += [tcp, udp]
        tcp.bind(('127.0.0.1', 0))
        try:
            udp.bind(('127.0.0.1', tcp.getsockname()[1]))
            ports.append(tcp.getsockname()[1])
        except OSError:
            pass
    for one in held:
        one.close()
    return ports


class Consul:
    """A real agent on free loopback ports with a data folder of its own: in dev mode, as
    a server in production is, or as one that waits in vain for two others."""

    def __init__(self, token=None, mode='dev', **configuration):
        self.mode = {'dev': ['-dev'], 'server': ['-server', '-bootstrap'],
                     'leaderless': ['-server', '-bootstrap-expect=3']}[mode]
        self.has_leader = mode != 'leaderless'
        self.folder = tempfile.mkdtemp(prefix='proxenos-consul.')
        self.process = None
        self.token = token
        self.configuration = configuration

    def __enter__(self):
        for _ in range(3):  # another program may have taken a port meanwhile
            if self.start():
                return self
        self.stop()
        raise RuntimeError('consul does not start:\n' + self.log())

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.port, self.https, server, lan, wan = free_ports(5)
        self.server = server
        tls = 'cert_file' in self.configuration
        configuration = {
            'node_name': 'dev1', 'bind_addr': '127.0.0.1', 'client_addr': '127.0.0.1',
            'data_dir': os.path.join(self.folder, 'data'), 'log_level': 'warn', 'disable_update_check': True,
            'ports': {'http': self.port, 'https': self.https if tls else -1, 'dns': -1, 'grpc': -1,
                      'server': server, 'serf_lan': lan, 'serf_wan': wan},
            **self.configuration}
        path = os.path.join(self.folder, 'consul.json')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(configuration, file)
        with open(os.path.join(self.folder, 'log'), 'wb') as log:
            self.process = subprocess.Popen(['consul', 'agent', *self.mode, '-config-file=' + path], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, env=clean_environment())
        for _ in range(300):
            if self.process.poll() is not None:
                return False
            if self.is_ready():
                return True
            time.sleep(0.1)
        self.end_process()
        return False

    def is_ready(self):
        try:
            leader = self.call('GET', '/v1/status/leader')
            if not self.has_leader:
                return leader == ''
            return leader not in ('', None) and len(self.call('GET', '/v1/catalog/nodes') or []) > 0
        except (OSError, RuntimeError, http.client.HTTPException):
            return False

    def log(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8', errors='replace') as log:
            return log.read()

    def end_process(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def stop(self):
        self.end_process()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, document=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=10)
        headers = {'X-Consul-Token': self.token} if self.token else {}
        body = None if document is None else json.dumps(document)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f'{method} {path}: {answer.status} {text}')
        return json.loads(text) if text.strip() else None

    def register(self, **service):
        """Through the agent: a service with checks and maintenance."""
        self.call('PUT', '/v1/agent/service/register', service)

    def catalog(self, node, address, **rest):
        """Straight into the catalog: nodes, services, checks as they are given."""
        self.call('PUT', '/v1/catalog/register', {'Node': node, 'Address': address, **rest})

    def set_check(self, check, status, output=''):
        path = '/v1/agent/check/update/' + urllib.parse.quote(check, safe='')
        self.call('PUT', path, {'Status': status, 'Output': output})


def require_consul():
    if shutil.which('consul') is None:
        if os.environ.get('PROXENOS_REQUIRE_CONSUL') == '1':
            print('Bail out! PROXENOS_REQUIRE_CONSUL=1 and no program consul')
            sys.exit(1)
        skip_all('no program consul here')
