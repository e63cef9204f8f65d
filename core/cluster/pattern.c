/* SPDX-License-Identifier: MIT */
#include "cluster/pattern.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Python's \w and \s in PCRE2's words, to stand in a class. */
#define WORD "\\p{L}\\p{N}_"
#define SPACE "\\x09-\\x0d\\x1c-\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
#define WORD_BEHIND "(?<=[" WORD "])"
#define NONE_BEHIND "(?<![" WORD "])"
#define WORD_AHEAD "(?=[" WORD "])"
#define NONE_AHEAD "(?![" WORD "])"

enum { DEPTH_LIMIT = 100, UNBOUNDED = -1 };

/* A group that is open: how wide its alternatives are, since Python looks behind by a fixed width only. */
typedef struct group {
    unsigned number;          /* 0: none, or not by one of its own */
    int64_t width, other;     /* of this alternative; of those before, when there are any */
    bool looks_behind, is_assertion, has_other, varies;
} group;

typedef struct scanner {
    const char *text;         /* the whole */
    size_t at;
    px_pattern *out;
    proxenos_error *error;
    group groups[DEPTH_LIMIT];
    size_t depth;             /* groups[depth] is the innermost */
    unsigned group_count;
    int64_t item_width;       /* of the last item */
    enum { ITEM_NONE, ITEM_ONE, ITEM_REPEATED, ITEM_FIXED } item; /* what a quantifier would find before it */
    bool item_varies;
} scanner;

static proxenos_status refuse(const scanner *s, size_t at, const char *why) {
    return px_error(s->error, PROXENOS_ERROR_CONFIG, "%s at offset %zu of the pattern '%s'", why, at, s->text);
}

static void emit_bytes(scanner *s, size_t origin, const char *bytes, size_t length) {
    uint32_t from = (uint32_t)origin;
    px_text_append(&s->out->text, bytes, length);
    for (size_t i = 0; i < length; i++) px_text_append(&s->out->origins, &from, sizeof from);
}

static void emit(scanner *s, size_t origin, const char *text) {
    emit_bytes(s, origin, text, strlen(text));
}

/* One character, whatever it means to PCRE2. */
static void emit_character(scanner *s, size_t origin, uint32_t character) {
    char text[16];
    (void)snprintf(text, sizeof text, "\\x{%" PRIx32 "}", character);
    emit(s, origin, text);
}

static size_t character_size(const char *at) {
    size_t size = px_utf8_length(at, strlen(at));
    return size == 0 ? 1 : size; /* PCRE2 will complain of it */
}

static void found_item(scanner *s, int64_t width, bool varies) {
    s->item = ITEM_ONE;
    s->item_width = width;
    s->item_varies = varies;
    s->groups[s->depth].width += width;
    s->groups[s->depth].varies |= varies;
}

/* A point, not a character: no quantifier may follow. */
static void found_point(scanner *s) {
    s->item = ITEM_FIXED;
}

/* ---- escapes */

static proxenos_status read_hexadecimal(const scanner *s, size_t at, size_t digits, uint32_t *character) {
    *character = 0;
    for (size_t i = 0; i < digits; i++) {
        int digit = px_hex_digit(s->text[at + i]);
        if (digit < 0) return refuse(s, at, "an escape without all of its hexadecimal digits (\\xhh, \\uhhhh, \\Uhhhhhhhh)");
        *character = *character << 4 | (uint32_t)digit;
    }
    bool is_scalar = *character <= 0x10ffff && (*character < 0xd800 || *character > 0xdfff);
    return is_scalar ? PROXENOS_OK : refuse(s, at, "an escape that stands for no character");
}

static bool is_octal(char c) {
    return c >= '0' && c <= '7';
}

/* The escapes that are one character, in a class and outside; *size 0: it is none of them. */
static proxenos_status read_character_escape(const scanner *s, uint32_t *character, size_t *size) {
    static const char letters[] = "afnrtv", values[] = "\a\f\n\r\t\v";
    const char *code = s->text + s->at + 1, *letter = *code == '\0' ? NULL : strchr(letters, *code);
    *size = 2;
    if (letter != NULL) {
        *character = (unsigned char)values[letter - letters];
        return PROXENOS_OK;
    }
    size_t digits = *code == 'x' ? 2 : *code == 'u' ? 4 : *code == 'U' ? 8 : 0;
    if (digits > 0) {
        *size = 2 + digits;
        return read_hexadecimal(s, s->at + 2, digits, character);
    }
    bool is_punctuation = *code != '\0' && (unsigned char)*code < 0x80 && !px_is_letter(*code) && !px_is_digit(*code);
    if (is_punctuation) {
        *character = (unsigned char)*code;
        return PROXENOS_OK;
    }
    *size = 0;
    return PROXENOS_OK;
}

