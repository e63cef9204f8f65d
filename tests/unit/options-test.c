/* SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "base/text.h"
#include "options/values.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *const healths[] = {"passing", "warning", "any", NULL};

enum { HOST, PORT, HEALTH, STALE, TIMEOUT, BODY, SERVICE, TOKEN, TOKEN_FILE, PATH, SEED, OFFSET, ROWS };

static const proxenos_option rows[ROWS] = {
    [HOST] = {.name = "host", .type = PROXENOS_TYPE_STRING, .fallback = "localhost", .help = "where it listens",
              .environment = "ACME_ADDR"},
    [PORT] = {.name = "port", .type = PROXENOS_TYPE_INTEGER, .fallback = "8500", .minimum = 1, .maximum = 65535,
              .environment = "PROXENOS_TEST_PORT"},
    [HEALTH] = {.name = "health", .type = PROXENOS_TYPE_STRING, .fallback = "passing", .choices = healths},
    [STALE] = {.name = "stale", .type = PROXENOS_TYPE_BOOLEAN, .environment = "ACME_STALE"},
    [TIMEOUT] = {.name = "timeout", .type = PROXENOS_TYPE_DURATION, .minimum = 100, .maximum = 90000},
    [BODY] = {.name = "body", .type = PROXENOS_TYPE_SIZE, .maximum = 64 << 20},
    [SERVICE] = {.name = "service", .type = PROXENOS_TYPE_LIST, .fallback = "web,db",
                 .environment = "ACME_SERVICES"},
    [TOKEN] = {.name = "token", .type = PROXENOS_TYPE_SECRET, .environment = "ACME_TOKEN"},
    [TOKEN_FILE] = {.name = "token-file", .type = PROXENOS_TYPE_SECRET_FILE},
    [PATH] = {.name = "path", .type = PROXENOS_TYPE_PATH},
    [SEED] = {.name = "seed", .type = PROXENOS_TYPE_UNSIGNED, .maximum = UINT32_MAX},
    [OFFSET] = {.name = "offset", .type = PROXENOS_TYPE_UNSIGNED},
};

static px_schema *schema;

static int set_up(void **state) {
    (void)state;
    return px_schema_new("backend 'acme'", rows, ROWS, sizeof rows[0], &schema, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    px_schema_free(schema);
    return 0;
}

static int clear_environment(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].environment != NULL) (void)unsetenv(rows[i].environment);
    }
    return 0;
}

/* ---- saying things */

static px_given from(const char *option, const char *const *items, size_t count, uint32_t rank,
                     const char *said_by) {
    return (px_given){.option = option, .items = items, .count = count, .rank = rank, .said_by = said_by};
}

#define ITEMS(...) ((const char *const[]){__VA_ARGS__})
#define FLAG(option, item) from(option, ITEMS(item), 1, PROXENOS_RANK_FLAG, "--" option)

static px_given in_config(const char *option, const char *const *items) {
    px_given given = from(option, items, 1, PROXENOS_RANK_CONFIG, "a.yaml:12:5");
    given.line = 12;
    given.column = 5;
    given.base_folder = "/etc/acme";
    return given;
}

static px_values *values_of(const px_given *given, size_t count) {
    px_values *values;
    proxenos_error error = {0};
    if (px_values_new(schema, given, count, NULL, NULL, &values, &error) != PROXENOS_OK) {
        print_error("%s\n", error.text);
        fail();
    }
    return values;
}

static const proxenos_value *at(const px_values *values, uint32_t index) {
    return proxenos_value_at(px_values_table(values), index);
}

static void assert_refused(px_given given, proxenos_status status, const char *message) {
    px_values *values = (px_values *)&values;
    proxenos_error error = {0};
    assert_int_equal(px_values_new(schema, &given, 1, NULL, NULL, &values, &error), status);
    assert_int_equal(error.status, status);
    assert_string_equal(error.text, message);
    assert_null(values);
    assert_int_equal(px_values_new(schema, &given, 1, NULL, NULL, &values, NULL), status);
}

static void assert_flag_refused(const char *option, const char *item, const char *message) {
    assert_refused(from(option, &item, 1, PROXENOS_RANK_FLAG, "--flag"), PROXENOS_ERROR_ARGUMENT, message);
}

