/* SPDX-License-Identifier: MIT */
/* What the files of http.h share. */
#ifndef LIB_HTTP_INTERNAL_H
#define LIB_HTTP_INTERNAL_H

#include "lib/buffer.h"
#include "lib/http.h"

#include <curl/curl.h>

enum {
    HTTP_CONNECT_TIMEOUT_MS = 2000,
    HTTP_MAX_HEADERS = 64 * 1024 /* bytes of one answer, of the interim ones before it and of its trailers */
};

/* What went over the connection below HTTP, as far as a failed handshake is judged by it. */
typedef struct http_tls {
    bool is_under_way;          /* our first message went out */
    bool has_spoken;
    bool is_other_protocol;     /* its first bytes are no TLS record */
    unsigned alert;             /* number of its last alert, RFC 8446 section 6; 0: none, or a farewell */
} http_tls;

/* One request under way, and the handle that is used again for the next. */
typedef struct http_slot {
    http_client *client;
    CURL *easy;                 /* NULL until first used */
    buffer body, headers;
    size_t index;               /* of its target */
    int64_t timeout_ms;         /* what this request was given */
    bool busy;
    bool body_too_large;        /* the answer was refused for its size... */
    bool headers_too_large;     /* ...or for that of its headers */
    bool is_other_version;      /* it is no HTTP/1 */
    size_t header_bytes;        /* all that were seen: 0 until an answer begins */
    int32_t part_result;        /* what the batch's `part` gave; not OK ended the transfer */
    http_tls tls;
    char words[CURL_ERROR_SIZE]; /* libcurl's, about the last failure */
} http_slot;

struct http_client {
    const proxenos_host *host;
    http_settings settings;
    CURLM *multi;
    struct curl_slist *connect_to;
    http_slot *slots;           /* settings.connections of them */
    const http_batch *batch;    /* under way, or NULL */
    buffer url;
};

/* Has libcurl show what the peer sends during a handshake.  http-tls.c */
CURLcode http_tls_watch(http_slot *slot);
/* Makes the handle of a slot.  http-client.c */
int32_t http_slot_open(http_slot *slot);
/* Says that the host's deadline has passed.  http-failure.c */
int32_t http_out_of_time(const http_client *client);
/* Says why a transfer failed and returns the result for it.  http-failure.c */
int32_t http_failure(const http_slot *slot, CURLcode code);

#endif
