# SPDX-License-Identifier: MIT
"""Patterns of filters mean what Python's re means by them, whatever version of PCRE2 is here; what cannot be made to is
refused.  And the filters by zone, by metadata and by tags."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip

BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.join(BUILD, 'tests/cli/program')
PLUGINS = os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': folder.name}
USAGE, NO_NODE, TIMED_OUT = 2, 65, 70
warnings.simplefilter('ignore')

TEXTS = ['', 'a', 'b', 'ab', 'aab', 'aaab', 'abc', 'A', 'AB', 'aB', 'é', 'É', 'ß', 'ſ', 'web-1', 'web 1', 'web\t1', 'web1',
         'a{,3}', 'a{', 'a{}', 'a{2', 'a{ 2 }', 'a}', ']', 'a]', '[', '[a]', ':', 'alpha', 'l', 'p:', '-', 'a-c', '\\', '^',
         '\n', 'a\n', 'a\nb', '\ra', '\x0b', '\x0c', '\x1c', '\x85', '\xa0', '\u2028', '\u180e', '\u200b', '٣', 'Ⅷ', '½', '²',
         'e\u0301', '\u203f', '_', 'ª', '中文', '10.0.0.1:80', '192.168.7.104:80', '192.168.72.100:80', '8', 'S', '\x08', 'xyxy',
         'abab', 'aa', 'aaa', 'aaaa', '#', 'a b', 'ＡＢ', '😀', 'K', '1_000', 'zone-a', '\x01', '01', '1', '1a']

SAME = [
    # What Python and PCRE2 from 10.43 on take for a quantifier, and PCRE2 before did not.
    r'a{,2}$', r'192\.168\.\d{,3}\.10[0-4]:', r'a{,}$', r'a{,2}?b', r'a{2}', r'a{2,}$', r'a{1,2}$', r'a{2,3}?$',
    # A brace that is none.
    r'a{', r'a{}', r'a{2', r'a{ 2 }', r'a{,3', r'a{a}', r'a{1,2,3}', r'{', r'{}', r'{2', r'a}', r'}', r']', r'a]',
    # Classes.
    r'[[:alpha:]]', r'[[:alpha:]]+', r'[[]', r'[]]', r'[]a]', r'[^]]', r'[^]a]+', r'[a-c]', r'[-a]', r'[a-]', r'[a\-c]', r'[\]]',
    r'[\^]', r'[^^]', r'[a^]', r'[\b]', r'[\d]', r'[\D]', r'[\w]', r'[\s]', r'[^\w]', r'[^\s]', r'[\w-]+$', r'[\w.]+', r'[--a]',
    r'[.]', r'[a&&b]', r'[a||b]', r'[a~~b]', r'[\x41-\x5a]', r'[\u00e9]', r'[\101]', r'[é中]', r'[a-z-9]+', r'[\\]', r'[ \t]',
    r'[\t\n\r\f\v\a]', r'[\0]', r'[[.a.]]', r'[[=a=]]', r'[\.\:\[]', r'[^\d]', r'[^a-c]',
    # Properties of characters.
    r'\w', r'\w+$', r'\W', r'\d', r'\d+$', r'\D', r'\s', r'\S', r'\b', r'\ba', r'a\b', r'web\b', r'\B', r'a\B', r'\Bb', r'.', r'.$',
    r'.+$', r'a.b', r'(?i)\w', r'\w\b', r'\b\w+\b$', r'\s*\S',
    # Ends.
    r'^a', r'a$', r'a\Z', r'\Aa', r'\A', r'^$', r'$', r'a\n\Z', r'a$\n', r'\Z', r'(?m)a$', r'(?m)^b', r'(?m)a$\n^b', r'(?s)a.b', r'a|b$',
    # Escapes.
    r'\x61', r'\u00e9', r'\U0001f600', r'\141', r'\01', r'\0', r'\08', r'\011', r'\t', r'\n', r'\r', r'\v', r'\f', r'\a', r'\.',
    r'\-', r'\ ', r'\#', r'\[', r'\{', r'\}', r'\\', r'\/', r'\:', r'\_', r'\é', r'a\
',
    # Groups and references.
    r'(a)\1', r'(ab)\1', r'(a)(b)\2\1', r'(?P<x>xy)(?P=x)', r'(?:a|b)+$', r'(?=a)', r'(?!a)', r'(?=a)a', r'(?<=a)', r'a(?<=a)b',
    r'a(?<!b)b', r'aa(?<=a|b)', r'ab(?<=ab|aa)c', r'(a)?(?(1)b|c)', r'(?P<y>a)?(?(y)b|web)', r'(a)?b(?(1)c)', r'a(?#comment)b',
    r'a(?#c)*b', r'(?#c)a', r'()', r'(|a)', r'(a|)b', r'(a*)*b', r'(a+)+$', r'((a)|b)+', r'(?:)', r'(?:a{2})+$', r'(?=a){2}a',
    # Flags.
    r'(?i)a', r'(?i)AB', r'(?i:a)b', r'(?i:a)B', r'a(?i:b)', r'(?i)a(?-i:b)', r'(?i)é', r'(?is)a.b', r'(?s:.)', r'(?m:^)a',
    r'(?s-i:.)', r'(?im)^B$',
    # The rest.
    r'', r'a*', r'a+?b', r'a??b', r'a|', r'|a', r'a*?$', r'web.1', r'(web|zone)-', r' ', r'#', r'-', r':', r'10\.', r'.*:80$', r'é', r'中',
    r'x*y', r'[^\n]*$',
]
SINCE_3_11 = [r'(?>a+)b', r'a++b', r'a*+b', r'a?+b', r'a{1,2}+b', r'(?>a|ab)c']
REFUSED = [
    # What Python does not know.
    r'\z', r'\h', r'\R', r'\X', r'\K', r'\G', r'\Qa\E', r'\pL', r'\p{L}', r'\N', r'\g1', r'\k<a>', r'\o{101}', r'\cA', r'\C', r'\e', r'\y',
    r'(?|a|b)', r'(?R)', r'(?1)', r'(?&a)', r'(?P>a)', r'(?<a>b)', r"(?'a'b)", r'(*UTF)a', r'a(*F)', r'(?C1)a', r'(?^i:a)', r'(?x)a b',
    r'(?a)\w', r'(?L)a', r'(?(R)a)', r'(?(DEFINE)a)', r'(?(?=a)b)', r'\x{61}', r'\x6', r'\u12', r'\U00110000', r'[\W]', r'[\S]',
    r'[\Z]', r'[\8]', r'[a-\d]', r'[\d-z]', r'[\B]', r'a{2}{3}', r'a**', r'a*{2}', r'*a', r'+', r'?', r'{2}a', r'{,2}a', r'(*a)', r'(?:*)',
    r'|*', r'^*', r'$+', r'\b*', r'\A?', r'(a', r'a)', r'(', r')', r'[a', r'[', r'[]', r'[^]', 'a\\', r'\1', r'(a)\2', r'(a\1)', r'\400',
    r'[\400]', r'(?P<1>a)', r'(?P<a', r'(?P=b)', r'(?P<a>b)(?P<a>c)', r'(?#a', r'(?', r'(?P', r'(?i', r'(?-)', r'(?i-:a)', r'(?2)', r'a{3,2}',
    # What it once took for the whole pattern, and PCRE2 for the rest of it.
    r'a(?i)b', r'(a(?i)b)', r'a(?s).', r'(?-i)a',
    # What looks behind by no fixed width, which PCRE2 takes from 10.43 on, or by branches.
    r'a(?<=a*)', r'a(?<=a{1,2})', r'aa(?<=a|ab)', r'(a|bc)(?<=\1)', r'(?<=(a|bc))d',
]
# Python has these, and they are left out here.
PYTHON_ALONE = [r'\ud800', r'(?x)a b', r'(?a)\w', r'[\W]', r'[\S]', r'(?u)a', r'(?-i:a)(?a:b)', r'\N{LATIN SMALL LETTER A}', r'(?P<ä>a)', r'a(?i)b',
                r'(a(?i)b)', r'a(?s).', r'(?<=(a|bc))d', r'(a|bc)(?<=\1)']

NODES = os.path.join(folder.name, 'texts.json')
with open(NODES, 'w') as file:
    json.dump([{'address': f'10.0.{i // 200}.{i % 200 + 1}', 'metadata': {'t': text}} for i, text in enumerate(TEXTS)], file)


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT, **more)


def kept_by(pattern):
    """The texts that a pattern matches, or None with the words when it is refused."""
    result = run('nodes', '-f', NODES, '-o', 'json', '--filter-meta', f't={pattern}')
    if result.returncode == NO_NODE:
        return [], ''
    if result.returncode != 0:
        return None, (result.returncode, result.stderr.decode())
    return sorted(node['metadata']['t'] for node in json.loads(result.stdout)['nodes']), ''


def python(pattern):
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    return sorted(text for text in TEXTS if compiled.match(text))


if sys.version_info >= (3, 14):
    SAME.remove(r'\B')  # which matches the empty text from there on
wrong = []
for pattern in SAME:
    got, words = kept_by(pattern)
    if got is None or got != python(pattern):
        wrong.append((pattern, words, got, python(pattern)))
ok(not wrong, f'{len(SAME)} patterns mean what Python means by them', *wrong)
if sys.version_info >= (3, 11):
    wrong = [(p, kept_by(p), python(p)) for p in SINCE_3_11 if kept_by(p)[0] != python(p)]
    ok(not wrong, 'atomic groups and possessive quantifiers as in Python from 3.11 on', *wrong)
wrong = []
for pattern in REFUSED + PYTHON_ALONE:
    got, words = kept_by(pattern)
    if got is not None or words[0] != USAGE or words[1].count('\n') != 1 or 'at offset' not in words[1]:
        wrong.append((pattern, got, words))
ok(not wrong, f'{len(REFUSED + PYTHON_ALONE)} patterns are refused, with their offset', *wrong)
wrong = [pattern for pattern in REFUSED if pattern not in PYTHON_ALONE and python(pattern) is not None and
         not (sys.version_info >= (3, 14) and pattern == r'\z') and sys.version_info < (3, 15)]
equal(wrong, [], 'of which Python takes none')

# What is put together at random from parts: the same, or refused by either.
random.seed(43)
PARTS = ['a', 'b', 'é', '.', r'\w', r'\d', r'\s', r'\W', r'\b', '[ab]', '[^a]', '[[:a]', 'a{,2}', '{', '}', '(', ')', '(?:', '(?=', '(?!', '|', '*', '+', '?',
         '{2}', '{1,}', '{,1}', '^', '$', r'\Z', r'\1', '(a)', '(?i:b)', r'\x61', r'\.', '-', ']', '(?<=a)', '(?<!b)', r'[\w-]', '{,}', '*?']
wrong, compared = [], 0
for _ in range(150):
    pattern = ''.join(random.choice(PARTS) for _ in range(random.randint(1, 6)))
    if sys.version_info < (3, 11) and re.search(r'[*+?}]\+', pattern):
        continue  # a possessive quantifier, which that Python refuses
    got, words = kept_by(pattern)
    wanted = python(pattern)
    compared += got is not None
    if (got is None) != (wanted is None) or (got is not None and got != wanted):
        wrong.append((pattern, words, got, wanted))
ok(not wrong, '150 random patterns likewise', *wrong[:6])
ok(compared > 40, 'of which some were patterns', compared)

# ------------------------------------------------------------------------------------------- zone, metadata, tags
FLEET = os.path.join(folder.name, 'fleet.txt')
with open(FLEET, 'w') as file:
    file.write('10.0.0.1:80 zone=a rack=r1 tags=ssd,primary\n10.0.0.2:80 zone=b rack=r2 tags=ssd\n10.0.0.3:80 zone=a rack=r11\n'
               '10.0.0.4:80\n')


def last_digits(*arguments):
    result = run('nodes', '-f', FLEET, *arguments, text=True)
    return [line.split()[0][7] for line in result.stdout.splitlines()] if result.returncode == 0 else result


equal(last_digits('--has-tag', 'ssd'), ['1', '2'], 'nodes with a tag')
equal(last_digits('--has-tag', 'ssd', '--has-tag', 'primary'), ['1'], 'with both')
equal(last_digits('--filter-zone', 'a'), ['1', '3'], 'of a zone')
equal(last_digits('--filter-zone', '$'), ['4'], 'of none')
equal(last_digits('--filter-meta', 'rack=r1$'), ['1'], 'of a value in the metadata')
equal(last_digits('--filter-meta', 'rack=r1'), ['1', '3'], 'matched at its start')
equal(last_digits('--filter-meta', 'rack=', '--filter-meta', 'rack=.*1$', '--filter-zone', 'a', '--has-tag', 'primary'), ['1'],
      'all of it together')
result = run('nodes', '-f', FLEET, '--has-tag', 'hdd', text=True)
ok(result.returncode == NO_NODE and 'the zone filter 0, the metadata filter 0, the lack of a tag 4' in result.stderr,
   'what each dropped is counted', result.stderr)
result = run('explain', '-f', FLEET, '--has-tag', 'ssd', '--filter-zone', 'a', '--filter-meta', 'rack=r', 'k', text=True)
ok('1 by zone, 1 by metadata, 1 without a tag' in result.stdout or '2 by zone, 0 by metadata, 1 without a tag' in result.stdout,
   'explain counts them', result.stdout, result.stderr)
report = json.loads(run('nodes', '-f', FLEET, '--filter-zone', 'a', '-o', 'json', text=True).stdout)['report']
equal([report[f'dropped_{what}'] for what in ('zone', 'metadata', 'has_tag')], [2, 0, 0], 'so does JSON')
CONFIG = os.path.join(folder.name, 'c.yaml')
with open(CONFIG, 'w') as file:
    file.write('backend: static-file\nstatic-file: {path: fleet.txt}\nfilter: {zone: a, has-tag: [ssd, primary], metadata: ["rack=r"]}\n')
result = run('nodes', '-c', CONFIG, text=True)
ok(result.stdout.startswith('10.0.0.1:80') and result.stdout.count('\n') == 1, 'a configuration says them too', result)
shown = run('config', 'show', '-c', CONFIG, text=True).stdout
ok('    - ssd' in shown and '    - primary' in shown, 'config show lists them', shown)
with open(CONFIG, 'w') as file:
    file.write('backend: static-file\nstatic-file: {path: fleet.txt}\nfilter: {metadata: [rack]}\n')
result = run('nodes', '-c', CONFIG, text=True)
ok(result.returncode == 66 and "c.yaml:3:21: metadata: 'rack' is not KEY=PATTERN" in result.stderr, 'a bad one has its place', result)
result = run('nodes', '-f', FLEET, '--filter-meta', 'rack=(', text=True)
ok(result.returncode == USAGE and '--filter-meta' in result.stderr and 'filter.metadata' in result.stderr, 'a bad pattern is told', result)

# ---------------------------------------------------------------------------------------------------- the deadline
NASTY = os.path.join(folder.name, 'nasty.json')
with open(NASTY, 'w') as file:
    json.dump([{'address': f'10.{i // 62500}.{i // 250 % 250}.{i % 250 + 1}', 'service': 'a' * 24 + f'{i}!'} for i in range(3000)], file)
result = run('nodes', '-f', NASTY, '-N', '(a|aa)+$', '--timeout', '500ms', text=True, timeout=60)
ok(result.returncode == TIMED_OUT and result.stderr.count('\n') == 1, 'the deadline holds for all matches together', result)
child = subprocess.Popen([PROGRAM, 'nodes', '-f', NASTY, '-N', '(a|aa)+$', '--timeout', '60s'], env=ENVIRONMENT, stderr=subprocess.PIPE)
try:
    child.wait(timeout=1)
except subprocess.TimeoutExpired:
    child.send_signal(2)
    child.wait(timeout=20)
equal(child.returncode, 130, 'Ctrl-C ends it')
child.stderr.close()

# A name service that does not answer, under the weighting that asks it.
NAMES = os.path.join(folder.name, 'names.txt')
with open(NAMES, 'w') as file:
    file.write('db.example.org:80\n10.0.0.1:80\n')
SLOW = os.path.abspath(os.path.join(BUILD, 'tests/cli/.libs/slow-resolver.so'))
if os.environ.get('PROXENOS_SANITIZED') or not os.path.exists(SLOW):
    skip('the deadline holds for the resolution of names', 'nothing can be preloaded')
    skip('Ctrl-C ends it', 'nothing can be preloaded')
else:
    slow = {**ENVIRONMENT, 'LD_PRELOAD': SLOW}
    started = time.monotonic()
    result = subprocess.run([PROGRAM, 'select', '-f', NAMES, '-w', 'python', '--timeout', '300ms', 'k'], env=slow,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True)
    ok(result.returncode == TIMED_OUT and result.stderr.count('\n') == 1 and time.monotonic() - started < 20,
       'the deadline holds for the resolution of names', result, time.monotonic() - started)
    child = subprocess.Popen([PROGRAM, 'select', '-f', NAMES, '-w', 'python', '--timeout', '60s', 'k'], env=slow,
                             stderr=subprocess.DEVNULL)
    try:
        child.wait(timeout=1)
    except subprocess.TimeoutExpired:
        child.send_signal(2)
        child.wait(timeout=20)
    ok(child.returncode in (130, -2), 'Ctrl-C ends it', child.returncode)
finish()
