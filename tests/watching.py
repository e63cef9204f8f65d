# SPDX-License-Identifier: MIT
"""A running `proxenos watch`, for the tests of several folders."""
import os
import select
import subprocess
import time

PROXENOS = os.environ.get('PROXENOS', os.path.join(os.environ.get('top_builddir', '.'), 'proxenos'))
PATIENCE = 20  # seconds


class Watch:
    """A running `proxenos watch`."""
    def __init__(self, config, *arguments, **options):
        environment = {name: value for name, value in os.environ.items()
                       if name == 'PROXENOS_PLUGIN_PATH' or not name.startswith('PROXENOS_')}
        self.process = subprocess.Popen([PROXENOS, 'watch', '-c', config, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment, **options)
        self.seen = b''

    def line(self):
        """The next line, which must come while the program runs on: it was flushed."""
        os.set_blocking(self.process.stdout.fileno(), False)
        until = time.monotonic() + PATIENCE
        while b'\n' not in self.seen and time.monotonic() < until:
            got = os.read(self.process.stdout.fileno(), 65536) if self.is_readable() else None
            if got == b'':
                break
            self.seen += got or b''
        line, _, self.seen = self.seen.partition(b'\n')
        return line.decode()

    def is_readable(self):
        return bool(select.select([self.process.stdout], [], [], 0.05)[0])

    def end(self, number=None):
        """(exit code, the rest of stdout, stderr)"""
        if number:
            self.process.send_signal(number)
        os.set_blocking(self.process.stdout.fileno(), True)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, (self.seen + out).decode(), err.decode()
