/* SPDX-License-Identifier: MIT */
/* A simulation as a picture: a bar of each node's load with a mark at its due, and
 * below it the moves, ribbons from the nodes that lose keys to those that gain. */
#include "simulate.h"

#include "message.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 900, MARGIN = 24, LABEL_WIDTH = 230, FIGURE_WIDTH = 150, ROW_HEIGHT = 22, BAR_HEIGHT = 14,
    HEAD_HEIGHT = 84, MOST_ROWS = 60, FLOW_HEIGHT = 360, FLOW_GAP = 6, MOST_RIBBONS = 200
};

static const char style[] =
    "<style>text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:16px;font-weight:600}"
    ".note{fill:#57606a}.number{text-anchor:end;font-variant-numeric:tabular-nums}"
    ".load{fill:#4c78a8}.over{fill:#f58518}.due{stroke:#24292f;stroke-width:1.5}"
    ".before{fill:#4c78a8;fill-opacity:.25}.from{fill:#e45756}.to{fill:#54a24b}"
    ".ribbon{fill:#9aa0a6;fill-opacity:.4}</style>\n";

/* XML's own characters, and controls, which it cannot hold. */
static void put_text(FILE *file, const char *text, size_t most) {
    char shown[512];
    (void)text_escape_into(shown, sizeof shown, text);
    size_t width = 0;
    for (const char *p = shown; *p != '\0'; p++) {
        if (((unsigned char)*p & 0xc0) != 0x80 && ++width > most) {
            (void)fputs("…", file);
            return;
        }
        if (*p == '<') (void)fputs("&lt;", file);
        else if (*p == '&') (void)fputs("&amp;", file);
        else (void)fputc(*p, file);
    }
}

static double share_of(const cli_simulation *simulation, size_t node, bool is_after) {
    const uint64_t *load = is_after ? simulation->load_after : simulation->load_before;
    return (double)load[node] / (double)simulation->keys;
}

/* -------------------------------------------------------------------- bars */

static double widest_share(const cli_simulation *simulation) {
    double widest = 0;
    for (size_t i = 0; i < simulation->comparison.count; i++) {
        for (int is_after = 0; is_after < 2; is_after++) {
            double share = share_of(simulation, i, is_after != 0);
            double due = simulation_due(simulation, i, is_after != 0);
            if (share > widest) widest = share;
            if (due > widest) widest = due;
        }
    }
    return widest;
}

