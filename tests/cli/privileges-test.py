# SPDX-License-Identifier: MIT
"""A copy that runs with raised privileges refuses to: set-user-ID, set-group-ID, capabilities of its file."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import finish, ok, skip

BUILD = os.environ.get('top_builddir', '.')
PROGRAM = os.path.join(BUILD, 'tests/cli/program')
PLUGINS = os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))
ENVIRONMENT = {**os.environ, 'PROXENOS_PLUGIN_PATH': PLUGINS, 'XDG_CONFIG_HOME': '/nowhere'}
NOBODY = 65534
if os.environ.get('PROXENOS_SANITIZED'):
    print('1..0 # SKIP a sanitizer that looks for leaks traces itself, which a raised program may not')
    sys.exit()


class Kind:
    """A way to raise: what `mark` does to a copy, and who runs it (None: who runs the test)."""

    def __init__(self, name, mark, runs_as):
        self.name, self.mark, self.runs_as = name, mark, runs_as

    def copy(self, program, name):
        made = os.path.join(folder.name, name)
        shutil.copyfile(program, made)
        os.chmod(made, 0o755)
        self.mark(made)
        return made

    def become(self):
        if self.runs_as is not None:
            os.setgroups([])
            os.setresgid(self.runs_as, self.runs_as, self.runs_as)
            os.setresuid(self.runs_as, self.runs_as, self.runs_as)

    def run(self, program, *arguments, **options):
        return subprocess.run([program, *arguments], capture_output=True, text=True, preexec_fn=self.become,
                              cwd=folder.name, env=ENVIRONMENT, **options)


def owned(user, group, mode):
    def mark(path):
        os.chown(path, user, group)
        os.chmod(path, mode)
    return mark


def set_capability(path):
    subprocess.run(['setcap', 'cap_dac_read_search+ep', path], check=True, capture_output=True)


folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')
os.chmod(folder.name, 0o755)
os.mkdir(os.path.join(folder.name, 'open'))
os.chmod(os.path.join(folder.name, 'open'), 0o777)
with open(os.path.join(folder.name, 'secret'), 'w', encoding='ascii') as secret:
    secret.write('root-knows:$6$this:1:2\n')
os.chmod(secret.name, 0o600)
with open(os.path.join(folder.name, 'nodes.txt'), 'w', encoding='ascii') as nodes:
    nodes.write('10.0.0.1:80\n')

kinds = []
if os.geteuid() == 0:
    kinds += [Kind('set-user-ID root, run by another', owned(0, 0, 0o4755), NOBODY),
              Kind('set-user-ID of another, run by root', owned(NOBODY, 0, 0o4755), None),
              Kind('set-group-ID root, run by another', owned(0, 0, 0o2755), NOBODY),
              Kind('a capability of the file, run by another', set_capability, NOBODY)]
else:
    others = [group for group in os.getgroups() if group != os.getgid()]
    kinds += [Kind('set-group-ID of another group', owned(-1, group, 0o2755), None) for group in others[:1]]
    if not others:
        skip('a set-group-ID copy refuses to run', 'there is no other group to belong to; root tries more')


def takes_effect(kind):
    """Whether this system raises anything: on some file systems marks do not count."""
    try:
        probe = kind.copy(shutil.which('grep'), 'probe')
    except (OSError, subprocess.CalledProcessError):
        return False
    status = kind.run(probe, '-E', '^(Uid|Gid|CapEff)', '/proc/self/status').stdout
    rows = {line.split()[0]: line.split()[1:] for line in status.splitlines()}
    return bool(rows) and (rows['Uid:'][0] != rows['Uid:'][1] or rows['Gid:'][0] != rows['Gid:'][1] or
                           int(rows['CapEff:'][0], 16) != 0)


REFUSED = ('proxenos: this program does not run with raised privileges (set-user-ID, set-group-ID, capabilities of its '
           'file): take them from it, and run it as a user who may read what it is to read, with sudo for example\n')
ATTEMPTS = [
    ('the nodes of a file', 68, ['select', '-f', secret.name, 'k']),
    ('a file of nodes that anybody may read', 68, ['select', '-f', nodes.name, 'k']),
    ('a configuration', 68, ['config', 'show', '-c', secret.name]),
    ('a file of secrets', 68, ['nodes', '-b', 'consul', '-O', f'token-file={secret.name}', '--timeout', '100ms']),
    ('a file of keys', 68, ['simulate', '-f', nodes.name, '--keys', secret.name]),
    ('keys', 68, ['select', '-f', nodes.name, '--stdin']),
    ('a picture', 68, ['simulate', '-f', nodes.name, '--samples', '9', '--svg', f'{folder.name}/open/x.svg']),
    ('a project', 68, ['plugins', 'new', 'mine', '--kind', 'hash', '--folder', f'{folder.name}/open']),
    ('a plugin', 68, ['plugins', 'test', f'{PLUGINS}/hashes/siphash.so']),
    ('a command', 125, ['exec', '-f', nodes.name, 'k', '--', 'echo', 'ran']),
    ('completion', 68, ['__complete', 'select', '-f', '']),
    ('its version', 68, ['--version']),
    ('nothing', 68, []),
]
for kind in kinds:
    if not takes_effect(kind):
        skip(f'{kind.name}: it refuses to run', 'nothing is raised here')
        continue
    plain = Kind('plain', owned(-1, -1, 0o755), kind.runs_as)
    if plain.run(plain.copy(PROGRAM, 'plain'), '--version').returncode != 0:
        skip(f'{kind.name}: it refuses to run', 'the library is out of the reach of who runs it')
        continue
    raised = kind.copy(PROGRAM, 'raised')
    for what, code, arguments in ATTEMPTS:
        result = kind.run(raised, *arguments, input='a\n')
        ok((result.returncode, result.stdout, result.stderr) == (code, '', REFUSED), f'{kind.name}: no {what}', result)
    ok(os.listdir(f'{folder.name}/open') == [], f'{kind.name}: nothing was made', os.listdir(f'{folder.name}/open'))

finish()
