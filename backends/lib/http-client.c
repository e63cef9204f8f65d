/* SPDX-License-Identifier: MIT */
/* The client and its handles: everything that libcurl is told once. */
#include "lib/http.h"

#include "lib/http-internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_code;

/* Never undone: libcurl and its TLS library do not unload safely. */
static void global_init(void) {
    global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool is_streamed(const http_slot *slot) {
    long status = 0;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    return slot->client->batch->part != NULL && status == 200;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
    http_slot *slot = user;
    size_t length = size * count;
    if (is_streamed(slot)) {
        const http_batch *batch = slot->client->batch;
        slot->part_result = batch->part(batch->user, bytes, length);
        return slot->part_result == PROXENOS_RESULT_OK ? length : 0;
    }
    if (length > slot->client->settings.max_body - slot->body.length) {
        slot->body_too_large = true;
        return 0;
    }
    buffer_append(&slot->body, bytes, length);
    return slot->body.failed ? 0 : length;
}

/* Keeps the header lines of the last answer: an interim one (100) starts over.  Counted
 * are all: libcurl's own limits differ from version to version, or are none. */
static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
    http_slot *slot = user;
    size_t length = size * count;
    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        buffer_reset(&slot->headers);
        /* HTTP/1.1 was asked for; older libcurls take any number. */
        slot->is_other_version = length < 7 || memcmp(bytes, "HTTP/1.", 7) != 0;
        if (slot->is_other_version) return 0;
    }
    if (length > HTTP_MAX_HEADERS - slot->header_bytes) {
        slot->headers_too_large = true;
        return 0;
    }
    slot->header_bytes += length;
    buffer_append(&slot->headers, bytes, length);
    return slot->headers.failed ? 0 : length;
}

/* The first refusal is kept, so that only the end is checked. */
#define SET(option, value)                                                          \
    do {                                                                            \
        if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value);         \
    } while (0)

static CURLcode set_protocol(CURL *easy, const http_settings *settings) {
    CURLcode code = CURLE_OK;
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_USERAGENT, "proxenos");
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_TIMEOUT_MS);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)settings->max_body);
    SET(CURLOPT_BUFFERSIZE, 64L * 1024);
    /* Parallel requests want connections of their own, which HTTP/2 would merge. */
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name server that does not answer must not hold up the end of a request. */
    SET(CURLOPT_QUICK_EXIT, 1L);
#endif
    /* The empty text stands for every encoding that libcurl can undo. */
    if (settings->compress) SET(CURLOPT_ACCEPT_ENCODING, "");
    return code;
}

static CURLcode set_peer(CURL *easy, const http_client *client) {
    const http_settings *settings = &client->settings;
    CURLcode code = CURLE_OK;
    if (settings->socket_path != NULL) SET(CURLOPT_UNIX_SOCKET_PATH, settings->socket_path);
    if (client->connect_to != NULL) SET(CURLOPT_CONNECT_TO, client->connect_to);
    if (settings->user != NULL) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, settings->user);
        SET(CURLOPT_PASSWORD, settings->password == NULL ? "" : settings->password);
    }
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, settings->verify ? 1L : 0L);
    SET(CURLOPT_SSL_VERIFYHOST, settings->verify ? 2L : 0L);
    if (settings->ca_file != NULL || settings->ca_path != NULL) {
        /* Both, so that the built-in authorities do not stay beside the given ones. */
        SET(CURLOPT_CAINFO, settings->ca_file);
        SET(CURLOPT_CAPATH, settings->ca_path);
    }
    if (settings->certificate != NULL) {
        SET(CURLOPT_SSLCERT, settings->certificate);
        SET(CURLOPT_SSLKEY, settings->key);
        /* Or else the TLS library asks for the password of a locked key, on the terminal. */
        SET(CURLOPT_KEYPASSWD, "");
    }
    return code;
}

static CURLcode set_callbacks(CURL *easy, http_slot *slot) {
    CURLcode code = CURLE_OK;
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, slot);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, slot);
    SET(CURLOPT_ERRORBUFFER, slot->words);
    SET(CURLOPT_PRIVATE, slot);
    bool is_tls = strncmp(slot->client->settings.base, "https:", 6) == 0;
    return code == CURLE_OK && is_tls ? http_tls_watch(slot) : code;
}

