/* SPDX-License-Identifier: MIT */
/* The loop that keeps every connection busy until a batch is done. */
#include "lib/http-internal.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

/* TLS libraries may write to a closed connection with write(2); the signal for it
 * must not reach the program, whose handlers are its own. */
typedef struct pipe_guard {
    sigset_t before;
    bool was_pending;
} pipe_guard;

static void hold_broken_pipe(pipe_guard *guard) {
    sigset_t pending, broken_pipe;
    (void)sigemptyset(&pending);
    (void)sigpending(&pending);
    guard->was_pending = sigismember(&pending, SIGPIPE) == 1;
    (void)sigemptyset(&broken_pipe);
    (void)sigaddset(&broken_pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &broken_pipe, &guard->before);
}

static void release_broken_pipe(const pipe_guard *guard) {
    sigset_t broken_pipe;
    (void)sigemptyset(&broken_pipe);
    (void)sigaddset(&broken_pipe, SIGPIPE);
    const struct timespec at_once = {0, 0};
    if (!guard->was_pending) (void)sigtimedwait(&broken_pipe, NULL, &at_once);
    (void)pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

/* A batch under way. */
typedef struct transfer {
    http_client *client;
    const http_batch *batch;
    struct curl_slist *headers;
    int64_t started_left_ms;    /* what the host's deadline left at the start, for the batch's patience */
    size_t next;                /* the first target not asked for yet */
    unsigned running;
} transfer;

static int32_t no_memory(const http_client *client) {
    return client->host->fail(client->host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
}

static CURLcode set_method(CURL *easy, const char *body) {
    if (body == NULL) return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body) : code;
}

static int32_t start(transfer *work, http_slot *slot) {
    http_client *client = work->client;
    int64_t remaining = client->host->remaining_ms(client->host);
    if (remaining <= 0) return http_out_of_time(client);
    if (slot->easy == NULL) {
        int32_t result = http_slot_open(slot);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    buffer_reset(&client->url);
    buffer_add(&client->url, client->settings.base);
    buffer_add(&client->url, work->batch->targets[work->next]);
    if (client->url.failed) return no_memory(client);
    buffer_reset(&slot->body);
    buffer_reset(&slot->headers);
    slot->words[0] = '\0';
    slot->body_too_large = slot->headers_too_large = slot->is_other_version = false;
    slot->header_bytes = 0;
    slot->part_result = PROXENOS_RESULT_OK;
    slot->tls = (http_tls){0};
    slot->index = work->next;
    slot->timeout_ms = remaining < client->settings.timeout_ms ? remaining : client->settings.timeout_ms;
    if (set_method(slot->easy, work->batch->body) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_URL, client->url.bytes) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, (long)slot->timeout_ms) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, work->headers) != CURLE_OK ||
        curl_multi_add_handle(client->multi, slot->easy) != CURLM_OK) {
        return no_memory(client);
    }
    slot->busy = true;
    work->running++;
    work->next++;
    return PROXENOS_RESULT_OK;
}

