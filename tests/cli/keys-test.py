# SPDX-License-Identifier: MIT
"""Keys that are too long, that cannot be read, and memory that is short: nothing is taken for the end but
the end, and what was answered before is written."""
import json
import os
import resource
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import finish, ok, skip

BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.join(BUILD, 'tests/cli/program')
PLUGINS = os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': folder.name}


def path(name, content=None):
    whole = os.path.join(folder.name, name)
    if content is not None:
        with open(whole, 'wb') as file:
            file.write(content)
    return whole


def run(*arguments, stdin=b'', limits=()):
    def before():
        for name, value in limits:
            resource.setrlimit(name, (value, resource.getrlimit(name)[1]))
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, preexec_fn=before,
                          env=ENVIRONMENT)


def fails(result, code, words, title, out=b''):
    ok(result.returncode == code and result.stdout == out and result.stderr.decode() == f'proxenos: {words}\n', title,
       result.returncode, result.stdout, result.stderr)


THREE = path('three.txt', b'10.0.0.1:80 3\n10.0.0.2:80\n10.0.0.3:80\n')
TWO = path('two.txt', b'10.0.0.1:80\n10.0.0.2:80\n')

# ------------------------------------------------------------------------------------------------ --max-key


def answers(*keys):
    return b''.join(key + b'\t' + run('select', '-f', THREE, '--', key.decode()).stdout for key in keys)


for jobs in ('1', '4'):
    stream = ('select', '-f', THREE, '--stdin', '--jobs', jobs, '--max-key')
    result = run(*stream, '5', stdin=b'a\nbb\n\nfives\nsixsix\nc\n')
    fails(result, 2, 'standard input: key number 5 has more than the 5 bytes that --max-key allows',
          f'a key that is too long is told by its number, behind all answers before it (--jobs {jobs})',
          answers(b'a', b'bb', b'', b'fives'))
    result = run(*stream, '5', stdin=b'a\nsixsix')
    fails(result, 2, 'standard input: key number 2 has more than the 5 bytes that --max-key allows',
          f'so is one without an end (--jobs {jobs})', answers(b'a'))
    result = run(*stream, '6', stdin=b'a\nsixsix')
    ok((result.returncode, result.stdout, result.stderr) == (0, answers(b'a', b'sixsix'), b''),
       f'one of the very length is answered (--jobs {jobs})', result)
    # Far into the input, many blocks behind each other.
    keys = b''.join(b'key %d\n' % i for i in range(200000))
    before = run('select', '-f', THREE, '--stdin', stdin=keys).stdout
    result = run(*stream, '1K', stdin=keys + b'x' * 1025 + b'\nnever\n' + keys)
    fails(result, 2, 'standard input: key number 200001 has more than the 1024 bytes that --max-key allows',
          f'two hundred thousand answers come before it (--jobs {jobs})', before)
    result = run(*stream, '64', '-n', '2', '-o', 'json', stdin=b'a\n' + b'x' * 65)
    ok(result.returncode == 2 and json.loads(result.stdout)['key'] == 'a', f'with -n and JSON too (--jobs {jobs})',
       result)


def most_memory(*arguments, head, repeat):
    """(exit code, standard error, KiB) of a run that reads so many times the same."""
    script = ('import os, resource, subprocess, sys\n'
              'process = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,'
              ' stderr=subprocess.PIPE)\n'
              'try:\n'
              f'    process.stdin.write({head!r})\n'
              f'    for _ in range({repeat}): process.stdin.write(b"a" * 1000000)\n'
              '    process.stdin.close()\n'
              'except BrokenPipeError: pass\n'
              'words = process.stderr.read().decode()\n'
              'print(process.wait(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, words)')
    out = subprocess.run([sys.executable, '-c', script, PROGRAM, *arguments], capture_output=True, text=True,
                         env=ENVIRONMENT).stdout
    code, most, words = out.split(' ', 2)
    return int(code), words.strip(), int(most)


_, _, least = most_memory('select', '-f', THREE, '--stdin', head=b'a\n', repeat=0)
code, words, most = most_memory('select', '-f', THREE, '--stdin', head=b'a\n', repeat=1500)
ok(code == 2 and words == 'proxenos: standard input: key number 2 has more than the 67108864 bytes that --max-key '
   'allows', 'a line of 1.5 GB is an error by default', code, words)
room = 400 if os.environ.get('PROXENOS_SANITIZED') else 160 # a sanitizer keeps what was freed
ok(most - least < room * 1024, 'and takes no more memory than --max-key and a little', least, most)
code, words, most = most_memory('select', '-f', THREE, '--stdin', '--max-key', '1MiB', head=b'a\n', repeat=300)
ok(code == 2 and most - least < 16 * 1024, 'as little as one likes', code, words, least, most)