static void draw_bar(FILE *file, const cli_simulation *simulation, size_t node, double top, double scale) {
    double share = share_of(simulation, node, true), due = simulation_due(simulation, node, true);
    double before = share_of(simulation, node, false), left = MARGIN + LABEL_WIDTH;
    double base = share < due ? share : due;
    (void)fprintf(file, "<text x=\"%d\" y=\"%.1f\">", MARGIN, top + 11);
    put_text(file, simulation_name(simulation, node), 32);
    (void)fputs("</text>\n", file);
    if (simulation->has_change && before > 0)
        (void)fprintf(file, "<rect class=\"before\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\"/>\n", left,
                      top - 2, before * scale, BAR_HEIGHT + 4);
    (void)fprintf(file, "<rect class=\"load\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\"/>\n", left, top,
                  base * scale, BAR_HEIGHT);
    if (share > due)
        (void)fprintf(file, "<rect class=\"over\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\"/>\n",
                      left + due * scale, top, (share - due) * scale, BAR_HEIGHT);
    (void)fprintf(file, "<line class=\"due\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                  left + due * scale, left + due * scale, top - 3, top + BAR_HEIGHT + 3);
    (void)fprintf(file, "<text class=\"number\" x=\"%d\" y=\"%.1f\">%.2f%% of %.2f%%</text>\n", WIDTH - MARGIN,
                  top + 11, 100 * share, 100 * due);
}

static void draw_head(FILE *file, const cli_simulation *simulation, size_t rows) {
    const load_evenness *evenness = simulation->has_change ? &simulation->after_change : &simulation->before;
    (void)fprintf(file, "<text class=\"title\" x=\"%d\" y=\"34\">Load against due</text>\n", MARGIN);
    (void)fprintf(file, "<text class=\"note\" x=\"%d\" y=\"54\">%llu keys, ", MARGIN,
                  (unsigned long long)simulation->keys);
    put_text(file, proxenos_selector_scheme(simulation->session->selector), 60);
    (void)fprintf(file, "; χ² %.1f, p = %.3g; fullest %.3f times its due (the mark)%s</text>\n", evenness->chi_squared,
                  evenness->p_value, evenness->fullest, simulation->has_change ? "; pale: before the change" : "");
    if (rows < simulation->comparison.count)
        (void)fprintf(file, "<text class=\"note\" x=\"%d\" y=\"70\">the first %zu of %zu nodes</text>\n", MARGIN,
                      rows, simulation->comparison.count);
}

/* ------------------------------------------------------------------- moves */

typedef struct flow_side {
    double *keys;        /* of each node of the comparison */
    double *at;          /* where its next ribbon begins */
    double total;
} flow_side;

static bool side_new(flow_side *side, size_t count) {
    *side = (struct flow_side){.keys = calloc(count, sizeof *side->keys), .at = calloc(count, sizeof *side->at)};
    return side->keys != NULL && side->at != NULL;
}

static void side_free(flow_side *side) {
    free(side->keys);
    free(side->at);
}

/* Stacks the nodes of one side, each as high as its keys, and names them. */
static void draw_side(FILE *file, const cli_simulation *simulation, flow_side *side, double top, bool is_to) {
    size_t count = simulation->comparison.count, shown = 0;
    for (size_t i = 0; i < count; i++) shown += side->keys[i] > 0;
    double gap = shown < 40 ? FLOW_GAP : 1, height = FLOW_HEIGHT - gap * (double)(shown > 0 ? shown - 1 : 0);
    double x = is_to ? WIDTH - MARGIN - LABEL_WIDTH : MARGIN + LABEL_WIDTH, label_free = 0;
    for (size_t i = 0; i < count; i++) {
        if (side->keys[i] <= 0) continue;
        double part = side->keys[i] / side->total * height;
        side->at[i] = top;
        (void)fprintf(file, "<rect class=\"%s\" x=\"%.1f\" y=\"%.2f\" width=\"8\" height=\"%.2f\"/>\n",
                      is_to ? "to" : "from", is_to ? x : x - 8, top, part);
        double middle = top + part / 2 + 4;
        if (middle >= label_free) {
            (void)fprintf(file, "<text x=\"%.1f\" y=\"%.1f\"%s>", is_to ? x + 14 : x - 14, middle,
                          is_to ? "" : " text-anchor=\"end\"");
            put_text(file, simulation_name(simulation, i), 24);
            (void)fprintf(file, " %s%.2f%%</text>\n", is_to ? "+" : "−",
                          100 * side->keys[i] / (double)simulation->keys);
            label_free = middle + 13;
        }
        top += part + gap;
    }
    side->total = side->total > 0 ? side->total / height : 1; /* from here on: keys for a unit of height */
}

/* Ribbons cross least when both sides stack them in the order of the other. */
static int by_pair(const void *left, const void *right) {
    const key_flow *a = left, *b = right;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static void draw_ribbons(FILE *file, const cli_simulation *simulation, flow_side *from, flow_side *to) {
    key_flow flows[MOST_RIBBONS];
    size_t count = simulation->flow_count < MOST_RIBBONS ? simulation->flow_count : MOST_RIBBONS;
    if (count > 0) memcpy(flows, simulation->flows, count * sizeof *flows); /* the largest */
    qsort(flows, count, sizeof *flows, by_pair);
    double left = MARGIN + LABEL_WIDTH, right = WIDTH - MARGIN - LABEL_WIDTH, middle = (left + right) / 2;
    for (size_t i = 0; i < count; i++) {
        const key_flow *flow = &flows[i];
        double start = (double)flow->keys / from->total, end = (double)flow->keys / to->total;
        double a = from->at[flow->from], b = to->at[flow->to];
        (void)fprintf(file,
                      "<path class=\"ribbon\" d=\"M%.1f %.2fC%.1f %.2f %.1f %.2f %.1f %.2fV%.2f"
                      "C%.1f %.2f %.1f %.2f %.1f %.2fZ\"/>\n",
                      left, a, middle, a, middle, b, right, b, b + end, middle, b + end, middle, a + start, left,
                      a + start);
        from->at[flow->from] += start;
        to->at[flow->to] += end;
    }
}

static bool draw_moves(FILE *file, const cli_simulation *simulation, double top) {
    flow_side from, to;
    bool is_done = side_new(&from, simulation->comparison.count);
    is_done = side_new(&to, simulation->comparison.count) && is_done;
    for (size_t i = 0; is_done && i < simulation->flow_count; i++) {
        const key_flow *flow = &simulation->flows[i];
        from.keys[flow->from] += (double)flow->keys;
        to.keys[flow->to] += (double)flow->keys;
        from.total += (double)flow->keys;
        to.total += (double)flow->keys;
    }
    if (is_done) {
        (void)fprintf(file, "<text class=\"title\" x=\"%d\" y=\"%.1f\">Moves</text>\n", MARGIN, top);
        (void)fprintf(file,
                      "<text class=\"note\" x=\"%d\" y=\"%.1f\">%.2f%% of the keys; %.2f%% expected, %.2f%% the "
                      "least possible</text>\n",
                      MARGIN, top + 20, 100 * (double)simulation->moved / (double)simulation->keys,
                      100 * simulation->comparison.moved, 100 * simulation->comparison.least);
        draw_side(file, simulation, &from, top + 40, false);
        draw_side(file, simulation, &to, top + 40, true);
        draw_ribbons(file, simulation, &from, &to);
    }
    side_free(&from);
    side_free(&to);
    return is_done;
}

/* --------------------------------------------------------------- the whole */

static bool draw(FILE *file, const cli_simulation *simulation) {
    size_t rows = simulation->comparison.count < MOST_ROWS ? simulation->comparison.count : MOST_ROWS;
    double bottom = HEAD_HEIGHT + (double)rows * ROW_HEIGHT;
    double height = bottom + MARGIN + (simulation->has_change ? FLOW_HEIGHT + 80 : 0);
    (void)fprintf(
        file, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\">\n",
        WIDTH, height, WIDTH, height);
    (void)fputs(style, file);
    (void)fputs("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n", file);
    draw_head(file, simulation, rows);
    double scale = (WIDTH - 2 * MARGIN - LABEL_WIDTH - FIGURE_WIDTH) / widest_share(simulation);
    for (size_t i = 0; i < rows; i++) draw_bar(file, simulation, i, HEAD_HEIGHT + (double)i * ROW_HEIGHT, scale);
    bool is_done = !simulation->has_change || draw_moves(file, simulation, bottom + 30);
    (void)fputs("</svg>\n", file);
    return is_done;
}

int simulation_draw(const cli_simulation *simulation, const char *path) {
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return EXIT_INTERNAL;
    }
    bool is_done = draw(file, simulation);
    bool has_failed = ferror(file) != 0;
    if (fclose(file) != 0 || has_failed) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return EXIT_INTERNAL;
    }
    return is_done ? 0 : out_of_memory();
}
