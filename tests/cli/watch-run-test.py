# SPDX-License-Identifier: MIT
"""proxenos watch --run: what the command hears, when it runs, and what becomes of one that fails, hangs, forks or does not
want to end."""
import json
import os
import signal
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok
import watching

folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
FAST = 'settle: 0s, poll: 20ms, retry: 20ms..50ms'


def place(name):
    return os.path.join(folder.name, name)


def write(name, text):
    """Renamed into place, so that no half of it is read."""
    with open(place(name + '.new'), 'w', encoding='utf-8') as file:
        file.write(text)
    os.rename(place(name + '.new'), place(name))
    return place(name)


def read(name):
    try:
        with open(place(name), encoding='utf-8') as file:
            return file.read()
    except FileNotFoundError:
        return ''


def pid_in(name):
    """The process of a file, once it is written."""
    seen = []

    def is_there():
        seen.append(read(name).strip())
        return seen[-1].isdigit()
    until(is_there)
    return int(seen[-1])


def clean(*names):
    for name in names:
        if os.path.exists(place(name)):
            os.remove(place(name))


def nodes(*numbers):
    return write('nodes.txt', ''.join(f'10.0.0.{number}:80\n' for number in numbers))


def Watch(*arguments, settings=FAST, **options):
    return watching.Watch(write('watch.yaml', f'follow: {{{settings}}}\n'), '-f', place('nodes.txt'), *arguments, cwd=folder.name,
                          **options)


def until(condition, patience=watching.PATIENCE):
    end = time.monotonic() + patience
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def is_alive(process):
    """A zombie whose parent is not this program's is dead enough."""
    try:
        with open(f'/proc/{process}/stat', encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] not in 'ZX'
    except (FileNotFoundError, ProcessLookupError):
        return False


def hearing():
    nodes(1, 2)
    script = 'echo on-stdout; cat >stdin; printf "%s|%s|%s|%s|%s|%s\\n" "$PROXENOS_ADDED" "$PROXENOS_REMOVED" ' \
             '$PROXENOS_ADDED_COUNT $PROXENOS_REMOVED_COUNT $PROXENOS_COUNT $PROXENOS_FINGERPRINT >>heard'
    watch = Watch('-o', 'json', '--run', script)
    initial = json.loads(watch.line())
    ok(until(lambda: read('heard').count('\n') == 1), 'the command runs at the start')
    equal(read('heard').splitlines()[0], f'10.0.0.1:80 10.0.0.2:80||2|0|2|{initial["fingerprint"]}', 'and hears of all nodes')
    heard = json.loads(read('stdin'))
    equal(([node['address'] for node in heard['nodes']], heard['fingerprint'], heard['scheme']),
          (['10.0.0.1:80', '10.0.0.2:80'], initial['fingerprint'], initial['scheme']), 'also on its standard input')
    nodes(2, 3)
    change = json.loads(watch.line())
    ok(until(lambda: read('heard').count('\n') == 2), 'and at a change')
    equal(read('heard').splitlines()[1], f'10.0.0.3:80|10.0.0.1:80|1|1|2|{change["fingerprint"]}', 'of what came and went')
    code, out, err = watch.end(signal.SIGTERM)
    equal((code, out, err), (130, '', 'on-stdout\n' * 2), "its output is none of watch's: it goes to standard error")
    clean('heard', 'stdin')

    write('nodes.txt', ''.join(f'10.{number // 65536}.{number // 256 % 256}.{number % 256}:65535\n' for number in range(100000)))
    code, _, err = Watch('--once', '--run', 'wc -c >bytes; echo "${PROXENOS_ADDED-none} $PROXENOS_ADDED_COUNT $PROXENOS_COUNT $PROXENOS_REMOVED" >heard').end()
    ok((code, read('heard')) == (0, 'none 100000 100000 \n') and int(read('bytes')) > 10000000,
       'a list too long for an environment is left out, its number and standard input are not', code, err, read('heard')[:200])
    clean('heard')


