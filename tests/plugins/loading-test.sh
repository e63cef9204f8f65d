#!/bin/sh
# SPDX-License-Identifier: MIT
# The zoo of plugins: what loads, what is refused, and with which words.
. "$top_srcdir/tests/tap.sh"
probe=$top_builddir/tests/plugins/probe
zoo=$top_srcdir/tests/plugins/zoo
: "${CC:=cc}"
unset PROXENOS_PLUGIN_PATH
chmod 755 "$tmp"
umask 022

# breed FOLDER ANIMAL [FLAG...]: builds zoo/ANIMAL.c into the folder.
breed() {
  breed_folder=$1 breed_animal=$2; shift 2
  # shellcheck disable=SC2086
  $CC -shared -fPIC -I"$top_srcdir/core/include" "$zoo/$breed_animal.c" -o "$breed_folder/$breed_animal.so" "$@" ||
    { echo "Bail out! $breed_animal.c does not build"; exit 1; }
}
mkdir -p "$tmp/zoo/backends" "$tmp/zoo/hashes"
for animal in bad-schema good-backend longer misnamed needs-newer no-array no-entry no-fetch no-name offers-nothing \
              other-backend other-major plain-entry short-descriptor short-stride two-backends; do
  breed "$tmp/zoo/backends" $animal -Wl,-z,defs
done
breed "$tmp/zoo/backends" unresolved
for animal in good-hash huge-digest no-digest no-hash64 odd-digest odd-width other-alias twins; do
  breed "$tmp/zoo/hashes" $animal -Wl,-z,defs
done
good=$tmp/zoo/backends/good-backend.so

PROXENOS_PLUGIN_PATH=$tmp/zoo
export PROXENOS_PLUGIN_PATH

# ---------------------------------------------------------------- what loads
run "$probe" backend good-backend
is 'a sound plugin gives its nodes' "$out$err" "good-backend from module good-backend 7.1 in $good
node 192.0.2.1:80"
run "$probe" backend longer
like 'a descriptor of a later minor loads' "$out$err" '^node 192.0.2.1:80$'
run "$probe" options backend longer
is 'its longer rows are read by their stride' "$out$err" 'one string=1
two string=2'
run "$probe" backend longer-still
like 'so are its backends' "$out$err" '^longer-still from module longer 8.0'
run "$probe" backend two-backends
like "a module of several is found by its own name, which means the first" "$out$err" '^first from module two-backends'
run "$probe" backend second
like 'and by the name of any of them' "$out$err" '^second from module two-backends'

# What the manual and the example show is what readers will copy.
mkdir "$tmp/copied" "$tmp/copied/backends"
sed -n '/^\.Ss A whole backend/,/^\.Ed/{/^\./!p;}' "$top_srcdir/docs/proxenos-plugin.3" >"$tmp/copied/mine.c"
for copy in "$tmp/copied/mine.c" "$top_srcdir/examples/plugin/members.c"; do
  # shellcheck disable=SC2086
  ok "$(basename "$copy") builds with one line" $CC -Wall -Wextra -Werror -shared -fPIC \
    -I"$top_srcdir/core/include" "$copy" -o "$tmp/copied/backends/$(basename "$copy" .c).so" -Wl,-z,defs
done
PROXENOS_PLUGIN_PATH=$tmp/copied
run "$probe" backend mine
like 'the backend of the manual works' "$out$err" '^node 192.0.2.1:80$'
run "$probe" backend members
like 'the example asks for its members' "$status $err" "^66 backend 'members' needs its option 'host' \(the members\)"
run "$probe" options backend members
is 'the example has its options' "$out$err" 'host list
port integer=80'
PROXENOS_PLUGIN_PATH=$tmp/zoo

# ------------------------------------------------------------- what does not
# refused TITLE NAME PATTERN: the backend of that name; PATTERN follows its file.
refused() { fails "$1" 67 "^backend '$2': $tmp/zoo/backends/$2\.so $3" "$probe" backend "$2"; }
refused_words() { fails "$1" 67 "^backend '$2': $tmp/zoo/backends/$2\.so: $3" "$probe" backend "$2"; }
refused 'a shared object without entry is no plugin' no-entry \
  "is not a plugin of proxenos: it exports no 'no_entry_LTX_proxenos_module'$"
refused 'an entry without the name of the module is none' plain-entry "is not a plugin of proxenos: it exports no"
refused_words 'another ABI major is refused before anything in it is called' other-major \
  'the plugin is built for plugin ABI 2\.3, this proxenos has 1\.[0-9]+: rebuild it'
