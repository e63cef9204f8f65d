/* SPDX-License-Identifier: MIT */
#include "linked-plugins.h"
#include "modules/context.h"
#include "settings/configuration.h"
#include "support.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/proxenos-configuration-test.XXXXXX";
static char path[80];
static proxenos_context *context;

static int set_up(void **state) {
    (void)state;
    (void)unsetenv("PROXENOS_PLUGIN_PATH");
    (void)unsetenv("PROXENOS_CONFIG");
    if (mkdtemp(folder) == NULL) return -1;
    (void)snprintf(path, sizeof path, "%s/a.yaml", folder);
    (void)setenv("XDG_CONFIG_HOME", folder, 1);
    return context_with_plugins(&context, NULL) == PROXENOS_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    proxenos_context_free(context);
    (void)unlink(path);
    return rmdir(folder);
}

static void write_file(const char *name, const char *text) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, 0600), 0);
}

static proxenos_config *load(const char *text) {
    proxenos_config *config;
    proxenos_error error = {0};
    write_file(path, text);
    if (proxenos_config_load(context, path, &config, &error) != PROXENOS_OK) {
        print_error("%s\n", error.text);
        assert_int_equal(error.status, PROXENOS_OK);
    }
    return config;
}

/* `message` follows "FOLDER/a.yaml:". */
static void assert_refused(const char *text, const char *message) {
    proxenos_config *config = (proxenos_config *)&config;
    proxenos_error error = {0};
    write_file(path, text);
    assert_int_equal(proxenos_config_load(context, path, &config, &error), PROXENOS_ERROR_CONFIG);
    assert_null(config);
    assert_int_equal(error.status, PROXENOS_ERROR_CONFIG);
    assert_int_equal(strncmp(error.text, path, strlen(path)), 0);
    assert_string_equal(error.text + strlen(path) + 1, message);
    assert_true(error.line > 0);
    assert_int_equal(proxenos_config_load(context, path, &config, NULL), PROXENOS_ERROR_CONFIG);
}

static const px_setting *find(const px_setting_list *list, const char *section, const char *name) {
    for (size_t i = 0; i < list->count; i++) {
        const px_setting *setting = &list->entries[i];
        if (strcmp(setting->section, section) == 0 && strcmp(setting->name, name) == 0) return setting;
    }
    return NULL;
}

static void assert_setting(const px_setting_list *list, const char *section, const char *name, const char *value) {
    const px_setting *setting = find(list, section, name);
    assert_non_null(setting);
    assert_string_equal(px_setting_value(setting), value);
}

/* ---- what is read */

static void every_part_is_read(void **state) {
    (void)state;
    proxenos_config *config = load("default-cluster: web\n"
                                   "hash: SipHash\n"
                                   "timeout: 5s\n"
                                   "acme: {host: common}\n"
                                   "clusters:\n"
                                   "  web:\n"
                                   "    backend: acme\n"
                                   "    acme: {port: 22, service: [a, 'b'], path: nodes.yaml}\n"
                                   "    filter: {address: '^10\\.', tags: '^(primary|ssd)$'}\n"
                                   "    siphash: {key-file: /k}\n"
                                   "    MMH3_64: {seed: 1}\n"
                                   "    weighting: hrw\n"
                                   "    identity: name\n"
                                   "    table: 65536\n"
                                   "    spread: meta.rack\n"
                                   "    weight-from: tag.weight\n"
                                   "    compat: none\n"
                                   "  lab: {}\n");
    assert_string_equal(proxenos_config_path(config), path);
    assert_string_equal(proxenos_config_default_cluster(config), "web");
    assert_string_equal(proxenos_config_cluster_name(config, 0), "web");
    assert_string_equal(proxenos_config_cluster_name(config, 1), "lab");
    assert_null(proxenos_config_cluster_name(config, 2));
    assert_int_equal(config->common.count, 3);
    assert_setting(&config->common, "", "hash", "SipHash");
    assert_setting(&config->common, "acme", "host", "common");
    const px_setting_list *web = px_config_cluster_settings(config, "web");
    assert_int_equal(web->count, 14);
    assert_setting(web, "", "backend", "acme");
    assert_setting(web, "filter", "address", "^10\\.");
    assert_setting(web, "", "weight-from", "tag.weight");
    assert_setting(web, "MMH3_64", "seed", "1");
    const px_setting *service = find(web, "acme", "service"), *port = find(web, "acme", "port");
    assert_true(service->is_list);
    assert_int_equal(service->count, 2);
    assert_int_equal(port->rank, PROXENOS_RANK_CLUSTER);
    assert_int_equal(port->line, 8);
    assert_int_equal(port->column, 12);
    assert_string_equal(port->said_by + strlen(path), ":8:12");
    assert_string_equal(port->base_folder, folder);
    assert_false(port->is_exposed);
    assert_int_equal(find(&config->common, "", "hash")->rank, PROXENOS_RANK_CONFIG);
    assert_int_equal(px_config_cluster_settings(config, "lab")->count, 0);
    assert_null(px_config_cluster_settings(config, "none"));
    proxenos_config_free(config);
}

