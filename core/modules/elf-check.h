/* SPDX-License-Identifier: MIT */
/* What can be told of a plugin's file before it is loaded. */
#ifndef PX_MODULES_ELF_CHECK_H
#define PX_MODULES_ELF_CHECK_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Checks that an open file of `size` bytes is a whole shared object of this
 * program's class, byte order and machine: dlopen() of a truncated one maps it
 * and dies of SIGBUS.  PROXENOS_ERROR_PLUGIN; the text begins with `path`. */
proxenos_status px_elf_check(int file, const char *path, uint64_t size, proxenos_error *error);

/* Searches the file for a word that ends with `suffix`, as the name of a symbol
 * does in the string table.  For the words of a message only: the first one that
 * fits into `word`. */
bool px_elf_find_word(int file, const char *suffix, char *word, size_t capacity);

#endif
