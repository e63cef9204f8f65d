/* SPDX-License-Identifier: MIT */
/* A simulation as a chart of text, as wide as the terminal, or 80 columns. */
#include "output/node.h"
#include "output/stdout.h"
#include "output/terminal.h"
#include "output/text.h"
#include "verbs/simulate/simulation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    USUAL_COLUMNS = 80,
    FIGURES = 29,      /* columns between name and bar */
    LEAST_BAR = 8, USUAL_BAR = 24, MOST_BAR = 60,
    LEAST_NAME = 8, USUAL_NAME = 26,
    MOST_NODES = 60,   /* more are shown by their extremes */
    EXTREMES = 10,
    MOST_FLOWS = 20
};

static const char *word_for(double p_value) {
    return p_value >= 0.01 ? "as even as chance" : p_value >= 1e-6 ? "hardly chance" : "uneven";
}

/* How wide its two ends are. */
typedef struct chart_form {
    int name, bar;
    bool utf8;
} chart_form;

static int between(int least, int value, int most) {
    return value < least ? least : value > most ? most : value;
}

/* Names first have what they need, then bars grow. */
static chart_form find_form(const cli_simulation *simulation) {
    size_t columns = terminal_columns(), widest = 0;
    for (size_t i = 0; i < simulation->comparison.count; i++) {
        size_t width = text_width(simulation_name(simulation, i));
        if (width > widest) widest = width;
    }
    int room = (int)(columns == 0 ? USUAL_COLUMNS : columns) - 1 - FIGURES;
    int bar = between(LEAST_BAR, room - USUAL_NAME, USUAL_BAR);
    int most = between(LEAST_NAME, room - bar, 1000);
    chart_form form = {.name = between(USUAL_NAME < most ? USUAL_NAME : most, widest > (size_t)most ? most : (int)widest, most),
                       .utf8 = terminal_is_utf8()};
    form.bar = between(LEAST_BAR, room - form.name, MOST_BAR);
    return form;
}

static void print_name(const chart_form *form, const char *name) {
    char shown[4096];
    text_shorten(shown, sizeof shown, name, (size_t)form->name);
    output_text(shown);
    output_padded("", (size_t)form->name - text_width(shown));
}

static void repeat(const char *text, int count) {
    for (int i = 0; i < count; i++) output_text(text);
}

/* The part up to the due, what is above it, what is missing to it. */
static void print_bar(const chart_form *form, double share, double due, double widest) {
    int load = (int)(share / widest * form->bar + 0.5), wanted = (int)(due / widest * form->bar + 0.5);
    bool utf8 = form->utf8;
    repeat(utf8 ? "█" : "#", load < wanted ? load : wanted);
    repeat(utf8 ? "▓" : "+", load - wanted);
    repeat(utf8 ? "░" : ".", wanted - load);
}

static double share_of(const cli_simulation *simulation, size_t node, bool is_after) {
    const uint64_t *load = is_after ? simulation->load_after : simulation->load_before;
    return (double)load[node] / (double)simulation->keys;
}

static void print_node(const cli_simulation *simulation, const chart_form *form, size_t node, double widest) {
    bool is_after = simulation->has_change;
    double due = simulation_due(simulation, node, is_after), share = share_of(simulation, node, is_after);
    print_name(form, simulation_name(simulation, node));
    output_format(" %7.3f%% ", 100 * share);
    if (isnan(due)) output_text("         ");
    else output_format("%7.3f%% ", 100 * due);
    if (due > 0) output_format("%+7.2f%% ", 100 * (share / due - 1));
    else output_text("         ");
    print_bar(form, share, isnan(due) ? share : due, widest);
    output_char('\n');
}

static double widest_share(const cli_simulation *simulation) {
    double widest = 0;
    for (size_t i = 0; i < simulation->comparison.count; i++) {
        double share = share_of(simulation, i, simulation->has_change);
        double due = simulation_due(simulation, i, simulation->has_change);
        if (share > widest) widest = share;
        if (due > widest) widest = due;
    }
    return widest;
}

/* All in the order of identities, or those of most interest: what the change is about, the fullest and the emptiest. */
static bool print_rows(const cli_simulation *simulation, const chart_form *form, double widest) {
    size_t count = simulation->comparison.count, asked, shown;
    if (count <= MOST_NODES) {
        for (size_t i = 0; i < count; i++) print_node(simulation, form, i, widest);
        return true;
    }
    size_t *order = simulation_order(simulation, &asked);
    if (order == NULL) return false;
    if (asked > MOST_NODES - 2 * EXTREMES) asked = MOST_NODES - 2 * EXTREMES;
    for (shown = 0; shown < asked; shown++) print_node(simulation, form, order[shown], widest);
    if (asked > 0) output_format("... and of the others the fullest and the emptiest:\n");
    for (size_t i = 0; i < 2 * EXTREMES; i += 2) print_node(simulation, form, order[shown + i], widest);
    output_format("... %zu nodes between these\n", count - asked - 2 * (size_t)EXTREMES);
    for (size_t i = 2 * EXTREMES; i > 0; i -= 2) print_node(simulation, form, order[shown + i - 1], widest);
    free(order);
    return true;
}

