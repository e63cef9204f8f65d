# SPDX-License-Identifier: MIT
"""examples/haproxy with the real HAProxy in front of real servers, which a real Consul lists."""
import http.client
import http.server
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'consul'), os.path.join(HERE, '..')]
from support import BUILD, Consul, clean_environment, equal, finish, free_ports, ok, require_consul, skip_all

SOURCE = os.environ.get('top_srcdir', os.path.join(HERE, '..', '..'))
PATIENCE = 30
PATH = os.pathsep.join([os.path.abspath(BUILD), os.environ['PATH'], '/usr/sbin', '/sbin'])

require_consul()
if shutil.which('haproxy', path=PATH) is None:
    if os.environ.get('PROXENOS_REQUIRE_HAPROXY') == '1':
        print('Bail out! PROXENOS_REQUIRE_HAPROXY=1 and no program haproxy')
        sys.exit(1)
    skip_all('no program haproxy here')


class Server:
    """Says its number."""
    def __init__(self, number):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header('Content-Length', str(len(str(number))))
                self.end_headers()
                self.wfile.write(str(number).encode())

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def answers(port, count=12):
    """Who answers, '' for nobody."""
    seen = set()
    for _ in range(count):
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=5)
        try:
            connection.request('GET', '/')
            answer = connection.getresponse()
            seen.add(answer.read().decode() if answer.status == 200 else '')
        except (OSError, http.client.HTTPException):
            seen.add('')
        connection.close()
    return seen


def comes_to(port, wanted):
    until = time.monotonic() + PATIENCE
    while answers(port) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    return answers(port)


def is_alive(process):
    try:
        with open(f'/proc/{process}/stat', encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] not in 'ZX'
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(process):
    with open(f'/proc/{process}/task/{process}/children', encoding='ascii') as file:
        direct = [int(number) for number in file.read().split()]
    return direct + [number for child in direct for number in children(child)]


with Consul() as consul, tempfile.TemporaryDirectory(prefix='proxenos-test.') as work:
    servers = [Server(number) for number in range(3)]

    def register(number, **more):
        consul.register(Name='web', ID=f'web-{number}', Address='127.0.0.1', Port=servers[number].port, **more)

    register(0)
    register(1)
    listen, = free_ports(1)
    config = os.path.join(work, 'watch.yaml')
    with open(config, 'w', encoding='ascii') as file:
        file.write('follow: {settle: 50ms..1s, retry: 100ms..200ms}\n')
    environment = clean_environment(PATH=PATH, LISTEN=f'127.0.0.1:{listen}', PROXENOS_CONFIG=config,
                                    PROXENOS_PLUGIN_PATH=os.path.abspath(os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))))
    with open(os.path.join(work, 'log'), 'wb') as log:
        front = subprocess.Popen(['sh', os.path.join(SOURCE, 'examples/haproxy/front.sh'), work, '-h', '127.0.0.1', '-p', str(consul.port),
                                  '--identity', 'name'], env=environment, stdout=log, stderr=log)
    try:
        equal(comes_to(listen, {'0', '1'}), {'0', '1'}, "HAProxy has Consul's instances")
        register(2)
        equal(comes_to(listen, {'0', '1', '2'}), {'0', '1', '2'}, 'one that comes')
        consul.call('PUT', '/v1/agent/service/deregister/web-0')
        equal(comes_to(listen, {'1', '2'}), {'1', '2'}, 'one that goes')
        with open(os.path.join(work, 'web.cfg'), encoding='ascii') as file:
            good = file.read()
        consul.register(Name='web', ID='a b', Address='127.0.0.1', Port=9)  # HAProxy has no two servers of one name
        consul.register(Name='web', ID='a_b', Address='127.0.0.1', Port=9)
        time.sleep(2)
        with open(os.path.join(work, 'web.cfg'), encoding='ascii') as file:
            equal(file.read(), good, 'what HAProxy does not take does not replace what it has')
        equal(answers(listen), {'1', '2'}, 'which goes on')
        with open(os.path.join(work, 'log'), encoding='utf-8', errors='replace') as file:
            told = [line for line in file if line.startswith('proxenos: ') and '--check' in line]
        equal(len(told), 1, 'and is told once')
        consul.call('PUT', '/v1/agent/service/deregister/a%20b')
        consul.call('PUT', '/v1/agent/service/deregister/a_b')
        register(0)
        equal(comes_to(listen, {'0', '1', '2'}), {'0', '1', '2'}, 'what it takes again counts again')
        consul.call('PUT', '/v1/agent/maintenance?enable=true')  # of the machine that all of them are on
        time.sleep(1)
        equal(answers(listen), {'0', '1', '2'}, 'all critical at once is no empty fleet')
        with open(os.path.join(work, 'pid'), encoding='ascii') as file:
            family = [front.pid, *children(front.pid), *map(int, file.read().split())]
        front.send_signal(signal.SIGTERM)
        equal(front.wait(PATIENCE), 130, 'TERM ends it')
        until = time.monotonic() + PATIENCE
        while any(map(is_alive, family)) and time.monotonic() < until:
            time.sleep(0.05)
        ok(len(family) > 2 and not any(map(is_alive, family)), 'with HAProxy and all', family)
    finally:
        if front.poll() is None:
            front.terminate()
            front.wait(PATIENCE)
        if os.environ.get('PROXENOS_TEST_LOG'):
            with open(os.path.join(work, 'log'), encoding='utf-8', errors='replace') as file:
                print(file.read(), file=sys.stderr)
finish()
