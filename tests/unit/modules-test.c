/* SPDX-License-Identifier: MIT */
/* Descriptors and the modules inside a program; files are for tests/plugins. */
#include "modules/find.h"
#include "modules/module.h"

#include "support.h"

#include <proxenos/plugin.h>

#include <ltdl.h>

static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    (void)instance;
    (void)sink;
    (void)wait;
    (void)generation;
    return PROXENOS_RESULT_OK;
}

static uint64_t hash64(const void *state, const void *bytes, size_t length) {
    (void)state;
    (void)bytes;
    return length;
}

static const proxenos_option options[] = {
    {.name = "host", .type = PROXENOS_TYPE_STRING, .fallback = "localhost", .help = "where"},
    {.name = "port", .type = PROXENOS_TYPE_INTEGER, .flags = PROXENOS_OPTION_REQUIRED, .minimum = 1, .maximum = 9},
    {.name = "token", .type = PROXENOS_TYPE_SECRET, .environment = "TOKEN"},
};
static const proxenos_backend backends[] = {{
    .name = "inner-one", .summary = "of the test", .options = options, .option_count = 3,
    .option_stride = sizeof options[0], .fetch = fetch,
}};
static const char *const aliases[] = {"LEN", "size", NULL};
static const proxenos_known_answer answers[] = {{.input = "abc", .input_length = 3, .hash64 = 3, .source = "here"}};
static const proxenos_hash hashes[] = {
    {.name = "length", .aliases = aliases, .hash_bits = 64, .hash64 = hash64, .known_answers = answers,
     .known_answer_count = 1, .known_answer_stride = sizeof answers[0]},
    {.name = "length-32", .hash_bits = 32, .hash64 = hash64},
};

static const proxenos_module with_backend = {
    PROXENOS_MODULE_HEADER(0), .name = "inner-one", .version = "1.5", .summary = "a module",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};
static const proxenos_module with_hashes = {
    PROXENOS_MODULE_HEADER(0), .name = "lengths", .hashes = hashes, .hash_count = 2,
    .hash_stride = sizeof hashes[0],
};

/* As libtool writes it: each archive's name without address, then its symbols. */
static lt_dlsymlist preloaded[] = {
    {"@PROGRAM@", NULL},
    {"main", (void *)(uintptr_t)&fetch},
    {"inner-one.a", NULL},
    {"inner_one_LTX_proxenos_module", (void *)(uintptr_t)&with_backend},
    {"lengths.a", NULL},
    {"lengths_LTX_proxenos_module", (void *)(uintptr_t)&with_hashes},
    {NULL, NULL},
};

static proxenos_context *context;

