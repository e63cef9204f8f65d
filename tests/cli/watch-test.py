# SPDX-License-Identifier: MIT
"""proxenos watch over files: what it prints, when it ends, and what signals and pipes do to it."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok
import watching

BUILD = os.environ.get('top_builddir', '.')
PROXENOS = os.environ.get('PROXENOS', os.path.join(BUILD, 'proxenos'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
PATIENCE = watching.PATIENCE
FAST = 'settle: 0s, poll: 30ms, retry: 20ms..50ms'


def place(name):
    return os.path.join(folder.name, name)


def write(name, text):
    """Renamed into place, so that no half of it is read."""
    with open(place(name + '.new'), 'w', encoding='utf-8') as file:
        file.write(text)
    os.rename(place(name + '.new'), place(name))
    return place(name)


def Watch(*arguments, settings=FAST, **options):
    return watching.Watch(write('watch.yaml', f'follow: {{{settings}}}\n'), *arguments, **options)


def text():
    nodes = write('nodes.txt', '10.0.0.1:80\n10.0.0.2:80 2 zone=a\n')
    watch = Watch('-f', nodes)
    equal([watch.line(), watch.line()], ['+ 10.0.0.1:80', '+ 10.0.0.2:80 weight 2'], 'the first lines are all nodes')
    write('nodes.txt', '10.0.0.2:80 3 zone=b\n10.0.0.3:80\n')
    equal([watch.line() for _ in range(3)],
          ['- 10.0.0.1:80', '~ 10.0.0.2:80 weight 2 -> 3, zone a -> b', '+ 10.0.0.3:80'], 'then what changes, flushed at once')
    os.rename(nodes, place('away'))
    line = watch.line()
    ok(line.startswith("= stale backend 'static-file': ") and 'nodes.txt' in line, 'a source that fails is a state', line)
    time.sleep(0.3)
    os.rename(place('away'), nodes)
    equal(watch.line(), '= current', 'told once; and so is its return')
    equal(watch.end(signal.SIGTERM), (130, '', ''), 'TERM ends it')
    watch = Watch('-f', write('nodes.json', '["10.0.0.1:80"]'))
    watch.line()
    write('nodes.json', '[]')
    equal(watch.line(), '= held no node is left, and min-nodes is 1', 'an empty membership is held')
    write('nodes.json', '["10.0.0.9:80"]')
    equal([watch.line() for _ in range(3)], ['= current', '- 10.0.0.1:80', '+ 10.0.0.9:80'], 'the next one is not')
    watch.end(signal.SIGTERM)
    watch = Watch('-f', nodes)
    watch.line()
    equal(watch.end(signal.SIGINT)[0], 130, 'so does INT')


def keys():
    nodes = write('nodes.txt', ''.join(f'10.0.0.{i}:80\n' for i in range(1, 10)))
    watch = Watch('-f', nodes, 'alice', 'bob', 'a\tb')
    first = dict(watch.line().rsplit('\t', 1) for _ in range(3))
    selected = {key: subprocess.run([PROXENOS, 'select', '-f', nodes, '--', key.replace('\\t', '\t')], capture_output=True, text=True,
                                    check=True).stdout.strip() for key in first}
    equal(first, selected, "keys have select's nodes")
    write('nodes.txt', ''.join(f'10.0.0.{i}:80\n' for i in range(1, 10) if f'10.0.0.{i}:80' != first['alice']))
    moved = watch.line().split('\t')
    ok(moved[0] == 'alice' and moved[1] != first['alice'], 'a key whose node goes moves', moved)
    write('nodes.txt', ''.join(f'10.0.0.{i}:80\n' for i in range(1, 10)))
    equal(watch.line(), 'alice\t' + first['alice'], 'and comes back; no other line is printed')
    watch.end(signal.SIGTERM)


def programs():
    nodes = write('nodes.txt', '10.0.0.1:80\n10.0.0.2:80\n')
    watch = Watch('-f', nodes, '-o', 'json', 'k')
    initial, key = json.loads(watch.line()), json.loads(watch.line())
    equal(set(initial), {'event', 'time', 'state', 'why', 'added', 'removed', 'changed', 'nodes', 'fingerprint', 'scheme'},
          'json has the documented shape')
    equal((initial['event'], initial['state'], [node['address'] for node in initial['added']], initial['removed'],
           initial['changed'], initial['nodes']), ('initial', 'current', ['10.0.0.1:80', '10.0.0.2:80'], [], [], 2), 'initial')
    ok(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', initial['time']), 'the time', initial['time'])
    equal((set(key), key['event'], key['key'], key['before']), ({'event', 'key', 'node', 'before'}, 'key', 'k', None), 'key')
    other = '10.0.0.1:80' if key['node']['address'] == '10.0.0.2:80' else '10.0.0.2:80'
    write('nodes.txt', f'{other} 5\n')
    change, moved = json.loads(watch.line()), json.loads(watch.line())
    equal((change['event'], [node['address'] for node in change['removed']], change['changed'][0]['fields'],
           change['changed'][0]['after']['weight'], change['nodes']), ('change', [key['node']['address']], ['weight'], 5, 1), 'change')
    ok(change['fingerprint'] != initial['fingerprint'] and change['scheme'] == initial['scheme'], 'fingerprint and scheme')
    equal((moved['node']['address'], moved['before']['address']), (other, key['node']['address']), 'the key moves')
    os.remove(nodes)
    state = json.loads(watch.line())
    equal((set(state), state['event'], state['state']), ({'event', 'time', 'state', 'why'}, 'state', 'stale'), 'state')
    watch.end(signal.SIGTERM)


def is_held_up(process):
    """Whether it sleeps with its pipe full, twice."""
    def look():
        with open(f'/proc/{process}/stat', encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return fields[0], fields[11], fields[12]
    first = look()
    time.sleep(0.3)
    return first == look() and first[0] == 'S' and first[1] != '0'


def endings():
    nodes = write('nodes.txt', '10.0.0.1:80\n')
    equal(Watch('-f', nodes, '--once').end(), (0, '+ 10.0.0.1:80\n', ''), '--once ends after the first membership')
    code, out, err = Watch('-f', place('none'), '--once').end()
    ok((code, out) == (65, '') and err.count('\n') == 1, 'a source that fails is an error then', code, out, err)
    started = time.monotonic()
    equal(Watch('-f', nodes, '--for', '300ms').end(), (0, '+ 10.0.0.1:80\n', ''), '--for ends after that time')
    ok(time.monotonic() - started >= 0.3, 'and not before')
    code, out, err = Watch('-f', nodes, '--for', 'ever').end()
    ok(code == 2 and "--for: 'ever' is not a duration" in err, 'a time that is none', err)
    watch = Watch('-f', place('later.txt'))
    lines = [watch.line()]
    write('later.txt', '10.0.0.7:80\n')
    lines.append(watch.line())
    ok(lines[0].startswith('= starting ') and lines[1] == '+ 10.0.0.7:80', 'a source that comes later is waited for', lines)
    code, _, err = watch.end(signal.SIGTERM)
    ok(code == 130 and err.count('trying again') == 1, 'which is said once', err)
    watch = Watch('-f', nodes)
    watch.line()
    watch.process.stdout.close()
    equal(watch.process.wait(timeout=PATIENCE), 0, 'the end of its reader ends it, with nothing to print')
    watch = Watch('-f', nodes, settings='settle: 0s, poll: 1h')
    watch.line()
    write('nodes.txt', '10.0.0.1:80\n10.0.0.2:80\n')
    watch.process.send_signal(signal.SIGHUP)
    equal(watch.line(), '+ 10.0.0.2:80', 'HUP reads again now')
    watch.end(signal.SIGTERM)
    for code, words in ((64, ['-b', 'consul', '-h', '127.0.0.1', '-p', '1']), (65, ['-f', write('empty.json', '[]')]), (67, ['-b', 'no-such']),
                        (69, ['-f', write('broken.json', '["10.0.0.1:80"')])):
        target = place('never')
        got, out, err = Watch(*words, '--once', '--write', target).end()
        ok((got, out, os.path.exists(target)) == (code, '', False) and err.count('\n') == 1, f'--once tells {code} from others', got, out, err)
    many = write('many.txt', ''.join(f'10.{number // 256}.{number % 256}.1:80\n' for number in range(20000)))
    for number in (signal.SIGTERM, signal.SIGINT):
        watch = Watch('-f', many)
        until = time.monotonic() + PATIENCE
        while not is_held_up(watch.process.pid) and time.monotonic() < until:
            time.sleep(0.05)
        watch.process.send_signal(number)
        equal(watch.process.wait(timeout=PATIENCE), 130, f'{number.name} ends it while a reader does not read')
        watch.process.communicate()
    code, out, err = Watch('-f', nodes, '--expect-scheme', 'other', '--once').end()
    ok((code, out) == (66, '') and '--expect-scheme' in err, 'another scheme than the expected one', err)
    with open('/dev/full', 'wb') as full:
        process = subprocess.run([PROXENOS, 'watch', '-f', nodes, '--for', '5s'], stdout=full, stderr=subprocess.PIPE)
    ok(process.returncode == 71 and b'cannot write' in process.stderr, 'a full disk is an error', process)


text()
keys()
programs()
endings()
finish()
