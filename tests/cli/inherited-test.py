# SPDX-License-Identifier: MIT
"""What the parent has closed, ignored, blocked or masked: the program sets what it relies on, and a command
that it runs finds everything as it was."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip

SOURCE = os.environ.get('top_srcdir', '.')
BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.join(BUILD, 'tests/cli/program')
PLUGINS = os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': folder.name}


def write(name, text):
    path = os.path.join(folder.name, name)
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)
    return path


def run(*arguments, before=None, **options):
    """`before` runs in the child."""
    return subprocess.run([PROGRAM, *arguments], env=ENVIRONMENT, preexec_fn=before, text=True, timeout=60,
                          **{'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE,
                             'restore_signals': False, **options})


def closing(*streams):
    def close():
        for stream in streams:
            os.close(stream)
    return close


ONE = write('one.txt', '10.0.0.1:80\n')
TWO = write('two.txt', '10.0.0.1:80\n10.0.0.2:80\n')
CONFIG = write('proxenos.yaml', 'backend: static-file\nstatic-file: {path: one.txt}\n')
hashes = [os.path.join(PLUGINS, 'hashes', name) for name in sorted(os.listdir(os.path.join(PLUGINS, 'hashes')))]

# ------------------------------------------------------------------------------------- closed standard output

ANSWERS = {
    'select KEY': ['select', '-f', ONE, 'k'],
    'select -o json': ['select', '-f', ONE, '-o', 'json', 'k'],
    'nodes': ['nodes', '-f', ONE],
    'explain': ['explain', '-f', ONE, 'k'],
    'owns -o json': ['owns', '-f', ONE, '--me', '10.0.0.1:80', '-o', 'json', 'k'],
    'diff': ['diff', ONE, TWO],
    'simulate': ['simulate', '-f', ONE, '--samples', '10'],
    'simulate --svg': ['simulate', '-f', ONE, '--samples', '10', '--svg', os.path.join(folder.name, 'x.svg')],
    'watch': ['watch', '-f', ONE],
    'watch --once': ['watch', '-f', ONE, '--once'],
    'watch KEY': ['watch', '-f', ONE, 'k'],
    'plugins': ['plugins'],
    'plugins list': ['plugins', 'list', '-o', 'tsv'],
    'plugins show': ['plugins', 'show', 'static-file'],
    'plugins new': ['plugins', 'new', 'mine', '--kind', 'hash', '--folder', folder.name],
    'plugins test': ['plugins', 'test', hashes[0]] if hashes else ['plugins'],
    'config check': ['config', 'check', '-c', CONFIG],
    'config show': ['config', 'show', '-c', CONFIG],
    'completion': ['completion', 'bash'],
    'help': ['help'],
    'help VERB': ['help', 'select'],
    'VERB --help': ['select', '--help'],
    '--help': ['--help'],
    '--version': ['--version'],
    'completing': ['__complete', 'se'],
}
CLOSED = 'proxenos: cannot write to standard output: it is closed\n'
verbs = {line.split('\t')[0] for line in run('__complete', '').stdout.splitlines()}
equal(sorted(verbs - {name.split(' ')[0] for name in ANSWERS}), ['exec', 'keep'], 'every verb is tried below')
for name, arguments in ANSWERS.items():
    result = run(*arguments, before=closing(1))
    said = '' if name == 'completing' else CLOSED # which never disturbs the line that is typed
    equal((result.returncode, result.stderr), (71, said), f'{name} >&- is an error')
result = run('select', '-f', ONE, '--stdin', before=closing(1), stdin=None, input='a\nb\n')
equal((result.returncode, result.stderr), (71, CLOSED), 'select --stdin >&- is an error')
with open('/dev/null', encoding='ascii') as unwritable:
    result = run('nodes', '-f', ONE, stdout=unwritable)
ok(result.returncode == 71 and result.stderr.startswith('proxenos: cannot write to standard output: '),
   'so is a standard output that is open for reading only', result)
for me, code in (('10.0.0.1:80', 0), ('10.0.0.2:80', 1)):
    key = next(key for key in 'abcdefgh' if run('select', '-f', TWO, key).stdout == '10.0.0.1:80\n')
    result = run('owns', '-f', TWO, '--me', me, key, before=closing(1))
    equal((result.returncode, result.stderr), (code, ''), f'owns prints nothing, and answers {code} all the same')
ok(run('select', '-b', 'nosuch', 'k', before=closing(1)).returncode == 67, 'another failure keeps its exit code')

# -------------------------------------------------------------------------------------- closed standard input

result = run('select', '-f', ONE, '--stdin', before=closing(0))
equal((result.returncode, result.stdout, result.stderr),
      (71, '', 'proxenos: cannot read standard input: it is closed\n'), 'select --stdin <&- is an error')
if os.path.exists('/dev/stdin'):
    result = run('nodes', '-f', '/dev/stdin', before=closing(0))
    ok(result.returncode != 0 and result.stdout == '' and result.stderr.count('\n') == 1,
       'nor is /dev/stdin an empty file then', result)
result = run('select', '-f', ONE, 'k', before=closing(0))
equal((result.returncode, result.stdout, result.stderr), (0, '10.0.0.1:80\n', ''), 'who does not read it does not mind')
result = run('select', '-f', ONE, 'k', before=closing(0, 2))
equal((result.returncode, result.stdout), (0, '10.0.0.1:80\n'), 'nor a closed standard error')
equal(run('select', '-f', ONE, 'k', before=closing(0, 1, 2)).returncode, 71, 'with all three closed the code tells')

# A command finds closed what was closed, and no file of ours in its place.
SEEN = 'for n in 0 1 2; do [ -e /proc/self/fd/$n ] && echo $n; done >"$0"; ls /proc/self/fd >"$0.all" 2>/dev/null'
seen = os.path.join(folder.name, 'seen')
if os.path.isdir('/proc/self/fd'):
    for options in ((), ('--fallback', '7')):
        for streams in ((), (1,), (0, 2), (0, 1, 2)):
            run('exec', '-f', ONE, *options, 'k', '--', 'sh', '-c', SEEN, seen, before=closing(*streams))
            with open(seen, encoding='ascii') as file:
                open_ones = [int(line) for line in file]
            # The shell's own file takes the place of the first that is closed, while it looks.
            wanted = sorted({0, 1, 2} - set(streams) | {1})
            equal(open_ones, wanted, f'the command of exec {" ".join(options)} finds {streams or "nothing"} closed')

# --------------------------------------------------------------------------------------------------- signals


def child_is_ignored():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def all_is_blocked():
    signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())


for name, before in (('SIGCHLD ignored', child_is_ignored), ('every signal blocked', all_is_blocked)):
    for code in (0, 3):
        result = run('exec', '-f', TWO, '--fallback', '7', 'k', '--', 'sh', '-c', f'echo x; exit {code}', before=before)
        equal((result.returncode, result.stdout, result.stderr), (code, 'x\n', ''), f'{name}: exec ends with {code}')
    result = run('exec', '-f', TWO, '--fallback', '7', 'k', '--', 'sh', '-c', 'echo {address}; exit 7', before=before)
    equal((result.returncode, len(result.stdout.splitlines())), (7, 2), f'{name}: exec falls back')
    result = run('exec', '-f', TWO, '--fallback', '7', 'k', '--', 'sh', '-c', 'kill -9 $$', before=before)
    equal(result.returncode, -9, f'{name}: exec sees a death by signal')

crashing = os.path.join(folder.name, 'bad-backend.so')
compiler = os.environ.get('CC', 'cc').split()
if subprocess.run([*compiler, '-shared', '-fPIC', '-DFAULT=CRASHES', f'-I{SOURCE}/core/include',
                   f'{SOURCE}/tests/kit/bad-backend.c', '-o', crashing], check=False).returncode == 0:
    for name, before in (('nothing inherited', None), ('SIGCHLD ignored', child_is_ignored),
                         ('every signal blocked', all_is_blocked)):
        result = run('plugins', 'test', crashing, before=before)
        ok(result.returncode == 1 and 'it crashed: signal' in result.stdout and 'exit code' not in result.stdout,
           f'{name}: plugins test knows a crash', result.stdout[-500:], result.stderr)
else:
    skip('plugins test knows a crash', 'it does not build')


def pipe_is_ignored():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def pipe_is_default():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


many = write('many.txt', ''.join(f'10.0.{i // 256}.{i % 256}:80\n' for i in range(30000)))
for name, before in (('ignored', pipe_is_ignored), ('as it is by default', pipe_is_default)):
    with subprocess.Popen([PROGRAM, 'nodes', '-f', many], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=ENVIRONMENT, preexec_fn=before, restore_signals=False) as process:
        process.stdout.readline()
        process.stdout.close()
        equal((process.stderr.read(), process.wait(20)), (b'', 0), f'SIGPIPE {name}: a reader that goes ends it quietly')

# A server that accepts and never answers; the parent has blocked what should end the reading.
with socket.create_server(('127.0.0.1', 0)) as server:
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen([PROGRAM, 'select', '-b', 'consul', '-h', '127.0.0.1', '-p',
                               str(server.getsockname()[1]), 'k'], stderr=subprocess.PIPE, env=ENVIRONMENT,
                              preexec_fn=lambda: (signal.signal(signal.SIGINT, signal.SIG_DFL), all_is_blocked()))\
                as process:
            time.sleep(0.5)
            process.send_signal(number)
            started = time.monotonic()
            words = process.stderr.read()
            ok(process.wait(20) == 130 and time.monotonic() - started < 3, f'{number.name} ends a reading though it '
               'was blocked', process.returncode, words)


def everything_at_once():
    child_is_ignored()
    pipe_is_ignored()
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD])
    os.umask(0o567)


SIGNALS = ['sh', '-c', "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status; umask"]
if os.path.exists('/proc/self/status'):
    for name, before in (('nothing', None), ('everything', everything_at_once)):
        wanted = subprocess.run(SIGNALS, capture_output=True, text=True, check=True, preexec_fn=before,
                                restore_signals=False).stdout
        for options in ((), ('--fallback', '7')):
            result = run('exec', '-f', ONE, *options, 'k', '--', *SIGNALS, before=before)
            equal((result.stdout, result.stderr), (wanted, ''),
                  f'the command of exec {" ".join(options)} inherits {name} as it was')
else:
    skip('a command inherits everything as it was', 'no /proc here')

# ---------------------------------------------------------------------------------------------------- umask

for mask in (0o777, 0o600, 0o400, 0o100):
    result = run('plugins', 'new', f'made{mask}', '--kind', 'backend', '--folder', folder.name,
                 before=lambda mask=mask: os.umask(mask))
    made = os.path.join(folder.name, f'made{mask}')
    modes = [os.stat(os.path.join(made, name)).st_mode & 0o777 for name in ('', 'Makefile', 'test.sh')]
    equal((result.returncode, result.stderr, modes),
          (0, '', [0o777 & ~mask | 0o700, 0o666 & ~mask | 0o600, 0o777 & ~mask | 0o700]),
          f'with the mask {mask:o}, what it makes is its own to use')
    shutil.rmtree(made)
picture = os.path.join(folder.name, 'y.svg')
run('simulate', '-f', ONE, '--samples', '10', '--svg', picture, before=lambda: os.umask(0o777))
equal(os.stat(picture).st_mode & 0o777, 0o600, 'a picture too')

finish()
