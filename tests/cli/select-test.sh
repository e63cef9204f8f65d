# SPDX-License-Identifier: MIT
# proxenos select over a file, as a user runs it.
. "$top_srcdir/tests/tap.sh"

cat >"$tmp/nodes.yaml" <<'YAML'
nodes:
  - {address: "192.168.100.100:8000", service: web, tags: [a]}
  - {address: "192.168.100.101:8000", service: web, tags: [a, b]}
  - {address: "192.168.100.102:8000", service: web}
  - {address: "192.168.100.103:8000", service: db, tags: [b], zone: z1, name: db-1, metadata: {rack: r1}}
  - {address: "[2001:db8::1]:8000", service: db}
YAML
choose() { "$PROXENOS" select -f "$tmp/nodes.yaml" "$@"; }

run choose github.com
is 'a key gives exit code 0' "$status" 0
like 'a key gives one address' "$out" '^(192\.168\.100\.10[0-3]|\[2001:db8::1\]):8000$'
is 'a key gives nothing on stderr' "$err" ''
first=$out
is 'the same key gives the same node' "$(choose github.com)" "$first"
is 'options may follow the key' "$("$PROXENOS" select github.com -f "$tmp/nodes.yaml")" "$first"
is 'a long option may carry its value' "$("$PROXENOS" select --file="$tmp/nodes.yaml" github.com)" "$first"
is 'a long option may be cut short' "$(choose --timeo 5s github.com)" "$first"
is 'the backend may be named' "$("$PROXENOS" select -b static-file -O path="$tmp/nodes.yaml" github.com)" "$first"
ok 'an empty argument is the empty key' choose ''
ok 'a key behind -- may begin with a dash' choose -- -n
is 'the place of -- does not matter' "$(choose -- github.com)" "$first"

run choose -n 3 github.com
is '-n 3 gives three nodes' "$(printf '%s\n' "$out" | sort -u | wc -l)" 3
is '-n keeps the first one first' "$(printf '%s\n' "$out" | head -1)" "$first"
run choose -n 100 github.com
is '-n above the number of nodes gives them all' "$(printf '%s\n' "$out" | wc -l)" 5

printf '10.0.0.%s:80 zone=%s rack=r%s capacity=%s\n' 1 a 1 5 2 a 2 1 3 a 3 1 4 b 1 0 5 b 2 1 >"$tmp/zones.txt"
spread() { "$PROXENOS" select -f "$tmp/zones.txt" -o json "$@" k; }
zones() { sed -n 's/^      "zone": "\(.*\)",/\1/p' | tr -d '\n'; }
like '--spread takes zones in turn' "$(spread -n 4 --spread zone | zones)" '^(ab|ba)(ab|ba)$'
is '--spread keeps the first' "$(spread -n 4 --spread zone | grep -m1 '"address"')" "$(spread | grep -m1 '"address"')"
is '--spread by a key of the metadata' "$(spread -n 3 --spread meta.rack | sed -n 's/.*"rack": "\(.*\)"/\1/p' | tail -3 | sort | tr -d '\n')" r1r2r3
is '--spread goes with --stdin' "$(echo k | "$PROXENOS" select -f "$tmp/zones.txt" --stdin -n 4 --spread zone | cut -f2- | tr '\t' '\n')" \
  "$("$PROXENOS" select -f "$tmp/zones.txt" -n 4 --spread zone k)"
is '--weight-from takes weights from metadata' \
  "$("$PROXENOS" nodes -f "$tmp/zones.txt" --weight-from meta.capacity -o tsv | cut -f5 | tr '\n' ' ')" 'weight 5 1 1 0 1 '
fails 'a spread that is none' 2 'colour' "$PROXENOS" select -f "$tmp/zones.txt" --spread colour k

# Only the keys of a node that goes may move.
sed '/100\.101/d' "$tmp/nodes.yaml" >"$tmp/fewer.yaml"
moved=0
for key in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  before=$(choose "$key") after=$("$PROXENOS" select -f "$tmp/fewer.yaml" "$key")
  [ "$before" = "$after" ] || [ "$before" = 192.168.100.101:8000 ] || moved=$((moved + 1))
