/* SPDX-License-Identifier: MIT */
/* What the shells ask: `proxenos __complete WORD...`, the words behind the
 * program's name as far as typed, the last one unfinished (maybe empty).  Prints
 * a candidate a line, with a tab and a description behind where there is one.
 * A line ":file" asks the shell for file names, ":nospace" for no space behind. */
#ifndef CLI_VERBS_COMPLETE_H
#define CLI_VERBS_COMPLETE_H

int complete_words(int count, char **words);

#endif
