# SPDX-License-Identifier: MIT
# proxenos owns: yes, no, and who is nobody.
. "$top_srcdir/tests/tap.sh"

cat >"$tmp/nodes.yaml" <<'YAML'
nodes:
  - {address: "10.0.0.1:80", service: web, name: web-1, source_node: db1, zone: a}
  - {address: "10.0.0.2:80", service: web, name: web-2, source_node: db2, zone: b}
  - {address: "10.0.0.2:81", service: web, name: web-3, source_node: db2, zone: b}
  - {address: "[2001:db8::3]:80", service: web, name: 'web 3', source_node: db3, tags: [ssd]}
  - {address: "Cache.example:80", service: web, name: same, source_node: db4}
  - {address: "10.0.0.5:80", service: web, name: same, source_node: db5}
YAML
choose() { "$PROXENOS" select -f "$tmp/nodes.yaml" "$@"; }
owns() { "$PROXENOS" owns -f "$tmp/nodes.yaml" "$@"; }

# ---------------------------------------------------------------- yes and no
owner=$(choose nightly)
for me in 10.0.0.1:80 10.0.0.2:80 '[2001:db8::3]:80'; do
  run owns --me "$me" nightly
  is "owns says $([ "$me" = "$owner" ] && echo yes || echo no) for $me" "$status $out$err" "$([ "$me" = "$owner" ] && echo '0 ' || echo '1 ')"
done
second=$(choose -n 2 nightly | tail -1)
ok '-n counts the replicas' owns --me "$second" -n 2 nightly
run owns --me "$second" nightly
is 'and without it, the second is none' "$status$out$err" 1

