/* SPDX-License-Identifier: MIT */
/* What is allowed, but hardly meant. */
#ifndef CLI_SESSION_DOUBTS_H
#define CLI_SESSION_DOUBTS_H

#include "options/arguments.h"

#include <proxenos/proxenos.h>

/* Nobody named a backend, nor a cluster: ARGUMENT when the configuration has clusters and nothing on the command
 * line or in the environment speaks of Consul, which would be assumed. */
proxenos_status doubt_assumption(const proxenos_config *config, const cli_arguments *arguments,
                                 proxenos_error *error);
/* Standard input can be read once: 0, or EXIT_USAGE after one line when two ask for it. */
int doubt_standard_input(const cli_arguments *arguments);
/* Warns of weight-from and spread that go by what no node has. */
void doubt_unused(const proxenos_settings *settings, const proxenos_cluster *cluster);

#endif
