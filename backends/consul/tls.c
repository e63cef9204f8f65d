/* SPDX-License-Identifier: MIT */
/* Who may weaken TLS: nobody of a lower rank than the address or a secret.  Otherwise whoever can set
 * CONSUL_HTTP_SSL_VERIFY could read what the configuration sends to a server that it names. */
#include "consul/internal.h"

#include "lib/secret.h"

#include <stdbool.h>
#include <string.h>

/* Whoever types an address has the environment that says which authority signs in this house, and would be sent
 * elsewhere by none; so the last three yield to an address of the command line. */
static const struct weakening {
    enum consul_option option;
    const char *what;
    bool may_serve_flags;
} weakenings[] = {
    {CONSUL_TLS_VERIFY, "switches off the check of the certificate", false},
    {CONSUL_TLS_CA_FILE, "says which authorities are trusted", true},
    {CONSUL_TLS_CA_PATH, "says which authorities are trusted", true},
    {CONSUL_TLS_SERVER_NAME, "says which name the certificate may have", true},
};

static bool is_weakened(const consul_agent *agent, enum consul_option option) {
    if (option == CONSUL_TLS_VERIFY) return consul_value(agent, option)->integer == 0;
    return consul_text(agent, option) != NULL;
}

/* What TLS protects: the option of the highest rank among the address and the secrets. */
static uint32_t protected_rank(const consul_agent *agent, const char **what) {
    static const struct {
        enum consul_option option;
        const char *name;
    } secrets[] = {{CONSUL_TOKEN_FILE, "token"}, {CONSUL_TOKEN, "token"},
                   {CONSUL_HTTP_AUTH_FILE, "password"}, {CONSUL_HTTP_AUTH, "password"}};
    uint32_t highest = secret_level(agent->address_rank);
    *what = "address";
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        const proxenos_value *value = consul_value(agent, secrets[i].option);
        if (value->is_set == 0 || value->length == 0 || secret_level(value->rank) <= highest) continue;
        highest = secret_level(value->rank);
        *what = secrets[i].name;
    }
    return highest;
}

int32_t consul_check_tls(const consul_agent *agent) {
    enum { COUNT = sizeof weakenings / sizeof weakenings[0] };
    secret_weakening given[COUNT];
    char names[COUNT][80];
    if (strncmp(agent->base, "https://", 8) != 0) return PROXENOS_RESULT_OK;
    for (size_t i = 0; i < COUNT; i++) {
        const proxenos_option *option = &consul_options[weakenings[i].option];
        (void)snprintf(names[i], sizeof names[i], "%s (%s)", option->name, option->environment);
        given[i] = (secret_weakening){.value = consul_value(agent, weakenings[i].option), .option = names[i],
                                      .effect = weakenings[i].what, .is_given = is_weakened(agent, weakenings[i].option),
                                      .may_serve_flags = weakenings[i].may_serve_flags};
    }
    const char *what;
    uint32_t highest = protected_rank(agent, &what);
    return secret_check_tls(agent->host, given, COUNT, highest, what, CONSUL_VARIABLES);
}
