# SPDX-License-Identifier: MIT
"""What simulate and diff expect is what the keys do: by weight, by the slots of a table, for replicas; the number
of threads changes nothing; of a large cluster what was asked about is shown."""
import json
import math
import os
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
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': folder.name, 'NO_COLOR': '1'}


def path(name, text=None):
    whole = os.path.join(folder.name, name)
    if text is not None:
        with open(whole, 'w') as file:
            file.write(text)
    return whole


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          env=ENVIRONMENT, text=True)


def answer(*arguments, code=0):
    result = run(*arguments, '-o', 'json')
    if result.returncode != code:
        raise SystemExit(f'Bail out! {arguments}: {result.returncode}: {result.stderr}')
    return json.loads(result.stdout)


def fits(keys, count, share):
    """Within six standard deviations, which a test of some hundred shares does not miss by chance."""
    return abs(count - keys * share) <= 6 * math.sqrt(keys * share * (1 - share)) + 1e-6 * keys


def check(got, places, title, side='before'):
    loads = [node[side] for node in got['nodes'] if node[side]]
    shares = [load['due_share'] for load in loads]
    ok(abs(sum(shares) - places) < 1e-6, f'{title}: all places are due to somebody', sum(shares))
    equal(sum(load['keys'] for load in loads), places * got['keys'], f'{title}: and given to somebody')
    ok(all(fits(got['keys'], load['keys'], load['due_share']) for load in loads), f'{title}: as it is due',
       [(load['keys'] / got['keys'], load['due_share']) for load in loads])


SIX = path('six.txt', ''.join(f'10.0.0.{i}:80 {weight} zone=z{i % 3}\n'
                              for i, weight in enumerate((1, 1, 2, 3, 40, 0), 1)))

# ----------------------------------------------------------------------------------------------- dues
check(answer('simulate', '-f', SIX), 1, 'one place')
for places in 2, 3, 4:
    check(answer('simulate', '-f', SIX, '-n', places), places, f'{places} places')
for weighting in 'python', 'lcg':
    check(answer('simulate', '-f', SIX, '-w', weighting, '-n', 2, '--samples', 20000), 2, f'{weighting}, 2 places')
all_of_them = answer('simulate', '-f', SIX, '-n', 9)
equal([node['before']['due_share'] for node in all_of_them['nodes']], [1, 1, 1, 1, 1, 0],
      'more places than nodes: every node has every key, but the one of weight 0')
for slots in 7, 101, 65537:
    check(answer('simulate', '-f', SIX, '--table', slots), 1, f'a table of {slots}')
coarse = answer('simulate', '-f', SIX, '--table', 7)
ok(all(abs(7 * node['before']['due_share'] - round(7 * node['before']['due_share'])) < 1e-9
       for node in coarse['nodes']), 'a table of 7 gives sevenths', coarse['nodes'])
for arguments in ('-n', 2, '--spread', 'zone'), ('-n', 2, '--table', 101):
    unknown = answer('simulate', '-f', SIX, *arguments)
    title = ' '.join(map(str, arguments))
    ok(all(node['before']['due_share'] is None for node in unknown['nodes']), f'{title}: what is due is not stated')
    equal(sum(node['before']['keys'] for node in unknown['nodes']), 2 * unknown['keys'],
          f'{title}: but the places are counted')
zones = answer('simulate', '-f', SIX, '-n', 3, '--spread', 'zone')
by_zone = [sum(node['before']['keys'] for node in zones['nodes'] if int(node['identity'][7]) % 3 == zone)
           for zone in range(3)]
equal(by_zone, [zones['keys']] * 3, 'three places over three zones: one in each')

# ----------------------------------------------------------------------------------------------- moves
for title, arguments in (('by weight', ()), ('of a table', ('--table', 101))):
    change = answer('simulate', '-f', SIX, '--remove', '10.0.0.5:80', '--add', '10.0.0.9:80', *arguments)
    check(change, 1, f'{title}, after a change', 'after')
    ok(fits(change['keys'], change['moved_keys'], change['moved_share']), f'{title}: as many keys move as expected',
       change['moved_keys'] / change['keys'], change['moved_share'])
    ok(change['least_share'] <= change['moved_share'] + 1e-9, f'{title}: the least is no more')
replicas = answer('simulate', '-f', SIX, '-n', 2, '--remove', '10.0.0.4:80')
check(replicas, 2, 'replicas after a change', 'after')
gone = next(node for node in replicas['nodes'] if node['identity'] == '10.0.0.4:80')
equal(replicas['moved_keys'], gone['before']['keys'], 'what leaves moves its own places, and no others')
equal(replicas['moved_share'], None, 'what is expected to move is not stated for replicas')
ok(fits(replicas['keys'], replicas['moved_keys'], replicas['least_share']), 'the least possible is what moved',
   replicas['least_share'], replicas['moved_keys'])

