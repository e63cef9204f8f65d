# SPDX-License-Identifier: MIT
"""proxenos watch --write: the forms, and a file that is whole at every moment, whatever happens around it."""
import glob
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip
import watching

PROXENOS = watching.PROXENOS
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
FAST = 'settle: 0s, poll: 20ms, retry: 20ms..50ms'


def place(*names):
    return os.path.join(folder.name, *names)


def write(name, text):
    """Renamed into place, so that no half of it is read."""
    with open(place(name + '.new'), 'w', encoding='utf-8') as file:
        file.write(text)
    os.rename(place(name + '.new'), place(name))
    return place(name)


def read(path):
    try:
        with open(path, encoding='utf-8') as file:
            return file.read()
    except OSError as error:
        return error.errno


def Watch(*arguments, settings=FAST, **options):
    return watching.Watch(write('watch.yaml', f'follow: {{{settings}}}\n'), *arguments, **options)


def once(*arguments, **options):
    return Watch(*arguments, '--once', **options).end()


def becomes(path, text):
    until = time.monotonic() + watching.PATIENCE
    while read(path) != text and time.monotonic() < until:
        time.sleep(0.01)
    return read(path) == text


def comes_to_hold(path, part):
    until = time.monotonic() + watching.PATIENCE
    while part not in str(read(path)) and time.monotonic() < until:
        time.sleep(0.01)
    return part in str(read(path))


def left_behind(where=None):
    return glob.glob(os.path.join(where or folder.name, '.*proxenos-*'))


FLEET = '''nodes:
  - {address: "10.0.0.1:80", service: web, name: web-1, source_node: db1, zone: a, weight: 3, tags: [a, b], metadata: {k-1: v}}
  - {address: "10.0.0.2:80", service: web, name: web-2, weight: 0}
  - {address: "10.0.0.1:81"}
  - {address: "[2001:db8::3]:80", service: "w b", name: "web 3", weight: 1000}
'''
HEADING = '# Made by proxenos watch; what is changed here is lost.\n'
FORMS = {
    'lines': '10.0.0.1:80 3 service=web name=web-1 zone=a node=db1 tags=a,b k-1=v\n10.0.0.1:81 1\n'
             '10.0.0.2:80 0 service=web name=web-2\n[2001:db8::3]:80 1000 service=w\\x20b name=web\\x203\n',
    'hosts': HEADING + '10.0.0.1\tweb-1 web\n10.0.0.2\tweb-2 web\n',
    'haproxy': HEADING + '\nbackend nodes\n    server 10.0.0.1:81 10.0.0.1:81 weight 1\n'
               '\nbackend w_b\n    server _2001:db8::3_:80 [2001:db8::3]:80 weight 256\n'
               '\nbackend web\n    server 10.0.0.1:80 10.0.0.1:80 weight 3\n    server 10.0.0.2:80 10.0.0.2:80 weight 0\n',
    'nginx': HEADING + '\nupstream nodes {\n    server 10.0.0.1:81;\n}\n\nupstream w_b {\n    server [2001:db8::3]:80 weight=1000;\n}\n'
             '\nupstream web {\n    server 10.0.0.1:80 weight=3;\n    server 10.0.0.2:80 down;\n}\n',
    'env': 'PROXENOS_NODES=10.0.0.1:80,10.0.0.1:81,10.0.0.2:80,[2001:db8::3]:80\nPROXENOS_COUNT=4\nPROXENOS_FINGERPRINT=',
}


