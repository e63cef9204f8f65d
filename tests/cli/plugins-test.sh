# SPDX-License-Identifier: MIT
# proxenos plugins and config.
. "$top_srcdir/tests/tap.sh"

run "$PROXENOS" plugins
is 'plugins lists, nothing on stderr' "$status$err" 0
like 'a backend is listed' "$out" '^backend +static-file '
like 'a hash is listed' "$out" '^hash +siphash'
is 'plugins list is the same' "$("$PROXENOS" plugins list)" "$out"
like 'with -v files are listed' "$("$PROXENOS" plugins -v)" '^static-file +.*/backends/static-file\.so$'
mkdir -p "$tmp/broken/backends" && echo 'no ELF file' >"$tmp/broken/backends/broken.so"
run env PROXENOS_PLUGIN_PATH="$tmp/broken:$PROXENOS_PLUGIN_PATH" "$PROXENOS" plugins
is 'a broken one does not fail the listing' "$status" 0
like 'a broken one is marked' "$out" '^backend +broken +BROKEN: '
like 'json tells its problem' \
  "$(PROXENOS_PLUGIN_PATH="$tmp/broken:$PROXENOS_PLUGIN_PATH" "$PROXENOS" plugins -o json | "$PYTHON3" -c '
import json, sys
for plugin in json.load(sys.stdin)["plugins"]: print(plugin["kind"], plugin["name"], plugin["problem"] is None)')" \
  '^backend broken False$'
is 'tsv has seven fields' "$("$PROXENOS" plugins -o tsv | awk -F'\t' '{ print NF }' | sort -u)" 7

like 'show lists the options' "$("$PROXENOS" plugins show static-file)" '^  path  path'
like 'show tells choices' "$("$PROXENOS" plugins show static-file)" '^  format  string: auto, yaml, json'
like 'show tells ranges with units' "$("$PROXENOS" plugins show static-file)" '^  settle  duration: 0 to 10s$'
like 'and numbers as they are in json' "$("$PROXENOS" plugins show mmh3_32 -o json)" '"maximum": 4294967295,$'
like 'show finds an alias in any case' "$("$PROXENOS" plugins show SipHash)" '^hash siphash-2-4 '
like 'show marks secrets' "$("$PROXENOS" plugins show siphash)" 'never on the command line'
ok 'show has json' sh -c '"$1" plugins show static-file -o json | "$2" -c "import json, sys; json.load(sys.stdin)[\"options\"]"' \
  sh "$PROXENOS" "$PYTHON3"
is 'show fits in 80 columns' "$("$PROXENOS" plugins show consul | grep -v '^  in ' | awk 'length($0) > 79')" ''
fails 'an unknown plugin' 67 "called 'nosuch'" "$PROXENOS" plugins show nosuch
fails 'the name of a module of several' 67 'the module has .*md5' "$PROXENOS" plugins show digest
fails 'a broken plugin cannot be shown' 67 'broken' \
  env PROXENOS_PLUGIN_PATH="$tmp/broken:$PROXENOS_PLUGIN_PATH" "$PROXENOS" plugins show broken
fails 'show without a name' 2 'plugins show needs a NAME' "$PROXENOS" plugins show
fails 'an unknown word' 2 "not 'remove'" "$PROXENOS" plugins remove

# ------------------------------------------------------------------ config
cat >"$tmp/good.yaml" <<'YAML'
default-cluster: lab
clusters:
  lab:
    backend: static-file
    static-file: {path: nodes.txt}
    filter: {tags: '^(primary|ssd)$'}
  web:
    backend: consul
    consul: {host: consul.example, service: [web, db]}
YAML
cat >"$tmp/bad.yaml" <<'YAML'
clusters:
  lab:
    backend: static-file
    static-file: {pth: nodes.txt}
  web: {backend: consul}
