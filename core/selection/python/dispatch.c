/* SPDX-License-Identifier: MIT */
#include "selection/python/dispatch.h"

#include "base/environment.h"

#include <string.h>

const px_python_kernel *px_python_kernel_in_use(void) {
    const char *wanted = px_environment("PROXENOS_CPU");
    const px_python_kernel *fastest = NULL;
    for (size_t i = 0; px_python_kernel_at(i) != NULL; i++) {
        const px_python_kernel *kernel = px_python_kernel_at(i);
        if (!kernel->is_supported()) continue;
        if (wanted != NULL && strcmp(kernel->name, wanted) == 0) return kernel;
        if (fastest == NULL) fastest = kernel;
    }
    return fastest;
}
