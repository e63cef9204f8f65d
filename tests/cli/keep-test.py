# SPDX-License-Identifier: MIT
"""proxenos keep: one machine runs the command, another when that one goes; and whatever the command does, it ends."""
import fcntl
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip
import watching

BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.abspath(os.path.join(BUILD, 'tests/cli/program'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
FAST = 'settle: 0s, poll: 20ms, retry: 20ms..80ms'


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


def clean():
    for name in os.listdir(folder.name):
        os.remove(place(name))


def nodes(*numbers):
    return write('nodes.json', str([f'10.0.0.{number}:80' for number in numbers]).replace("'", '"'))


def until(condition):
    end = time.monotonic() + watching.PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def is_alive(process):
    """A zombie whose parent is not this program is dead enough."""
    try:
        with open(f'/proc/{process}/stat', encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] not in 'ZX'
    except (FileNotFoundError, ProcessLookupError):
        return False


ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name == 'PROXENOS_PLUGIN_PATH' or not name.startswith('PROXENOS_')}
ENVIRONMENT['PROXENOS_PLUGIN_PATH'] = os.path.abspath(ENVIRONMENT.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage')))
started = []


class Keep:
    """A running `proxenos keep` for the node 10.0.0.NUMBER."""
    def __init__(self, number, script, *options, settings=FAST, delay='0s', **more):
        config = write('keep.yaml', f'follow: {{{settings}}}\n')
        words = [PROGRAM, 'keep', '-c', config, '-f', place('nodes.json'), '--me', f'10.0.0.{number}:80', '--start-delay', delay, *options]
        self.process = subprocess.Popen([*words, 'job', '--', *(['sh', '-c', script] if isinstance(script, str) else script)], cwd=folder.name,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT, **more)
        started.append(self.process)

    def end(self, number=None):
        """(exit code, stderr)"""
        if number:
            self.process.send_signal(number)
        err = self.process.communicate(timeout=watching.PATIENCE)[1].decode()
        return self.process.returncode, err


def owners(*numbers):
    nodes(*numbers)
    chosen = subprocess.run([PROGRAM, 'select', '-f', place('nodes.json'), '-n', '9', 'job'], capture_output=True, text=True, check=True,
                            env=ENVIRONMENT).stdout
    return [int(number) for number in re.findall(r'10\.0\.0\.(\d+)', chosen)]


RUNS = 'trap \'echo "- $PROXENOS_NODE" >>log; exit\' TERM; echo "+ $PROXENOS_NODE" >>log; while :; do sleep 0.02; done'


def moves():
    first, second, third = owners(1, 2, 3)
    keeps = {number: Keep(number, RUNS, delay='300ms') for number in (1, 2, 3)}
    ok(until(lambda: read('log') == f'+ 10.0.0.{first}:80\n'), "of three, the key's node runs it", read('log'))
    nodes(second, third)
    ok(until(lambda: read('log').count('\n') == 3), 'and when that one goes, the next')
    equal(read('log'), f'+ 10.0.0.{first}:80\n- 10.0.0.{first}:80\n+ 10.0.0.{second}:80\n', 'not before it has ended there')
    keeps[second].end(signal.SIGTERM)
    nodes(third)
    ok(until(lambda: read('log').endswith(f'- 10.0.0.{second}:80\n+ 10.0.0.{third}:80\n')), 'the last')
    nodes(1, 2, 3)
    ok(until(lambda: read('log').endswith(f'- 10.0.0.{third}:80\n+ 10.0.0.{first}:80\n')), 'and back')
    equal([keeps[number].end(signal.SIGTERM)[0] for number in (first, third)], [130, 130], 'TERM ends them')
    ok(until(lambda: read('log').count('+') == read('log').count('-')), 'and what they run')
    clean()
    first, second, third = owners(1, 2, 3)
    keeps = {number: Keep(number, RUNS, '-n', '2') for number in (1, 2, 3)}
    ok(until(lambda: read('log').count('+') == 2), 'with -n 2, two run it')
    time.sleep(0.3)
    equal(sorted(read('log').splitlines()), sorted([f'+ 10.0.0.{first}:80', f'+ 10.0.0.{second}:80']), 'the best two')
    for one in keeps.values():
        one.end(signal.SIGINT)
    clean()


def delays():
    first, second = owners(1, 2)
    nodes(second)
    one = Keep(first, RUNS, delay='400ms')
    time.sleep(0.3)
    equal(read('log'), '', 'not its key, not its command')
    begun = time.monotonic()
    nodes(first, second)
    until(lambda: read('log'))
    ok(time.monotonic() - begun >= 0.4, 'it starts no sooner than --start-delay')
    nodes(second)
    until(lambda: '-' in read('log'))
    write('log', '')
    nodes(first)
    time.sleep(0.25)
    nodes(second)
    time.sleep(0.8)
    equal(read('log'), '', 'a key that goes again meanwhile starts nothing')
    one.end(signal.SIGTERM)
    clean()
    nodes(1)
    one = Keep(1, ['sh', '-c', 'trap "echo usr1 >>log" USR1; echo "{address} {key} $PROXENOS_HOST $(cat | wc -c)" >log; while :; do sleep 0.02; done'])
    ok(until(lambda: read('log').endswith('\n')), 'it runs')
    equal(' '.join(read('log').split()), '10.0.0.1:80 job 10.0.0.1 0', 'with its node in words and environment, and nothing on standard input')
    time.sleep(0.1)
    one.process.send_signal(signal.SIGUSR1)
    ok(until(lambda: 'usr1' in read('log')), 'USR1 is passed on')
    one.end(signal.SIGTERM)
    clean()
    nodes(1)
    with open(place('given'), 'wb') as given:
        number = fcntl.fcntl(given, fcntl.F_DUPFD, 200)
        one = Keep(1, f'echo through >/proc/self/fd/{number} && ls /proc/self/fd >log.new && mv log.new log; sleep 60', pass_fds=(number,))
        os.close(number)
    ok(until(lambda: read('log')), 'a descriptor that keep was given')
    equal((read('given'), read('log').split()), ('through\n', sorted(['0', '1', '2', '3', str(number)])), 'is passed on, and no other')
    one.end(signal.SIGTERM)
    clean()


def ends():
    nodes(1)
    one = Keep(1, 'echo run >>log; exit 3')
    ok(until(lambda: read('log').count('run') > 4), 'a command that ends is started again')
    code, err = one.end(signal.SIGTERM)
    ok(code == 130 and err.count('\n') == 1 and 'ended with exit code 3' in err, 'which is told once', code, err)
    clean()
    nodes(1)
    for script, wanted in (('exit 0', 0), ('exit 7', 7), ('kill -9 $$', 137)):
        code, err = Keep(1, script, '--once').end()
        equal((code, err), (wanted, ''), f'--once ends with it: {script}')
    code, err = Keep(1, ['./no-such-command']).end()
    ok(code == 127 and err.count('\n') == 1, 'a command that is not there', code, err)
    os.mkdir(place('bin'))
    code, err = Keep(1, ['./bin']).end()
    os.rmdir(place('bin'))
    ok(code == 126 and err.count('\n') == 1, 'one that cannot be run', code, err)
    one = Keep(1, 'sh -c "trap : TERM; echo \\$\\$ >rest; while :; do sleep 0.02; done" & until test -s rest; do sleep 0.02; done; echo run >>log', '--grace', '100ms')
    ok(until(lambda: read('log').count('run') > 2), 'one that leaves something behind')
    rest = pid_in('rest')
    code, err = one.end(signal.SIGTERM)
    ok(not is_alive(rest), 'is started again only without it', code, err)
    clean()
    if shutil.which('setsid') and os.path.exists(f'/proc/self/task/{os.getpid()}/children'):
        nodes(1)
        one = Keep(1, 'for i in 1 2 3 4 5; do (setsid sh -c "echo >>log; sleep 0.1" &); done; exec sleep 60')
        until(lambda: read('log').count('\n') == 5)

        def children():
            with open(f'/proc/{one.process.pid}/task/{one.process.pid}/children', encoding='ascii') as file:
                return len(file.read().split())
        ok(until(lambda: children() == 1), 'what it leaves in sessions of its own is buried when it ends', children())
        one.end(signal.SIGTERM)
        clean()
    else:
        skip('what it leaves in sessions of its own is buried when it ends', 'no setsid here, or no list of children')


STUBBORN = 'trap "" TERM; sh -c "trap \\"\\" TERM; echo \\$\\$ >second; while :; do sleep 60; done" & echo $$ >first; while :; do sleep 60; done'


def stubborn():
    def runs():
        return until(lambda: read('first').endswith('\n') and read('second').endswith('\n'))
    nodes(1)
    one = Keep(1, STUBBORN, '--grace', '200ms')
    runs()
    pids = [pid_in('first'), pid_in('second')]
    nodes(2)
    ok(until(lambda: not any(map(is_alive, pids))), 'a key that moves ends a command that ignores TERM, and what it started')
    equal(one.end(signal.SIGTERM)[0], 130, 'and keep waits for the key to come back')
    clean()
    nodes(1)
    one = Keep(1, STUBBORN, '--grace', '1h')
    runs()
    pids = [pid_in('first'), pid_in('second')]
    one.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    ok(one.process.poll() is None and all(map(is_alive, pids)), 'TERM gives it its grace')
    code, _ = one.end(signal.SIGTERM)
    equal((code, [is_alive(pid) for pid in pids]), (130, [False, False]), 'a second one does not wait for that')
    clean()
    nodes(1)
    one = Keep(1, 'echo $$ >first; exec sleep 60')
    ok(until(lambda: read('first').endswith('\n')), 'a keep that is killed')
    one.end(signal.SIGKILL)
    if sys.platform == 'linux':
        ok(until(lambda: not is_alive(pid_in('first'))), 'takes its command along')
    else:
        skip('takes its command along', 'Linux only')
    clean()


def views():
    nodes(1)
    one = Keep(1, RUNS, settings=FAST + ', max-age: 1500ms')
    ok(until(lambda: read('log').count('+') == 1), 'it runs')
    nodes()
    time.sleep(0.4)
    equal(read('log').count('-'), 0, 'a membership that is held does not end it')
    ok(until(lambda: read('log').count('-') == 1), 'but max-age does')
    nodes(1)
    ok(until(lambda: read('log').count('+') == 2), 'and it starts again with the next membership')
    os.remove(place('nodes.json'))
    time.sleep(0.4)
    equal(read('log').count('-'), 1, 'a source that fails does not end it')
    ok(until(lambda: read('log').count('-') == 2), 'but max-age does')
    code, err = one.end(signal.SIGTERM)
    lines = err.splitlines()
    ok(code == 130 and len(lines) <= 8 and sum('max-age' in line for line in lines) == 2 and sum('held' in line or 'min-nodes' in line for line in lines) >= 1,
       'each is told once', code, err)
    clean()
    one = Keep(1, RUNS)
    time.sleep(0.3)
    equal(read('log'), '', 'nothing runs before the first membership')
    nodes(2)
    time.sleep(0.3)
    equal(read('log'), '', 'nor while this node is none of them')
    nodes(1)
    ok(until(lambda: read('log').count('+') == 1), 'but once it is')
    nodes(2)
    ok(until(lambda: read('log').count('-') == 1), 'and no longer')
    code, err = one.end(signal.SIGTERM)
    ok(code == 130 and err.count('trying again') == 1 and err.count('--me') == 2, 'each is told once', code, err)
    clean()


def on_terminal(*ends):
    """How keep ended on a terminal where that was done to it, and whether its command is gone."""
    config = write('keep.yaml', f'follow: {{{FAST}}}\n')
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder.name)
        os.execve(PROGRAM, [PROGRAM, 'keep', '-c', config, '-f', 'nodes.json', '--me', '10.0.0.1:80', '--start-delay', '0s', 'job', '--',
                            'sh', '-c', 'echo $$ >first; exec sleep 60'], ENVIRONMENT)
    until(lambda: read('first').endswith('\n'))
    for end in ends:
        end(terminal)
    ended = []

    def has_ended():
        ended.extend([] if ended else [status for number, status in [os.waitpid(pid, os.WNOHANG)] if number == pid])
        return bool(ended)
    until(has_ended)
    gone = not is_alive(pid_in('first'))
    clean()
    return os.waitstatus_to_exitcode(ended[0]) if ended else None, gone


def terminals():
    try:
        for descriptor in os.openpty():
            os.close(descriptor)
    except OSError: # a container without /dev/pts
        skip('Ctrl-C and a terminal that goes away', 'no terminals here')
        return
    nodes(1)
    equal(on_terminal(lambda terminal: os.write(terminal, b'\x03')), (130, True), 'Ctrl-C ends the command, which is not in front, and keep')
    nodes(1)
    equal(on_terminal(os.close), (130, True), 'so does a terminal that goes away')
    nodes(2)
    one = Keep(1, RUNS, settings='settle: 0s, poll: 1h')
    until(lambda: is_sleeping(one.process.pid))
    nodes(1)
    one.process.send_signal(signal.SIGHUP)
    ok(until(lambda: read('log').count('+') == 1), 'a HUP that somebody sends reads the source again now')
    one.end(signal.SIGTERM)
    clean()


def is_sleeping(process):
    """Whether it waits, after it has done something."""
    with open(f'/proc/{process}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    time.sleep(0.1)
    return fields[0] == 'S' and os.path.exists(f'/proc/{process}/task') and len(os.listdir(f'/proc/{process}/task')) > 1


def usage():
    nodes(1)
    for words in ([], ['job'], ['job', 'sh'], ['--me', '10.0.0.1:80', 'job'], ['--me', '10.0.0.1:80', 'job', 'more', '--', 'sh'],
                  ['job', '--', 'true'], ['--me', '10.0.0.1:80', '--grace', 'x', 'job', '--', 'true'],
                  ['--me', '10.0.0.1:80', '--nonsense', 'job', '--', 'true']):
        done = subprocess.run([PROGRAM, 'keep', '-f', place('nodes.json'), *words], capture_output=True, text=True, check=False, env=ENVIRONMENT)
        ok((done.returncode, done.stdout) == (125, '') and done.stderr.count('\n') == 1, f'{words} is wrong usage', done)
    done = subprocess.run([PROGRAM, 'keep', '-f', place('nodes.json'), '--me', '10.0.0.1:80', '--start-delay', '0s', '--expect-scheme', 'x', 'job', '--', 'true'],
                          capture_output=True, text=True, check=False, env=ENVIRONMENT)
    ok(done.returncode == 125 and '--expect-scheme' in done.stderr, 'another scheme than the expected one', done)
    clean()


try:
    moves()
    delays()
    ends()
    stubborn()
    views()
    terminals()
    usage()
finally:
    for process in started:
        if process.poll() is None:
            process.kill()
finish()
