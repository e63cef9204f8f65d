#!/bin/sh
# SPDX-License-Identifier: MIT
# `proxenos plugins test`: our own plugins keep the contract; a plugin with one fault
# is caught, in words that name the fault.
. "${top_srcdir:-.}/tests/tap.sh"
: "${CC:=cc}"
umask 022
chmod 755 "$tmp"
stage=$top_builddir/stage
manual=$top_srcdir/docs/proxenos-plugin.3
printf '192.0.2.1:80\n192.0.2.2:80\n' >"$tmp/nodes"

# Tests mostly wait, so a few run at a time.
running=0
take_turns() {
  running=$((running + 1))
  [ $((running % 6)) -ne 0 ] || wait
}
# try_file FOLDER FILE [ARGUMENT...]: tests a file; what came of it lies in the folder.
try_file() {
  try_folder=$1; shift
  "$PROXENOS" plugins test "$@" >"$try_folder/out" 2>&1
  echo $? >"$try_folder/status"
}

# ---------------------------------------------------------------- our own plugins
for file in "$stage"/hashes/*.so "$stage"/backends/*.so; do
  [ -e "$file" ] || continue
  name=$(basename "$file" .so)
  mkdir -p "$tmp/own/$name"
  set -- "$file"
  case $name in
  static-file) set -- "$file" -O path="$tmp/nodes" ;;
  zookeeper) set -- "$file" -O path=/nodes ;;
  esac
  try_file "$tmp/own/$name" "$@" &
  take_turns
done

# --------------------------------------------------------------------- the faults
# breed KIND FAULT: builds bad-KIND.so with that fault into a folder of its own, and
# tests it.
breed() {
  mkdir -p "$tmp/$1/$2"
  # shellcheck disable=SC2086
  $CC -shared -fPIC -DFAULT="$2" -I"$top_srcdir/core/include" "$top_srcdir/tests/kit/bad-$1.c" \
    -o "$tmp/$1/$2/bad-$1.so" -pthread -Wl,-z,defs && try_file "$tmp/$1/$2" "$tmp/$1/$2/bad-$1.so"
}
# HANGS takes longer: tests/unit/conformance-test has it.
faults() {
  sed -n '/^enum fault/,/^};/p' "$top_srcdir/tests/kit/bad-$1.c" | grep -Eo '[A-Z_]{3,}' | grep -vx -e HANGS -e FAULTS
}
for kind in backend hash; do
  for fault in $(faults $kind); do
    breed $kind "$fault" &
    take_turns
  done
done
wait

# ----------------------------------------------------------------------- judging
for folder in "$tmp"/own/*; do
  is "$(basename "$folder") keeps the contract" "$(cat "$folder/status") $(grep -A2 '^not ok' "$folder/out")" '0 '
done
for kind in backend hash; do
  untried=0
  # A sanitizer's allocator counts nothing for others.
  [ -z "${PROXENOS_SANITIZED-}" ] || [ "$kind" = hash ] || untried=1
  like "$kind: without a fault everything holds, and everything is tried" \
    "$(cat "$tmp/$kind/NONE/status") $(tail -1 "$tmp/$kind/NONE/out")" "^0 # [0-9]+ hold, 0 broken, $untried not tried\$"
done

# caught KIND FAULT WHAT WHY: the check and the words, patterns both.
caught() {
  is "$2: it is said that the contract is broken" "$(cat "$tmp/$1/$2/status")" 1
  like "$2: is caught" "$(grep -A1 "^not ok .*: $3" "$tmp/$1/$2/out" | grep '^#')" "^#   $4"
  echo "$2" >>"$tmp/caught"
}
caught backend CALLS_IT_EMPTY 'a server that is not there' 'fetch returned OK with 0 nodes from a source that has failed'
caught backend CONNECTS_IN_OPEN 'opening it touches no network' 'open connects to the server'
caught backend CRASHES 'reads its source' 'it crashed: signal 11 '
caught backend ENDS_AT_SKIP 'goes on after a node' 'after a node that was SKIPPED, fetch added 1 of 2 nodes and returned OK'
caught backend EXITS 'reads its source' 'it ended the process with exit code 3, saying: goodbye$'
caught backend FAILS_SILENTLY 'reads its source' 'fetch returned DENIED without saying why by proxenos_fail'
caught backend GOES_ON 'ends with the result of add_node' 'add_node gave OUT_OF_MEMORY, and fetch went on and returned OK'
caught backend IGNORES_CANCEL 'ends within 100 ms' 'fetch went on for [0-9]+ ms after it was cancelled'
caught backend IGNORES_DEADLINE 'a silent server is given up at the deadline' 'with a deadline of 300 ms, fetch took 1[0-9]{3}'
caught backend IGNORES_WAIT 'ends with the wait' 'asked to wait for 200 ms, fetch took 1[0-9]{3}'
caught backend LEAKS '1,000 fetches' 'descriptors left open by [0-9]+ fetches: [0-9]+'
caught backend LEAKS_IN_OPEN 'opened and closed' 'descriptors left open by [0-9]+ instances: [0-9]+'
caught backend LOSES_DELIVERY 'ends with the wait' 'UNCHANGED where nothing was committed'
caught backend NOT_PARALLEL 'its instances are read in parallel' 'of 4 instances at once, one failed: .*somebody else'
caught backend PRINTS 'prints nothing' 'it printed: two nodes$'
caught backend PRINTS_AT_LOAD 'prints nothing' 'it printed: hello$'
caught backend SAYS_NOTHING 'says what it and each' "the help of option 'host' is missing"
caught backend UNCHANGED 'reads its source' 'fetch returned UNCHANGED where it was asked to read now'
caught backend UNKNOWN_RESULT 'reads its source' 'fetch returned 4711 \(no result\)'

caught backend ADDS_NOTHING 'reads its source' 'fetch returned OK where the set was lost: the plugin added a node of 0 bytes'
caught backend ADDS_SIZELESS 'reads its source' 'fetch returned OK where the set was lost: the plugin added a node of 0 bytes'
caught backend BLOCKS_SIGNALS 'leaves signals' 'it changes the mask of signals$'
caught backend CHANGES_FOLDER 'leaves the working folder' 'it changes the working folder$'
caught backend CHANGES_LOCALE 'leaves the working folder' 'it changes the locale$'
caught backend CHANGES_UMASK 'leaves the working folder' 'it changes the umask$'
caught backend CLOSES_STDIN 'leaves standard input' 'it closes or replaces standard input$'
caught backend FAILS_THEN_OK 'reads its source' 'fetch returned OK after proxenos_fail\(\) said: the first server$'
caught backend FORKS 'starts no process' 'it forks, or starts a process$'
caught backend FORKS_AND_STAYS 'starts no process' 'it forks, or starts a process$'
caught backend HANDLES_SIGNALS 'leaves signals' 'it changes what a signal does$'
caught backend IGNORES_WAITING_DEADLINE 'keeps the deadline while it waits' 'waiting with a deadline of 300 ms, fetch took [0-9]{4}'
if [ -z "${PROXENOS_SANITIZED-}" ]; then
  caught backend LEAKS_MEMORY '1,000 fetches leave no memory' 'bytes left behind by [0-9]+ fetches: [0-9]{7}'
else
  skip 'LEAKS_MEMORY: is caught' 'memory cannot be counted under a sanitizer'
  echo LEAKS_MEMORY >>"$tmp/caught"
fi
caught backend LOSES_SECOND 'gives the set again' 'UNCHANGED where nothing was committed'
caught backend NEVER_RESTS 'rests while nothing changes' 'asked to wait, fetch gave the same nodes 4 times within 2000 ms$'
caught backend NOTES_NONSENSE 'reads its source' 'it noted an age or a time to ask again that is below 0$'
caught backend RAISES 'reads its source' 'it crashed: signal 2 '
caught backend SETS_ENVIRONMENT 'leaves the working folder' 'it changes the environment$'
caught backend SPAWNS 'starts no process' 'it forks, or starts a process$'
caught backend THREADS_ON 'its threads end with close' 'threads that go on after close: 1$'
caught backend UNCHANGED_EARLY 'ends with the wait' 'asked to wait for 200 ms, fetch said UNCHANGED after [0-9]+$'

caught hash COUNTS_ADDRESS 'hashes any length' '[0-9]+ bytes that begin 1 behind a multiple of 64 get another answer'
caught hash COUNTS_PART 'every byte counts' 'byte 100 of 111 does not count'
caught hash DIGEST_TOO_LONG 'digest writes' 'it writes more than the 4 bytes of digest_bits'
caught hash HIDES_KEY 'options that change the answers' 'the options of known answer 1 change the answers'
caught hash HIDES_SEED 'options that change the answers' "seed=1 changes the answers, and parameters\(\) says 'key=.*,seed=0'"
caught hash LONG_SUMMARY 'says what it and each' 'its summary ends with a full stop'
caught hash MANY_DIFFERS 'hash64_many gives' 'key 8 of 9, 8 bytes: hash64 gives [0-9a-f]{16}, hash64_many'
caught hash MANY_TOO_LONG 'hash64_many gives' 'it writes more than 0 answers'
caught hash NO_ANSWERS 'gives its published' 'it has no known answers'
caught hash NO_SOURCE 'gives its published' 'known answer 0 does not say where it was published'
caught hash NOT_ASCII 'parameters are sorted' "'sé?ed=0': they are not name=value pairs of printable ASCII"
caught hash NOT_REENTRANT 'threads at once' '[24] threads at once get other answers than one alone'
caught hash OPENS_SILENTLY 'opens at the edges' 'with key=x+: open returned BAD_OPTION without saying why'
caught hash READS_BEYOND 'hashes any length' 'it crashed: signal 11 '
caught hash READS_NULL 'hashes any length' 'it crashed: signal 11 '
caught hash SHARES_STATE 'states of different options' 'with two states open, known answers 0 and 1 are not given'
caught hash SHOWS_KEY 'parameters are sorted' "the secret 'key' stands in them"
caught hash TAKES_WORD 'parameters are sorted' "'table=0': key-tag, nodes, spread, table and weights are words of the scheme's own"
caught hash TOO_WIDE 'hashes any length' 'hash_bits is 32, and hash64 gives'
caught hash UNSORTED 'parameters are sorted' "'seed=0,key=none': they are not sorted by name"
caught hash UNSTEADY_DIGEST 'digest writes' 'the same 0 bytes have two digests'
caught hash WRONG_ANSWER 'gives its published' 'known answer 0: hash64 gives 000000004fd0bfc1, published is 0{15}1'
caught hash WRONG_DIGEST 'gives its published' 'known answer 0: the digest is not the published one'

is 'every fault there is was caught' "$(sort "$tmp/caught")" "$({ faults backend; faults hash; } | grep -vx NONE | sort)"

# ----------------------------------------------------------------- interruption
# A real Ctrl-C ends the program, and with it what runs the plugin, hanging as it is.
mkdir "$tmp/hangs"
# shellcheck disable=SC2086
$CC -shared -fPIC -DFAULT=HANGS -I"$top_srcdir/core/include" "$top_srcdir/tests/kit/bad-backend.c" \
  -o "$tmp/hangs/bad-backend.so" -pthread -Wl,-z,defs
is 'SIGINT ends the program and what runs the plugin' "$("$PYTHON3" - "$PROXENOS" "$tmp/hangs/bad-backend.so" 2>&1 <<'END'
import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
run = subprocess.Popen([sys.argv[1], "plugins", "test", sys.argv[2]], stdout=subprocess.PIPE, start_new_session=True)
for line in run.stdout:  # the check before the one that hangs
    if b"opened and closed 1,000 times" in line:
        break
def members():
    """Processes of its session that run."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = open("/proc/%s/stat" % pid).read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == run.pid and fields[0] not in "ZX":
            found.append(int(pid))
    return found
before = len(members())
os.kill(run.pid, signal.SIGINT)
code = run.wait()
end = time.monotonic() + 10
while members() and time.monotonic() < end:
    time.sleep(0.02)
print(before >= 2, code in (130, -signal.SIGINT), members())
END
)" 'True True []'

# ------------------------------------------------------------------- the manual
cat "$tmp"/backend/*/out "$tmp"/hash/*/out >"$tmp/all"
sed -n 's/^#   proxenos-plugin(3), //p' "$tmp/all" | sort -u | while read -r section; do
  grep -Eq "^\.S[hs] $section\$" "$manual" || echo "$section"
done >"$tmp/unknown"
is 'every section that is named is in the manual' "$(cat "$tmp/unknown")" ''
sed -n "s/^ok [0-9]* - [a-z]* '[^']*': \([^#]*[^# ]\).*/\1/p" "$tmp/all" | sort -u | while read -r what; do
  grep -Fqx -e "$what" "$manual" || echo "$what"
