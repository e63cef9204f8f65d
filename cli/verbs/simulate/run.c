/* SPDX-License-Identifier: MIT */
/* The run of a simulation, and its statistics.  Workers take the next batch of keys in turns and count for
 * themselves; what they counted is added up, so that their number changes nothing. */
#include "verbs/simulate/simulation.h"

#include "output/message.h"
#include "output/progress.h"
#include "session/keys.h"
#include "verbs/replicas.h"
#include "verbs/simulate/statistics.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_SAMPLES = 100000 };
static const uint64_t most_samples = 1000000000;

typedef struct simulation_run_state {
    cli_simulation *simulation;
    uint32_t *places_before, *places_after; /* from a cluster's indexes to the comparison's */
    pthread_mutex_t lock;     /* guards what follows, and the sums of the simulation */
    key_source source;
    progress_line progress;
    int code;                 /* of the first failure, after one line; then all stop */
} run_state;

typedef struct run_worker {
    run_state *run;
    char *bytes;              /* of its keys */
    size_t capacity;
    size_t count;
    proxenos_key keys[KEYS_BATCH];
    uint32_t before[KEYS_BATCH], after[KEYS_BATCH];
    replica_pair replicas;
    uint64_t *load_before, *load_after;
    key_flows flows;
    proxenos_error error;
} run_worker;

static uint32_t *places_of(const cli_comparison *comparison, bool is_after) {
    uint32_t *places = calloc(comparison->count + 1, sizeof *places);
    size_t used = 0;
    for (size_t i = 0; places != NULL && i < comparison->count; i++)
        if ((is_after ? comparison->changes[i].after : comparison->changes[i].before) != NULL)
            places[used++] = (uint32_t)i;
    return places;
}

/* ---------------------------------------------------------------- a worker */

/* The lock is held.  Says why, once. */
static void stop(run_state *run, int code, const char *why) {
    if (run->code != 0) return;
    progress_end(&run->progress);
    if (why != NULL) message_error("%s", why);
    run->code = code;
}

/* Room for the bytes of so many keys. */
static bool reserve(run_worker *worker, size_t needed) {
    if (needed <= worker->capacity) return true;
    char *bytes = realloc(worker->bytes, needed);
    if (bytes == NULL) return false;
    worker->bytes = bytes;
    worker->capacity = needed;
    return true;
}

/* What the source has just given. */
static bool copy_keys(run_worker *worker) {
    const proxenos_key *keys = worker->run->source.keys;
    size_t needed = 0;
    for (size_t i = 0; i < worker->count; i++) needed += keys[i].length;
    if (!reserve(worker, needed)) return false;
    char *at = worker->bytes;
    for (size_t i = 0; i < worker->count; i++) {
        if (keys[i].length > 0) memcpy(at, keys[i].data, keys[i].length);
        worker->keys[i] = (proxenos_key){at, keys[i].length};
        at += keys[i].length;
    }
    return true;
}

/* False when there are no more, or something failed.  Made-up keys are made outside of the lock. */
static bool take_keys(run_worker *worker) {
    run_state *run = worker->run;
    bool is_made = run->source.path == NULL, is_taken = true;
    int code = 0;
    uint64_t first = 0;
    pthread_mutex_lock(&run->lock);
    worker->count = run->code != 0 ? 0 : is_made ? keys_reserve(&run->source, &first) : keys_next(&run->source, &code);
    if (code != 0) stop(run, code, NULL);
    if (worker->count > 0) is_taken = is_made ? reserve(worker, (size_t)KEYS_BATCH * KEYS_MADE_SIZE) : copy_keys(worker);
    if (!is_taken) stop(run, EXIT_INTERNAL, "out of memory");
    else progress_add(&run->progress, worker->count, 0);
    pthread_mutex_unlock(&run->lock);
    if (is_made && is_taken) keys_make_up(first, worker->count, worker->bytes, worker->keys);
    return is_taken && worker->count > 0;
}

static bool note_memory(run_worker *worker) {
    worker->error = (proxenos_error){.status = PROXENOS_ERROR_MEMORY, .text = "out of memory"};
    return false;
}

