/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "linked-plugins.h"
#include "settings/settings.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/proxenos-settings-test.XXXXXX";
static proxenos_context *context;
static proxenos_settings *settings;
static px_text log_text;

static void keep_log(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    px_text_format(&log_text, "%d %s\n", (int)level, text);
}

static int set_up_all(void **state) {
    (void)state;
    (void)unsetenv("PROXENOS_PLUGIN_PATH");
    int descriptor = mkstemp(path);
    if (descriptor < 0 || close(descriptor) != 0) return -1;
    if (context_with_plugins(&context, NULL) != PROXENOS_OK) return -1;
    proxenos_context_set_log(context, keep_log, NULL);
    return 0;
}

static int tear_down_all(void **state) {
    (void)state;
    proxenos_context_free(context);
    px_text_clear(&log_text);
    return unlink(path);
}

static int set_up(void **state) {
    (void)state;
    static const char *const variables[] = {"PROXENOS_PRF", "PROXENOS_SIPHASH_KEY", "PROXENOS_MMH_SEED",
                                            "ACME_ADDR", "ACME_TOKEN"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) (void)unsetenv(variables[i]);
    px_text_clear(&log_text);
    return proxenos_settings_new(context, &settings, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    proxenos_settings_free(settings);
    return 0;
}

/* ---- saying and asking */

static void set(proxenos_origin origin, const char *name, const char *value) {
    proxenos_error error = {0};
    (void)proxenos_settings_set(settings, origin, NULL, name, value, &error);
    assert_string_equal(error.text, "");
}

static void flag(const char *name, const char *value) {
    set(PROXENOS_FROM_FLAG, name, value);
}

static void append(const char *name, const char *value) {
    assert_int_equal(proxenos_settings_append(settings, PROXENOS_FROM_FLAG, NULL, name, value, NULL), PROXENOS_OK);
}

static void use(const char *text, const char *cluster) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    proxenos_config *config = NULL;
    proxenos_error error = {0};
    (void)proxenos_config_load(context, path, &config, &error);
    assert_string_equal(error.text, "");
    (void)proxenos_settings_use_config(settings, config, cluster, &error);
    assert_string_equal(error.text, "");
    proxenos_config_free(config);
}

static void assert_is(const char *name, const char *value) {
    const char *got = proxenos_settings_get(settings, name);
    if (value == NULL) assert_null(got);
    else assert_non_null(got);
    if (value != NULL) assert_string_equal(got, value);
}

static int show(void *user, const char *name, const char *value, const char *said_by) {
    px_text *text = user;
    const char *place = strncmp(said_by, path, strlen(path)) == 0 ? said_by + strlen(path) : said_by;
    px_text_format(text, "%s=%s [%s]\n", name, value, place);
    return 0;
}

/* Every line of proxenos_settings_each; the place in the file as ":LINE:COLUMN". */
static char *shown(void) {
    px_text text = {0};
    proxenos_error error = {0};
    (void)proxenos_settings_each(settings, show, &text, &error);
    assert_string_equal(error.text, "");
    return px_text_take(&text);
}

static void assert_shown(const char *line) {
    char *text = shown();
    char *wanted = malloc(strlen(line) + 2);
    assert_non_null(wanted);
    (void)sprintf(wanted, "%s\n", line);
    assert_contains(text, wanted);
    free(wanted);
    free(text);
}

static void assert_check_fails(proxenos_status status, const char *message) {
    proxenos_error error = {0};
    assert_int_equal(proxenos_settings_check(settings, &error), status);
    assert_int_equal(error.status, status);
    const char *text = strncmp(error.text, path, strlen(path)) == 0 ? error.text + strlen(path) : error.text;
    assert_string_equal(text, message);
}

static void assert_check_passes(void) {
    proxenos_error error = {0};
    (void)proxenos_settings_check(settings, &error);
    assert_string_equal(error.text, "");
}

/* ---- plain names */

static void what_nobody_says_has_its_default(void **state) {
    (void)state;
    assert_is("hash", "siphash");
    assert_is("weighting", "hrw");
    assert_is("identity", "address");
    assert_is("compat", "none");
    assert_is("table", "0");
    assert_is("timeout", "10s");
    static const char *const unset[] = {"backend", "spread", "weight-from", "filter.address", "filter.name",
                                        "filter.tags", "nonsense", "acme.host", "backend.host"};
    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++) assert_is(unset[i], NULL);
    assert_null(px_settings_find(settings, "", "hash"));
}

