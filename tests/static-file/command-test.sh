#!/bin/sh
# SPDX-License-Identifier: MIT
# The static file as a user of the program meets it.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/tap.sh"

# written NAME: standard input as a file that has settled.
written() {
  cat >"$tmp/$1" && touch -d '1 hour ago' "$tmp/$1"
}

# Every road gives the same cluster.
written n.txt <<'EOT'
10.0.0.1:80 10 service=web zone=a rack=r7
[2001:db8::1]:80 service=web zone=b tags=primary,ssd
EOT
written n.yaml <<'EOT'
nodes:
  - {address: 10.0.0.1, port: 80, weight: 10, service: web, zone: a, meta: {rack: r7}}
  - {address: '[2001:db8::1]:80', service: web, zone: b, tags: [primary, ssd]}
EOT
written n.json <<'EOT'
[{"host": "10.0.0.1", "port": 80, "weight": 10, "service": "web", "zone": "a", "meta": {"rack": "r7"}},
 {"host": "2001:db8::1", "port": 80, "service": "web", "zone": "b", "tags": ["primary", "ssd"]}]
EOT
wanted='10.0.0.1:80 10 service=web zone=a rack=r7
[2001:db8::1]:80 1 service=web zone=b tags=primary,ssd'
for name in n.txt n.yaml n.json; do
  is "$name gives the same nodes" "$("$PROXENOS" nodes -f "$tmp/$name")" "$wanted"
done
written sd.yml <<'EOT'
- targets: ['10.0.0.1:80']
  labels: {job: web, zone: a, weight: 10, rack: r7}
EOT
is 'a file_sd list gives nodes' "$("$PROXENOS" nodes -f "$tmp/sd.yml")" '10.0.0.1:80 10 service=web zone=a rack=r7'

# What nodes prints is read again, whatever is in it.
written odd.yaml <<'EOT'
- {address: a, tags: ['x y', 'c,d', '#'], name: "n \t\\x41", zone: 'é=b'}
- {address: b:1, node: m1, meta: {weight: '7', 'k k': 'v#', 'a=b': '', '#': "\x85"}}
EOT
whole=$("$PROXENOS" nodes -f "$tmp/odd.yaml" -o json | sed '/"fingerprint"/,$d')
like 'odd texts arrive' "$whole" '"c,d"'
"$PROXENOS" nodes -f "$tmp/odd.yaml" | written again.txt
"$PROXENOS" nodes -f "$tmp/odd.yaml" -o json | written again.json
for name in again.txt again.json; do
  is "$name says what the first file said" "$("$PROXENOS" nodes -f "$tmp/$name" -o json | sed '/"fingerprint"/,$d')" "$whole"
done

# Mistakes: one line, the place, the exit code.
written bad.yaml <<'EOT'
- address: a
  prot: 80
EOT
fails 'an unknown key is told with its place' 69 "bad.yaml:2:3: a node has no key 'prot', did you mean 'port'" \
  "$PROXENOS" select -f "$tmp/bad.yaml" x
echo '- {address: a, port: 65536}' | written bad.yaml
fails 'a port out of range is told with its place' 69 'bad.yaml:1:3: port 65536 is not in 1...65535' \
  "$PROXENOS" select -f "$tmp/bad.yaml" x
printf 'ok:1\n010.0.0.1:80\n' | written bad.txt
fails 'an address that cannot be one is told with its line' 69 'bad.txt:2: ' "$PROXENOS" select -f "$tmp/bad.txt" x
echo 'a:1 4294967296' | written bad.txt
fails 'a weight out of range is told with its line' 69 'bad.txt:1: weight 4294967296 is not in' \
  "$PROXENOS" select -f "$tmp/bad.txt" x
: | written empty.txt
fails 'an empty file is an error' 69 'the file is empty' "$PROXENOS" select -f "$tmp/empty.txt" x
fails 'a missing file is an error' 65 "$(words_of ENOENT)" "$PROXENOS" select -f "$tmp/none.txt" x
fails 'a folder is no file' 69 'is a folder' "$PROXENOS" select -f "$tmp" x
fails 'a service that no node has is an error' 65 "no such service 'cache'" \
  "$PROXENOS" select -f "$tmp/n.txt" -s cache x
echo '[]' | written none.yaml
fails 'an empty list has no node' 65 '' "$PROXENOS" select -f "$tmp/none.yaml" x
is 'and is a cluster all the same' "$("$PROXENOS" nodes -q -f "$tmp/none.yaml")" ''

# Options.
cp "$tmp/n.json" "$tmp/conf" && touch -d '1 hour ago' "$tmp/conf"
is 'a stated format counts' "$("$PROXENOS" nodes -f "$tmp/conf" -O format=json)" "$wanted"
fails 'the formats are listed' 2 "'xml' is not one of auto, yaml, json, file_sd, lines" \
  "$PROXENOS" nodes -f "$tmp/conf" -O format=xml
is 'a file just written is read once it has settled' "$(echo a:1 >"$tmp/fresh" && "$PROXENOS" nodes -f "$tmp/fresh")" 'a:1 1'
fails 'no time to settle is a time-out' 70 'no time to see it settle' \
  "$PROXENOS" nodes -f "$tmp/fresh" -O settle=5s --timeout 1s
# -f was a pattern in release 0.0.3 of the Python package.
fails 'a pattern for a file is told of -A' 65 "\\^10\\\\.: .*; a pattern for addresses is -A here, see proxenos-migrate\(7\)\$" \
  "$PROXENOS" select -f '^10\.' k
run "$PROXENOS" select -f "$tmp/none.txt" k
is 'a file that is not there is told of no pattern' "$(printf '%s' "$err" | grep -c -- '-A here')" 0

tap_done