def one_at_a_time():
    nodes(1)
    watch = Watch('--run', 'mkdir running || echo two >>two; echo begun >>log; echo "$PROXENOS_ADDED" >>added; until test -e go; do sleep 0.02; done; rmdir running; echo ended >>log')
    ok(until(lambda: read('log') == 'begun\n'), 'a command runs')
    for number in range(2, 8):
        nodes(1, number)
        while f'+ 10.0.0.{number}:80' not in watch.line():
            pass
    write('go', '')
    ok(until(lambda: read('log').count('ended') == 2), 'six changes meanwhile')
    time.sleep(0.5)
    equal((read('log'), read('two')), ('begun\nended\nbegun\nended\n', ''), 'give one more run, never two at once')
    equal(read('added'), '10.0.0.1:80\n10.0.0.7:80\n', 'of the newest')
    watch.end(signal.SIGTERM)
    clean('log', 'go', 'added')
    nodes(1)
    watch = Watch('--run', 'echo run >>log', '--write', place('target'), '--as', 'env')
    ok(until(lambda: read('log') == 'run\n'), 'with --write it runs at the start')
    watch.line()
    write('nodes.txt', '10.0.0.1:80 zone=b\n')
    ok(watch.line().startswith('~ '), 'and not')
    time.sleep(0.3)
    equal(read('log'), 'run\n', 'when the file stays as it was')
    nodes(1, 2)
    ok(until(lambda: read('log') == 'run\n' * 2), 'but when it is replaced')
    watch.end(signal.SIGTERM)
    clean('log')
    ok(Watch('--once', '--run', 'echo run >>log', '--write', place('target'), '--as', 'env').end()[0] == 0 and read('log') == 'run\n',
       'a file that is right already is told of at the start all the same: nobody knows who heard of it')
    clean('log')
    nodes(*range(1, 10))
    watch = Watch('alice', 'bob', '--run', 'echo run >>log')
    owners = dict(watch.line().split('\t') for _ in range(2))
    others = [number for number in range(1, 10) if f'10.0.0.{number}:80' not in owners.values()]
    ok(until(lambda: read('log') == 'run\n'), 'with KEYs it runs at the start')
    nodes(*(number for number in range(1, 10) if number != others[0]))
    time.sleep(0.6)
    equal(read('log'), 'run\n', 'not when no key moves')
    nodes(*(number for number in range(1, 10) if f'10.0.0.{number}:80' != owners['alice']))
    ok(until(lambda: read('log') == 'run\n' * 2), 'and when one does')
    watch.end(signal.SIGTERM)
    clean('log')


def failing():
    nodes(1)
    watch = Watch('--run', 'echo "$PROXENOS_ADDED" >>log; test -e fine')
    watch.line()
    ok(until(lambda: read('log').count('\n') > 5), 'a command that fails is tried again')
    nodes(1, 2)
    watch.line()
    ok(until(lambda: '10.0.0.1:80 10.0.0.2:80\n' in read('log')), 'and hears of all since the last that did not')
    write('fine', '')
    time.sleep(0.3)
    before = read('log')
    time.sleep(0.3)
    equal(read('log'), before, 'until it succeeds')
    code, _, err = watch.end(signal.SIGTERM)
    ok(code == 130 and err.count('\n') == 1 and 'ended with exit code 1' in err, 'which is told once', err)
    clean('log', 'fine')
    for script, code, words in (('exit 3', 1, 'exit code 3'), ('kill -9 $$', 1, 'signal 9'), ('exec ./no-such-command', 1, 'exit code 127'), ('true', 0, '')):
        got, _, err = Watch('--once', '--run', script).end()
        ok(got == code and words in err, f'--once ends with {code} for {script!r}', got, err)
    watch = Watch('--run', 'echo try >>log; exit 1', settings='settle: 0s, poll: 20ms, retry: 1h')
    watch.line()
    ok(until(lambda: read('log') == 'try\n'), 'a long pause')
    time.sleep(0.3)
    watch.process.send_signal(signal.SIGHUP)
    ok(until(lambda: read('log') == 'try\ntry\n'), 'is over at a HUP')
    watch.end(signal.SIGTERM)
    clean('log')


