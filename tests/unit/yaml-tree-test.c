/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "settings/yaml-tree.h"
#include "support.h"

static px_yaml *parse(const char *text) {
    px_yaml *root;
    proxenos_error error = {0};
    if (px_yaml_parse("a.yaml", text, strlen(text), &root, &error) != PROXENOS_OK) {
        print_error("%s\n", error.text);
        fail();
    }
    return root;
}

static void assert_refused_bytes(const char *text, size_t length, const char *message) {
    px_yaml *root = (px_yaml *)&root;
    proxenos_error error = {0};
    assert_int_equal(px_yaml_parse("a.yaml", text, length, &root, &error), PROXENOS_ERROR_CONFIG);
    assert_int_equal(error.status, PROXENOS_ERROR_CONFIG);
    assert_null(root);
    assert_string_equal(error.text, message);
}

static void assert_refused(const char *text, const char *message) {
    assert_refused_bytes(text, strlen(text), message);
}

static const char *scalar(const px_yaml *map, const char *key) {
    const px_yaml *value = px_yaml_get(map, key);
    assert_non_null(value);
    assert_int_equal(value->kind, PX_YAML_SCALAR);
    return value->text;
}

/* ---- what is read */

static void scalars_stay_as_written(void **state) {
    (void)state;
    px_yaml *root = parse("a: 22:22\nb: no\nc: 0x10\nd: 1_000\ne: 1e3\nf: 'it''s'\ng: \"a\\tb\"\nh: 2001-01-01\n"
                          "i: ['::1', 10.0.0.1:80]\n");
    assert_string_equal(scalar(root, "a"), "22:22");
    assert_string_equal(scalar(root, "b"), "no");
    assert_string_equal(scalar(root, "c"), "0x10");
    assert_string_equal(scalar(root, "d"), "1_000");
    assert_string_equal(scalar(root, "e"), "1e3");
    assert_string_equal(scalar(root, "f"), "it's");
    assert_string_equal(scalar(root, "g"), "a\tb");
    assert_string_equal(scalar(root, "h"), "2001-01-01");
    const px_yaml *list = px_yaml_get(root, "i");
    assert_int_equal(list->count, 2);
    assert_string_equal(list->items[0]->text, "::1");
    assert_string_equal(list->items[1]->text, "10.0.0.1:80");
    assert_null(px_yaml_get(root, "z"));
    assert_null(px_yaml_get(list, "a"));
    px_yaml_free(root);
}

static void only_unquoted_nothing_is_null(void **state) {
    (void)state;
    px_yaml *root = parse("a:\nb: ~\nc: null\nd: NULL\ne: ''\nf: '~'\ng: \"null\"\nh: nullify\n");
    const bool is_null[] = {true, true, true, true, false, false, false, false};
    for (size_t i = 0; i < root->count; i++) assert_int_equal(px_yaml_is_null(root->items[i]), is_null[i]);
    assert_string_equal(root->items[3]->text, "");
    assert_int_equal(root->items[3]->length, 0);
    assert_string_equal(root->items[5]->text, "~");
    px_yaml_free(root);
}

static void values_know_their_places(void **state) {
    (void)state;
    px_yaml *root = parse("# \xc3\xa9\nclusters:\n  t\xc3\xa9st: {b\xc3\xa9: [x, y]}\n");
    const px_yaml *clusters = px_yaml_get(root, "clusters"), *test = clusters->items[0], *list = test->items[0];
    assert_int_equal(clusters->key_line, 2);
    assert_int_equal(clusters->key_column, 1);
    assert_int_equal(test->key_line, 3);
    assert_int_equal(test->key_column, 3);
    assert_int_equal(test->column, 9);
    assert_int_equal(list->key_column, 10);
    assert_int_equal(list->column, 14);
    assert_int_equal(list->items[1]->column, 18);
    px_yaml_free(root);
}

static void kinds_have_names(void **state) {
    (void)state;
    assert_string_equal(px_yaml_kind_name(PX_YAML_SCALAR), "a value");
    assert_string_equal(px_yaml_kind_name(PX_YAML_LIST), "a list");
    assert_string_equal(px_yaml_kind_name(PX_YAML_MAP), "a map");
}

