#!/bin/sh
# SPDX-License-Identifier: MIT
# front.sh WORK [OPTION]...: HAProxy in front of the instances of Consul's service "web", which it keeps step
# with.  WORK is a folder for its files; options are proxenos watch's (-h, -p, --identity name, ...).  LISTEN
# says where HAProxy listens.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
WORK=$1; shift
LISTEN=${LISTEN-127.0.0.1:8080}
export WORK LISTEN

# What HAProxy does not take replaces nothing.  With what it takes, the first run starts it, and each further one
# starts another that gets the listening sockets from the old one, which ends when its connections have.
check="haproxy -c -q -f '$here/haproxy.cfg' -f {}"
run="haproxy -D -p '$WORK/pid' -f '$here/haproxy.cfg' -f '$WORK/web.cfg' \
  \$(test ! -s '$WORK/pid' || echo -x '$WORK/stats.sock' -sf \$(cat '$WORK/pid'))"

watch=
stop() {
  [ -z "$watch" ] || { kill "$watch" 2>/dev/null && wait "$watch" || :; }
  [ ! -s "$WORK/pid" ] || kill "$(cat "$WORK/pid")" || :
}
trap stop EXIT
trap 'exit 130' INT TERM

rm -f "$WORK/pid"
proxenos watch -b consul -s web --write "$WORK/web.cfg" --as haproxy --check "$check" --run "$run" "$@" &
watch=$!
wait "$watch"
