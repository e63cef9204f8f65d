/* SPDX-License-Identifier: MIT */
/* Values of options, and the one failure that any file may meet. */
#include "consul/internal.h"

const char *consul_text(const consul_agent *agent, enum consul_option option) {
    const proxenos_value *value = consul_value(agent, option);
    return value->is_set != 0 && value->length > 0 ? value->text : NULL;
}

int32_t consul_no_memory(const consul_agent *agent) {
    return agent->host->fail(agent->host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

uint32_t consul_level(uint32_t rank) {
    return rank == PROXENOS_RANK_CLUSTER ? PROXENOS_RANK_CONFIG : rank;
}

const char *consul_speaker(uint32_t rank) {
    switch (consul_level(rank)) {
    case PROXENOS_RANK_SOURCE_ENVIRONMENT: return "an environment variable CONSUL_...";
    case PROXENOS_RANK_CONFIG: return "the configuration";
    case PROXENOS_RANK_ENVIRONMENT: return "an environment variable PROXENOS_...";
    default: return "the command line";
    }
}
