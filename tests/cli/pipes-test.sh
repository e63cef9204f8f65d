# SPDX-License-Identifier: MIT
# Pipes and '-' wherever a file is named: read to their end, whatever they hold; standard input once.
. "$top_srcdir/tests/tap.sh"
unset CONSUL_HTTP_ADDR

printf '10.0.0.1:80\n10.0.0.2:80 3\n' >"$tmp/lines"
printf '["10.0.0.1:80", {"address": "10.0.0.2:80", "weight": 3}]\n' >"$tmp/list"
printf 'nodes:\n- 10.0.0.1:80\n- {address: "10.0.0.2:80", weight: 3}\n' >"$tmp/tree"
printf 'clusters: {web: {backend: static-file, static-file: {path: lines}}}\n' >"$tmp/c.yaml"
seq 1 50 >"$tmp/keys"
cd "$tmp" || exit 99
wanted=$("$PROXENOS" nodes -f lines -o tsv)

# piped TITLE FILE: through standard input by each of its names, and through a FIFO whose writer comes late.
piped() {
  for name in - /dev/stdin /dev/fd/0; do
    is "$1 from $name" "$(cat "$2" | "$PROXENOS" nodes -f "$name" -o tsv 2>&1)" "$wanted"
  done
  is "$1 redirected" "$("$PROXENOS" nodes -f - -o tsv <"$2" 2>&1)" "$wanted"
  rm -f fifo; mkfifo fifo
  { sleep 0.2; head -c 20 "$2"; sleep 0.2; tail -c +21 "$2"; } >fifo &
  is "$1 from a FIFO, in two pieces" "$("$PROXENOS" nodes -f fifo -o tsv 2>&1)" "$wanted"
  wait
}
piped lines lines
piped JSON list
piped YAML tree
is 'the format may be said' "$("$PROXENOS" nodes -f - -O format=json -o tsv <list)" "$wanted"
is '-O path=- is standard input too' "$("$PROXENOS" nodes -b static-file -O path=- -o tsv <list)" "$wanted"
is 'standard input is what is left of it' "$({ read -r _; "$PROXENOS" nodes -f -; } <lines | grep -c 10.0.0)" 1

# Not without end.
rm -f fifo; mkfifo fifo
fails 'a FIFO without a writer ends with the deadline' 70 'fifo' "$PROXENOS" nodes -f fifo --timeout 200ms
fails 'an endless device has more bytes than are read' 69 '/dev/zero: holds more than the' "$PROXENOS" nodes -f /dev/zero
run sh -c 'exec 3<>fifo; "$0" nodes -f fifo --timeout 200ms' "$PROXENOS"
is 'nor is a writer waited for that writes nothing' "$status" 70
fails 'an empty pipe is no list' 69 'standard input: the file is empty' sh -c ': | "$0" nodes -f -' "$PROXENOS"
is 'a bad line has its number' "$(printf 'a:1\nb:x\n' | "$PROXENOS" nodes -f - 2>&1)" \
  "proxenos: backend 'static-file': standard input:2: port 'x' is not a whole number"

# Others.
is 'a configuration' "$("$PROXENOS" nodes -c - -C web -o tsv <c.yaml)" "$wanted"
is 'a configuration through a pipe' "$(cat c.yaml | "$PROXENOS" nodes -c /dev/stdin -C web -o tsv 2>&1)" "$wanted"
is 'keys' "$("$PROXENOS" simulate -f lines --keys - <keys)" "$("$PROXENOS" simulate -f lines --keys keys | sed 's/of keys/of -/')"
is 'one side of diff' "$("$PROXENOS" diff lines - <list)" ''
run "$PROXENOS" diff - lines <tree
is 'the other side of diff' "$status" 0
"$PROXENOS" simulate -f lines --svg picture >/dev/null
is 'a picture on standard output, alone' "$("$PROXENOS" simulate -f lines --svg - | cmp - picture 2>&1)" ''
is 'no file of that name comes of it' "$(ls ./- 2>/dev/null)" ''

# Once.
fails 'nodes and keys' 2 'standard input can be read once, and both --file and --keys want it' \
  "$PROXENOS" simulate -f - --keys - </dev/null
fails 'nodes and a pipe of keys' 2 'both --file and --stdin want it' "$PROXENOS" select -f /dev/stdin --stdin </dev/null
fails 'a configuration and nodes' 2 'both --config and --file want it' "$PROXENOS" nodes -c - -f - </dev/null
fails 'both sides' 2 'both - and /dev/stdin want it' "$PROXENOS" diff - /dev/stdin </dev/null
fails 'a picture and JSON' 2 'both go to standard output' "$PROXENOS" simulate -f lines --svg - -o json

# What came through a pipe stays.
cat lines | "$PROXENOS" watch -f - --for 1s --set follow.poll=100ms >watched 2>&1
is 'a watch of a pipe goes on by what it read' "$(grep -c '^+ ' watched)" 2
is 'and reads it once' "$(grep -c stale watched)" 0
tap_done