/* ---- types */

static void values_have_the_types_of_the_schema(void **state) {
    (void)state;
    const px_given given[] = {
        FLAG("host", "::1"),      FLAG("port", "22"),        FLAG("health", "ANY"),      FLAG("stale", "Yes"),
        FLAG("timeout", "250ms"), FLAG("body", "64KiB"),     FLAG("token", "s3cret"),    FLAG("token-file", "/t"),
        FLAG("path", "/p"),       FLAG("seed", "4294967295"), FLAG("offset", "18446744073709551615"),
    };
    px_values *values = values_of(given, sizeof given / sizeof given[0]);
    assert_int_equal(px_values_table(values)->count, ROWS);
    assert_int_equal(px_values_table(values)->stride, sizeof(proxenos_value));
    assert_string_equal(at(values, HOST)->text, "::1");
    assert_int_equal(at(values, HOST)->length, 3);
    assert_int_equal(at(values, PORT)->integer, 22);
    assert_string_equal(at(values, PORT)->text, "22");
    assert_int_equal(at(values, HEALTH)->integer, 2);
    assert_int_equal(at(values, STALE)->integer, 1);
    assert_int_equal(at(values, TIMEOUT)->integer, 250);
    assert_int_equal(at(values, BODY)->integer, 65536);
    assert_string_equal(at(values, TOKEN)->text, "s3cret");
    assert_string_equal(at(values, TOKEN_FILE)->text, "/t");
    assert_string_equal(at(values, PATH)->text, "/p");
    assert_int_equal(at(values, SEED)->integer, 4294967295);
    assert_true((uint64_t)at(values, OFFSET)->integer == UINT64_MAX);
    assert_int_equal(at(values, PORT)->rank, PROXENOS_RANK_FLAG);
    px_values_free(values);
}

static void what_nobody_says_has_its_default_or_is_not_set(void **state) {
    (void)state;
    px_values *values = values_of(NULL, 0);
    assert_int_equal(at(values, PORT)->is_set, 1);
    assert_int_equal(at(values, PORT)->integer, 8500);
    assert_int_equal(at(values, PORT)->rank, PROXENOS_RANK_DEFAULT);
    assert_string_equal(px_values_said_by(values, PORT), "default");
    assert_int_equal(at(values, SERVICE)->list_count, 2);
    assert_string_equal(at(values, SERVICE)->list[1], "db");
    assert_null(at(values, SERVICE)->list[2]);
    assert_int_equal(at(values, TOKEN)->is_set, 0);
    assert_int_equal(at(values, TOKEN)->rank, PROXENOS_RANK_NONE);
    assert_string_equal(px_values_said_by(values, TOKEN), "");
    assert_string_equal(px_values_said_by(values, ROWS), "");
    px_values_free(values);
}

/* What a schema of one row makes of one text. */
static proxenos_status read_as(proxenos_option row, const char *text, int64_t *value) {
    px_schema *own;
    px_values *values;
    const px_given given = from("k", &text, 1, PROXENOS_RANK_CLUSTER, "x");
    row.name = "k";
    assert_int_equal(px_schema_new("h", &row, 1, sizeof row, &own, NULL), PROXENOS_OK);
    proxenos_status status = px_values_new(own, &given, 1, NULL, NULL, &values, NULL);
    if (status == PROXENOS_OK) *value = at(values, 0)->integer;
    px_values_free(values);
    px_schema_free(own);
    return status;
}

