# SPDX-License-Identifier: MIT
# select --stdin: many keys, in order, any bytes, at once.
. "$top_srcdir/tests/tap.sh"

awk 'BEGIN { for (i = 0; i < 20; i++) printf "10.0.0.%d:80\n", i }' >"$tmp/nodes.txt"
stream() { "$PROXENOS" select -f "$tmp/nodes.txt" --stdin "$@"; }
one() { "$PROXENOS" select -f "$tmp/nodes.txt" "$@"; }

is 'no key, no answer' "$(stream </dev/null)" ''
is 'a key and its address' "$(echo abc | stream)" "$(printf 'abc\t%s' "$(one abc)")"
is 'the last newline may be missing' "$(printf 'a\nbc' | stream)" "$(printf 'a\t%s\nbc\t%s' "$(one a)" "$(one bc)")"
is 'an empty line is the empty key' "$(printf '\n\n' | stream)" "$(printf '\t%s\n\t%s' "$(one '')" "$(one '')")"
is 'a carriage return is data' "$(printf 'a\r\n' | stream | od -c)" \
  "$(printf 'a\r\t%s\n' "$(one "$(printf 'a\r')")" | od -c)"
is 'NUL bytes are data' "$(printf 'a\0b\n' | stream | tr '\0' '0' | cut -c1-4)" "$(printf 'a0b\t')"
is '--stdin0 ends keys and lines with NUL' \
  "$(printf 'a\nb\0c\0' | "$PROXENOS" select -f "$tmp/nodes.txt" --stdin0 | tr '\0\n' '|/')" \
  "$(printf 'a/b\t%s|c\t%s|' "$(one "$(printf 'a\nb')")" "$(one c)")"
is '-n gives the ranking on one line' "$(echo k | stream -n 3)" \
  "$(printf 'k\t%s' "$(one -n 3 k | paste -s -d '\t')")"
is '-n above the number of nodes gives them all' "$(echo k | stream -n 99 | awk -F'\t' '{ print NF }')" 21
is 'tsv has four fields and escapes the key' "$(printf 'a\tb\\\n' | stream -o tsv)" \
  "$(printf 'a\\tb\\\\\t1\t%s\t%s' "$(one "$(printf 'a\tb\\')")" "$(one "$(printf 'a\tb\\')")")"
is 'tsv may begin with an escape' "$(printf '\t\n' | stream -o tsv | cut -f1)" '\t'
is 'tsv has a line for each node' "$(echo k | stream -o tsv -n 2 | cut -f1-3)" \
  "$(printf 'k\t1\t%s\nk\t2\t%s' "$(one -n 2 k | head -1)" "$(one -n 2 k | tail -1)")"
is 'json is an object a line' "$(echo 'a"b' | stream -o json)" \
  "{\"key\":\"a\\\"b\",\"node\":{\"identity\":\"$(one 'a"b')\",\"address\":\"$(one 'a"b')\"}}"
is 'json escapes what a terminal would obey' "$(printf '\033\302\233\303\251\n' | stream -o json | cut -d, -f1)" \
  "$(printf '{"key":"\\u001b\\u009b\303\251"')"
is 'json of a key that is no UTF-8' "$(printf '\377\n' | stream -o json | cut -c1-15)" '{"key_hex":"ff"'
printf 'a\nb\n\303\251\n' | stream -o json -n 2 >"$tmp/out.json"
ok 'every line is json' "$PYTHON3" -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert [line["key"] for line in lines] == ["a", "b", "\u00e9"] and all(len(line["nodes"]) == 2 for line in lines)' \
  "$tmp/out.json"

cat >"$tmp/make.py" <<'PY'
# Keys of all lengths, some longer than any buffer; the answers are compared with those of single runs of the batch.
import random, sys
random.seed(5)
keys = [bytes(random.choices(range(32, 256), k=random.choice((0, 1, 7, 8, 15, 31, 32, 33, 64, 100, 1000)))) for _ in range(30000)]
keys[17] = b"y" * 3000000
keys[18] = b"z" * 262144
keys[20000] = b"w" * 262143
open(sys.argv[1], "wb").write(b"\n".join(keys) + b"\n")
PY
"$PYTHON3" "$tmp/make.py" "$tmp/keys"
stream <"$tmp/keys" >"$tmp/all"
cat >"$tmp/keep.py" <<'PY'
import sys
keys = open(sys.argv[1], "rb").read().split(b"\n")
answers = open(sys.argv[2], "rb").read().split(b"\n")
assert len(keys) == len(answers), (len(keys), len(answers))
for key, answer in zip(keys[:-1], answers[:-1]):
    assert answer.rpartition(b"\t")[0] == key, (key[:50], answer[:50])
PY
ok 'every key comes back, in order' "$PYTHON3" "$tmp/keep.py" "$tmp/keys" "$tmp/all"
split -l 1 -a 4 -n l/5 "$tmp/keys" "$tmp/part." 2>/dev/null || split -l 7000 "$tmp/keys" "$tmp/part."
for part in "$tmp"/part.*; do stream <"$part"; done | cmp -s - "$tmp/all"
is 'cut in pieces the answers are the same' $? 0
cat "$tmp/keys" | stream | cmp -s - "$tmp/all"; is 'a pipe gives the same' $? 0
for jobs in 0 2 5; do
  stream --jobs $jobs <"$tmp/keys" | cmp -s - "$tmp/all"
  is "--jobs $jobs gives the same, in order" $? 0
  stream --jobs $jobs -n 2 <"$tmp/keys" | awk '{ print $(NF - 1) }' | cmp -s - "$tmp/.none"
