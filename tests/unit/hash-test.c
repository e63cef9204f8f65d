/* SPDX-License-Identifier: MIT */
#include "selection/hash.h"

#include "support.h"

#undef fail /* of cmocka; the host has a service of that name */

/* A hash that gives the first four bytes of what FNV-1a makes of the input. */
static uint64_t fnv(const void *bytes, size_t length) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t narrow(const void *state, const void *bytes, size_t length) {
    (void)state;
    return (uint32_t)fnv(bytes, length);
}

static uint64_t wide(const void *state, const void *bytes, size_t length) {
    (void)state;
    return fnv(bytes, length);
}

static unsigned batches;

static void narrow_many(const void *state, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    batches++;
    for (size_t i = 0; i < count; i++) out[i] = narrow(state, keys[i].data, keys[i].length);
}

static void wide_many(const void *state, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    batches++;
    for (size_t i = 0; i < count; i++) out[i] = wide(state, keys[i].data, keys[i].length);
}

static void digest(const void *state, const void *bytes, size_t length, uint8_t *out) {
    (void)state;
    (void)length;
    memcpy(out, bytes, 2);
}

static int32_t answer_of_open;
static unsigned opened, closed;

static int32_t open_state(const proxenos_host *host, const proxenos_values *values, void **state) {
    (void)values;
    if (answer_of_open != PROXENOS_RESULT_OK) return host->fail(host, answer_of_open, "the key is short");
    opened++;
    *state = &opened;
    return PROXENOS_RESULT_OK;
}

static const char *parameters_given = "seed=7";

static const char *parameters(const void *state) {
    return state == &opened ? parameters_given : "?";
}

static void close_state(void *state) {
    if (state == &opened) closed++;
}

static px_schema *schema;

static px_hash_type type_of(uint32_t bits) {
    return (px_hash_type){
        .callbacks = {.name = "fake", .hash_bits = bits, .hash64 = bits == 32 ? narrow : wide},
        .schema = schema,
    };
}

static px_values *no_values(void) {
    px_values *values = NULL;
    assert_int_equal(px_values_new(schema, NULL, 0, NULL, NULL, &values, NULL), PROXENOS_OK);
    return values;
}

static proxenos_hash_function *open_hash(const px_hash_type *type) {
    proxenos_hash_function *hash = NULL;
    assert_int_equal(px_hash_new(NULL, type, no_values(), &hash, NULL), PROXENOS_OK);
    return hash;
}

static int set_up(void **state) {
    (void)state;
    answer_of_open = PROXENOS_RESULT_OK;
    opened = closed = batches = 0;
    return px_schema_new("hash 'fake'", NULL, 0, sizeof(proxenos_option), &schema, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    px_schema_free(schema);
    return 0;
}

static void a_hash_of_64_bits_is_left_alone(void **state) {
    (void)state;
    px_hash_type type = type_of(64);
    proxenos_hash_function *hash = open_hash(&type);
    assert_true(proxenos_hash64(hash, "key", 3) == fnv("key", 3));
    assert_true(proxenos_hash64(hash, NULL, 0) == fnv(NULL, 0));
    proxenos_hash_unref(hash);
}

static void a_hash_of_32_bits_is_widened_by_the_same_bytes_and_a_one(void **state) {
    (void)state;
    px_hash_type type = type_of(32);
    proxenos_hash_function *hash = open_hash(&type);
    const size_t lengths[] = {0, 1, 3, 254, 255, 256, 257, 100000};
    unsigned char *bytes = malloc(100001);
    assert_non_null(bytes);
    for (size_t i = 0; i < 100001; i++) bytes[i] = (unsigned char)(i * 7);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t length = lengths[i];
        uint64_t high = (uint32_t)fnv(bytes, length);
        unsigned char kept = bytes[length];
        bytes[length] = 1;
        uint64_t low = (uint32_t)fnv(bytes, length + 1);
        bytes[length] = kept;
        assert_true(proxenos_hash64(hash, bytes, length) == (high << 32 | low));
    }
    assert_true(proxenos_hash64(hash, NULL, 0) == proxenos_hash64(hash, "", 0));
    free(bytes);
    proxenos_hash_unref(hash);
}

static void many_keys_hash_as_each_of_them_does(void **state) {
    (void)state;
    const proxenos_bytes keys[3] = {{"a", 1}, {NULL, 0}, {"touché", 7}};
    const uint32_t bits[] = {32, 64};
    for (size_t b = 0; b < 2; b++) {
        for (int with_many = 0; with_many < 2; with_many++) {
            px_hash_type type = type_of(bits[b]);
            if (with_many) type.callbacks.hash64_many = bits[b] == 32 ? narrow_many : wide_many;
            proxenos_hash_function *hash = open_hash(&type);
            uint64_t out[3];
            batches = 0;
            px_hash64_many(hash, keys, 3, out);
            assert_int_equal(batches, with_many);
            for (size_t i = 0; i < 3; i++) {
                assert_true(out[i] == proxenos_hash64(hash, keys[i].data, keys[i].length));
            }
            proxenos_hash_unref(hash);
        }
    }
}

static void a_digest_is_given_where_there_is_one(void **state) {
    (void)state;
    uint8_t out[64] = {0};
    px_hash_type type = type_of(64);
    proxenos_hash_function *hash = open_hash(&type);
    assert_false(px_hash_digest(hash, "ab", 2, out));
    proxenos_hash_unref(hash);
    type.callbacks.digest = digest;
    type.callbacks.digest_bits = 16;
    hash = open_hash(&type);
    assert_true(px_hash_digest(hash, "ab", 2, out));
    assert_memory_equal(out, "ab", 3);
    proxenos_hash_unref(hash);
}