def forms():
    fleet = write('fleet.yaml', FLEET)
    for name, wanted in FORMS.items():
        code, out, err = once('-f', fleet, '--write', '-', '--as', name)
        equal((code, out[:len(wanted)] if name == 'env' else out, err), (0, wanted, ''), f'--as {name}, on standard output for -')
    nodes = json.loads(subprocess.run([PROXENOS, 'nodes', '-f', fleet, '-o', 'json'], capture_output=True, check=True).stdout)
    for name, suffix in (('json', '.json'), ('lines', '.txt'), ('file_sd', '-sd.json')):
        once('-f', fleet, '--write', place('again' + suffix), '--as', name)
        again = json.loads(subprocess.run([PROXENOS, 'nodes', '-f', place('again' + suffix), '-o', 'json'], capture_output=True,
                                          check=True).stdout)
        known = ('address', 'weight', 'service', 'zone') + (() if name == 'file_sd' else ('name', 'source_node', 'tags', 'metadata'))
        equal([[node[key] for key in known] for node in again['nodes']], [[node[key] for key in known] for node in nodes['nodes']],
              f'--as {name} is read again')
    made = json.loads(read(place('again.json')))
    equal((set(made), made['fingerprint'], made['nodes']), ({'nodes', 'fingerprint', 'scheme'}, nodes['fingerprint'], nodes['nodes']),
          '--as json has the nodes of nodes -o json')
    equal(once('-f', fleet, '--write', '-')[1], read(place('again.json')), 'json is the default')
    write('defaults.cfg', 'defaults\n    mode http\n    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\n'
          'frontend f\n    bind abns@proxenos-test\n    default_backend web\n')
    once('-f', fleet, '--write', place('web.cfg'), '--as', 'haproxy')
    once('-f', fleet, '--write', place('web.conf'), '--as', 'nginx')
    if shutil.which('haproxy', path=PATH):
        checked = subprocess.run(['haproxy', '-c', '-f', place('defaults.cfg'), '-f', place('web.cfg')], capture_output=True, check=False,
                                 env={**os.environ, 'PATH': PATH})
        ok(checked.returncode == 0, 'HAProxy takes --as haproxy', checked)
    else:
        skip('HAProxy takes --as haproxy', 'no haproxy here')
    if shutil.which('nginx', path=PATH):
        write('nginx.conf', f'pid {place("nginx.pid")};\nerror_log stderr;\nevents {{}}\nhttp {{\n  access_log off;\n  include {place("web.conf")};\n'
              + ''.join(f'  {kind}_temp_path {place(kind)};\n' for kind in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
              + '  server { listen 127.0.0.1:8; location / { proxy_pass http://web; } }\n}\n')
        checked = subprocess.run(['nginx', '-t', '-c', place('nginx.conf')], capture_output=True, check=False,
                                 env={**os.environ, 'PATH': PATH})
        ok(checked.returncode == 0 or b'bind() to' in checked.stderr, 'nginx takes --as nginx', checked)
    else:
        skip('nginx takes --as nginx', 'no nginx here')


PATH = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'


def whole():
    nodes = write('nodes.txt', '10.0.0.1:80\n')
    target = place('target.txt')
    watch = Watch('-f', nodes, '--write', target, '--as', 'env')
    watch.line()
    ok(comes_to_hold(target, 'PROXENOS_COUNT=1\n'), 'a file that is not there is made', read(target))
    umask = os.umask(0)
    os.umask(umask)
    equal(stat.S_IMODE(os.stat(target).st_mode), 0o666 & ~umask, 'with the mode that new files have')
    before = os.stat(target)
    write('nodes.txt', '10.0.0.1:80 zone=b\n')
    ok(watch.line().startswith('~ '), 'a change that the form does not show')
    time.sleep(0.2)
    after = os.stat(target)
    equal((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns), 'does not touch it')
    os.chmod(target, 0o640)
    if os.getuid() == 0:
        os.chown(target, 12345, 54321)
    write('nodes.txt', '10.0.0.1:80\n10.0.0.2:80\n')
    watch.line()
    ok(comes_to_hold(target, 'PROXENOS_COUNT=2\n'), 'another that it does replaces it', read(target))
    after = os.stat(target)
    equal((stat.S_IMODE(after.st_mode), after.st_ino != before.st_ino), (0o640, True), 'and keeps its mode')
    if os.getuid() == 0:
        equal((after.st_uid, after.st_gid), (12345, 54321), 'and its owner and group')
    else:
        skip('and its owner and group', 'not root')

    seen, stop = set(), threading.Event()

    def look():
        while not stop.is_set():
            seen.add(read(target))
    reader = threading.Thread(target=look)
    reader.start()
    os.set_blocking(watch.process.stdout.fileno(), True)
    threading.Thread(target=watch.process.stdout.read, daemon=True).start()
    for count in (1, 5000, 20, 4000, 2, 3000):
        write('nodes.txt', ''.join(f'10.{number // 256}.{number % 256}.1:80\n' for number in range(count)))
        comes_to_hold(target, f'PROXENOS_COUNT={count}\n')
    stop.set()
    reader.join()
    torn = [text for text in seen if not isinstance(text, str) or text.count('\n') != 3 or
            f"PROXENOS_COUNT={text.split(chr(10))[0].count(',') + 1}\n" not in text]
    ok(len(seen) > 3 and not torn, 'who reads it all the time finds it whole', len(seen), torn[:1])
    watch.process.send_signal(signal.SIGTERM)
    equal((watch.process.wait(timeout=watching.PATIENCE), left_behind()), (130, []), 'nothing is left beside it')


def links():
    nodes = write('nodes.txt', '10.0.0.1:80\n')
    for name in ('real', 'links'):
        os.mkdir(place(name))
    with open(place('real', 'file'), 'w', encoding='ascii') as file:
        file.write('old')
    os.symlink('../real/file', place('links', 'second'))
    os.symlink(place('links', 'second'), place('links', 'first'))
    code = once('-f', nodes, '--write', place('links', 'first'), '--as', 'lines')
    equal((code[0], os.path.islink(place('links', 'first')), os.path.islink(place('links', 'second')), read(place('real', 'file'))),
          (0, True, True, '10.0.0.1:80 1\n'), 'links stay, and what they lead to is replaced')
    os.symlink('../real/new', place('links', 'dangling'))
    code = once('-f', nodes, '--write', place('links', 'dangling'), '--as', 'lines')
    equal((code[0], read(place('real', 'new'))), (0, '10.0.0.1:80 1\n'), 'one that leads nowhere yet leads to the new file')
    os.symlink('loop', place('links', 'loop'))
    os.mkfifo(place('fifo'))
    for target in (place('links', 'loop'), place('fifo'), folder.name, place('none', 'file')):
        code, _, err = once('-f', nodes, '--write', target, '--as', 'lines')
        ok(code == 71 and err.count('\n') == 1 and '--write' in err and target in err, f'{os.path.basename(target)} is an error', code, err)
    ok(stat.S_ISFIFO(os.stat(place('fifo')).st_mode), 'a pipe stays one')
    process = subprocess.run([PROXENOS, 'watch', '-f', nodes, '--once', '--write', 'here', '--as', 'lines'], cwd=place('real'),
                             stdout=subprocess.DEVNULL, check=False)
    equal((process.returncode, read(place('real', 'here'))), (0, '10.0.0.1:80 1\n'), 'a name alone is in the working folder')


def checks():
    nodes = write('nodes.txt', '10.0.0.1:80\n')
    target = place('checked')
    code, _, err = once('-f', nodes, '--write', target, '--check', 'false')
    ok((code, read(target), left_behind()) == (1, 2, []) and err.count('\n') == 1 and "--check: 'false' ended with exit code 1" in err,
       'a check that says no: exit code 1, and no file', code, err)
    equal((once('-f', nodes, '--write', target, '--as', 'lines', '--check', 'grep -q 10.0.0.1')[0], read(target)), (0, '10.0.0.1:80 1\n'),
          'the name of the candidate comes last')
    odd = place("it's $(touch ran) \"odd\" ; touch ran")
    os.mkdir(odd)
    odd = os.path.join(odd, 'file')
    for check in ('test -s {} && grep -q 10.0.0.1 {}', 'test -s "$PROXENOS_FILE"', 'grep -q 10.0.0.1'):
        done = once('-f', nodes, '--write', odd, '--as', 'lines', '--check', check, cwd=folder.name)
        equal((done[0], read(odd), os.path.exists(place('ran'))), (0, '10.0.0.1:80 1\n', False), f'a folder of an odd name, --check {check!r}')
        os.remove(odd)
    watch = Watch('-f', nodes, '--write', target, '--as', 'lines', '--check', f'echo a-try >&2; ! grep -q bad {{}} || test -e {place("fine")}')
    watch.line()
    write('nodes.txt', '10.0.0.2:80 service=bad\n')
    lines = [watch.line(), watch.line()]
    time.sleep(1)
    equal(read(target), '10.0.0.1:80 1\n', 'what is refused does not replace what is there')
    write('fine', '')
    ok(becomes(target, '10.0.0.2:80 1 service=bad\n'), 'it is tried again until it is taken', lines)
    code, _, err = watch.end(signal.SIGTERM)
    tries = err.count('a-try')
    ok(code == 130 and 4 < tries < 60 and err.count('proxenos: ') == 1, 'told once, for all tries', code, tries, err[-300:])
    watch = Watch('-f', nodes, '--write', place('never'), '--check', f'trap "" TERM; echo $$ >{place("pid")}; sleep 60; true')
    watch.line()
    comes_to_hold(place('pid'), '\n')
    ok(left_behind(), 'the candidate is beside the file while it is checked')
    code = watch.end(signal.SIGTERM)[0]
    equal((code, left_behind(), is_alive(int(read(place('pid'))))), (130, [], False),
          'TERM meanwhile leaves no candidate, no file and no child that ignores it')


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def faults():
    nodes = write('nodes.txt', '10.0.0.1:80\n')
    os.mkdir(place('vanishes'))
    target = place('vanishes', 'file')
    watch = Watch('-f', nodes, '--write', target, '--as', 'lines')
    watch.line()
    ok(becomes(target, '10.0.0.1:80 1\n'), 'a file in a folder')
    shutil.rmtree(place('vanishes'))
    write('nodes.txt', '10.0.0.2:80\n')
    watch.line()
    time.sleep(0.5)
    os.mkdir(place('vanishes'))
    ok(becomes(target, '10.0.0.2:80 1\n'), 'that vanishes and comes back: what was accepted meanwhile is not lost')
    code, _, err = watch.end(signal.SIGTERM)
    ok(code == 130 and err.count('\n') == 1 and target in err, 'which is told once', err)
    disk = place('disk')
    os.mkdir(disk)
    if os.getuid() != 0 or subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], stderr=subprocess.DEVNULL,
                                          check=False).returncode != 0:
        skip('a full disk', 'no tmpfs to be had')
        return
    try:
        target = os.path.join(disk, 'file')
        watch = Watch('-f', nodes, '--write', target, '--as', 'lines')
        watch.line()
        ok(becomes(target, '10.0.0.2:80 1\n'), 'a file on a small disk')
        with open(os.path.join(disk, 'ballast'), 'wb', buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b'x' * 4096)
            except OSError:
                pass
        write('nodes.txt', '10.0.0.3:80\n')
        watch.line()
        time.sleep(0.5)
        equal((read(target), left_behind(disk)), ('10.0.0.2:80 1\n', []), 'that is full: the old text stays whole, and nothing is left beside it')
        os.remove(os.path.join(disk, 'ballast'))
        ok(becomes(target, '10.0.0.3:80 1\n'), 'once there is room, the new one comes')
        code, _, err = watch.end(signal.SIGTERM)
        ok(code == 130 and err.count('\n') == 1, 'which is told once', err)
    finally:
        subprocess.run(['umount', '-l', disk], check=False)


def usage():
    nodes = write('nodes.txt', '10.0.0.1:80\n')
    for words, pattern in ((['--as', 'json'], '--write FILE'), (['--check', 'true'], '--write FILE'), (['--write', '-', '--check', 'true'], 'writes none'),
                           (['--write', ''], 'name of a file'), (['--write', 'a', '--check', ''], 'need a command'), (['--run', ''], 'need a command'), (['--write', 'a', '--write', 'b'], 'once'),
                           (['--write', 'a', '--as', 'xml'], 'haproxy'), (['--run-timeout', 'soon'], 'no duration|not a duration')):
        code, out, err = once('-f', nodes, *words)
        ok((code, out) == (2, '') and err.count('\n') == 1 and any(part in err for part in pattern.split('|')), f'{words} is wrong usage', code, err)


forms()
whole()
links()
checks()
faults()
usage()
finish()