static void an_empty_document_is_an_empty_map(void **state) {
    (void)state;
    const char *const texts[] = {"", "\n\n", "# only words\n", "---\n", "---\n...\n", "\xef\xbb\xbf", "{}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        px_yaml *root = parse(texts[i]);
        assert_int_equal(root->kind, PX_YAML_MAP);
        assert_int_equal(root->count, 0);
        px_yaml_free(root);
    }
}

static void a_byte_order_mark_and_carriage_returns_do_not_matter(void **state) {
    (void)state;
    px_yaml *root = parse("\xef\xbb\xbf" "a: 1\r\nb: 2\r\n");
    assert_string_equal(scalar(root, "a"), "1");
    assert_string_equal(scalar(root, "b"), "2");
    assert_int_equal(root->items[0]->key_column, 1);
    assert_int_equal(root->items[1]->key_line, 2);
    px_yaml_free(root);
}

/* ---- aliases */

static void aliases_are_expanded_with_the_places_of_the_original(void **state) {
    (void)state;
    px_yaml *root = parse("a: &x {k: [1, 2]}\nb: *x\nc: &x 3\nd: *x\n");
    const px_yaml *copy = px_yaml_get(root, "b");
    assert_int_equal(copy->kind, PX_YAML_MAP);
    assert_int_equal(copy->line, 1);
    assert_int_equal(copy->key_line, 2);
    assert_string_equal(copy->items[0]->key, "k");
    assert_int_equal(copy->items[0]->key_column, 8);
    assert_string_equal(copy->items[0]->items[1]->text, "2");
    assert_string_equal(scalar(root, "d"), "3");
    px_yaml_free(root);
}

static void aliases_that_recurse_or_lead_nowhere_are_refused(void **state) {
    (void)state;
    assert_refused("a: &x\n  b: [*x]\n", "a.yaml:2:7: the alias '*x' stands within its own anchor");
    assert_refused("a: *x\nb: &x 1\n", "a.yaml:1:4: the alias '*x' has no anchor '&x' before it");
    assert_refused("a: &x b\n*x : 1\n", "a.yaml:2:1: a key must be a text");
}

static void what_is_just_within_the_limits_is_read(void **state) {
    (void)state;
    px_text text = {0};
    for (int i = 1; i < PX_YAML_VALUE_LIMIT; i++) px_text_add(&text, "- x\n");
    px_yaml *root = parse(text.bytes);
    assert_int_equal(root->count, PX_YAML_VALUE_LIMIT - 1);
    px_yaml_free(root);
    px_text_add(&text, "- x\n");
    assert_refused(text.bytes, "a.yaml:100000:3: more than 100000 values");
    px_text_clear(&text);
    for (int i = 0; i < PX_YAML_ANCHOR_LIMIT; i++) px_text_format(&text, "- &a%d x\n", i);
    px_yaml_free(parse(text.bytes));
    px_text_clear(&text);
}

static void aliases_that_explode_are_refused(void **state) {
    (void)state;
    assert_refused("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                   "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                   "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
                   "a.yaml:5:29: more than 100000 values");
    px_text text = {0};
    px_text_add(&text, "a: &a ");
    for (int i = 0; i < 100000; i++) px_text_add(&text, "ten bytes.");
    px_text_add(&text, "\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n");
    assert_refused(text.bytes, "a.yaml:2:50: more than 16777216 bytes of text");
    px_text_clear(&text);
    for (int i = 0; i < 1001; i++) px_text_format(&text, "- &a%d x\n", i);
    assert_refused(text.bytes, "a.yaml:1001:3: more than 1000 anchors");
    px_text_clear(&text);
    assert_refused("a: &a [[[[[[[[]]]]]]]]\nb: [[[[[[[*a]]]]]]]\nc: [[[[[[[[*a]]]]]]]]\n",
                   "a.yaml:3:12: lists and maps are nested deeper than 16");
}

/* ---- what is refused */

