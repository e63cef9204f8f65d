/* SPDX-License-Identifier: MIT */
#include "output/json.h"

#include "output/characters.h"
#include "output/stdout.h"
#include "output/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void new_line(const cli_json *json) {
    if (json->is_compact) return;
    output_char('\n');
    for (unsigned i = 0; i < json->depth; i++) output_text("  ");
}

/* What stands between the last value and the next. */
static void separate(cli_json *json) {
    if (json->has_key) {
        json->has_key = false;
        return;
    }
    if (json->depth == 0) return;
    if (json->has_members[json->depth - 1]) output_char(',');
    json->has_members[json->depth - 1] = true;
    new_line(json);
}

void json_open(cli_json *json, char bracket) {
    separate(json);
    output_char(bracket);
    json->has_members[json->depth++] = false;
}

void json_close(cli_json *json, char bracket) {
    bool had_members = json->has_members[--json->depth];
    if (had_members) new_line(json);
    output_char(bracket);
    if (json->depth == 0 && !json->is_part) output_char('\n');
}

/* To a terminal, U+0080...U+009F are control characters too; pairs as RFC 8259, section 7. */
static void escape(uint32_t character) {
    if (character < 0x10000) {
        output_format("\\u%04x", (unsigned)character);
        return;
    }
    character -= 0x10000;
    output_format("\\u%04x\\u%04x", 0xd800 + (unsigned)(character >> 10), 0xdc00 + (unsigned)(character & 0x3ff));
}

static void quoted(const char *bytes, size_t length) {
    output_char('"');
    for (size_t at = 0; at < length;) {
        size_t plain = at;
        while (plain < length && bytes[plain] >= ' ' && bytes[plain] < 0x7f && bytes[plain] != '"' &&
               bytes[plain] != '\\')
            plain++;
        output_bytes(bytes + at, plain - at);
        at = plain;
        if (at == length) break;
        size_t size = text_utf8_length(bytes + at, length - at);
        uint32_t character = size == 0 ? 0 : text_utf8_decode(bytes + at, size);
        if (size == 0) output_text("\xef\xbf\xbd");
        else if (character == '"' || character == '\\') output_format("\\%c", (int)character);
        else if (character_is_unseen(character)) escape(character);
        else output_bytes(bytes + at, size);
        at += size == 0 ? 1 : size;
    }
    output_char('"');
}

void json_key(cli_json *json, const char *key) {
    separate(json);
    quoted(key, strlen(key));
    output_text(json->is_compact ? ":" : ": ");
    json->has_key = true;
}

void json_bytes(cli_json *json, const char *bytes, size_t length) {
    separate(json);
    quoted(bytes, length);
}

void json_text(cli_json *json, const char *text) {
    if (text != NULL) {
        json_bytes(json, text, strlen(text));
        return;
    }
    separate(json);
    output_text("null");
}

void json_unsigned(cli_json *json, uint64_t number) {
    separate(json);
    output_format("%" PRIu64, number);
}

void json_integer(cli_json *json, int64_t number) {
    separate(json);
    output_format("%" PRId64, number);
}

void json_real(cli_json *json, double number) {
    separate(json);
    if (isnan(number)) output_text("null");
    else output_format("%.9g", number);
}

void json_boolean(cli_json *json, bool value) {
    separate(json);
    output_text(value ? "true" : "false");
}

void json_member(cli_json *json, const char *key, const char *text) {
    json_key(json, key);
    json_text(json, text);
}

void json_member_unsigned(cli_json *json, const char *key, uint64_t number) {
    json_key(json, key);
    json_unsigned(json, number);
}

static void hexadecimal(const char *bytes, size_t length) {
    output_char('"');
    for (size_t i = 0; i < length; i++) output_format("%02x", (unsigned)(unsigned char)bytes[i]);
    output_char('"');
}

void json_member_bytes(cli_json *json, const char *key, const char *hex_key, const char *bytes, size_t length) {
    bool is_text = text_is_utf8(bytes, length);
    json_key(json, is_text ? key : hex_key);
    separate(json);
    if (is_text) quoted(bytes, length);
    else hexadecimal(bytes, length);
}

void json_time(cli_json *json, const char *key, int64_t milliseconds) {
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm parts;
    char text[40] = "", whole[64];
    if (gmtime_r(&seconds, &parts) != NULL) (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    (void)snprintf(whole, sizeof whole, "%s.%03dZ", text, (int)(milliseconds % 1000));
    json_member(json, key, whole);
}
