/* SPDX-License-Identifier: MIT */
/* mapper NAME=VALUE...: a mapper of these settings, kept open.  Every line on standard
 * input is a command: "update" reads the cluster, "cancel N" cancels in N milliseconds.
 * Answers "STATUS SIZE TEXT" to each update. */
#include <proxenos/proxenos.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static proxenos_mapper *mapper;

static void *cancel(void *milliseconds) {
    const long wait = *(const long *)milliseconds;
    const struct timespec pause = {wait / 1000, wait % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
    proxenos_mapper_cancel(mapper);
    return NULL;
}

static void say_log(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    if (level <= PROXENOS_LEVEL_WARNING) fprintf(stderr, "%s\n", text);
}

static proxenos_status open_mapper(proxenos_context *context, int argc, char **argv, proxenos_error *error) {
    proxenos_settings *settings = NULL;
    proxenos_status status = proxenos_settings_new(context, &settings, error);
    for (int i = 1; i < argc && status == PROXENOS_OK; i++) {
        char *equals = strchr(argv[i], '=');
        if (equals == NULL) continue;
        *equals = '\0';
        status = proxenos_settings_append(settings, PROXENOS_FROM_FLAG, NULL, argv[i], equals + 1, error);
    }
    if (status == PROXENOS_OK) status = proxenos_mapper_open(settings, &mapper, error);
    proxenos_settings_free(settings);
    return status;
}

static void answer(proxenos_status status, const proxenos_cluster *cluster, const proxenos_error *error) {
    printf("%s %zu %s\n", proxenos_status_name(status), status == PROXENOS_OK ? proxenos_cluster_size(cluster) : 0,
           status == PROXENOS_OK ? "" : error->text);
    (void)fflush(stdout);
}

static void update(void) {
    proxenos_error error;
    proxenos_cluster *cluster = NULL;
    proxenos_status status = proxenos_mapper_update(mapper, -1, &cluster, &error);
    answer(status, cluster, &error);
    proxenos_cluster_unref(cluster);
}

/* One cancellation at most: it is for good. */
static void obey(void) {
    char line[64];
    pthread_t canceller;
    bool is_cancelling = false;
    long wait;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (sscanf(line, "cancel %ld", &wait) != 1) update();
        else if (!is_cancelling) is_cancelling = pthread_create(&canceller, NULL, cancel, &wait) == 0;
    }
    if (is_cancelling) (void)pthread_join(canceller, NULL);
}

int main(int argc, char **argv) {
    proxenos_error error;
    proxenos_context *context = NULL;
    proxenos_status status = proxenos_context_new(&context, &error);
    if (status == PROXENOS_OK) {
        proxenos_context_set_log(context, say_log, NULL);
        status = open_mapper(context, argc, argv, &error);
    }
    if (status != PROXENOS_OK) answer(status, NULL, &error);
    if (status == PROXENOS_OK) obey();
    proxenos_mapper_close(mapper);
    proxenos_context_free(context);
    return status == PROXENOS_OK ? 0 : 1;
}