static proxenos_status bad_escape(const scanner *s) {
    char why[96];
    (void)snprintf(why, sizeof why, "the escape '\\%.*s', which Python's re does not know,",
                   (int)character_size(s->text + s->at + 1), s->text + s->at + 1);
    if (s->text[s->at + 1] == '\0') return refuse(s, s->at, "a backslash that escapes nothing");
    return refuse(s, s->at, why);
}

/* \1 ... \99, or up to three octal digits. */
static proxenos_status read_digits(scanner *s) {
    const char *code = s->text + s->at + 1;
    bool is_character = code[0] == '0' || (is_octal(code[0]) && is_octal(code[1]) && is_octal(code[2]));
    size_t size = 0;
    uint32_t number = 0;
    if (is_character) {
        while (size < 3 && is_octal(code[size])) number = number * 8 + (uint32_t)(code[size++] - '0');
        if (number > 0377) return refuse(s, s->at, "an octal escape above \\377");
        emit_character(s, s->at, number);
        found_item(s, 1, false);
    } else {
        while (size < 2 && px_is_digit(code[size])) number = number * 10 + (uint32_t)(code[size++] - '0');
        if (number > s->group_count) return refuse(s, s->at, "a reference to a group that does not exist");
        for (size_t i = 0; i <= s->depth; i++)
            if (s->groups[i].number == number) return refuse(s, s->at, "a reference to a group from within it");
        char text[24];
        (void)snprintf(text, sizeof text, "\\g{%" PRIu32 "}", number);
        emit(s, s->at, text);
        found_item(s, 0, true);
    }
    s->at += 1 + size;
    return PROXENOS_OK;
}

static proxenos_status read_escape(scanner *s) {
    static const struct {
        char code;
        bool is_point;
        const char *words;
    } rewritten[] = {
        {'d', false, "\\p{Nd}"}, {'D', false, "\\P{Nd}"}, {'w', false, "[" WORD "]"}, {'W', false, "[^" WORD "]"},
        {'s', false, "[" SPACE "]"}, {'S', false, "[^" SPACE "]"}, {'A', true, "\\A"}, {'Z', true, "\\z"},
        {'b', true, "(?:" WORD_BEHIND NONE_AHEAD "|" NONE_BEHIND WORD_AHEAD ")"},
        {'B', true, "(?:(?!\\A\\z)(?:" WORD_BEHIND WORD_AHEAD "|" NONE_BEHIND NONE_AHEAD "))"},
    };
    char code = s->text[s->at + 1];
    for (size_t i = 0; i < sizeof rewritten / sizeof rewritten[0]; i++) {
        if (rewritten[i].code != code) continue;
        emit(s, s->at, rewritten[i].words);
        if (rewritten[i].is_point) found_point(s);
        else found_item(s, 1, false);
        s->at += 2;
        return PROXENOS_OK;
    }
    if (px_is_digit(code)) return read_digits(s);
    uint32_t character;
    size_t size;
    proxenos_status status = read_character_escape(s, &character, &size);
    if (status != PROXENOS_OK) return status;
    if (size == 0 && (unsigned char)code < 0x80) return bad_escape(s);
    if (size == 0) { /* a character beyond ASCII, which stands for itself */
        size = 1 + character_size(s->text + s->at + 1);
        emit_bytes(s, s->at, s->text + s->at + 1, size - 1);
    } else {
        emit_character(s, s->at, character);
    }
    found_item(s, 1, false);
    s->at += size;
    return PROXENOS_OK;
}

/* ---- classes */

