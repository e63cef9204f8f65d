/* SPDX-License-Identifier: MIT */
/* Says for each argument which of three nodes it belongs to.
 *
 *     cc select.c -o select $(pkg-config --cflags --libs proxenos)
 *     ./select alice bob
 */
#include <proxenos/proxenos.h>

#include <stdio.h>
#include <string.h>

static proxenos_status make_cluster(proxenos_cluster **cluster, proxenos_error *error) {
    static const char *const hosts[] = {"10.0.0.1", "10.0.0.2", "2001:db8::3"};
    proxenos_builder *builder;
    proxenos_status status = proxenos_builder_new("address", &builder, error);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0] && status == PROXENOS_OK; i++) {
        proxenos_node_spec node = {.size = sizeof node, .host = hosts[i], .port = 8000, .weight = -1};
        status = proxenos_builder_add(builder, &node, error);
    }
    if (status == PROXENOS_OK) status = proxenos_builder_finish(builder, cluster, error);
    proxenos_builder_free(builder);
    return status;
}

/* The settings' hash and weighting; untouched, they are siphash and hrw. */
static proxenos_status make_selector(proxenos_context *context, proxenos_selector **selector,
                                     proxenos_error *error) {
    proxenos_settings *settings;
    proxenos_cluster *cluster = NULL;
    proxenos_status status = proxenos_settings_new(context, &settings, error);
    if (status == PROXENOS_OK) status = make_cluster(&cluster, error);
    if (status == PROXENOS_OK) status = proxenos_selector_open(settings, cluster, selector, error);
    proxenos_cluster_unref(cluster); /* the selector keeps a reference of its own */
    proxenos_settings_free(settings);
    return status;
}

int main(int argc, char **argv) {
    proxenos_error error;
    proxenos_context *context;
    proxenos_selector *selector = NULL;
    proxenos_status status = proxenos_context_new(&context, &error);
    if (status == PROXENOS_OK) status = make_selector(context, &selector, &error);
    for (int i = 1; i < argc && status == PROXENOS_OK; i++) {
        const proxenos_node *node;
        status = proxenos_select(selector, argv[i], strlen(argv[i]), &node, &error);
        if (status == PROXENOS_OK) printf("%s\t%s\n", argv[i], proxenos_node_address(node));
    }
    if (status != PROXENOS_OK) fprintf(stderr, "select: %s\n", error.text);
    proxenos_selector_unref(selector);
    proxenos_context_free(context); /* last: everything above was opened from it */
    return proxenos_status_exit_code(status);
}
