# SPDX-License-Identifier: MIT
# What is allowed but hardly meant is said; a word that is nearly right is suggested.
. "$top_srcdir/tests/tap.sh"
unset CONSUL_HTTP_ADDR PROXENOS_CPU

printf '10.0.0.1:80 2 zone=a rack=r1 tags=w=3\n10.0.0.2:80 zone=b\n' >"$tmp/nodes.txt"
printf '10.0.0.1:80\n10.0.0.2:80\n' >"$tmp/bare.txt"
choose() { "$PROXENOS" select -f "$tmp/nodes.txt" "$@"; }
# warns TITLE PATTERN COMMAND...: it succeeds, with one line on stderr.
warns() {
  warns_title=$1 warns_pattern=$2; shift 2
  run "$@"
  is "$warns_title: it succeeds" "$status" 0
  like "$warns_title" "$err" "$warns_pattern"
  is "$warns_title: one line" "$(printf '%s\n' "$err" | grep -c .)" 1
}
quiet() { # TITLE COMMAND...
  quiet_title=$1; shift
  run "$@"
  is "$quiet_title" "$status$err" 0
}

# Names that change nothing.
warns 'a metadata key that no node has gives no weight' \
  "warning: weight-from 'meta.nope' changes nothing: no node has the metadata key 'nope'" choose --weight-from meta.nope k
warns 'nor does a tag' "weight-from 'tag.v' changes nothing: no node has a tag v=WEIGHT" choose --weight-from tag.v k
warns 'a metadata key that no node has spreads nothing' "spread 'meta.nope' changes nothing" choose -n 2 --spread meta.nope k
warns 'nor do zones that nobody says' "spread 'zone' changes nothing: no node says its zone" \
  "$PROXENOS" select -f "$tmp/bare.txt" -n 2 --spread zone k
quiet 'what one node has is no doubt' choose --weight-from tag.w k
quiet 'nor is a metadata key of one node' choose -n 2 --spread meta.rack k
quiet 'nor a zone' choose -n 2 --spread zone k
run choose -q --weight-from meta.nope k
is '-q is quiet about it' "$err" ''

# Kernels.
warns 'kernels that this processor lacks' "PROXENOS_CPU 'abacus' does not count: this processor has kernels for .*portable" \
  env PROXENOS_CPU=abacus "$PROXENOS" select -f "$tmp/nodes.txt" k
quiet 'those that it has' env PROXENOS_CPU=portable "$PROXENOS" select -f "$tmp/nodes.txt" k

# Clusters without a choice.
cat >"$tmp/one.yaml" <<END
clusters: {web: {backend: static-file, static-file: {path: nodes.txt}}}
END
cat >"$tmp/two.yaml" <<END
clusters:
  web: {backend: static-file, static-file: {path: nodes.txt}}
  lab: {backend: static-file, static-file: {path: bare.txt}}
END
fails 'a configuration of one cluster, none chosen' 2 \
  'neither a cluster nor a backend is chosen: did you mean -C web\? \(default-cluster in .*one.yaml' \
  "$PROXENOS" select -c "$tmp/one.yaml" k
fails 'a configuration of two' 2 'did you mean -C web or -C lab\?' "$PROXENOS" nodes -c "$tmp/two.yaml"
fails 'who speaks of a backend means the assumed one' 64 'so consul was asked' "$PROXENOS" select -c "$tmp/one.yaml" -p 1 k
fails 'so does the variable' 64 'so consul was asked' \
  env CONSUL_HTTP_ADDR=localhost:1 "$PROXENOS" select -c "$tmp/one.yaml" k
ok 'the cluster that is meant' "$PROXENOS" select -c "$tmp/one.yaml" -C web k
ok 'what is common can be shown' "$PROXENOS" config show -c "$tmp/one.yaml"
ok 'the clusters can be checked' "$PROXENOS" config check -c "$tmp/two.yaml"

# Keys of a configuration in the wrong place.
misplaced() { # TITLE PATTERN YAML
  printf '%b' "$3" >"$tmp/bad.yaml"
  fails "$1" 66 "$2" "$PROXENOS" select -c "$tmp/bad.yaml" k
  run "$PROXENOS" config check -c "$tmp/bad.yaml"
  is "$1: config check" "$status" 1
}
misplaced 'an option of the backend at the top' "bad.yaml:2:1: 'path' belongs below 'static-file:'" 'backend: static-file\npath: n\n'
misplaced 'an option of the backend in a cluster' "'path' belongs below 'static-file:'" \
  'clusters: {web: {backend: static-file, path: n}}\n'
misplaced "an option of the hash" "'key-file' belongs below 'siphash:'" 'hash: siphash\nkey-file: n\n'
misplaced 'a setting of a section' "'settle' belongs below 'follow:'" 'settle: 1s\n'
misplaced 'a filter' "'address' belongs below 'filter:'" 'backend: static-file\naddress: ^10\n'
misplaced 'a merge key' "bad.yaml:2:1: merge keys \\('<<'\\) are not read" 'backend: static-file\n<<: {hash: md5}\n'
misplaced 'an identity in capitals' "identity: there is no identity 'Name'; did you mean 'name'" \
  'backend: static-file\nstatic-file: {path: nodes.txt}\nidentity: Name\n'

# Words.
fails 'help' 2 "there is no verb 'selct'; did you mean 'select'\\? See" "$PROXENOS" help selct
fails 'a format' 2 "select -o knows text, tsv and json, not 'jsn'; did you mean 'json'\\?" choose -o jsn k
fails 'a plugin' 67 "called 'static-fle'; did you mean 'static-file'\\?" "$PROXENOS" plugins show static-fle
fails 'a plugin by its alias' 67 "called 'shipash'; did you mean 'siphash-2-4'\\?" "$PROXENOS" plugins show shipash
fails 'a word of plugins' 2 "plugins knows list, show, new and test, not 'lst'; did you mean 'list'\\?" "$PROXENOS" plugins lst
fails 'a word of config' 2 "config knows check and show, not 'chekc'; did you mean 'check'\\?" "$PROXENOS" config chekc
fails 'a shell' 2 "completion knows bash, zsh and fish, not 'fihs'; did you mean 'fish'\\?" "$PROXENOS" completion fihs
fails 'a choice' 2 "did you mean 'backend'\\?" "$PROXENOS" plugins new mine --kind bakend
fails 'nothing is suggested for what is far off' 2 "not 'swordfish'; see" choose -o swordfish k
tap_done
