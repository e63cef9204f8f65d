# SPDX-License-Identifier: MIT
# Configurations as a user meets them: which file, who has the last word, what is said of bad ones.
. "$top_srcdir/tests/tap.sh"

example=$top_srcdir/examples/proxenos.yaml
nodes=$tmp/nodes.yaml
printf -- '- 10.0.0.1:80\n- 10.0.0.2:80\n- "[2001:db8::1]:80"\n' >"$nodes"
config=$tmp/proxenos.yaml
umask 077
write() { cat >"$config"; }
# shown NAME [ARGUMENT...]: the value in force.
shown() {
  name=$1; shift
  "$PROXENOS" config show -c "$config" -o json "$@" |
    "$PYTHON3" -c 'import json, sys
for setting in json.load(sys.stdin)["settings"]:
    if setting["name"] == sys.argv[1]: print(setting["value"], setting["from"])' "$name"
}

# ---- the example
run "$PROXENOS" select -c "$example" github.com
is 'the example selects' "$status" 0
is 'from the file beside it' "$out" "$("$PROXENOS" select -f "$top_srcdir/examples/nodes.yaml" github.com)"
is 'and says nothing else' "$err" ''
if [ -e "$top_builddir/stage/backends/consul.so" ]; then
  ok 'every cluster of the example is right' "$PROXENOS" config check -c "$example"
else
  skip 'every cluster of the example is right' 'the consul backend is not built'
fi

# ---- which file
write <<YAML
backend: static-file
static-file: {path: nodes.yaml}
YAML
mkdir -p "$tmp/home/proxenos" && sed 's/nodes.yaml/none.yaml/' "$config" >"$tmp/home/proxenos/proxenos.yaml"
run "$PROXENOS" nodes -c "$config" -o tsv
is 'a relative path starts at the file that names it' "$status" 0
run env XDG_CONFIG_HOME="$tmp/home" "$PROXENOS" nodes
like 'the own file of the user is found' "$err" 'home/proxenos/none.yaml'
run env XDG_CONFIG_HOME="$tmp/home" PROXENOS_CONFIG="$config" "$PROXENOS" nodes
is 'PROXENOS_CONFIG comes before it' "$status" 0
run env PROXENOS_CONFIG="$tmp/none.yaml" "$PROXENOS" nodes -c "$config"
is '-c comes before both' "$status" 0
fails 'a file that -c names must exist' 66 'none.yaml: cannot be opened' "$PROXENOS" nodes -c "$tmp/none.yaml"
fails 'a file that the variable names must exist' 66 'PROXENOS_CONFIG: .*none.yaml: cannot be opened' \
  env PROXENOS_CONFIG="$tmp/none.yaml" "$PROXENOS" nodes
mkfifo "$tmp/fifo"
fails 'a fifo without a writer is not waited for without end' 66 'fifo: a pipe whose end did not come within 5 s' "$PROXENOS" nodes -c "$tmp/fifo"
fails 'an endless device is not read' 66 '/dev/zero: the file is larger than' "$PROXENOS" nodes -c /dev/zero
dd if=/dev/null of="$tmp/huge.yaml" bs=1 seek=1G 2>/dev/null
fails 'a gigabyte is not read' 66 'larger than 1048576 bytes' "$PROXENOS" nodes -c "$tmp/huge.yaml"

# ---- who has the last word
write <<YAML
hash: siphash
timeout: 3s
backend: static-file
static-file: {path: none.yaml, settle: 3s}
default-cluster: a
clusters:
  a: {timeout: 4s, static-file: {path: nodes.yaml}}
  b: {hash: siphash-1-3}
YAML
is 'the default cluster outranks the common part' "$(shown timeout)" "4s $config:7:16"
is 'another cluster does not have its word' "$(shown timeout -C b)" "3s $config:2:10"
is 'options are merged one by one' "$(shown backend.settle)" "3s $config:4:32"
is 'a flag outranks the cluster' "$(shown timeout --timeout 6s)" '6s --timeout'
is 'the environment names a hash' "$(PROXENOS_PRF=siphash-1-3 shown hash)" 'siphash-1-3 PROXENOS_PRF'
is 'a flag outranks the environment' "$(PROXENOS_PRF=none shown hash -H SipHash)" 'SipHash --hash-method'
is 'what nobody says has its default' "$(shown identity)" 'address default'
is 'a secret is not shown' "$("$PROXENOS" config show -c "$config" | grep -c d906b07a)" 0
fails 'an unknown cluster is a bad flag' 2 "no cluster 'bb'" "$PROXENOS" nodes -c "$config" -C bb

