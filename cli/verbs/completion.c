/* SPDX-License-Identifier: MIT */
/* proxenos completion: the scripts of cli/completions, for shells that do not
 * find the installed files. */
#include "completion-scripts.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "output/stdout.h"

#include <string.h>

static int run_completion(const cli_arguments *arguments) {
    const char *shell = arguments->operands[0];
    if (strcmp(shell, "bash") == 0) output_text(bash_script);
    else if (strcmp(shell, "fish") == 0) output_text(fish_script);
    else if (strcmp(shell, "zsh") == 0) output_text(zsh_script);
    else return usage_unknown(arguments->verb, "completion", arguments->verb->words, shell);
    return 0;
}

static const char *const words[] = {"bash", "zsh", "fish", NULL};
static const char *const synopses[] = {"bash|zsh|fish", NULL};
static const char *const examples[] = {
    ". <(proxenos completion bash)", "in ~/.bashrc, unless the installed file is found",
    "proxenos completion fish | source", "in config.fish",
    NULL};

const cli_verb verb_completion = {
    .name = "completion",
    .summary = "a script that completes proxenos in the shell",
    .synopses = synopses,
    .description = "Prints a script that completes verbs, options, backends, hashes, the clusters of the "
                   "configuration and the options of the chosen backend. Installed packages bring it as a file.",
    .examples = examples,
    .words = words,
    .least_operands = 1,
    .most_operands = 1,
    .missing = "the name of a shell: bash, zsh or fish",
    .run = run_completion,
};
