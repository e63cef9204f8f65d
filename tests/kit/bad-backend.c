/* SPDX-License-Identifier: MIT */
/* A backend that keeps the whole contract, but for one fault: -DFAULT=PRINTS.
 * It has two nodes, once the file `path` and the server `host`:`port` agree, as far
 * as they are given: the file exists, the server says "ok". */
#include <proxenos/plugin.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum fault {
    NONE, CALLS_IT_EMPTY, CONNECTS_IN_OPEN, CRASHES, ENDS_AT_SKIP, EXITS, FAILS_SILENTLY, GOES_ON, HANGS,
    IGNORES_CANCEL, IGNORES_DEADLINE, IGNORES_WAIT, LEAKS, LEAKS_IN_OPEN, LOSES_DELIVERY, PRINTS,
    PRINTS_AT_LOAD, NOT_PARALLEL, SAYS_NOTHING, UNCHANGED, UNKNOWN_RESULT,
    ADDS_NOTHING, ADDS_SIZELESS, BLOCKS_SIGNALS, CHANGES_FOLDER, CHANGES_LOCALE, CHANGES_UMASK, CLOSES_STDIN,
    FAILS_THEN_OK, FORKS, FORKS_AND_STAYS, HANDLES_SIGNALS, IGNORES_WAITING_DEADLINE, LEAKS_MEMORY,
    LOSES_SECOND, NEVER_RESTS, NOTES_NONSENSE, RAISES, SETS_ENVIRONMENT, SPAWNS, THREADS_ON, UNCHANGED_EARLY, FAULTS
};
#ifndef FAULT
#define FAULT NONE
#endif
#define HAS(fault) (FAULT == fault)

enum { HOST, PORT, PATH, OPTION_COUNT };
static const proxenos_option options[OPTION_COUNT] = {
    [HOST] = {.name = "host", .type = PROXENOS_TYPE_STRING, .help = HAS(SAYS_NOTHING) ? NULL : "IPv4 of the server"},
    [PORT] = {.name = "port", .type = PROXENOS_TYPE_INTEGER, .fallback = "1", .minimum = 1, .maximum = 65535,
              .help = "its port"},
    [PATH] = {.name = "path", .type = PROXENOS_TYPE_PATH, .help = "a file that must exist"},
};

typedef struct source {
    const proxenos_host *host;
    const proxenos_values *values;
} source;

static const proxenos_value *value(const source *self, uint32_t index) {
    return proxenos_value_at(self->values, index);
}

static void leak_descriptor(void) {
    (void)open("/dev/null", O_RDONLY);
}

static void sleep_ms(long milliseconds) {
    const struct timespec pause = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
}

/* ------------------------------------------------------------------- server */

/* OK once the descriptor is ready, within the deadline and not cancelled. */
static int32_t await(const source *self, int file, short events) {
    struct pollfd waited[2] = {{.fd = file, .events = events},
                               {.fd = self->host->cancel_descriptor(self->host), .events = POLLIN}};
    int64_t left = self->host->remaining_ms(self->host);
    if (HAS(IGNORES_DEADLINE)) left = 1600;
    int ready = poll(waited, HAS(IGNORES_DEADLINE) ? 1 : 2, left > 60000 ? 60000 : (int)left);
    if (self->host->is_cancelled(self->host)) return PROXENOS_RESULT_CANCELLED;
    if (ready == 0) return proxenos_fail(self->host, PROXENOS_RESULT_TIMED_OUT, "the server says nothing");
    return PROXENOS_RESULT_OK;
}

static int32_t ask(const source *self, int connection) {
    char answer[3] = "";
    int32_t result = await(self, connection, POLLOUT);
    if (result == PROXENOS_RESULT_OK) result = await(self, connection, POLLIN);
    if (result != PROXENOS_RESULT_OK) return result;
    ssize_t got = recv(connection, answer, 2, 0);
    if (got < 0) return proxenos_fail(self->host, PROXENOS_RESULT_UNREACHABLE, "the server: %s", strerror(errno));
    if (strcmp(answer, "ok") == 0) return PROXENOS_RESULT_OK;
    return proxenos_fail(self->host, PROXENOS_RESULT_MALFORMED, "the server does not say ok");
}