static void both_ends_of_a_range_are_in_it(void **state) {
    (void)state;
    static const uint32_t types[] = {PROXENOS_TYPE_INTEGER, PROXENOS_TYPE_UNSIGNED, PROXENOS_TYPE_SIZE};
    int64_t value = 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const proxenos_option row = {.type = types[i], .minimum = 3, .maximum = 5};
        assert_int_equal(read_as(row, "2", &value), PROXENOS_ERROR_CONFIG);
        assert_int_equal(read_as(row, "3", &value), PROXENOS_OK);
        assert_int_equal(read_as(row, "5", &value), PROXENOS_OK);
        assert_int_equal(value, 5);
        assert_int_equal(read_as(row, "6", &value), PROXENOS_ERROR_CONFIG);
    }
    /* UNSIGNED reaches beyond INT64_MAX. */
    const proxenos_option wide = {.type = PROXENOS_TYPE_UNSIGNED, .minimum = INT64_MAX, .maximum = -1};
    assert_int_equal(read_as(wide, "9223372036854775806", &value), PROXENOS_ERROR_CONFIG);
    assert_int_equal(read_as(wide, "18446744073709551615", &value), PROXENOS_OK);
    assert_true((uint64_t)value == UINT64_MAX);
    const proxenos_option below = {.type = PROXENOS_TYPE_INTEGER, .minimum = -5, .maximum = -3};
    assert_int_equal(read_as(below, "-4", &value), PROXENOS_OK);
    assert_int_equal(read_as(below, "0", &value), PROXENOS_ERROR_CONFIG);
    /* Without a range, whatever the type holds. */
    assert_int_equal(read_as((proxenos_option){.type = PROXENOS_TYPE_INTEGER}, "-9223372036854775808", &value),
                     PROXENOS_OK);
    assert_true(value == INT64_MIN);
}

static void bad_values_are_told_with_their_sayer(void **state) {
    (void)state;
    assert_flag_refused("port", "22:22", "--flag: '22:22' is not a whole number");
    assert_flag_refused("port", "0x10", "--flag: '0x10' is not a whole number");
    assert_flag_refused("port", "", "--flag: '' is not a whole number");
    assert_flag_refused("port", "65536", "--flag: 65536 is not in 1...65535");
    assert_flag_refused("port", "-1", "--flag: -1 is not in 1...65535");
    assert_flag_refused("seed", "5000000000", "--flag: 5000000000 is not in 0...4294967295");
    assert_flag_refused("seed", "-1", "--flag: '-1' is not a whole number from 0 to 18446744073709551615");
    assert_flag_refused("stale", "maybe", "--flag: 'maybe' is not a boolean (true, false)");
    assert_flag_refused("timeout", "soon", "--flag: 'soon' is not a duration (250ms, 10s, 5m, 1h)");
    assert_flag_refused("timeout", "2m", "--flag: 2m is not in 100ms...90s");
    assert_flag_refused("body", "1GiB", "--flag: 1GiB is not in 0...64MiB");
    assert_flag_refused("body", "64kB", "--flag: '64kB' is not a size (512, 64KiB, 64MiB, 1GiB)");
    assert_flag_refused("health", "pasing",
                        "--flag: 'pasing' is not one of passing, warning, any; did you mean 'passing'?");
    assert_flag_refused("host", "\xff", "--flag: the text is not UTF-8");
    assert_flag_refused("path", "", "--flag: the name of the file is empty");
    assert_refused(in_config("port", ITEMS("no")), PROXENOS_ERROR_CONFIG,
                   "a.yaml:12:5: port: 'no' is not a whole number");
}

static void unknown_options_are_told_with_the_nearest(void **state) {
    (void)state;
    assert_refused(in_config("tokn", ITEMS("x")), PROXENOS_ERROR_CONFIG,
                   "a.yaml:12:5: backend 'acme' has no option 'tokn'; did you mean 'token'?");
    assert_flag_refused("zzz", "x",
                        "--flag: backend 'acme' has no option 'zzz'; it has host, port, health, stale, timeout, "
                        "body, service, token, token-file, path, seed, offset");
    px_schema *none;
    proxenos_error error;
    assert_int_equal(px_schema_new("hash 'x'", NULL, 0, 0, &none, &error), PROXENOS_OK);
    assert_int_equal(px_schema_find(none, "seed", &error), -1);
    assert_string_equal(error.text, "hash 'x' has no option 'seed', nor any other");
    px_schema_free(none);
}

static void the_place_in_the_file_is_told(void **state) {
    (void)state;
    const px_given given[] = {in_config("port", ITEMS("no")), in_config("prt", ITEMS("1"))};
    for (size_t i = 0; i < 2; i++) {
        px_values *values;
        proxenos_error error = {0};
        assert_int_equal(px_values_new(schema, &given[i], 1, NULL, NULL, &values, &error), PROXENOS_ERROR_CONFIG);
        assert_int_equal(error.line, 12);
        assert_int_equal(error.column, 5);
    }
}

