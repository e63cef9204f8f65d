/* SPDX-License-Identifier: MIT */
/* The forms of other programs that list servers (form.h); false when memory is short. */
#ifndef CLI_VERBS_WATCH_SERVERS_H
#define CLI_VERBS_WATCH_SERVERS_H

#include <proxenos/proxenos.h>

#include <stdbool.h>

/* A backend, an upstream, of each service. */
bool servers_haproxy(const proxenos_selector *selector);
bool servers_nginx(const proxenos_selector *selector);
/* hosts(5). */
bool servers_hosts(const proxenos_selector *selector);

#endif
