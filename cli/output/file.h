/* SPDX-License-Identifier: MIT */
/* Files that we make. */
#ifndef CLI_OUTPUT_FILE_H
#define CLI_OUTPUT_FILE_H

#include <stddef.h>
#include <stdio.h>

/* Makes a file's text in memory first, so that every failure to write it is seen when
 * and where it happens. */
typedef struct file_text {
    FILE *stream;            /* to print to */
    char *bytes;
    size_t length;
} file_text;

/* 0, or an error number. */
int file_text_start(file_text *text);
/* Writes it to a descriptor, which it closes, and releases it: 0, or an error number.  A
 * negative descriptor: only releases it. */
int file_text_finish(file_text *text, int descriptor);

/* All bytes, however often it is interrupted or has to wait: 0, or an error number. */
int write_whole(int descriptor, const char *bytes, size_t length);

#endif