static void an_empty_file_says_nothing(void **state) {
    (void)state;
    proxenos_config *config = load("# nothing\n");
    assert_int_equal(config->common.count, 0);
    assert_null(proxenos_config_default_cluster(config));
    assert_null(proxenos_config_cluster_name(config, 0));
    proxenos_config_free(config);
}

static void a_file_that_others_can_read_is_marked(void **state) {
    (void)state;
    proxenos_config *config;
    write_file(path, "acme: {token: x}\n");
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(proxenos_config_load(context, path, &config, NULL), PROXENOS_OK);
    assert_true(config->common.entries[0].is_exposed);
    proxenos_config_free(config);
}

static void the_plugin_path_goes_to_the_context(void **state) {
    (void)state;
    proxenos_context *own;
    proxenos_config *config;
    char wanted[100];
    assert_int_equal(proxenos_context_new(&own, NULL), PROXENOS_OK);
    write_file(path, "plugin-path: [/opt/acme, plugins]\n");
    assert_int_equal(proxenos_config_load(own, path, &config, NULL), PROXENOS_OK);
    assert_int_equal(own->plugin_path_count, 2);
    assert_string_equal(own->plugin_path[0], "/opt/acme");
    (void)snprintf(wanted, sizeof wanted, "%s/plugins", folder);
    assert_string_equal(own->plugin_path[1], wanted);
    proxenos_config_free(config);
    write_file(path, "plugin-path: /opt/one\n");
    assert_int_equal(proxenos_config_load(own, path, &config, NULL), PROXENOS_OK);
    assert_string_equal(own->plugin_path[2], "/opt/one");
    proxenos_config_free(config);
    proxenos_context_free(own);
}

/* ---- sections */

static void sections_bear_the_names_of_plugins(void **state) {
    (void)state;
    /* A backend, a hash, its module, an alias, in any case but for backends. */
    proxenos_config_free(load("acme: {x: 1}\nmmh3_64: {x: 1}\nmurmur3: {x: 1}\nMMH_64: {x: 1}\n"
                              "siphash-2-4: {x: 1}\n"));
    /* Not installed, but chosen somewhere in the file. */
    proxenos_config_free(load("clusters: {a: {backend: zeta, zeta: {x: 1}, hash: Eta, eta: {}}}\n"));
    proxenos_config_free(load("backend: zeta\nclusters: {a: {zeta: {x: 1}}}\n"));
    proxenos_config_free(load("zeta: {x: 1}\nclusters: {a: {backend: zeta}}\n"));
    assert_refused("zeta: {x: 1}\n",
                   "1:1: unknown key 'zeta', and no backend or hash of that name is installed or chosen");
    assert_refused("clusters: {a: {Acme: {x: 1}}}\n", "1:16: unknown key 'Acme'; did you mean 'acme'?");
    assert_refused("acme: 5\n", "1:1: unknown key 'acme'");
}

static void a_section_holds_values_and_lists(void **state) {
    (void)state;
    assert_refused("acme: {host: {a: b}}\n", "1:14: 'host' takes a value or a list, not a map");
    assert_refused("acme: {service: [a, [b]]}\n", "1:21: the list 'service' holds values only, not a list");
    assert_refused("acme: {service: [a, ~]}\n", "1:21: an element of 'service' has no value");
    assert_refused("acme:\n  host:\n  port: 1\n", "2:3: 'host' has no value");
    assert_refused("acme: {host: null}\n", "1:8: 'host' has no value");
    proxenos_config_free(load("acme: {host: '', service: []}\n"));
}

/* ---- what is refused */

