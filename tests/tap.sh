# SPDX-License-Identifier: MIT
# TAP for shell tests: `. "$top_srcdir/tests/tap.sh"`, then is, ok, like ..., and
# tap_done at the end.  Each test gets a folder of its own, $tmp, removed at exit.
# shellcheck shell=sh
set -u
# Some systems give ordinary users 002, and a folder of plugins that the group can write is worth a warning.
umask 022
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir}"
tap_count=0
tap_failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/proxenos-test.XXXXXX") || exit 99
tap_cleanups=
tap_at_exit() { tap_cleanups="$1; $tap_cleanups"; }
trap 'eval "$tap_cleanups"; rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
PROXENOS=${PROXENOS-$top_builddir/proxenos}
unset PROXENOS_CONFIG PROXENOS_PRF PROXENOS_SIPHASH_KEY PROXENOS_MMH_SEED PROXENOS_MMH_OPTIMIZE
XDG_CONFIG_HOME=$tmp/none
export XDG_CONFIG_HOME

# ok TITLE COMMAND...: the command succeeds.
ok() {
  tap_title=$1; shift
  tap_count=$((tap_count + 1))
  if "$@" >"$tmp/.ok" 2>&1; then echo "ok $tap_count - $tap_title"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $tap_title"
    echo "# failed: $*"; sed 's/^/#   /' "$tmp/.ok"
  fi
}
# is TITLE GOT WANTED: two texts are the same.
is() {
  tap_count=$((tap_count + 1))
  if [ "$2" = "$3" ]; then echo "ok $tap_count - $1"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    printf '%s\n' "$2" | sed 's/^/# got:    /'; printf '%s\n' "$3" | sed 's/^/# wanted: /'
  fi
}
# like TITLE TEXT PATTERN: the text holds the extended regular expression.
like() {
  tap_count=$((tap_count + 1))
  if printf '%s\n' "$2" | grep -Eq -e "$3"; then echo "ok $tap_count - $1"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    printf '%s\n' "$2" | sed 's/^/# got:    /'; echo "# wanted: /$3/"
  fi
}
# run COMMAND...: runs it; $status, $out and $err hold what came of it.
run() {
  "$@" >"$tmp/.out" 2>"$tmp/.err"
  status=$?
  out=$(cat "$tmp/.out"); err=$(cat "$tmp/.err")
}
# fails TITLE CODE PATTERN COMMAND...: exit code, one line on stderr, nothing on stdout.
fails() {
  tap_title=$1 tap_code=$2 tap_pattern=$3; shift 3
  run "$@"
  tap_count=$((tap_count + 1))
  if [ "$status" = "$tap_code" ] && [ -z "$out" ] && [ "$(wc -l <"$tmp/.err")" -eq 1 ] &&
     printf '%s\n' "$err" | grep -Eq -e "$tap_pattern"; then echo "ok $tap_count - $tap_title"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $tap_title"
    echo "# exit $status, wanted $tap_code; stderr, wanted one line like /$tap_pattern/:"
    printf '%s\n' "$err" | sed 's/^/#   /'; printf '%s\n' "$out" | head -5 | sed 's/^/# stdout: /'
  fi
}
skip() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}
# The system's words for an error, `words_of ENOENT`: they differ between C libraries.
words_of() { "$PYTHON3" -c 'import errno, os, sys; print(os.strerror(getattr(errno, sys.argv[1])))' "$1"; }
# A container without /dev/pts has no terminals.
has_terminals() { "$PYTHON3" -c 'import os; os.openpty()' 2>/dev/null; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
tap_done() { echo "1..$tap_count"; [ "$tap_failed" -eq 0 ]; exit; }