OTHER = path('other.txt', '10.0.0.1:80 1\n10.0.0.2:80 1\n10.0.0.3:80 2\n10.0.0.4:80 3\n')
KEYS = path('keys', ''.join(f'key-{i}\n' for i in range(20000)))
for title, arguments in (('by weight', ()), ('of a table', ('--table', 101))):
    difference = answer('diff', SIX, OTHER, '--keys', KEYS, *arguments, code=1)
    ok(fits(20000, difference['moved_keys'], difference['moved_share']), f'diff {title}: as expected',
       difference['moved_keys'], difference['moved_share'])
plain, table = (answer('diff', SIX, OTHER, *more, code=1)['moved_share'] for more in ((), ('--table', 7)))
ok(plain != table, 'diff without keys heeds the table', plain, table)
difference = answer('diff', SIX, OTHER, '-n', 2, '--keys', KEYS, code=1)
ok(difference['moved_share'] is None and fits(20000, len(difference['moves']), difference['least_share']),
   'diff of replicas: a line for each place', len(difference['moves']), difference['least_share'])
spread = answer('diff', SIX, OTHER, '-n', 2, '--spread', 'zone', '--keys', KEYS, code=1)
ok(spread['least_share'] is None and spread['moved_keys'] > 0, 'diff of spread replicas states what it counted alone')
same = run('diff', SIX, SIX, '-n', 2, '--keys', KEYS)
ok(same.returncode == 0 and same.stdout == '', 'diff of the same nodes: no replica moves', same.stdout, same.stderr)

# --------------------------------------------------------------------------------------------- threads
for title, arguments in (('one place', ()), ('replicas', ('-n', 2, '--remove', '10.0.0.4:80')),
                         ('a file of keys', ('--keys', KEYS, '--remove', '10.0.0.4:80'))):
    one, four = (run('simulate', '-f', SIX, *arguments, '--jobs', jobs) for jobs in (1, 4))
    ok(one.returncode == 0 and (one.stdout, one.stderr) == (four.stdout, four.stderr),
       f'{title}: four threads count as one does', four.stdout, four.stderr)
result = run('simulate', '-f', SIX, '--jobs', 4, '--max-key', 6, '--keys', KEYS)
ok(result.returncode == 2 and result.stdout == '' and result.stderr.count('\n') == 1 and 'key number 101' in result.stderr,
   'four threads stop at the first failure', result)

# -------------------------------------------------------------------------------- what is shown of many
MANY = path('many.txt', ''.join(f'10.1.{i // 250}.{i % 250 + 1}:80\n' for i in range(500)))


def progress_of(*arguments):
    """What appears on a terminal of standard error until it tells of progress, or the run has ended."""
    terminal, other = os.openpty()
    child = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=other,
                             env=ENVIRONMENT)
    os.close(other)
    shown = b''
    while b'a second' not in shown:
        try:
            got = os.read(terminal, 4096)
        except OSError: # Linux says so at the end
            got = b''
        shown += got
        if not got:
            break
    child.kill()
    child.wait()
    os.close(terminal)
    return shown.decode()


try:
    long_run = ('simulate', '-f', MANY, '-w', 'python', '--samples', '1000000000', '--jobs', '2')
    shown = progress_of(*long_run)
    ok('proxenos:   0%, ' in shown and 'million keys' in shown, 'a long run tells how far it is', shown)
    shown = progress_of('simulate', '-f', MANY, '-q', '-w', 'python', '--samples', '30000')
    equal(shown, '', 'not with -q')
except OSError:
    skip('a long run tells how far it is', 'no terminals here')
    skip('not with -q', 'no terminals here')
asked = '10.1.1.77:80'
picture = path('many.svg')
result = run('simulate', '-f', MANY, '--weight', f'{asked}=3', '--svg', picture)
rows = [line.split()[0] for line in result.stdout.splitlines() if '%' in line and line.startswith('10.')]
equal(rows[0], asked, 'the node asked about comes first in the chart')
ok(len(rows) == 21, 'then ten of the fullest and ten of the emptiest', rows)
with open(picture) as file:
    drawn = file.read()
names = [part.split('<')[0] for part in drawn.split('>') if part.startswith('10.1.')]
equal(names[0], asked, 'it comes first in the picture')
ok(set(rows) <= set(names), 'which has all that the chart has', sorted(set(rows) - set(names)))
ok('60 of 500 nodes' in drawn, 'and says that it has not all')
finish()
