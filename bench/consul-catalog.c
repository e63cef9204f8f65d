/* SPDX-License-Identifier: MIT */
/* consul-catalog [--rounds N] [--json FILE] PORT: reads the whole catalog of the
 * Consul on a port of loopback, by the backend and beside it one request after
 * another on one kept-alive connection, with its JSON parsed and without.  They run in
 * turn; a ratio is the median of the rounds' ratios. */
#include "harness.h"

#include <proxenos/proxenos.h>

#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { CONTESTANTS = 3, MOST_ROUNDS = 1000 };

static const char *const names[CONTESTANTS] = {
    "one after another, not even parsed", "one after another, parsed", "proxenos",
};

/* ---- one request after another */

typedef struct sequence {
    CURL *easy;
    const char *port;
    char *body;
    size_t length, capacity;
} sequence;

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
    sequence *all = user;
    size_t length = size * count;
    if (all->length + length > all->capacity) {
        size_t capacity = (all->length + length) * 2;
        char *body = realloc(all->body, capacity);
        if (body == NULL) return 0;
        all->body = body;
        all->capacity = capacity;
    }
    memcpy(all->body + all->length, bytes, length);
    all->length += length;
    return length;
}

static int get(sequence *all, const char *path, const char *name) {
    char url[512];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%s%s%s?stale", all->port, path, name);
    all->length = 0;
    CURLcode code = curl_easy_setopt(all->easy, CURLOPT_URL, url);
    return code == CURLE_OK && curl_easy_perform(all->easy) == CURLE_OK ? 0 : -1;
}

/* Instances read, with `parse`; else services asked for.  0: it failed. */
static size_t read_in_sequence(sequence *all, int parse) {
    if (get(all, "/v1/catalog/services", "") != 0) return 0;
    json_t *services = json_loadb(all->body, all->length, 0, NULL);
    const char *name;
    json_t *tags;
    size_t found = 0;
    json_object_foreach(services, name, tags) {
        if (get(all, "/v1/health/service/", name) != 0) break;
        json_t *entries = parse ? json_loadb(all->body, all->length, 0, NULL) : NULL;
        found += parse ? json_array_size(entries) : 1;
        json_decref(entries);
    }
    json_decref(services);
    return found;
}

/* ---- the backend */

static int say(const proxenos_error *error) {
    fprintf(stderr, "consul-catalog: %s\n", error->text);
    return -1;
}

static int open_mapper(const char *port, proxenos_context **context, proxenos_mapper **mapper) {
    proxenos_error error;
    proxenos_settings *settings = NULL;
    if (proxenos_context_new(context, &error) != PROXENOS_OK) return say(&error);
    proxenos_status status = proxenos_settings_new(*context, &settings, &error);
    const char *const said[][2] = {{"backend", "consul"}, {"backend.host", "127.0.0.1"}, {"backend.port", port}};
    for (size_t i = 0; i < sizeof said / sizeof said[0] && status == PROXENOS_OK; i++) {
        status = proxenos_settings_set(settings, PROXENOS_FROM_FLAG, NULL, said[i][0], said[i][1], &error);
    }
    if (status == PROXENOS_OK) status = proxenos_mapper_open(settings, mapper, &error);
    proxenos_settings_free(settings);
    return status == PROXENOS_OK ? 0 : say(&error);
}

static size_t read_by_backend(proxenos_mapper *mapper) {
    proxenos_error error;
    proxenos_cluster *cluster;
    if (proxenos_mapper_update(mapper, 60000, &cluster, &error) != PROXENOS_OK) {
        (void)say(&error);
        return 0;
    }
    size_t size = proxenos_cluster_size(cluster);
    proxenos_cluster_unref(cluster);
    return size;
}

/* ---- side by side */

static int measure(sequence *all, proxenos_mapper *mapper, double *times[CONTESTANTS], unsigned rounds) {
    for (unsigned round = 0; round < rounds; round++) {
        size_t found[CONTESTANTS];
        for (int who = 0; who < CONTESTANTS; who++) {
            double start = bench_now();
            found[who] = who == 2 ? read_by_backend(mapper) : read_in_sequence(all, who == 1);
            times[who][round] = (bench_now() - start) / 1e6;
        }
        if (found[0] == 0 || found[1] == 0 || found[1] != found[2]) {
            fprintf(stderr, "consul-catalog: %zu instances one after another, %zu by the backend\n", found[1],
                    found[2]);
            return -1;
        }
    }
    return 0;
}

static void report(double *times[CONTESTANTS], unsigned rounds, FILE *json) {
    double ratios[MOST_ROUNDS];
    printf("%-38s %11s %19s %7s\n", "the whole catalog", "median", "1st - 9th decile", "ratio");
    for (int who = 0; who < CONTESTANTS; who++) {
        double own[MOST_ROUNDS];
        for (unsigned i = 0; i < rounds; i++) {
            own[i] = times[who][i];
            ratios[i] = times[who][i] / times[CONTESTANTS - 1][i];
        }
        double ratio = bench_median(ratios, rounds), median = bench_median(own, rounds);
        double low = bench_quantile(own, rounds, 0.1), high = bench_quantile(own, rounds, 0.9);
        printf("  %-36s %8.1f ms %8.1f -%9.1f %7.2f\n", names[who], median, low, high, ratio);
        if (json != NULL) {
            fprintf(json, "%s{\"name\": \"%s\", \"ms\": %.2f, \"ms_decile_1\": %.2f, \"ms_decile_9\": %.2f, "
                    "\"ratio\": %.3f}%s\n", who == 0 ? "[" : " ", names[who], median, low, high, ratio,
                    who + 1 < CONTESTANTS ? "," : "]");
        }
    }
}

static int compare(const char *port, const char *path, unsigned rounds) {
    static double room[CONTESTANTS][MOST_ROUNDS];
    double *times[CONTESTANTS] = {room[0], room[1], room[2]};
    sequence all = {.easy = curl_easy_init(), .port = port};
    proxenos_context *context = NULL;
    proxenos_mapper *mapper = NULL;
    int failed = all.easy == NULL || open_mapper(port, &context, &mapper) != 0;
    if (!failed) {
        (void)curl_easy_setopt(all.easy, CURLOPT_WRITEFUNCTION, on_body);
        (void)curl_easy_setopt(all.easy, CURLOPT_WRITEDATA, &all);
        failed = measure(&all, mapper, times, rounds);
    }
    FILE *json = failed || path == NULL ? NULL : fopen(path, "w");
    if (!failed) report(times, rounds, json);
    if (json != NULL) failed = fclose(json);
    proxenos_mapper_close(mapper);
    proxenos_context_free(context);
    curl_easy_cleanup(all.easy);
    free(all.body);
    return failed ? 1 : 0;
}

int main(int argc, char **argv) {
    unsigned long rounds = 15;
    const char *json = NULL;
    int i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--rounds") == 0) rounds = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--json") == 0) json = argv[i + 1];
        else break;
    }
    if (argc - i != 1 || rounds == 0 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: consul-catalog [--rounds N] [--json FILE] PORT\n");
        return 2;
    }
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    return compare(argv[i], json, (unsigned)rounds);
}
