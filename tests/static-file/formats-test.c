/* SPDX-License-Identifier: MIT */
/* What each format means, and what is refused, where. */
#include "harness.h"

#include <sys/stat.h>
#include <unistd.h>

extern const proxenos_module static_file_LTX_proxenos_module;

static char folder[] = "/tmp/proxenos-static-file.XXXXXX";
static harness host;

/* The options as the core hands them over; times long past need no settling. */
typedef struct request {
    const char *name;
    int64_t format;
    const char *const *services;
} request;

static const char *path_of(const char *name) {
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t length) {
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int32_t fetch(request asked) {
    const proxenos_backend *backend = static_file_LTX_proxenos_module.backends;
    proxenos_value values[4] = {
        {.is_set = 1, .text = path_of(asked.name)},
        {.is_set = 1, .integer = asked.format},
        {.is_set = asked.services != NULL, .list = asked.services},
        {.is_set = 1, .integer = 0},
    };
    while (asked.services != NULL && asked.services[values[2].list_count] != NULL) values[2].list_count++;
    proxenos_values table = {sizeof table, sizeof values[0], 4, 0, values};
    void *instance = NULL;
    current = &host;
    host.used = 0;
    host.nodes[0] = host.failure[0] = '\0';
    assert_int_equal(backend->open(&host.table, &table, &instance), PROXENOS_RESULT_OK);
    uint64_t generation = 0;
    int32_t result = backend->fetch(instance, NULL, NULL, &generation);
    assert_int_equal(generation, 0);
    backend->close(instance);
    return result;
}

static int32_t fetch_text(const char *name, const char *text) {
    write_file(name, text, strlen(text));
    return fetch((request){.name = name});
}

static void assert_nodes_at(const char *name, const char *text, const char *nodes, const char *file, int line) {
    int32_t result = fetch_text(name, text);
    if (result != PROXENOS_RESULT_OK) print_error("%s\n", host.failure);
    _assert_int_equal((uintmax_t)result, PROXENOS_RESULT_OK, file, line);
    _assert_string_equal(host.nodes, nodes, file, line);
}
#define assert_nodes(name, text, nodes) assert_nodes_at(name, text, nodes, __FILE__, __LINE__)

/* Refused as malformed, with that text behind the file's name. */
static void assert_refused_at(const char *name, const char *text, const char *message, const char *file, int line) {
    int32_t result = fetch_text(name, text);
    _assert_int_equal((uintmax_t)result, PROXENOS_RESULT_MALFORMED, file, line);
    const char *path = path_of(name);
    _assert_memory_equal(host.failure, path, strlen(path), file, line);
    assert_contains_at(host.failure + strlen(path), message, file, line);
}
#define assert_refused(name, text, message) assert_refused_at(name, text, message, __FILE__, __LINE__)

/* ------------------------------------------------------------------- lines */

static void lines_hold_an_address_a_weight_and_pairs(void **state) {
    (void)state;
    assert_nodes("n.txt",
                 "# a comment\n\n10.0.0.1:80 10 zone=a name=web-1 service=web tags=ssd,,primary node=m1"
                 " rack=r7 # more\n"
                 "  [2001:db8::1]:80\t0\r\n2001:db8::2 weight=7\ndb.example.com:5432 empty=\n#last",
                 "10.0.0.1 port 80 weight 10 service=web name=web-1 zone=a node=m1 #ssd #primary rack:r7\n"
                 "2001:db8::1 port 80 weight 0\n2001:db8::2 weight 7\ndb.example.com port 5432 empty:\n");
}

static void escapes_stand_for_bytes_that_would_end_a_word(void **state) {
    (void)state;
    assert_nodes("n.txt", "a:1 name=x\\x20y tags=a\\x2cb,c k\\x3Dk=v\\x23\\x5Cx20 \\x77eight=7 z=\\xg\\x4\\\n",
                 "a port 1 name=x y #a,b #c k=k:v#\\x20 weight:7 z:\\xg\\x4\\\n");
    assert_refused("n.txt", "a:1 k=\\x00\n", ":1: a NUL in a text: '\\x00'");
}

static void a_line_that_means_nothing_is_refused_with_its_number(void **state) {
    (void)state;
    assert_refused("n.txt", "a:1\nb:http\n", ":2: port 'http' is not a whole number");
    assert_refused("n.txt", "b:1\na:\n", ":2: port '' is not a whole number");
    assert_refused("n.txt", ":80\n", ":1: ':80' is no address");
    assert_refused("n.txt", "a:1 heavy\n", ":1: a weight or KEY=VALUE is expected: 'heavy'");
    assert_refused("n.txt", "a:1 5 6\n", ":1: KEY=VALUE is expected: '6'");
    assert_refused("n.txt", "a:1 5 weight=6\n", ":1: a second weight: 'weight'");
    assert_refused("n.txt", "a:1 weight=1.5\n", ":1: weight '1.5' is not a whole number");
    assert_refused("n.txt", "a:1 99999999999999999999\n", ":1: weight '99999999999999999999' is not");
    assert_refused("n.txt", "a:1 zone=x zone=y\n", ":1: said twice: 'zone'");
    assert_refused("n.txt", "a:1 rack=x rack=y\n", ":1: said twice: 'rack'");
    assert_refused("n.txt", "a:1 tags=x tags=y\n", ":1: said twice: 'tags'");
    assert_refused("n.txt", "a:1 =x\n", ":1: a key is missing before '=': 'x'");
    assert_refused("n.txt", "a b\n", "(read as plain lines, see option 'format')");
}

/* ---------------------------------------------------------- YAML and JSON */

static void yaml_nodes_have_all_fields(void **state) {
    (void)state;
    assert_nodes("n.yaml",
                 "# nodes\n- address: 10.0.0.1\n  port: 80\n  weight: 10\n  service: web\n  name: web-1\n"
                 "  zone: a\n  node: m1\n  health: passing\n  tags: [ssd, 'x y']\n  meta: {rack: r7, n: 007}\n"
                 "- host: '[2001:db8::1]'\n  port: '80'\n- {address: '[::1]:81', zone: ~, name: , service: \"\"}\n"
                 "- db.example.com:5432\n",
                 "10.0.0.1 port 80 weight 10 service=web name=web-1 zone=a node=m1 health=1 #ssd #x y"
                 " rack:r7 n:007\n"
                 "2001:db8::1 port 80\n::1 port 81\ndb.example.com port 5432\n");
}

static void json_nodes_have_the_same_fields(void **state) {
    (void)state;
    assert_nodes("n.json",
                 "[{\"address\": \"10.0.0.1\", \"port\": 80, \"weight\": 10,"
                 "\"tags\": [\"a\\u00e9\\ud83d\\ude00\\/\"],"
                 "\"meta\": {\"up\": true, \"none\": null}, \"zone\": null}, \"b:1\"]",
                 "10.0.0.1 port 80 weight 10 #a\xc3\xa9\xf0\x9f\x98\x80/ up:true none:\nb port 1\n");
}

static void what_nodes_prints_as_json_is_read_back(void **state) {
    (void)state;
    assert_nodes("n.json",
                 "{\"cluster\": {\"fingerprint\": \"00\"}, \"nodes\": [{\"identity\": \"[::1]:80\","
                 "\"address\": \"[::1]:80\","
                 "\"host\": \"::1\", \"port\": 80, \"weight\": 1, \"service\": \"web\", \"name\": \"\","
                 "\"source_node\": \"m1\","
                 "\"zone\": \"\", \"health\": \"warning\", \"tags\": [], \"metadata\": {\"a\": \"b\"}}]}",
                 "::1 port 80 weight 1 service=web node=m1 health=2 a:b\n");
}

static void an_empty_list_is_an_empty_cluster(void **state) {
    (void)state;
    assert_nodes("n.yaml", "[]\n", "");
    assert_nodes("n.yaml", "nodes: []\n", "");
    assert_nodes("n.json", "[]", "");
    assert_nodes("n.txt", "# nobody\n", "");
}

static void an_empty_file_is_no_empty_list(void **state) {
    (void)state;
    static const char *const names[] = {"n.yaml", "n.json", "n.txt"};
    for (size_t i = 0; i < 3; i++) {
        assert_refused(names[i], "", ": the file is empty; a list without nodes is written []");
        assert_refused(names[i], " \n\r\n\t", ": the file is empty");
    }
    assert_refused("n.yaml", "# nothing\n", ":2:1: holds no list of nodes");
    assert_refused("n.yaml", "---\n", "a list of nodes is expected");
    assert_refused("n.yaml", "node: []\n", ":1:1: a list of nodes is expected, or a map with it below 'nodes'");
    assert_refused("n.yaml", "nodes: 7\n", ":1:8: a list of nodes is expected");
    assert_refused("n.json", "\"x\"", ":1:1: a list of nodes is expected");
}

static void mistakes_are_found_with_line_and_column(void **state) {
    (void)state;
    assert_refused("n.yaml", "- address: a\n  wieght: 3\n",
                   ":2:3: a node has no key 'wieght', did you mean 'weight'?");
    assert_refused("n.yaml", "- address: a\n  colour: red\n", ":2:3: a node has no key 'colour'; other words go");
    assert_refused("n.json", "[{\"address\": \"a\",\n \"\xc3\xa9\": 1, \"porrt\": 1}]", ":2:2: a node has no key");
    assert_refused("n.json", "[{\"zone\": \"\xc3\xa9\", \"porrt\": 1}]",
                   ":1:16: a node has no key 'porrt', did you");
    assert_refused("n.yaml", "- port: 80\n", ":1:3: a node needs 'address' or 'host'");
    assert_refused("n.yaml", "- {address: '', port: 80}\n", ":1:3: a node needs 'address' or 'host'");
    assert_refused("n.yaml", "- address: a\n  port: http\n", ":2:9: port 'http' is not a whole number");
    assert_refused("n.yaml", "- address: a\n  weight: 1.5\n", ":2:11: weight '1.5' is not a whole number");
    assert_refused("n.json", "[{\"address\": \"a\", \"weight\": 1e2}]",
                   ":1:29: weight '1e2' is not a whole number");
    assert_refused("n.yaml", "- address: a:80\n  port: 81\n", ":2:9: the address has another port than 'port'");
    assert_refused("n.yaml", "- address: a:80\n  host: b\n", ":2:9: 'host' and 'address' name two hosts");
    assert_refused("n.yaml", "- address: a\n  tags: ssd\n", ":2:9: 'tags' must be a list");
    assert_refused("n.yaml", "- address: a\n  tags: [[x]]\n", ":2:10: 'an element' must be a text");
    assert_refused("n.yaml", "- address: a\n  meta: [x]\n", ":2:9: 'meta' must be a map");
    assert_refused("n.yaml", "- address: a\n  meta: {x: {y: z}}\n", ":2:13: 'x' must be a text or a number");
    assert_refused("n.yaml", "- address: a\n  meta: {x: y}\n  metadata: {x: y}\n", ":3:3: 'metadata' says again");
    assert_refused("n.yaml", "- address: a\n  health: fine\n", ":2:11: 'health' is one of");
    assert_refused("n.yaml", "- [a]\n", ":1:3: a node is expected, not a list");
    assert_refused("n.yaml", "- address: [a]\n", ":1:12: 'address' must be a text or a number");
}

static void what_is_not_yaml_is_refused_where_it_goes_wrong(void **state) {
    (void)state;
    assert_refused("n.yaml", "- address: a\n\tport: 1\n", ":2:1: ");
    assert_refused("n.yaml", "- a: [1\n", ":2:1: ");
    assert_refused("n.yaml", "- address: a\n  address: b\n",
                   ":2:3: the key 'address' stands here a second time, after line 1");
    assert_refused("n.yaml", "- a:1\n--- []\n", ":2:1: a second document begins");
    assert_refused("n.yaml", "- !!str a\n", ":1:3: tags have no meaning here");
    assert_refused("n.yaml", "- *x\n", ":1:3: no anchor 'x' before");
    assert_refused("n.yaml", "- &x [*x]\n", ":1:7: the alias 'x' stands inside itself");
    assert_refused("n.yaml", "- ? [a]\n  : b\n", ":1:5: a key must be a text");
    assert_refused("n.yaml", "- \"a\\0b\"\n", ":1:3: a NUL in a text");
    assert_refused("n.yaml", "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n", ":1:17: nested deeper than 16");
    assert_refused("n.yaml", "- \x01\n", ":1:3: control characters are not allowed");
}

static void what_is_not_json_is_refused_where_it_goes_wrong(void **state) {
    (void)state;
    assert_refused("n.json", "[\n \"a:1\",\n]", ":3:1: a value is expected");
    assert_refused("n.json", "[\"a:1\"", ":1:7: ',' or ']' is expected");
    assert_refused("n.json", "[\"a:1\" \"b:2\"]", ":1:8: ',' or ']' is expected");
    assert_refused("n.json", "[", ":1:2: the text ends too early");
    assert_refused("n.json", "[{\"a\" 1}]", ":1:7: ':' is expected");
    assert_refused("n.json", "[{a: 1}]", ":1:3: a key in double quotes is expected");
    assert_refused("n.json", "[{\"a\": 1 \"b\": 2}]", ":1:10: ',' or '}' is expected");
    assert_refused("n.json", "[{\"port\": 1, \"port\": 2}]", ":1:14: the key 'port' stands here a second time");
    assert_refused("n.json", "[\"a", ":1:4: the text ends inside a string");
    assert_refused("n.json", "[\"a\nb\"]", ":1:4: a control character in a string");
    assert_refused("n.json", "[\"\\x\"]", ":1:4: no such escape in JSON");
    assert_refused("n.json", "[\"\\u12g4\"]", "\\u needs four hexadecimal digits");
    assert_refused("n.json", "[\"\\ud800\"]", "half of a surrogate pair");
    assert_refused("n.json", "[\"\\udc00\\ud800\"]", "half of a surrogate pair");
    assert_refused("n.json", "[\"\\u0000\"]", "a NUL in a text");
    assert_refused("n.json", "[01]", ":1:3: ',' or ']' is expected");
    assert_refused("n.json", "[1.]", ":1:2: a value is expected");
    assert_refused("n.json", "[nul]", ":1:2: a value is expected");
    assert_refused("n.json", "[] []", ":1:4: the text goes on after the value");
    assert_refused("n.json", "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", ":1:17: nested deeper than 16");
}

static void aliases_stand_for_what_they_name(void **state) {
    (void)state;
    assert_nodes("n.yaml",
                 "- {address: a:1, zone: &z east, meta: &m {rack: r1}}\n- {address: b:1, zone: *z, meta: *m}\n"
                 "- targets: &t [c:1]\n- {targets: *t, labels: *m}\n",
                 "a port 1 zone=east rack:r1\nb port 1 zone=east rack:r1\nc port 1\nc port 1 rack:r1\n");
}

/* Nine levels of nine aliases stand for 387 million values. */
static void exploding_aliases_are_refused(void **state) {
    (void)state;
    char text[2048] = "nodes:\n- &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int level = 1; level < 9; level++) {
        size_t used = strlen(text);
        int last = level - 1;
        (void)snprintf(text + used, sizeof text - used,
                       "- &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n",
                       level, last, last, last, last, last, last, last, last, last);
    }
    assert_refused("n.yaml", text, "bytes once aliases are expanded");
}

