#!/bin/sh
# SPDX-License-Identifier: MIT
# What decides an answer stands in the scheme text: another answer has another text, and
# --expect-scheme refuses it.
. "${top_srcdir:-.}/tests/tap.sh"

cat >"$tmp/w.yaml" <<'YAML'
nodes:
  - {address: 10.0.0.1:80, weight: 1, name: a, zone: x}
  - {address: 10.0.0.2:80, weight: 9, name: b, zone: y}
  - {address: 10.0.0.3:80, weight: 0, name: c, zone: x}
YAML
default=siphash-2-4/address/key=8ce026fd
choose() { "$PROXENOS" select -f "$tmp/w.yaml" "$@"; }
# scheme OPTION...: the text
scheme() { "$PROXENOS" explain -f "$tmp/w.yaml" -o json "$@" k2 | sed -n 's/.*"scheme": "\([^"]*\)".*/\1/p'; }

is 'weights count' "$(choose --expect-scheme "hrw1/$default" k2)" 10.0.0.2:80
fails 'where they do not, it is another scheme' 66 "answers by 'hrw1/$default/weights=ignored', not by 'hrw1/$default'" \
  choose --expect-scheme "hrw1/$default" --compat python --weighting hrw k2
is 'which can be expected' "$(choose --expect-scheme "hrw1/$default/weights=ignored" --compat python -w hrw k2)" 10.0.0.3:80

# The weighting python heeds a weight of 0, compat: python does not.
is 'weighting python' "$(scheme -w python)" "python/$default"
is 'compat python' "$(scheme --compat python)" "python/$default/weights=ignored"
is 'weighting lcg' "$(scheme -w lcg)" "lcg/$default"
is 'compat python with lcg' "$(scheme --compat python -w lcg)" "lcg/$default/weights=ignored"
is 'with a slot table' "$(scheme --compat python -w lcg --table 64)" \
  "lcg/$default/table=64/weights=ignored"

printf '10.0.0.1:80\n10.0.0.2:80\n' >"$tmp/plain"
run "$PROXENOS" explain -f "$tmp/plain" --compat python k
like 'the text does not come and go with the weights' "$out" "^scheme +python/$default/weights=ignored\$"

run "$PROXENOS" explain -f "$tmp/w.yaml" --compat python -w hrw k2
is 'explain explains a ranking without weights' "$status $(printf '%s\n' "$out" | grep -c -e COST -e 'of weight 0')" '0 0'
like 'and shows every node' "$out" '^ +1 +10\.0\.0\.3:80 '

# python weighs addresses: by another identity the text tells which they are.
like 'python by name tells the addresses' "$(scheme -w python --identity name)" \
  '^python/siphash-2-4/name/key=8ce026fd/nodes=[0-9a-f]{16}$'
first=$(scheme -w python --identity name)
sed 's/10\.0\.0\.1:80/10.0.0.7:80/' "$tmp/w.yaml" >"$tmp/moved.yaml"
mv "$tmp/moved.yaml" "$tmp/w.yaml"
ok 'and other addresses are told from them' [ "$(scheme -w python --identity name)" != "$first" ]
fails 'which is expected with the nodes' 66 'answers by' choose -w python --identity name --expect-scheme "$first" k
ok 'or without them' choose -w python --identity name --expect-scheme python/siphash-2-4/name/key=8ce026fd k

# What replicas are spread by decides them.
like 'spread' "$(scheme --spread zone)" "^hrw1/$default/spread=zone/nodes=[0-9a-f]{16}$"
like 'spread by any key' "$(scheme --spread 'meta.a/b c,é=%')" "/spread=meta\.a%2Fb%20c%2C%C3%A9%3D%25/nodes="
fails 'is a scheme of its own' 66 'answers by' choose --spread zone --expect-scheme "hrw1/$default" -n 2 k
ok 'that can be expected of other nodes too' choose --spread zone --expect-scheme "hrw1/$default/spread=zone" -n 2 k
tap_done
