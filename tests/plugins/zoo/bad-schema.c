/* SPDX-License-Identifier: MIT */
/* Two options of one name. */
#include "zoo.h"

static const proxenos_option options[] = {
    {.name = "port", .type = PROXENOS_TYPE_INTEGER},
    {.name = "port", .type = PROXENOS_TYPE_STRING},
};
static const proxenos_backend backends[] = {{
    .name = "bad-schema", .options = options, .option_count = 2, .option_stride = sizeof options[0],
    .fetch = zoo_fetch,
}};
ZOO_BACKENDS(bad_schema, "bad-schema", backends);
