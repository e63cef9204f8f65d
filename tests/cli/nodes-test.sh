# SPDX-License-Identifier: MIT
# proxenos nodes and explain.
. "$top_srcdir/tests/tap.sh"

cat >"$tmp/nodes.json" <<'JSON'
{"nodes": [
  {"address": "10.0.0.2:80", "weight": 3, "service": "web", "name": "web-2", "zone": "b", "tags": ["x", "y"]},
  {"address": "10.0.0.1:80", "service": "web", "name": "web-1", "tags": ["a\tb\u001b[31m"], "metadata": {"k": "v w"}},
  {"address": "10.0.0.3:80", "weight": 0, "service": "db"}
]}
JSON
nodes() { "$PROXENOS" nodes -f "$tmp/nodes.json" "$@"; }

is 'text is one node a line, sorted, controls escaped' "$(nodes)" "$(cat <<'TEXT'
10.0.0.1:80 1 service=web name=web-1 tags=a\x09b\x1b[31m k=v\x20w
10.0.0.2:80 3 service=web name=web-2 zone=b tags=x,y
10.0.0.3:80 0 service=db
TEXT
)"
is 'tsv begins with the titles' "$(nodes -o tsv | head -1)" \
  "$(printf 'identity\taddress\thost\tport\tweight\tservice\tname\tsource_node\tzone\thealth\ttags\tmetadata\ttier')"
is 'tsv escapes tabs and controls' "$(nodes -o tsv | sed -n 2p | cut -f11)" 'a\tb\x1b[31m'
is 'tsv has thirteen fields everywhere' "$(nodes -o tsv | awk -F'\t' '{ print NF }' | sort -u)" 13

nodes -o json >"$tmp/saved.json"
cat >"$tmp/look.py" <<'PY'
import json, sys
answer = json.load(open(sys.argv[1]))
assert set(answer) == {"nodes", "fingerprint", "backend", "report"}, sorted(answer)
assert [node["address"] for node in answer["nodes"]] == ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]
assert answer["nodes"][0]["tags"] == ["a\tb\x1b[31m"] and answer["nodes"][0]["metadata"] == {"k": "v w"}
assert answer["nodes"][1]["weight"] == 3 and answer["nodes"][1]["port"] == 80
assert set(answer["report"]) == {"read", "skipped", "dropped_address", "dropped_name", "dropped_tags", "dropped_zone", "dropped_metadata", "dropped_has_tag", "dropped_tier", "duplicates",
                                 "read_at"}
PY
ok 'json has the documented shape' "$PYTHON3" "$tmp/look.py" "$tmp/saved.json"
is 'json is read again by static-file, the same cluster' "$("$PROXENOS" nodes -f "$tmp/saved.json" -o json | grep -v read_at)" \
  "$(grep -v read_at "$tmp/saved.json")"
nodes -A '10\.0\.0\.[23]' >"$tmp/saved.txt"
is 'text is read again by static-file' "$("$PROXENOS" nodes -f "$tmp/saved.txt")" "$(cat "$tmp/saved.txt")"
is 'filters count' "$(nodes -N web -o json | grep dropped_name)" '    "dropped_name": 1,'

explain() { "$PROXENOS" explain -f "$tmp/nodes.json" "$@"; }
run explain user:17
is 'explain succeeds' "$status$err" 0
is 'explain fits in 80 columns' "$(printf '%s\n' "$out" | awk 'length($0) > 79')" ''
like 'explain shows the key' "$out" '^key +"user:17", 7 bytes$'
like 'explain shows the hash' "$out" '^digest +[0-9a-f]{16}, the key under siphash-2-4$'
like 'explain shows the scheme' "$out" '^scheme +hrw1/siphash-2-4/address'
like 'explain shows the fingerprint' "$out" '^cluster +[0-9a-f]{16}, 3 nodes from static-file, 1 of weight 0$'
like 'explain shows what filters dropped' "$out" '^filters +dropped 0 by address, 0 by service name, 0 by tags$'
first=$("$PROXENOS" select -f "$tmp/nodes.json" user:17)
like 'explain ranks the chosen node first' "$out" "^ *1 +$first "
like 'explain says why' "$out" "^$first: its cost"
is 'nor speaks of weights where they do not count' "$(explain --compat python user:17 | grep -c 'of weight 0')" 0
is 'explain leaves out a node of weight 0' "$(printf '%s\n' "$out" | grep -c '10.0.0.3')" 0
like 'a spread ranking is called so' "$(explain --spread zone user:17)" '^spread +zone: '
is 'and no other' "$(explain user:17 | grep -c '^spread')" 0
explain -o json user:17 >"$tmp/explain.json"
cat >"$tmp/look2.py" <<'PY'
import json, sys
answer = json.load(open(sys.argv[1]))
assert set(answer) == {"key", "digest", "hash", "scheme", "fingerprint", "backend", "report", "ranking", "reason"}
assert [place["rank"] for place in answer["ranking"]] == [1, 2]
first, second = answer["ranking"]
assert first["node"]["address"] == sys.argv[2]
assert int(first["cost"]) * second["node"]["weight"] <= int(second["cost"]) * first["node"]["weight"]
PY
ok 'explain -o json has the documented shape, and its costs rank the nodes' \
  "$PYTHON3" "$tmp/look2.py" "$tmp/explain.json" "$first"
head -c 5000 /dev/zero | tr '\0' k >"$tmp/long"
is 'a long key is cut short' "$(explain "$(cat "$tmp/long")" | awk 'length($0) > 79')" ''
printf '[2001:db8:1111:2222:3333:4444:5555:666%s]:65535 %s\n' 1 100000 2 90000 3 80000 >"$tmp/long.txt"
like 'long addresses stay whole where there is no terminal' "$("$PROXENOS" explain -f "$tmp/long.txt" k)" \
  '^ *1 +\[2001:db8:1111:2222:3333:4444:5555:666[0-9]\]:65535 '
like 'small costs keep their figures' "$("$PROXENOS" explain -f "$tmp/long.txt" k)" '[0-9]e-0[5-9]$'
like 'one node has no rival' "$(explain -A '10\.0\.0\.1' k)" 'no other node can be chosen'
like 'python is explained too' "$(explain -w python k)" 'its score is the largest'
tap_done