/* One element; *is_set: it stands for several, so that no range can begin or end with it. */
static proxenos_status read_element(scanner *s, bool *is_set) {
    static const struct {
        char code;
        const char *words;
    } sets[] = {{'d', "\\p{Nd}"}, {'D', "\\P{Nd}"}, {'w', WORD}, {'s', SPACE}};
    *is_set = false;
    const char *at = s->text + s->at;
    if (*at != '\\') {
        size_t size = character_size(at);
        if (size == 1 && (unsigned char)*at < 0x80) emit_character(s, s->at, (unsigned char)*at);
        else emit_bytes(s, s->at, at, size);
        s->at += size;
        return PROXENOS_OK;
    }
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (at[1] != sets[i].code) continue;
        emit(s, s->at, sets[i].words);
        *is_set = true;
        s->at += 2;
        return PROXENOS_OK;
    }
    if (at[1] == 'W' || at[1] == 'S') {
        return refuse(s, s->at, "\\W or \\S in a class, which cannot be put in words that all versions of PCRE2 read alike "
                                "(write it outside, or a class of its complement),");
    }
    uint32_t character = 0;
    size_t size = 0;
    if (at[1] == 'b') {
        character = '\b';
        size = 2;
    } else if (is_octal(at[1])) {
        for (size = 1; size < 4 && is_octal(at[size]); size++) character = character * 8 + (uint32_t)(at[size] - '0');
        if (character > 0377) return refuse(s, s->at, "an octal escape above \\377");
    } else {
        proxenos_status status = read_character_escape(s, &character, &size);
        if (status != PROXENOS_OK) return status;
        if (size == 0) return bad_escape(s);
    }
    emit_character(s, s->at, character);
    s->at += size;
    return PROXENOS_OK;
}

static proxenos_status read_class(scanner *s) {
    size_t start = s->at++;
    emit(s, start, "[");
    if (s->text[s->at] == '^') emit(s, s->at++, "^");
    for (bool is_first = true; is_first || s->text[s->at] != ']'; is_first = false) {
        bool is_set, is_other_set = false;
        if (s->text[s->at] == '\0') return refuse(s, start, "a class without its ']'");
        size_t element = s->at;
        proxenos_status status = read_element(s, &is_set);
        if (status != PROXENOS_OK) return status;
        const char *next = s->text + s->at;
        if (next[0] != '-' || next[1] == ']' || next[1] == '\0') continue;
        emit(s, s->at++, "-");
        status = read_element(s, &is_other_set);
        if (status != PROXENOS_OK) return status;
        if (is_set || is_other_set) return refuse(s, element, "a range from or to what is no character (a '-' itself goes last)");
    }
    emit(s, s->at++, "]");
    found_item(s, 1, false);
    return PROXENOS_OK;
}

/* ---- quantifiers */

/* "{2}" "{2,}" "{,3}" "{,}" "{2,3}"; the size, or 0: the brace is no more than itself. */
static size_t read_braces(const char *at, int64_t *least, int64_t *most) {
    size_t size = 1;
    *least = 0;
    if (at[size] == '}') return 0;
    size_t digits = strspn(at + size, "0123456789");
    for (size_t i = 0; i < digits && i < 10; i++) *least = *least * 10 + (at[size + i] - '0');
    size += digits;
    *most = *least;
    if (at[size] == ',') {
        size_t more = strspn(at + ++size, "0123456789");
        *most = more == 0 ? UNBOUNDED : 0;
        for (size_t i = 0; i < more && i < 10; i++) *most = *most * 10 + (at[size + i] - '0');
        size += more;
    } else if (digits == 0) {
        return 0;
    }
    return at[size] == '}' ? size + 1 : 0;
}

static proxenos_status apply_quantifier(scanner *s, size_t at, int64_t least, int64_t most) {
    if (s->item == ITEM_REPEATED) return refuse(s, at, "a second quantifier");
    if (s->item != ITEM_ONE) return refuse(s, at, "a quantifier with nothing before it");
    group *inner = &s->groups[s->depth];
    inner->width += s->item_width * (least - 1);
    if (most != least) inner->varies = true;
    s->item = ITEM_REPEATED;
    return PROXENOS_OK;
}

