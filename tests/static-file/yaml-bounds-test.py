# SPDX-License-Identifier: MIT
"""YAML that costs its reader more than its length: refused, or read in a time that grows with the length alone; and
the deadline holds within it."""
import os
import resource
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import ok, finish

BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.join(BUILD, 'tests/cli/program')
PLUGINS = os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': folder.name}
CONFIG, MALFORMED, TIMED_OUT = 66, 69, 70


def path(text):
    whole = os.path.join(folder.name, 'list.yaml')
    with open(whole, 'w') as file:
        file.write(text)
    return whole


def run(*arguments):
    """The result, and the processor's seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT,
                            text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return result, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def nodes(text, *more):
    return run('nodes', '-f', path(text), *more)


def configuration(text):
    return run('config', 'check', '-c', path(text))


LIST, MAP = '[10.0.0.1:80]\n', 'backend: static-file\n'


def directives(count):
    return ''.join(f'%TAG !a{i}! b\n' for i in range(count)) + '--- '


for title, ask, end, code in (('nodes', nodes, LIST, MALFORMED), ('a configuration', configuration, '\n' + MAP, 1)):
    result, seconds = ask(directives(64) + end)
    ok(result.returncode in (0, 1) and 'directives' not in result.stderr, f'{title}: 64 directives', result)
    result, seconds = ask(directives(60000) + end)
    ok(result.returncode == code and 'list.yaml:65:1: more than 64 directives' in result.stderr,
       f'{title}: more are refused, with their place', result)
    ok(seconds < 2, f'{title}: and not read', seconds)

# What is dear for a parser of this kind: each is cut off, or twice the length takes about twice the time.
for title, make in (('lists in lists', lambda size: '[' * size), ('maps in maps', lambda size: '{a: ' * (size // 4)),
                    ('elements in elements', lambda size: '- ' * (size // 2)),
                    ('a long key', lambda size: 'a' * size + ': 1\n'),
                    ('a long quoted key', lambda size: '"' + 'a' * size + '": 1\n'),
                    ('escapes', lambda size: '["' + '\\x41' * (size // 4) + '"]'),
                    ('a text of blank lines', lambda size: '- |' + '\n' * size + '  a'),
                    ('comments', lambda size: '# c\n' * (size // 4) + LIST),
                    ('anchors', lambda size: '[' + ', '.join(f'&a{i} b' for i in range(size // 8)) + ']'),
                    ('commas', lambda size: '[' + ',' * size + ']'),
                    ('question marks', lambda size: '? ' * (size // 2)),
                    ('colons', lambda size: '[' + 'a:b' * (size // 3) + ']'),
                    ('tags', lambda size: '[' + '!a b, ' * (size // 6) + ']')):
    small, large = (nodes(make(size)) for size in (200_000, 800_000))
    ok(small[0].returncode in (0, 2, MALFORMED) and large[0].returncode in (0, 2, MALFORMED) and
       large[1] < 10 * small[1] + 1, f'{title}: four times the length takes four times the time, or is refused',
       small[1], large[1], large[0].returncode, large[0].stderr[:300])

# All of it is read before the first value.
long = '# a comment that goes on and on and on and on and on and on\n' * 800_000 + LIST
result, seconds = nodes(long, '--timeout', '20ms')
ok(result.returncode == TIMED_OUT, 'a deadline holds while nothing but comments come', result.returncode, result.stderr)
finish()