/* One node a key. */
static bool count_first(run_worker *worker) {
    const run_state *run = worker->run;
    const cli_simulation *simulation = run->simulation;
    if (proxenos_select_many(simulation->session->selector, worker->keys, worker->count, worker->before,
                             &worker->error) != PROXENOS_OK)
        return false;
    if (simulation->has_change && proxenos_select_many(simulation->after, worker->keys, worker->count, worker->after,
                                                       &worker->error) != PROXENOS_OK)
        return false;
    for (size_t i = 0; i < worker->count; i++) {
        uint32_t from = run->places_before[worker->before[i]];
        worker->load_before[from]++;
        if (!simulation->has_change) continue;
        uint32_t to = run->places_after[worker->after[i]];
        worker->load_after[to]++;
        if (from != to && !flows_add(&worker->flows, from, to, 1)) return note_memory(worker);
    }
    return true;
}

static uint32_t place_of(const cli_simulation *simulation, const proxenos_node *node) {
    return (uint32_t)comparison_find(&simulation->comparison, proxenos_node_identity(node));
}

/* Several nodes a key: those that it loses go over to those that it gains, in their order. */
static bool count_replicas(run_worker *worker) {
    const cli_simulation *simulation = worker->run->simulation;
    replica_pair *pair = &worker->replicas;
    for (size_t i = 0; i < worker->count; i++) {
        if (!replicas_rank(pair, &worker->keys[i], simulation->has_change, &worker->error)) return false;
        for (size_t k = 0; k < pair->before_count; k++)
            worker->load_before[place_of(simulation, pair->before[k].node)]++;
        if (!simulation->has_change) continue;
        for (size_t k = 0; k < pair->after_count; k++)
            worker->load_after[place_of(simulation, pair->after[k].node)]++;
        replicas_differ(pair);
        for (size_t k = 0; k < pair->lost_count && k < pair->gained_count; k++)
            if (!flows_add(&worker->flows, place_of(simulation, pair->lost[k]), place_of(simulation, pair->gained[k]), 1))
                return note_memory(worker);
    }
    return true;
}

/* Adds what a worker counted, or tells why it stopped. */
static void add_up(run_worker *worker) {
    run_state *run = worker->run;
    cli_simulation *simulation = run->simulation;
    pthread_mutex_lock(&run->lock);
    for (size_t i = 0; run->code == 0 && i < simulation->comparison.count; i++) {
        simulation->load_before[i] += worker->load_before[i];
        simulation->load_after[i] += worker->load_after[i];
    }
    if (worker->error.status == PROXENOS_OK && run->code == 0 && !flows_add_all(&simulation->flows, &worker->flows))
        (void)note_memory(worker);
    if (worker->error.status != PROXENOS_OK)
        stop(run, proxenos_status_exit_code(worker->error.status), worker->error.text);
    pthread_mutex_unlock(&run->lock);
}

static void worker_free(run_worker *worker) {
    if (worker == NULL) return;
    replicas_end(&worker->replicas);
    flows_free(&worker->flows);
    free(worker->load_before);
    free(worker->load_after);
    free(worker->bytes);
    free(worker);
}

static run_worker *worker_new(run_state *run) {
    const cli_simulation *simulation = run->simulation;
    run_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) return NULL;
    worker->run = run;
    worker->load_before = calloc(simulation->comparison.count + 1, sizeof *worker->load_before);
    worker->load_after = calloc(simulation->comparison.count + 1, sizeof *worker->load_after);
    if (worker->load_before != NULL && worker->load_after != NULL &&
        (simulation->places == 1 || replicas_start(&worker->replicas, simulation->session->selector, simulation->after,
                                                   simulation->session->spread, simulation->places)))
        return worker;
    worker_free(worker);
    return NULL;
}

static void *work(void *argument) {
    run_worker *worker = argument;
    bool goes_on = true;
    while (goes_on && take_keys(worker))
        goes_on = worker->run->simulation->places == 1 ? count_first(worker) : count_replicas(worker);
    add_up(worker);
    return NULL;
}

