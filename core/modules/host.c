/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "modules/host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Where ABI 1.0 ended. */
enum { NODE_DATA_1_0 = offsetof(proxenos_node_data, origin) + sizeof(const char *) };

/* The plugin's const pointer is to the table of a px_host that we may change. */
static px_host *host_of(const proxenos_host *table) {
    return (px_host *)(uintptr_t)table;
}

int64_t px_monotonic_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ----------------------------------------------------------------- results */

/* By result; the words are for plugins that did not call fail(). */
static const struct {
    proxenos_status status;
    const char *words;
} results[] = {
    [PROXENOS_RESULT_OK] = {PROXENOS_OK, "ok"},
    [PROXENOS_RESULT_UNCHANGED] = {PROXENOS_UNCHANGED, "unchanged"},
    [PROXENOS_RESULT_UNREACHABLE] = {PROXENOS_ERROR_UNREACHABLE, "the source does not answer"},
    [PROXENOS_RESULT_DENIED] = {PROXENOS_ERROR_DENIED, "the source denies access"},
    [PROXENOS_RESULT_MALFORMED] = {PROXENOS_ERROR_MALFORMED, "the source's answer makes no sense"},
    [PROXENOS_RESULT_TIMED_OUT] = {PROXENOS_ERROR_TIMED_OUT, "timed out"},
    [PROXENOS_RESULT_CANCELLED] = {PROXENOS_ERROR_CANCELLED, "cancelled"},
    [PROXENOS_RESULT_NOT_FOUND] = {PROXENOS_ERROR_NOT_FOUND, "the source knows no such thing"},
    [PROXENOS_RESULT_OUT_OF_MEMORY] = {PROXENOS_ERROR_MEMORY, "out of memory"},
    [PROXENOS_RESULT_BAD_OPTION] = {PROXENOS_ERROR_CONFIG, "the value of an option is refused"},
    [PROXENOS_RESULT_UNSUPPORTED] = {PROXENOS_ERROR_UNSUPPORTED, "not supported by this build or machine"},
    [PROXENOS_RESULT_INTERNAL] = {PROXENOS_ERROR_INTERNAL, "a fault of the plugin's own"},
};

enum { RESULT_COUNT = sizeof results / sizeof results[0] };

static bool is_known(int32_t result) {
    return result >= 0 && result < RESULT_COUNT;
}

proxenos_status px_host_status(const px_host *host, int32_t result, proxenos_error *error) {
    if (result == PROXENOS_RESULT_OK || result == PROXENOS_RESULT_UNCHANGED) return results[result].status;
    if (!is_known(result)) {
        return px_error(error, PROXENOS_ERROR_INTERNAL, "%s: the plugin returned %d, which is no result%s%s",
                        host->who, (int)result, host->error.text[0] == '\0' ? "" : ": ", host->error.text);
    }
    bool has_words = host->error.text[0] != '\0';
    return px_error(error, results[result].status, "%s: %s", host->who,
                    has_words ? host->error.text : results[result].words);
}

/* ---------------------------------------------------------------- services */

static void host_log(const proxenos_host *table, int32_t level, const char *text) {
    const px_host *host = host_of(table);
    if (level < PROXENOS_LOG_ERROR) level = PROXENOS_LOG_ERROR;
    if (level > PROXENOS_LOG_DEBUG) level = PROXENOS_LOG_DEBUG;
    px_log(host->context, (proxenos_log_level)level, "%s: %s", host->who, text == NULL ? "" : text);
}

static int32_t host_fail(const proxenos_host *table, int32_t result, const char *text) {
    px_host *host = host_of(table);
    proxenos_status status = is_known(result) ? results[result].status : PROXENOS_ERROR_INTERNAL;
    (void)px_error(&host->error, status, "%s", text == NULL ? "" : text);
    return result;
}

bool px_host_is_cancelled(const px_host *host) {
    return atomic_load(&host->cancelled) != 0;
}

static int32_t host_is_cancelled(const proxenos_host *table) {
    return px_host_is_cancelled(host_of(table));
}

static int32_t host_cancel_descriptor(const proxenos_host *table) {
    return host_of(table)->cancel_pipe[0];
}

static int64_t host_remaining_ms(const proxenos_host *table) {
    int64_t deadline_ms = atomic_load(&host_of(table)->deadline_ms);
    if (deadline_ms == INT64_MAX) return INT64_MAX;
    int64_t remaining = deadline_ms - px_monotonic_ms();
    return remaining < 0 ? 0 : remaining;
}

