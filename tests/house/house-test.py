# SPDX-License-Identifier: MIT
"""The order of the house: arrows point one way, and no two files depend on each other in a circle.

A part is a source file with its header (x.c, x.h).  It depends on what it includes and, as the object files
tell, on whoever defines a symbol that it takes.  HACKING.md, "The house", says which room stands on which."""
import collections
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import finish, ok

SOURCE = os.environ.get('top_srcdir', '.')
BUILD = os.environ.get('top_builddir', '.')

# Rooms from the ground up; those in one row would not see each other.  What stands in none is on top.
ORDER = {
    'core': [['base'], ['cluster'], ['options'], ['modules'], ['settings'], ['selection'], ['discovery'],
             ['conformance']],
    'cli': [['output'], ['options'], ['process'], ['session'], ['verbs']],
    'backends': [['lib']],
    'hashes': [],
    'agent': [],
}
# The one public header that each may include.
GENERATED = {'completion-scripts.h', 'plugin-templates.h'}
PUBLIC = {'cli': 'proxenos.h', 'agent': 'proxenos.h', 'backends': 'plugin.h', 'hashes': 'plugin.h'}
MOST_FILES, MOST_LINES = 25, 500

Arrow = collections.namedtuple('Arrow', 'user used why')


def part_of(path):
    return re.sub(r'(\.inc)?\.[ch]$', '', path)


def room_of(part):
    """(top folder, row, room); the room of what stands in no room of the table is None."""
    top, *rest = part.split('/')
    for row, rooms in enumerate(ORDER[top]):
        if len(rest) > 1 and rest[0] in rooms:
            return top, row, rest[0]
    return top, len(ORDER[top]), None


def sources(root):
    """{path: text} of every source and header below the folders of ORDER; what a build in the tree made is none."""
    found = {}
    for top in ORDER:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders[:] = [name for name in folders if name not in ('include', 'templates')]
            for name in files:
                if re.search(r'\.[ch]$', name) and name not in GENERATED:
                    path = os.path.join(folder, name)
                    with open(path, encoding='utf-8') as file:
                        found[os.path.relpath(path, root)] = file.read()
    return found


def include_arrows(files):
    arrows = []
    for path, text in files.items():
        top = path.split('/')[0]
        for name in re.findall(r'^#include "([^"]+)"', text, re.M):
            for candidate in (os.path.join(top, name), os.path.join(os.path.dirname(path), name)):
                if candidate in files and part_of(candidate) != part_of(path):
                    arrows.append(Arrow(part_of(path), part_of(candidate), f'includes {name}'))
                    break
    return arrows


def object_files(build, parts):
    """(part, object file) for every object of a part; automake puts the target's name before the file's."""
    for top in ORDER:
        for folder, _, files in os.walk(os.path.join(build, top)):
            room = os.path.relpath(folder, build).replace('/.libs', '')
            for name in files:
                stem = name[:-2] if name.endswith('.o') else ''
                while stem:
                    if f'{room}/{stem}' in parts:
                        yield f'{room}/{stem}', os.path.join(folder, name)
                        break
                    stem = stem.partition('-')[2]


def symbol_arrows(build, parts):
    defined, taken = {}, collections.defaultdict(set)
    objects = list(object_files(build, parts))
    for part, path in objects:
        listing = subprocess.run(['nm', '-g', path], capture_output=True, text=True, check=True).stdout
        for kind, symbol in re.findall(r'^\S* +([A-Za-z]) (\S+)$', listing, re.M):
            if kind == 'U':
                taken[part].add(symbol)
            elif kind.isupper():
                defined[part.split('/')[0], symbol] = part
    arrows = [Arrow(part, defined[part.split('/')[0], symbol], f'takes {symbol}')
              for part, symbols in taken.items() for symbol in sorted(symbols)
              if (part.split('/')[0], symbol) in defined]
    return len(objects), [arrow for arrow in arrows if arrow.user != arrow.used]


