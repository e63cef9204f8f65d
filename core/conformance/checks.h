/* SPDX-License-Identifier: MIT */
/* The checks. */
#ifndef PX_CONFORMANCE_CHECKS_H
#define PX_CONFORMANCE_CHECKS_H

#include "conformance/subject.h"

/* The checks of a module, a backend, a hash; each array ends with a zeroed row. */
extern const px_check px_module_checks[], px_backend_checks[], px_source_checks[], px_hash_checks[],
    px_hash_state_checks[], px_option_checks[], px_last_checks[];

#endif