static int32_t start_free_slots(transfer *work) {
    http_client *client = work->client;
    for (unsigned i = 0; i < client->settings.connections && work->next < work->batch->count; i++) {
        if (client->slots[i].busy) continue;
        int32_t result = start(work, &client->slots[i]);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

static int32_t finish(transfer *work, http_slot *slot, CURLcode code) {
    http_client *client = work->client;
    (void)curl_multi_remove_handle(client->multi, slot->easy);
    slot->busy = false;
    work->running--;
    if (slot->part_result != PROXENOS_RESULT_OK) return slot->part_result;
    if (code != CURLE_OK) return http_failure(slot, code);
    http_answer answer = {0};
    /* An answer without a body has made no string yet. */
    buffer_append(&slot->body, "", 0);
    buffer_append(&slot->headers, "", 0);
    if (slot->body.failed || slot->headers.failed) return no_memory(client);
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &answer.status);
    answer.body = slot->body.bytes;
    answer.length = slot->body.length;
    answer.headers = slot->headers.bytes;
    return work->batch->take(work->batch->user, slot->index, &answer);
}

static int32_t take_finished(transfer *work) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(work->client->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        CURLcode code = message->data.result;
        char *slot = NULL;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
        int32_t result = finish(work, (http_slot *)(void *)slot, code);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

/* What is left of it, at least 1 where there is none; time is measured by the host's clock alone. */
static int64_t patience_of(const transfer *work, int64_t remaining) {
    if (work->batch->patience_ms == 0 || work->started_left_ms == INT64_MAX) return INT64_MAX;
    return work->batch->patience_ms - (work->started_left_ms - remaining);
}

/* Until a socket has news, libcurl has something due, or the call is cancelled. */
static int32_t wait_for_news(const transfer *work) {
    const http_client *client = work->client;
    const proxenos_host *host = client->host;
    int64_t remaining = host->remaining_ms(host), patience_left = patience_of(work, remaining);
    if (patience_left <= 0) return PROXENOS_RESULT_UNCHANGED;
    if (remaining <= 0) return http_out_of_time(client);
    struct curl_waitfd cancel = {.fd = host->cancel_descriptor(host), .events = CURL_WAIT_POLLIN};
    /* Without a descriptor only looking again shows a cancellation. */
    int64_t patience = cancel.fd >= 0 ? 1000 : 50;
    if (patience > remaining) patience = remaining;
    if (patience > patience_left) patience = patience_left;
    CURLMcode code = curl_multi_poll(client->multi, &cancel, cancel.fd >= 0 ? 1 : 0, (int)patience, NULL);
    if (code == CURLM_OK) return PROXENOS_RESULT_OK;
    if (code == CURLM_OUT_OF_MEMORY) return no_memory(client);
    return proxenos_fail(host, PROXENOS_RESULT_INTERNAL, "%s: libcurl: %s", client->settings.peer,
                         curl_multi_strerror(code));
}

static int32_t run(transfer *work) {
    const proxenos_host *host = work->client->host;
    for (;;) {
        if (host->is_cancelled(host) != 0) {
            return proxenos_fail(host, PROXENOS_RESULT_CANCELLED, "%s: cancelled", work->client->settings.peer);
        }
        int32_t result = start_free_slots(work);
        if (result != PROXENOS_RESULT_OK) return result;
        if (work->running == 0) return PROXENOS_RESULT_OK;
        int running;
        CURLMcode code = curl_multi_perform(work->client->multi, &running);
        if (code != CURLM_OK) return no_memory(work->client);
        unsigned before = work->running;
        result = take_finished(work);
        if (result != PROXENOS_RESULT_OK) return result;
        if (work->running < before) continue;
        result = wait_for_news(work);
        if (result != PROXENOS_RESULT_OK) return result;
    }
}

/* Ends what a failure left running, and gives back the memory of large answers. */
static void tidy(const transfer *work) {
    http_client *client = work->client;
    for (unsigned i = 0; i < client->settings.connections; i++) {
        http_slot *slot = &client->slots[i];
        if (slot->busy) (void)curl_multi_remove_handle(client->multi, slot->easy);
        slot->busy = false;
        /* The list is freed: no handle may keep it. */
        if (slot->easy != NULL) {
            (void)curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, NULL);
            (void)curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, NULL);
        }
        buffer_clear(&slot->body);
        buffer_clear(&slot->headers);
    }
}

/* The line may be a token. */
static void wipe_list(struct curl_slist *list) {
    for (struct curl_slist *line = list; line != NULL; line = line->next) buffer_wipe(line->data, strlen(line->data));
    curl_slist_free_all(list);
}

static bool add_header(struct curl_slist **list, const char *line) {
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer != NULL) *list = longer;
    return longer != NULL;
}

/* An empty "Expect:" keeps libcurl from asking whether a large body is welcome. */
static bool make_headers(const http_batch *batch, struct curl_slist **list) {
    bool is_done = batch->header == NULL || add_header(list, batch->header);
    for (size_t i = 0; is_done && batch->headers != NULL && batch->headers[i] != NULL; i++)
        is_done = add_header(list, batch->headers[i]);
    if (batch->body == NULL) return is_done;
    return is_done && add_header(list, "Content-Type: application/json") && add_header(list, "Expect:");
}

int32_t http_get(http_client *client, const http_batch *batch) {
    transfer work = {.client = client, .batch = batch, .started_left_ms = client->host->remaining_ms(client->host)};
    if (!make_headers(batch, &work.headers)) {
        wipe_list(work.headers);
        return no_memory(client);
    }
    client->batch = batch;
    pipe_guard guard;
    hold_broken_pipe(&guard);
    int32_t result = run(&work);
    tidy(&work);
    release_broken_pipe(&guard);
    client->batch = NULL;
    wipe_list(work.headers);
    return result;
}
