/* SPDX-License-Identifier: MIT */
/* Preloaded: a name service that does not answer for half a minute, and then knows nothing. */
#include <netdb.h>
#include <stddef.h>
#include <unistd.h>

#pragma GCC visibility push(default)
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found);
#pragma GCC visibility pop

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    (void)name;
    (void)service;
    (void)hints;
    *found = NULL;
    (void)sleep(30);
    return EAI_NONAME;
}
