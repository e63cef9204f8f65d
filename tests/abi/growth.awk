# SPDX-License-Identifier: MIT
# Reads what `abidiff --leaf-changes-only` says; succeeds when all of it is growth
# that breaks nobody: new functions, and fields at the end of a struct that says its
# size or stands in an array that says its stride.  What it does not know is a break.
BEGIN {
  plugin = "module|backend|hash|known_answer|option|values|value|host|node_data|wait"
  library = "cluster_report|finding|node_spec|option_info|plugin_info|selector_options"
  may_grow = "^'struct proxenos_(" plugin "|" library ")' changed:$"
}
/^$/ || / summary: / || /^[0-9]+ Added functions?:$/ || /^ *\[A\] 'function / { next }
$0 ~ may_grow { old_end = -1; next }
/^  type size changed from [0-9]+ to [0-9]+ \(in bits\)$/ { old_end = $5; next }
/^  [0-9]+ data member insertions?:$/ && old_end >= 0 { next }
/^    '.*', at offset [0-9]+ \(in bits\)$/ && old_end >= 0 && $(NF - 2) >= old_end { next }
{ broken = 1 }
END { exit broken }
