/* SPDX-License-Identifier: MIT */
/* The token and the password: which of their sources counts, and the rule that
 * neither goes to an address of a lower rank than its own.  Otherwise whoever can
 * set CONSUL_HTTP_ADDR would be sent the configuration's token. */
#include "consul/internal.h"

#include <string.h>

enum { SECRET_LIMIT = 8192 }; /* bytes of a file; a token is a UUID */

/* Address rank 0 is the built-in localhost, which nobody can have planted. */
static int32_t check_rank(const consul_agent *agent, uint32_t rank, const char *what) {
    if (agent->address_rank == 0 || consul_level(agent->address_rank) >= consul_level(rank)) return PROXENOS_RESULT_OK;
    return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                         "the %s comes from %s and is not sent to an address that %s chose (%s); "
                         "give the address where the %s is given",
                         what, consul_speaker(rank), consul_speaker(agent->address_rank), agent->peer, what);
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void keep_trimmed(buffer *secret, const char *text, size_t length) {
    while (length > 0 && is_space(text[length - 1])) length--;
    while (length > 0 && is_space(*text)) text++, length--;
    buffer_append(secret, text, length);
}

static void wipe(buffer *secret) {
    buffer_wipe(secret->bytes, secret->length);
    buffer_reset(secret);
}

/* What the host said of a file, put as the fault of the option that names it. */
static int32_t bad_file(const consul_agent *agent, enum consul_option option, int32_t result) {
    const char *name = option == CONSUL_TOKEN_FILE ? "token-file (CONSUL_HTTP_TOKEN_FILE)" : "http-auth-file";
    const char *path = consul_value(agent, option)->text;
    if (result == PROXENOS_RESULT_NOT_FOUND) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION, "option %s: there is no file '%s'", name,
                             path);
    }
    if (result == PROXENOS_RESULT_MALFORMED) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION, "option %s: '%s' holds more than %d bytes",
                             name, path, SECRET_LIMIT);
    }
    return result;
}

/* The file beats the text unless the text has a higher rank; an empty one counts
 * as not given.  *rank is that of the one taken. */
static int32_t read_secret(const consul_agent *agent, enum consul_option file_option,
                           enum consul_option text_option, buffer *secret, uint32_t *rank, bool *is_from_file) {
    const proxenos_value *file = consul_value(agent, file_option);
    const proxenos_value *text = consul_value(agent, text_option);
    bool has_text = text->is_set != 0 && text->length > 0;
    bool has_file = file->is_set != 0 && file->length > 0;
    *is_from_file = false;
    *rank = 0;
    wipe(secret);
    if (has_file && !(has_text && text->rank > file->rank)) {
        char bytes[SECRET_LIMIT];
        size_t length = 0;
        int32_t result = agent->host->read_file(agent->host, file->text, bytes, sizeof bytes, &length);
        if (result == PROXENOS_RESULT_OK) keep_trimmed(secret, bytes, length);
        buffer_wipe(bytes, sizeof bytes);
        if (result != PROXENOS_RESULT_OK) return bad_file(agent, file_option, result);
        *is_from_file = true;
        *rank = file->rank;
    }
    if (secret->length == 0 && has_text) {
        keep_trimmed(secret, text->text, text->length);
        *rank = text->rank;
    }
    return secret->failed ? consul_no_memory(agent) : PROXENOS_RESULT_OK;
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
    buffer_wipe(both.bytes, both.length);
    buffer_clear(&both);
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
    wipe(&agent->token);
    buffer_clear(&agent->token);
    agent->token = token;
    return result;
}

static bool holds(const char *text, const buffer *secret) {
    return secret->length > 0 && strstr(text, secret->bytes) != NULL;
}

bool consul_tells_secret(const consul_agent *agent, const char *text) {
    return holds(text, &agent->token) || holds(text, &agent->password);
}
