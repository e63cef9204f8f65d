# SPDX-License-Identifier: MIT
"""What `compat: python` implies yields to whatever anybody said.

Walks every setting and every option of every plugin, every place that can say it (its variable, the
configuration's common part, a cluster, a flag) and every place that can say `compat`: the value in
force must be the one that was said, by whoever said it."""
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import finish, ok

BUILD = os.environ.get('top_builddir', '.')
PROXENOS = os.environ.get('PROXENOS', os.path.join(BUILD, 'proxenos'))
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')

PUBLISHED = 'd906b07a881315ce308847a8c4de69c6'
OWN = '000102030405060708090a0b0c0d0e0f'

# What stands for a value of each type; a choice or a range decides where there is one.
BY_TYPE = {'string': 'acme', 'path': '/nodes', 'integer': '7', 'unsigned': '7', 'boolean': 'false', 'duration': '7s',
           'size': '7KiB', 'list': 'acme', 'secret': OWN, 'secret-file': os.path.join(folder.name, 'key')}
PLAIN = {'weighting': 'lcg', 'identity': 'name', 'hash': 'md5'}


def run(*arguments, **environment):
    kept = {name: value for name, value in os.environ.items()
            if name == 'PROXENOS_PLUGIN_PATH' or not name.startswith(('PROXENOS_', 'CONSUL_'))}
    return subprocess.run([PROXENOS, *arguments], capture_output=True, text=True,
                          env={**kept, 'XDG_CONFIG_HOME': folder.name, **environment})


def write(name, text):
    path = os.path.join(folder.name, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(path, 0o600)
    return path


def in_force(config, flags, environment):
    """{name: [(value, said by)]}, or the error."""
    answer = run('config', 'show', '-o', 'json', '-c', config, '-C', 'old', *flags, **environment)
    if answer.returncode:
        return answer.stderr
    found = {}
    for row in json.loads(answer.stdout)['settings']:
        found.setdefault(row['name'], []).append((row['value'], row['from']))
    return found


# How `compat` is said: words of the configuration's common part, of the cluster, flags.
COMPAT = {'flag': ('', '', ['--compat', 'python']), 'cluster': ('', 'compat: python', []),
          'common part': ('compat: python', '', [])}


def configuration(common, cluster):
    inside = ', '.join(word for word in cluster if word)
    return write('config.yaml', '\n'.join(word for word in common if word) + f'\nclusters: {{old: {{{inside}}}}}\n')


def tried(name, value, chosen, section, option, flag, variable, needed=()):
    """Each place beside each place of compat; the words that went wrong."""
    wrong = []
    word = f'{option}: {value}' if section is None else f'{section}: {{{option}: {value}}}'
    places = {'common part': ([word], [], [], {}), 'cluster': ([], [word], [], {})}
    if flag:
        places['flag'] = ([], [], flag, {})
    if variable:
        places['variable'] = ([], [], [], {variable: value})
    for place, (common, cluster, flags, environment) in places.items():
        for where, (compat_common, compat_cluster, compat_flags) in COMPAT.items():
            config = configuration([*chosen, compat_common, *common], [compat_cluster, *cluster])
            found = in_force(config, [*flags, *compat_flags, *needed], environment)
            by = {'flag': (flag or [''])[0], 'variable': variable}.get(place, config)
            got = found if isinstance(found, str) else found.get(name)
            good = isinstance(got, list) and all(said_by.startswith(by) for _, said_by in got)
            if good and got[0][0] != '(secret)':
                good = [shown for shown, _ in got] == [value]
            if not good:
                wrong.append(f'{name} said by {place}, compat by {where}: {got}')
    return wrong


def value_of(option):
    if option.get('choices'):
        others = [choice for choice in option['choices'] if choice != option.get('default')]
        return (others or option['choices'])[0]
    if option.get('minimum') is not None and option['type'] in ('integer', 'unsigned'):
        return str(max(7, int(option['minimum'])))
    return BY_TYPE[option['type']]


def walk_plugin(kind, plugin, options):
    source = ['backend: static-file', 'static-file: {path: /nodes}'] if kind == 'hash' else []
    wrong = []
    for option in options:
        needed = [f"{other['name']}={BY_TYPE[other['type']]}" for other in options
                  if other['required'] and other is not option]
        value = value_of(option)
        flag = None if option['secret'] else ['-K' if kind == 'hash' else '-O', f"{option['name']}={value}"]
        wrong += tried(f"{kind}.{option['name']}", value, [*source, f'{kind}: {plugin}'], plugin, option['name'], flag,
                       option['environment'], [word for pair in needed for word in ('-O', pair)])
    ok(not wrong, f'{plugin}: each of {len(options)} options, said anywhere, is in force', *wrong)


def plugins():
    for row in json.loads(run('plugins', 'list', '-o', 'json').stdout)['plugins']:
        options = json.loads(run('plugins', 'show', row['name'], '-o', 'json').stdout)['options']
        if options:
            yield row['kind'], row['name'], options


def answers():
    """No key is replaced by the published one: not in the scheme, which has its fingerprint."""
    nodes = write('nodes.txt', '10.0.0.1:80\n10.0.0.2:80\n')
    own = write('own.yaml', f'siphash: {{key: {OWN}}}\n')
    write('key', OWN)
    file = write('file.yaml', 'siphash: {key-file: key}\n')

    def scheme(*arguments, **environment):
        answer = run('explain', '-f', nodes, '-o', 'json', *arguments, 'k', **environment)
        if answer.returncode:
            return answer.returncode
        text = json.loads(answer.stdout)['scheme']
        is_ignored = text.endswith('/weights=ignored')
        ok(is_ignored == ('--compat' in arguments), 'the scheme says whether weights count', text, arguments)
        return text.removesuffix('/weights=ignored')

    published, wanted = scheme('-w', 'python'), scheme('-w', 'python', PROXENOS_SIPHASH_KEY=OWN)
    ok(isinstance(wanted, str) and published != wanted, 'the published key and another have two scheme texts', published, wanted)
    for title, arguments, environment in (
            ('the variable', [], {'PROXENOS_SIPHASH_KEY': OWN}), ('raw bytes in the variable', [], {
                'PROXENOS_SIPHASH_KEY': ''.join(map(chr, range(97, 113)))}),
            ('the configuration', ['-c', own], {}), ('a key file', ['-c', file], {})):
        plain = scheme('-w', 'python', *arguments, **environment)
        got = scheme('--compat', 'python', *arguments, **environment)
        ok(isinstance(got, str) and got == plain != published, f'--compat python: the key of {title} counts', got, plain)
    for variable in ('12345', OWN + '00'):
        ok(scheme('--compat', 'python', PROXENOS_SIPHASH_KEY=variable) == 66,
           f'--compat python: a key of {len(variable)} bytes is refused')
    ok(isinstance(published, str) and scheme('--compat', 'python') == published, '--compat python alone: the published key')


write('key', OWN)
for name, value in PLAIN.items():
    flag = ['--' + {'hash': 'hash-method'}.get(name, name), value]
    wrong = tried(name, value, ['backend: static-file', 'static-file: {path: /nodes}'], None, name, flag,
                  'PROXENOS_PRF' if name == 'hash' else None)
    ok(not wrong, f'{name}: said anywhere, it is in force', *wrong)
for kind, plugin, options in plugins():
    walk_plugin(kind, plugin, options)
answers()
finish()
