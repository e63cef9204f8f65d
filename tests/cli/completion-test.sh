# SPDX-License-Identifier: MIT
# Completion, by the program and in real shells.
. "$top_srcdir/tests/tap.sh"

cat >"$tmp/proxenos.yaml" <<'YAML'
clusters:
  web: {backend: consul}
  lab: {backend: static-file, static-file: {path: nodes.txt}}
YAML
complete() { "$PROXENOS" __complete "$@" | cut -f1 | tr '\n' ' '; }

is 'verbs' "$(complete sel)" 'select '
is 'options' "$(complete select --filter-s)" '--filter-service-name --filter-service-tags '
is 'no options behind --' "$(complete select -- --filter-s)" ''
like 'backends' "$(complete select -b '')" 'consul .*static-file '
like 'hashes' "$(complete select --hash-method sip)" 'siphash'
is 'a value behind =' "$(complete nodes --weighting=p)" ''
is 'a value behind = keeps the option' "$(complete select --weighting=p)" '--weighting=python '
is 'formats of the verb' "$(complete explain -o '')" 'text json '
is 'clusters of the configuration' "$(complete select -c "$tmp/proxenos.yaml" -C '')" 'web lab '
like 'options of the backend named' "$(complete select -b static-file -O '')" ':nospace .*path= '
like 'options of the backend of a cluster' "$(complete select -c "$tmp/proxenos.yaml" -C lab -O pa)" ':nospace path= '
like 'options of consul when nobody says otherwise' "$(complete select -O da)" 'datacenter= '
is 'no secrets' "$(complete select -b consul -O toke)" ':nospace token-file= '
like 'choices of an option' "$(complete select -b static-file -O format=)" 'format=yaml '
is 'files' "$(complete select -f '')" ':file '
is 'files behind an option of type path' "$(complete select -b static-file -O path=)" ':file '
is 'words of plugins' "$(complete plugins '')" 'list show new test '
like 'names for plugins show' "$(complete plugins show sta)" 'static-file '
is 'words of config' "$(complete config ch)" 'check '
is 'shells' "$(complete completion '')" 'bash zsh fish '
is 'nothing for a key' "$(complete select '')" ''
run "$PROXENOS" __complete select -c "$tmp/none" -C ''
is 'a broken configuration says nothing' "$status $out$err" '0 '

for shell in bash zsh fish; do
  file=$top_srcdir/cli/completions/proxenos
  [ $shell = zsh ] && file=$top_srcdir/cli/completions/_proxenos
  [ $shell = fish ] && file=$file.fish
  ok "completion $shell prints the installed script" sh -c '"$1" completion '$shell' | cmp - "$2"' sh "$PROXENOS" "$file"
done

# Real shells; the program is found as "proxenos".
mkdir "$tmp/bin" && ln -s "$PROXENOS" "$tmp/bin/proxenos"
PATH=$tmp/bin:$PATH
if command -v bash >/dev/null; then
  cat >"$tmp/try.bash" <<'BASH'
. <(proxenos completion bash)
try() { # the line as typed; cut where bash cuts
    COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=()
    local rest=$1
    while [[ $rest =~ ^[[:space:]]*([=:]|[^[:space:]=:]+)(.*)$ ]]; do COMP_WORDS+=("${BASH_REMATCH[1]}"); rest=${BASH_REMATCH[2]}; done
    [[ $1 == *[[:space:]] ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _proxenos
    printf '%s ' "${COMPREPLY[@]}"; echo
}
try 'proxenos exp'
try 'proxenos select --weighting=p'
try 'proxenos select -b static-file -O pat'
try 'proxenos select -w l'
cd "$1" && try 'proxenos select -f proxenos.y'
BASH
  is 'bash' "$(bash --norc "$tmp/try.bash" "$tmp" 2>&1)" "$(printf 'explain \npython \npath= \nlcg \nproxenos.yaml ')"
else
  skip 'bash' 'no bash here'
fi
if command -v fish >/dev/null; then
  cat >"$tmp/try.fish" <<'FISH'
proxenos completion fish | source
for line in 'proxenos exp' 'proxenos select --weighting=p' 'proxenos select -b static-file -O pat' 'proxenos select -w l'
    complete -C $line | cut -f1
end
cd $argv[1]; complete -C 'proxenos select -f proxenos.y'
FISH
  quiet=--no-config # since fish 3.3; $HOME and XDG_CONFIG_HOME hold no configuration either
  fish $quiet -c true 2>/dev/null || quiet=
  is 'fish' "$(HOME=$tmp fish $quiet "$tmp/try.fish" "$tmp" 2>&1)" \
    "$(printf 'explain\n--weighting=python\npath=\nlcg\nproxenos.yaml')"
else
  skip 'fish' 'no fish here'
fi
if command -v zsh >/dev/null && has_terminals; then
  # The line editor itself says when it is ready, and what stands on its line once a key has done its work:
  # nothing here waits for a time.
  cat >"$tmp/inner.zsh" <<'ZSH'
PS1= TERM=dumb
autoload -U compinit; compinit -u -D
source <(proxenos completion zsh)
say_ready() { print ready >>$folder/zsh.ready }
say_line() { print -r -- "$BUFFER" >>$folder/zsh.out; BUFFER= }
zle -N zle-line-init say_ready
zle -N say_line
bindkey '^G' say_line
cd $folder
ZSH
  cat >"$tmp/try.zsh" <<'ZSH'
zmodload zsh/zpty zsh/zselect || exit 1
folder=$1
zpty shell "folder=$folder zsh -f -i"
# Until a file has so many lines; what the shell prints must be read, or it would stand still.
wait_for() {
    local text lines
    repeat 3000; do
        while zpty -rt shell text; do :; done
        [[ -f $1 ]] && lines=(${(f)"$(<$1)"}) && (( $#lines >= $2 )) && return
        zselect -t 2
    done
    exit 1
}
zpty -w shell "source $folder/inner.zsh"
wait_for $folder/zsh.ready 1
count=0
for line in 'proxenos exp' 'proxenos select --weighting=p' 'proxenos select -b static-file -O pat' 'proxenos select -w l' 'proxenos select -f proxenos.y'; do
    zpty -n -w shell "$line"$'\t\a'
    wait_for $folder/zsh.out $(( ++count ))
done
zpty -d shell
ZSH
  : >"$tmp/zsh.out"
  zsh -f "$tmp/try.zsh" "$tmp" >"$tmp/zsh.log" 2>&1 || sed 's/^/# zsh: /' "$tmp/zsh.log"
  is 'zsh' "$(sed 's/ $//' "$tmp/zsh.out")" "$(printf '%s\n' 'proxenos explain' 'proxenos select --weighting=python' \
    'proxenos select -b static-file -O path=' 'proxenos select -w lcg' 'proxenos select -f proxenos.yaml')"
else
  skip 'zsh' 'no zsh here, or no terminals'
fi
tap_done
