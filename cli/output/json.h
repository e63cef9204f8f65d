/* SPDX-License-Identifier: MIT */
/* JSON on standard output (RFC 8259), written as it comes so that a million
 * nodes need no memory. */
#ifndef CLI_OUTPUT_JSON_H
#define CLI_OUTPUT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH = 16 };

typedef struct cli_json {
    bool is_compact;          /* one line, else indented by two spaces */
    bool is_part;             /* of a line: the outermost bracket does not end it */
    unsigned depth;
    bool has_members[JSON_DEPTH];
    bool has_key;             /* a key waits for its value */
} cli_json;

void json_open(cli_json *json, char bracket);   /* '{' or '[' */
void json_close(cli_json *json, char bracket);  /* '}' or ']'; the outermost ends the line */
void json_key(cli_json *json, const char *key);
/* Bytes that are no UTF-8 come out as U+FFFD. */
void json_bytes(cli_json *json, const char *bytes, size_t length);
void json_text(cli_json *json, const char *text); /* NULL: null */
void json_unsigned(cli_json *json, uint64_t number);
void json_integer(cli_json *json, int64_t number);
void json_real(cli_json *json, double number);    /* finite; NAN: null */
void json_boolean(cli_json *json, bool value);

/* key and value in one. */
void json_member(cli_json *json, const char *key, const char *text);
void json_member_unsigned(cli_json *json, const char *key, uint64_t number);
/* A moment, milliseconds since 1970 (UTC): RFC 3339 with milliseconds. */
void json_time(cli_json *json, const char *key, int64_t milliseconds);
/* Bytes: as text under `key` when they are UTF-8, else in hexadecimal under `hex_key`. */
void json_member_bytes(cli_json *json, const char *key, const char *hex_key, const char *bytes, size_t length);

#endif