static void the_highest_rank_counts_and_of_equal_ranks_the_later(void **state) {
    (void)state;
    flag("timeout", "6s");
    set(PROXENOS_FROM_CONFIG, "timeout", "3s");
    set(PROXENOS_FROM_ENVIRONMENT, "timeout", "5s");
    assert_is("timeout", "6s");
    flag("timeout", "7s");
    assert_is("timeout", "7s");
    set(PROXENOS_FROM_CLUSTER, "filter.tags", "");
    set(PROXENOS_FROM_CONFIG, "filter.tags", "x");
    assert_is("filter.tags", "");
}

static void assert_set_refused(proxenos_origin origin, const char *name, const char *value, proxenos_status status,
                               const char *message) {
    proxenos_error error = {0};
    assert_int_equal(proxenos_settings_set(settings, origin, "--flag", name, value, &error), status);
    assert_int_equal(error.status, status);
    assert_string_equal(error.text, message);
    assert_int_equal(proxenos_settings_append(settings, origin, "--flag", name, value, NULL), status);
    assert_int_equal(settings->said.count, 0);
}

static void bad_names_and_values_are_refused_at_once(void **state) {
    (void)state;
    assert_set_refused(PROXENOS_FROM_FLAG, "identity", "adress", PROXENOS_ERROR_ARGUMENT,
                       "--flag: there is no identity 'adress'; did you mean 'address'?");
    assert_set_refused(PROXENOS_FROM_ENVIRONMENT, "table", "x", PROXENOS_ERROR_CONFIG,
                       "--flag: 'x' is not a number of slots, 1...16777216, or 0 for none");
    assert_set_refused(PROXENOS_FROM_FLAG, "wieghting", "hrw", PROXENOS_ERROR_ARGUMENT,
                       "there is no setting 'wieghting'; did you mean 'weighting'?");
    assert_set_refused(PROXENOS_FROM_FLAG, "filter.tag", "x", PROXENOS_ERROR_ARGUMENT,
                       "there is no setting 'filter.tag'; did you mean 'filter.tags'?");
    assert_set_refused(PROXENOS_FROM_FLAG, "acme.host", "x", PROXENOS_ERROR_ARGUMENT,
                       "there is no setting 'acme.host'");
    assert_set_refused(PROXENOS_FROM_FLAG, "backend.", "x", PROXENOS_ERROR_ARGUMENT, 
                       "there is no setting 'backend.'; did you mean 'backend'?");
    assert_set_refused((proxenos_origin)2, "hash", "x", PROXENOS_ERROR_ARGUMENT,
                       "hash: 2 is no origin of a setting");
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, NULL, "hash", NULL, NULL),
                     PROXENOS_ERROR_ARGUMENT);
    proxenos_error error;
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, NULL, "timeout", "x", &error),
                     PROXENOS_ERROR_ARGUMENT);
    assert_string_equal(error.text, "timeout: 'x' is not a duration (250ms, 10s, 5m, 1h)");
}

static void values_at_the_border_are_good(void **state) {
    (void)state;
    flag("table", "0");
    flag("table", "16777216");
    flag("timeout", "1ms");
    flag("spread", "zone");
    flag("spread", "meta.k");
    flag("weight-from", "tag.w");
    assert_is("table", "16777216");
    static const char *const bad[][2] = {
        {"table", "16777217"}, {"table", ""},   {"timeout", "0ms"},
        {"spread", "meta."},   {"spread", "x"}, {"spread", "tag.w"},
        {"weight-from", "tag."}, {"weight-from", "zone"}, {"backend", ""}, {"hash", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, NULL, bad[i][0], bad[i][1], NULL),
                         PROXENOS_ERROR_ARGUMENT);
    }
}

