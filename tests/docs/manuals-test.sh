#!/bin/sh
# SPDX-License-Identifier: MIT
# Every manual page is well-formed, and every plugin, page reference and file of
# the prose exists.
. "${top_srcdir:-.}/tests/tap.sh"
docs=$top_srcdir/docs

if command -v mandoc >/dev/null; then
  for page in "$docs"/*.[1-9]; do
    is "mandoc finds nothing to say about ${page##*/}" "$(mandoc -T lint -W warning "$page" 2>&1)" ''
    mandoc -T ascii -O width=78 "$page" 2>/dev/null | sed 's/.\x08//g' >"$tmp/page"
    is "${page##*/} fits 80 columns but for what may not be broken" \
      "$(grep -v '^  *[^ ]*$' "$tmp/page" | awk 'length > 116' | head -3)" ''
  done
else
  skip 'the pages are well-formed' 'no mandoc here'
fi

# .Xr NAME SECTION and NAME(SECTION) of ours point at a page that exists.
missing=
for reference in $(sed -n 's/^\.Xr \([^ ]*proxenos[^ ]*\) \([1-9]\).*/\1.\2/p' "$docs"/*.[1-9] | sort -u) \
                 $(grep -oh '[a-z.-]*proxenos[a-z0-9.-]*([1-9])' "$top_srcdir"/*.md | sed 's/(\(.\))/.\1/' | sort -u); do
  [ -f "$docs/$reference" ] || missing="$missing $reference"
done
is 'every page of ours that is named exists' "$missing" ''

missing=
modules=$("$PROXENOS" plugins list -o json | sed -n 's|.*"file": ".*/\([^/]*\).so".*|\1|p' | sort -u)
like 'static-file is among the plugins' "$modules" '^static-file$'
for name in $modules; do
  [ -f "$docs/proxenos-$name.7" ] || missing="$missing $name"
done
is 'every plugin has its page' "$missing" ''

missing=
for file in $(grep -oh '](\([A-Za-z0-9./-]*\))' "$top_srcdir"/*.md | tr -d ']()' | sort -u); do
  [ -e "$top_srcdir/$file" ] || missing="$missing $file"
done
is 'every file that the prose links to exists' "$missing" ''

missing=
for file in $(grep -oh '`[a-z0-9-]*/[a-z0-9./-]*\.\(c\|h\|md\|sh\|py\|mk\|in\)`' "$top_srcdir"/*.md | tr -d '`' | sort -u); do
  [ -e "$top_srcdir/$file" ] || [ -e "$top_srcdir/core/include/$file" ] || missing="$missing $file"
done
is 'every source file that the prose names exists' "$missing" ''
tap_done
