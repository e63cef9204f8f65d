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