/* ----------------------------------------------------------------- the run */

/* Threads that there is no room for are made up for by the others. */
static int run_workers(run_state *run, unsigned jobs) {
    run_worker *own = worker_new(run);
    if (own == NULL) return out_of_memory();
    pthread_t *threads = calloc(jobs, sizeof *threads);
    run_worker **workers = calloc(jobs, sizeof *workers);
    unsigned started = 0;
    while (threads != NULL && workers != NULL && started + 1 < jobs) {
        workers[started] = worker_new(run);
        if (workers[started] == NULL) break;
        if (pthread_create(&threads[started], NULL, work, workers[started]) != 0) {
            worker_free(workers[started]);
            break;
        }
        started++;
    }
    (void)work(own);
    for (unsigned i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
        worker_free(workers[i]);
    }
    worker_free(own);
    free(threads);
    free(workers);
    return run->code;
}

/* With one node a key also how likely chance alone is as uneven; with several the places of a key exclude each
 * other, so that chi-squared does not tell. */
static load_evenness measure(const cli_simulation *simulation, const uint64_t *load, bool is_after) {
    load_evenness result = {0};
    for (size_t i = 0; i < simulation->comparison.count; i++) {
        double due = simulation_due(simulation, i, is_after) * (double)simulation->keys;
        if (!(due > 0)) continue;
        double off = (double)load[i] - due;
        result.chi_squared += off * off / due;
        result.degrees_of_freedom++;
        if ((double)load[i] / due <= result.fullest) continue;
        result.fullest = (double)load[i] / due;
        result.fullest_node = i;
    }
    result.degrees_of_freedom--;
    result.p_value = chi_squared_tail(result.chi_squared, result.degrees_of_freedom);
    if (simulation->places > 1) result.chi_squared = result.degrees_of_freedom = result.p_value = NAN;
    return result;
}

static int open_keys(run_state *run, unsigned *jobs) {
    const cli_arguments *arguments = run->simulation->session->arguments;
    const char *path = arguments_value(arguments, OPTION_KEYS);
    uint64_t samples;
    int code = arguments_number(arguments, OPTION_SAMPLES, 1, most_samples, DEFAULT_SAMPLES, &samples);
    if (code == 0) code = arguments_jobs(arguments, jobs);
    if (code == 0) code = keys_open(&run->source, arguments, path, samples);
    if (code == 0) progress_count(&run->progress, arguments_count(arguments, OPTION_QUIET) > 0, path == NULL ? samples : 0);
    return code;
}

static int run_all(run_state *run) {
    cli_simulation *simulation = run->simulation;
    unsigned jobs = 1;
    int code = open_keys(run, &jobs);
    run->places_before = places_of(&simulation->comparison, false);
    run->places_after = places_of(&simulation->comparison, true);
    if (code == 0 && (run->places_before == NULL || run->places_after == NULL)) code = out_of_memory();
    if (code == 0) code = run_workers(run, jobs);
    progress_end(&run->progress);
    simulation->keys = run->source.given;
    if (code == 0 && simulation->keys == 0) {
        message_error("there is no key in '%s'", run->source.path);
        code = EXIT_USAGE;
    }
    keys_close(&run->source);
    free(run->places_before);
    free(run->places_after);
    return code;
}

int simulation_run(cli_simulation *simulation) {
    run_state *run = calloc(1, sizeof *run);
    if (run == NULL) return out_of_memory();
    run->simulation = simulation;
    (void)pthread_mutex_init(&run->lock, NULL);
    int code = run_all(run);
    (void)pthread_mutex_destroy(&run->lock);
    free(run);
    if (code != 0) return code;
    if (!simulation->has_change)
        memcpy(simulation->load_after, simulation->load_before,
               simulation->comparison.count * sizeof *simulation->load_after);
    flows_sort(&simulation->flows);
    simulation->before = measure(simulation, simulation->load_before, false);
    simulation->after_change = measure(simulation, simulation->load_after, true);
    return 0;
}
