#!/bin/sh
# SPDX-License-Identifier: MIT
# machine.sh NAME COMMAND [ARGUMENT]...: one of several machines that have one job.  It tells its Consul agent
# that it lives, and runs the command as long as the job is its own.  Start it on each of them; kill one, and
# another takes over.  It wants curl, and CONSUL_HTTP_ADDR unless the agent is at 127.0.0.1:8500.
set -eu
name=$1; shift
agent=http://${CONSUL_HTTP_ADDR-127.0.0.1:8500}/v1/agent

curl -sf -o /dev/null -X PUT "$agent/service/register" -d "{\"Name\": \"machine\", \"ID\": \"$name\",
  \"Check\": {\"CheckID\": \"alive:$name\", \"TTL\": \"2s\", \"Status\": \"passing\", \"DeregisterCriticalServiceAfter\": \"1m\"}}"
(while curl -sf -o /dev/null -X PUT "$agent/check/pass/alive:$name"; do sleep 0.5; done) &
alive=$!
keep=

stop() {
  kill "$alive" 2>/dev/null || :
  [ -z "$keep" ] || { kill "$keep" 2>/dev/null && wait "$keep" || :; }
  curl -sf -o /dev/null -X PUT "$agent/service/deregister/$name" || :
}
trap stop EXIT
trap 'exit 130' INT TERM

# Two machines may see the end of a third a moment apart, see proxenos-keep(1); the delay is longer than that.
proxenos keep -b consul -s machine --identity name --me "$name" --grace 1s --start-delay 1500ms job -- "$@" &
keep=$!
wait "$keep"