static void the_environment_names_a_hash(void **state) {
    (void)state;
    assert_int_equal(proxenos_settings_use_environment(settings, NULL), PROXENOS_OK);
    assert_is("hash", "siphash");
    (void)setenv("PROXENOS_PRF", "MMH3_64", 1);
    set(PROXENOS_FROM_CLUSTER, "hash", "siphash");
    assert_int_equal(proxenos_settings_use_environment(settings, NULL), PROXENOS_OK);
    assert_is("hash", "MMH3_64");
    assert_string_equal(px_settings_find(settings, "", "hash")->said_by, "PROXENOS_PRF");
    flag("hash", "siphash");
    assert_is("hash", "siphash");
}

/* ---- configurations */

static const char two_clusters[] = "default-cluster: web\nhash: mmh3_64\ntimeout: 3s\nmurmur3: {seed: 3}\n"
                                   "clusters:\n"
                                   "  web: {backend: acme, timeout: 4s, acme: {port: 4}}\n"
                                   "  lab: {hash: siphash}\n";

static void a_cluster_outranks_the_common_part(void **state) {
    (void)state;
    use(two_clusters, NULL);
    assert_is("backend", "acme");
    assert_is("timeout", "4s");
    assert_is("hash", "mmh3_64");
    assert_shown("hash.seed=3 [:4:11]");
    assert_shown("backend.port=4 [:6:44]");
}

static void a_cluster_can_be_named(void **state) {
    (void)state;
    use(two_clusters, "lab");
    assert_is("backend", NULL);
    assert_is("timeout", "3s");
    assert_is("hash", "siphash");
}

static void an_unknown_cluster_is_refused(void **state) {
    (void)state;
    proxenos_config *config;
    proxenos_error error;
    use(two_clusters, NULL);
    size_t said = settings->said.count;
    assert_int_equal(proxenos_config_load(context, path, &config, NULL), PROXENOS_OK);
    assert_int_equal(proxenos_settings_use_config(settings, config, "wbe", &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, ": no cluster 'wbe'; did you mean 'web'?");
    assert_int_equal(proxenos_settings_use_config(settings, config, "other", &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, ": no cluster 'other'; clusters that exist: ");
    assert_int_equal(settings->said.count, said);
    assert_int_equal(proxenos_settings_use_config(settings, NULL, NULL, NULL), PROXENOS_ERROR_ARGUMENT);
    proxenos_config_free(config);
}

/* ---- plugins */

static void a_backend_must_be_chosen(void **state) {
    (void)state;
    const px_backend_type *type;
    proxenos_error error;
    assert_int_equal(px_settings_backend(settings, &type, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text,
                        "no backend is chosen: give one with -b, or as 'backend' in the configuration");
    assert_null(type);
}

static void a_missing_plugin_is_told_with_its_sayer(void **state) {
    (void)state;
    const px_backend_type *backend;
    const px_hash_type *hash;
    proxenos_error error;
    use("clusters: {a: {backend: zeta, zeta: {x: 1}}}\n", "a");
    assert_int_equal(px_settings_backend(settings, &backend, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, ":1:25: there is no backend 'zeta'");
    assert_int_equal(error.line, 1);
    assert_int_equal(error.column, 25);
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, "-H", "hash", "sha0", NULL), PROXENOS_OK);
    assert_int_equal(px_settings_hash(settings, &hash, &error), PROXENOS_ERROR_PLUGIN);
    assert_int_equal(strncmp(error.text, "-H: there is no hash 'sha0'", strlen("-H: there is no hash 'sha0'")), 0);
}

static void options_come_from_every_section_that_means_the_plugin(void **state) {
    (void)state;
    use("hash: MMH3_64\nbackend: acme\nacme: {host: a}\nMurmur3: {seed: 1}\nsiphash: {key: x}\n", NULL);
    assert_shown("backend.host=a [:3:8]");
    assert_shown("hash.seed=1 [:4:11]");
    set(PROXENOS_FROM_CLUSTER, "hash.seed", "2");
    assert_shown("hash.seed=2 [hash.seed]");
    (void)setenv("PROXENOS_MMH_SEED", "3", 1);
    assert_shown("hash.seed=3 [PROXENOS_MMH_SEED]");
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, "--hash-option seed", "hash.seed", "4",
                                           NULL), PROXENOS_OK);
    assert_shown("hash.seed=4 [--hash-option seed]");
    (void)setenv("ACME_ADDR", "b", 1);
    assert_shown("backend.host=a [:3:8]"); /* a source's own variable yields to the configuration */
    assert_check_passes();
}

