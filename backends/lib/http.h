/* SPDX-License-Identifier: MIT */
/* HTTP for the backends that speak it: many requests over a few kept-alive
 * connections, each bounded in time and size.  It never follows a redirect (which
 * would carry a token to another host), uses no proxy and no .netrc, and leaves
 * signals alone.  Failures are said through the host before they are returned. */
#ifndef LIB_HTTP_H
#define LIB_HTTP_H

#include <proxenos/plugin.h>

#include <stdbool.h>

/* All strings are borrowed until http_client_free; NULL where none is said. */
typedef struct http_settings {
    const char *base;          /* "https://host:8500/prefix", no slash at the end */
    const char *peer;          /* "Consul at https://host:8500", for messages */
    const char *address_advice; /* which options decide the address, for messages */
    const char *socket_path;   /* unix socket to use; NULL: TCP */
    const char *connect_to;    /* "HOST:PORT" instead of the one in base; NULL */
    const char *user, *password; /* basic authentication; NULL: none */
    const char *ca_file, *ca_path; /* NULL both: the system's authorities */
    const char *certificate, *key; /* PEM files; NULL: none */
    bool verify;               /* the server's certificate and its name */
    bool compress;             /* ask for compressed answers */
    unsigned connections;      /* at once, at least 1 */
    int64_t timeout_ms;        /* of one request; the host's deadline counts too */
    size_t max_body;           /* bytes of one answer, decompressed */
} http_settings;

typedef struct http_client http_client;

/* Touches no network.  The settings are copied, their strings are not. */
int32_t http_client_new(const proxenos_host *host, const http_settings *settings, http_client **client);
void http_client_free(http_client *client);

/* A complete answer of any status.  Lives until `take` returns. */
typedef struct http_answer {
    long status;
    char *body;                /* NUL-terminated; the taker may write into it */
    size_t length;
    const char *headers;       /* of the final answer, lines that end in CR LF */
} http_answer;

/* Copies a header's value, its name compared in any case; false when there is
 * none, or it does not fit. */
bool http_header(const http_answer *answer, const char *name, char *value, size_t size);

/* Gets the answer to target `index`; a result but OK ends the whole batch with it. */
typedef int32_t http_take(void *user, size_t index, const http_answer *answer);

/* Gets a piece of the body of an answer with status 200 as it comes; such a body is not kept, and max_body does not
 * hold for it.  A result but OK ends the whole batch with it. */
typedef int32_t http_part(void *user, const char *bytes, size_t length);

typedef struct http_batch {
    const char *const *targets; /* path and query, percent-encoded, appended to base */
    size_t count;
    const char *header;        /* one more header line, "Name: value"; NULL: none */
    const char *const *headers; /* and further ones, NULL-terminated; NULL: none */
    const char *body;          /* JSON to POST to every target; NULL: GET */
    http_take *take;           /* called in the order in which answers arrive */
    http_part *part;           /* NULL: bodies are kept for `take` */
    void *user;
    int64_t patience_ms;       /* how long to go on, then the result is UNCHANGED and nothing is said; 0: no such end */
} http_batch;

/* Asks for every target.  OK once every answer was taken. */
int32_t http_get(http_client *client, const http_batch *batch);

#endif