/* ---- lists */

static void lists_are_taken_whole(void **state) {
    (void)state;
    px_given given[] = {from("service", ITEMS("a", "b,c"), 2, PROXENOS_RANK_CLUSTER, "x"), FLAG("service", "d")};
    px_values *values = values_of(given, 1);
    assert_int_equal(at(values, SERVICE)->list_count, 2);
    assert_string_equal(at(values, SERVICE)->list[1], "b,c");
    assert_string_equal(at(values, SERVICE)->text, "");
    px_values_free(values);
    values = values_of(given, 2);
    assert_int_equal(at(values, SERVICE)->list_count, 1);
    assert_string_equal(at(values, SERVICE)->list[0], "d");
    px_values_free(values);
    given[1].count = 0;
    given[1].is_list = true;
    values = values_of(given, 2);
    assert_int_equal(at(values, SERVICE)->is_set, 1);
    assert_int_equal(at(values, SERVICE)->list_count, 0);
    px_values_free(values);
}

static void one_value_is_no_list(void **state) {
    (void)state;
    px_given given = from("port", ITEMS("1", "2"), 2, PROXENOS_RANK_CLUSTER, "a.yaml:1:1");
    given.is_list = true;
    assert_refused(given, PROXENOS_ERROR_CONFIG, "a.yaml:1:1: takes one value, not a list");
    /* A repeated flag is no list: its last word counts. */
    given.is_list = false;
    px_values *values = values_of(&given, 1);
    assert_int_equal(at(values, PORT)->integer, 2);
    px_values_free(values);
}

/* ---- ranks */