/* ---------------------------------------------------------------- file_sd */

static void file_sd_labels_become_fields_and_metadata(void **state) {
    (void)state;
    static const char nodes[] = "10.0.0.1 port 80 weight 10 service=web zone=a env:prod\n"
                                "2001:db8::1 port 80 weight 10 service=web zone=a env:prod\nb port 1\n";
    assert_nodes("n.json",
                 "[{\"targets\": [\"10.0.0.1:80\", \"[2001:db8::1]:80\"], \"labels\": {\"job\": \"web\","
                 "\"__meta_weight\": \"10\", \"zone\": \"a\", \"env\": \"prod\"}}, {\"targets\": [\"b:1\"]}]",
                 nodes);
    assert_nodes("n.yml",
                 "- labels: {job: web, __meta_weight: 3, weight: 10, zone: a, env: prod}\n  targets:\n"
                 "  - 10.0.0.1:80\n"
                 "  - '[2001:db8::1]:80'\n- targets: [b:1]\n  labels:\n",
                 nodes);
}

static void a_bad_file_sd_group_is_refused(void **state) {
    (void)state;
    assert_refused("n.yaml", "- targets: [a:1]\n  lables: {}\n",
                   ":2:3: a file_sd group has 'targets' and 'labels', not");
    assert_refused("n.yaml", "- targets: a:1\n", ":1:12: 'targets' must be a list");
    assert_refused("n.yaml", "- targets: [a:1]\n  labels: [x]\n", ":2:11: 'labels' must be a map");
    assert_refused("n.yaml", "- targets: [a:1]\n  labels: {weight: x}\n", ":2:20: weight 'x' is not a whole");
    assert_refused("n.yaml", "- targets: [{a: 1}]\n", ":1:13: 'an element' must be a text");
}

