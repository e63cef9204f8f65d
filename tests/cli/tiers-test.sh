#!/bin/sh
# SPDX-License-Identifier: MIT
# Tiers: only the lowest that has a node of weight above 0 is there, and every machine
# fails over alike.
. "${top_srcdir:-.}/tests/tap.sh"

cat >"$tmp/nodes.yaml" <<'YAML'
nodes:
  - {address: 10.0.0.1:80, tier: 1}
  - {address: 10.0.0.2:80}
  - {address: 10.0.0.3:80, weight: 0}
  - {address: 10.0.0.4:80, tier: 2}
YAML
nodes() { "$PROXENOS" nodes -f "$tmp/$1" | cut -d' ' -f1 | tr '\n' ' '; }
is 'the lowest tier counts, with its drained nodes' "$(nodes nodes.yaml)" '10.0.0.2:80 10.0.0.3:80 '
run "$PROXENOS" explain -f "$tmp/nodes.yaml" k
like 'explain counts the others' "$out" '^tiers +dropped 2 of other tiers than 0$'
like 'and JSON does' "$("$PROXENOS" nodes -f "$tmp/nodes.yaml" -o json)" '"dropped_tier": 2'

sed '/10\.0\.0\.2/s/}/, weight: 0}/' "$tmp/nodes.yaml" >"$tmp/drained.yaml"
is 'a tier that is drained gives way to the next' "$(nodes drained.yaml)" '10.0.0.1:80 '
like 'lines say the tier' "$("$PROXENOS" nodes -f "$tmp/drained.yaml")" '^10\.0\.0\.1:80 1 tier=1$'
"$PROXENOS" nodes -f "$tmp/drained.yaml" >"$tmp/again"
is 'and are read again' "$("$PROXENOS" nodes -f "$tmp/again")" "$(cat "$tmp/again")"
like 'tab-separated fields end with it' "$("$PROXENOS" nodes -f "$tmp/drained.yaml" -o tsv | tail -1)" '	1$'
like 'JSON says it' "$("$PROXENOS" nodes -f "$tmp/drained.yaml" -o json)" '"tier": 1'
"$PROXENOS" nodes -f "$tmp/drained.yaml" -o json >"$tmp/again.json"
is 'and is read again' "$(nodes again.json)" '10.0.0.1:80 '
printf '10.0.0.1:80 0\n10.0.0.2:80 0 tier=1\n' >"$tmp/none"
is 'without a node of weight above 0 all are there' "$(nodes none)" '10.0.0.1:80 10.0.0.2:80 '
printf '10.0.0.1:80 tier=1 w=0\n10.0.0.2:80 w=1\n10.0.0.3:80 tier=2 w=1\n' >"$tmp/from"
is 'weights from elsewhere count' "$("$PROXENOS" nodes -f "$tmp/from" --weight-from meta.w | cut -d' ' -f1)" 10.0.0.2:80

cat >"$tmp/groups.json" <<'JSON'
[{"targets": ["10.0.0.1:80"], "labels": {"tier": "1"}}, {"targets": ["10.0.0.2:80"], "labels": {"__meta_tier": "2"}}]
JSON
is 'a label of file_sd is a tier' "$(nodes groups.json)" '10.0.0.1:80 '
sed 's/"1"/"frontend"/' "$tmp/groups.json" >"$tmp/words.json"
like 'unless it is no number' "$("$PROXENOS" nodes -f "$tmp/words.json")" '^10\.0\.0\.1:80 1 tier=frontend|^10\.0\.0\.1:80 1 .*ier=frontend'

printf '10.0.0.1:80 tier=-1\n' >"$tmp/bad"
fails 'a tier below 0 is refused with its place' 69 'bad:1: tier -1 is not in 0\.\.\.4294967295' "$PROXENOS" nodes -f "$tmp/bad"
printf '10.0.0.1:80 tier=x\n' >"$tmp/bad"
fails 'a tier that is no number too' 69 "bad:1: tier 'x' is not a whole number" "$PROXENOS" nodes -f "$tmp/bad"
printf '10.0.0.1:80 tier=1 tier=1\n' >"$tmp/bad"
fails 'and one that is said twice' 69 'said twice' "$PROXENOS" nodes -f "$tmp/bad"
fails 'the python weighting refuses tiers' 66 "weighting 'python' knows no tiers" \
  "$PROXENOS" select -f "$tmp/nodes.yaml" -w python k
# 10.0.0.1 alone is there, of tier 1: a node more shares its keys and does not take them all.
like 'simulate adds a node to the tier that counts' \
  "$("$PROXENOS" simulate -f "$tmp/drained.yaml" --add 10.0.0.9:80 --samples 1000 -o json)" '"moved_share": 0\.5'
tap_done