static int set_up(void **state) {
    (void)state;
    (void)unsetenv("PROXENOS_PLUGIN_PATH");
    return proxenos_context_new(&context, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    proxenos_context_free(context);
    return 0;
}

/* -------------------------------------------------------------- descriptors */

static void a_descriptor_is_read_as_far_as_it_says(void **state) {
    (void)state;
    struct {
        proxenos_module now;
        void *later;
    } longer = {.now = with_backend, .later = &longer};
    px_module *module = NULL;
    longer.now.size = sizeof longer;
    longer.now.abi_minor = 9;
    assert_int_equal(px_module_new("inner-one", "/x/inner-one.so", &longer.now, &module, NULL), PROXENOS_OK);
    assert_string_equal(px_module_name(module), "inner-one");
    assert_string_equal(px_module_version(module), "1.5");
    assert_string_equal(px_module_file(module), "/x/inner-one.so");
    assert_int_equal(module->backend_count, 1);
    assert_int_equal(module->backends[0].schema->count, 3);
    px_module_free(module);
    longer.now.size = offsetof(proxenos_module, hash_stride) + sizeof longer.now.hash_stride; /* where 1.0 ended */
    assert_int_equal(px_module_new("inner-one", "/x", &longer.now, &module, NULL), PROXENOS_OK);
    px_module_free(module);
    longer.now.size--;
    assert_int_equal(px_module_new("inner-one", "/x", &longer.now, &module, NULL), PROXENOS_ERROR_PLUGIN);
    assert_null(module);
}

static void another_major_is_refused_whatever_else_it_says(void **state) {
    (void)state;
    struct {
        uint32_t size;
        uint16_t major, minor;
    } foreign = {4, 7, 3}; /* nothing more is there to be read */
    px_module *module = NULL;
    proxenos_error error;
    const proxenos_module *descriptor = (const proxenos_module *)(const void *)&foreign;
    assert_int_equal(px_module_new("x", "/x/x.so", descriptor, &module, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "/x/x.so: the plugin is built for plugin ABI 7.3, this proxenos has 1.1");
}

static void a_nameless_module_is_told(void **state) {
    (void)state;
    const char *const bad[] = {NULL, "", "a/b", ".hidden", "sp ace"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        proxenos_module descriptor = with_backend;
        px_module *module = NULL;
        proxenos_error error;
        descriptor.name = bad[i];
        assert_int_equal(px_module_new(NULL, "/x", &descriptor, &module, &error), PROXENOS_ERROR_PLUGIN);
        assert_contains(error.text, "/x: the module's name is '");
    }
}

static void known_answers_are_copied_by_their_stride(void **state) {
    (void)state;
    struct {
        proxenos_known_answer now;
        uint64_t later[3];
    } rows[2] = {{.now = answers[0]}, {.now = {.input = "", .hash64 = 0, .source = "there"}}};
    proxenos_hash hash = hashes[0];
    hash.known_answers = &rows[0].now;
    hash.known_answer_count = 2;
    hash.known_answer_stride = sizeof rows[0];
    proxenos_module descriptor = with_hashes;
    descriptor.hashes = &hash;
    descriptor.hash_count = 1;
    px_module *module = NULL;
    assert_int_equal(px_module_new("lengths", "/x", &descriptor, &module, NULL), PROXENOS_OK);
    assert_string_equal(module->hashes[0].known_answers[1].source, "there");
    px_module_free(module);
}

static proxenos_status read_both(proxenos_error *error) {
    px_module *module = NULL;
    proxenos_status status = px_module_new("inner-one", "/x", &with_backend, &module, error);
    px_module_free(module);
    if (status == PROXENOS_OK) status = px_module_new("lengths", "/x", &with_hashes, &module, error);
    if (status == PROXENOS_OK) px_module_free(module);
    return status;
}

static void descriptors_survive_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(read_both);
}

/* -------------------------------------------------------- inside the program */

static void modules_inside_the_program_are_found_by_the_same_names(void **state) {
    (void)state;
    const px_backend_type *backend = NULL;
    const px_hash_type *hash = NULL;
    assert_false(px_module_exists(context, "backend", "inner-one"));
    assert_int_equal(proxenos_context_preload(context, preloaded, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_context_preload(context, preloaded, NULL), PROXENOS_OK); /* twice does no harm */
    assert_true(px_module_exists(context, "backend", "inner-one"));
    assert_false(px_module_exists(context, "hash", "inner-one"));
    assert_int_equal(px_find_backend(context, "inner-one", &backend, NULL), PROXENOS_OK);
    assert_string_equal(px_module_file(backend->module), "(built in)");
    assert_ptr_equal(backend->callbacks.fetch, fetch);
    const char *const names[] = {"lengths", "LENGTHS", "length", "len", "Size"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(px_find_hash(context, names[i], &hash, NULL), PROXENOS_OK);
        assert_string_equal(hash->callbacks.name, "length");
        assert_true(px_hash_answers_to(hash, names[i]));
    }
    assert_int_equal(px_find_hash(context, "length-32", &hash, NULL), PROXENOS_OK);
    assert_string_equal(hash->callbacks.name, "length-32");
    assert_false(px_hash_answers_to(hash, "len"));
    assert_true(px_hash_answers_to(hash, "lengths"));
}

static void a_found_type_is_the_same_each_time(void **state) {
    (void)state;
    const px_hash_type *first = NULL, *second = NULL;
    assert_int_equal(proxenos_context_preload(context, preloaded, NULL), PROXENOS_OK);
    assert_int_equal(px_find_hash(context, "length", &first, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_context_add_plugin_path(context, "/nonexistent", NULL), PROXENOS_OK);
    assert_int_equal(px_find_hash(context, "size", &second, NULL), PROXENOS_OK);
    assert_ptr_equal(first, second);
}

static void a_list_whose_symbol_and_module_disagree_is_refused(void **state) {
    (void)state;
    lt_dlsymlist wrong[] = {{"other_LTX_proxenos_module", (void *)(uintptr_t)&with_backend}, {NULL, NULL}};
    proxenos_error error;
    assert_int_equal(proxenos_context_preload(context, wrong, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "'other_LTX_proxenos_module' calls itself 'inner-one'");
    assert_int_equal(proxenos_context_preload(context, NULL, &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_context_preload(NULL, preloaded, &error), PROXENOS_ERROR_ARGUMENT);
}

static void the_words_for_an_unknown_name_list_the_files_the_names_and_the_package(void **state) {
    (void)state;
    const px_hash_type *hash = NULL;
    proxenos_error error;
    assert_int_equal(proxenos_context_preload(context, preloaded, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_context_add_plugin_path(context, "/nonexistent", NULL), PROXENOS_OK);
    assert_int_equal(px_find_hash(context, "ABSENT", &hash, &error), PROXENOS_ERROR_PLUGIN);
    assert_null(hash);
    assert_contains(error.text, "there is no hash 'ABSENT'; the package proxenos-hash-absent may bring it (tried "
                                "/nonexistent/hashes/absent.so, ");
    assert_contains(error.text, "length, length-32");
    assert_int_equal(px_find_hash(context, "lenght", &hash, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "did you mean 'length'?");
    assert_null(strstr(error.text, "package"));
}

static proxenos_status preload_and_find(proxenos_error *error) {
    proxenos_context *own = NULL;
    const px_hash_type *hash = NULL;
    proxenos_status status = proxenos_context_new(&own, error);
    if (status == PROXENOS_OK) status = proxenos_context_preload(own, preloaded, error);
    if (status == PROXENOS_OK) status = px_find_hash(own, "len", &hash, error);
    if (status == PROXENOS_OK) {
        status = px_find_hash(own, "unknown", &hash, error);
        assert_true(status == PROXENOS_ERROR_MEMORY || status == PROXENOS_ERROR_PLUGIN);
        if (status == PROXENOS_ERROR_PLUGIN) status = PROXENOS_OK;
    }
    proxenos_context_free(own);
    return status;
}

static void the_search_survives_every_failed_allocation(void **state) {
    (void)state;
    assert_survives_every_failed_allocation(preload_and_find);
}

/* ---------------------------------------------------------------- listings */

static char listed[1024];

static int note_plugin(void *user, const proxenos_plugin_info *info) {
    if (strcmp(info->file, "(built in)") != 0) return 0; /* installed on this machine: not ours to know */
    size_t used = strlen(listed);
    (void)snprintf(listed + used, sizeof listed - used, "%s %s [%s] '%s' %s %s %s%s;", info->kind, info->name,
                   info->aliases, info->summary, info->module, info->version, info->file,
                   info->problem == NULL && !info->is_shadowed ? "" : " bad");
    return user != NULL;
}

static void listings_are_sorted_and_can_be_left(void **state) {
    (void)state;
    listed[0] = '\0';
    assert_int_equal(proxenos_context_preload(context, preloaded, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_plugins_each(context, note_plugin, NULL, NULL), PROXENOS_OK);
    assert_string_equal(listed, "backend inner-one [] 'of the test' inner-one 1.5 (built in);"
                                "hash length [LEN, size] '' lengths  (built in);"
                                "hash length-32 [] '' lengths  (built in);");
    listed[0] = '\0';
    assert_int_equal(proxenos_plugins_each(context, note_plugin, context, NULL), PROXENOS_OK);
    assert_string_equal(listed, "backend inner-one [] 'of the test' inner-one 1.5 (built in);");
}

static int note_option(void *user, const proxenos_option_info *info) {
    (void)user;
    size_t used = strlen(listed);
    (void)snprintf(listed + used, sizeof listed - used, "%s %s %s%s%s%d-%d;", info->name, info->type,
                   info->fallback == NULL ? "" : info->fallback, info->is_required ? " required" : "",
                   info->is_secret ? " secret" : "", (int)info->minimum, (int)info->maximum);
    return 0;
}

static void options_are_listed_by_kind_and_name(void **state) {
    (void)state;
    proxenos_error error;
    listed[0] = '\0';
    assert_int_equal(proxenos_context_preload(context, preloaded, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_plugin_options(context, "backend", "inner-one", note_option, NULL, NULL),
                     PROXENOS_OK);
    assert_string_equal(listed, "host string localhost0-0;port integer  required1-9;token secret  secret0-0;");
    assert_int_equal(proxenos_plugin_options(context, "hash", "inner-one", note_option, NULL, &error),
                     PROXENOS_ERROR_PLUGIN);
    assert_int_equal(proxenos_plugin_options(context, "weighting", "hrw", note_option, NULL, &error),
                     PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "'weighting' is no kind of plugin");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_descriptor_is_read_as_far_as_it_says),
        TEST(another_major_is_refused_whatever_else_it_says),
        TEST(a_nameless_module_is_told),
        TEST(known_answers_are_copied_by_their_stride),
        TEST(descriptors_survive_every_failed_allocation),
        TEST(modules_inside_the_program_are_found_by_the_same_names),
        TEST(a_found_type_is_the_same_each_time),
        TEST(a_list_whose_symbol_and_module_disagree_is_refused),
        TEST(the_words_for_an_unknown_name_list_the_files_the_names_and_the_package),
        TEST(the_search_survives_every_failed_allocation),
        TEST(listings_are_sorted_and_can_be_left),
        TEST(options_are_listed_by_kind_and_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