static void a_state_is_opened_once_and_closed_by_the_last_reference(void **state) {
    (void)state;
    px_hash_type type = type_of(64);
    type.callbacks.open = open_state;
    type.callbacks.close = close_state;
    type.callbacks.parameters = parameters;
    proxenos_hash_function *hash = open_hash(&type);
    assert_string_equal(hash->parameters, "seed=7");
    assert_string_equal(proxenos_hash_name(hash), "fake");
    assert_ptr_equal(proxenos_hash_ref(hash), hash);
    proxenos_hash_unref(hash);
    assert_int_equal(closed, 0);
    proxenos_hash_unref(hash);
    assert_int_equal(opened, 1);
    assert_int_equal(closed, 1);
    proxenos_hash_unref(NULL);
}

static void a_hash_without_parameters_has_none(void **state) {
    (void)state;
    px_hash_type type = type_of(64);
    proxenos_hash_function *hash = open_hash(&type);
    assert_string_equal(hash->parameters, "");
    proxenos_hash_unref(hash);
}

/* They are compared by machines and by people, and stand between the slashes of a text. */
static void parameters_that_are_no_part_of_a_scheme_are_refused(void **state) {
    (void)state;
    static char long_value[1100];
    memset(long_value, 'x', sizeof long_value - 1);
    memcpy(long_value, "a=", 2);
    static const struct {
        const char *given, *words; /* NULL: fine */
    } cases[] = {
        {"", NULL}, {"a=", NULL}, {"a=1,b=2", NULL}, {"a=x=y", NULL}, {"A=1,a=2,a-b=~", NULL}, {"tables=1", NULL},
        {"seed", "pairs of printable ASCII"}, {"=7", "pairs"}, {"a=1,", "pairs"}, {",a=1", "pairs"}, {"a=1,,b=2", "pairs"},
        {"a=1 2", "without spaces"}, {"a=1/2", "'/'"}, {"a=\t", "printable ASCII"}, {"a=\x1b[31m", "printable ASCII"},
        {"a=\xc3\xa9", "printable ASCII"}, {"a=\xff", "printable ASCII"}, {"a=\x7f", "printable ASCII"},
        {"b=1,a=2", "not sorted by name"}, {"a=1,a=2", "each once"}, {"table=64", "words of the scheme's own"},
        {"a=1,weights=ignored", "words of the scheme's own"}, {"nodes=1", "own"}, {"spread=zone", "own"},
        {long_value, "longer than 1024 bytes"},
    };
    px_hash_type type = type_of(64);
    type.callbacks.open = open_state;
    type.callbacks.close = close_state;
    type.callbacks.parameters = parameters;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        proxenos_hash_function *hash = NULL;
        proxenos_error error = {0};
        parameters_given = cases[i].given;
        proxenos_status status = px_hash_new(NULL, &type, no_values(), &hash, &error);
        parameters_given = "seed=7";
        assert_int_equal(status, cases[i].words == NULL ? PROXENOS_OK : PROXENOS_ERROR_PLUGIN);
        if (cases[i].words == NULL) {
            assert_string_equal(hash->parameters, cases[i].given);
        } else {
            assert_null(hash);
            assert_non_null(strstr(error.text, "hash 'fake': its parameters, '"));
            assert_non_null(strstr(error.text, cases[i].words));
        }
        proxenos_hash_unref(hash);
    }
    assert_int_equal(opened, closed); /* what was opened is closed */
}

static void a_refused_option_is_an_error_of_the_configuration(void **state) {
    (void)state;
    px_hash_type type = type_of(64);
    type.callbacks.open = open_state;
    type.callbacks.close = close_state;
    answer_of_open = PROXENOS_RESULT_BAD_OPTION;
    proxenos_hash_function *hash = (proxenos_hash_function *)&type;
    proxenos_error error;
    assert_int_equal(px_hash_new(NULL, &type, no_values(), &hash, &error), PROXENOS_ERROR_CONFIG);
    assert_null(hash);
    assert_string_equal(error.text, "hash 'fake': the key is short");
    assert_int_equal(closed, 0); /* what was not opened is not closed */
    answer_of_open = PROXENOS_RESULT_UNCHANGED;
    assert_int_equal(px_hash_new(NULL, &type, no_values(), &hash, &error), PROXENOS_ERROR_INTERNAL);
}

static proxenos_status attempt(proxenos_error *error) {
    px_hash_type type = type_of(64);
    px_values *values = NULL;
    proxenos_hash_function *hash = NULL;
    proxenos_status status = px_values_new(schema, NULL, 0, NULL, NULL, &values, error);
    if (status == PROXENOS_OK) status = px_hash_new(NULL, &type, values, &hash, error);
    proxenos_hash_unref(hash);
    return status;
}

static void every_failed_allocation_is_survived(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(attempt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_hash_of_64_bits_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hash_of_32_bits_is_widened_by_the_same_bytes_and_a_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_keys_hash_as_each_of_them_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_digest_is_given_where_there_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_state_is_opened_once_and_closed_by_the_last_reference, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hash_without_parameters_has_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parameters_that_are_no_part_of_a_scheme_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_option_is_an_error_of_the_configuration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_failed_allocation_is_survived, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
