/* SPDX-License-Identifier: MIT */
/* Our JSON reader against jansson: on a quarter of a million texts, most of them
 * broken, both accept the same ones and read the same values. */
#include "harness.h"

#include <jansson.h>

static harness host;
static uint64_t random_state = 0x9e3779b97f4a7c15;

static size_t random_below(size_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % bound;
}

static int is_same(const tree_value *ours, const json_t *theirs) {
    if (ours->kind == TREE_SCALAR) {
        if (json_is_string(theirs)) return !ours->is_plain && strcmp(ours->text, json_string_value(theirs)) == 0;
        if (json_is_true(theirs)) return ours->is_plain && strcmp(ours->text, "true") == 0;
        if (json_is_false(theirs)) return ours->is_plain && strcmp(ours->text, "false") == 0;
        if (json_is_null(theirs)) return ours->is_plain && tree_is_null(ours);
        return json_is_number(theirs) && ours->is_plain;
    }
    size_t index = 0;
    for (const tree_value *child = ours->first; child != NULL; child = child->next, index++) {
        const json_t *other =
            ours->kind == TREE_MAP ? json_object_get(theirs, child->key) : json_array_get(theirs, index);
        if (other == NULL || !is_same(child, other)) return 0;
    }
    return index == (ours->kind == TREE_MAP ? json_object_size(theirs) : json_array_size(theirs));
}

/* 1 when accepted. */
static int compare(const char *text) {
    nodes_source source = {.host = &host.table, .name = "x"};
    value_tree tree = {0};
    json_error_t error;
    int ours = tree_from_json(&source, text, strlen(text), &tree) == PROXENOS_RESULT_OK;
    json_t *theirs = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    /* A number too large for a double is well-formed all the same. */
    int is_overflow = theirs == NULL && json_error_code(&error) == json_error_numeric_overflow;
    int agree = is_overflow || (ours == (theirs != NULL) && (!ours || is_same(tree.root, theirs)));
    if (!agree) {
        print_error("%s\nours: %s; jansson: %s\n", text, ours ? "ok" : host.failure, theirs ? "ok" : error.text);
    }
    json_decref(theirs);
    tree_clear(&tree);
    assert_true(agree);
    return ours;
}

static const char *const seeds[] = {
    ("[{\"address\": \"10.0.0.1\", \"port\": 80, \"weight\": 1.5e3,"
     " \"meta\": {\"a\": \"\\u00e9\\n\\/\", \"b\": null}}]"),
    "[[], {}, [[1, -2, 0.5, -0, 1E+2]], true, false, null, \"\"]",
    "{\"\\ud83d\\ude00\": \"\xc3\xa9\xf0\x9f\x98\x80\", \"x\": [\"\\\\\\\"\", {\"y\": {\"z\": 0}}]}",
    "  \"\\b\\f\\t\\r\"  ",
    "-12.25e-3",
};

/* Pieces that break JSON, or nearly. */
static const char *const pieces[] = {
    "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "\\u0041", "[", "]", "{", "}", ",", ":", " ", "\n", "\x01",
    "0", "1", "-", "+", ".", "e", "E5", "tru", "true", "null", "\"a\":1", "\"address\": 2", "\xc3\xa9", "\x7f", "/",
};

static void both_readers_accept_and_mean_the_same(void **state) {
    (void)state;
    size_t accepted = 0;
    for (size_t round = 0; round < 250000; round++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "%s", seeds[random_below(sizeof seeds / sizeof seeds[0])]);
        for (size_t edits = random_below(4); edits > 0; edits--) {
            char rest[1024];
            size_t length = strlen(text), at = random_below(length + 1), cut = random_below(3);
            if (at + cut > length) cut = length - at;
            /* Whole characters only: the caller has checked the encoding. */
            if (((unsigned char)text[at] & 0xc0) == 0x80) continue;
            if (((unsigned char)text[at + cut] & 0xc0) == 0x80) continue;
            memcpy(rest, text + at + cut, length - at - cut + 1);
            (void)snprintf(text + at, sizeof text - at, "%s%s",
                           pieces[random_below(sizeof pieces / sizeof pieces[0])], rest);
        }
        accepted += (size_t)compare(text);
    }
    assert_true(accepted > 25000 && accepted < 225000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_readers_accept_and_mean_the_same)};
    host = harness_new();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
