# SPDX-License-Identifier: MIT
"""TAP for tests in Python: ok, equal, skip as the cases come, finish at the end."""
import signal
import sys

count = failed = 0

# A shell's background jobs ignore them, nohup's too, and what a test starts would do the same.
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


def ok(good, title, *details):
    """One line; the details are shown when it fails."""
    global count, failed
    count += 1
    failed += 0 if good else 1
    print(f"{'ok' if good else 'not ok'} {count} - {title}")
    for detail in details if not good else ():
        for line in (detail if isinstance(detail, str) else repr(detail)).splitlines()[:40]:
            print('#   ' + line[:600])
    sys.stdout.flush()


def equal(got, wanted, title):
    ok(got == wanted, title, f'got:    {got!r}', f'wanted: {wanted!r}')


def skip(title, reason):
    global count
    count += 1
    print(f'ok {count} - {title} # SKIP {reason}')


def skip_all(reason):
    print(f'1..0 # SKIP {reason}')
    sys.exit(0)


def finish():
    print(f'1..{count}')
    sys.exit(1 if failed else 0)
