// SPDX-License-Identifier: MIT
// A backend in C++: `count` nodes in a row, 192.0.2.1 and on.
//   c++ -shared -fPIC $(pkg-config --cflags proxenos-plugin) counted.cc -o counted.so
// No exception may leave a callback, so each is caught and told.
#include <proxenos/plugin.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

namespace {

struct Counted {
    const proxenos_host *host;
    std::int64_t count;
};

std::int32_t open_instance(const proxenos_host *host, const proxenos_values *values, void **instance) try {
    *instance = std::make_unique<Counted>(Counted{host, proxenos_value_at(values, 0)->integer}).release();
    return PROXENOS_RESULT_OK;
} catch (const std::exception &problem) {
    return host->fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, problem.what());
}

std::int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *, std::uint64_t *) {
    const auto *self = static_cast<Counted *>(instance);
    try {
        for (std::int64_t i = 1; i <= self->count; i++) {
            const std::string address = "192.0.2." + std::to_string(i);
            proxenos_node_data node{};
            node.size = sizeof node;
            node.flags = PROXENOS_NODE_HAS_PORT;
            node.address = address.c_str();
            node.port = 8000;
            const std::int32_t result = self->host->add_node(sink, &node);
            if (result != PROXENOS_RESULT_OK && result != PROXENOS_RESULT_SKIPPED) return result;
        }
        return PROXENOS_RESULT_OK;
    } catch (const std::exception &problem) {
        return self->host->fail(self->host, PROXENOS_RESULT_OUT_OF_MEMORY, problem.what());
    }
}

void close_instance(void *instance) {
    delete static_cast<Counted *>(instance);
}

const proxenos_option options[] = {
    {"count", PROXENOS_TYPE_INTEGER, 0, "3", "how many nodes", "N", nullptr, nullptr, 0, 254},
};

const proxenos_backend backends[] = {
    {"counted", "nodes in a row", options, 1, sizeof options[0], open_instance, fetch, close_instance},
};

}  // namespace

PROXENOS_MODULE(counted) = {
    PROXENOS_MODULE_HEADER(0), "counted", "1.0", "nodes in a row", backends, 1, sizeof backends[0], nullptr, 0, 0};
