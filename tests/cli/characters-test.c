/* SPDX-License-Identifier: MIT */
/* Which characters are not shown as they are: the library and the program agree. */
#include "base/utf8.h"
#include "output/characters.h"
#include "output/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static size_t encode(uint32_t character, char out[5]) {
    size_t size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size; i-- > 1; character >>= 6) out[i] = (char)(0x80 | (character & 0x3f));
    out[0] = (char)(first[size] | character);
    out[size] = '\0';
    return size;
}

static void library_and_program_escape_the_same(void **state) {
    (void)state;
    for (uint32_t character = 1; character <= 0x10ffff; character++) {
        char text[5], ours[64], theirs[PX_ESCAPED_SIZE];
        if (character >= 0xd800 && character <= 0xdfff) continue;
        size_t size = encode(character, text);
        assert_int_equal(px_escape_character(text, size, theirs), size);
        (void)text_escape_into(ours, sizeof ours, text);
        if (strcmp(ours, theirs) != 0) fail_msg("U+%04X: %s and %s", (unsigned)character, ours, theirs);
        assert_int_equal(strcmp(ours, text) == 0, text_is_plain(text));
    }
}

static void what_hides_or_reorders_text_is_escaped(void **state) {
    (void)state;
    static const uint32_t hidden[] = {0x85,   0xad,   0x61c,  0x180e, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028,  0x2029,
                                      0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x206f, 0x3164, 0xfe0f, 0xfeff,
                                      0xfff9, 0xfffb, 0xe0001, 0xe0041, 0xe007f};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) assert_true(character_is_unseen(hidden[i]));
    static const uint32_t shown[] = {' ', 'a', 0xa0, 0xe9, 0x301, 0x5d0, 0x627, 0x20ac, 0x3000, 0x6f22, 0xfffc, 0xfffd, 0x1f600};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) assert_false(character_is_unseen(shown[i]));
}

static void wide_characters_take_two_columns(void **state) {
    (void)state;
    assert_int_equal(character_columns('a'), 1);
    assert_int_equal(character_columns(0xe9), 1);
    assert_int_equal(character_columns(0x6f22), 2);
    assert_int_equal(character_columns(0xd55c), 2);
    assert_int_equal(character_columns(0xff21), 2);
    assert_int_equal(character_columns(0x1f600), 2);
    assert_int_equal(character_columns(0x301), 0);
    assert_int_equal(text_width("漢字e\xcc\x81\x01"), 4 + 1 + 4);
}

static void names_lose_their_middle(void **state) {
    (void)state;
    static const struct { const char *text; size_t columns; const char *shown; } rows[] = {
        {"web-1.example.org:80", 20, "web-1.example.org:80"},
        {"web-1.example.org:80", 12, "web-1...g:80"},
        {"web-1.example.org:80", 11, "web-...g:80"},
        {"web-1.example.org:80", 4, "w..."},
        {"web-1.example.org:80", 3, "..."},
        {"web-1.example.org:80", 1, "."},
        {"web-1.example.org:80", 0, ""},
        {"漢字漢字漢字漢字", 11, "漢字...漢字"},
        {"漢字漢字漢字漢字", 10, "漢字...字"}, /* no half characters: 9 columns */
        {"aaaae\xcc\x81" "bbbbbe\xcc\x81zzz", 9, "aaa...zzz"},
        {"aae\xcc\x81" "bbbbbbbbe\xcc\x81zz", 9, "aae\xcc\x81...e\xcc\x81zz"},
        {"a\x01" "bbbbbbbbbbbbbbbbbb", 9, "a...bbb"}, /* no half escapes either */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[64];
        text_shorten(out, sizeof out, rows[i].text, rows[i].columns);
        assert_string_equal(out, rows[i].shown);
        assert_true(text_width(out) <= rows[i].columns);
    }
    char small[6];
    text_shorten(small, sizeof small, "web-1.example.org:80", 12);
    assert_string_equal(small, "we...");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(library_and_program_escape_the_same),
        cmocka_unit_test(what_hides_or_reorders_text_is_escaped),
        cmocka_unit_test(wide_characters_take_two_columns),
        cmocka_unit_test(names_lose_their_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
