/* SPDX-License-Identifier: MIT */
/* The run of a simulation, and its statistics. */
#include "verbs/simulate/simulation.h"

#include "output/message.h"
#include "session/keys.h"
#include "verbs/simulate/statistics.h"

#include <stdlib.h>

enum { DEFAULT_SAMPLES = 100000 };
static const uint64_t most_samples = 1000000000;

/* From a cluster's indexes to the comparison's. */
static uint32_t *places_of(const cli_comparison *comparison, bool is_after) {
    uint32_t *places = calloc(comparison->count + 1, sizeof *places);
    size_t used = 0;
    for (size_t i = 0; places != NULL && i < comparison->count; i++)
        if ((is_after ? comparison->changes[i].after : comparison->changes[i].before) != NULL)
            places[used++] = (uint32_t)i;
    return places;
}

/* ---------------------------------------------------------------- the flows */

static int by_pair(const void *left, const void *right) {
    const key_flow *a = left, *b = right;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static int by_keys(const void *left, const void *right) {
    const key_flow *a = left, *b = right;
    if (a->keys != b->keys) return a->keys > b->keys ? -1 : 1;
    return by_pair(left, right);
}

/* One entry for each pair of nodes. */
static void merge_flows(cli_simulation *simulation) {
    if (simulation->flow_count == 0) return;
    qsort(simulation->flows, simulation->flow_count, sizeof *simulation->flows, by_pair);
    size_t used = 0;
    for (size_t i = 1; i < simulation->flow_count; i++) {
        if (by_pair(&simulation->flows[used], &simulation->flows[i]) == 0)
            simulation->flows[used].keys += simulation->flows[i].keys;
        else
            simulation->flows[++used] = simulation->flows[i];
    }
    simulation->flow_count = used + 1;
}

static bool add_flow(cli_simulation *simulation, uint32_t from, uint32_t to) {
    if (simulation->flow_count == simulation->flow_capacity) {
        merge_flows(simulation);
        if (simulation->flow_count * 2 >= simulation->flow_capacity) {
            size_t capacity = simulation->flow_capacity == 0 ? 4096 : 2 * simulation->flow_capacity;
            key_flow *flows = realloc(simulation->flows, capacity * sizeof *flows);
            if (flows == NULL) return false;
            simulation->flows = flows;
            simulation->flow_capacity = capacity;
        }
    }
    simulation->flows[simulation->flow_count++] = (key_flow){from, to, 1};
    simulation->moved++;
    return true;
}

/* ------------------------------------------------------------------ the run */

static int run_batch(cli_simulation *simulation, const key_source *source, size_t count,
                     const uint32_t *places_before, const uint32_t *places_after) {
    static uint32_t before[KEYS_BATCH], after[KEYS_BATCH];
    cli_session *session = simulation->session;
    if (proxenos_select_many(session->selector, source->keys, count, before, &session->error) != PROXENOS_OK ||
        proxenos_select_many(simulation->after, source->keys, count, after, &session->error) != PROXENOS_OK)
        return session_failed(session);
    for (size_t i = 0; i < count; i++) {
        uint32_t from = places_before[before[i]], to = places_after[after[i]];
        simulation->load_before[from]++;
        simulation->load_after[to]++;
        if (from != to && !add_flow(simulation, from, to)) return out_of_memory();
    }
    simulation->keys += count;
    return 0;
}

static load_evenness measure(const cli_simulation *simulation, const uint64_t *load, bool is_after) {
    load_evenness result = {0};
    for (size_t i = 0; i < simulation->comparison.count; i++) {
        double due = simulation_due(simulation, i, is_after) * (double)simulation->keys;
        if (due <= 0) continue;
        double off = (double)load[i] - due;
        result.chi_squared += off * off / due;
        result.degrees_of_freedom++;
        if ((double)load[i] / due <= result.fullest) continue;
        result.fullest = (double)load[i] / due;
        result.fullest_node = i;
    }
    result.degrees_of_freedom--;
    result.p_value = chi_squared_tail(result.chi_squared, result.degrees_of_freedom);
    return result;
}

int simulation_run(cli_simulation *simulation) {
    static key_source source;
    const cli_arguments *arguments = simulation->session->arguments;
    uint64_t samples;
    int code = arguments_number(arguments, OPTION_SAMPLES, 1, most_samples, DEFAULT_SAMPLES, &samples);
    if (code == 0) code = keys_open(&source, arguments, arguments_value(arguments, OPTION_KEYS), samples);
    if (code != 0) {
        keys_close(&source);
        return code;
    }
    uint32_t *places_before = places_of(&simulation->comparison, false);
    uint32_t *places_after = places_of(&simulation->comparison, true);
    if (places_before == NULL || places_after == NULL) code = out_of_memory();
    size_t count;
    while (code == 0 && (count = keys_next(&source, &code)) > 0)
        code = run_batch(simulation, &source, count, places_before, places_after);
    keys_close(&source);
    free(places_before);
    free(places_after);
    if (code == 0 && simulation->keys == 0) {
        message_error("there is no key in '%s'", source.path);
        return EXIT_USAGE;
    }
    if (code != 0) return code;
    merge_flows(simulation);
    if (simulation->flow_count > 0)
        qsort(simulation->flows, simulation->flow_count, sizeof *simulation->flows, by_keys);
    simulation->before = measure(simulation, simulation->load_before, false);
    simulation->after_change = measure(simulation, simulation->load_after, true);
    return 0;
}