# ---------------------------------------------------------------- who is meant
# known TEXT IDENTITY: --me TEXT means that node.
known() {
  is "--me '$1' is $2" "$(owns --me "$1" -o json k | tr -d '\n ' | sed 's/.*"me":"\([^"]*\)","absent":\([a-z]*\).*/\1 \2/')" \
    "$(printf '%s false' "$2" | tr -d '\n')"
}
known 10.0.0.1:80 10.0.0.1:80
known '[2001:DB8:0::3]:80' '[2001:db8::3]:80'
known '[2001:db8:0:0:0:0:0:3]:80' '[2001:db8::3]:80'
known CACHE.example.:80 cache.example:80
known web-1 10.0.0.1:80
known 'web 3' '[2001:db8::3]:80'
known db2/web-2 10.0.0.2:80
known db5/same 10.0.0.5:80
known 10.0.0.1 10.0.0.1:80
known 2001:db8::3 '[2001:db8::3]:80'
known 2001:DB8::0:3 '[2001:db8::3]:80'
known cache.example cache.example:80
known Cache.Example. cache.example:80
known db1 10.0.0.1:80
for me in web-1 db2/web-2 10.0.0.5 db3; do
  run owns --me "$me" -n 6 nightly
  is "yes for --me $me" "$status$out$err" 0
done
name=$("$PROXENOS" select --identity name -A '.*:80' -N web -f "$tmp/nodes.yaml" -o tsv -A '10\.0\.0\.[12]:80' k | cut -f1)
ok '--identity name' owns --identity name -A '10\.0\.0\.[12]:80' --me "$name" k
for me in 10.0.0.1:80 10.0.0.1 db1/web-1 db1; do
  is "--identity name: --me $me is web-1" \
    "$(owns --identity name -A '10\.0\.0\.[12]:80' --me "$me" -o json k | tr -d '\n ' | grep -o '"me":"[^"]*"')" '"me":"web-1"'
done

# --------------------------------------------------------------- several and nobody
fails 'a host of two nodes is none' 65 \
  "^proxenos: --me: several nodes have the host '10\\.0\\.0\\.2': 10\\.0\\.0\\.2:80 \\(web-2\\), 10\\.0\\.0\\.2:81 \\(web-3\\); name one of them\$" \
  owns --me 10.0.0.2 nightly
fails 'nor is a name of two' 65 \
  "^proxenos: --me: several nodes have the name 'same': 10\\.0\\.0\\.5:80 \\(same\\), cache\\.example:80 \\(same\\); name one of them\$" \
  owns --me same nightly
fails 'nor a machine of two' 65 "^proxenos: --me: several nodes have the source node 'db2': .*; name one of them\$" \
  owns --me db2 nightly
fails 'that is no no either' 65 'several nodes have the host' owns --absent no --me 10.0.0.2 nightly
all='10\.0\.0\.1:80 \(web-1\), 10\.0\.0\.2:80 \(web-2\), 10\.0\.0\.2:81 \(web-3\), 10\.0\.0\.5:80 \(same\), \[2001:db8::3\]:80 \(web 3\), cache\.example:80 \(same\)'
fails 'a stranger is an error, with what there is to choose from' 65 \
  "^proxenos: --me: no node is known as 'elsewhere\\.example'; there are $all\$" owns --me elsewhere.example nightly
fails 'a typo is told' 65 "^proxenos: --me: no node is known as 'web-9'; did you mean '10\\.0\\.0\\.[12]:8[01]'\\? there are $all\$" \
  owns --me web-9 nightly
fails 'a wrong port too' 65 "^proxenos: --me: no node is known as '10\\.0\\.0\\.1:81'; did you mean '10\\.0\\.0\\.[12]:8[01]'\\? " \
  owns --me 10.0.0.1:81 nightly
fails 'what a filter drops is nobody, and is counted' 65 \
  "^proxenos: --me: no node is known as 'web-1'; there is \\[2001:db8::3\\]:80 \\(web 3\\); 5 that were read do not count, see 'proxenos explain'\$" \
  owns -A '\[' --me web-1 nightly
awk 'BEGIN { for (i = 10; i < 30; i++) printf "10.0.1.%d:80\n", i }' >"$tmp/many.txt"
fails 'of many there are some named' 65 "; there are 10\\.0\\.1\\.10:80, .*10\\.0\\.1\\.15:80 and 14 more\$" \
  "$PROXENOS" owns -f "$tmp/many.txt" --me elsewhere.example k
for me in 010.0.0.1:80 10.0.0.1:80abc '10.0.0.1:80 ' ' 10.0.0.1:80' 10.0.0.1:65616 x@10.0.0.1:80 web-1@10.0.0.1:80 '[10.0.0.1]:80' WEB-1 \
          db1/web-2 /web-1 db1/ 10.0.0; do
  run owns --me "$me" nightly
  is "--me '$me' is nobody" "$status $out$(printf %s "$err" | sed 's/^\(proxenos: --me: no node is known as\).*/\1/')" \
    '65 proxenos: --me: no node is known as'
  run owns --me "$me" -n 6 nightly
  is "also where every node owns, for '$me'" "$status" 65
done
fails 'what is no address says why' 65 "^proxenos: --me: no node is known as '010\\.0\\.0\\.1:80', nor is it an address: .*010\\.0\\.0\\.1" \
  owns --me 010.0.0.1:80 nightly
fails 'without a name for itself' 2 'owns needs --me' owns k
fails 'nor with an empty one' 2 'owns needs --me' owns --me '' k
fails 'no backend is not a no' 64 '' "$PROXENOS" owns -b consul -p 1 --me x k
fails 'no node at all is not a no' 65 'no node' owns -A nothing --me 10.0.0.1:80 k
fails 'nor is it with --absent no' 65 'no node' owns -A nothing --absent no --me 10.0.0.1:80 k

# ------------------------------------------------------------------ --absent no
run owns --absent no --me elsewhere.example nightly
is '--absent no: nobody owns nothing' "$status $out" '1 '
like 'and is warned' "$err" "^proxenos: warning: --me: no node is known as 'elsewhere\\.example'; there are "
run owns -q --absent no --me elsewhere.example nightly
is 'but not with -q' "$status$out$err" 1
ok '--absent no: who is there is asked as ever' owns --absent no --me "$owner" nightly
run owns --absent error --me elsewhere.example nightly
is '--absent error is the default' "$status" 65
fails 'nothing else is known' 2 "--absent knows error and no, not 'maybe'" owns --absent maybe --me x nightly

# ------------------------------------------------------------------------- json
like 'json' "$(owns --me "$owner" -o json nightly | tr -d '\n ')" \
  '^\{"key":"nightly","me":"[^"]*","absent":false,"owns":true,"owners":\[".*"\],"scheme"'
like 'json of nobody' "$(owns -q --absent no --me elsewhere.example -o json nightly | tr -d '\n ')" \
  '^\{"key":"nightly","me":"elsewhere.example","absent":true,"owns":false,"owners":\[".*"\],"scheme"'
fails 'without --absent there is none' 65 'no node is known' owns --me elsewhere.example -o json nightly
tap_done