static void unknown_keys_are_told_with_the_nearest(void **state) {
    (void)state;
    assert_refused("clustres: {}\n", "1:1: unknown key 'clustres'; did you mean 'clusters'?");
    assert_refused("clusters:\n  web:\n    bakend: acme\n", "3:5: unknown key 'bakend'; did you mean 'backend'?");
    assert_refused("acne: {host: a}\n", "1:1: unknown key 'acne'; did you mean 'acme'?");
    assert_refused("weight: 5\nx-y-z: 1\n", "1:1: unknown key 'weight'");
    assert_refused("filter: {adress: x}\n", "1:10: 'filter' has no 'adress'; did you mean 'address'?");
    assert_refused("filter: {country: x}\n", "1:10: 'filter' has 'address', 'name', 'tags', 'zone', 'metadata' or 'has-tag', not 'country'");
    assert_refused("follow: {settel: 1s}\n", "1:10: 'follow' has no 'settel'; did you mean 'settle'?");
    assert_refused("follow: {settle: 5s..1s}\n", "1:18: settle: '5s..1s' is neither a duration (250ms, 10s) nor two "
                                                  "of them, the larger behind (250ms..5s)");
    assert_refused("follow: {retry: 0s}\n", "1:17: retry: a pause of 0 between tries leaves the source no rest");
    assert_refused("follow: {max-loss: 101%}\n", "1:20: max-loss: '101%' is not a share, 0% to 100%");
    assert_refused("follow: {max-loss: 50}\n", "1:20: max-loss: '50' is not a share, 0% to 100%");
    assert_refused("follow: {min-nodes: -1}\n", "1:21: min-nodes: '-1' is not a number of nodes");
    assert_refused("follow: {hold: never}\n", "1:16: hold: 'never' is neither a duration (250ms, 10s, 5m, 1h) nor forever");
    assert_refused("snapshot: {path: ''}\n", "1:18: path: the path is empty");
    assert_refused("clusters: {web: {clusters: {}}}\n",
                   "1:18: 'clusters' stands at the top of the file only, not in a cluster");
    assert_refused("clusters: {web: {plugin-path: /x}}\n",
                   "1:18: 'plugin-path' stands at the top of the file only, not in a cluster");
    assert_refused("<<: {hash: x}\n",
                   "1:1: merge keys ('<<') are not read, since YAML 1.2 has none: write the values out; what all "
                   "clusters share stands at the top of the file");
    assert_refused("settle: 1s\n", "1:1: 'settle' belongs below 'follow:'");
}

static void kinds_are_those_of_the_manual(void **state) {
    (void)state;
    assert_refused("[a, b]\n", "1:1: a configuration is a map of keys and values, not a list");
    assert_refused("text\n", "1:1: a configuration is a map of keys and values, not a value");
    assert_refused("clusters: [web]\n", "1:11: 'clusters' takes a map, not a list");
    assert_refused("clusters: {web: 5}\n", "1:17: 'web' takes a map, not a value");
    assert_refused("clusters: {web: }\n", "1:12: 'web' has no value");
    assert_refused("clusters: {'': {}}\n", "1:12: the name of a cluster is empty");
    assert_refused("filter: x\n", "1:9: 'filter' takes a map, not a value");
    assert_refused("filter: {tags: [a]}\n", "1:16: 'tags' takes a value, not a list");
    assert_refused("backend: [a]\n", "1:10: 'backend' takes a value, not a list");
    assert_refused("backend: {}\n", "1:10: 'backend' takes a value, not a map");
    assert_refused("hash:\n", "1:1: 'hash' has no value");
    assert_refused("plugin-path: {}\n", "1:14: 'plugin-path' takes a value or a list, not a map");
    assert_refused("plugin-path: ['']\n", "1:15: the name of a plugin folder is empty");
    assert_refused("default-cluster: [a]\n", "1:18: 'default-cluster' takes a value, not a list");
}

static void values_are_judged_in_clusters_nobody_uses(void **state) {
    (void)state;
    assert_refused("clusters:\n  a:\n    identity: adress\n",
                   "3:15: identity: there is no identity 'adress'; did you mean 'address'?");
    assert_refused("compat: perl\n", "1:9: compat: 'perl' is not one of none, python");
    assert_refused("table: -1\n", "1:8: table: '-1' is not a number of slots, 1...16777216, or 0 for none");
    assert_refused("table: 16777217\n",
                   "1:8: table: '16777217' is not a number of slots, 1...16777216, or 0 for none");
    assert_refused("timeout: soon\n", "1:10: timeout: 'soon' is not a duration (250ms, 10s, 5m, 1h)");
    assert_refused("timeout: 0\n", "1:10: timeout: a timeout of 0 leaves no time");
    assert_refused("spread: rack\n", "1:9: spread: 'rack' is neither zone nor meta.KEY");
    assert_refused("weight-from: meta.\n", "1:14: weight-from: 'meta.' is neither meta.KEY nor tag.PREFIX");
    assert_refused("backend: ''\n", "1:10: backend: the name is empty");
    proxenos_config_free(load("table: 16777216\ncompat: python\nspread: zone\nweight-from: meta.w\n"
                              "timeout: 250ms\n"));
}