static int32_t no_memory(const proxenos_host *host) {
    return host->fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

int32_t http_slot_open(http_slot *slot) {
    const http_client *client = slot->client;
    slot->easy = curl_easy_init();
    if (slot->easy == NULL) return no_memory(client->host);
    CURLcode code = set_protocol(slot->easy, &client->settings);
    if (code == CURLE_OK) code = set_peer(slot->easy, client);
    if (code == CURLE_OK) code = set_callbacks(slot->easy, slot);
    if (code == CURLE_OK) return PROXENOS_RESULT_OK;
    curl_easy_cleanup(slot->easy);
    slot->easy = NULL;
    if (code == CURLE_OUT_OF_MEMORY) return no_memory(client->host);
    return proxenos_fail(client->host, PROXENOS_RESULT_UNSUPPORTED,
                         "%s: this machine's libcurl (%s) refuses a setting: %s", client->settings.peer,
                         curl_version(), curl_easy_strerror(code));
}

/* "::HOST:PORT" says: instead of any host and port. */
static bool add_connect_to(http_client *client) {
    if (client->settings.connect_to == NULL) return true;
    buffer text = {0};
    buffer_add(&text, "::");
    buffer_add(&text, client->settings.connect_to);
    client->connect_to = text.failed ? NULL : curl_slist_append(NULL, text.bytes);
    buffer_clear(&text);
    return client->connect_to != NULL;
}

int32_t http_client_new(const proxenos_host *host, const http_settings *settings, http_client **client) {
    (void)pthread_once(&global_once, global_init);
    if (global_code != CURLE_OK) {
        return proxenos_fail(host, PROXENOS_RESULT_UNSUPPORTED, "libcurl cannot be set up: %s",
                             curl_easy_strerror(global_code));
    }
    http_client *made = calloc(1, sizeof *made);
    if (made == NULL) return no_memory(host);
    made->host = host;
    made->settings = *settings;
    made->slots = calloc(settings->connections, sizeof *made->slots);
    made->multi = curl_multi_init();
    if (made->slots == NULL || made->multi == NULL || !add_connect_to(made) ||
        curl_multi_setopt(made->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)settings->connections) != CURLM_OK ||
        curl_multi_setopt(made->multi, CURLMOPT_MAXCONNECTS, (long)settings->connections) != CURLM_OK) {
        http_client_free(made);
        return no_memory(host);
    }
    for (unsigned i = 0; i < settings->connections; i++) made->slots[i].client = made;
    *client = made;
    return PROXENOS_RESULT_OK;
}

void http_client_free(http_client *client) {
    if (client == NULL) return;
    for (unsigned i = 0; client->slots != NULL && i < client->settings.connections; i++) {
        if (client->slots[i].easy != NULL) curl_easy_cleanup(client->slots[i].easy);
        buffer_clear(&client->slots[i].body);
        buffer_clear(&client->slots[i].headers);
    }
    free(client->slots);
    if (client->multi != NULL) (void)curl_multi_cleanup(client->multi);
    curl_slist_free_all(client->connect_to);
    buffer_clear(&client->url);
    free(client);
}

/* The value behind "Name:" at the start of a line; NULL when another name is there. */
static const char *value_in(const char *line, const char *name) {
    while (*name != '\0' && ascii_lower(*line) == ascii_lower(*name)) line++, name++;
    if (*name != '\0' || *line != ':') return NULL;
    line++;
    while (*line == ' ' || *line == '\t') line++;
    return line;
}

bool http_header(const http_answer *answer, const char *name, char *value, size_t size) {
    for (const char *line = answer->headers, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        const char *start = value_in(line, name);
        if (start == NULL) continue;
        while (end > start && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t')) end--;
        if ((size_t)(end - start) >= size) return false;
        memcpy(value, start, (size_t)(end - start));
        value[end - start] = '\0';
        return true;
    }
    return false;
}
