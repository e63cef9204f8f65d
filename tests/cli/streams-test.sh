# SPDX-License-Identifier: MIT
# Standard streams that are full, closed or a terminal, and signals.
. "$top_srcdir/tests/tap.sh"

awk 'BEGIN { for (i = 0; i < 60000; i++) printf "10.%d.%d.%d:80\n", i / 65536, i / 256 % 256, i % 256 }' >"$tmp/many.txt"
printf '10.0.0.1:80\n' >"$tmp/one.txt"

if [ -c /dev/full ]; then
  "$PROXENOS" select -f "$tmp/one.txt" k >/dev/full 2>"$tmp/err"
  is 'a full device gives exit code 71' $? 71
  is 'and one line' "$(cat "$tmp/err")" "proxenos: cannot write to standard output: $(words_of ENOSPC)"
else
  skip 'a full device gives exit code 71' 'no /dev/full here'
fi
"$PROXENOS" select -f "$tmp/one.txt" k >&- 2>"$tmp/err"
is 'a closed standard output is an error' "$? $(cat "$tmp/err")" '71 proxenos: cannot write to standard output: it is closed'
"$PROXENOS" select -f "$tmp/one.txt" k <&- >"$tmp/out" 2>&-
is 'closed standard input and error do no harm' "$? $(cat "$tmp/out")" '0 10.0.0.1:80'
"$PROXENOS" select k -b nosuch 2>&- ; is 'an error that nobody hears keeps its exit code' $? 67
{ "$PROXENOS" nodes -f "$tmp/many.txt"; echo $? >"$tmp/code"; } 2>"$tmp/err" | head -1 >"$tmp/out"
is 'a reader that goes away ends it quietly' "$(cat "$tmp/code" "$tmp/err")" 0
is 'what was read is right' "$(cat "$tmp/out")" '10.0.0.0:80 1'

cat >"$tmp/terminal.py" <<'PY'
import os, pty, sys
def on_terminal(argv, **environment):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm"}, **environment)
        os.execv(argv[0], argv)
    text = b""
    try:
        while True:
            part = os.read(fd, 65536)
            if not part:
                break
            text += part
    except OSError:
        pass
    os.waitpid(pid, 0)
    return text
program, nodes = sys.argv[1:3]
assert b"\x1b[" in on_terminal([program, "select", "-b", "nosuch", "k"]), "an error is coloured"
assert b"\x1b[" not in on_terminal([program, "select", "-b", "nosuch", "k"], NO_COLOR="1"), "NO_COLOR"
assert b"\x1b[" not in on_terminal([program, "select", "-b", "nosuch", "k"], TERM="dumb"), "dumb"
assert b"ADDRESS" in on_terminal([program, "nodes", "-f", nodes]), "a table on a terminal"
PY
title='colours and tables are for terminals, without NO_COLOR'
if has_terminals; then ok "$title" "$PYTHON3" "$tmp/terminal.py" "$PROXENOS" "$tmp/one.txt"
else skip "$title" 'no terminals here'; fi

# A server that accepts and never answers.
cat >"$tmp/silent.py" <<'PY'
import socket, sys, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
time.sleep(60)
PY
"$PYTHON3" "$tmp/silent.py" >"$tmp/port" & server=$!
tap_at_exit "kill $server 2>/dev/null"
while [ ! -s "$tmp/port" ]; do sleep 0.05; done
for signal in INT TERM; do
  # A shell's background jobs ignore SIGINT; python does not pass that on.
  cat >"$tmp/interrupt.py" <<'PY'
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
time.sleep(0.5)
started = time.monotonic()
process.send_signal(getattr(signal, "SIG" + sys.argv[1]))
out, err = process.communicate(timeout=20)
print(process.returncode, out.decode(), err.decode().strip(), time.monotonic() - started < 2, sep="|")
PY
  is "SIG$signal ends a read at once" \
    "$("$PYTHON3" "$tmp/interrupt.py" $signal "$PROXENOS" select -b consul -h 127.0.0.1 -p "$(cat "$tmp/port")" k)" \
    '130||proxenos: interrupted|True'
done
fails '--timeout ends a read' 70 'proxenos: ' \
  "$PROXENOS" select -b consul -h 127.0.0.1 -p "$(cat "$tmp/port")" --timeout 300ms k
tap_done