static proxenos_status read_quantifier(scanner *s, bool *is_one) {
    const char *at = s->text + s->at;
    int64_t least = *at == '+' ? 1 : 0, most = *at == '?' ? 1 : UNBOUNDED;
    size_t size = *at == '{' ? read_braces(at, &least, &most) : 1;
    *is_one = size > 0;
    if (size == 0) return PROXENOS_OK;
    proxenos_status status = apply_quantifier(s, s->at, least, most);
    if (status != PROXENOS_OK) return status;
    char text[64];
    if (*at != '{') (void)snprintf(text, sizeof text, "%c", *at);
    else if (most == UNBOUNDED) (void)snprintf(text, sizeof text, "{%" PRId64 ",}", least);
    else if (most == least) (void)snprintf(text, sizeof text, "{%" PRId64 "}", least);
    else (void)snprintf(text, sizeof text, "{%" PRId64 ",%" PRId64 "}", least, most);
    emit(s, s->at, text);
    s->at += size;
    if (s->text[s->at] == '?' || s->text[s->at] == '+') { /* lazy, possessive */
        emit_bytes(s, s->at, s->text + s->at, 1);
        s->at++;
    }
    return PROXENOS_OK;
}

/* ---- groups */
static proxenos_status open_group(scanner *s, size_t at, bool has_number, bool is_assertion, bool looks_behind) {
    if (s->depth + 1 == DEPTH_LIMIT) return refuse(s, at, "groups nested too deep");
    s->groups[++s->depth] = (group){.number = has_number ? ++s->group_count : 0, .is_assertion = is_assertion,
                                    .looks_behind = looks_behind};
    s->item = ITEM_NONE;
    return PROXENOS_OK;
}

/* Letters, digits and '_', which Python takes as well; the length, or 0. */
static size_t name_length(const char *at) {
    size_t length = 0;
    while (px_is_letter(at[length]) || at[length] == '_' || (length > 0 && px_is_digit(at[length]))) length++;
    return length <= 32 ? length : 0; /* the limit of PCRE2 before 10.44 */
}

/* "(?P<name>" and "(?P=name)". */
static proxenos_status read_named(scanner *s, size_t start) {
    char kind = s->text[start + 3], end = kind == '<' ? '>' : ')';
    const char *name = s->text + start + (kind == '\0' ? 3 : 4);
    size_t length = name_length(name);
    if ((kind != '<' && kind != '=') || length == 0 || name[length] != end) {
        return refuse(s, start, "a group that Python's re does not know, or whose name is no word of ASCII of at most 32 letters,");
    }
    s->at = start + 5 + length;
    emit_bytes(s, start, s->text + start, s->at - start);
    if (kind == '<') return open_group(s, start, true, false, false);
    found_item(s, 0, true);
    return PROXENOS_OK;
}

/* "(?(1)yes|no)", "(?(name)yes|no)". */
static proxenos_status read_conditional(scanner *s, size_t start) {
    const char *condition = s->text + start + 3;
    size_t digits = strspn(condition, "0123456789"), length = digits > 0 ? digits : name_length(condition);
    if (length == 0 || condition[length] != ')') {
        return refuse(s, start, "a condition that is no group's number or name");
    }
    emit(s, start, digits > 0 ? "(?(" : "(?(<");
    emit_bytes(s, start + 3, condition, length);
    emit(s, start, digits > 0 ? ")" : ">)");
    s->at = start + 4 + length;
    proxenos_status status = open_group(s, start, false, false, false);
    s->groups[s->depth].varies = true;
    return status;
}

/* "(?i)" at the very start, "(?i:...)", "(?s-i:...)" anywhere. */
static proxenos_status read_flags(scanner *s, size_t start) {
    const char *flags = s->text + start + 2;
    size_t length = strspn(flags, "ims-"), on = strcspn(flags, "-:)");
    char end = flags[length];
    if (end == 'u' && on > 0) return refuse(s, start, "the flag 'u', which is always on and can be left out,");
    if (end != ':' && end != ')') {
        return refuse(s, start, "a group or a flag that Python's re and all versions of PCRE2 do not read alike (the flags i, m "
                                "and s can be used)");
    }
    if (end == ')' && (start != 0 || length == 0 || memchr(flags, '-', length) != NULL)) {
        return refuse(s, start, "flags that do not stand at the very start (there, or as (?i:...) around a part, they can be used)");
    }
    if (length > 0 && flags[length - 1] == '-') return refuse(s, start, "a '-' without a flag");
    emit_bytes(s, start, s->text + start, 3 + length);
    s->at = start + 3 + length;
    if (end == ')') {
        s->item = ITEM_NONE;
        return PROXENOS_OK;
    }
    return open_group(s, start, false, false, false);
}

