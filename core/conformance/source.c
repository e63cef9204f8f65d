/* SPDX-License-Identifier: MIT */
/* Conformance with sources that fail: a file that is not there; servers that are
 * silent, hang up, or talk nonsense, played here for backends that have the options
 * `host` and `port`. */
#include <config.h>

#include "conformance/checks.h"
#include "conformance/instance.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CANCEL_MS = 100, GRACE_MS = 1000, DEADLINE_MS = 300, CONNECT_MS = 100 };

/* ------------------------------------------------------------------- failing */

/* A fetch from a source that cannot be read: it fails, and says why. */
static proxenos_verdict judge_failure(px_subject *subject, const px_instance *instance, const px_reading *reading) {
    if (reading->result != PROXENOS_RESULT_OK && reading->result != PROXENOS_RESULT_UNCHANGED) {
        bool is_well = px_failed_well(subject, &instance->host, "fetch", reading->result);
        return is_well ? PROXENOS_HOLDS : PROXENOS_BROKEN;
    }
    return px_broken(subject, "fetch returned %s with %zu nodes from a source that has failed",
                     px_result_name(reading->result), reading->nodes);
}

static proxenos_verdict fails_without_file(px_subject *subject) {
    static const px_option_text nowhere = {"path", "/nowhere/at/all"};
    if (px_subject_option(subject, "path", 1u << PROXENOS_TYPE_PATH) == NULL) {
        return px_not_tried(subject, "it has no option 'path' for a file");
    }
    px_instance instance;
    px_reading reading;
    if (!px_instance_open(subject, PX_REQUIRED_GIVEN, &nowhere, 1, &instance)) {
        bool is_well = instance.is_refused || px_failed_well(subject, &instance.host, "open", instance.result);
        return is_well ? PROXENOS_HOLDS : PROXENOS_BROKEN;
    }
    px_instance_fetch(subject, &instance, NULL, 10 * DEADLINE_MS, &reading);
    proxenos_verdict verdict = judge_failure(subject, &instance, &reading);
    px_instance_close(subject, &instance);
    return verdict;
}

/* -------------------------------------------------------------------- servers */

/* A server on loopback that takes connections, and nothing more. */
typedef struct server {
    int listener;
    char port[8];
    px_option_text options[2];
    const char *answer;      /* of a server that answers, then hangs up */
    atomic_bool is_over;
} server;

static bool server_start(server *s) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *s = (server){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (s->listener < 0) return false;
    if (bind(s->listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(s->listener, 64) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&address, &size) != 0) {
        (void)close(s->listener);
        return false;
    }
    (void)snprintf(s->port, sizeof s->port, "%u", (unsigned)ntohs(address.sin_port));
    s->options[0] = (px_option_text){"host", "127.0.0.1"};
    s->options[1] = (px_option_text){"port", s->port};
    return true;
}

/* Whether somebody has connected, or does within the time. */
static bool server_was_asked(const server *s, int milliseconds) {
    struct pollfd waited = {.fd = s->listener, .events = POLLIN};
    return poll(&waited, 1, milliseconds) == 1;
}

static bool names_server(px_subject *subject) {
    const uint32_t ports = 1u << PROXENOS_TYPE_INTEGER | 1u << PROXENOS_TYPE_UNSIGNED | 1u << PROXENOS_TYPE_STRING;
    return px_subject_option(subject, "host", 1u << PROXENOS_TYPE_STRING) != NULL &&
           px_subject_option(subject, "port", ports) != NULL;
}

/* An instance that asks our server.  False: it cannot be tried, subject->why tells. */
static bool open_on_server(px_subject *subject, server *s, px_instance *instance) {
    if (!names_server(subject)) {
        (void)px_not_tried(subject, "it has no options 'host' and 'port' that name a server");
        return false;
    }
    if (!server_start(s)) {
        (void)px_not_tried(subject, "no server can be started on loopback");
        return false;
    }
    if (px_instance_open(subject, PX_REQUIRED_GIVEN, s->options, 2, instance)) return true;
    (void)close(s->listener);
    return false;
}

static void close_with_server(const px_subject *subject, server *s, px_instance *instance) {
    px_instance_close(subject, instance);
    if (s->listener >= 0) (void)close(s->listener);
}

static proxenos_verdict not_asked(px_subject *subject) {
    return px_not_tried(subject, "it does not ask the server that 'host' and 'port' name");
}

static proxenos_verdict opens_quietly(px_subject *subject) {
    server s;
    px_instance instance;
    if (!open_on_server(subject, &s, &instance)) return PROXENOS_NOT_TRIED;
    bool was_asked = server_was_asked(&s, 50);
    close_with_server(subject, &s, &instance);
    return was_asked ? px_broken(subject, "open connects to the server") : PROXENOS_HOLDS;
}

