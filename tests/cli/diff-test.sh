# SPDX-License-Identifier: MIT
# proxenos diff and simulate.
. "$top_srcdir/tests/tap.sh"

awk 'BEGIN { for (i = 1; i <= 10; i++) printf "10.0.0.%d:80\n", i }' >"$tmp/ten.txt"
grep -v 10.0.0.3: "$tmp/ten.txt" >"$tmp/nine.txt"
sed 's/10.0.0.5:80/10.0.0.5:80 3/; s/10.0.0.9:/10.0.1.9:/' "$tmp/ten.txt" >"$tmp/other.txt"
awk 'BEGIN { for (i = 0; i < 1000; i++) print "key" i }' >"$tmp/keys"
diff_of() { "$PROXENOS" diff "$@"; }

run diff_of "$tmp/ten.txt" "$tmp/ten.txt"
is 'the same cluster' "$status $out$err" '0 '
run diff_of "$tmp/ten.txt" "$tmp/nine.txt"
is 'a node left' "$status $out" "1 $(printf 'left        10.0.0.3:80\nmoves       10.00%% of all keys are expected to move; 10.00%% must')"
run diff_of "$tmp/ten.txt" "$tmp/other.txt"
is 'a node joined, one left, one weighs more' "$(printf '%s\n' "$out" | head -3)" \
  "$(printf 'joined      10.0.1.9:80\nleft        10.0.0.9:80\nreweighted  10.0.0.5:80 1 -> 3')"
"$PROXENOS" nodes -f "$tmp/nine.txt" -o json >"$tmp/saved.json"
is 'a saved cluster is as good' "$(diff_of "$tmp/ten.txt" "$tmp/saved.json")" "$(diff_of "$tmp/ten.txt" "$tmp/nine.txt")"
is 'without the second, the options name it' "$(diff_of "$tmp/ten.txt" -f "$tmp/nine.txt")" "$(diff_of "$tmp/ten.txt" "$tmp/nine.txt")"
printf 'clusters:\n  now: {backend: static-file, static-file: {path: nine.txt}}\n' >"$tmp/proxenos.yaml"
is '@NAME is a cluster of the configuration' "$(diff_of -c "$tmp/proxenos.yaml" "$tmp/ten.txt" @now)" "$(diff_of "$tmp/ten.txt" "$tmp/nine.txt")"
diff_of "$tmp/ten.txt" "$tmp/nine.txt" --keys "$tmp/keys" >"$tmp/moves"
"$PROXENOS" select -f "$tmp/ten.txt" --stdin <"$tmp/keys" >"$tmp/before"
"$PROXENOS" select -f "$tmp/nine.txt" --stdin <"$tmp/keys" >"$tmp/after"
is '--keys gives the very keys' "$(sed -n 's/^key  *//p' "$tmp/moves")" \
  "$(paste "$tmp/before" "$tmp/after" | awk -F'\t' '$2 != $4 { printf "%s\t%s -> %s\n", $1, $2, $4 }')"