/* ---------------------------------------------------------------- options */

static void a_stated_format_beats_the_extension(void **state) {
    (void)state;
    write_file("n.conf", "[\"a:1\"]", 7);
    assert_int_equal(fetch((request){.name = "n.conf", .format = NODES_JSON}), PROXENOS_RESULT_OK);
    assert_string_equal(host.nodes, "a port 1\n");
    write_file("n.conf", "- a:1\n", 6);
    assert_int_equal(fetch((request){.name = "n.conf", .format = NODES_YAML}), PROXENOS_RESULT_OK);
    write_file("n.yaml", "a:1 5\n", 6);
    assert_int_equal(fetch((request){.name = "n.yaml", .format = NODES_LINES}), PROXENOS_RESULT_OK);
    assert_string_equal(host.nodes, "a port 1 weight 5\n");
    write_file("n.YML", "- a:1\n", 6);
    assert_int_equal(fetch((request){.name = "n.YML"}), PROXENOS_RESULT_OK);
    assert_int_equal(fetch((request){.name = "n.YML", .format = NODES_FILE_SD}), PROXENOS_RESULT_MALFORMED);
    assert_contains(host.failure, ":1:3: a file_sd group with 'targets' is expected");
}

/* What each text is taken for shows in what becomes of it. */
static void without_an_extension_the_text_tells_its_format(void **state) {
    (void)state;
    static const char one[] = "a port 1\n";
    static const struct {
        const char *text, *nodes;
    } rows[] = {
        {"[\"a:1\"]", one}, {"{\"nodes\": [\"a:1\"]}", one}, {"\n [ {\"address\": \"a\", \"port\": 1} ]\n", one},
        {"[]", ""}, {"[ ]\n", ""}, {"{\"nodes\": []}", ""},
        {"- a:1\n", one}, {"---\n- a:1\n", one}, {"nodes:\n- a:1\n", one}, {"nodes: [a:1]\n", one},
        {"# nodes\n\n- a:1\n", one}, {"-\n  address: a\n  port: 1\n", one}, {"%YAML 1.1\n--- [a:1]\n", one},
        {"[a:1]", one}, {"{nodes: [a:1]}", one}, {"nodes: # all\n- a:1\n", one},
        {"\n- a:1\n", one}, {"\n\n- a:1", one}, {"a:1\n", one}, {"\n# nodes: none\na:1 # b: c\n", one}, {"a:1\r\n", one}, {"\xef\xbb\xbf- a:1\n", one},
        {"[2001:db8::1]:80\n", "2001:db8::1 port 80\n"}, {"[::1]\n", "::1\n"}, {"2001:db8::\n", "2001:db8::\n"},
        {"# nobody\n", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (fetch_text("n", rows[i].text) != PROXENOS_RESULT_OK) fail_msg("'%s': %s", rows[i].text, host.failure);
        assert_string_equal(host.nodes, rows[i].nodes);
    }
    assert_int_equal(fetch_text("n", "[{\"targets\": [\"a:1\"]}]"), PROXENOS_RESULT_OK);
    assert_string_equal(host.nodes, one);
    assert_refused("n", "[\"a:1\",\n 'b:1']", ":2:2: "); /* JSON, where YAML would take it */
}

static void only_the_services_asked_for_are_kept(void **state) {
    (void)state;
    static const char text[] = "a:1 service=web\nb:1 service=db\nc:1\nd:1 service=web\n";
    write_file("n.txt", text, strlen(text));
    static const char *const web[] = {"web", NULL}, *const both[] = {"web", "db", NULL},
                             *const absent[] = {"web", "cache", NULL};
    assert_int_equal(fetch((request){.name = "n.txt", .services = web}), PROXENOS_RESULT_OK);
    assert_string_equal(host.nodes, "a port 1 service=web\nd port 1 service=web\n");
    assert_int_equal(fetch((request){.name = "n.txt", .services = both}), PROXENOS_RESULT_OK);
    assert_int_equal(fetch((request){.name = "n.txt", .services = absent}), PROXENOS_RESULT_NOT_FOUND);
    assert_contains(host.failure, "no such service 'cache'");
}

static void what_add_node_says_ends_the_fetch(void **state) {
    (void)state;
    host.node_result = PROXENOS_RESULT_MALFORMED;
    assert_int_equal(fetch_text("n.txt", "a:1\nb:2\n"), PROXENOS_RESULT_MALFORMED);
    host.node_result = PROXENOS_RESULT_OUT_OF_MEMORY;
    assert_int_equal(fetch_text("n.yaml", "- a:1\n"), PROXENOS_RESULT_OUT_OF_MEMORY);
    host.node_result = PROXENOS_RESULT_OK;
}

/* ---------------------------------------------------------------- encoding */

static void text_must_be_utf8_without_nul(void **state) {
    (void)state;
    static const char *const names[] = {"n.yaml", "n.json", "n.txt"};
    static const struct {
        const char *bytes;
        size_t length;
        const char *place;
    } bad[] = {
        {"[]\n\0", 4, ":2:1: byte 0x00"},
        {"[]\xff", 3, ":1:3: byte 0xff"},
        {"[\xc3\xa9\xc3", 4, ":1:3: byte 0xc3"},
        {"\xc0\x80", 2, ":1:1: "},
        {"\xed\xa0\x80", 3, ":1:1: byte 0xed"},
        {"\xf4\x90\x80\x80", 4, ":1:1: "},
        {"\xe0\x80\x80", 3, ":1:1: "},
        {"\xf0\x8f\xbf\xbf", 4, ":1:1: "},
    };
    for (size_t n = 0; n < 3; n++) {
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            write_file(names[n], bad[i].bytes, bad[i].length);
            assert_int_equal(fetch((request){.name = names[n]}), PROXENOS_RESULT_MALFORMED);
            assert_contains(host.failure, bad[i].place);
        }
    }
}

