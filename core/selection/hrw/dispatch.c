/* SPDX-License-Identifier: MIT */
#include "selection/hrw/kernels.h"

#include "base/environment.h"

#include <pthread.h>
#include <string.h>

/* The fastest first; the last one runs everywhere. */
static const px_hrw_kernels *const sets[] = {
#ifdef PX_HRW_X86
    &px_hrw_avx512, &px_hrw_avx2, &px_hrw_sse4,
#endif
#ifdef PX_HRW_ARM64
    &px_hrw_neon,
#endif
    &px_hrw_portable,
};
enum { SET_COUNT = sizeof sets / sizeof sets[0] };

const px_hrw_kernels *px_hrw_kernels_at(size_t index) {
    for (size_t i = 0; i < SET_COUNT; i++) {
        if (sets[i]->is_supported() && index-- == 0) return sets[i];
    }
    return NULL;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const px_hrw_kernels *in_use;

static void choose(void) {
    const char *wanted = px_environment("PROXENOS_CPU");
    for (size_t i = SET_COUNT; i-- > 0;) {
        if (sets[i]->is_supported()) in_use = sets[i];
    }
    for (size_t i = 0; wanted != NULL && i < SET_COUNT; i++) {
        if (strcmp(sets[i]->name, wanted) == 0 && sets[i]->is_supported()) in_use = sets[i];
    }
}

const px_hrw_kernels *px_hrw_kernels_in_use(void) {
    (void)pthread_once(&once, choose);
    return in_use;
}
