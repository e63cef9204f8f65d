# SPDX-License-Identifier: MIT
# A wrong command line, file or cluster: one clear line, the right exit code.
. "$top_srcdir/tests/tap.sh"

printf '10.0.0.1:80\n10.0.0.2:80 0\n' >"$tmp/nodes.txt"
printf '[]\n' >"$tmp/empty.json"
choose() { "$PROXENOS" select -f "$tmp/nodes.txt" "$@"; }

fails 'no verb' 2 "^proxenos: no verb was given; see 'proxenos --help'$" "$PROXENOS"
fails 'an unknown verb' 2 "no verb 'slect'; did you mean 'select'" "$PROXENOS" slect k
fails 'an option before the verb' 2 'a verb comes before' "$PROXENOS" -b consul choose k
fails 'no key' 2 'select needs a KEY' choose
fails 'two keys' 2 "what to do with 'b'" choose a b
fails 'an unknown long option' 2 "no option '--hots'; did you mean '--host'" choose --hots x k
fails 'an unknown letter' 2 "no option '-x'" choose -x k
fails 'an ambiguous long option' 2 "'--filter' could be several" choose --filter x k
fails 'a missing value' 2 "'-b' needs a value: NAME" "$PROXENOS" select k -b
fails 'a missing value of a long option' 2 "'--host' needs a value: HOST" "$PROXENOS" select k --host
fails '-h without a host points to --help' 2 "'-h' needs a HOST; see 'proxenos select --help'" "$PROXENOS" select -h
fails 'a value for a switch' 2 "'--quiet' takes no value" choose --quiet=yes k
fails 'a format that does not exist' 2 "select -o knows text, tsv and json, not 'xml'" choose -o xml k
fails 'a format of another verb' 2 "explain -o knows text and json, not 'tsv'" "$PROXENOS" explain -f "$tmp/nodes.txt" -o tsv k
fails '-n 0' 2 "--count: '0'" choose -n 0 k
fails '-n text' 2 "--count: 'many'" choose -n many k
fails '-n with a sign' 2 "--count: '-1'" choose -n -1 k
fails 'an unknown weighting' 2 "hrx.*(hrw)?" choose -w hrx k
fails 'an unknown identity' 2 'identity' choose --identity colour k
fails 'a port that is none' 2 '70000' "$PROXENOS" select -b consul -p 70000 k
fails 'a timeout that is none' 2 'timeout' choose --timeout soon k
fails 'a pattern that does not compile' 2 '\(' choose -A '(' k
fails '-O without =' 2 '-O takes KEY=VALUE' choose -O path k
fails '-O of an unknown option' 2 "pth.*path" "$PROXENOS" select -b static-file -O pth=x k
fails 'a secret on the command line' 2 'a secret does not belong on the command line: use key-file, ' \
  choose -K key=00112233445566778899aabbccddeeff k
fails 'an unknown backend' 67 'nosuch' "$PROXENOS" select -b nosuch k
fails 'a backend with a slash' 67 '/' "$PROXENOS" select -b ../x k
fails 'an unknown hash' 67 'nosuch' choose -H nosuch k
fails 'a missing file' 65 "$tmp/none" "$PROXENOS" select -f "$tmp/none" k
fails 'a missing configuration' 66 "$tmp/none" "$PROXENOS" select -c "$tmp/none" k
fails 'an unknown cluster' 2 'web' choose -C web k
fails 'an empty cluster' 65 "no node: the backend 'static-file' gave none" "$PROXENOS" select -f "$tmp/empty.json" k
fails 'everything filtered out is counted' 65 \
  'of 2 read, 0 were unusable, the address filter dropped 2, the service name filter 0, the tag filter 0' \
  choose -A 192 k
fails 'nodes of an empty cluster' 65 'no node' "$PROXENOS" nodes -f "$tmp/empty.json"
fails 'nobody may be chosen' 65 'weight' choose -A '10\.0\.0\.2' k
fails 'control characters in an argument are escaped' 2 'no verb .a.x1b' "$PROXENOS" "$(printf 'a\033[31m')"
fails 'the backend cannot be reached' 64 'localhost' "$PROXENOS" select -b consul -h localhost -p 1 k
fails 'an assumed backend is named' 64 'no backend was named, so consul was asked' "$PROXENOS" select -p 1 k
tap_done
