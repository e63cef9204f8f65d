# SPDX-License-Identifier: MIT
"""exec --fallback: whoever sends a signal wants an end, not the next node; and deaths by signal."""
import os
import pty
import signal
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

NODES = os.path.join(folder.name, 'nodes.txt')
with open(NODES, 'w', encoding='ascii') as made:
    made.write('10.0.0.1:80\n10.0.0.2:80\n10.0.0.3:80\n')
EXEC = [PROGRAM, 'exec', '-f', NODES]


def start(script, *options):
    """The command says "ready" each time that it is started."""
    process = subprocess.Popen([*EXEC, *options, 'k', '--', 'sh', '-c', script], stdout=subprocess.PIPE,
                               env=ENVIRONMENT)
    assert process.stdout.readline() == b'ready\n'
    return process


def end_of(process):
    """(the rest of its output, exit code)"""
    out = process.stdout.read().decode()
    return out, process.wait(20)


WAITS = 'i=0; while [ $((i += 1)) -lt 100 ]; do sleep 0.05; done' # so long at most
for name in ('TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2'):
    process = start(f"trap 'echo got; exit 1' {name}; echo ready; {WAITS}", '--fallback', '1')
    process.send_signal(getattr(signal, 'SIG' + name))
    equal(end_of(process), ('got\n', 1), f'SIG{name}, answered with a code of --fallback, ends it with that code')
process = start(f'echo ready; {WAITS}', '--fallback', '1-255')
process.send_signal(signal.SIGTERM)
equal(end_of(process), ('', -signal.SIGTERM), 'a command that dies of the signal passed on takes it along')
process = start(f"trap 'exit 1' TERM; echo ready; {WAITS}", '--fallback', '1', '-n', '1')
process.send_signal(signal.SIGTERM)
equal(end_of(process), ('', 1), 'at the last node too')

# The command ends by itself; nobody has asked for an end.
flag = os.path.join(folder.name, 'flag')
process = start(f'echo ready; while ! [ -e {flag} ]; do sleep 0.05; done; exit 1', '--fallback', '1')
process.send_signal(signal.SIGCONT)
time.sleep(0.2)
open(flag, 'w', encoding='ascii').close()
equal(end_of(process), ('ready\nready\n', 1), 'SIGCONT is no wish for an end')

# ------------------------------------------------------------------------------------------------ a terminal


def on_terminal(script, *options):
    """What it printed, and how it ended, when Ctrl-C was typed at its first "ready"."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [*EXEC, *options, 'k', '--', 'sh', '-c', script], ENVIRONMENT)
    text = b''
    while b'ready' not in text:
        text += os.read(terminal, 1000)
    os.write(terminal, b'\x03')
    try:
        while part := os.read(terminal, 1000):
            text += part
    except OSError:
        pass
    return text.count(b'ready'), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


try:
    for descriptor in os.openpty():
        os.close(descriptor)
except OSError: # a container without /dev/pts
    skip('Ctrl-C ends it', 'no terminals here')
else:
    equal(on_terminal(f"trap 'exit 1' INT; echo ready; {WAITS}", '--fallback', '1'), (1, 1),
          'Ctrl-C, which the command answers with a code of --fallback, ends it with that code')
    equal(on_terminal(f'echo ready; {WAITS}', '--fallback', '1-255'), (1, -signal.SIGINT),
          'Ctrl-C, of which the command dies, ends it so')

# ------------------------------------------------------------------------------------------- deaths by signal


def run(*arguments):
    result = subprocess.run([*EXEC, *arguments], capture_output=True, text=True, env=ENVIRONMENT)
    return result.stdout, result.returncode, result.stderr


ORDER = subprocess.run([PROGRAM, 'select', '-f', NODES, '-n', '3', 'k'], capture_output=True, text=True,
                       env=ENVIRONMENT).stdout
FIRST = ORDER.split('\n', 1)[0]
equal(run('--fallback', '143', 'k', '--', 'sh', '-c', 'echo {address}; kill -TERM $$'), (ORDER, -signal.SIGTERM, ''),
      '--fallback 143 means a death by SIGTERM too')
equal(run('--fallback', '143', 'k', '--', 'sh', '-c', 'echo {address}; exit 143'), (ORDER, 143, ''),
      'and what a shell says of one')
equal(run('--fallback', '137-143', 'k', '--', 'sh', '-c', 'echo {address}; kill -KILL $$'),
      (ORDER, -signal.SIGKILL, ''), 'in a range as well')
equal(run('--fallback', '137', 'k', '--', 'sh', '-c', 'echo {address}; kill -TERM $$'),
      (FIRST + '\n', -signal.SIGTERM, ''), 'of another signal it is not')
out, code, words = run('-v', '--fallback', '143', '-n', '2', 'k', '--', 'sh', '-c', 'kill -TERM $$')
equal(words, f'proxenos: the command ended with signal 15 for {FIRST}; now for {ORDER.splitlines()[1]}\n',
      'with -v it is told')

# --------------------------------------------------------------------------------------------- plugins test

hanging = os.path.join(folder.name, 'bad-backend.so')
if subprocess.run([*os.environ.get('CC', 'cc').split(), '-shared', '-fPIC', '-DFAULT=HANGS', f'-I{SOURCE}/core/include',
                   f'{SOURCE}/tests/kit/bad-backend.c', '-o', hanging], check=False).returncode == 0 and\
        os.path.exists(f'/proc/self/task/{os.getpid()}/children'):
    for form in ('text', 'json'):
        process = subprocess.Popen([PROGRAM, 'plugins', 'test', hanging, '-o', form], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=ENVIRONMENT)
        children = []
        while not children: # and then until that one hangs
            with open(f'/proc/{process.pid}/task/{process.pid}/children', encoding='ascii') as file:
                children = file.read().split()
        time.sleep(1)
        os.kill(int(children[0]), signal.SIGTERM)
        out, words = process.communicate(timeout=60)
        ok(process.returncode == 130 and b'interrupted' in words and b'1..' not in out and not out.endswith(b'}\n'),
           f'plugins test whose process is ended from outside does not look whole ({form})', process.returncode, words,
           out[-200:])

finish()