static void a_byte_order_mark_is_passed_over(void **state) {
    (void)state;
    assert_nodes("n.txt", "\xef\xbb\xbf" "a:1\n", "a port 1\n");
    assert_nodes("n.json", "\xef\xbb\xbf[\"a:1\"]", "a port 1\n");
    assert_nodes("n.yaml", "\xef\xbb\xbf- a:1\n", "a port 1\n");
}

static int make_folder(void **state) {
    (void)state;
    host = harness_new();
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    static const char *const names[] = {"n", "n.txt", "n.yaml", "n.yml", "n.YML", "n.json", "n.conf"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) (void)unlink(path_of(names[i]));
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_hold_an_address_a_weight_and_pairs),
        cmocka_unit_test(escapes_stand_for_bytes_that_would_end_a_word),
        cmocka_unit_test(a_line_that_means_nothing_is_refused_with_its_number),
        cmocka_unit_test(yaml_nodes_have_all_fields),
        cmocka_unit_test(json_nodes_have_the_same_fields),
        cmocka_unit_test(what_nodes_prints_as_json_is_read_back),
        cmocka_unit_test(an_empty_list_is_an_empty_cluster),
        cmocka_unit_test(an_empty_file_is_no_empty_list),
        cmocka_unit_test(mistakes_are_found_with_line_and_column),
        cmocka_unit_test(what_is_not_yaml_is_refused_where_it_goes_wrong),
        cmocka_unit_test(what_is_not_json_is_refused_where_it_goes_wrong),
        cmocka_unit_test(aliases_stand_for_what_they_name),
        cmocka_unit_test(exploding_aliases_are_refused),
        cmocka_unit_test(file_sd_labels_become_fields_and_metadata),
        cmocka_unit_test(a_bad_file_sd_group_is_refused),
        cmocka_unit_test(a_stated_format_beats_the_extension),
        cmocka_unit_test(without_an_extension_the_text_tells_its_format),
        cmocka_unit_test(only_the_services_asked_for_are_kept),
        cmocka_unit_test(what_add_node_says_ends_the_fetch),
        cmocka_unit_test(text_must_be_utf8_without_nul),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
