#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh BUILD: the main job, from a file and from a live Consul when there is one.
set -eu
build=$1
examples=$(cd "$(dirname "$0")" && pwd)
PROXENOS_PLUGIN_PATH=$build/stage
export PROXENOS_PLUGIN_PATH
unset PROXENOS_CONFIG
XDG_CONFIG_HOME=$build/no-config
export XDG_CONFIG_HOME
PATH=$build:$PATH

# show ARGUMENTS...: prints the command as a user would type it, then runs it.
show() {
  printf '\n$ proxenos'; for word; do printf ' %s' "$word"; done; printf '\n'
  proxenos "$@"
}

cd "$examples"
echo 'A cluster in a file, examples/nodes.yaml:'
show select -f nodes.yaml github.com
show select -f nodes.yaml -n 3 github.com
show explain -f nodes.yaml github.com

command -v consul >/dev/null || {
  printf '\nNo consul program here, so the live part is left out.\n'
  exit 0
}

work=$(mktemp -d "${TMPDIR:-/tmp}/proxenos-demo.XXXXXX")
pid=
stop() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || :; }
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Eight free ports: HTTP first; the others keep this agent apart from any that runs.
ports=$(python3 - <<'PY'
import socket
held = [socket.socket() for _ in range(6)]
for s in held: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in held])
PY
)
# shellcheck disable=SC2086
set -- $ports
cat >"$work/agent.json" <<EOF
{"ports": {"http": $1, "dns": $2, "server": $3, "serf_lan": $4, "serf_wan": $5, "grpc": $6},
 "bind_addr": "127.0.0.1", "client_addr": "127.0.0.1", "disable_update_check": true}
EOF
cat >"$work/web.json" <<EOF
{"services": [
  {"id": "web-a", "name": "web", "address": "10.0.0.1", "port": 8080, "tags": ["primary"]},
  {"id": "web-b", "name": "web", "address": "10.0.0.2", "port": 8080},
  {"id": "web-c", "name": "web", "address": "2001:db8::3", "port": 8080}]}
EOF
printf '\nA real Consul in dev mode on port %s:\n' "$1"
consul agent -dev -config-file "$work/agent.json" -config-file "$work/web.json" >"$work/log" 2>&1 &
pid=$!

# Ready once the three registrations are in the catalog.
tries=0
until [ "$(proxenos nodes -q -b consul -h localhost -p "$1" -s web -o tsv 2>/dev/null | grep -c 8080)" = 3 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo 'demo: consul did not come up:' >&2; tail -5 "$work/log" >&2; exit 1; }
  sleep 0.2
done
show select -b consul -h localhost -p "$1" github.com
show select -b consul -h localhost -p "$1" -s web github.com
show explain -b consul -h localhost -p "$1" -s web github.com