static bool print_nodes(const cli_simulation *simulation) {
    chart_form form = find_form(simulation);
    double widest = widest_share(simulation);
    bool has_dues = simulation_has_dues(simulation);
    print_name(&form, "NODE");
    output_format(" %8s %8s %8s LOAD\n", "SHARE", has_dues ? "DUE" : "", has_dues ? "OFF" : "");
    if (!print_rows(simulation, &form, widest)) return false;
    if (!has_dues) {
        output_text("\nwhat each node is due is not stated: nobody can say it for replicas that are spread or come from a "
                    "table\n");
        return true;
    }
    output_format("\n%s up to its due, %s above it, %s missing to it\n", form.utf8 ? "█" : "#",
                  form.utf8 ? "▓" : "+", form.utf8 ? "░" : ".");
    return true;
}

static void print_evenness(const cli_simulation *simulation, const load_evenness *evenness, const char *title) {
    if (!simulation_has_dues(simulation)) return;
    if (!isnan(evenness->p_value))
        output_format("%schi-squared %.2f, %.0f degrees of freedom, p = %.3g: %s\n%*s", title, evenness->chi_squared,
                      evenness->degrees_of_freedom, evenness->p_value, word_for(evenness->p_value),
                      (int)strlen(title), "");
    else output_text(title);
    output_text("the fullest, ");
    output_escaped(simulation_name(simulation, evenness->fullest_node));
    output_format(", has %.3f times its due\n", evenness->fullest);
}

static void print_flows(const cli_simulation *simulation) {
    double keys = (double)simulation->keys, expected = simulation->comparison.moved, least = simulation->comparison.least;
    if (simulation->places == 1)
        output_format("\n%.3f%% of the keys move, %llu of %llu", 100 * (double)simulation->flows.moved / keys,
                      (unsigned long long)simulation->flows.moved, (unsigned long long)simulation->keys);
    else
        output_format("\n%.4f of %zu places a key move, %llu in all", (double)simulation->flows.moved / keys,
                      simulation->places, (unsigned long long)simulation->flows.moved);
    if (!isnan(expected)) output_format(";\n%.3f%% expected, %.3f%% the least possible\n", 100 * expected, 100 * least);
    else if (!isnan(least)) output_format(";\n%.4f the least possible\n", least);
    else output_char('\n');
    for (size_t i = 0; i < simulation->flows.count && i < MOST_FLOWS; i++) {
        const key_flow *flow = &simulation->flows.entries[i];
        output_format("%10llu  %7.3f%%  ", (unsigned long long)flow->keys,
                      100 * (double)flow->keys / (double)simulation->keys);
        output_escaped(simulation_name(simulation, flow->from));
        output_text(" -> ");
        output_escaped(simulation_name(simulation, flow->to));
        output_char('\n');
    }
    if (simulation->flows.count > MOST_FLOWS)
        output_format("       ...  and %zu smaller ones\n", simulation->flows.count - MOST_FLOWS);
}

bool simulation_print_text(const cli_simulation *simulation) {
    const cli_session *session = simulation->session;
    const char *keys = arguments_value(session->arguments, OPTION_KEYS);
    output_format("scheme   %s\n", proxenos_selector_scheme(session->selector));
    output_format("cluster  %s, %zu nodes", proxenos_cluster_fingerprint(session->cluster),
                  proxenos_cluster_size(session->cluster));
    if (simulation->has_change)
        output_format("; changed: %s, %zu nodes", proxenos_cluster_fingerprint(simulation->changed),
                      proxenos_cluster_size(simulation->changed));
    output_format("\nkeys     %llu ", (unsigned long long)simulation->keys);
    output_text(keys != NULL ? "of " : "made up\n");
    if (keys != NULL) {
        output_escaped(keys);
        output_char('\n');
    }
    if (simulation->places > 1) {
        output_format("places   %zu a key", simulation->places);
        if (session->spread != NULL) output_format(", spread by %s", session->spread);
        output_char('\n');
    }
    output_char('\n');
    if (!print_nodes(simulation)) return false;
    print_evenness(simulation, &simulation->before, simulation->has_change ? "before  " : "");
    if (!simulation->has_change) return true;
    print_evenness(simulation, &simulation->after_change, "after   ");
    print_flows(simulation);
    return true;
}