static int32_t ask_server(const source *self) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)value(self, PORT)->integer)};
    if (inet_pton(AF_INET, value(self, HOST)->text, &address.sin_addr) != 1) {
        return proxenos_fail(self->host, PROXENOS_RESULT_BAD_OPTION, "host: '%.40s' is no IPv4", value(self, HOST)->text);
    }
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection < 0) return proxenos_fail(self->host, PROXENOS_RESULT_INTERNAL, "no socket: %s", strerror(errno));
    (void)connect(connection, (struct sockaddr *)&address, sizeof address);
    int32_t result = ask(self, connection);
    (void)close(connection);
    return result;
}

/* -------------------------------------------------------------- bad manners */

static void *go_on(void *user) {
    for (;;) sleep_ms(1000);
    return user;
}

static void misbehave(void) {
    sigset_t set;
    pthread_t thread;
    pid_t child = 0;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGUSR1);
    if (HAS(BLOCKS_SIGNALS)) (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (HAS(CHANGES_FOLDER) && chdir("/") != 0) abort();
    if (HAS(CHANGES_LOCALE) && setlocale(LC_ALL, "C.UTF-8") == NULL) (void)setlocale(LC_ALL, "POSIX");
    if (HAS(CHANGES_UMASK)) (void)umask(0);
    if (HAS(CLOSES_STDIN)) (void)close(STDIN_FILENO);
    if (HAS(FORKS) || HAS(FORKS_AND_STAYS)) child = fork();
    if (HAS(SPAWNS) && system("sleep 30 & :") != 0) abort();
    if (HAS(FORKS_AND_STAYS) && child == 0) go_on(NULL);
    if (HAS(HANDLES_SIGNALS)) (void)signal(SIGPIPE, SIG_IGN);
    if (HAS(LEAKS_MEMORY)) *(char *volatile *)&(char *){NULL} = malloc(1 << 20);
    if (HAS(RAISES)) (void)raise(SIGINT);
    if (HAS(SETS_ENVIRONMENT)) (void)setenv("BAD_BACKEND", "1", 1);
    if (HAS(THREADS_ON) && pthread_create(&thread, NULL, go_on, NULL) == 0) (void)pthread_detach(thread);
}

/* ------------------------------------------------------------------ callbacks */

static int32_t open_source(const proxenos_host *host, const proxenos_values *values, void **instance) {
    source *self = malloc(sizeof *self);
    if (self == NULL) return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    *self = (source){host, values};
    *instance = self;
    if (HAS(LEAKS_IN_OPEN)) leak_descriptor();
    if (HAS(CONNECTS_IN_OPEN) && value(self, HOST)->is_set) (void)ask_server(self);
    return PROXENOS_RESULT_OK;
}

static int32_t add(const source *self, proxenos_sink *sink) {
    static const char *const addresses[] = {"192.0.2.1", "192.0.2.2"};
    for (size_t i = 0; i < 2; i++) {
        const proxenos_node_data node = {.size = HAS(ADDS_SIZELESS) ? 0 : sizeof node, .address = addresses[i]};
        int32_t result = self->host->add_node(sink, HAS(ADDS_NOTHING) ? NULL : &node);
        if (HAS(ADDS_SIZELESS) || HAS(ADDS_NOTHING)) continue;
        if (HAS(ENDS_AT_SKIP) && result == PROXENOS_RESULT_SKIPPED) break;
        if (HAS(GOES_ON)) continue;
        if (result != PROXENOS_RESULT_OK && result != PROXENOS_RESULT_SKIPPED) return result;
    }
    return PROXENOS_RESULT_OK;
}

