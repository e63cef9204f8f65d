# SPDX-License-Identifier: MIT
"""What the system cannot give is told where it comes up, in its own words, and what is then half does not pass
for whole: descriptors, memory, room on a disk."""
import errno
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip

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


def run(*arguments, before=None, environment=None, **options):
    """`before` runs in the child."""
    return subprocess.run([PROGRAM, *arguments], env={**ENVIRONMENT, **(environment or {})}, preexec_fn=before,
                          text=True, timeout=60, **{'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE,
                                                    'stderr': subprocess.PIPE, 'restore_signals': False, **options})


ONE = write('one.txt', '10.0.0.1:80\n')

# -------------------------------------------------------------------------------------------- few descriptors


def is_json(text):
    try:
        return json.loads(text) is not None
    except ValueError:
        return False


def with_descriptors(limit, *arguments):
    return run(*arguments, before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))


HASHES = write('hashes.yaml', 'clusters: {a: {backend: static-file}, b: {backend: static-file, hash: md5}}\n')
for title, arguments in (('plugins list', ['plugins', 'list', '-o', 'json']),
                         ('config check', ['config', 'check', '-c', HASHES, '-o', 'json']),
                         ('select by an alias', ['select', '-f', ONE, '-H', 'MD5', '-o', 'json', 'k'])):
    whole = run(*arguments)
    whole_names = sorted(json.loads(whole.stdout)) if whole.returncode in (0, 1) else None
    wrong, short = [], 0
    for limit in range(3, 24):
        result = with_descriptors(limit, *arguments)
        if result.returncode == 127 or 'shared librar' in result.stderr:
            continue # it did not start
        if result.returncode == whole.returncode and is_json(result.stdout):
            # The time of a reading differs.
            if whole_names == sorted(json.loads(result.stdout)) and ('plugins' not in arguments or
                                                                     result.stdout == whole.stdout):
                continue
        elif result.returncode >= 64 and not is_json(result.stdout) and os.strerror(errno.EMFILE) in result.stderr:
            short += 1
            continue
        wrong.append((limit, result))
    ok(not wrong, f'{title} with few descriptors is whole or an error that says why', *wrong[:2])
    ok(short > 0, f'{title}: at least one was too few')

# ------------------------------------------------------------------------------------------------ no room

MANY = write('many.txt', ''.join(f'10.0.{i // 256}.{i % 256}:80\n' for i in range(3000)))
NO_SPACE = os.strerror(errno.ENOSPC)
if os.path.exists('/dev/full'):
    for nodes in (ONE, MANY): # smaller, and larger, than any buffer
        result = run('simulate', '-f', nodes, '--samples', '3000', '--svg', '/dev/full')
        equal((result.returncode, result.stdout, result.stderr),
              (71, '', f"proxenos: cannot write '/dev/full': {NO_SPACE}\n"), 'a picture for which there is no room')
else:
    skip('a picture for which there is no room', 'no /dev/full here')


def nothing_larger_than(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


TOO_LARGE = os.strerror(errno.EFBIG)
for size in (0, 100, 900):
    result = run('plugins', 'new', 'mine', '--kind', 'backend', '--folder', folder.name,
                 before=nothing_larger_than(size))
    made = os.path.join(folder.name, 'mine')
    ok(result.returncode == 71 and result.stdout == '' and result.stderr.startswith(f'proxenos: {made}/') and
       result.stderr.endswith(f' cannot be written: {TOO_LARGE}\n'), f'a project of which {size} bytes are written',
       result)
    ok(not os.path.exists(made), 'nothing of it is left', made)
with open(os.path.join(folder.name, 'out'), 'w', encoding='ascii') as out:
    result = run('nodes', '-f', MANY, stdout=out, before=nothing_larger_than(10000))
equal((result.returncode, result.stderr), (71, f'proxenos: cannot write to standard output: {TOO_LARGE}\n'),
      'an answer that is cut short')
closed = os.path.join(folder.name, 'closed')
os.mkdir(closed)
result = run('plugins', 'new', 'mine', '--kind', 'hash', '--folder', os.path.join(ONE, 'below'))
equal(result.stderr, f"proxenos: the folder {ONE}/below/mine cannot be made: {os.strerror(errno.ENOTDIR)}\n",
      'a folder that cannot be made is told with its own reason')
if os.geteuid() != 0:
    os.chmod(closed, 0o500)
    result = run('plugins', 'new', 'mine', '--kind', 'hash', '--folder', closed)
    equal(result.stderr, f"proxenos: the folder {closed}/mine cannot be made: {os.strerror(errno.EACCES)}\n",
          'so is one that may not be')

# ------------------------------------------------------------------------------------------------ no memory

# strdup() fails once, at the call that the variable counts.
SHIM = write('shim.c', r"""
#include <errno.h>
#include <stdlib.h>
#include <string.h>
static int fails(void) {
    static long left = -1;
    const char *text = getenv("STRDUP_FAILS_AT");
    if (left < 0) left = text != NULL ? atol(text) : 0;
    return left > 0 && --left == 0;
}
static char *copy(const char *text, size_t length) {
    char *made = fails() ? NULL : malloc(length + 1);
    if (made == NULL) return errno = ENOMEM, NULL;
    made[length] = 0;
    return memcpy(made, text, length);
}
char *strdup(const char *text) { return copy(text, strlen(text)); }
char *strndup(const char *text, size_t most) { return copy(text, strnlen(text, most)); }
""")
shim = os.path.join(folder.name, 'shim.so')
preloaded = {'LD_PRELOAD': shim}
whole = run('plugins', 'list', '-o', 'json')
if subprocess.run([*os.environ.get('CC', 'cc').split(), '-shared', '-fPIC', '-fno-builtin', SHIM, '-o', shim],
                  check=False).returncode != 0 or run('plugins', 'list', '-o', 'json',
                                                      environment=preloaded).stdout != whole.stdout:
    skip('memory that strdup does not get', 'nothing can be put before the C library here')
else:
    for arguments in (['plugins', 'list', '-o', 'json'], ['plugins', 'show', 'static-file'],
                      ['config', 'show', '-f', ONE]):
        whole, wrong, shorts = run(*arguments), [], 0
        for at in range(1, 300, 3):
            result = run(*arguments, environment={**preloaded, 'STRDUP_FAILS_AT': str(at)})
            if (result.returncode, result.stdout) == (0, whole.stdout):
                continue # there are fewer
            shorts += 1
            if (result.returncode, result.stdout, result.stderr) != (71, '', 'proxenos: out of memory\n'):
                wrong.append((at, result))
        ok(not wrong and shorts > 0, f'{" ".join(arguments)}: memory that strdup does not get is an error', shorts,
           *wrong[:2])

finish()
