/* SPDX-License-Identifier: MIT */
#include "lib/secret.h"

#include <string.h>

enum { SECRET_LIMIT = 8192 }; /* bytes of a file */

uint32_t secret_level(uint32_t rank) {
    return rank == PROXENOS_RANK_CLUSTER ? PROXENOS_RANK_CONFIG : rank;
}

const char *secret_speaker(uint32_t rank, const char *variables) {
    switch (secret_level(rank)) {
    case PROXENOS_RANK_SOURCE_ENVIRONMENT: return variables;
    case PROXENOS_RANK_CONFIG: return "the configuration";
    case PROXENOS_RANK_ENVIRONMENT: return "an environment variable PROXENOS_...";
    default: return "the command line";
    }
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void keep_trimmed(buffer *secret, const char *text, size_t length) {
    while (length > 0 && is_space(text[length - 1])) length--;
    while (length > 0 && is_space(*text)) text++, length--;
    buffer_append(secret, text, length);
}

void secret_wipe(buffer *secret) {
    buffer_wipe(secret->bytes, secret->length);
    buffer_clear(secret);
}

/* What the host said of a file, put as the fault of the option that names it. */
static int32_t bad_file(const proxenos_host *host, const secret_source *source, int32_t result) {
    if (result == PROXENOS_RESULT_NOT_FOUND) {
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION, "option %s: there is no file '%s'", source->file_option,
                             source->file->text);
    }
    if (result == PROXENOS_RESULT_MALFORMED) {
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION, "option %s: '%s' holds more than %d bytes",
                             source->file_option, source->file->text, SECRET_LIMIT);
    }
    return result;
}

int32_t secret_read(const proxenos_host *host, const secret_source *source, buffer *secret, uint32_t *rank) {
    const proxenos_value *file = source->file, *text = source->text;
    bool has_text = text->is_set != 0 && text->length > 0;
    bool has_file = file->is_set != 0 && file->length > 0;
    *rank = 0;
    if (has_file && !(has_text && text->rank > file->rank)) {
        char bytes[SECRET_LIMIT];
        size_t length = 0;
        int32_t result = host->read_file(host, file->text, bytes, sizeof bytes, &length);
        if (result == PROXENOS_RESULT_OK) keep_trimmed(secret, bytes, length);
        buffer_wipe(bytes, sizeof bytes);
        if (result != PROXENOS_RESULT_OK) return bad_file(host, source, result);
        *rank = file->rank;
    }
    if (secret->length == 0 && has_text) {
        keep_trimmed(secret, text->text, text->length);
        *rank = text->rank;
    }
    if (!secret->failed) return PROXENOS_RESULT_OK;
    return host->fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

int32_t secret_check_rank(const proxenos_host *host, const char *what, uint32_t rank, uint32_t address_rank,
                          const char *peer, const char *variables) {
    if (address_rank == 0 || secret_level(address_rank) >= secret_level(rank)) return PROXENOS_RESULT_OK;
    return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION,
                         "the %s comes from %s and is not sent to an address that %s chose (%s); give the address where "
                         "the %s is given",
                         what, secret_speaker(rank, variables), secret_speaker(address_rank, variables), peer, what);
}

bool secret_is_told(const char *text, const buffer *secret) {
    return secret->length > 0 && strstr(text, secret->bytes) != NULL;
}

int32_t secret_check_tls(const proxenos_host *host, const secret_weakening *weakenings, size_t count,
                         uint32_t protected_rank, const char *protected_what, const char *variables) {
    uint32_t highest = secret_level(protected_rank);
    for (size_t i = 0; i < count; i++) {
        const secret_weakening *weak = &weakenings[i];
        if (!weak->is_given || secret_level(weak->value->rank) >= highest) continue;
        if (weak->may_serve_flags && highest == PROXENOS_RANK_FLAG) continue;
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION,
                             "option %s of %s %s, but the %s comes from %s; give it where the %s is given", weak->option,
                             secret_speaker(weak->value->rank, variables), weak->effect, protected_what,
                             secret_speaker(highest, variables), protected_what);
    }
    return PROXENOS_RESULT_OK;
}