static void the_highest_rank_has_the_last_word(void **state) {
    (void)state;
    px_given given[] = {
        from("port", ITEMS("4"), 1, PROXENOS_RANK_CLUSTER, "cluster"),
        from("port", ITEMS("3"), 1, PROXENOS_RANK_CONFIG, "common"),
        from("host", ITEMS("common"), 1, PROXENOS_RANK_CONFIG, "common"),
        from("port", ITEMS("6"), 1, PROXENOS_RANK_FLAG, "flag"),
        from("port", ITEMS("7"), 1, PROXENOS_RANK_FLAG, "later flag"),
    };
    (void)setenv("PROXENOS_TEST_PORT", "5", 1);
    (void)setenv("ACME_ADDR", "acme", 1);
    static const struct {
        size_t count;
        int64_t port;
        uint32_t rank;
        const char *host;
    } wanted[] = {
        {0, 5, PROXENOS_RANK_ENVIRONMENT, "acme"},   {1, 5, PROXENOS_RANK_ENVIRONMENT, "acme"},
        {3, 5, PROXENOS_RANK_ENVIRONMENT, "common"}, {4, 6, PROXENOS_RANK_FLAG, "common"},
        {5, 7, PROXENOS_RANK_FLAG, "common"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        px_values *values = values_of(given, wanted[i].count);
        assert_int_equal(at(values, PORT)->integer, wanted[i].port);
        assert_int_equal(at(values, PORT)->rank, wanted[i].rank);
        assert_string_equal(at(values, HOST)->text, wanted[i].host);
        px_values_free(values);
    }
    (void)unsetenv("PROXENOS_TEST_PORT");
    px_values *values = values_of(given, 2);
    assert_int_equal(at(values, PORT)->integer, 4);
    assert_int_equal(at(values, HOST)->rank, PROXENOS_RANK_SOURCE_ENVIRONMENT);
    assert_string_equal(px_values_said_by(values, HOST), "ACME_ADDR");
    assert_string_equal(px_values_said_by(values, PORT), "cluster");
    px_values_free(values);
}

static void the_environment_is_read_as_the_schema_says(void **state) {
    (void)state;
    (void)setenv("ACME_ADDR", "", 1);
    (void)setenv("ACME_SERVICES", "a,,b", 1);
    px_values *values = values_of(NULL, 0);
    assert_string_equal(at(values, HOST)->text, "localhost"); /* empty counts as unset */
    assert_int_equal(at(values, SERVICE)->list_count, 3);
    assert_string_equal(at(values, SERVICE)->list[2], "b");
    px_values_free(values);
    (void)setenv("ACME_STALE", "maybe", 1);
    proxenos_error error;
    assert_int_equal(px_values_new(schema, NULL, 0, NULL, NULL, &values, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "ACME_STALE: 'maybe' is not a boolean (true, false)");
}

static void raised_privileges_silence_the_environment(void **state) {
    (void)state;
    if (geteuid() != 0) {
        print_message("# not run: root alone can change its user\n"); /* cmocka's skip() is a failure in TAP */
        return;
    }
    (void)setenv("ACME_ADDR", "acme", 1);
    (void)setenv("PROXENOS_TEST_PORT", "5", 1);
    assert_int_equal(seteuid(65534), 0);
    px_values *values = values_of(NULL, 0);
    assert_int_equal(seteuid(0), 0);
    assert_string_equal(at(values, HOST)->text, "localhost");
    assert_int_equal(at(values, PORT)->integer, 8500);
    px_values_free(values);
}

/* A bad value that is overruled says nothing. */
static void only_the_last_word_is_judged(void **state) {
    (void)state;
    const px_given given[] = {in_config("port", ITEMS("no")), FLAG("port", "1")};
    px_values_free(values_of(given, 2));
}

static void a_required_option_must_be_given(void **state) {
    (void)state;
    const proxenos_option needed[] = {
        {.name = "path", .type = PROXENOS_TYPE_PATH, .flags = PROXENOS_OPTION_REQUIRED,
         .help = "where the nodes are", .environment = "ACME_ADDR"}};
    px_schema *strict;
    px_values *values;
    proxenos_error error;
    assert_int_equal(px_schema_new("backend 'f'", needed, 1, sizeof needed[0], &strict, &error), PROXENOS_OK);
    assert_int_equal(px_values_new(strict, NULL, 0, NULL, NULL, &values, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "backend 'f' needs its option 'path' (where the nodes are): give it on the "
                                    "command line, as $ACME_ADDR, or in the configuration");
    (void)setenv("ACME_ADDR", "/x", 1);
    assert_int_equal(px_values_new(strict, NULL, 0, NULL, NULL, &values, &error), PROXENOS_OK);
    px_values_free(values);
    px_schema_free(strict);
}

/* ---- paths and secrets */

static void relative_paths_start_at_the_file_that_names_them(void **state) {
    (void)state;
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    const px_given given[] = {in_config("path", ITEMS("nodes.yaml")), in_config("token-file", ITEMS("/t")),
                              FLAG("path", "nodes.yaml")};
    px_values *values = values_of(given, 2);
    assert_string_equal(at(values, PATH)->text, "/etc/acme/nodes.yaml");
    assert_string_equal(at(values, TOKEN_FILE)->text, "/t");
    px_values_free(values);
    values = values_of(given, 3);
    assert_int_equal(strncmp(at(values, PATH)->text, here, strlen(here)), 0);
    assert_string_equal(at(values, PATH)->text + strlen(here), "/nodes.yaml");
    px_values_free(values);
}

static void secrets_are_never_shown(void **state) {
    (void)state;
    px_given given = in_config("token", ITEMS("hunter2", "hunter3"));
    given.is_list = true;
    given.count = 2;
    assert_refused(given, PROXENOS_ERROR_CONFIG, "a.yaml:12:5: token: takes one value, not a list");
    given = in_config("token", ITEMS("\xff\x01"));
    px_values *values = values_of(&given, 1);
    assert_string_equal(at(values, TOKEN)->text, "\xff\x01"); /* any bytes will do */
    px_values_free(values);
}

static void keep_warning(void *user, const char *text) {
    px_text *all = user;
    px_text_format(all, "%s\n", text);
}

static void files_with_secrets_that_others_can_read_are_warned_of(void **state) {
    (void)state;
    char path[] = "/tmp/proxenos-options-test.XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    const char *item = path;
    px_given given[] = {in_config("token", ITEMS("hunter2")), in_config("token-file", &item)};
    given[0].is_exposed = true;
    px_values *values;
    px_text warnings = {0};
    assert_int_equal(px_values_new(schema, given, 2, keep_warning, &warnings, &values, NULL), PROXENOS_OK);
    px_values_free(values);
    assert_string_equal(warnings.bytes,
                        "a.yaml:12:5: others can read this file, and it holds the secret 'token' of "
                        "backend 'acme'\n");
    px_text_clear(&warnings);
    assert_int_equal(fchmod(descriptor, 0644), 0);
    given[0].is_exposed = false;
    assert_int_equal(px_values_new(schema, given, 2, keep_warning, &warnings, &values, NULL), PROXENOS_OK);
    px_values_free(values);
    assert_int_equal(strncmp(warnings.bytes, path, strlen(path)), 0);
    assert_string_equal(warnings.bytes + strlen(path),
                        ": others can read this file, and it holds a secret: 'token-file' of backend 'acme'\n");
    px_text_clear(&warnings);
    (void)close(descriptor);
    (void)unlink(path);
}

/* ---- schemas of careless authors */

static void assert_schema_refused(proxenos_option row, const char *words) {
    const proxenos_option two[] = {{.name = "first", .type = PROXENOS_TYPE_STRING}, row};
    px_schema *refused = (px_schema *)&refused;
    proxenos_error error = {0};
    assert_int_equal(px_schema_new("hash 'x'", two, 2, sizeof two[0], &refused, &error), PROXENOS_ERROR_PLUGIN);
    assert_int_equal(error.status, PROXENOS_ERROR_PLUGIN);
    assert_null(refused);
    assert_string_equal(error.text, words);
}

static void a_bad_schema_is_refused(void **state) {
    (void)state;
    assert_schema_refused((proxenos_option){.name = "first", .type = 1},
                          "hash 'x': option 'first' stands twice in its schema");
    static const char *const names[] = {"", "Key", "key_file", "-key", "9", NULL};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_schema_refused((proxenos_option){.name = names[i], .type = 1},
                              "hash 'x': the name of option 2 is not made of lower case letters, digits and '-'");
    }
    assert_schema_refused((proxenos_option){.name = "k", .type = 0},
                          "hash 'x': option 'k': its type is none of plugin.h");
    assert_schema_refused((proxenos_option){.name = "k", .type = 11},
                          "hash 'x': option 'k': its type is none of plugin.h");
    assert_schema_refused((proxenos_option){.name = "k", .type = PROXENOS_TYPE_INTEGER, .minimum = 2, .maximum = 1},
                          "hash 'x': option 'k': its minimum is above its maximum");
    assert_schema_refused((proxenos_option){.name = "k", .type = PROXENOS_TYPE_INTEGER, .fallback = "x"},
                          "hash 'x': option 'k': its default: 'x' is not a whole number");
    assert_schema_refused((proxenos_option){.name = "k", .type = PROXENOS_TYPE_LIST, .fallback = "any,x",
                                            .choices = healths},
                          "hash 'x': option 'k': its default: 'x' is not one of passing, warning, any");
    assert_schema_refused((proxenos_option){.name = "k", .type = PROXENOS_TYPE_INTEGER, .choices = healths},
                          "hash 'x': option 'k': choices are for a string or a list");
    assert_schema_refused((proxenos_option){.name = "k", .type = 1, .help = "a\nb"},
                          "hash 'x': option 'k': its help is more than one line");
    assert_schema_refused((proxenos_option){.name = "k", .type = 1, .environment = "A=B"},
                          "hash 'x': option 'k': its environment variable has no possible name");
    for (uint32_t type = PROXENOS_TYPE_DURATION; type <= PROXENOS_TYPE_SIZE; type++) {
        assert_schema_refused((proxenos_option){.name = "k", .type = type, .minimum = 2, .maximum = 1},
                              "hash 'x': option 'k': its minimum is above its maximum");
    }
    assert_schema_refused((proxenos_option){.name = "k", .type = PROXENOS_TYPE_UNSIGNED, .minimum = -1},
                          "hash 'x': option 'k': its minimum is above its maximum");
    px_schema *refused;
    proxenos_error error;
    assert_int_equal(px_schema_new("h", rows, 1, sizeof rows[0] - 8, &refused, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "h: option_stride is ");
    assert_int_equal(px_schema_new("h", NULL, 1, sizeof rows[0], &refused, &error), PROXENOS_ERROR_PLUGIN);
    assert_int_equal(px_schema_new("h", rows, 1001, sizeof rows[0], &refused, &error), PROXENOS_ERROR_PLUGIN);
}

static void names_of_options_may_be_long_and_begin_with_any_letter(void **state) {
    (void)state;
    char name[66];
    memset(name, 'a', sizeof name);
    name[65] = '\0';
    assert_schema_refused((proxenos_option){.name = name, .type = 1},
                          "hash 'x': the name of option 2 is not made of lower case letters, digits and '-'");
    name[64] = '\0';
    const proxenos_option fine[] = {{.name = name, .type = 1}, {.name = "z-9", .type = 1}};
    px_schema *made;
    assert_int_equal(px_schema_new("h", fine, 2, sizeof fine[0], &made, NULL), PROXENOS_OK);
    px_schema_free(made);
}

/* A plugin built against a later minor has longer rows. */
static void longer_rows_are_read_by_their_stride(void **state) {
    (void)state;
    const struct {
        proxenos_option row;
        char more[24];
    } longer[2] = {{rows[HOST], "?"}, {rows[PORT], "?"}};
    px_schema *made;
    assert_int_equal(px_schema_new("h", &longer[0].row, 2, sizeof longer[0], &made, NULL), PROXENOS_OK);
    assert_int_equal(px_schema_find(made, "port", NULL), 1);
    assert_string_equal(made->options[1].help, ""); /* never NULL */
    px_schema_free(made);
}

static void every_type_has_a_name(void **state) {
    (void)state;
    for (uint32_t type = PROXENOS_TYPE_STRING; type <= PROXENOS_TYPE_SECRET_FILE; type++) {
        assert_string_not_equal(px_type_name(type), "unknown");
    }
    assert_string_equal(px_type_name(0), "unknown");
    assert_string_equal(px_type_name(PROXENOS_TYPE_SECRET_FILE + 1), "unknown");
    assert_string_equal(px_type_name(99), "unknown");
}

/* ---- memory */

static proxenos_status attempt(proxenos_error *error) {
    px_schema *own;
    proxenos_status status = px_schema_new("backend 'acme'", rows, ROWS, sizeof rows[0], &own, error);
    if (status != PROXENOS_OK) return status;
    const px_given given[] = {from("service", ITEMS("a", "b"), 2, PROXENOS_RANK_FLAG, "--service"),
                              in_config("path", ITEMS("nodes")), in_config("token", ITEMS("x"))};
    px_values *values;
    status = px_values_new(own, given, 3, NULL, NULL, &values, error);
    px_values_free(values);
    px_schema_free(own);
    return status;
}

static void no_failed_allocation_does_harm(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(attempt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_the_types_of_the_schema),
        cmocka_unit_test(what_nobody_says_has_its_default_or_is_not_set),
        cmocka_unit_test(both_ends_of_a_range_are_in_it),
        cmocka_unit_test(bad_values_are_told_with_their_sayer),
        cmocka_unit_test(unknown_options_are_told_with_the_nearest),
        cmocka_unit_test(the_place_in_the_file_is_told),
        cmocka_unit_test(lists_are_taken_whole),
        cmocka_unit_test(one_value_is_no_list),
        cmocka_unit_test_teardown(the_highest_rank_has_the_last_word, clear_environment),
        cmocka_unit_test_teardown(the_environment_is_read_as_the_schema_says, clear_environment),
        cmocka_unit_test_teardown(raised_privileges_silence_the_environment, clear_environment),
        cmocka_unit_test(only_the_last_word_is_judged),
        cmocka_unit_test_teardown(a_required_option_must_be_given, clear_environment),
        cmocka_unit_test(relative_paths_start_at_the_file_that_names_them),
        cmocka_unit_test(secrets_are_never_shown),
        cmocka_unit_test(files_with_secrets_that_others_can_read_are_warned_of),
        cmocka_unit_test(a_bad_schema_is_refused),
        cmocka_unit_test(names_of_options_may_be_long_and_begin_with_any_letter),
        cmocka_unit_test(longer_rows_are_read_by_their_stride),
        cmocka_unit_test(every_type_has_a_name),
        cmocka_unit_test(no_failed_allocation_does_harm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
