# SPDX-License-Identifier: MIT
# proxenos exec.
. "$top_srcdir/tests/tap.sh"

cat >"$tmp/nodes.yaml" <<'YAML'
nodes:
  - {address: "10.0.0.1:80", service: web, name: web-1, zone: a}
  - {address: "10.0.0.2:80", service: web, name: web-2, zone: b}
  - {address: "[2001:db8::3]:80", service: web, name: 'web 3'}
YAML
choose() { "$PROXENOS" select -f "$tmp/nodes.yaml" "$@"; }
run_for() { "$PROXENOS" exec -f "$tmp/nodes.yaml" "$@"; }

first=$(choose k)
is 'words are replaced' "$(run_for -A '10\.0\.0\.1' k -- echo '{host}' '{port}' 'at {address}!' '{node}' '{name}' '{service}' '{zone}' '{key}' '{other}' '{')" \
  '10.0.0.1 80 at 10.0.0.1:80! 10.0.0.1:80 web-1 web a k {other} {'
# shellcheck disable=SC2016
is 'the environment is set' "$(PROXENOS_ZONE=old run_for -A '\[2001' k -- sh -c 'echo "$PROXENOS_HOST|$PROXENOS_PORT|$PROXENOS_ADDRESS|$PROXENOS_NODE|$PROXENOS_NAME|$PROXENOS_SERVICE|$PROXENOS_ZONE|$PROXENOS_KEY"')" \
  '2001:db8::3|80|[2001:db8::3]:80|[2001:db8::3]:80|web 3|web||k'
is 'no shell comes between' "$(run_for -A '\[2001' '$(touch x); `id`' -- printf '%s|' '{name}' '{key}' '*')" 'web 3|$(touch x); `id`|*|'
is 'the exit code is the command'"'"'s' "$(run_for k -- sh -c 'exit 37'; echo $?)" 37
is 'standard input is the command'"'"'s' "$(echo hello | run_for k -- cat)" hello
is 'no descriptor leaks' "$(run_for k -- sh -c 'ls /proc/self/fd 2>/dev/null | wc -l')" "$(sh -c 'ls /proc/self/fd 2>/dev/null | wc -l')"
is 'SIGPIPE is as it was' "$(run_for k -- sh -c 'yes | head -1; true' 2>&1)" y
is 'a key that begins with a dash' "$(run_for -- -k -- echo '{key}')" -k
is 'dashes of the command are its own' "$(run_for k -- echo -n -h --help -- x)" '-h --help -- x'
is 'death by a signal is seen' "$("$PYTHON3" -c '
import subprocess, sys; print(subprocess.run(sys.argv[1:]).returncode)' "$PROXENOS" exec -f "$tmp/nodes.yaml" k -- sh -c 'kill -9 $$')" -9
is '--fallback: death by a signal is seen' "$("$PYTHON3" -c '
import subprocess, sys; print(subprocess.run(sys.argv[1:]).returncode)' "$PROXENOS" exec -f "$tmp/nodes.yaml" --fallback 5 k -- sh -c 'kill -9 $$')" -9

is '--fallback goes down the ranking' "$(run_for --fallback 7 k -- sh -c 'echo {address}; exit 7')" "$(choose -n 3 k)"
is '--fallback ends with the last code' "$(run_for --fallback 7 k -- sh -c 'exit 7'; echo $?)" 7
run run_for -v --fallback 7 -n 2 k -- sh -c 'exit 7'
is '--fallback with -v says so' "$err" \
  "proxenos: the command ended with exit code 7 for $first; now for $(choose -n 2 k | tail -1)"
is '-n bounds the tries' "$(run_for --fallback 1-9,75 -n 2 k -- sh -c 'echo {address}; exit 8')" "$(choose -n 2 k)"
is '--fallback stops at success' "$(run_for --fallback 7 k -- sh -c "echo {address}; [ '{address}' != '$first' ] || exit 7")" "$(choose -n 2 k)"
is 'another code does not fall back' "$(run_for --fallback 7 k -- sh -c 'echo {address}; exit 8'; echo $?)" "$(printf '%s\n8' "$first")"
cat >"$tmp/send.py" <<'PY'
import signal, subprocess, sys
child = "trap 'echo got; exit 9' USR1 TERM; echo ready; while :; do sleep 0.05; done"
process = subprocess.Popen(sys.argv[2:] + ["sh", "-c", child], stdout=subprocess.PIPE)
assert process.stdout.readline() == b"ready\n"
process.send_signal(getattr(signal, sys.argv[1]))
print(process.stdout.read().decode().strip(), process.wait(10))
PY
for signal in SIGTERM SIGUSR1; do
  is "$signal reaches the command" "$("$PYTHON3" "$tmp/send.py" $signal "$PROXENOS" exec -f "$tmp/nodes.yaml" k --)" 'got 9'
  is "$signal reaches the command with --fallback" \
    "$("$PYTHON3" "$tmp/send.py" $signal "$PROXENOS" exec -f "$tmp/nodes.yaml" --fallback 1 k --)" 'got 9'
done

fails 'no command' 125 "then '--' and a command" run_for k
fails 'a command without --' 125 "then '--' and a command" run_for k echo
fails 'a list of no codes' 125 'no list of exit codes' run_for --fallback '' k -- true
fails 'a list of codes that is none' 125 'no list of exit codes' run_for --fallback 1,,2 k -- true
fails 'an unknown option' 125 'no option' run_for --nosuch k -- true
fails 'no node' 125 'no node is left' run_for -A nothing k -- true
fails 'a missing plugin' 125 'nosuch' "$PROXENOS" exec -b nosuch k -- true
# A folder of the PATH that may not be searched would make it "permission denied", as with env(1).
PATH=/usr/bin:/bin
fails 'not found' 127 "cannot run 'no-such-command'" run_for k -- no-such-command
touch "$tmp/plain"
fails 'not executable' 126 "cannot run '.*plain'" run_for k -- "$tmp/plain"
fails 'not found, with --fallback' 127 "cannot run 'no-such-command'" run_for --fallback 1 k -- no-such-command
tap_done
