/* SPDX-License-Identifier: MIT */
/* A failed transfer in words, and as one of the contract's results. */
#include "lib/http-internal.h"

#include <stdlib.h>
#include <string.h>

/* What libcurl said, or else its word for the code. */
static const char *words_of(const http_slot *slot, CURLcode code) {
    return slot->words[0] != '\0' ? slot->words : curl_easy_strerror(code);
}

static bool was_connected(const http_slot *slot) {
    curl_off_t microseconds = 0;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
    return microseconds > 0;
}

int32_t http_out_of_time(const http_client *client) {
    return proxenos_fail(client->host, PROXENOS_RESULT_TIMED_OUT,
                         "%s: the time for the whole read is over ('timeout' of the cluster, --timeout)",
                         client->settings.peer);
}

static int32_t too_slow(const http_slot *slot) {
    const http_client *client = slot->client;
    if (!was_connected(slot) && slot->timeout_ms > HTTP_CONNECT_TIMEOUT_MS) {
        return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE,
                             "%s gives no connection within %d s; check %s", client->settings.peer,
                             HTTP_CONNECT_TIMEOUT_MS / 1000, client->settings.address_advice);
    }
    if (slot->timeout_ms < client->settings.timeout_ms) return http_out_of_time(client);
    return proxenos_fail(client->host, PROXENOS_RESULT_TIMED_OUT,
                         "%s gave no complete answer within %lld ms (option timeout of the backend)",
                         client->settings.peer, (long long)slot->timeout_ms);
}

static int32_t too_large(const http_client *client) {
    return proxenos_fail(client->host, PROXENOS_RESULT_MALFORMED,
                         "%s answers with more than %zu bytes, the limit (option max-body)",
                         client->settings.peer, client->settings.max_body);
}

static int32_t headers_too_large(const http_client *client) {
    return proxenos_fail(client->host, PROXENOS_RESULT_MALFORMED,
                         "%s sends more than %d bytes of headers, the limit", client->settings.peer,
                         HTTP_MAX_HEADERS);
}

/* libcurl before 8.6 says that memory is short when a header line is longer than the
 * 100 KiB that it keeps: see whether it is. */
static bool is_memory_short(void) {
    enum { PROBE_SIZE = 1024 * 1024 };
    void *volatile probe = malloc(PROBE_SIZE);
    bool is_short = probe == NULL;
    free(probe);
    return is_short;
}

static int32_t no_memory(const http_client *client) {
    return client->host->fail(client->host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

static int32_t plainly(const http_slot *slot, int32_t result, const char *what, CURLcode code) {
    const http_client *client = slot->client;
    return proxenos_fail(client->host, result, "%s %s: %s", client->settings.peer, what, words_of(slot, code));
}

/* With TLS 1.3 a refused client certificate shows at the first read only. */
static int32_t broke_off(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    const char *words = words_of(slot, code);
    /* What libcurl cannot read is an error of receiving to it. */
    if (strstr(words, "chunked") != NULL || strstr(words, "response headers") != NULL) {
        return plainly(slot, PROXENOS_RESULT_MALFORMED, "sends an answer that is no HTTP", code);
    }
    if (strstr(words, "alert") != NULL) {
        return proxenos_fail(client->host, PROXENOS_RESULT_DENIED,
                             "%s refuses the TLS connection: %s; it may want a client certificate "
                             "(options tls-cert and tls-key)", client->settings.peer, words);
    }
    return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE, "%s closed the connection early: %s",
                         client->settings.peer, words);
}

static int32_t no_handshake(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    const char *words = words_of(slot, code);
    if (strstr(words, "wrong version number") != NULL) {
        return proxenos_fail(client->host, PROXENOS_RESULT_BAD_OPTION,
                             "%s does not speak TLS on this port; leave out https:// and option tls, or check %s",
                             client->settings.peer, client->settings.address_advice);
    }
    return strstr(words, "alert") != NULL
               ? broke_off(slot, code)
               : proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE, "%s: the TLS handshake failed: %s",
                               client->settings.peer, words);
}

static int32_t not_trusted(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE,
                         "%s: its certificate is not trusted: %s; options tls-ca-file, tls-ca-path (a folder "
                         "prepared by 'openssl rehash') and tls-server-name decide", client->settings.peer,
                         words_of(slot, code));
}

int32_t http_failure(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    if (slot->body.failed || slot->headers.failed) return no_memory(client);
    if (slot->body_too_large) return too_large(client);
    if (slot->headers_too_large) return headers_too_large(client);
    switch ((int)code) {
    case CURLE_OUT_OF_MEMORY: return is_memory_short() ? no_memory(client) : headers_too_large(client);
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
        return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE, "%s cannot be reached: %s; check %s",
                             client->settings.peer, words_of(slot, code), client->settings.address_advice);
    case CURLE_OPERATION_TIMEDOUT: return too_slow(slot);
    case CURLE_FILESIZE_EXCEEDED: return too_large(client);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return broke_off(slot, code);
    case CURLE_PARTIAL_FILE: return plainly(slot, PROXENOS_RESULT_MALFORMED, "broke off its answer", code);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return plainly(slot, PROXENOS_RESULT_MALFORMED, "does not speak HTTP", code);
    case CURLE_BAD_CONTENT_ENCODING:
        return plainly(slot, PROXENOS_RESULT_MALFORMED, "sends an answer that cannot be decompressed", code);
    case CURLE_SSL_CONNECT_ERROR: return no_handshake(slot, code);
    case CURLE_PEER_FAILED_VERIFICATION: return not_trusted(slot, code);
    case CURLE_SSL_CERTPROBLEM:
        return plainly(slot, PROXENOS_RESULT_BAD_OPTION, "cannot be shown the files of tls-cert and tls-key", code);
    case CURLE_SSL_CACERT_BADFILE:
        return plainly(slot, PROXENOS_RESULT_BAD_OPTION,
                       "cannot be checked against tls-ca-file or tls-ca-path", code);
    default: return plainly(slot, PROXENOS_RESULT_UNREACHABLE, "cannot be asked", code);
    }
}
