/* SPDX-License-Identifier: MIT */
/* A failed transfer in words, and as one of the contract's results.  Which result it is
 * follows from libcurl's code, from how far the transfer came and from what was counted.
 * libcurl's words and its choice of code differ from version to version: the words are
 * repeated, never judged. */
#include "lib/http-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What libcurl said, or else its word for the code. */
static const char *words_of(const http_slot *slot, CURLcode code) {
    return slot->words[0] != '\0' ? slot->words : curl_easy_strerror(code);
}

static curl_off_t time_of(const http_slot *slot, CURLINFO moment) {
    curl_off_t microseconds = 0;
    (void)curl_easy_getinfo(slot->easy, moment, &microseconds);
    return microseconds;
}

static bool was_connected(const http_slot *slot) {
    return time_of(slot, CURLINFO_CONNECT_TIME_T) > 0;
}

/* Of two deadlines with one code, the earlier: a connection that is used again has no
 * time of connecting in some versions, so that the clock alone tells. */
static bool is_deadline_of_connecting(const http_slot *slot) {
    enum { ROUNDING_MS = 10 };
    return slot->header_bytes == 0 && slot->timeout_ms > HTTP_CONNECT_TIMEOUT_MS &&
           time_of(slot, CURLINFO_TOTAL_TIME_T) / 1000 < slot->timeout_ms - ROUNDING_MS;
}

int32_t http_out_of_time(const http_client *client) {
    return proxenos_fail(client->host, PROXENOS_RESULT_TIMED_OUT,
                         "%s: the time for the whole read is over ('timeout' of the cluster, --timeout)",
                         client->settings.peer);
}