refused_words 'a descriptor shorter than that of 1.0 is refused' short-descriptor \
  'the module descriptor is 16 bytes long, shorter than the [0-9]+ of ABI 1\.0'
refused_words 'one that needs a newer minor is refused' needs-newer \
  'the plugin needs plugin ABI 1\.[0-9]+, this proxenos has 1\.[0-9]+: a newer proxenos is needed$'
refused "an unresolved symbol is told in the linker's words" unresolved \
  'cannot be loaded: .*zoo_nobody_has_this'
refused_words "a module's name is its file's" misnamed \
  "the module calls itself 'mis-named': the file's name must be the module's, mis-named\.so$"
refused_words 'a module that offers nothing is refused' offers-nothing 'the module offers neither a backend nor a hash$'
refused_words "the only backend bears the module's name" other-backend \
  "backend 'else' is the module's only one, so its name must be the module's, 'other-backend'$"
refused_words 'a backend without fetch is refused' no-fetch "backend 'no-fetch' has no fetch$"
refused_words 'a backend without name is refused' no-name 'backend number 1 has no name;'
refused_words 'a count without array is refused' no-array 'the descriptor counts 2 backends, but points at none$'
refused_words 'rows shorter than those of 1.0 are refused' short-stride \
  'the stride of its backends is [0-9]+ bytes; ABI 1\.0 has [0-9]+: set it to sizeof$'
refused_words 'a bad schema is refused' bad-schema ".*option.*'port'"

refused_hash() { fails "$1" 67 "^hash '$2': $tmp/zoo/hashes/$2\.so: $3" "$probe" hash "$2"; }
refused_hash 'a hash64 of 33 bits is refused' odd-width "hash 'odd-width' says that hash64 is 33 bits wide; it is 32 or 64$"
refused_hash 'a digest of 12 bits is refused' odd-digest "hash 'odd-digest' says that its digest has 12 bits;"
refused_hash 'a digest of 520 bits is refused' huge-digest "hash 'huge-digest' says that its digest has 520 bits;"
refused_hash 'digest_bits without digest are refused' no-digest "hash 'no-digest' has digest_bits, but no digest$"
refused_hash 'a hash without hash64 is refused' no-hash64 "hash 'no-hash64' has no hash64$"
refused_hash 'two hashes of one name are refused' twins "two hashes answer to 'twin'$"

# ----------------------------------------------------------- what is no plugin
b=$tmp/odd/backends
mkdir -p "$b" "$tmp/odd/hashes"
PROXENOS_PLUGIN_PATH=$tmp/odd
odd() { fails "$1" 67 "^backend '$2': $b/$2\.so $3" timeout 10 "$probe" backend "$2"; }
cp "$good" "$b/renamed.so"
odd 'a renamed plugin is told its name' renamed \
  "exports 'good_backend_LTX_proxenos_module', not 'renamed_LTX_proxenos_module': the file's name must be the module's"
echo 'int main(void) { return 0; }' >"$b/text.so"
odd 'a text is no shared object' text 'is not a shared object: it does not begin as an ELF file does$'
: >"$b/empty.so"
odd 'nor is an empty file' empty 'is not a shared object: the file is empty$'
mkdir "$b/folder.so"
odd 'nor is a folder' folder 'is not a plugin: it is a folder, not a regular file$'
mkfifo "$b/fifo.so"
odd 'nor is a FIFO, which is not waited for' fifo 'is not a plugin: it is a FIFO, not a regular file$'
ln -s nowhere.so "$b/dangling.so"
odd 'a link that leads nowhere is told' dangling "cannot be opened: $(words_of ENOENT)\$"
printf 'int zoo; ' >"$tmp/object.c"
$CC -c "$tmp/object.c" -o "$b/object.so"
odd 'an object file is not linked yet' object 'is an ELF file, but not a shared object: link it with -shared$'

# patched NAME OFFSET BYTES: the good plugin with bytes (in octal) written over.
patched() { cp "$good" "$b/$1.so"; printf '%b' "$3" | dd of="$b/$1.so" bs=1 seek="$2" conv=notrunc 2>/dev/null; }
patched machine 18 '\0363\0000' # EM_RISCV
odd 'a plugin of another machine is told' machine 'is built for another machine: ELF machine 243,'
patched class 4 '\0001'
odd 'so is one of another class' class 'is built for another machine: .*32 bits'
patched headers 56 '\0377\0177' # e_phnum
odd 'a table of segments beyond the end is told' headers 'is truncated: the table of segments of [0-9]+ bytes'