is 'and only those of the node that left' "$(sed -n 's/^key.*\t\(.*\) -> .*/\1/p' "$tmp/moves" | sort -u)" 10.0.0.3:80
like 'and counts them' "$(tail -1 "$tmp/moves")" '^keys +[0-9]+ of 1000 move$'
ok 'json has the documented shape' sh -c '"$1" diff "$2" "$3" --keys "$4" -o json | "$5" -c "
import json, sys
answer = json.load(sys.stdin)
assert set(answer) == {\"before\", \"after\", \"joined\", \"left\", \"reweighted\", \"changed\", \"moved_share\", \"least_share\", \"moves\", \"keys\", \"moved_keys\"}
assert answer[\"left\"][0][\"address\"] == \"10.0.0.9:80\" and answer[\"reweighted\"][0] == {\"identity\": \"10.0.0.5:80\", \"from\": 1, \"to\": 3}
assert abs(answer[\"moved_keys\"] / answer[\"keys\"] - answer[\"moved_share\"]) < 0.05
assert answer[\"least_share\"] <= answer[\"moved_share\"]"' sh "$PROXENOS" "$tmp/ten.txt" "$tmp/other.txt" "$tmp/keys" "$PYTHON3"
printf '[]' >"$tmp/empty.json"
is 'an empty cluster is a difference' "$(diff_of "$tmp/nine.txt" "$tmp/empty.json" | grep -c ^left)" 9
# What an answer can depend on besides identity and weight.
printf -- '- {address: 10.0.0.1:80, name: a, zone: x}\n- {address: 10.0.0.2:80, name: b, zone: x, weight: 2}\n- {address: 10.0.0.3:80, name: c, metadata: {rack: r1}, tags: [t]}\n' >"$tmp/then.yaml"
printf -- '- {address: 10.0.0.9:80, name: a, zone: x}\n- {address: 10.0.0.2:80, name: b, zone: y, weight: 3}\n- {address: 10.0.0.3:80, name: c, metadata: {rack: r2}, tags: [u]}\n' >"$tmp/now.yaml"
run diff_of --identity name "$tmp/then.yaml" "$tmp/now.yaml"
is 'an address under --identity name, a zone and metadata are differences' "$status $(printf '%s' "$out" | grep -v '^moves')" \
  "$(printf '1 reweighted  b 2 -> 3\nchanged     a address 10.0.0.1:80 -> 10.0.0.9:80\nchanged     b zone x -> y\nchanged     c metadata')"
sed 's/tags: .t./tags: [v]/' "$tmp/then.yaml" >"$tmp/tags.yaml"
run diff_of --identity name "$tmp/then.yaml" "$tmp/tags.yaml"
is 'tags decide no answer' "$status$out" 0
diff_of -o json --identity name "$tmp/then.yaml" "$tmp/now.yaml" >"$tmp/changed.json"
ok 'and so does json' "$PYTHON3" -c '
import json, sys
changed = json.load(open(sys.argv[1]))["changed"]
assert [(row["identity"], row["fields"]) for row in changed] == [("a", ["address"]), ("b", ["zone"]), ("c", ["metadata"])]
assert changed[0]["before"]["address"] == "10.0.0.1:80" and changed[0]["after"]["address"] == "10.0.0.9:80"' "$tmp/changed.json"

fails 'a file that is not there' 65 'none' diff_of "$tmp/ten.txt" "$tmp/none"
fails 'no cluster' 2 'diff needs two clusters' diff_of
fails 'keys that are not there' 2 'cannot open the keys' diff_of "$tmp/ten.txt" "$tmp/nine.txt" --keys "$tmp/none"

# ---------------------------------------------------------------- simulate
simulate() { "$PROXENOS" simulate -f "$tmp/ten.txt" "$@"; }
run simulate
printf '\nfoo\n' >"$tmp/empty-first.txt"
ok 'the first key of a file may be the empty one' simulate --keys "$tmp/empty-first.txt"
run simulate
is 'simulate succeeds' "$status$err" 0
is 'it fits in 80 columns' "$(LC_ALL=C.UTF-8 simulate | awk '{ gsub(/[\200-\277]/, "") } length($0) > 79')" ''
like 'keys spread evenly' "$out" '^chi-squared .*, 9 degrees of freedom, p = .*: as even as chance$'
is 'the chart has a line for each node' "$(printf '%s\n' "$out" | grep -c '^10\.0\.0')" 10
like 'plain characters without UTF-8' "$(LC_ALL=C simulate)" '####'
like 'blocks with UTF-8' "$(LC_ALL=C.UTF-8 simulate)" '██'
cat >"$tmp/look.py" <<'PY'
import json, sys
answer = json.load(sys.stdin)
kind, samples = sys.argv[1], int(sys.argv[2])
assert answer["keys"] == samples
assert sum(node["before"]["keys"] for node in answer["nodes"] if node["before"]) == samples
assert answer["evenness"]["p_value"] > 1e-6 and answer["evenness"]["degrees_of_freedom"] == 9
if kind == "none":
    assert "moves" not in answer
    sys.exit()
assert sum(node["after"]["keys"] for node in answer["nodes"] if node["after"]) == samples
assert answer["evenness_after"]["p_value"] > 1e-6, answer["evenness_after"]
moved = answer["moved_keys"] / samples
assert abs(moved - answer["moved_share"]) < 5 * (answer["moved_share"] / samples) ** 0.5, (moved, answer["moved_share"])
assert sum(move["keys"] for move in answer["moves"]) == answer["moved_keys"]
sources, targets = {move["from"] for move in answer["moves"]}, {move["to"] for move in answer["moves"]}
if kind == "remove":
    assert sources == {"10.0.0.3:80"} and "10.0.0.3:80" not in targets
    assert abs(answer["moved_share"] - 0.1) < 1e-9 and abs(answer["least_share"] - 0.1) < 1e-9
if kind == "add":
    assert targets == {"10.0.0.77:80"} and abs(answer["moved_share"] - 2 / 12) < 1e-9
if kind == "weight":
    assert targets == {"10.0.0.4:80"} and abs(answer["moved_share"] - (5 / 14 - 1 / 10)) < 1e-9
if kind == "lighter":
    assert sources == {"10.0.0.4:80"} and abs(answer["moved_share"] - 0.1) < 1e-9
PY
look() { kind=$1 samples=$2; shift 2; simulate -o json "$@" | "$PYTHON3" "$tmp/look.py" "$kind" "$samples"; }
ok 'json without a change' look none 100000
ok '--samples' look none 12345 --samples 12345
ok '--keys' look none 1000 --keys "$tmp/keys"
ok '--remove moves only the keys of that node, as many as expected' look remove 100000 --remove 10.0.0.3:80
ok '--add moves keys only to the new node' look add 100000 --add 10.0.0.77:80 --weight 10.0.0.77:80=2
ok '--weight, raised, moves keys only to that node' look weight 100000 --weight 10.0.0.4:80=5
ok '--weight, 0, moves keys only from that node' look lighter 100000 --weight 10.0.0.4:80=0
ok 'two changes at once' look both 100000 --remove 10.0.0.1:80 --add '[2001:db8::1]:80' --weight 10.0.0.2:80=4
ok 'other weightings are simulated too' look remove 20000 -w lcg --samples 20000 --remove 10.0.0.3:80
like 'moves are listed' "$(simulate --remove 10.0.0.3:80)" '^ +[0-9]+ +[0-9.]+%  10\.0\.0\.3:80 -> 10\.0\.0\.'
simulate --remove 10.0.0.3:80 --svg "$tmp/out.svg" >/dev/null
ok 'the picture is well-formed' "$PYTHON3" -c '
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "{http://www.w3.org/2000/svg}svg" and len(root.findall(".//{http://www.w3.org/2000/svg}path")) == 9' "$tmp/out.svg"

# Every tenth node drained, one removed: more nodes than the chart and the picture show one by one.
awk 'BEGIN { for (i = 0; i < 1000; i++) printf "10.0.%d.%d:80 %d\n", i / 250, i % 250, i % 10 ? 1 : 0 }' >"$tmp/thousand.txt"
"$PROXENOS" simulate -f "$tmp/thousand.txt" --remove 10.0.0.3:80 --samples 1000000 --svg "$tmp/out.svg" >"$tmp/chart"
sed -n 's/^10\..*% *\([-+][0-9.]*\)% .*/\1/p' "$tmp/chart" >"$tmp/off"
is 'the extremes of a large cluster, in order' "$(wc -l <"$tmp/off") $(sort -rg "$tmp/off" | cmp - "$tmp/off" && echo sorted)" '20 sorted'
is 'no shape of its picture has a negative size' "$(grep -Ec '(width|height)="-' "$tmp/out.svg")" 0
like 'small moves share a block' "$(cat "$tmp/out.svg")" '>[0-9]+ others \+0\.[0-9]+%<'
is 'no line of the chart is wider than 80 columns' "$(LC_ALL=C "$PROXENOS" simulate -f "$tmp/thousand.txt" --remove 10.0.0.3:80 | awk 'length > 80')" ''
fails 'a node that is not there' 2 "no node is known as '10.9.9.9:80'" simulate --remove 10.9.9.9:80
fails 'a node that is there already' 2 'already' simulate --add 10.0.0.1:80
printf -- '- {address: 10.0.0.1:80, name: api, node: m1, metadata: {slot: a}}\n- {address: 10.0.0.2:80, name: api, node: m2, metadata: {slot: b}}\n' >"$tmp/api.yaml"
added() { "$PROXENOS" simulate -f "$tmp/api.yaml" -o json "$@" | "$PYTHON3" -c 'import json, sys
print(*(node["identity"] for node in json.load(sys.stdin)["nodes"] if node["before"] is None))'; }
is '--add by instance' "$(added --identity instance --add m9/api@10.0.0.9:80)" m9/api
is '--add by a key of the metadata' "$(added --identity meta.slot --add c@10.0.0.9:80)" c
fails 'a weight that is none' 2 'takes NODE=N' simulate --weight 10.0.0.1:80=heavy
fails 'a port that is none' 2 '' simulate --add 10.0.0.1:99999
fails 'samples and keys' 2 'exclude each other' simulate --samples 5 --keys "$tmp/keys"
fails 'nobody left' 65 '' simulate -A '10\.0\.0\.3' --remove 10.0.0.3:80
fails 'a picture that cannot be written' 71 'cannot write' simulate --svg "$tmp/none/x.svg"
tap_done
