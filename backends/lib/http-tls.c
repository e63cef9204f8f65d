/* SPDX-License-Identifier: MIT */
/* What a TLS peer says when it refuses, by its numbers. */
#include "lib/http-internal.h"

/* The only way to them that libcurl has: its trace.  With OpenSSL each message that
 * arrives is shown as it is, a record's header of 5 bytes before what the record holds
 * (RFC 8446 section 5.1), and an alert as its 2 bytes.  Other TLS libraries show nothing.
 * Nothing is kept but these numbers: the trace holds tokens as well. */
static int on_trace(CURL *easy, curl_infotype kind, char *bytes, size_t length, void *user) {
    (void)easy;
    http_slot *slot = user;
    if (kind == CURLINFO_SSL_DATA_OUT) slot->tls.is_under_way = true;
    if (kind != CURLINFO_SSL_DATA_IN) return 0;
    enum { RECORD_HEADER = 5, FIRST_TYPE = 20, LAST_TYPE = 24, MAJOR_VERSION = 3, ALERT = 2, CLOSE_NOTIFY = 0 };
    const unsigned char *octets = (const unsigned char *)bytes;
    if (!slot->tls.has_spoken && length == RECORD_HEADER) {
        slot->tls.is_other_protocol =
            octets[0] < FIRST_TYPE || octets[0] > LAST_TYPE || octets[1] != MAJOR_VERSION;
    }
    slot->tls.has_spoken = true;
    if (length == ALERT && octets[1] != CLOSE_NOTIFY) slot->tls.alert = octets[1];
    return 0;
}

CURLcode http_tls_watch(http_slot *slot) {
    CURLcode code = curl_easy_setopt(slot->easy, CURLOPT_DEBUGFUNCTION, on_trace);
    if (code == CURLE_OK) code = curl_easy_setopt(slot->easy, CURLOPT_DEBUGDATA, slot);
    if (code == CURLE_OK) code = curl_easy_setopt(slot->easy, CURLOPT_VERBOSE, 1L);
    return code;
}