# Cut anywhere before the last segment's end, it is refused and never mapped.
size=$(wc -c <"$good")
survived=0 refusals=0
for part in 1 2 5 9 20 30 40 50 60; do
  head -c $((size * part / 100)) "$good" >"$b/good-backend.so"
  run "$probe" backend good-backend
  case $status:$err in
    67:*'is truncated'*) refusals=$((refusals + 1)) ;;
    0:*) survived=$((survived + 1)) ;;
    *) echo "# $part %: $status $err" ;;
  esac
done
is "truncated plugins are refused, or have lost nothing that is loaded" $((refusals + survived)) 9
ok 'and most are refused' [ "$refusals" -ge 4 ]
rm "$b/good-backend.so"

# ------------------------------------------------------------ names and search
for name in ../zoo/backends/good-backend a/b .hidden ''; do
  fails "'$name' is no name" 67 "^'$name' is not the name of a backend: names are not empty, have no '/'" \
    "$probe" backend "$name"
done
PROXENOS_PLUGIN_PATH=$tmp/none:$tmp/zoo
fails 'a missing plugin names the files tried, the package and what there is' 67 \
  "^there is no backend 'absent'; the package proxenos-backend-absent may bring it \(tried $tmp/none/backends/absent\.so, $tmp/zoo/backends/absent\.so, [^,]*/backends/absent\.so\); backends that exist: good-backend, longer, longer-still, first, second[^;]*; not usable: $tmp/zoo/backends/bad-schema" \
  "$probe" backend absent
fails 'a near name is suggested' 67 "^there is no backend 'good-bakend'; did you mean 'good-backend'\?" \
  "$probe" backend good-bakend
fails 'so is a near alias' 67 "did you mean 'spare'\?" "$probe" hash spara
PROXENOS_PLUGIN_PATH=$tmp/none
fails 'nothing installed is said' 67 '; (no backend is installed|backends that exist: .*static-file)$' "$probe" backend absent
PROXENOS_PLUGIN_PATH=$tmp/zoo
is 'a file that exists is seen without loading it' "$("$probe" exists backend no-entry)" yes
is 'one that does not is not' "$("$probe" exists hash good-backend)" no

ZOO_LOADED=$tmp/loaded; export ZOO_LOADED
run "$probe" hash good-hash a
is "the module's name means its first hash" "$out" "fnv1a-64 from module good-hash 7.1 in $tmp/zoo/hashes/good-hash.so
af63dc4c8601ec8c"
is 'and loads that file only' "$(cat "$ZOO_LOADED")" good-hash
: >"$ZOO_LOADED"
run "$probe" hash Spare
like 'of two modules with an alias the first by name has it, in any case' "$out" '^fnv1a-64 from module good-hash'
is 'and what comes behind is not loaded' "$(cat "$ZOO_LOADED")" good-hash
: >"$ZOO_LOADED"
run "$probe" hash OLD-FNV
like 'but one whose name begins as the alias does comes before' "$out" '^other-alias from module other-alias'
is 'and what begins otherwise is not loaded' "$(grep -c good-hash "$ZOO_LOADED")" 0
run "$probe" hash FNV1A-64
like 'a hash is found by its own name' "$out" '^fnv1a-64 from'
unset ZOO_LOADED

mkdir -p "$tmp/first/hashes" "$tmp/first/backends"
cp "$tmp/zoo/hashes/good-hash.so" "$tmp/first/hashes/"
PROXENOS_PLUGIN_PATH=$tmp/first:$tmp/zoo
run "$probe" hash good-hash
like 'the first folder that has the name wins' "$out" "in $tmp/first/hashes/good-hash\.so$"
run "$probe" list
like 'and the other is listed as shadowed' "$out" "^hash fnv1a-64 \[FNV, old-fnv, spare\] good-hash 7.1 $tmp/zoo/hashes/good-hash\.so shadowed$"
like 'broken modules are listed with their problem' "$out" \
  "^backend no-entry \[\] no-entry  $tmp/zoo/backends/no-entry\.so problem: .* is not a plugin of proxenos"
is 'sorted by kind and name' "$(printf '%s\n' "$out" | cut -d' ' -f1,2)" \
  "$(printf '%s\n' "$out" | cut -d' ' -f1,2 | LC_ALL=C sort)"
ZOO_LOADED=$tmp/loaded-by-search; export ZOO_LOADED
run "$probe" hash no-such-alias
is 'the search for an alias leaves it alone' "$(grep -c good-hash "$ZOO_LOADED")" 1
unset ZOO_LOADED
echo broken >"$tmp/first/backends/good-backend.so"
fails 'it wins even when it is broken' 67 "first/backends/good-backend\.so is not a shared object" \
  "$probe" backend good-backend