done >"$tmp/unknown"
is 'the manual lists every check' "$(cat "$tmp/unknown")" ''

# -------------------------------------------------------------------- the command
bad=$tmp/backend/PRINTS/bad-backend.so
run "$PROXENOS" plugins test "$bad" -o tsv
like 'tsv has a line for each' "$out" '^module	bad-backend	broken	prints nothing	it printed: two nodes	HOST SERVICES$'
is 'of six fields' "$(printf '%s\n' "$out" | awk -F'\t' '{ print NF }' | sort -u)" 6
run "$PROXENOS" plugins test "$bad" -o json
is 'json names what is broken' "$status $(printf '%s' "$out" | "$PYTHON3" -c '
import json, sys
print([f["what"] for f in json.load(sys.stdin)["findings"] if f["verdict"] == "broken"])')" "1 ['prints nothing']"
run "$PROXENOS" plugins test "$tmp/backend/NONE/bad-backend.so" -O path=/nowhere/at/all
like 'a source that cannot be read is no fault' "$status $out" '^0 |reads its source, or says why not # SKIP .*/nowhere/at/all'
fails 'an option that it has not is refused' 2 "bad-backend' has no option 'pat'; did you mean 'path'" \
  "$PROXENOS" plugins test "$bad" -O pat=x
fails 'an option without a value is refused' 2 "KEY=VALUE, not 'path'" "$PROXENOS" plugins test "$bad" -O path
run "$PROXENOS" plugins test "$tmp/backend/NONE/bad-backend.so" -O port=70000
like 'a value out of range is told' "$status $(printf '%s\n' "$out" | grep -A1 'not ok 3')" 'port: 70000 is not in 1\.\.\.65535'
fails 'a file that is not there' 67 'nowhere/x.so cannot be opened' "$PROXENOS" plugins test "$tmp/nowhere/x.so"
echo nonsense >"$tmp/nonsense.so"
fails 'a file that is no plugin' 67 'nonsense.so' "$PROXENOS" plugins test "$tmp/nonsense.so"
fails 'a file without .so' 67 "does not end in '.so'" "$PROXENOS" plugins test "$tmp/nodes"
fails 'a FILE must be said' 2 'plugins test needs a FILE' "$PROXENOS" plugins test
fails '-O is its own' 2 '--option does not go with plugins list' "$PROXENOS" plugins list -O a=b
cp "$tmp/hash/NONE/bad-hash.so" "$tmp/renamed.so"
fails 'a file that was renamed' 67 "give it back its own" "$PROXENOS" plugins test "$tmp/renamed.so"
tap_done