static int32_t too_slow(const http_slot *slot) {
    const http_client *client = slot->client;
    if (is_deadline_of_connecting(slot)) {
        return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE, "%s gives no %s within %d s; check %s",
                             client->settings.peer, slot->tls.is_under_way ? "TLS handshake" : "connection",
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

static int32_t no_memory(const http_client *client) {
    return client->host->fail(client->host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

static int32_t plainly(const http_slot *slot, int32_t result, const char *what, CURLcode code) {
    const http_client *client = slot->client;
    return proxenos_fail(client->host, result, "%s %s: %s", client->settings.peer, what, words_of(slot, code));
}

/* Longer than the lines that libcurl keeps, which the callback for headers never sees. */
static int32_t line_too_long(const http_slot *slot, CURLcode code) {
    if (slot->header_bytes == 0 && !was_connected(slot)) return no_memory(slot->client);
    return plainly(slot, PROXENOS_RESULT_MALFORMED, "sends a line of headers or trailers that is too long", code);
}

/* Alerts of RFC 8446, section 6, about the certificate that we have shown or not. */
static bool is_refused_by_tls(const http_slot *slot) {
    enum { HANDSHAKE_FAILURE = 40, CERTIFICATE_UNKNOWN = 46, UNKNOWN_CA = 48, ACCESS_DENIED = 49,
           CERTIFICATE_REQUIRED = 116 };
    unsigned alert = slot->tls.alert;
    return (alert >= HANDSHAKE_FAILURE && alert <= CERTIFICATE_UNKNOWN) || alert == UNKNOWN_CA ||
           alert == ACCESS_DENIED || alert == CERTIFICATE_REQUIRED;
}

static int32_t refused_by_tls(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    return proxenos_fail(client->host, PROXENOS_RESULT_DENIED,
                         "%s refuses the TLS connection (alert %u): %s; it may want a client certificate "
                         "(options tls-cert and tls-key)", client->settings.peer, slot->tls.alert,
                         words_of(slot, code));
}

/* A read that fails: before the answer or within it, by the network or by what came. */
static int32_t broke_off(const http_slot *slot, CURLcode code) {
    if (slot->header_bytes == 0) {
        return plainly(slot, PROXENOS_RESULT_UNREACHABLE, "closed the connection early", code);
    }
    long number = 0;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_OS_ERRNO, &number);
    if (number != 0) return plainly(slot, PROXENOS_RESULT_MALFORMED, "broke off its answer", code);
    return plainly(slot, PROXENOS_RESULT_MALFORMED, "sends an answer that breaks off or is no HTTP", code);
}

static int32_t no_handshake(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    if (slot->tls.is_other_protocol) {
        return proxenos_fail(client->host, PROXENOS_RESULT_BAD_OPTION,
                             "%s does not speak TLS on this port; leave out https:// and option tls, or check %s",
                             client->settings.peer, client->settings.address_advice);
    }
    return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE, "%s: the TLS handshake failed: %s",
                         client->settings.peer, words_of(slot, code));
}

/* Without a connection it is libcurl that lacks a protocol, after one it is the server. */
static int32_t no_protocol(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    if (was_connected(slot)) return plainly(slot, PROXENOS_RESULT_MALFORMED, "does not speak HTTP", code);
    return proxenos_fail(client->host, PROXENOS_RESULT_UNSUPPORTED, "%s: this machine's libcurl (%s) cannot: %s",
                         client->settings.peer, curl_version(), words_of(slot, code));
}

static int32_t not_trusted(const http_slot *slot, CURLcode code) {
    const http_client *client = slot->client;
    return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE,
                         "%s: its certificate is not trusted: %s; options tls-ca-file, tls-ca-path (a folder "
                         "prepared by 'openssl rehash') and tls-server-name decide", client->settings.peer,
                         words_of(slot, code));
}

static int32_t bad_certificate(const http_slot *slot, CURLcode code) {
    return plainly(slot, PROXENOS_RESULT_BAD_OPTION, "cannot be shown the files of tls-cert and tls-key", code);
}

/* A code that nothing is known of: within an answer the answer is to blame. */
static int32_t otherwise(const http_slot *slot, CURLcode code) {
    return slot->header_bytes > 0 ? broke_off(slot, code)
                                  : plainly(slot, PROXENOS_RESULT_UNREACHABLE, "cannot be asked", code);
}

/* Whether this process is about to run out of descriptors; libcurl, and the resolver, have no code for that, and may
 * have closed some again. */
static bool are_descriptors_short(void) {
    enum { NEEDED = 8 };
    int taken[NEEDED], count = 0, number = 0;
    while (count < NEEDED && (taken[count] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0) count++;
    if (count < NEEDED) number = errno;
    while (count > 0) (void)close(taken[--count]);
    return number == EMFILE || number == ENFILE;
}

static int32_t not_reached(const http_slot *slot, CURLcode code, const char *why) {
    const http_client *client = slot->client;
    if (buffer_no_memory_left()) return no_memory(client);
    if (are_descriptors_short()) {
        return proxenos_fail(client->host, PROXENOS_RESULT_INTERNAL, "%s cannot be asked: %s", client->settings.peer,
                             strerror(EMFILE));
    }
    return proxenos_fail(client->host, PROXENOS_RESULT_UNREACHABLE, "%s cannot be reached, %s: %s; check %s",
                         client->settings.peer, why, words_of(slot, code), client->settings.address_advice);
}

int32_t http_failure(const http_slot *slot, CURLcode code) {
    enum { CODE_TOO_LARGE = 100 }; /* CURLE_TOO_LARGE of libcurl 8.6 and later */
    const http_client *client = slot->client;
    if (slot->body.failed || slot->headers.failed) return no_memory(client);
    if (slot->body_too_large) return too_large(client);
    if (slot->headers_too_large) return headers_too_large(client);
    if (slot->is_other_version) return plainly(slot, PROXENOS_RESULT_MALFORMED, "does not speak HTTP/1.1", code);
    /* During the handshake, with TLS 1.3 at the first read only, and with three codes. */
    if (slot->header_bytes == 0 && is_refused_by_tls(slot)) return refused_by_tls(slot, code);
    switch ((int)code) {
    case CURLE_OUT_OF_MEMORY: return buffer_no_memory_left() ? no_memory(client)
                                                                 /* or a line is longer than it keeps */
                                                                 : line_too_long(slot, code);
    case CODE_TOO_LARGE: return line_too_long(slot, code);
    case CURLE_COULDNT_CONNECT: return not_reached(slot, code, "nothing takes the connection");
    case CURLE_COULDNT_RESOLVE_HOST: return not_reached(slot, code, "the host's name has no address");
    case CURLE_OPERATION_TIMEDOUT: return too_slow(slot);
    case CURLE_FILESIZE_EXCEEDED: return too_large(client);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return broke_off(slot, code);
    case CURLE_PARTIAL_FILE: return plainly(slot, PROXENOS_RESULT_MALFORMED, "broke off its answer", code);
    case CURLE_UNSUPPORTED_PROTOCOL: return no_protocol(slot, code);
    case CURLE_WEIRD_SERVER_REPLY: return plainly(slot, PROXENOS_RESULT_MALFORMED, "does not speak HTTP", code);
    case CURLE_BAD_CONTENT_ENCODING:
        return plainly(slot, PROXENOS_RESULT_MALFORMED, "sends an answer that cannot be decompressed", code);
    case CURLE_SSL_CONNECT_ERROR: return no_handshake(slot, code);
    case CURLE_PEER_FAILED_VERIFICATION: return not_trusted(slot, code);
    case CURLE_SSL_CERTPROBLEM: return bad_certificate(slot, code);
    case CURLE_BAD_FUNCTION_ARGUMENT: /* so says libcurl 8.23 of a key that it cannot use */
        return client->settings.certificate != NULL && !slot->tls.has_spoken ? bad_certificate(slot, code)
                                                                             : otherwise(slot, code);
    case CURLE_SSL_CACERT_BADFILE:
        return plainly(slot, PROXENOS_RESULT_BAD_OPTION,
                       "cannot be checked against tls-ca-file or tls-ca-path", code);
    default: return otherwise(slot, code);
    }
}