rm "$tmp/first/backends/good-backend.so"
cp "$good" "$tmp/first/hashes/good-backend.so"
fails 'a backend among the hashes is told' 67 \
  "hashes/good-backend\.so offers no hash; it belongs into the folder backends$" "$probe" hash good-backend
rm "$tmp/first/hashes/good-backend.so"

PROXENOS_PLUGIN_PATH=
run "$probe" -p "$tmp/first" -p "$tmp/zoo" hash good-hash
like "the program's folders are searched in their order" "$out" "in $tmp/first/hashes/good-hash\.so$"
PROXENOS_PLUGIN_PATH=$tmp/zoo
run "$probe" -p "$tmp/first" hash good-hash
like 'after those of the environment' "$out" "in $tmp/zoo/hashes/good-hash\.so$"
cd "$tmp" || exit 1
PROXENOS_PLUGIN_PATH=zoo:$tmp/first
run "$probe" hash good-hash
like 'a relative folder of the environment is left out' "$out" "in $tmp/first/hashes/good-hash\.so$"
like 'with a warning' "$err" "^warning: PROXENOS_PLUGIN_PATH: folder 'zoo' is left out, since it is not absolute$"
PROXENOS_PLUGIN_PATH=
run "$probe" file "zoo/hashes/good-hash.so"
is 'a file is opened by its path' "$out$err" "good-hash from module good-hash 7.1 in $tmp/zoo/hashes/good-hash.so"
fails 'which ends in .so' 67 "^zoo/hashes/x is not a plugin: its name does not end in '\.so'$" "$probe" file zoo/hashes/x

# ------------------------------------------------------------- who can write it
w=$tmp/written/backends
mkdir -p "$w"
cp "$good" "$w/"
PROXENOS_PLUGIN_PATH=$tmp/written
as_user=
if [ "$(id -u)" -eq 0 ]; then
  setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null &&
    as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
  chmod o+w "$w/good-backend.so"
  fails 'root does not load a file that others can write' 67 \
    "^backend 'good-backend': $w/good-backend\.so is not loaded with raised privileges: its group or others can write it; chmod go-w" \
    "$probe" backend good-backend
  chmod o-w "$w/good-backend.so"; chmod g+w "$w"
  fails 'nor one from a folder that its group can write' 67 \
    "$w is not loaded with raised privileges: its group or others can write it; chmod go-w $w$" \
    "$probe" backend good-backend
  chmod g-w "$w"; chown 65534 "$w/good-backend.so"
  fails 'nor one of another user' 67 'it belongs to another user; chown root' "$probe" backend good-backend
  chown 0 "$w/good-backend.so"
else
  for title in 'root does not load a file that others can write' 'nor one from a folder that its group can write' \
               'nor one of another user'; do skip "$title" 'not root'; done
fi
if [ "$(id -u)" -ne 0 ] || { [ -n "$as_user" ] && $as_user "$probe" list >/dev/null 2>&1; }; then
  chmod o+w "$w/good-backend.so"; chmod g+w "$w"
  # shellcheck disable=SC2086
  run $as_user "$probe" backend good-backend
  like 'others are warned about the file' "$err" \
    "^warning: $w/good-backend\.so holds code that will run as you, but its group or others can write it; chmod go-w"
  like 'and about the folder' "$err" "^warning: $w holds code that will run as you"
  like 'and served' "$out" '^node 192.0.2.1:80$'
  chmod o-w "$w/good-backend.so"; chmod g-w "$w"
else
  for title in 'others are warned about the file' 'and about the folder' 'and served'; do
    skip "$title" 'cannot become another user here'
  done
fi
# A set-user-id copy of id(1) tells whether such programs work on this file system.
# shellcheck disable=SC2086
if [ -n "$as_user" ] && cp "$(command -v id)" "$probe" "$tmp/" && chmod 4755 "$tmp/id" "$tmp/probe" &&
   [ "$($as_user "$tmp/id" -u 2>&1)" = 0 ]; then
  fails 'a privileged program ignores PROXENOS_PLUGIN_PATH' 67 \
    "^there is no backend 'good-backend'; the package [^(]* \(tried [^,]*/backends/good-backend\.so\)" \
    $as_user "$tmp/probe" backend good-backend
else
  skip 'a privileged program ignores PROXENOS_PLUGIN_PATH' 'no set-user-id program can be made here'
fi
tap_done
