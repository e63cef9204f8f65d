# SPDX-License-Identifier: MIT
# fish completion for proxenos(1); the program itself knows the candidates.
function __proxenos_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    if contains -- :file $lines
        set -l token (commandline -ct)
        set -l before (string match -r -- '^.*=' $token)
        for path in (__fish_complete_path (string replace -r -- '^.*=' '' $token))
            printf '%s\n' "$before$path"
        end
        return
    end
    string match -v -- ':nospace' $lines
end
complete -c proxenos -f -a '(__proxenos_complete)'
