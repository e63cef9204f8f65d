# SPDX-License-Identifier: MIT
# What is often given for a list of nodes and is none is known by its looks, and the recipe in the message makes one of
# it; text that is no address says what it looks like.
. "$top_srcdir/tests/tap.sh"
manual=$top_srcdir/docs/proxenos-static-file.7

# looks TITLE WORDS WANTED, the text on standard input.
looks() {
  cat >"$tmp/text"
  run "$PROXENOS" nodes -f "$tmp/text"
  is "$1: it is refused" "$status$out" 69
  like "$1 is known by its looks" "$err" "text: looks like $2"
  recipe=$(printf '%s\n' "$err" | sed -n 's/.*this makes one of it: //p')
  case $recipe in jq*) command -v jq >/dev/null || { skip "$1: the recipe" 'no jq here'; return; } ;; esac
  is "$1: the recipe makes a list of it" "$(sh -c "$recipe" <"$tmp/text" | "$PROXENOS" nodes -f - -o tsv | cut -f1,5 | sed 1d | tr '\t\n' ' ,')" "$3"
  ok "$1: the recipe stands in the manual" sh -c 'case $1 in *"$2"*) exit 0 ;; esac; exit 1' sh \
    "$(tr -d ' \n' <"$manual")" "$(printf '%s' "$recipe" | sed 's/\\/\\e/g' | tr -d ' \n')"
}

looks Ansible 'an inventory of Ansible' '10.0.0.1 1,10.0.0.9 1,web1.example.org 1,' <<'END'
# ours
[web]
web1.example.org ansible_port=2222
10.0.0.1
web9 ansible_user=deploy ansible_host=10.0.0.9

[web:vars]
ansible_user=deploy
proxy = none

[all:children]
web
END
looks 'Ansible with a host of no group' 'an inventory of Ansible' '10.0.0.1 1,mail.example.org 1,' <<'END'
mail.example.org

[web]
10.0.0.1
END
looks HAProxy 'a configuration of HAProxy' '10.0.0.1:80 1,10.0.0.2:80 3,' <<'END'
backend web
    balance roundrobin
    server web1 10.0.0.1:80 check
    server web2 10.0.0.2:80 check weight 3
    server web3 /run/web.sock check
    server web4 unix@/run/web.sock check
END
looks 'HAProxy with listen' 'a configuration of HAProxy' '10.0.0.1:80 2,' <<'END'
listen web
    bind :80
    server web1 10.0.0.1:80 weight 2 check
END
looks nginx 'a configuration of nginx' '10.0.0.1:80 3,10.0.0.2:80 1,10.0.0.3:80 2,' <<'END'
upstream web {
    server 10.0.0.1:80 weight=3;
    server 10.0.0.2:80;
    server unix:/run/web.sock;
}
upstream other { server 10.0.0.3:80 max_fails=3 weight=2 fail_timeout=30s; }
server {
    listen 80;
    server_name www.example.org;
}
END
looks twemproxy 'a configuration of twemproxy' '10.0.0.1:11211 1,10.0.0.2:11211 3,' <<'END'
alpha:
  listen: 127.0.0.1:22121
  distribution: ketama
  servers:
   - 10.0.0.1:11211:1
   - 10.0.0.2:11211:3 name
END
looks mcrouter 'a configuration of mcrouter' '10.0.0.1:11211 1,10.0.0.2:11211 1,' <<'END'
{"pools": {"A": {"servers": ["10.0.0.1:11211", "10.0.0.2:11211"]}}, "route": "PoolRoute|A"}
END
looks Endpoints 'Endpoints of Kubernetes' '10.0.0.1:8080 1,10.0.0.2:8080 1,[2001:db8::1]:8080 1,' <<'END'
{"kind": "Endpoints", "subsets": [{"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}, {"ip": "2001:db8::1"}],
 "ports": [{"port": 8080}]}, {"notReadyAddresses": [{"ip": "10.0.0.3"}], "ports": [{"port": 8080}]}]}