YAML
printf 'clusters:\n\tlab: {}\n' >"$tmp/worse.yaml"
echo '10.0.0.1:80' >"$tmp/nodes.txt"
echo 00112233445566778899aabbccddeeff >"$tmp/key"; chmod 600 "$tmp/key"
run "$PROXENOS" config check -c "$tmp/good.yaml"
is 'a good configuration' "$status $out$err" "0 $tmp/good.yaml: 2 clusters, no problem"
fails 'a wrong option is found, with its place' 1 "bad.yaml:4:19: .*pth.*path" "$PROXENOS" config check -c "$tmp/bad.yaml"
is '-C checks one cluster only' "$("$PROXENOS" config check -c "$tmp/bad.yaml" -C web >/dev/null; echo $?)" 0
printf 'clusters:\n  web: {backend: static-file, static-file: {path: n}, siphash: {key: 0011}}\n' >"$tmp/key.yaml"
chmod 600 "$tmp/key.yaml"
fails 'a key that the hash refuses is found' 1 'a SipHash key is 16 raw bytes or 32' "$PROXENOS" config check -c "$tmp/key.yaml"
fails 'a file that is no YAML' 1 'worse.yaml:2' "$PROXENOS" config check -c "$tmp/worse.yaml"
run "$PROXENOS" config check -c "$tmp/bad.yaml" -o json
is 'json says no' "$status$err" 1
like 'json names the problem' "$out" '"problem": ".*pth'
echo 'hash: siphash' >"$tmp/common.yaml"
is 'a configuration without clusters has none' "$("$PROXENOS" config check -c "$tmp/common.yaml")" "$tmp/common.yaml: no cluster, no problem"
run "$PROXENOS" config check
is 'no configuration is no problem' "$status$err" 0

show() { "$PROXENOS" config show "$@"; }
like 'show prints a value of the file with its place' "$(show -c "$tmp/good.yaml")" '^backend: static-file +# .*good.yaml:4:14$'
like 'show prints a path made absolute or as written' "$(show -c "$tmp/good.yaml")" '^  path: .*nodes\.txt'
like 'show prints defaults' "$(show -c "$tmp/good.yaml")" '^weighting: hrw +# default$'
like 'show prints filters quoted' "$(show -c "$tmp/good.yaml")" "^  tags: '\^\(primary\|ssd\)\\$' "
like 'show prints what a flag says' "$(show -c "$tmp/good.yaml" -C web -h other)" '^  host: other +# --host$'
like 'show prints a list' "$(show -c "$tmp/good.yaml" -C web | tr '\n' ' ')" '  service:     - web +# .*     - db '
like 'show prints what the environment says' "$(PROXENOS_PRF=siphash-1-3 show -c "$tmp/good.yaml")" \
  '^hash: siphash-1-3 +# PROXENOS_PRF$'
run env PROXENOS_SIPHASH_KEY=00112233445566778899aabbccddeeff "$PROXENOS" config show -c "$tmp/good.yaml"
like 'show leaves out secrets' "$out" "^  # key: '\(secret\)' +# PROXENOS_SIPHASH_KEY$"
is 'no secret is shown' "$(printf '%s' "$out" | grep -c 0011)" 0
show -c "$tmp/good.yaml" | sed 's/^/    /; 1i clusters:\n  shown:' >"$tmp/again.yaml"
is 'what show prints is a configuration' "$("$PROXENOS" select -c "$tmp/again.yaml" -C shown -f "$tmp/nodes.txt" k)" 10.0.0.1:80
ok 'show has json' sh -c '"$1" config show -c "$2" -o json | "$3" -c "import json, sys; json.load(sys.stdin)[\"settings\"][0][\"from\"]"' \
  sh "$PROXENOS" "$tmp/good.yaml" "$PYTHON3"
is 'the configuration chooses the nodes' "$("$PROXENOS" select -c "$tmp/good.yaml" k)" 10.0.0.1:80
is 'PROXENOS_CONFIG names it' "$(PROXENOS_CONFIG=$tmp/good.yaml "$PROXENOS" select -C lab k)" 10.0.0.1:80
fails 'another verb with a broken configuration' 66 'worse.yaml:2' "$PROXENOS" select -c "$tmp/worse.yaml" k
tap_done
