/* SPDX-License-Identifier: MIT */
/* A simulation as a picture: a bar of each node's load with a mark at its due, and
 * below it the moves, ribbons from the nodes that lose keys to those that gain. */
#include "verbs/simulate/simulation.h"

#include "output/file.h"
#include "output/message.h"
#include "output/stdout.h"
#include "output/text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 900, MARGIN = 24, LABEL_WIDTH = 230, FIGURE_WIDTH = 150, ROW_HEIGHT = 22, BAR_HEIGHT = 14,
    HEAD_HEIGHT = 84, MOST_ROWS = 60, FLOW_HEIGHT = 360, FLOW_GAP = 6, MOST_BLOCKS = 20
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

/* Of a fullest node the load goes beyond its due; where nobody can say what is due there is no mark. */
static void draw_bar(FILE *file, const cli_simulation *simulation, size_t node, double top, double scale) {
    double share = share_of(simulation, node, true), due = simulation_due(simulation, node, true);
    bool has_due = !isnan(due);
    if (!has_due) due = share;
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
    if (!has_due) {
        (void)fprintf(file, "<text class=\"number\" x=\"%d\" y=\"%.1f\">%.3f%%</text>\n", WIDTH - MARGIN, top + 11,
                      100 * share);
        return;
    }
    (void)fprintf(file, "<line class=\"due\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                  left + due * scale, left + due * scale, top - 3, top + BAR_HEIGHT + 3);
    (void)fprintf(file, "<text class=\"number\" x=\"%d\" y=\"%.1f\">%.3f%% of %.3f%%</text>\n", WIDTH - MARGIN,
                  top + 11, 100 * share, 100 * due);
}

static void draw_head(FILE *file, const cli_simulation *simulation, size_t rows) {
    const load_evenness *evenness = simulation->has_change ? &simulation->after_change : &simulation->before;
    (void)fprintf(file, "<text class=\"title\" x=\"%d\" y=\"34\">Load against due</text>\n", MARGIN);
    (void)fprintf(file, "<text class=\"note\" x=\"%d\" y=\"54\">%llu keys, ", MARGIN,
                  (unsigned long long)simulation->keys);
    if (simulation->places > 1) (void)fprintf(file, "%zu places each, ", simulation->places);
    put_text(file, proxenos_selector_scheme(simulation->session->selector), 60);
    if (!isnan(evenness->p_value) && simulation_has_dues(simulation))
        (void)fprintf(file, "; χ² %.1f, p = %.3g", evenness->chi_squared, evenness->p_value);
    if (simulation_has_dues(simulation))
        (void)fprintf(file, "; fullest %.3f times its due (the mark)", evenness->fullest);
    (void)fprintf(file, "%s</text>\n", simulation->has_change ? "; pale: before the change" : "");
    if (rows < simulation->comparison.count)
        (void)fprintf(file, "<text class=\"note\" x=\"%d\" y=\"70\">%zu of %zu nodes: %sthe fullest and the "
                      "emptiest</text>\n", MARGIN, rows, simulation->comparison.count,
                      simulation->has_change ? "those that the change is about, then " : "");
}

/* Places in the comparison, in the order of the rows. */
static int by_place(const void *left, const void *right) {
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

/* The nodes of most interest: those that the change is about stand before the others, which keep their order. */
static size_t *find_rows(const cli_simulation *simulation, size_t rows) {
    size_t asked;
    size_t *order = simulation_order(simulation, &asked);
    if (order == NULL) return NULL;
    if (rows == simulation->comparison.count) asked = 0; /* all are there: in the order of their names */
    if (asked > rows) asked = rows;
    qsort(order + asked, rows - asked, sizeof *order, by_place);
    return order;
}

/* ------------------------------------------------------------------- moves */

/* One side of the moves: a block for each of the nodes that lose, or gain, most, and a last one for the rest. */
typedef struct flow_side {
    size_t *block_of;            /* for each node of the comparison */
    size_t node[MOST_BLOCKS];
    double keys[MOST_BLOCKS];
    double at[MOST_BLOCKS];      /* where its next ribbon begins */
    size_t count, rest;          /* blocks; nodes that share the last one, 0 when none do */
} flow_side;

typedef struct node_keys {
    size_t node;
    double keys;
} node_keys;

static int most_keys_first(const void *left, const void *right) {
    const node_keys *a = left, *b = right;
    if (a->keys != b->keys) return a->keys > b->keys ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static int by_node(const void *left, const void *right) {
    const node_keys *a = left, *b = right;
    return (a->node > b->node) - (a->node < b->node);
}

/* The blocks stand in the order of their nodes, as the bars do. */
static void fill_blocks(flow_side *side, node_keys *nodes, size_t count) {
    qsort(nodes, count, sizeof *nodes, most_keys_first);
    size_t moving = 0;
    while (moving < count && nodes[moving].keys > 0) moving++;
    size_t named = moving <= MOST_BLOCKS ? moving : MOST_BLOCKS - 1;
    side->rest = moving - named;
    side->count = named + (side->rest > 0);
    qsort(nodes, named, sizeof *nodes, by_node);
    for (size_t i = 0; i < moving; i++) {
        size_t block = i < named ? i : named;
        side->block_of[nodes[i].node] = block;
        side->node[block] = nodes[i].node;
        side->keys[block] += nodes[i].keys;
    }
}

static bool side_new(flow_side *side, const cli_simulation *simulation, bool is_to) {
    size_t count = simulation->comparison.count;
    node_keys *nodes = calloc(count, sizeof *nodes);
    *side = (struct flow_side){.block_of = calloc(count, sizeof *side->block_of)};
    bool is_done = nodes != NULL && side->block_of != NULL;
    for (size_t i = 0; is_done && i < count; i++) nodes[i].node = i;
    for (size_t i = 0; is_done && i < simulation->flows.count; i++) {
        const key_flow *flow = &simulation->flows.entries[i];
        nodes[is_to ? flow->to : flow->from].keys += (double)flow->keys;
    }
    if (is_done) fill_blocks(side, nodes, count);
    free(nodes);
    return is_done;
}

/* The height of one key on this side. */
static double side_unit(const flow_side *side, const cli_simulation *simulation) {
    double gaps = side->count > 0 ? (double)(side->count - 1) * FLOW_GAP : 0;
    return simulation->flows.moved > 0 ? (FLOW_HEIGHT - gaps) / (double)simulation->flows.moved : 0;
}

/* Stacks the blocks of one side, each as high as its keys, and names them. */
static void draw_side(FILE *file, const cli_simulation *simulation, flow_side *side, double top, bool is_to) {
    double x = is_to ? WIDTH - MARGIN - LABEL_WIDTH : MARGIN + LABEL_WIDTH, label_free = 0;
    double unit = side_unit(side, simulation);
    for (size_t i = 0; i < side->count; i++) {
        double part = side->keys[i] * unit, middle = top + part / 2 + 4;
        side->at[i] = top;
        (void)fprintf(file, "<rect class=\"%s\" x=\"%.1f\" y=\"%.2f\" width=\"8\" height=\"%.2f\"/>\n",
                      is_to ? "to" : "from", is_to ? x : x - 8, top, part);
        top += part + FLOW_GAP;
        if (middle < label_free) continue;
        label_free = middle + 13;
        (void)fprintf(file, "<text x=\"%.1f\" y=\"%.1f\"%s>", is_to ? x + 14 : x - 14, middle,
                      is_to ? "" : " text-anchor=\"end\"");
        if (side->rest > 0 && i + 1 == side->count) (void)fprintf(file, "%zu others", side->rest);
        else put_text(file, simulation_name(simulation, side->node[i]), 24);
        double percent = 100 * side->keys[i] / (double)simulation->keys;
        (void)fprintf(file, percent < 0.1 ? " %s%.2g%%</text>\n" : " %s%.2f%%</text>\n", is_to ? "+" : "−", percent);
    }
}

/* Ribbons cross least when both sides stack them in the order of the other. */
static void draw_ribbons(FILE *file, const cli_simulation *simulation, flow_side *from, flow_side *to) {
    double keys[MOST_BLOCKS][MOST_BLOCKS] = {{0}};
    for (size_t i = 0; i < simulation->flows.count; i++) {
        const key_flow *flow = &simulation->flows.entries[i];
        keys[from->block_of[flow->from]][to->block_of[flow->to]] += (double)flow->keys;
    }
    double left = MARGIN + LABEL_WIDTH, right = WIDTH - MARGIN - LABEL_WIDTH, middle = (left + right) / 2;
    double start_unit = side_unit(from, simulation), end_unit = side_unit(to, simulation);
    for (size_t i = 0; i < from->count; i++) {
        for (size_t j = 0; j < to->count; j++) {
            double start = keys[i][j] * start_unit, end = keys[i][j] * end_unit, a = from->at[i], b = to->at[j];
            if (keys[i][j] <= 0) continue;
            (void)fprintf(file,
                          "<path class=\"ribbon\" d=\"M%.1f %.2fC%.1f %.2f %.1f %.2f %.1f %.2fV%.2f"
                          "C%.1f %.2f %.1f %.2f %.1f %.2fZ\"/>\n",
                          left, a, middle, a, middle, b, right, b, b + end, middle, b + end, middle, a + start, left,
                          a + start);
            from->at[i] += start;
            to->at[j] += end;
        }
    }
}

static void draw_moves_note(FILE *file, const cli_simulation *simulation, double top) {
    double moved = (double)simulation->flows.moved / (double)simulation->keys;
    (void)fprintf(file, "<text class=\"note\" x=\"%d\" y=\"%.1f\">", MARGIN, top);
    if (simulation->places == 1) (void)fprintf(file, "%.2f%% of the keys", 100 * moved);
    else (void)fprintf(file, "%.4f of %zu places a key", moved, simulation->places);
    if (!isnan(simulation->comparison.moved))
        (void)fprintf(file, "; %.2f%% expected", 100 * simulation->comparison.moved);
    if (!isnan(simulation->comparison.least) && simulation->places == 1)
        (void)fprintf(file, ", %.2f%% the least possible", 100 * simulation->comparison.least);
    else if (!isnan(simulation->comparison.least))
        (void)fprintf(file, "; %.4f the least possible", simulation->comparison.least);
    (void)fputs("</text>\n", file);
}

static bool draw_moves(FILE *file, const cli_simulation *simulation, double top) {
    flow_side from, to;
    bool is_done = side_new(&from, simulation, false);
    is_done = side_new(&to, simulation, true) && is_done;
    if (is_done) {
        (void)fprintf(file, "<text class=\"title\" x=\"%d\" y=\"%.1f\">Moves</text>\n", MARGIN, top);
        draw_moves_note(file, simulation, top + 20);
        draw_side(file, simulation, &from, top + 40, false);
        draw_side(file, simulation, &to, top + 40, true);
        draw_ribbons(file, simulation, &from, &to);
    }
    free(from.block_of);
    free(to.block_of);
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
    size_t *order = find_rows(simulation, rows);
    if (order == NULL) return false;
    draw_head(file, simulation, rows);
    double scale = (WIDTH - 2 * MARGIN - LABEL_WIDTH - FIGURE_WIDTH) / widest_share(simulation);
    for (size_t i = 0; i < rows; i++)
        draw_bar(file, simulation, order[i], HEAD_HEIGHT + (double)i * ROW_HEIGHT, scale);
    free(order);
    bool is_done = !simulation->has_change || draw_moves(file, simulation, bottom + 30);
    (void)fputs("</svg>\n", file);
    return is_done;
}

int simulation_draw(const cli_simulation *simulation, const char *path) {
    file_text picture;
    if (file_text_start(&picture) != 0) return out_of_memory();
    if (!draw(picture.stream, simulation)) {
        (void)file_text_finish(&picture, -1);
        return out_of_memory();
    }
    if (strcmp(path, "-") == 0) {
        bool is_whole = fflush(picture.stream) == 0 && ferror(picture.stream) == 0;
        if (is_whole) output_bytes(picture.bytes, picture.length);
        return file_text_finish(&picture, -1) == 0 && is_whole ? 0 : out_of_memory();
    }
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int problem = file < 0 ? errno : 0, unwritten = file_text_finish(&picture, file);
    if (problem == 0) problem = unwritten;
    if (problem == 0) return 0;
    message_error("cannot write '%s': %s", path, strerror(problem));
    return EXIT_INTERNAL;
}