static proxenos_status read_group(scanner *s) {
    static const struct {
        const char *opening;
        bool is_assertion, looks_behind;
    } plain[] = {{"(?:", false, false}, {"(?=", true, false}, {"(?!", true, false}, {"(?<=", true, true},
                 {"(?<!", true, true}, {"(?>", false, false}};
    size_t start = s->at;
    const char *at = s->text + start;
    if (at[1] == '*') return refuse(s, start, "a verb of Perl's");
    if (at[1] != '?') {
        emit(s, s->at++, "(");
        return open_group(s, start, true, false, false);
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        size_t length = strlen(plain[i].opening);
        if (strncmp(at, plain[i].opening, length) != 0) continue;
        emit(s, start, plain[i].opening);
        s->at += length;
        return open_group(s, start, false, plain[i].is_assertion, plain[i].looks_behind);
    }
    if (at[2] == '#') {
        const char *end = strchr(at, ')');
        if (end == NULL) return refuse(s, start, "a comment without its ')'");
        s->at += (size_t)(end - at) + 1;
        return PROXENOS_OK;
    }
    if (at[2] == 'P') return read_named(s, start);
    if (at[2] == '(') return read_conditional(s, start);
    return read_flags(s, start);
}

/* An alternative ends here. */
static void end_alternative(group *inner) {
    if (inner->has_other && inner->other != inner->width) inner->varies = true;
    inner->other = inner->width;
    inner->has_other = true;
    inner->width = 0;
}

static proxenos_status close_group(scanner *s) {
    if (s->depth == 0) return refuse(s, s->at, "a ')' without its '('");
    group inner = s->groups[s->depth];
    end_alternative(&inner);
    if (inner.looks_behind && inner.varies) {
        return refuse(s, s->at, "what is looked for behind has no fixed width, which ends");
    }
    emit(s, s->at++, ")");
    s->depth--;
    if (inner.is_assertion) found_item(s, 0, false);
    else found_item(s, inner.other, inner.varies);
    return PROXENOS_OK;
}

/* ---- the whole */
static proxenos_status read_one(scanner *s) {
    const char *at = s->text + s->at;
    bool is_quantifier;
    proxenos_status status;
    switch (*at) {
    case '\\': return read_escape(s);
    case '[': return read_class(s);
    case '(': return read_group(s);
    case ')': return close_group(s);
    case '|':
        emit(s, s->at++, "|");
        end_alternative(&s->groups[s->depth]);
        s->item = ITEM_NONE;
        return PROXENOS_OK;
    case '^':
    case '$':
        emit_bytes(s, s->at++, at, 1);
        found_point(s);
        return PROXENOS_OK;
    case '*':
    case '+':
    case '?':
    case '{':
        status = read_quantifier(s, &is_quantifier);
        if (status != PROXENOS_OK || is_quantifier) return status;
        break;
    default: break;
    }
    size_t size = character_size(at);
    if (*at == '{' || *at == '}' || *at == ']') emit_character(s, s->at, (unsigned char)*at);
    else emit_bytes(s, s->at, at, size);
    s->at += size;
    found_item(s, 1, false);
    return PROXENOS_OK;
}

proxenos_status px_pattern_pin(const char *text, px_pattern *pattern, proxenos_error *error) {
    *pattern = (px_pattern){0};
    scanner *s = px_calloc(1, sizeof *s);
    if (s == NULL) return px_error_memory(error);
    s->text = text;
    s->out = pattern;
    s->error = error;
    proxenos_status status = PROXENOS_OK;
    emit(s, 0, ""); /* the empty pattern is a text, too */
    while (status == PROXENOS_OK && text[s->at] != '\0') status = read_one(s);
    if (status == PROXENOS_OK && s->depth > 0) status = refuse(s, s->at, "a group without its ')'");
    free(s);
    if (status == PROXENOS_OK && (pattern->text.failed || pattern->origins.failed)) status = px_error_memory(error);
    if (status != PROXENOS_OK) px_pattern_clear(pattern);
    return status;
}

size_t px_pattern_origin(const px_pattern *pattern, size_t offset) {
    uint32_t origin;
    if (pattern->text.length == 0) return 0;
    if (offset >= pattern->text.length) offset = pattern->text.length - 1;
    memcpy(&origin, pattern->origins.bytes + offset * sizeof origin, sizeof origin);
    return origin;
}

void px_pattern_clear(px_pattern *pattern) {
    px_text_clear(&pattern->text);
    px_text_clear(&pattern->origins);
}