static int32_t read_source(const source *self, proxenos_sink *sink) {
    const char *path = value(self, PATH)->text;
    int32_t result = PROXENOS_RESULT_OK;
    if (value(self, PATH)->is_set && access(path, R_OK) != 0) {
        result = proxenos_fail(self->host, PROXENOS_RESULT_NOT_FOUND, "%s: %s", path, strerror(errno));
    }
    if (result == PROXENOS_RESULT_OK && value(self, HOST)->is_set) result = ask_server(self);
    if (HAS(CALLS_IT_EMPTY) && result != PROXENOS_RESULT_OK) return PROXENOS_RESULT_OK;
    return result == PROXENOS_RESULT_OK ? add(self, sink) : result;
}

/* The membership never changes: whoever has it waits until the time is over. */
static int32_t wait_for_change(const source *self, const proxenos_wait *wait) {
    struct pollfd cancelled = {.fd = self->host->cancel_descriptor(self->host), .events = POLLIN};
    int64_t time = HAS(IGNORES_WAIT) ? 1500 : wait->timeout_ms, left = self->host->remaining_ms(self->host);
    if (time > left && !HAS(IGNORES_WAITING_DEADLINE)) time = left;
    if (time > 2000 && HAS(IGNORES_WAITING_DEADLINE)) time = 2000;
    if (HAS(UNCHANGED_EARLY)) return PROXENOS_RESULT_UNCHANGED;
    if (HAS(IGNORES_CANCEL)) sleep_ms(time > 1000 ? 1000 : time);
    else (void)poll(&cancelled, 1, (int)time);
    return self->host->is_cancelled(self->host) ? PROXENOS_RESULT_CANCELLED : PROXENOS_RESULT_UNCHANGED;
}

static volatile int is_reading; /* what an instance has no business with */

static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    const source *self = instance;
    if (HAS(CRASHES)) *(volatile int *)sink = *(volatile int *)(uintptr_t)generation[0];
    if (HAS(EXITS)) {
        printf("goodbye\n");
        exit(3);
    }
    if (HAS(HANGS)) for (;;) sleep_ms(1000);
    if (HAS(LEAKS)) leak_descriptor();
    if (HAS(PRINTS)) printf("two nodes\n");
    if (HAS(FAILS_SILENTLY)) return PROXENOS_RESULT_DENIED;
    if (HAS(UNCHANGED)) return PROXENOS_RESULT_UNCHANGED;
    if (HAS(UNKNOWN_RESULT)) return 4711;
    misbehave();
    if (HAS(NOTES_NONSENSE)) proxenos_note_age(self->host, -1);
    if (HAS(FAILS_THEN_OK)) (void)proxenos_fail(self->host, PROXENOS_RESULT_UNREACHABLE, "the first server");
    if (HAS(LOSES_SECOND) && wait != NULL && wait->committed == 0) return wait_for_change(self, wait);
    if (HAS(NEVER_RESTS)) wait = NULL;
    if (HAS(LOSES_DELIVERY)) return wait != NULL ? PROXENOS_RESULT_UNCHANGED : read_source(self, sink);
    if (wait != NULL && wait->committed == 1) return wait_for_change(self, wait);
    if (HAS(NOT_PARALLEL)) {
        if (is_reading) return proxenos_fail(self->host, PROXENOS_RESULT_INTERNAL, "somebody else is reading");
        is_reading = 1;
        sleep_ms(20);
        is_reading = 0;
    }
    *generation = 1;
    return read_source(self, sink);
}

static const proxenos_backend backends[] = {{
    .name = "bad-backend", .summary = "two nodes", .options = options, .option_count = OPTION_COUNT,
    .option_stride = sizeof options[0], .open = open_source, .fetch = fetch, .close = free,
}};

PROXENOS_MODULE(bad_backend) = {
    PROXENOS_MODULE_HEADER(0), .name = "bad-backend", .version = "1.0", .summary = "one fault at a time",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};

__attribute__((constructor)) static void load(void) {
    if (HAS(PRINTS_AT_LOAD)) (void)fputs("hello\n", stderr);
}
