# SPDX-License-Identifier: MIT
"""Snapshots: what a real Consul said last stands in when it is gone, and only what it said, to whoever may believe the file."""
import datetime
import http.server
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..')]
import watching
from support import PROXENOS, Consul, clean_environment, equal, finish, ok, require_consul

require_consul()
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
path = os.path.join(folder.name, 'web.json')
consul = Consul()
consul.start()
config = os.path.join(folder.name, 'config', 'proxenos.yaml')
os.mkdir(os.path.dirname(config))
with open(config, 'w', encoding='ascii') as empty:
    empty.write('{}\n')


def run(*arguments, snapshot=path, **environment):
    flags = ['--set', f'snapshot.path={snapshot}'] if snapshot else []
    done = subprocess.run([PROXENOS, *arguments, *flags], capture_output=True, text=True, timeout=60,
                          env=clean_environment(**environment))
    return done.returncode, done.stdout, done.stderr


def source(service='web'):
    return ['-b', 'consul', '-h', '127.0.0.1', '-p', str(consul.port), '-s', service]


def select(*more, **rest):
    return run('select', *source(), 'alice', *more, **rest)


def contents():
    with open(path, encoding='utf-8') as file:
        return file.read()


def put(text):
    """As a new file, which is no longer the one that was written."""
    with open(path + '.new', 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(path + '.new', 0o644)
    os.replace(path + '.new', path)


class Lagging(http.server.BaseHTTPRequestHandler):
    """A server that last heard of its leader seven seconds ago."""
    def do_GET(self):
        body = json.dumps([{'Node': {'Node': 'n', 'Address': '10.0.0.1'}, 'Checks': [],
                            'Service': {'ID': 'w', 'Service': 'web', 'Address': '', 'Port': 80}}]).encode()
        self.send_response(200)
        for name, value in (('X-Consul-Index', '1'), ('X-Consul-Knownleader', 'true'), ('X-Consul-Lastcontact', '7000'),
                            ('Content-Length', str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


try:
    for number in (1, 2, 3):
        consul.register(Name='web', ID=f'w{number}', Address=f'10.0.0.{number}', Port=80, Tags=['a "b"', '\u00e9'],
                        Meta={'zone': 'x\\y', 'tab': 'a\tb'})
    consul.register(Name='db', ID='d1', Address='2001:db8::1', Port=81)
    code, answer, words = select(CONSUL_HTTP_TOKEN='c0ffee00-1111-2222-3333-444455556666')
    equal((code, words), (0, ''), 'an answer of the source')
    document = json.loads(contents())
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o644, 'leaves a file that everybody may read')
    ok('c0ffee00' not in contents(), 'with no secret in it')
    equal([node['address'] for node in document['nodes']], ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80'], 'and the nodes')
    live = json.loads(run('nodes', *source(), '-o', 'json')[1])
    equal(document['nodes'], live['nodes'], 'just as `nodes -o json` prints them')
    equal(document['fingerprint'], live['fingerprint'], 'and with their fingerprint')
    equal(run('select', '-f', path, 'alice', snapshot=None)[:2], (0, answer), 'which a machine without Consul reads with -f')
    equal([name for name in os.listdir(folder.name) if name not in ('config', 'web.json')], [], 'nothing else is left in the folder')

    before = os.stat(path)
    time.sleep(0.05)
    select()
    after = os.stat(path)
    ok(before.st_ino == after.st_ino and after.st_mtime_ns > before.st_mtime_ns, 'the same again touches it')
    consul.register(Name='web', ID='w4', Address='10.0.0.4', Port=80)
    select()
    ok(os.stat(path).st_ino != after.st_ino and len(json.loads(contents())['nodes']) == 4, 'a change is a new file')
    answer = select()[1]
    whole = contents()

    consul.stop()
    code, stood_in, words = select()
    equal((code, stood_in), (0, answer), 'it stands in for a source that is gone')
    ok(words.count('\n') == 1 and 'cannot be reached' in words and path in words, 'which is said in a line', words)
    printed = json.loads(run('nodes', *source(), '-o', 'json')[1])
    ok(printed['snapshot'] is True and 0 <= printed['age_ms'] < 60000, 'and in JSON', printed)
    equal(select('--set', 'snapshot.keep=1ms')[0], 64, 'not longer than snapshot.keep')
    equal(select('--set', 'snapshot.fresh=1h'), (0, answer, ''), 'within snapshot.fresh the source is not asked')
    os.utime(path, (time.time() - 3600, time.time() - 3600))
    equal(select('--set', 'snapshot.fresh=1h'), (0, answer, ''), 'its text counts, where it was touched before it was written')
    old = json.loads(whole)['confirmed']
    put(whole.replace(old, '2020' + old[4:]))
    code, _, words = select()
    equal(code, 64, 'a copy is as old as its text says')
    put(whole.replace(old, '2100' + old[4:]))
    code, stood_in, words = select('--set', 'snapshot.fresh=1h')
    ok(code == 0 and stood_in == answer and words, 'one from the future, as after a clock was set back, is not fresh but stands in')

    def is_refused(title, why, *arguments, where=path):
        code, out, words = run('select', *(arguments or source()), 'alice', snapshot=where)
        ok(code == 64 and out == '' and f'the snapshot {where} is not used: {why}' in words, title, code, words)

    put(whole)
    is_refused('one of other settings is not used', 'it was made by other settings', *source('db'))
    is_refused('nor one of another filter', 'it was made by other settings', *source(), '-A', '10')
    for title, text in (('cut in half', whole[:len(whole) // 2]), ('cut within the head', whole[:80]), ('empty', ''),
                        ('with a NUL', whole[:300] + '\0' + whole[301:]), ('of another program', '{"nodes": []}\n')):
        put(text)
        is_refused(f'nor one {title}', 'it is damaged, or no snapshot of this version')
    put(whole.replace('10.0.0.2', '10.0.0.7'))
    is_refused('nor one whose nodes were changed', 'its nodes are damaged')
    put(whole)
    os.chmod(path, 0o664)
    is_refused('nor one that a group may write', 'others may write it')
    put(whole)
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
        is_refused('nor one of another user', 'it belongs to another user')
        os.chown(path, 0, 0)
    link = os.path.join(folder.name, 'link')
    os.symlink(path, link)
    is_refused('nor a link', 'it is a symbolic link', where=link)
    os.mkdir(os.path.join(folder.name, 'sub'))
    is_refused('nor a folder', 'it is no plain file', where=os.path.join(folder.name, 'sub'))

    watch = watching.Watch(config, *source(), '--set', f'snapshot.path={path}', '--set', 'follow.retry=100ms..200ms')
    lines = [watch.line() for _ in range(4)]
    equal(sorted(lines), [f'+ 10.0.0.{number}:80' for number in (1, 2, 3, 4)], 'a follower begins with it')
    untouched = os.stat(path)
    time.sleep(0.5)
    ok(os.stat(path).st_mtime_ns == untouched.st_mtime_ns, 'and confirms nothing while the source is gone')
    equal(watch.end(signal.SIGTERM)[0], 130, 'until it ends')

    consul = Consul()
    consul.start()
    for number in (1, 2, 5):
        consul.register(Name='web', ID=f'w{number}', Address=f'10.0.0.{number}', Port=80)
    watch = watching.Watch(config, *source(), '--set', f'snapshot.path={path}')
    lines = [watch.line() for _ in range(3)]
    end = time.monotonic() + 20
    while len(json.loads(contents())['nodes']) != 3 and time.monotonic() < end:
        time.sleep(0.05)
    equal([node['host'] for node in json.loads(contents())['nodes']], ['10.0.0.1', '10.0.0.2', '10.0.0.5'],
          'a follower writes what it accepted')
    ok(json.loads(contents())['scheme'].startswith('hrw1/siphash'), 'with its scheme')
    equal(watch.end(signal.SIGTERM)[0], 130, 'and ends')
    answer = select()[1]
    code, out, words = select(snapshot=os.path.join(folder.name, 'nowhere', 'web.json'))
    ok(code == 0 and out == answer and 'is not written' in words and words.count('\n') == 1,
       'a file that cannot be written is said, and no failure', code, words)
    if os.path.exists('/dev/full'):
        code, out, words = select(snapshot='/dev/full/web.json')
        ok(code == 0 and out == answer and 'is not written' in words, 'nor one below what is no folder', words)
    consul.call('PUT', '/v1/agent/service/deregister/w1')
    consul.call('PUT', '/v1/agent/service/deregister/w2')
    consul.call('PUT', '/v1/agent/service/deregister/w5')
    run('nodes', *source())
    ok(len(json.loads(contents())['nodes']) == 3, 'no empty fleet is kept')

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Lagging)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.time()
    code, _, words = run('select', '-b', 'consul', '-h', '127.0.0.1', '-p', str(server.server_port), '-s', 'web', 'alice')
    confirmed = datetime.datetime.fromisoformat(json.loads(contents())['confirmed'].replace('Z', '+00:00')).timestamp()
    ok(code == 0 and began - 8 < confirmed < time.time() - 6.9, 'what a lagging server says is as old as it says', words)
    server.shutdown()
finally:
    consul.stop()
finish()