static void host_note_age(const proxenos_host *table, int64_t milliseconds) {
    if (milliseconds < 0) host_of(table)->has_noted_nonsense = true;
    host_of(table)->age_ms = milliseconds < 0 ? 0 : milliseconds;
}

static void host_note_retry(const proxenos_host *table, int64_t milliseconds) {
    if (milliseconds < 0) host_of(table)->has_noted_nonsense = true;
    if (milliseconds > PROXENOS_RETRY_LIMIT_MS) milliseconds = PROXENOS_RETRY_LIMIT_MS;
    host_of(table)->retry_ms = milliseconds < 0 ? 0 : milliseconds;
}

/* ------------------------------------------------------------------- files */

static int32_t fail_file(const px_host *host, int32_t result, const char *path, const char *why) {
    return proxenos_fail(&host->table, result, "%s: %s", path, why);
}

static int32_t fail_errno(const px_host *host, const char *path) {
    int number = errno;
    int32_t result = number == ENOENT || number == ENOTDIR ? PROXENOS_RESULT_NOT_FOUND
        : number == ENOMEM                                 ? PROXENOS_RESULT_OUT_OF_MEMORY
        : number == EMFILE || number == ENFILE             ? PROXENOS_RESULT_INTERNAL
                                                           : PROXENOS_RESULT_DENIED;
    return fail_file(host, result, path, strerror(number));
}

/* A file of secrets may be a pipe (`<(command)`): waits for its writer. */
static int32_t await_bytes(const px_host *host, int file, const char *path) {
    int64_t remaining = host_remaining_ms(&host->table);
    struct pollfd waited[2] = {{.fd = file, .events = POLLIN}, {.fd = host->cancel_pipe[0], .events = POLLIN}};
    int ready = poll(waited, 2, remaining > INT32_MAX ? -1 : (int)remaining);
    if (ready < 0 && errno != EINTR) return fail_errno(host, path);
    if (px_host_is_cancelled(host)) {
        return fail_file(host, PROXENOS_RESULT_CANCELLED, path, "cancelled while reading");
    }
    if (ready == 0) return fail_file(host, PROXENOS_RESULT_TIMED_OUT, path, "nobody has written to it in time");
    return PROXENOS_RESULT_OK;
}

/* Reads one byte more than fits, to know that it does not fit. */
static int32_t read_all(const px_host *host, int file, const char *path, char *buffer, size_t capacity,
                        size_t *length) {
    char beyond;
    for (size_t used = 0;;) {
        ssize_t got = used < capacity ? read(file, buffer + used, capacity - used) : read(file, &beyond, 1);
        if (got == 0) {
            *length = used;
            return PROXENOS_RESULT_OK;
        }
        if (got > 0 && used == capacity) {
            return proxenos_fail(&host->table, PROXENOS_RESULT_MALFORMED, "%s is larger than %zu bytes", path,
                                 capacity);
        }
        if (got > 0) {
            used += (size_t)got;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            int32_t result = await_bytes(host, file, path);
            if (result != PROXENOS_RESULT_OK) return result;
        } else if (errno != EINTR) {
            return fail_errno(host, path);
        }
    }
}

static int32_t host_read_file(const proxenos_host *table, const char *path, void *buffer, size_t capacity,
                              size_t *length) {
    const px_host *host = host_of(table);
    *length = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return fail_errno(host, path);
    int32_t result = read_all(host, file, path, buffer, capacity, length);
    (void)close(file);
    return result;
}

/* -------------------------------------------------------------------- sink */

static int32_t result_of(proxenos_status status) {
    switch (status) {
    case PROXENOS_OK: return PROXENOS_RESULT_OK;
    case PROXENOS_ERROR_MALFORMED: return PROXENOS_RESULT_MALFORMED;
    case PROXENOS_ERROR_MEMORY: return PROXENOS_RESULT_OUT_OF_MEMORY;
    case PROXENOS_ERROR_UNSUPPORTED: return PROXENOS_RESULT_UNSUPPORTED;
    default: return PROXENOS_RESULT_INTERNAL;
    }
}

/* The set is lost: this error outlives whatever the plugin makes of it. */
static int32_t lose(proxenos_sink *sink, const proxenos_error *error) {
    sink->failure = *error;
    sink->host->error = *error;
    return result_of(error->status);
}