# ---- bad files: TITLE PATTERN
refused() {
  fails "$1" 66 "proxenos.yaml:$2" "$PROXENOS" nodes -c "$config"
}
printf 'clusters:\n\ta: {}\n' >"$config"
refused 'tabs' '2:1: a tab cannot indent'
printf 'hash: a\nhash: b\n' >"$config"
refused 'a key that stands twice' "2:1: the key 'hash' stands here again"
printf 'bakend: consul\n' >"$config"
refused 'an unknown key' "1:1: unknown key 'bakend'; did you mean 'backend'"
printf 'static-fiel: {path: x}\n' >"$config"
refused 'an unknown section' "1:1: unknown key .*did you mean 'static-file'"
printf 'backend: static-file\nstatic-file: {pth: x}\n' >"$config"
refused 'an unknown option' "2:15: backend 'static-file' has no option 'pth'; did you mean 'path'"
printf 'backend: static-file\nstatic-file: {path: nodes.yaml, settle: soon}\n' >"$config"
refused 'a value of the wrong type' "2:33: settle: 'soon' is not a duration"
printf 'identity: adress\n' >"$config"
refused 'a value that is none of the choices' "1:11: identity: there is no identity 'adress'; did you mean 'address'"
printf 'a: &a [*a]\n' >"$config"
refused 'an alias that recurses' '1:8: the alias'
"$PYTHON3" -c 'print("a: &a0 x")
for i in range(1, 10): print("b%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 9)))' >"$config"
refused 'aliases that explode' '[0-9]+:[0-9]+: more than 100000 values'
"$PYTHON3" -c 'print("a: " + "[" * 5000)' >"$config"
refused 'deep nesting' '1:[0-9]+: lists and maps are nested deeper than 16'
printf 'a: "\\0"\n' >"$config"
refused 'a NUL' '1:4: the text holds a NUL byte'
printf 'a: \377\n' >"$config"
refused 'a text that is not UTF-8' '1:4: ill-formed UTF-8'
printf 'a: 1\n---\nb: 2\n' >"$config"
refused 'a second document' '2:1: a second document'
printf -- '- a\n' >"$config"
refused 'a list' '1:1: a configuration is a map'
printf 'filter: {name: "("}\nbackend: static-file\nstatic-file: {path: nodes.yaml}\n' >"$config"
refused 'a bad pattern' '1:16: filter.name: '

# ---- --set
write <<YAML
backend: static-file
static-file: {path: nodes.yaml}
follow: {min-nodes: 3}
YAML
said() { "$PROXENOS" config show -c "$config" "$@" | sed -n 's/  *# / # /p'; }
like '--set beats the configuration' "$(said --set follow.min-nodes=5)" '^  min-nodes: 5 # --set follow.min-nodes$'
like 'it sets plain names' "$(said --set weighting=lcg)" '^weighting: lcg # --set weighting$'
like 'and options of the backend' "$(said --set backend.settle=0s)" '^  settle: 0s # --set settle$'
like 'and of the hash' "$(said --set hash=murmur3 --set hash.seed=7 2>&1; said -H mmh3_32 --set hash.seed=7)" '^  seed: 7 # --set seed$'
fails '--set of no setting' 2 "there is no setting 'folow.poll'; did you mean 'follow.poll'" \
  "$PROXENOS" nodes -c "$config" --set folow.poll=1s
fails '--set of a bad value' 2 "set follow.poll: 'soon' is not a duration" "$PROXENOS" nodes -c "$config" --set follow.poll=soon
fails '--set without =' 2 "set takes NAME=VALUE, not 'hash'" "$PROXENOS" nodes -c "$config" --set hash
fails '--set of a secret' 2 'a secret does not belong on the command line' "$PROXENOS" nodes -c "$config" --set hash.key=x

# ---- secrets
write <<YAML
backend: static-file
static-file: {path: nodes.yaml}
siphash: {key: 000102030405060708090a0b0c0d0e0f}
YAML
chmod 644 "$config"
run "$PROXENOS" select -c "$config" x
is 'a secret that others can read does not stop us' "$status" 0
like 'but is warned of' "$err" "proxenos.yaml:3:11: others can read this file, and it holds the secret 'key'"
chmod 600 "$config"
run "$PROXENOS" select -c "$config" x
is 'one that they cannot is fine' "$err" ''

tap_done
