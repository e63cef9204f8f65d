# SPDX-License-Identifier: MIT
"""A file that changes is seen at once, however it is put in place; what is none of its business wakes nobody."""
import os
import signal
import statistics
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from tap import equal, finish, ok, skip_all
import watching

if not sys.platform.startswith('linux'):
    skip_all('inotify is of Linux')
folder = tempfile.TemporaryDirectory(prefix='proxenos-test.')


def place(name):
    return os.path.join(folder.name, name)


def write(path, text):
    with open(path, 'w') as file:
        file.write(text)


def replace(path, text):
    write(path + '.new', text)
    os.rename(path + '.new', path)


# Polling would see nothing within the patience of these tests.
write(place('watch.yaml'), 'follow: {settle: 0s, poll: 1h, retry: 20ms..50ms}\n')


def watch(path):
    running = watching.Watch(place('watch.yaml'), '-f', path)
    running.line()
    return running


def seen(running, change, node, title):
    """Changes the file, and waits for the line of the node that comes; its milliseconds."""
    started = time.monotonic()
    change()
    lines = []
    while len(lines) < 2 and '' not in lines:  # a file that is gone for a moment may be told as that
        line = running.line()
        if not line.startswith('= '):
            lines.append(line)
    took = (time.monotonic() - started) * 1000
    ok(f'+ {node}' in lines, title, lines)
    return took


# ------------------------------------------------------------------------------------------ how it is put in place
path = place('nodes.txt')
write(path, '10.0.0.1:80\n')
running = watch(path)
renamed, in_place = [], []
for i in range(2, 12):
    renamed.append(seen(running, lambda: replace(path, f'10.0.0.{i}:80\n'), f'10.0.0.{i}:80', f'a rename into place, {i}'))
    time.sleep(0.15) # ten at once are free, then ten a second
for i in range(12, 18):
    in_place.append(seen(running, lambda: write(path, f'10.0.0.{i}:80\n'), f'10.0.0.{i}:80', f'a write in place, {i}'))
    time.sleep(0.15)
print(f'# renamed into place: {statistics.median(renamed):.1f} ms, written in place: {statistics.median(in_place):.1f} ms (medians)')


def editor():
    os.rename(path, path + '~')
    write(path, '10.0.1.1:80\n')


seen(running, editor, '10.0.1.1:80', 'an editor that moves the old one away')


def slow_writer():
    with open(path, 'w') as file:
        for part in '10.0.', '1.2', ':80\n':
            file.write(part)
            file.flush()
            time.sleep(0.15)


seen(running, slow_writer, '10.0.1.2:80', 'a slow writer, once it is done')
equal(running.end(signal.SIGTERM)[0], 130, 'it ends')

# --------------------------------------------------------------------------------------------------------- links
os.makedirs(place('config/..one'))
os.makedirs(place('config/..two'))
write(place('config/..one/nodes.txt'), '10.0.2.1:80\n')
write(place('config/..two/nodes.txt'), '10.0.2.2:80\n')
os.symlink('..one', place('config/..data'))
os.symlink('..data/nodes.txt', place('config/nodes.txt'))


def swap():
    os.symlink('..two', place('config/..data.new'))
    os.rename(place('config/..data.new'), place('config/..data'))


running = watch(place('config/nodes.txt'))
seen(running, swap, '10.0.2.2:80', "a ConfigMap's swap")
running.end(signal.SIGTERM)

for name in 'a', 'b', 'c':
    os.mkdir(place(name))
write(place('c/one'), '10.0.3.1:80\n')
write(place('c/two'), '10.0.3.2:80\n')
os.symlink(place('c/one'), place('b/link'))
os.symlink('../b/link', place('a/nodes.txt'))


def relink():
    os.symlink(place('c/two'), place('b/link.new'))
    os.rename(place('b/link.new'), place('b/link'))


running = watch(place('a/nodes.txt'))
seen(running, relink, '10.0.3.2:80', 'a link in another folder')
seen(running, lambda: replace(place('c/two'), '10.0.3.3:80\n'), '10.0.3.3:80', 'and then the file that it leads to')
os.rename(place('c'), place('d'))
line = running.line()
ok(line.startswith('= stale'), 'a folder that is moved away is a failure', line)
os.rename(place('d'), place('c'))
equal(running.line(), '= current', 'and its return is seen')
seen(running, lambda: replace(place('c/two'), '10.0.3.4:80\n'), '10.0.3.4:80', 'from where it is watched again')
running.end(signal.SIGTERM)

# -------------------------------------------------------------------------------------------- what changes nothing
running = watch(path)
for i in range(50):
    replace(place(f'other{i % 3}'), f'{i}\n')
os.utime(path)
with open(path) as file:
    same = file.read()
write(path, same)
time.sleep(0.5)
code, out, err = running.end(signal.SIGTERM)
equal((code, out, err), (130, '', ''), 'files beside it, its time, and the same text again are no change')
started = os.times()
running = watch(path)
time.sleep(1.5)
running.end(signal.SIGTERM)
used = sum(os.times()[2:4]) - sum(started[2:4])
ok(used < 0.5, 'who waits does nothing', used)
finish()