def arrows_up(arrows):
    """Arrows to a room above, or to another one beside."""
    wrong = []
    for arrow in arrows:
        (_, row, room), (_, used_row, used_room) = room_of(arrow.user), room_of(arrow.used)
        if used_row > row or (used_row == row and room != used_room):
            wrong.append(f'{arrow.user} {arrow.why}, of {arrow.used}, which stands above it or beside')
    return wrong


def circles(arrows):
    """One row for each set of parts that reach each other, with what ties every two of them."""
    graph = collections.defaultdict(dict)
    for arrow in arrows:
        graph[arrow.user].setdefault(arrow.used, arrow.why)

    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for following in graph[todo.pop()] if todo[-1] in graph else (todo.pop(), ())[1]:
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        return seen

    reached = {part: reach(part) for part in list(graph)}
    wrong = []
    for user in sorted(graph):
        for used in sorted(graph[user]):
            if user in reached.get(used, ()):
                wrong.append(f'{user} {graph[user][used]}, of {used}, which comes back to it')
    return wrong


def walls(files):
    """What one file's text and place tell."""
    wrong = []
    rooms = collections.Counter(os.path.dirname(path) for path in files)
    wrong += [f'{room}: {count} files, of which {MOST_FILES} are the most: it holds two ideas'
              for room, count in rooms.items() if count > 2 * MOST_FILES]
    for path, text in files.items():
        top, folder, name = path.split('/')[0], os.path.basename(os.path.dirname(path)), os.path.basename(path)
        lines = text.count('\n')
        if lines > MOST_LINES:
            wrong.append(f'{path}: {lines} lines, of which {MOST_LINES} are the most')
        if name.startswith(folder + '-'):
            wrong.append(f"{path}: its name repeats its folder's")
        public = re.findall(r'^#include <proxenos/([^>]+)>', text, re.M)
        if top in PUBLIC:
            wrong += [f'{path} includes proxenos/{header}; {top} knows {PUBLIC[top]} alone'
                      for header in public if header != PUBLIC[top]]
    return wrong


def a_broken_house_is_told():
    """A small house with each fault in it: the rows name both files."""
    with tempfile.TemporaryDirectory(prefix='proxenos-test.') as root:
        for path, text in {'core/base/low.c': '#include "settings/high.h"\n', 'core/settings/high.h': '',
                           'core/selection/a.h': '#include "discovery/b.h"\n', 'core/discovery/b.h': '',
                           'core/cluster/one.h': '#include "cluster/two.h"\n',
                           'core/cluster/two.h': '#include "cluster/three.h"\n',
                           'core/cluster/three.h': '#include "cluster/one.h"\n',
                           'cli/verbs/verbs-list.c': '#include <proxenos/plugin.h>\n' + '\n' * 500}.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), 'w', encoding='utf-8') as file:
                file.write(text)
        files = sources(root)
        arrows = include_arrows(files)
        up = arrows_up(arrows)
        ok([row.split()[0] for row in up] == ['core/base/low', 'core/selection/a'] and 'core/settings/high' in up[0],
           'an arrow to a room above or beside is told by both names', *up)
        told = circles(arrows)
        ok([row.split()[0] for row in told] == ['core/cluster/one', 'core/cluster/three', 'core/cluster/two'] and
           'core/cluster/two' in told[0], 'a circle is told by all its names', *told)
        ok(len(walls(files)) == 3, "a long file, a name that repeats its folder's and a header of others are told",
           *walls(files))


def the_house_stands():
    files = sources(SOURCE)
    parts = {part_of(path) for path in files if path.endswith('.c')}
    ok(len(parts) > 100, 'the sources are found', len(parts))
    included = include_arrows(files)
    ok(len(included) > 300, 'so are their includes', len(included))
    ok(not arrows_up(included), 'no file includes from a room above its own', *arrows_up(included))
    known, taken = symbol_arrows(BUILD, parts)
    ok(known > 100 and len(taken) > 300, 'the symbols are found', known, len(taken))
    ok(not arrows_up(taken), 'no file takes a symbol from a room above its own', *arrows_up(taken))
    ok(not circles(included + taken), 'no two files depend on each other in a circle', *circles(included + taken))
    ok(not walls(files), "files are short, named apart from their folders, and know the one header", *walls(files))


a_broken_house_is_told()
the_house_stands()
finish()