static void repeated_flags_make_a_list(void **state) {
    (void)state;
    use("backend: acme\nacme: {service: [x, y]}\n", NULL);
    assert_shown("backend.service=x [:2:8]\nbackend.service=y [:2:8]");
    append("backend.service", "a");
    append("backend.service", "b,c");
    assert_shown("backend.service=a [backend.service]\nbackend.service=b,c [backend.service]");
    char *text = shown();
    assert_null(strstr(text, "backend.service=x"));
    free(text);
    flag("backend.service", "d"); /* setting is not appending */
    text = shown();
    assert_null(strstr(text, "backend.service=a"));
    assert_contains(text, "backend.service=d [backend.service]\n");
    free(text);
    /* Of a flag that takes one value, the last word counts. */
    flag("backend.port", "1");
    append("backend.port", "2");
    assert_shown("backend.port=2 [backend.port]");
    append("timeout", "1s");
    append("timeout", "2s");
    assert_is("timeout", "2s");
}

static void a_check_finds_what_only_the_schema_knows(void **state) {
    (void)state;
    assert_check_passes(); /* without a backend too: the command line may bring one */
    use("backend: acme\nacme: {tokn: x}\n", NULL);
    assert_check_fails(PROXENOS_ERROR_CONFIG, ":2:8: backend 'acme' has no option 'tokn'; did you mean 'token'?");
}