static void tabs_do_not_indent(void **state) {
    (void)state;
    assert_refused("a:\n\tb: 1\n", "a.yaml:2:1: a tab cannot indent; use spaces");
    assert_refused("a:\n  b: 1\n\tc: 2\n", "a.yaml:3:1: a tab cannot indent; use spaces (it began in line 2)");
    assert_refused("\xc3\xa9\xc3\xa9\xc3\xa9:\n\tb: 1\n", "a.yaml:2:1: a tab cannot indent; use spaces");
    assert_refused("\ta: 1\n", "a.yaml:1:1: a tab cannot indent; use spaces");
    assert_refused("a:\n  - b\n\t- c\n", "a.yaml:3:1: a tab cannot indent; use spaces (it began in line 2)");
    assert_refused("a: |\n\tb\n", "a.yaml:2:1: a tab cannot indent; use spaces (it began in line 1)");
    px_yaml *root = parse("a:\t1\t# between a key and its value a tab is as good as a space\n");
    assert_string_equal(scalar(root, "a"), "1");
    px_yaml_free(root);
}

static void a_key_stands_once_in_a_map(void **state) {
    (void)state;
    assert_refused("a: 1\nb: {x: 1, y: 2}\nb: 3\n", "a.yaml:3:1: the key 'b' stands here again, after line 2");
    assert_refused("m: {y: 1, x: 1, y: 2}\n", "a.yaml:1:17: the key 'y' stands here again, after line 1");
    px_yaml_free(parse("a: {x: 1}\nb: {x: 1}\nA: 1\n"));
}

static void the_shape_is_plain(void **state) {
    (void)state;
    assert_refused("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document; one is all there can be");
    assert_refused("[a, b]: 1\n", "a.yaml:1:1: a key must be a text");
    assert_refused("? {a: b}\n: 1\n", "a.yaml:1:3: a key must be a text");
    assert_refused("a: !!int 5\n", "a.yaml:1:4: the tag 'tag:yaml.org,2002:int': tags are not used here");
    assert_refused("!x a: 1\n", "a.yaml:1:1: a key cannot have a tag or an anchor");
    assert_refused("a: ! b\n", "a.yaml:1:4: the tag '!': tags are not used here");
    assert_refused("a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n",
                   "a.yaml:1:19: lists and maps are nested deeper than 16");
    px_yaml_free(parse("a: [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]\n"));
}

static void bytes_are_text(void **state) {
    (void)state;
    assert_refused_bytes("a: b\nc: \xff\n", 10, "a.yaml:2:4: ill-formed UTF-8");
    assert_refused_bytes("a: b\nc: \xc3\xa9\xc3\n", 12, "a.yaml:2:5: ill-formed UTF-8");
    assert_refused_bytes("a: b\0c\n", 8,
                         "a.yaml:1:5: a control character; in \"double quotes\" it can be written as \\xNN");
    assert_refused("a: \"b\\0c\"\n", "a.yaml:1:4: the text holds a NUL byte");
    assert_refused_bytes("a\0:\0 \0b\0", 8,
                         "a.yaml:1:2: a control character; in \"double quotes\" it can be written as \\xNN");
}

static void the_words_of_libyaml_become_one_line(void **state) {
    (void)state;
    assert_refused("a: b: c\n",
                   "a.yaml:1:5: a second ': ' within one value: quote the value, or correct the indentation");
    assert_refused("a: \"b\nc: d\n", "a.yaml:3:1: a quoted text does not end (it began in line 1)");
    assert_refused("a: [1, 2\nb: 3\n",
                   "a.yaml:2:2: ',' or ']' is missing: the list does not end (it began in line 1)");
    assert_refused("a: {b: 1\n", "a.yaml:2:1: ',' or '}' is missing: the map does not end (it began in line 1)");
    assert_refused("a: @b\n", "a.yaml:1:4: a value that starts with '@' must be quoted");
    assert_refused("a: %b\n", "a.yaml:1:4: a value that starts with '%' must be quoted");
    assert_refused("a: \"\\d\"\n",
                   "a.yaml:1:5: unknown escape after '\\'; in 'single quotes' it would stand for itself");
    assert_refused("a: 1\n b: 2\n",
                   "a.yaml:2:3: a second ': ' within one value: quote the value, or correct the indentation");
    assert_refused("a: 1\nb\nc: 2\n", "a.yaml:3:1: a ':' is missing behind a key (it began in line 2)");
    assert_refused("a:\n  b: 1\n c: 2\n",
                   "a.yaml:3:2: expected a key: is the indentation the same as that of the keys before? "
                   "(it began in line 1)");
}

