/* SPDX-License-Identifier: MIT */
/* A simulation: how keys spread over a cluster, and how a change moves them. */
#ifndef CLI_VERBS_SIMULATE_SIMULATION_H
#define CLI_VERBS_SIMULATE_SIMULATION_H

#include "verbs/compare.h"
#include "verbs/simulate/flows.h"

/* How even a load is; NAN where nobody can say. */
typedef struct load_evenness {
    double chi_squared, degrees_of_freedom, p_value;
    double fullest;              /* the largest load against its due */
    size_t fullest_node;
} load_evenness;

typedef struct cli_simulation {
    cli_session *session;
    bool has_change;
    proxenos_cluster *changed;   /* what the change makes of it; the same cluster without one */
    proxenos_selector *after;
    cli_comparison comparison;
    size_t places;               /* nodes of each key */
    uint64_t keys;
    uint64_t *load_before, *load_after;  /* keys of each node of comparison.changes */
    load_evenness before, after_change;
    key_flows flows;             /* the largest first; with several places a key, of places */
} cli_simulation;

/* simulation.c.  Each returns 0, or an exit code after one line. */
int simulation_prepare(cli_simulation *simulation, cli_session *session);
int simulation_run(cli_simulation *simulation);
void simulation_free(cli_simulation *simulation);

/* The share of the keys that a node should have, before or after the change; NAN: nobody can say. */
double simulation_due(const cli_simulation *simulation, size_t node, bool is_after);
bool simulation_has_dues(const cli_simulation *simulation);
/* Nodes in the order of interest: *asked that the change is about, then the fullest and the emptiest in turns, then
 * the rest.  Each of these in the order of identities.  To free(); NULL when memory is short. */
size_t *simulation_order(const cli_simulation *simulation, size_t *asked);
const char *simulation_name(const cli_simulation *simulation, size_t node);

/* chart.c; false when memory is short */
bool simulation_print_text(const cli_simulation *simulation);
/* svg.c */
int simulation_draw(const cli_simulation *simulation, const char *path);

#endif
