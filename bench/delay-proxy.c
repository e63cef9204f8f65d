/* SPDX-License-Identifier: MIT */
/* delay-proxy PORT MICROSECONDS: a TCP proxy on loopback that hands on answers so
 * much later than they came, as a network would, without slowing their stream.
 * Prints the port that it listens on, and runs until it is killed. */
#include <config.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, MOST_CHUNKS = 256 /* waiting in one connection */ };

typedef struct chunk {
    struct chunk *next;
    int64_t due;               /* nanoseconds, CLOCK_MONOTONIC */
    ssize_t length;            /* 0: the server closed */
    char bytes[CHUNK];
} chunk;

typedef struct link_state {
    int client, server;
    chunk *first, *last;
    unsigned waiting;
} link_state;

static in_port_t target_port;
static int64_t delay;          /* nanoseconds */

static int64_t now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static struct sockaddr_in loopback(in_port_t port) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int send_all(int to, const char *bytes, ssize_t length) {
    while (length > 0) {
        ssize_t sent = send(to, bytes, (size_t)length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return -1;
        bytes += sent;
        length -= sent;
    }
    return 0;
}

/* Requests go through at once. */
static int pass_request(const link_state *link) {
    static _Thread_local char bytes[CHUNK];
    ssize_t length = recv(link->client, bytes, sizeof bytes, 0);
    return length <= 0 ? -1 : send_all(link->server, bytes, length);
}

static int take_answer(link_state *link) {
    chunk *taken = malloc(sizeof *taken);
    if (taken == NULL) return -1;
    taken->length = recv(link->server, taken->bytes, sizeof taken->bytes, 0);
    if (taken->length < 0) taken->length = 0;
    taken->due = now() + delay;
    taken->next = NULL;
    if (link->last == NULL) link->first = taken;
    else link->last->next = taken;
    link->last = taken;
    link->waiting++;
    return 0;
}

static int pass_answers(link_state *link) {
    while (link->first != NULL && link->first->due <= now()) {
        chunk *passed = link->first;
        int failed = passed->length == 0 || send_all(link->client, passed->bytes, passed->length) != 0;
        link->first = passed->next;
        if (link->first == NULL) link->last = NULL;
        link->waiting--;
        free(passed);
        if (failed) return -1;
    }
    return 0;
}

static int step(link_state *link) {
    int64_t wait = link->first == NULL ? -1 : link->first->due - now();
    if (link->first != NULL && wait < 0) wait = 0;
    const struct timespec timeout = {(time_t)(wait / 1000000000), (long)(wait % 1000000000)};
    int may_take = link->waiting < MOST_CHUNKS && (link->last == NULL || link->last->length > 0);
    struct pollfd sockets[2] = {{.fd = link->client, .events = POLLIN},
                                {.fd = may_take ? link->server : -1, .events = POLLIN}};
    if (ppoll(sockets, 2, wait < 0 ? NULL : &timeout, NULL) < 0 && errno != EINTR) return -1;
    if (pass_answers(link) != 0) return -1;
    if (sockets[0].revents != 0 && pass_request(link) != 0) return -1;
    return sockets[1].revents != 0 ? take_answer(link) : 0;
}

static void *serve(void *user) {
    link_state *link = user;
    const int on = 1;
    const struct sockaddr_in target = loopback(target_port);
    (void)prctl(PR_SET_TIMERSLACK, 1000UL); /* nanoseconds */
    link->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(link->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(link->server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(link->server, (const struct sockaddr *)&target, sizeof target) == 0) {
        while (step(link) == 0) continue;
    }
    (void)close(link->client);
    if (link->server >= 0) (void)close(link->server);
    for (chunk *next; link->first != NULL; link->first = next) {
        next = link->first->next;
        free(link->first);
    }
    free(link);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: delay-proxy PORT MICROSECONDS\n");
        return 2;
    }
    target_port = (in_port_t)strtoul(argv[1], NULL, 10);
    delay = strtoll(argv[2], NULL, 10) * 1000;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in own = loopback(0);
    socklen_t size = sizeof own;
    if (bind(listener, (const struct sockaddr *)&own, sizeof own) != 0 || listen(listener, 128) != 0 ||
        getsockname(listener, (struct sockaddr *)&own, &size) != 0) {
        perror("delay-proxy");
        return 1;
    }
    printf("%u\n", (unsigned)ntohs(own.sin_port));
    (void)fflush(stdout);
    for (;;) {
        link_state *link = calloc(1, sizeof *link);
        if (link == NULL) return 1;
        link->client = accept(listener, NULL, NULL);
        pthread_t thread;
        if (link->client < 0 || pthread_create(&thread, NULL, serve, link) != 0) {
            free(link);
            continue;
        }
        (void)pthread_detach(thread);
    }
}