static void a_check_judges_flags_as_arguments(void **state) {
    (void)state;
    flag("backend", "acme");
    assert_int_equal(proxenos_settings_set(settings, PROXENOS_FROM_FLAG, "--hash-option seed", "hash.seed",
                                           "5000000000", NULL), PROXENOS_OK);
    flag("hash", "mmh_64");
    assert_check_fails(PROXENOS_ERROR_ARGUMENT, "--hash-option seed: 5000000000 is not in 0...4294967295");
    flag("hash.seed", "1");
    flag("backend.zzz", "1");
    proxenos_error error;
    assert_int_equal(proxenos_settings_check(settings, &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "backend.zzz: backend 'acme' has no option 'zzz'");
}

static void a_check_judges_weightings_and_patterns(void **state) {
    (void)state;
    use("weighting: hwr\nfilter: {address: '10', name: '(', tags: x}\n", NULL);
    proxenos_error error;
    assert_int_equal(proxenos_settings_check(settings, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, ":1:12: ");
    assert_contains(error.text, "hrw");
    flag("weighting", "lcg");
    assert_int_equal(proxenos_settings_check(settings, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, ":2:31: ");
    assert_int_equal(error.column, 31);
    flag("filter.name", "");
    assert_check_passes();
    flag("filter.tags", "[");
    assert_int_equal(proxenos_settings_check(settings, &error), PROXENOS_ERROR_ARGUMENT);
}

static void everything_in_force_is_shown_in_order(void **state) {
    (void)state;
    (void)setenv("ACME_TOKEN", "hunter2", 1);
    use("backend: acme\nspread: zone\n", NULL);
    flag("filter.tags", "x");
    flag("backend.path", "/p");
    char *text = shown();
    assert_string_equal(text, "backend=acme [:1:10]\n"
                              "hash=siphash [default]\n"
                              "weighting=hrw [default]\n"
                              "identity=address [default]\n"
                              "compat=none [default]\n"
                              "table=0 [default]\n"
                              "spread=zone [:2:9]\n"
                              "timeout=10s [default]\n"
                              "filter.tags=x [filter.tags]\n"
                              "follow.settle=250ms..5s [default]\n"
                              "follow.min-nodes=1 [default]\n"
                              "follow.max-loss=100% [default]\n"
                              "follow.hold=forever [default]\n"
                              "follow.rejoin=0s [default]\n"
                              "follow.max-age=forever [default]\n"
                              "follow.retry=1s..30s [default]\n"
                              "follow.poll=3s [default]\n"
                              "snapshot.keep=24h [default]\n"
                              "snapshot.fresh=0s [default]\n"
                              "backend.host=localhost [default]\n"
                              "backend.port=8500 [default]\n"
                              "backend.health=passing [default]\n"
                              "backend.token=(secret) [ACME_TOKEN]\n"
                              "backend.path=/p [backend.path]\n"
                              "hash.key=(secret) [default]\n");
    free(text);
}

static int count_two(void *user, const char *name, const char *value, const char *said_by) {
    (void)name;
    (void)value;
    (void)said_by;
    return ++*(int *)user == 2;
}

static void a_visitor_may_have_seen_enough(void **state) {
    (void)state;
    int count = 0;
    flag("backend", "acme");
    assert_int_equal(proxenos_settings_each(settings, count_two, &count, NULL), PROXENOS_OK);
    assert_int_equal(count, 2);
}

/* ---- secrets */

static void files_with_secrets_that_others_can_read_are_warned_of(void **state) {
    (void)state;
    const px_backend_type *type;
    px_values *values;
    assert_int_equal(chmod(path, 0644), 0);
    use("backend: acme\nacme: {token: hunter2}\n", NULL);
    assert_int_equal(px_settings_backend(settings, &type, NULL), PROXENOS_OK);
    assert_int_equal(px_settings_backend_values(settings, type, &values, NULL), PROXENOS_OK);
    px_values_free(values);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(strncmp(log_text.bytes, "2 ", 2), 0);
    assert_contains(log_text.bytes, ":2:8: others can read this file, and it holds the secret 'token'");
    assert_null(strstr(log_text.bytes, "hunter2"));
}

static void a_list_is_no_secret(void **state) {
    (void)state;
    use("backend: acme\nacme: {token: [hunter2]}\n", NULL);
    assert_check_fails(PROXENOS_ERROR_CONFIG, ":2:8: token: takes one value, not a list");
}

/* ---- compat */

static void compat_implies_what_the_package_did(void **state) {
    (void)state;
    use("backend: acme\n"
        "clusters: {old: {compat: python}}\n", "old");
    assert_is("weighting", "python");
    assert_is("identity", "address");
    assert_is("hash", "siphash");
    assert_shown("backend.health=any [compat: python]");
    char *text = shown();
    assert_null(strstr(text, "backend.service"));
    free(text);
    assert_shown("hash.key=(secret) [compat: python]");
}

static void what_is_said_below_compat_counts(void **state) {
    (void)state;
    use("hash: mmh3_64\nidentity: name\nweighting: lcg\nbackend: acme\nacme: {health: passing, service: web}\n"
        "siphash: {key: x}\n", NULL);
    flag("compat", "python");
    assert_is("weighting", "lcg");
    assert_is("identity", "name");
    assert_is("hash", "mmh3_64");
    assert_shown("backend.health=passing [:5:8]");
    assert_shown("backend.service=web [:5:25]");
    flag("hash", "siphash");
    assert_shown("hash.key=(secret) [:6:11]");
}

static void what_is_said_beside_compat_or_above_it_counts(void **state) {
    (void)state;
    use("clusters: {old: {identity: name, hash: siphash, siphash: {key: x}, backend: acme, "
        "acme: {health: passing}, compat: python}}\n", "old");
    assert_is("weighting", "python");
    assert_is("identity", "name");
    assert_shown("backend.health=passing [:1:90]");
    assert_shown("hash.key=(secret) [:1:59]");
    flag("weighting", "lcg");
    assert_is("weighting", "lcg");
}

static void a_key_file_stays_the_only_key(void **state) {
    (void)state;
    use("clusters: {old: {compat: python, siphash: {key-file: /k}}}\n", "old");
    assert_shown("hash.key=(secret) [default]");
    assert_shown("hash.key-file=/k [:1:44]");
}

static void the_package_read_the_environment_too(void **state) {
    (void)state;
    (void)setenv("PROXENOS_PRF", "mmh3_64", 1);
    set(PROXENOS_FROM_CLUSTER, "hash", "siphash");
    set(PROXENOS_FROM_CLUSTER, "hash.seed", "1");
    flag("compat", "python");
    assert_int_equal(proxenos_settings_use_environment(settings, NULL), PROXENOS_OK);
    assert_is("hash", "mmh3_64");
    assert_shown("hash.seed=1 [hash.seed]"); /* nothing is implied about a key it does not have */
}

static void a_backend_is_not_told_what_it_does_not_know(void **state) {
    (void)state;
    flag("compat", "python");
    flag("backend", "acme-plain");
    assert_shown("backend.health=good [default]");
    assert_shown("backend.service=web [default]");
}

static void compat_none_undoes_a_lower_word(void **state) {
    (void)state;
    set(PROXENOS_FROM_CLUSTER, "compat", "python");
    flag("compat", "none");
    assert_is("weighting", "hrw");
    flag("backend", "acme");
    assert_shown("backend.health=passing [default]");
}

/* ---- memory */

static proxenos_status attempt(proxenos_error *error) {
    px_text text = {0};
    proxenos_config *config = NULL;
    proxenos_settings *own;
    proxenos_status status = proxenos_settings_new(context, &own, error);
    if (status == PROXENOS_OK) status = proxenos_config_load(context, path, &config, error);
    if (status == PROXENOS_OK) status = proxenos_settings_use_config(own, config, "a", error);
    if (status == PROXENOS_OK) {
        status = proxenos_settings_append(own, PROXENOS_FROM_FLAG, NULL, "backend.service", "a", error);
    }
    if (status == PROXENOS_OK) {
        status = proxenos_settings_append(own, PROXENOS_FROM_FLAG, NULL, "backend.service", "b", error);
    }
    if (status == PROXENOS_OK) status = proxenos_settings_check(own, error);
    if (status == PROXENOS_OK) status = proxenos_settings_each(own, show, &text, error);
    if (status == PROXENOS_OK && text.failed) status = px_error_memory(error);
    px_text_clear(&text);
    proxenos_config_free(config);
    proxenos_settings_free(own);
    return status;
}

static void no_failed_allocation_does_harm(void **state) {
    (void)state;
    use("hash: mmh_64\n"
        "clusters: {a: {backend: acme, acme: {host: b, path: x}, compat: python, filter: {tags: y}}}\n", NULL);
    assert_survives_every_failed_allocation(attempt);
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    proxenos_settings *none;
    assert_int_equal(proxenos_settings_new(NULL, &none, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_null(none);
    assert_int_equal(proxenos_settings_new(context, NULL, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_settings_check(NULL, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_settings_each(settings, NULL, NULL, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_null(proxenos_settings_get(NULL, "hash"));
    assert_null(proxenos_settings_get(settings, NULL));
    proxenos_settings_free(NULL);
}

#define AFRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AFRESH(what_nobody_says_has_its_default),
        AFRESH(the_highest_rank_counts_and_of_equal_ranks_the_later),
        AFRESH(bad_names_and_values_are_refused_at_once),
        AFRESH(values_at_the_border_are_good),
        AFRESH(the_environment_names_a_hash),
        AFRESH(a_cluster_outranks_the_common_part),
        AFRESH(a_cluster_can_be_named),
        AFRESH(an_unknown_cluster_is_refused),
        AFRESH(a_backend_must_be_chosen),
        AFRESH(a_missing_plugin_is_told_with_its_sayer),
        AFRESH(options_come_from_every_section_that_means_the_plugin),
        AFRESH(repeated_flags_make_a_list),
        AFRESH(a_check_finds_what_only_the_schema_knows),
        AFRESH(a_check_judges_flags_as_arguments),
        AFRESH(a_check_judges_weightings_and_patterns),
        AFRESH(everything_in_force_is_shown_in_order),
        AFRESH(a_visitor_may_have_seen_enough),
        AFRESH(files_with_secrets_that_others_can_read_are_warned_of),
        AFRESH(a_list_is_no_secret),
        AFRESH(compat_implies_what_the_package_did),
        AFRESH(what_is_said_below_compat_counts),
        AFRESH(what_is_said_beside_compat_or_above_it_counts),
        AFRESH(a_key_file_stays_the_only_key),
        AFRESH(the_package_read_the_environment_too),
        AFRESH(a_backend_is_not_told_what_it_does_not_know),
        AFRESH(compat_none_undoes_a_lower_word),
        AFRESH(no_failed_allocation_does_harm),
        AFRESH(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
