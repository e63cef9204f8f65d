/* SPDX-License-Identifier: MIT */
/* The token and the password.  See lib/secret.h for who may have them sent where. */
#include "consul/internal.h"

#include "lib/secret.h"

#include <string.h>

static int32_t check_rank(const consul_agent *agent, uint32_t rank, const char *what) {
    return secret_check_rank(agent->host, what, rank, agent->address_rank, agent->peer, CONSUL_VARIABLES);
}

/* *is_from_file: the file's counts. */
static int32_t read_secret(const consul_agent *agent, enum consul_option file_option,
                           enum consul_option text_option, buffer *secret, uint32_t *rank, bool *is_from_file) {
    bool is_token = file_option == CONSUL_TOKEN_FILE;
    const secret_source source = {
        .file = consul_value(agent, file_option), .text = consul_value(agent, text_option),
        .what = is_token ? "token" : "password of http-auth",
        .file_option = is_token ? "token-file (CONSUL_HTTP_TOKEN_FILE)" : "http-auth-file",
    };
    int32_t result = secret_read(agent->host, &source, secret, rank);
    bool has_text = source.text->is_set != 0 && source.text->length > 0;
    *is_from_file = source.file->is_set != 0 && source.file->length > 0 &&
                    !(has_text && source.text->rank > source.file->rank);
    return result;
}

int32_t consul_read_password(consul_agent *agent) {
    buffer both = {0};
    uint32_t rank;
    bool is_from_file;
    int32_t result = read_secret(agent, CONSUL_HTTP_AUTH_FILE, CONSUL_HTTP_AUTH, &both, &rank, &is_from_file);
    if (result == PROXENOS_RESULT_OK && both.length > 0) {
        const char *colon = memchr(both.bytes, ':', both.length);
        size_t user = colon == NULL ? both.length : (size_t)(colon - both.bytes);
        buffer_append(&agent->user, both.bytes, user);
        buffer_append(&agent->password, "", 0);
        if (colon != NULL) buffer_append(&agent->password, colon + 1, both.length - user - 1);
        result = agent->user.failed || agent->password.failed ? consul_no_memory(agent)
                                                              : check_rank(agent, rank, "password of http-auth");
    }
    secret_wipe(&both);
    return result;
}

/* What else would end the header line, or the token. */
static bool is_header_safe(const buffer *token) {
    for (size_t i = 0; i < token->length; i++) {
        if (token->bytes[i] <= ' ' || token->bytes[i] >= 0x7f) return false;
    }
    return true;
}

int32_t consul_read_token(consul_agent *agent, bool *has_changed) {
    buffer token = {0};
    uint32_t rank;
    int32_t result = read_secret(agent, CONSUL_TOKEN_FILE, CONSUL_TOKEN, &token, &rank,
                                 &agent->token_is_from_file);
    if (result == PROXENOS_RESULT_OK && token.length > 0) {
        result = is_header_safe(&token)
                     ? check_rank(agent, rank, "token")
                     : proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                                     "the token (option %s) holds bytes that no token has, such as spaces",
                                     agent->token_is_from_file ? "token-file" : "token");
    }
    /* A file that is empty now is being rewritten, or was a pipe: the last token stays. */
    if (result == PROXENOS_RESULT_OK && token.length == 0 && agent->token.length > 0) {
        buffer_clear(&token);
        *has_changed = false;
        return result;
    }
    *has_changed = token.length != agent->token.length ||
                   (token.length > 0 && memcmp(token.bytes, agent->token.bytes, token.length) != 0);
    secret_wipe(&agent->token);
    agent->token = token;
    return result;
}

bool consul_tells_secret(const consul_agent *agent, const char *text) {
    return secret_is_told(text, &agent->token) || secret_is_told(text, &agent->password);
}