done
is 'a removed node moves only its own keys' "$moved" 0

is '-A filters by address' "$(choose -n 9 -A '192\.168\.100\.10[01]:8000$' k | sort)" \
  "$(printf '%s\n' 192.168.100.100:8000 192.168.100.101:8000)"
is '-A matches from the start only' "$(choose -n 9 -A '192' k | wc -l)" 4
is '-N filters by service name' "$(choose -n 9 -N 'd' k | sort)" "$(printf '%s\n' 192.168.100.103:8000 '[2001:db8::1]:8000')"
is '-T wants every tag to match; no tags pass' "$(choose -n 9 -T a k | sort)" \
  "$(printf '%s\n' 192.168.100.100:8000 192.168.100.102:8000 '[2001:db8::1]:8000')"
is 'long names of the original work' \
  "$(choose -n 9 --filter-address 192 --filter-service-name web --filter-service-tags a k | sort)" \
  "$(printf '%s\n' 192.168.100.100:8000 192.168.100.102:8000)"

is 'a hash may be named in any case' "$(choose -H SipHash github.com)" "$first"
is '--hash and --hash-method are one' "$(choose --hash siphash github.com)" "$(choose --hash-method siphash github.com)"
is 'PROXENOS_PRF names the hash' "$(PROXENOS_PRF=SIPHASH choose github.com)" "$first"

run choose -o tsv -A '192.168.100.103' k
is 'tsv gives all fields of the node' "$out" "$(printf '192.168.100.103:8000\t192.168.100.103:8000\t192.168.100.103\t8000\t1\tdb\tdb-1\t\tz1\tunknown\tb\track=r1\t0')"
run choose -o json -n 2 github.com
printf '%s' "$out" >"$tmp/out.json"
cat >"$tmp/look.py" <<'PY'
import json, sys
answer = json.load(open(sys.argv[1]))
assert set(answer) == {"key", "node", "nodes", "scheme", "fingerprint", "backend", "report"}, sorted(answer)
assert answer["key"] == "github.com" and answer["backend"] == "static-file"
assert answer["node"] == answer["nodes"][0] and len(answer["nodes"]) == 2
assert set(answer["node"]) == {"identity", "address", "host", "port", "weight", "service", "name", "source_node",
                               "zone", "health", "tags", "metadata", "tier"}, sorted(answer["node"])
assert answer["node"]["address"] == sys.argv[2]
assert answer["report"]["read"] == 5 and answer["report"]["read_at"].endswith("Z")
assert answer["scheme"].startswith("hrw1/siphash-2-4/address")
assert len(answer["fingerprint"]) == 16
PY
ok 'json has the documented shape' "$PYTHON3" "$tmp/look.py" "$tmp/out.json" "$first"
printf 'k\303\251y' >"$tmp/key"; key=$(cat "$tmp/key")
like 'a UTF-8 key stands in json as it is' "$(choose -o json "$key")" '"key": "kéy"'
like 'a key that is no UTF-8 stands in json as key_hex' "$(choose -o json "$(printf 'a\377')")" '"key_hex": "61ff"'

scheme=$(choose -o json k | sed -n 's/.*"scheme": "\(.*\)".*/\1/p')
ok '--expect-scheme lets the right scheme pass' choose --expect-scheme "$scheme" k
fails '--expect-scheme refuses another scheme' 66 "answers by '$scheme', not by 'hrw1/other'" choose --expect-scheme hrw1/other k

head -c 1000000 /dev/zero | tr '\0' x >"$tmp/long"
cat >"$tmp/longkey.py" <<'PY'
import subprocess, sys
# One argument may have 128 KiB (Linux, MAX_ARG_STRLEN).
key = b"x" * 131000
answer = subprocess.run([sys.argv[1], "select", "-f", sys.argv[2], key], stdout=subprocess.PIPE, check=True)
assert answer.stdout.endswith(b":8000\n")
PY
ok 'a key as long as an argument may be works' "$PYTHON3" "$tmp/longkey.py" "$PROXENOS" "$tmp/nodes.yaml"
tap_done