KEYS = path('keys', b'a\nbb\nfives\nsixsix\nc')
too_long = f'{KEYS}: key number 4 has more than the 5 bytes that --max-key allows'
fails(run('simulate', '-f', THREE, '--keys', KEYS, '--max-key', '5'), 2, too_long, 'simulate --keys keeps to it')
result = run('diff', THREE, TWO, '--keys', KEYS, '--max-key', '5')
ok(result.returncode == 2 and result.stderr.decode() == f'proxenos: {too_long}\n' and b'of all keys' not in result.stdout
   and b' move\n' not in result.stdout, 'diff --keys keeps to it, and counts nothing', result)
result = run('simulate', '-f', THREE, '--keys', KEYS, '--max-key', '6', '-o', 'json')
ok(json.loads(result.stdout)['keys'] == 5, 'a file of keys whose last lacks its newline is read whole', result)
big = path('big', b'\n'.join(b'y' * size for size in (0, 262143, 262144, 3000000, 1, 524288)) + b'\n')
result = run('simulate', '-f', THREE, '--keys', big, '-o', 'json')
ok(json.loads(result.stdout)['keys'] == 6, 'keys longer than any buffer are read whole', result)

for verb in (['select'], ['explain'], ['owns', '--me', '10.0.0.1:80'], ['watch', '--once', 'k']):
    result = run(*verb, '-f', THREE, '--max-key', '3', 'four')
    fails(result, 2, f"the KEY has 4 bytes, more than the 3 that --max-key allows; see 'proxenos {verb[0]} --help'",
          f'the KEY of {verb[0]} keeps to it')
    ok(run(*verb, '-f', THREE, '--max-key', '4', 'four').returncode in (0, 1), f'one that fits {verb[0]} takes')
fails(run('exec', '-f', THREE, '--max-key', '3', 'four', '--', 'echo', 'no'), 125,
      "the KEY has 4 bytes, more than the 3 that --max-key allows; see 'proxenos exec --help'",
      'the KEY of exec keeps to it')
for wrong in ('0', '', 'x', '-1', '1.5', '9x', '64 MiB', '99999999999999999999', '9999999999G'):
    fails(run('select', '-f', THREE, '--max-key', wrong, 'k'), 2,
          f"--max-key: '{wrong}' is no size such as 512, 64KiB, 64MiB or 1GiB; see 'proxenos select --help'",
          f'{wrong!r} is no size')
for right in ('1', '1k', '1KiB', '2M', '2mib', '1G', '4GiB'):
    ok(run('select', '-f', THREE, '--max-key', right, 'k').returncode == 0, f'{right!r} is one')

# ------------------------------------------------------------------- what cannot be read is not at its end

FOLDER = folder.name
for verb in (['diff', THREE, TWO], ['diff', THREE, TWO, '-o', 'json'], ['simulate', '-f', THREE]):
    fails(run(*verb, '--keys', FOLDER), 71, f"cannot read the keys '{FOLDER}': Is a directory",
          f'{" ".join(verb[:1] + verb[3:])} --keys FOLDER prints nothing')
fails(run('diff', THREE, TWO, '--keys', path('none')), 2,
      f"cannot open the keys '{path('none')}': No such file or directory", 'nor does a file that is not there')

# A line of 60 MB in the midst, and less memory than that.
LONG = path('long', b''.join(b'k%d\n' % i for i in range(1000)) + b'x' * 60000000 + b'\n' +
            b''.join(b'm%d\n' % i for i in range(1000)))
little = ((resource.RLIMIT_AS, 40 << 20),)
if run('select', '-f', THREE, 'k', limits=little).returncode != 0:
    skip('memory that is short is not the end of the keys', 'the program does not start in 40 MiB')
else:
    fails(run('simulate', '-f', THREE, '--keys', LONG, limits=little), 71, 'out of memory',
          'memory that is short is not the end of the keys')
    for form in ('text', 'json'):
        result = run('diff', THREE, TWO, '--keys', LONG, '-o', form, limits=little)
        ok(result.returncode == 71 and result.stderr == b'proxenos: out of memory\n' and
           b' move\n' not in result.stdout and b'moved_keys' not in result.stdout,
           f'and diff does not count half of them ({form})', result.returncode, result.stderr, result.stdout[-200:])
    for jobs in ('1', '4'):
        with open(LONG, 'rb') as file:
            result = run('select', '-f', THREE, '--stdin', '--jobs', jobs, stdin=file.read(), limits=little)
        ok(result.returncode == 71 and result.stderr == b'proxenos: out of memory\n' and
           result.stdout.count(b'\n') == 1000, f'select --stdin writes all answers before (--jobs {jobs})',
           result.returncode, result.stderr, result.stdout.count(b'\n'))
whole = json.loads(run('simulate', '-f', THREE, '--keys', LONG, '-o', 'json').stdout)
ok(whole['keys'] == 2001, 'with memory enough they are all read', whole['keys'])
whole = json.loads(run('diff', THREE, TWO, '--keys', LONG, '-o', 'json').stdout)
ok(whole['keys'] == 2001, 'by diff too', whole['keys'])

finish()