END
looks 'a list of Endpoints' 'Endpoints of Kubernetes' '10.0.0.1:8080 1,10.0.0.2:81 1,' <<'END'
{"kind": "List", "items": [
 {"kind": "Endpoints", "subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 8080}]}]}, {"kind": "Endpoints"},
 {"kind": "Endpoints", "subsets": [{"addresses": [{"ip": "10.0.0.2"}], "ports": [{"port": 81}]}]}]}
END
looks EndpointSlices 'EndpointSlices of Kubernetes' '10.0.0.1:8080 1,[2001:db8::1]:8080 1,' <<'END'
{"kind": "EndpointSliceList", "items": [{"ports": [{"port": 8080}], "endpoints": [
  {"addresses": ["10.0.0.1"], "conditions": {"ready": true}}, {"addresses": ["10.0.0.2"], "conditions": {"ready": false}}]},
  {"ports": [{"port": 8080}], "endpoints": [{"addresses": ["2001:db8::1"]}]}, {"ports": null, "endpoints": null}]}
END
looks 'one EndpointSlice' 'EndpointSlices of Kubernetes' '10.0.0.1:8080 1,' <<'END'
{"kind": "EndpointSlice", "ports": [{"port": 8080}], "endpoints": [{"addresses": ["10.0.0.1"]}]}
END
looks health "an answer of Consul's /v1/health" '10.0.0.1:80 1,10.0.0.7:81 1,[2001:db8::1]:82 1,' <<'END'
[{"Node": {"Address": "10.0.0.1"}, "Service": {"Address": "", "Port": 80}, "Checks": []},
 {"Node": {"Address": "10.0.0.2"}, "Service": {"Address": "10.0.0.7", "Port": 81}, "Checks": []},
 {"Node": {"Address": "2001:db8::1"}, "Service": {"Address": "", "Port": 82}, "Checks": []}]
END
looks catalog "an answer of Consul's /v1/catalog" '10.0.0.1:80 1,10.0.0.7:81 1,[2001:db8::1]:82 1,' <<'END'
[{"Address": "10.0.0.1", "ServiceAddress": "", "ServicePort": 80, "ServiceID": "a"},
 {"Address": "10.0.0.2", "ServiceAddress": "10.0.0.7", "ServicePort": 81, "ServiceID": "b"},
 {"Address": "2001:db8::1", "ServiceAddress": "", "ServicePort": 82, "ServiceID": "c"}]
END

# lists NAME TEXT: words of other formats in what is a list of nodes
lists() {
  printf '%b' "$2" >"$tmp/$1"
  run "$PROXENOS" nodes -f "$tmp/$1"
  like "a list with words of others is a list: $1" "$status$out" '^010.0.0.1:80 1'
}
lists metadata.json '[{"address": "10.0.0.1:80", "metadata": {"pools": "a", "servers": "b", "subsets": "\\"Endpoints\\""}}]'
lists comment.yaml '# servers: see listen:\n- 10.0.0.1:80\n'
lists hosts.txt '# of nginx\n10.0.0.1:80\nupstream 3\nserver 2\n'
lists hosts.lines 'backend 1\n10.0.0.1:80\nserver 2\n'
printf '[web]\n' >"$tmp/one.yaml"
is 'a YAML list of one host is no inventory' "$("$PROXENOS" nodes -f "$tmp/one.yaml")" 'web 1'

# says TITLE WORDS TEXT [NAME]
says() {
  printf '%b' "$3" >"$tmp/${4-text}"
  fails "$1" 69 "$2" "$PROXENOS" nodes -f "$tmp/${4-text}"
}
says 'null in JSON' 'text:1:2: an address is expected, not null' '[null,"10.0.0.1:80"]'
says 'a boolean in JSON' 'an address is expected, not the boolean true' '[true]'
says 'a boolean of YAML' 'n.yaml:1:3: an address is expected, not the boolean no' '- no\n' n.yaml
says 'null as a target' 'n.json:1:15: an address is expected, not null' '[{"targets": [null]}]' n.json
says 'a number in JSON' "address '80': an IPv4 address has four numbers" '[80]'
says 'a host that is null' 'n.json:1:11: an address is expected, not null' '[{"host": null}]' n.json
says 'a host of ~' 'n.yaml:1:9: an address is expected, not null' '- host: ~\n' n.yaml
says 'a zone that is a boolean' 'n.yaml:1:19: a text is expected, not the boolean no; as a text it stands in quotes' '- {host: a, zone: no}\n' n.yaml
says 'a name that is a boolean' 'n.json:1:24: a text is expected, not the boolean true' '[{"host": "a", "name": true}]' n.json
says 'Endpoints in YAML' 'looks like Endpoints of Kubernetes in YAML, which kubectl writes as JSON with -o json' \
  'apiVersion: v1\nkind: Endpoints\nsubsets:\n- addresses:\n  - ip: 10.0.0.1\n' n.yaml
says 'an inventory that is called YAML' 'looks like an inventory of Ansible' '[web]\n10.0.0.1\n' n.yaml
says 'a host that is a boolean' 'not the boolean off' '- {host: off}\n' n.yaml
says 'a field in capitals' "has no field of this name .*'Port'" '10.0.0.1 Port=8080\n'
says 'a weight in capitals' "has no field of this name .*'WEIGHT'" '10.0.0.1 WEIGHT=8\n'
says 'a name with more than a port' "address 'h:80:3': more than HOST:PORT" '10.0.0.1\nh:80:3\n'
says 'brackets around a name' "address '\\[web\\]': brackets hold an IPv6 address, and nothing else" '10.0.0.1\n[web]\n'
says 'brackets around IPv4' "address '\\[10.0.0.1\\]:80': brackets hold an IPv6 address, and nothing else" '[10.0.0.1]:80\n10.0.0.2\n'
says 'a field of other formats' "has no field of this name .*'port'" '10.0.0.1 port=8080\n'
says 'host= in a line' "has no field of this name .*'host'" '10.0.0.1 host=\n'
says 'an address in hexadecimal' 'does not end with a number' '0x7f000001\n'
says 'a range' 'this is a range' '10.0.0.1-10.0.0.9\n'
says 'a network' 'this is a network' '10.0.0.0/8\n'
says 'a weight as twemproxy writes it' "text:1: address '10.0.0.1:11211:1': .*twemproxy's HOST:PORT:WEIGHT is written HOST:PORT WEIGHT" '10.0.0.1:11211:1\n'
says 'a URL' 'this is a URL' 'http://10.0.0.1:80/probe\n'
says 'a URL of another scheme' 'this is a URL' 'redis://10.0.0.1\n'
says 'a list with commas' 'this is a list' 'b1:9092,b2:9092\n'

# quiet or warned
printf '2001:db8::1:8080\n::1:80\n' >"$tmp/bare"
run "$PROXENOS" nodes -f "$tmp/bare"
is 'IPv6 with what looks like a port is an address' "$status" 0
like 'but warned of' "$err" "bare:1: '2001:db8::1:8080' is an IPv6 address without a port; with the port 8080 it would be \\[2001:db8::1\\]:8080"
like 'each of them' "$err" "bare:2: .*\\[::1\\]:80"
printf '2001:db8::1\n2001:db8::10\nfe80::1:1\n1:2:3:4:5:6:7:8080\n[2001:db8::2:80]\n' >"$tmp/fine"
run "$PROXENOS" nodes -f "$tmp/fine"
is 'others are not' "$status$err" 0
printf '10.0.0.1:80 1\n10.0.0.2:80 zone=a\n10.0.0.1:80 5\n10.0.0.2:80 zone=b\n10.0.0.3:80\n10.0.0.3:80\n' >"$tmp/twice"
run "$PROXENOS" nodes -f "$tmp/twice"
like 'one address twice with other weights' "$err" 'twice:3: 10.0.0.1:80 is written twice with other weights; this one counts, and not that of .*twice:1; and 1 more likewise'
like 'the larger weight counts' "$out" '^10.0.0.1:80 5$'
printf '[{"targets": null, "labels": {"job": "web"}}, {"targets": ["10.0.0.1:80"]}]' >"$tmp/sd.json"
is 'targets of null are none' "$("$PROXENOS" nodes -f "$tmp/sd.json")" '10.0.0.1:80 1'
printf '10.0.0.1:80 \\x68ost=a\n' >"$tmp/escaped"
is 'an escaped key is metadata, and written so again' "$("$PROXENOS" nodes -f "$tmp/escaped")" '10.0.0.1:80 1 \x68ost=a'
tap_done