static void the_default_cluster_exists(void **state) {
    (void)state;
    assert_refused("default-cluster: wbe\nclusters: {lab: {}, web: {}}\n",
                   "1:18: 'clusters' has no 'wbe'; did you mean 'web'?");
    assert_refused("default-cluster: web\n", "1:18: 'clusters' has no 'web'");
}

static void secrets_are_not_in_messages(void **state) {
    (void)state;
    const char *const texts[] = {"acme: {token: {a: hunter2}}\n", "acme: {token: [[hunter2]]}\n",
                                 "token: hunter2\n", "acme: {token: hunter2}\nbakend: x\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        proxenos_config *config;
        proxenos_error error;
        write_file(path, texts[i]);
        assert_int_equal(proxenos_config_load(context, path, &config, &error), PROXENOS_ERROR_CONFIG);
        assert_null(strstr(error.text, "hunter2"));
    }
}

/* ---- which file */

static void assert_absent(const proxenos_error *error, const char *who) {
    char words[128];
    (void)snprintf(words, sizeof words, "%s/none.yaml: cannot be opened: %s", who, strerror(ENOENT));
    assert_string_equal(error->text, words);
}

static void a_file_that_is_named_must_be_one(void **state) {
    (void)state;
    proxenos_config *config;
    proxenos_error error;
    assert_int_equal(proxenos_config_load(context, "/none.yaml", &config, &error), PROXENOS_ERROR_CONFIG);
    assert_int_equal(error.status, PROXENOS_ERROR_CONFIG);
    assert_absent(&error, "");
    assert_int_equal(proxenos_config_load(context, "/dev/zero", &config, &error), PROXENOS_ERROR_CONFIG);
    assert_string_equal(error.text, "/dev/zero: the file is larger than 1048576 bytes");
    write_file(path, "");
    assert_int_equal(truncate(path, 1 << 30), 0);
    assert_int_equal(proxenos_config_load(context, path, &config, &error), PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "a.yaml: the file is larger than 1048576 bytes");
    (void)setenv("PROXENOS_CONFIG", "/none.yaml", 1);
    assert_int_equal(proxenos_config_load(context, NULL, &config, &error), PROXENOS_ERROR_CONFIG);
    assert_absent(&error, "PROXENOS_CONFIG: ");
    (void)unsetenv("PROXENOS_CONFIG");
}