static proxenos_verdict keeps_deadline(px_subject *subject) {
    server s;
    px_instance instance;
    px_reading reading;
    if (!open_on_server(subject, &s, &instance)) return PROXENOS_NOT_TRIED;
    px_instance_fetch(subject, &instance, NULL, DEADLINE_MS, &reading);
    proxenos_verdict verdict = judge_failure(subject, &instance, &reading);
    if (!server_was_asked(&s, 0)) verdict = not_asked(subject);
    else if (reading.milliseconds > DEADLINE_MS + GRACE_MS) {
        verdict = px_broken(subject, "with a deadline of %d ms, fetch took %" PRId64, DEADLINE_MS,
                            reading.milliseconds);
    }
    close_with_server(subject, &s, &instance);
    return verdict;
}

/* The best of three, since the machine may have been busy. */
static proxenos_verdict ends_when_cancelled(px_subject *subject) {
    int64_t went_on = 0;
    for (int attempt = 0; attempt < 3; attempt++) {
        server s;
        px_instance instance;
        px_reading reading;
        if (!open_on_server(subject, &s, &instance)) return PROXENOS_NOT_TRIED;
        went_on = px_instance_cancel(subject, &instance, NULL, 10 * DEADLINE_MS, &reading);
        bool was_asked = server_was_asked(&s, 0);
        close_with_server(subject, &s, &instance);
        if (!was_asked) return not_asked(subject);
        if (went_on < 0) return px_not_tried(subject, "no thread can be started");
        if (went_on <= CANCEL_MS) return PROXENOS_HOLDS;
    }
    return px_broken(subject, "fetch went on for %" PRId64 " ms after it was cancelled", went_on);
}

/* ------------------------------------------------------------- bad servers */

/* Takes one connection after the other, says its piece and hangs up. */
static void *serve_badly(void *user) {
    server *s = user;
    while (!atomic_load(&s->is_over)) {
        if (!server_was_asked(s, 20)) continue;
        int connection = accept(s->listener, NULL, NULL);
        if (connection < 0) continue;
        px_sleep_ms(5); /* for the request to come; it is not read */
        (void)send(connection, s->answer, strlen(s->answer), MSG_NOSIGNAL);
        (void)shutdown(connection, SHUT_WR);
        (void)close(connection);
    }
    return NULL;
}

static proxenos_verdict fails_with(px_subject *subject, const char *answer) {
    server s;
    px_instance instance;
    px_reading reading;
    pthread_t thread;
    if (!open_on_server(subject, &s, &instance)) return PROXENOS_NOT_TRIED;
    s.answer = answer;
    if (pthread_create(&thread, NULL, serve_badly, &s) != 0) {
        close_with_server(subject, &s, &instance);
        return px_not_tried(subject, "no thread can be started");
    }
    px_instance_fetch(subject, &instance, NULL, 10 * DEADLINE_MS, &reading);
    atomic_store(&s.is_over, true);
    (void)pthread_join(thread, NULL);
    proxenos_verdict verdict = judge_failure(subject, &instance, &reading);
    close_with_server(subject, &s, &instance);
    return verdict;
}

/* Whether the backend speaks to the server at all, so that its failing means something. */
static bool asks_server(px_subject *subject) {
    server s;
    px_instance instance;
    px_reading reading;
    if (!open_on_server(subject, &s, &instance)) return false;
    px_instance_fetch(subject, &instance, NULL, CONNECT_MS, &reading);
    bool was_asked = server_was_asked(&s, 0);
    close_with_server(subject, &s, &instance);
    if (!was_asked) (void)not_asked(subject);
    return was_asked;
}

static proxenos_verdict fails_with_bad_server(px_subject *subject) {
    static const char *const answers[] = {"", "\xff\xfe nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n<html>"};
    if (!asks_server(subject)) return PROXENOS_NOT_TRIED;
    proxenos_verdict verdict = PROXENOS_HOLDS;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0] && verdict == PROXENOS_HOLDS; i++) {
        verdict = fails_with(subject, answers[i]);
    }
    return verdict;
}

static proxenos_verdict fails_without_server(px_subject *subject) {
    server s;
    px_instance instance;
    px_reading reading;
    if (!asks_server(subject) || !open_on_server(subject, &s, &instance)) return PROXENOS_NOT_TRIED;
    (void)close(s.listener);
    s.listener = -1;
    px_instance_fetch(subject, &instance, NULL, 10 * DEADLINE_MS, &reading);
    proxenos_verdict verdict = judge_failure(subject, &instance, &reading);
    close_with_server(subject, &s, &instance);
    return verdict;
}

const px_check px_source_checks[] = {
    {"a file that is not there is no empty answer", "fetch", fails_without_file},
    {"opening it touches no network", "BACKENDS", opens_quietly},
    {"a server that is not there is no empty answer", "fetch", fails_without_server},
    {"a server that hangs up or talks nonsense is no empty answer", "fetch", fails_with_bad_server},
    {"a silent server is given up at the deadline", "CANCELLATION AND DEADLINES", keeps_deadline},
    {"a silent server is given up within 100 ms when it is cancelled", "CANCELLATION AND DEADLINES",
     ends_when_cancelled},
    {0},
};
