/* SPDX-License-Identifier: MIT */
/* Everything of plugin.h that crosses the border, in the signature of one
 * function, so that its debug information holds every struct. */
#include <proxenos/plugin.h>

void abi_border(const proxenos_module *module, const proxenos_backend *backend, const proxenos_hash *hash,
                const proxenos_known_answer *answer, const proxenos_option *option, const proxenos_values *values,
                const proxenos_value *value, const proxenos_host *host, const proxenos_node_data *node,
                const proxenos_wait *wait, const proxenos_bytes *bytes, proxenos_sink *sink);

void abi_border(const proxenos_module *module, const proxenos_backend *backend, const proxenos_hash *hash,
                const proxenos_known_answer *answer, const proxenos_option *option, const proxenos_values *values,
                const proxenos_value *value, const proxenos_host *host, const proxenos_node_data *node,
                const proxenos_wait *wait, const proxenos_bytes *bytes, proxenos_sink *sink) {
    (void)module, (void)backend, (void)hash, (void)answer, (void)option, (void)values;
    (void)value, (void)host, (void)node, (void)wait, (void)bytes, (void)sink;
}
