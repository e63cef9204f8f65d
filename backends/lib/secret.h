/* SPDX-License-Identifier: MIT */
/* Secrets and ranks: which of a secret's sources counts, and the rule that no secret goes to an address of a lower rank
 * than its own, and that nothing of a lower rank weakens the TLS that protects it.  Otherwise whoever can set a
 * variable of the environment would be sent what the configuration keeps. */
#ifndef LIB_SECRET_H
#define LIB_SECRET_H

#include "lib/buffer.h"

#include <proxenos/plugin.h>

#include <stdint.h>

/* A rank for comparing who said what: the common part and the named clusters of a configuration are one file, written
 * by one hand, and count as one. */
uint32_t secret_level(uint32_t rank);
/* "the configuration", "an environment variable ETCDCTL_..."; `variables` is the source's own, "ETCDCTL_...". */
const char *secret_speaker(uint32_t rank, const char *variables);

/* One secret, in a file or as text. */
typedef struct secret_source {
    const proxenos_value *file, *text;
    const char *what;                /* "password" */
    const char *file_option;         /* "password-file" */
} secret_source;

/* The file beats the text unless the text has a higher rank; an empty one counts as not given.  Appends it without the
 * white space around it; *rank is that of the one taken, 0 when there is none. */
int32_t secret_read(const proxenos_host *host, const secret_source *source, buffer *secret, uint32_t *rank);
/* BAD_OPTION when the secret may not go to an address of that rank, 0 being a built-in one that nobody can have
 * planted. */
int32_t secret_check_rank(const proxenos_host *host, const char *what, uint32_t rank, uint32_t address_rank,
                          const char *peer, const char *variables);
/* Whether `text`, which a server may have said, holds the secret. */
bool secret_is_told(const char *text, const buffer *secret);
void secret_wipe(buffer *secret);

/* A setting that weakens TLS, where it does. */
typedef struct secret_weakening {
    const proxenos_value *value;
    const char *option;              /* "tls-verify" */
    const char *effect;              /* "switches off the check of the certificate" */
    bool is_given;
    bool may_serve_flags;            /* whoever types an address has that environment, and is sent elsewhere by none */
} secret_weakening;

/* BAD_OPTION when one has a lower rank than what TLS protects: the address, or a secret (the highest of them). */
int32_t secret_check_tls(const proxenos_host *host, const secret_weakening *weakenings, size_t count,
                         uint32_t protected_rank, const char *protected_what, const char *variables);

#endif
