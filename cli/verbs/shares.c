/* SPDX-License-Identifier: MIT */
#include "verbs/shares.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes of one weight share their fate. */
typedef struct weight_group {
    double weight;
    size_t nodes;
    double share;
} weight_group;

/* What is needed at each point: polynomials in z of `terms` coefficients, the k-th for "k have drawn less". */
typedef struct points {
    weight_group *groups;
    size_t count, terms;
    double *before;           /* product of the groups before each, and of all */
    double *behind;           /* of those behind each */
    double *power;            /* (q + p z)^n of one group */
} points;

static int by_weight(const void *left, const void *right) {
    const weight_group *a = left, *b = right;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

static size_t make_groups(weight_group *groups, const double *weights, size_t count) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (weights[i] > 0) groups[used++] = (weight_group){weights[i], 1, 0};
    qsort(groups, used, sizeof *groups, by_weight);
    size_t kept = 0;
    for (size_t i = 1; i < used; i++) {
        if (groups[i].weight == groups[kept].weight) groups[kept].nodes++;
        else groups[++kept] = groups[i];
    }
    return used == 0 ? 0 : kept + 1;
}

/* (q + p z)^nodes with q = exp(-wt), p = 1 - q, up to the wanted terms. */
static void power_of(const points *at, double weight, size_t nodes, double t, double *power) {
    double p = -expm1(-weight * t), log_q = -weight * t;
    for (size_t k = 0; k < at->terms; k++) {
        if (k > nodes) {
            power[k] = 0;
            continue;
        }
        /* The logarithm of binomial(nodes, k) p^k q^(nodes - k). */
        double log_term = lgamma((double)nodes + 1) - lgamma((double)k + 1) - lgamma((double)(nodes - k) + 1) +
                          (double)(nodes - k) * log_q;
        power[k] = k == 0 ? exp(log_term) : p <= 0 ? 0 : exp(log_term + (double)k * log(p));
    }
}

static void multiply(const points *at, const double *a, const double *b, double *product) {
    for (size_t k = 0; k < at->terms; k++) {
        product[k] = 0;
        for (size_t i = 0; i <= k; i++) product[k] += a[i] * b[k - i];
    }
}

/* P(fewer than `terms` of all but one node of the group have drawn less than t). */
static double others_are_few(const points *at, size_t group, double t, double *scratch) {
    power_of(at, at->groups[group].weight, at->groups[group].nodes - 1, t, at->power);
    multiply(at, at->before + group * at->terms, at->power, scratch);
    double sum = 0;
    const double *behind = at->behind + group * at->terms;
    for (size_t k = 0; k < at->terms; k++)
        for (size_t i = 0; i <= k; i++) sum += scratch[i] * behind[k - i];
    return sum;
}

static void add_point(const points *at, double t, double step, double *scratch) {
    size_t terms = at->terms;
    memset(at->before, 0, terms * sizeof *at->before);
    memset(at->behind + (at->count - 1) * terms, 0, terms * sizeof *at->behind);
    at->before[0] = at->behind[(at->count - 1) * terms] = 1;
    for (size_t g = 0; g + 1 < at->count; g++) {
        power_of(at, at->groups[g].weight, at->groups[g].nodes, t, at->power);
        multiply(at, at->before + g * terms, at->power, at->before + (g + 1) * terms);
    }
    for (size_t g = at->count; g-- > 1;) {
        power_of(at, at->groups[g].weight, at->groups[g].nodes, t, at->power);
        multiply(at, at->behind + g * terms, at->power, at->behind + (g - 1) * terms);
    }
    for (size_t g = 0; g < at->count; g++) {
        double weight = at->groups[g].weight;
        at->groups[g].share += step * weight * t * exp(-weight * t) * others_are_few(at, g, t, scratch);
    }
}

/* Below the first point nobody has drawn, behind the last everybody has. */
static void integrate(const points *at, double *scratch) {
    const double step = 1.0 / 16;
    double sum = 0;
    for (size_t g = 0; g < at->count; g++) sum += at->groups[g].weight * (double)at->groups[g].nodes;
    double from = log(1e-13 / sum), to = log(750 / at->groups[0].weight);
    for (double x = from; x <= to; x += step) add_point(at, exp(x), step, scratch);
}

bool expected_shares(const double *weights, size_t count, size_t places, double *shares) {
    points at = {.groups = calloc(count + 1, sizeof *at.groups), .terms = places};
    double *scratch = NULL;
    bool is_done = at.groups != NULL;
    size_t able = 0;
    for (size_t i = 0; i < count; i++) able += weights[i] > 0;
    if (is_done) at.count = make_groups(at.groups, weights, count);
    if (places >= able || at.count == 1) {
        for (size_t i = 0; i < count; i++)
            shares[i] = weights[i] <= 0 ? 0 : places >= able ? 1 : (double)places / (double)able;
    } else if (is_done) {
        at.before = calloc(at.count * at.terms, sizeof *at.before);
        at.behind = calloc(at.count * at.terms, sizeof *at.behind);
        at.power = calloc(at.terms, sizeof *at.power);
        scratch = calloc(at.terms, sizeof *scratch);
        is_done = at.before != NULL && at.behind != NULL && at.power != NULL && scratch != NULL;
        if (is_done) integrate(&at, scratch);
        for (size_t i = 0; is_done && i < count; i++) {
            const weight_group wanted = {.weight = weights[i]};
            const weight_group *found = weights[i] <= 0 ? NULL : bsearch(&wanted, at.groups, at.count,
                                                                         sizeof *at.groups, by_weight);
            shares[i] = found == NULL ? 0 : found->share;
        }
    }
    free(at.groups);
    free(at.before);
    free(at.behind);
    free(at.power);
    free(scratch);
    return is_done;
}
