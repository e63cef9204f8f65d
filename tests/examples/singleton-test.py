# SPDX-License-Identifier: MIT
"""examples/singleton on three machines, which are processes here: one of them dies, and another takes over."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'consul'), os.path.join(HERE, '..')]
from support import BUILD, Consul, clean_environment, equal, finish, ok, require_consul, skip_all

SOURCE = os.environ.get('top_srcdir', os.path.join(HERE, '..', '..'))
PATIENCE = 40

require_consul()
if shutil.which('curl') is None:
    skip_all('no program curl here')


def is_alive(process):
    try:
        with open(f'/proc/{process}/stat', encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] not in 'ZX'
    except (FileNotFoundError, ProcessLookupError):
        return False


with Consul() as consul, tempfile.TemporaryDirectory(prefix='proxenos-test.') as work:
    log = os.path.join(work, 'log')
    config = os.path.join(work, 'keep.yaml')
    with open(config, 'w', encoding='ascii') as file:
        file.write('follow: {settle: 50ms..1s, retry: 100ms..200ms}\n')
    environment = clean_environment(PATH=os.path.abspath(BUILD) + os.pathsep + os.environ['PATH'], PROXENOS_CONFIG=config, LOG=log,
                                    CONSUL_HTTP_ADDR=f'127.0.0.1:{consul.port}',
                                    PROXENOS_PLUGIN_PATH=os.path.abspath(os.environ.get('PROXENOS_PLUGIN_PATH', os.path.join(BUILD, 'stage'))))
    job = 'echo "$PROXENOS_NODE $$" >>"$LOG"; exec sleep 1000'

    def runs():
        """[(machine, process)] in the order of their starts"""
        if not os.path.exists(log):
            return []
        with open(log, encoding='ascii') as file:
            return [(name, int(process)) for name, process in (line.split() for line in file if line.endswith('\n'))]

    def alive():
        return [name for name, process in runs() if is_alive(process)]

    def settles(count):
        """The one that runs, once so many have been started; how many ran at once at most."""
        most, until = 0, time.monotonic() + PATIENCE
        while (len(runs()) < count or not alive()) and time.monotonic() < until:
            most = max(most, len(alive()))
            time.sleep(0.02)
        until = time.monotonic() + 2
        while time.monotonic() < until:
            most = max(most, len(alive()))
            time.sleep(0.02)
        return alive(), most

    machines = {}
    try:
        for name in ('one', 'two', 'three'):
            machines[name] = subprocess.Popen(['sh', os.path.join(SOURCE, 'examples/singleton/machine.sh'), name, 'sh', '-c', job],
                                              env=environment, start_new_session=True, stdin=subprocess.DEVNULL)
        running, _ = settles(1)
        ok(len(running) == 1, 'one of three machines has the job', runs())
        first = running[0]
        begun = time.monotonic()
        os.killpg(machines[first].pid, signal.SIGKILL)
        machines.pop(first).wait()
        count = len(runs())
        running, most = settles(count + 1)
        print(f'# taken over after {time.monotonic() - begun - 2:.1f} s')
        ok(len(running) == 1 and running[0] != first and most == 1, 'it dies, and another one has it, and never two at once', runs(), most)
        second = running[0]
        machines[second].terminate()
        equal(machines.pop(second).wait(PATIENCE), 130, 'one that is ended')
        count = len(runs())
        running, most = settles(count + 1)
        ok(len(running) == 1 and running[0] in machines and most == 1, 'leaves it to the last', runs(), most)
    finally:
        for machine in machines.values():
            machine.terminate()
        for machine in machines.values():
            machine.wait(PATIENCE)
    equal(alive(), [], 'all ended, nothing runs')
finish()