static int32_t skip(proxenos_sink *sink, const proxenos_error *error) {
    if (!sink->said_skip) {
        px_log(sink->host->context, PROXENOS_LEVEL_WARNING, "%s: a node was skipped: %s", sink->host->who,
               error->text);
    }
    sink->said_skip = true;
    return PROXENOS_RESULT_SKIPPED;
}

static int32_t host_add_node(proxenos_sink *sink, const proxenos_node_data *node) {
    proxenos_error error;
    if (sink->failure.status != PROXENOS_OK) return result_of(sink->failure.status);
    if (node == NULL || node->size < NODE_DATA_1_0) {
        (void)px_error(&error, PROXENOS_ERROR_INTERNAL,
                       "the plugin added a node of %u bytes; ABI 1.0 has %d: set `size`",
                       node == NULL ? 0 : node->size, NODE_DATA_1_0);
        return lose(sink, &error);
    }
    proxenos_node_data known = {0}; /* fields that the plugin lacks are zero */
    memcpy(&known, node, node->size < sizeof known ? node->size : sizeof known);
    known.size = sizeof known;
    proxenos_status status = px_builder_add(sink->builder, &known, &error);
    if (status == PROXENOS_OK) return PROXENOS_RESULT_OK;
    bool may_skip = status == PROXENOS_ERROR_MALFORMED && (known.flags & PROXENOS_NODE_STRICT) == 0;
    return may_skip ? skip(sink, &error) : lose(sink, &error);
}

void px_sink_end(const proxenos_sink *sink) {
    size_t skipped = px_builder_skipped(sink->builder);
    if (skipped < 2 || sink->failure.status != PROXENOS_OK) return;
    px_log(sink->host->context, PROXENOS_LEVEL_WARNING, "%s: %zu more %s skipped", sink->host->who, skipped - 1,
           skipped == 2 ? "node was" : "nodes were");
}

/* --------------------------------------------------------------- life cycle */

proxenos_status px_host_init(px_host *host, const proxenos_context *context, const char *who, bool with_cancel,
                             proxenos_error *error) {
    *host = (px_host){
        .table =
            {
                .size = sizeof(proxenos_host),
                .abi_major = PROXENOS_ABI_MAJOR,
                .abi_minor = PROXENOS_ABI_MINOR,
                .log = host_log,
                .fail = host_fail,
                .add_node = host_add_node,
                .is_cancelled = host_is_cancelled,
                .cancel_descriptor = host_cancel_descriptor,
                .remaining_ms = host_remaining_ms,
                .read_file = host_read_file,
                .note_age = host_note_age,
                .note_retry = host_note_retry,
            },
        .context = context,
        .who = who,
        .deadline_ms = INT64_MAX,
        .cancel_pipe = {-1, -1},
    };
    if (with_cancel && pipe2(host->cancel_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return px_error(error, PROXENOS_ERROR_INTERNAL, "%s: cannot make a pipe: %s", who, strerror(errno));
    }
    return PROXENOS_OK;
}

void px_host_end(px_host *host) {
    if (host->who == NULL) return;
    for (int i = 0; i < 2; i++) {
        if (host->cancel_pipe[i] >= 0) (void)close(host->cancel_pipe[i]);
        host->cancel_pipe[i] = -1;
    }
}

void px_host_begin(px_host *host, int64_t timeout_ms) {
    px_error_clear(&host->error);
    host->age_ms = host->retry_ms = 0;
    host->has_noted_nonsense = false;
    int64_t now = px_monotonic_ms();
    atomic_store(&host->deadline_ms, timeout_ms > INT64_MAX - now ? INT64_MAX : now + timeout_ms);
}

/* The byte stays unread, so that the descriptor is readable for ever. */
void px_host_cancel(px_host *host) {
    int saved = errno;
    if (atomic_exchange(&host->cancelled, 1) == 0 && host->cancel_pipe[1] >= 0) {
        ssize_t ignored = write(host->cancel_pipe[1], "", 1);
        (void)ignored;
    }
    errno = saved;
}

void px_host_resume(px_host *host) {
    char byte;
    while (host->cancel_pipe[0] >= 0 && read(host->cancel_pipe[0], &byte, 1) == 1) continue;
    atomic_store(&host->cancelled, 0);
}
