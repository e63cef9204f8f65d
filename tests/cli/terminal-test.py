# SPDX-License-Identifier: MIT
"""What people see: tables as wide as the terminal, wide characters, and nothing that hides or reorders text."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import unicodedata

BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.join(BUILD, 'tests/cli/program')
PLUGINS = os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': folder.name, 'LC_ALL': 'C.UTF-8',
               'TERM': 'dumb'}
for name in ('COLUMNS', 'PROXENOS_CONFIG'):
    ENVIRONMENT.pop(name, None)
count = failed = 0


def ok(good, title, *details):
    global count, failed
    count += 1
    failed += 0 if good else 1
    print(f"{'ok' if good else 'not ok'} {count} - {title}")
    for detail in details if not good else ():
        print('#   ' + repr(detail)[:1500])


def equal(got, wanted, title):
    ok(got == wanted, title, got, wanted)


def path(name, content):
    whole = os.path.join(folder.name, name)
    with open(whole, 'w', encoding='utf-8') as file:
        file.write(content)
    return whole


def on_terminal(columns, *arguments, **environment):
    """What appears on a terminal of so many columns, standard error included."""
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        os.execve(PROGRAM, [PROGRAM, *arguments], {**ENVIRONMENT, **environment})
    output = b''
    while True:
        try:
            some = os.read(screen, 65536)
        except OSError:
            break
        if not some:
            break
        output += some
    os.close(screen)
    os.waitpid(pid, 0)
    return output.decode().replace('\r\n', '\n')


def run(*arguments, **environment):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, env={**ENVIRONMENT, **environment}, check=False)


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in line)


def widest(text):
    return max(width(line) for line in text.splitlines())


# ------------------------------------------------------------------ tables
LONG = 'a-machine-with-a-very-long-name.rack-17.example.org:8080'
nodes = path('nodes.yaml', f'''
- {{address: 10.0.0.1:80, name: 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字-1, service: web, tags: [primary, ssd]}}
- {{address: 10.0.0.2:80, name: b, service: web, zone: z}}
- {{address: '{LONG}', name: c, service: web, weight: 4000000000}}
''')
for columns in (56, 80, 100):
    table = on_terminal(columns, 'nodes', '-f', nodes)
    ok(widest(table) <= columns, f'nodes fit into {columns} columns', table)
    ok(len(table.splitlines()) == 4 and ' 4000000000  ' in table, 'a line each, and numbers stay whole', table)
table = on_terminal(80, 'nodes', '-f', nodes)
ok(re.search(r'^a-\S+\.\.\.\S*:8080 ', table, re.M) is not None, 'names lose their middle, not their ends', table)
ok(re.search(r'[漢字]\.\.\.\S*-1 ', table) is not None, 'wide ones too', table)
lines = table.splitlines()
column = width(lines[0][:lines[0].index('TAGS')])
equal(width(lines[1][:lines[1].index('primary')]), column, 'wide characters take two columns')
ok(LONG in on_terminal(200, 'nodes', '-f', nodes), 'where there is room nothing is cut')
ok(widest(on_terminal(200, 'nodes', '-f', nodes, COLUMNS='60')) <= 60, 'COLUMNS has the last word')
ok(LONG in run('explain', '-f', nodes, 'k').stdout.decode(), 'nor is it where there is no terminal')
for columns in (50, 80):
    ranking = on_terminal(columns, 'explain', '-f', nodes, '--identity', 'name', 'k').partition('\n\n')[2]
    ok(widest(ranking) <= columns, f'a ranking fits into {columns} columns', ranking)
long = path('long.txt', ''.join(f'[2001:db8:1111:2222:3333:4444:5555:666{i}]:65535 {i}0000\n' for i in (1, 2, 3)))
for weighting in ('hrw', 'python', 'lcg'):
    ranking = on_terminal(79, 'explain', '-f', long, '-w', weighting, 'k')
    ok(widest(ranking) <= 79 and ':65535' in ranking, f'long addresses fit too ({weighting})', ranking)
plugins = on_terminal(60, 'plugins', 'list')
ok(widest(plugins) <= 60, 'plugins fit into 60 columns', plugins)
whole = run('plugins', 'list').stdout.decode()
equal(' '.join(plugins.split()), ' '.join(whole.split()), 'and nothing of their descriptions is lost')
for columns in (50, 80, 150):
    chart = on_terminal(columns, 'simulate', '-f', nodes, '--samples', '1000').partition('NODE')[2].partition('\n\n')[0]
    ok(widest(chart) <= columns and len(chart.splitlines()) == 4, f'a simulation fits into {columns} columns', chart)
ok(widest(on_terminal(60, 'help', 'select').partition('Examples')[0]) <= 60, 'so does help')

# ---------------------------------------------------- characters not seen
UNSEEN = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f'
                    '\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]')
BAD = 'x\u202egpj\u2066\u200b\u00ad\ufeff\u2028\U000e0041y'
quoted = '"' + ''.join(f'\\U{ord(c):08x}' for c in BAD) + '"'
hidden = path('hidden.yaml', f'''
- {{address: 10.0.0.1:80, name: {quoted}, zone: {quoted}, service: {quoted}, tags: [{quoted}], node: {quoted},
   metadata: {{ {quoted}: {quoted} }}}}
- {{address: 10.0.0.2:80, name: plain}}
''')
other = path('other.yaml', f'- {{address: 10.0.0.2:80, name: plain, zone: {quoted}}}\n')
config = path('hidden-config.yaml', f'clusters:\n  {quoted}: {{backend: static-file, static-file: {{path: {quoted}}}, '
                                    f'filter: {{name: {quoted}}}}}\n')
bad_key = path('bad-key.yaml', f'{quoted}: 1\n')
by_name = ('--identity', 'name')
for arguments in [
        ('nodes', '-f', hidden), ('nodes', '-f', hidden, '-o', 'tsv'), ('nodes', '-f', hidden, '-o', 'json'),
        ('select', '-f', hidden, '-n', '2', *by_name, 'k'), ('select', '-f', hidden, '-o', 'tsv', *by_name, 'k'),
        ('explain', '-f', hidden, *by_name, BAD), ('explain', '-f', hidden, '-o', 'json', *by_name, BAD),
        ('explain', '-f', hidden, *by_name, 'key'), ('explain', '-f', hidden, '--spread', 'meta.' + BAD, 'k'),
        ('diff', hidden, other, *by_name), ('diff', other, hidden), ('diff', hidden, other, '-o', 'json', *by_name),
        ('simulate', '-f', hidden, '--remove', BAD, '--samples', '100', *by_name),
        ('simulate', '-f', hidden, '-o', 'json', '--samples', '100', *by_name),
        ('owns', '-f', hidden, '--me', BAD, '-o', 'json', *by_name, 'k'), ('owns', '-f', hidden, '--me', BAD + 'z', 'k'),
        ('select', '-f', BAD, 'k'), ('select', '-b', BAD, 'k'), ('select', '-f', hidden, '-N', f'({BAD}', 'k'),
        ('select', '-C', BAD, '-c', config, 'k'), ('select', '-C', 'x', '-c', config, 'k'),
        ('select', '-c', bad_key, 'k'), (BAD,), ('help', BAD), ('select', f'--{BAD}', 'k'), ('select', '-o', BAD, 'k'),
        ('watch', '-f', hidden, '--once', *by_name, 'k'), ('watch', '-f', hidden, '--once', '-o', 'json', *by_name),
        ('plugins', 'show', BAD), ('plugins', 'new', BAD, '--kind', 'hash'),
        ('config', 'show', '-c', config, '-C', BAD), ('config', 'check', '-c', config), ('config', BAD)]:
    result, seen = run(*arguments), on_terminal(500, *arguments)
    shown = (result.stdout + result.stderr).decode()
    ok(shown != '' and UNSEEN.search(shown.replace('\t', '') + seen.replace('\t', '')) is None,
       f"{' '.join(arguments).replace(BAD, '...').replace(folder.name + '/', '')}: nothing hidden", shown, seen)
answer = json.loads(run('nodes', '-f', hidden, '-o', 'json').stdout)
equal((answer['nodes'][0]['name'], answer['nodes'][0]['metadata']), (BAD, {BAD: BAD}), 'json has them all the same')
value = re.search(r'^  name: (".*?")  *#', run('config', 'show', '-c', config, '-C', BAD).stdout.decode(), re.M)
equal(value and json.loads(value[1]), BAD, 'and so has config show, in quotes')
equal(run('nodes', '-f', hidden).stdout.decode().split('zone=')[1].split()[0],
      ''.join(f'\\x{byte:02x}' if UNSEEN.match(c) else c for c in BAD for byte in (c.encode() if UNSEEN.match(c) else (0,))),
      'elsewhere each of their bytes is \\xNN')

print(f'1..{count}')
sys.exit(failed > 0)