def hanging():
    nodes(1)
    started = time.monotonic()
    code, _, err = Watch('--once', '--run-timeout', '200ms', '--run', 'trap "" TERM; echo $$ >pid; while :; do sleep 60; done').end()
    ok(code == 1 and 'took longer than 200 ms' in err and time.monotonic() - started < 30 and not is_alive(pid_in('pid')),
       'a command that hangs and ignores TERM is killed', code, err)
    nodes(1)
    watch = Watch('--run-timeout', '200ms', '--run', 'test -e hung || { touch hung; sleep 60; }; echo "$PROXENOS_ADDED" >heard')
    ok(until(lambda: read('heard') == '10.0.0.1:80\n'), 'one that hangs is ended and tried again')
    watch.end(signal.SIGTERM)
    clean('heard', 'hung', 'pid')
    forks = 'sh -c "trap \\"\\" TERM; echo \\$\\$ >first; while :; do sleep 60; done" & trap "" TERM; echo $$ >second; wait; while :; do sleep 60; done'
    for number in (signal.SIGTERM, signal.SIGINT):
        watch = Watch('--run', forks)
        ok(until(lambda: read('first').endswith('\n') and read('second').endswith('\n')), 'one that forks, and all ignore TERM')
        watch.end(number)
        equal((watch.process.returncode, is_alive(pid_in('first')), is_alive(pid_in('second'))), (130, False, False),
              f'{number.name} leaves none of them')
        clean('first', 'second')
    watch = Watch('--run', forks)
    until(lambda: read('first').endswith('\n') and read('second').endswith('\n'))
    watch.line()
    watch.process.stdout.close()
    equal(watch.process.wait(timeout=watching.PATIENCE), 0, 'a closed reader ends it')
    equal((is_alive(pid_in('first')), is_alive(pid_in('second'))), (False, False), 'and leaves none either')
    clean('first', 'second')
    watch = Watch('--once', '--run', 'sleep 60 >&- 2>&- & echo $! >first')
    equal(watch.end()[0], 0, 'what a command starts behind it')
    process = pid_in('first')
    ok(is_alive(process), 'and leaves when it ends well, goes on: it may be a server')
    os.kill(process, signal.SIGKILL)
    clean('first')
    watch = Watch('--for', '300ms', '--run', 'touch begun; sleep 1; echo done >log')
    equal((watch.end()[0], read('log')), (0, 'done\n'), '--for lets what it has begun come to its end')
    clean('log', 'begun')
    equal(Watch('--for', '300ms', '--run', 'exit 7').end()[0], 1, 'and tells by its exit code when it fails')


def flood():
    """Ten thousand changes in ten seconds."""
    nodes(1)
    watch = Watch('--run', 'echo "$PROXENOS_REMOVED" >>log', '--write', place('target'), '--as', 'lines', settings='settle: 250ms..1s, poll: 20ms')
    reader = threading.Thread(target=lambda: watch.process.stdout.read(), daemon=True)
    reader.start()
    begun = time.monotonic()
    for change in range(10000):
        nodes(1, 2 + change % 250)
        wait = begun + (change + 1) / 1000 - time.monotonic()
        if wait > 0:
            time.sleep(wait)
    nodes(1, 99)
    ok(until(lambda: read('target') == '10.0.0.1:80 1\n10.0.0.99:80 1\n'), 'after ten thousand changes the file is right')
    took = time.monotonic() - begun
    time.sleep(0.5)
    watch.process.send_signal(signal.SIGTERM)
    watch.process.wait(timeout=watching.PATIENCE)
    reader.join(watching.PATIENCE)
    runs = read('log').count('\n')
    print(f'# {runs} runs in {took:.1f} s')
    ok(1 <= runs <= took * 4 + 2, 'and no more was done than settle allows', runs, took)


hearing()
one_at_a_time()
failing()
hanging()
flood()
finish()
