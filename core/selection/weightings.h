/* SPDX-License-Identifier: MIT */
/* The table of weightings. */
#ifndef PX_SELECTION_WEIGHTINGS_H
#define PX_SELECTION_WEIGHTINGS_H

#include "selection/weighting.h"

/* By name; PROXENOS_ERROR_CONFIG with the nearest name. */
proxenos_status px_weighting_find(const char *name, const px_weighting **weighting, proxenos_error *error);

#endif