static void a_secret_in_a_broken_text_stays_secret(void **state) {
    (void)state;
    px_yaml *root;
    proxenos_error error = {0};
    const char *const texts[] = {"token: \"hunter2\n", "token: hunter2: x\n", "token: hunter2\ntoken: hunter2\n",
                                 "token: [hunter2\n", "token: \"hunter2\\0\"\n", "token: !a hunter2\n",
                                 "token: &hunter hunter2\n---\n", "- hunter2\nx: 1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(px_yaml_parse("a.yaml", texts[i], strlen(texts[i]), &root, &error), PROXENOS_ERROR_CONFIG);
        assert_null(strstr(error.text, "hunter2"));
    }
}

/* ---- memory */

static proxenos_status attempt(proxenos_error *error) {
    static const char text[] = "a: &x {k: [1, {l: m}]}\nb: *x\nc: [x, *x]\nd: &y z\ne: *y\n";
    px_yaml *root;
    proxenos_status status = px_yaml_parse("a.yaml", text, sizeof text - 1, &root, error);
    px_yaml_free(root);
    return status;
}

static void no_failed_allocation_does_harm(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(attempt);
}

/* A fixed generator: every run tries the same texts. */
static unsigned next_random(unsigned *seed) {
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

static void no_broken_text_does_harm(void **state) {
    (void)state;
    static const char whole[] = "a: &x {k: [1, {l: m}]}\nb: *x\n- \"q\\x41\"\n? 'r'\n: |\n  s\n#t\n%u\n--- !v\n";
    static const char spice[] = "\t\n :-?[]{},&*!|>'\"%@`#\xff\xc3\xa9 ax";
    unsigned seed = 1;
    for (int i = 0; i < 20000; i++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        size_t length = next_random(&seed) % sizeof whole;
        for (unsigned k = next_random(&seed) % 6; k > 0 && length > 0; k--) {
            text[next_random(&seed) % length] = spice[next_random(&seed) % (sizeof spice - 1)];
        }
        px_yaml *root;
        proxenos_error error = {0};
        proxenos_status status = px_yaml_parse("a.yaml", text, length, &root, &error);
        if (status == PROXENOS_OK) {
            px_yaml_free(root);
        } else {
            assert_int_equal(status, PROXENOS_ERROR_CONFIG);
            assert_null(root);
            assert_true(error.line > 0 && error.column > 0);
            assert_null(strchr(error.text, '\n'));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_stay_as_written),
        cmocka_unit_test(only_unquoted_nothing_is_null),
        cmocka_unit_test(values_know_their_places),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(an_empty_document_is_an_empty_map),
        cmocka_unit_test(a_byte_order_mark_and_carriage_returns_do_not_matter),
        cmocka_unit_test(aliases_are_expanded_with_the_places_of_the_original),
        cmocka_unit_test(aliases_that_recurse_or_lead_nowhere_are_refused),
        cmocka_unit_test(what_is_just_within_the_limits_is_read),
        cmocka_unit_test(aliases_that_explode_are_refused),
        cmocka_unit_test(tabs_do_not_indent),
        cmocka_unit_test(a_key_stands_once_in_a_map),
        cmocka_unit_test(the_shape_is_plain),
        cmocka_unit_test(bytes_are_text),
        cmocka_unit_test(the_words_of_libyaml_become_one_line),
        cmocka_unit_test(a_secret_in_a_broken_text_stays_secret),
        cmocka_unit_test(no_failed_allocation_does_harm),
        cmocka_unit_test(no_broken_text_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