static void files_are_looked_for_in_their_order(void **state) {
    (void)state;
    char own[120], own_folder[90], named[90];
    proxenos_config *config;
    assert_int_equal(proxenos_config_load(context, NULL, &config, NULL), PROXENOS_OK);
    assert_true(proxenos_config_path(config) == NULL || strstr(proxenos_config_path(config), folder) == NULL);
    proxenos_config_free(config);

    (void)snprintf(own_folder, sizeof own_folder, "%s/proxenos", folder);
    (void)snprintf(own, sizeof own, "%s/proxenos.yaml", own_folder);
    (void)snprintf(named, sizeof named, "%s/named.yaml", folder);
    assert_int_equal(mkdir(own_folder, 0700), 0);
    write_file(own, "hash: own\n");
    write_file(named, "hash: named\n");
    assert_int_equal(proxenos_config_load(context, NULL, &config, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_config_path(config), own);
    proxenos_config_free(config);
    (void)setenv("PROXENOS_CONFIG", named, 1);
    assert_int_equal(proxenos_config_load(context, NULL, &config, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_config_path(config), named);
    proxenos_config_free(config);
    write_file(path, "hash: path\n");
    assert_int_equal(proxenos_config_load(context, path, &config, NULL), PROXENOS_OK);
    assert_string_equal(proxenos_config_path(config), path);
    proxenos_config_free(config);

    /* XDG: relative means ignored, unset means ~/.config. */
    (void)setenv("PROXENOS_CONFIG", "", 1);
    (void)setenv("XDG_CONFIG_HOME", "relative", 1);
    (void)setenv("HOME", folder, 1);
    assert_int_equal(proxenos_config_load(context, NULL, &config, NULL), PROXENOS_OK);
    assert_true(proxenos_config_path(config) == NULL || strstr(proxenos_config_path(config), folder) == NULL);
    proxenos_config_free(config);
    char dot_config[90];
    (void)snprintf(dot_config, sizeof dot_config, "%s/.config", folder);
    assert_int_equal(symlink(folder, dot_config), 0);
    assert_int_equal(proxenos_config_load(context, NULL, &config, NULL), PROXENOS_OK);
    assert_contains(proxenos_config_path(config), "/.config/proxenos/proxenos.yaml");
    proxenos_config_free(config);
    (void)unsetenv("PROXENOS_CONFIG");
    (void)setenv("XDG_CONFIG_HOME", folder, 1);
    (void)unlink(dot_config);
    (void)unlink(own);
    (void)unlink(named);
    (void)rmdir(own_folder);
}

static void with_raised_privileges_only_the_systems_file_is_read(void **state) {
    (void)state;
    proxenos_config *named, *found;
    proxenos_error error;
    if (geteuid() != 0) {
        print_message("# not run: root alone can change its user\n"); /* cmocka's skip() is a failure in TAP */
        return;
    }
    write_file(path, "hash: path\n");
    (void)setenv("PROXENOS_CONFIG", path, 1);
    assert_int_equal(seteuid(65534), 0);
    proxenos_status refused = proxenos_config_load(context, path, &named, &error);
    proxenos_status status = proxenos_config_load(context, NULL, &found, NULL);
    assert_int_equal(seteuid(0), 0);
    (void)unsetenv("PROXENOS_CONFIG");
    assert_int_equal(refused, PROXENOS_ERROR_CONFIG);
    assert_contains(error.text, "a.yaml: with raised privileges only " PROXENOS_SYSCONFDIR "/proxenos/");
    assert_int_equal(status, PROXENOS_OK);
    assert_true(proxenos_config_path(found) == NULL || strcmp(proxenos_config_path(found), path) != 0);
    proxenos_config_free(found);
}

static void no_configuration_is_an_empty_one(void **state) {
    (void)state;
    assert_null(proxenos_config_path(NULL));
    assert_null(proxenos_config_default_cluster(NULL));
    assert_null(proxenos_config_cluster_name(NULL, 0));
    proxenos_config_free(NULL);
    proxenos_config *config;
    assert_int_equal(proxenos_config_load(NULL, path, &config, NULL), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(proxenos_config_load(context, path, NULL, NULL), PROXENOS_ERROR_ARGUMENT);
}

/* ---- memory */

static proxenos_status attempt(proxenos_error *error) {
    proxenos_context *own;
    proxenos_config *config = NULL;
    proxenos_status status = context_with_plugins(&own, error);
    if (status == PROXENOS_OK) status = proxenos_config_load(own, path, &config, error);
    proxenos_config_free(config);
    proxenos_context_free(own);
    return status;
}

static void no_failed_allocation_does_harm(void **state) {
    (void)state;
    write_file(path, "plugin-path: plugins\ndefault-cluster: web\nacme: {host: a}\nmmh_64: {seed: 1}\n"
                     "clusters: {web: {backend: acme, acme: {service: [a, b]}, filter: {name: x}, table: 5}}\n");
    assert_survives_every_failed_allocation(attempt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_read),
        cmocka_unit_test(an_empty_file_says_nothing),
        cmocka_unit_test(a_file_that_others_can_read_is_marked),
        cmocka_unit_test(the_plugin_path_goes_to_the_context),
        cmocka_unit_test(sections_bear_the_names_of_plugins),
        cmocka_unit_test(a_section_holds_values_and_lists),
        cmocka_unit_test(unknown_keys_are_told_with_the_nearest),
        cmocka_unit_test(kinds_are_those_of_the_manual),
        cmocka_unit_test(values_are_judged_in_clusters_nobody_uses),
        cmocka_unit_test(the_default_cluster_exists),
        cmocka_unit_test(secrets_are_not_in_messages),
        cmocka_unit_test(a_file_that_is_named_must_be_one),
        cmocka_unit_test(files_are_looked_for_in_their_order),
        cmocka_unit_test(with_raised_privileges_only_the_systems_file_is_read),
        cmocka_unit_test(no_configuration_is_an_empty_one),
        cmocka_unit_test(no_failed_allocation_does_harm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