done
"$PYTHON3" -c '
import os, sys, time
data = open(sys.argv[1], "rb").read()[:200000]
for at in range(0, len(data), 997):
    os.write(1, data[at:at + 997])' "$tmp/keys" | stream >"$tmp/dribbled"
head -c "$(($(wc -c <"$tmp/dribbled") - 200))" "$tmp/dribbled" >"$tmp/dribbled.head"
cmp -s -n "$(wc -c <"$tmp/dribbled.head")" "$tmp/dribbled.head" "$tmp/all"; is 'input in dribbles gives the same' $? 0

# Answers come before the next key is sent.
cat >"$tmp/talk.py" <<'PY'
import select, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
for key in (b"one\n", b"two\n", b"three\n"):
    process.stdin.write(key)
    assert select.select([process.stdout], [], [], 10)[0], "no answer"
    assert process.stdout.read(1000).startswith(key[:-1] + b"\t")
process.stdin.close()
assert process.wait(10) == 0
PY
ok 'a co-process gets each answer at once' "$PYTHON3" "$tmp/talk.py" "$PROXENOS" select -f "$tmp/nodes.txt" --stdin
ok 'with threads too' "$PYTHON3" "$tmp/talk.py" "$PROXENOS" select -f "$tmp/nodes.txt" --stdin --jobs 3

# Whoever shares a pipe may have made it non-blocking.
cat >"$tmp/nonblocking.py" <<'PY'
import os, subprocess, sys, time
reader, writer = os.pipe()
os.set_blocking(reader, False)
process = subprocess.Popen(sys.argv[1:], stdin=reader, stdout=subprocess.PIPE)
for key in (b"one\n", b"two\n"):
    time.sleep(0.3)
    os.write(writer, key)
os.close(writer)
assert process.communicate(timeout=20)[0].count(b"\n") == 2 and process.returncode == 0
PY
ok 'an input that does not block is waited for' "$PYTHON3" "$tmp/nonblocking.py" "$PROXENOS" \
  select -f "$tmp/nodes.txt" --stdin

for jobs in 1 3; do
  { yes | "$PROXENOS" select -f "$tmp/nodes.txt" --stdin --jobs $jobs; echo $? >"$tmp/code"; } 2>"$tmp/err" | head -2 >"$tmp/out"
  is "a reader that goes away ends it quietly (--jobs $jobs)" "$(cat "$tmp/code" "$tmp/err") $(wc -l <"$tmp/out")" '0 2'
done
if [ -c /dev/full ]; then
  echo k | stream >/dev/full 2>"$tmp/err"
  is 'a full device gives exit code 71' "$? $(cat "$tmp/err")" \
    "71 proxenos: cannot write to standard output: $(words_of ENOSPC)"
else
  skip 'a full device gives exit code 71' 'no /dev/full here'
fi
"$PROXENOS" select -f "$tmp/nodes.txt" --stdin <"$tmp" >"$tmp/out" 2>"$tmp/err"
is 'what cannot be read is an error' "$? $(cat "$tmp/err")" "71 proxenos: cannot read standard input: $(words_of EISDIR)"

"$PROXENOS" select -f "$tmp/nodes.txt" --stdin --jobs 4 <"$tmp" >"$tmp/out" 2>"$tmp/err"
is 'of many workers one tells it' "$? $(cat "$tmp/err")" "71 proxenos: cannot read standard input: $(words_of EISDIR)"

fails 'a KEY and --stdin' 2 'a KEY or --stdin, not both' "$PROXENOS" select -f "$tmp/nodes.txt" --stdin k
fails '--jobs without --stdin' 2 '--jobs goes with --stdin' "$PROXENOS" select -f "$tmp/nodes.txt" --jobs 2 k
fails 'too many jobs' 2 "--jobs: '5000'" "$PROXENOS" select -f "$tmp/nodes.txt" --stdin --jobs 5000

cat >"$tmp/progress.py" <<'PY'
# Standard error on a terminal, a slow writer behind: progress shows, and goes away.
# Written to until it has shown, for ten seconds at the most.
import os, pty, subprocess, sys, threading, time
master, slave = pty.openpty()
process = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave)
os.close(slave)
text = b""
def read():
    global text
    try:
        while True:
            text += os.read(master, 65536)
    except OSError:
        pass
reader = threading.Thread(target=read)
reader.start()
started = time.monotonic()
while time.monotonic() - started < (10 if sys.argv[1] == "yes" else 2) and not text:
    process.stdin.write(b"key\n" * 1000)
    process.stdin.flush()
    time.sleep(0.1)
process.stdin.close()
process.wait()
reader.join()
if sys.argv[1] == "yes":
    assert b"million keys" in text and text.endswith(b"\r\x1b[K"), text
else:
    assert text == b"", text
PY
if has_terminals; then
  ok 'progress shows on a terminal' "$PYTHON3" "$tmp/progress.py" yes "$PROXENOS" select -f "$tmp/nodes.txt" --stdin
  ok 'and not with -q' "$PYTHON3" "$tmp/progress.py" no "$PROXENOS" select -f "$tmp/nodes.txt" --stdin -q
else
  skip 'progress shows on a terminal, and not with -q' 'no terminals here'
fi
tap_done
