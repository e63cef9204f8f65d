# SPDX-License-Identifier: MIT
# Options, --help, completion and the manual say the same.
. "$top_srcdir/tests/tap.sh"
manual=$top_srcdir/docs/proxenos.1

# What the parser takes is what completion offers: both walk one table.
verbs=$("$PROXENOS" __complete '' | cut -f1)
offered() { "$PROXENOS" __complete "$1" -- | cut -f1 | grep '^--' | sort -u; }
helped() { "$PROXENOS" "$1" --help | grep -Eo '^  (-.,|   ) --[a-z0-9-]+' | grep -Eo -e '--[a-z0-9-]+' | sort -u; }

"$PROXENOS" --help >"$tmp/overview"
: >"$tmp/all"
for verb in $verbs; do
  is "$verb: --help lists what completion offers" "$(helped "$verb")" "$(offered "$verb")"
  offered "$verb" >>"$tmp/all"
  like "$verb: the overview names it" "$(cat "$tmp/overview")" "^  $verb "
  ok "$verb: the manual describes it" grep -Eq "^\.It Cm $verb( |\$)" "$manual"
  ok "$verb: the manual's synopsis has it" grep -Eq "^\.Cm $verb\$" "$manual"
  "$PROXENOS" "$verb" --help >"$tmp/help"; code=$?
  is "$verb: --help succeeds" "$code" 0
  is "$verb: help VERB is the same" "$("$PROXENOS" help "$verb")" "$(cat "$tmp/help")"
  is "$verb: --help fits in 80 columns" "$(awk 'length($0) > 79' "$tmp/help")" ''
  is "$verb: --help has examples or needs none" "$(grep -c '^Examples:' "$tmp/help")" "$([ "$verb" = help ] && echo 0 || echo 1)"
done
is 'the overview fits in 80 columns' "$(awk 'length($0) > 79' "$tmp/overview")" ''

sort -u "$tmp/all" >"$tmp/options"
sed -n 's/^\.It \(.*Fl -.*\)/\1/p' "$manual" | grep -Eo 'Fl -[a-z0-9-]+' | sed 's/Fl -/--/' | sort -u |
  grep -v -x -e --version >"$tmp/documented"
is 'the manual lists exactly the options there are' "$(cat "$tmp/documented")" "$(cat "$tmp/options")"

# Letters and placeholders agree too: "-b, --backend NAME" against ".It Fl b , Fl -backend Ar NAME".
for verb in $verbs; do "$PROXENOS" "$verb" --help; done | grep -E '^  (-.,|   ) --' |
  sed -E 's/^  (-., )? *(--[a-z0-9-]+)( [A-Z][A-Z0-9=:|]*)?.*/\1\2\3/' | sort -u >"$tmp/shapes"
grep -E '^\.It (Fl . , )?Fl -' "$manual" | grep -v -e '-version' |
  sed -E 's/^\.It //; s/ Ns = Ns Ar /=/; s/ Ar / /; s/Fl ([^-]) , /-\1, /; s/Fl -/--/' | sort -u >"$tmp/documented-shapes"
is 'letters and placeholders of the manual are those of --help' "$(cat "$tmp/documented-shapes")" "$(cat "$tmp/shapes")"

for code in 0 1 2 64 65 66 67 68 69 70 71 130; do
  ok "exit code $code is in the manual" grep -q "^\.It $code\$" "$manual"
  like "exit code $code is in the overview" "$(tr '\n' ' ' <"$tmp/overview")" "[ ;]$code "
done

if command -v mandoc >/dev/null; then
  is 'mandoc finds nothing to say about the manual' "$(mandoc -T lint -W warning "$manual" 2>&1)" ''
else
  skip 'mandoc finds nothing to say about the manual' 'no mandoc here'
fi
tap_done
