/* SPDX-License-Identifier: MIT */
/* The guard, by tables of cases with a clock of the test's own. */
#include "base/memory.h"
#include "discovery/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NEVER INT64_MAX

static const px_follow_policy standard = {.settle_ms = 250, .settle_limit_ms = 5000, .min_nodes = 1,
                                          .max_loss = 1000000, .hold_ms = PX_FOREVER};

/* "a*3 b c*0": hosts with weights. */
static proxenos_cluster *cluster_of(const char *text) {
    char copy[256];
    (void)snprintf(copy, sizeof copy, "%s", text);
    px_builder *builder;
    proxenos_cluster *cluster;
    assert_int_equal(px_builder_new(PX_IDENTITY_ADDRESS, &builder, NULL), PROXENOS_OK);
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *star = strchr(word, '*');
        proxenos_node_data data = {.size = sizeof data, .flags = PROXENOS_NODE_HAS_WEIGHT, .address = word, .weight = 1};
        if (star != NULL) {
            *star = '\0';
            data.weight = atoi(star + 1);
        }
        assert_int_equal(px_builder_add(builder, &data, NULL), PROXENOS_OK);
    }
    assert_int_equal(px_builder_finish(builder, NULL, NULL, &cluster, NULL), PROXENOS_OK);
    px_builder_free(builder);
    return cluster;
}

/* What happens at a moment: the source says something (or nothing new, NULL), and the verdict. */
typedef struct step {
    int64_t at_ms;
    const char *reading;
    px_verdict verdict;
    int64_t due_ms;
    const char *candidate;           /* NULL: none is asked for */
    const char *why;
} step;

static void assert_same_nodes(const proxenos_cluster *cluster, const char *text) {
    proxenos_cluster *wanted = cluster_of(text);
    assert_string_equal(cluster->fingerprint, wanted->fingerprint);
    proxenos_cluster_unref(wanted);
}

/* What is accepted takes its place at once, as a follower sees to it. */
static void walk(const px_follow_policy *policy, const step *steps, size_t count) {
    px_guard guard;
    px_guard_init(&guard, policy);
    for (size_t i = 0; i < count; i++) {
        const step *s = &steps[i];
        if (s->reading != NULL) {
            proxenos_cluster *reading = cluster_of(s->reading);
            assert_int_equal(px_guard_offer(&guard, reading, s->at_ms, NULL), PROXENOS_OK);
            proxenos_cluster_unref(reading);
        }
        px_judgement judgement;
        assert_int_equal(px_guard_judge(&guard, s->at_ms, &judgement, NULL), PROXENOS_OK);
        if (judgement.verdict != s->verdict || (s->verdict != PX_GUARD_ACCEPT && judgement.due_ms != s->due_ms)) {
            fail_msg("step %zu: verdict %d, due %lld, why '%s'", i, (int)judgement.verdict,
                     (long long)judgement.due_ms, judgement.why);
        }
        if (s->candidate != NULL) assert_same_nodes(judgement.candidate, s->candidate);
        if (s->why != NULL) assert_string_equal(judgement.why, s->why);
        if (judgement.verdict == PX_GUARD_ACCEPT) {
            assert_int_equal(px_guard_accept(&guard, judgement.candidate, s->at_ms, NULL), PROXENOS_OK);
        }
        proxenos_cluster_unref(judgement.candidate);
    }
    px_guard_end(&guard);
}
#define WALK(policy, ...)                                             \
    do {                                                              \
        const step steps[] = {__VA_ARGS__};                           \
        walk((policy), steps, sizeof steps / sizeof steps[0]);        \
    } while (0)

static void the_first_is_accepted_at_once(void **state) {
    (void)state;
    WALK(&standard, {0, "a b", PX_GUARD_ACCEPT, 0, "a b", NULL}, {1, NULL, PX_GUARD_SAME, NEVER, NULL, NULL},
         {2, "b a", PX_GUARD_SAME, NEVER, NULL, NULL});
}

static void a_change_settles(void **state) {
    (void)state;
    WALK(&standard, {0, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1000, "a b c", PX_GUARD_SETTLING, 1250, NULL, NULL},
         {1100, "a b c d", PX_GUARD_SETTLING, 1350, NULL, NULL}, {1349, NULL, PX_GUARD_SETTLING, 1350, NULL, NULL},
         {1350, NULL, PX_GUARD_ACCEPT, 0, "a b c d", NULL}, {1351, NULL, PX_GUARD_SAME, NEVER, NULL, NULL});
}

static void what_comes_back_is_no_change(void **state) {
    (void)state;
    WALK(&standard, {0, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1000, "a", PX_GUARD_SETTLING, 1250, NULL, NULL},
         {1200, "a b", PX_GUARD_SAME, NEVER, NULL, NULL}, {2000, "a", PX_GUARD_SETTLING, 2250, NULL, NULL});
}

static void restlessness_has_a_limit(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.settle_limit_ms = 600;
    WALK(&policy, {0, "a", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1000, "a b", PX_GUARD_SETTLING, 1250, NULL, NULL},
         {1200, "a c", PX_GUARD_SETTLING, 1450, NULL, NULL}, {1400, "a d", PX_GUARD_SETTLING, 1600, NULL, NULL},
         {1599, "a e", PX_GUARD_SETTLING, 1600, NULL, NULL}, {1600, "a f", PX_GUARD_ACCEPT, 0, "a f", NULL},
         {1700, "a g", PX_GUARD_SETTLING, 1950, NULL, NULL});
}

static void without_settling_all_is_accepted(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.settle_ms = policy.settle_limit_ms = 0;
    WALK(&policy, {0, "a", PX_GUARD_ACCEPT, 0, NULL, NULL}, {0, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {1, "b", PX_GUARD_ACCEPT, 0, NULL, NULL});
}

static void an_empty_one_is_held(void **state) {
    (void)state;
    WALK(&standard, {0, "", PX_GUARD_HELD, NEVER, NULL, "no node is left, and min-nodes is 1"},
         {10, "a", PX_GUARD_ACCEPT, 0, NULL, NULL}, {20, "", PX_GUARD_SETTLING, 270, NULL, NULL},
         {270, NULL, PX_GUARD_HELD, NEVER, NULL, "no node is left, and min-nodes is 1"},
         {999999, NULL, PX_GUARD_HELD, NEVER, NULL, NULL}, {1000000, "a", PX_GUARD_SAME, NEVER, NULL, NULL});
    /* Of weight 0: none can be chosen. */
    WALK(&standard, {0, "a*0 b*0", PX_GUARD_HELD, NEVER, NULL, "no node is left, and min-nodes is 1"});
    px_follow_policy policy = standard;
    policy.min_nodes = 0;
    WALK(&policy, {0, "", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1, "a", PX_GUARD_SETTLING, 251, NULL, NULL},
         {251, NULL, PX_GUARD_ACCEPT, 0, NULL, NULL}, {300, "", PX_GUARD_SETTLING, 550, NULL, NULL},
         {550, NULL, PX_GUARD_ACCEPT, 0, "", NULL});
}

static void too_few_are_held(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.min_nodes = 3;
    WALK(&policy, {0, "a b", PX_GUARD_HELD, NEVER, NULL, "2 nodes are fewer than min-nodes, 3"},
         {1, "a b c", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1000, "a", PX_GUARD_SETTLING, 1250, NULL, NULL},
         {1250, NULL, PX_GUARD_HELD, NEVER, NULL, "1 node is fewer than min-nodes, 3"},
         {1300, "a x y", PX_GUARD_SETTLING, 1550, NULL, NULL}, {1550, NULL, PX_GUARD_ACCEPT, 0, "a x y", NULL});
}

static void a_great_loss_is_held(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.settle_ms = policy.settle_limit_ms = 0;
    policy.max_loss = 500000;
    WALK(&policy, {0, "a b c d", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {2, "a", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {3, "b c d e", PX_GUARD_HELD, NEVER, NULL, "100.0% of the weight would be lost, more than max-loss, 50%"});
    /* By weight, not by heads; what others gain makes up for nothing. */
    WALK(&policy, {0, "a*8 b c", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1, "a*8", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {2, "a*3 b*100", PX_GUARD_HELD, NEVER, NULL, "62.5% of the weight would be lost, more than max-loss, 50%"},
         {3, "a*4 b*100", PX_GUARD_ACCEPT, 0, NULL, NULL});
    policy.max_loss = 0;
    WALK(&policy, {0, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1, "a b c", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {2, "a b", PX_GUARD_HELD, NEVER, NULL, "33.3% of the weight would be lost, more than max-loss, 0%"});
}

static void a_hold_may_end(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.hold_ms = 60000;
    policy.max_loss = 500000;
    WALK(&policy, {0, "a b c", PX_GUARD_ACCEPT, 0, NULL, NULL}, {1000, "a", PX_GUARD_SETTLING, 1250, NULL, NULL},
         {1250, NULL, PX_GUARD_HELD, 61000, NULL, NULL},
         /* It does not stay like this: the time begins anew. */
         {30000, "b", PX_GUARD_HELD, 90000, NULL, NULL}, {89999, NULL, PX_GUARD_HELD, 90000, NULL, NULL},
         {90000, NULL, PX_GUARD_ACCEPT, 0, "b", NULL});
    WALK(&policy, {0, "", PX_GUARD_HELD, 60000, NULL, NULL}, {60000, NULL, PX_GUARD_ACCEPT, 0, "", NULL});
}

static void whoever_left_rejoins_late(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.settle_ms = policy.settle_limit_ms = 0;
    policy.rejoin_ms = 1000;
    WALK(&policy, {0, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL}, {10, "a", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {20, "a b", PX_GUARD_SAME, 1020, NULL, NULL},
         {900, "a", PX_GUARD_SAME, NEVER, NULL, NULL},      /* gone again */
         {950, "a b c", PX_GUARD_ACCEPT, 0, "a c", NULL},   /* another does not wait for it */
         {951, NULL, PX_GUARD_SAME, 1950, NULL, NULL}, {1949, NULL, PX_GUARD_SAME, 1950, NULL, NULL},
         {1950, NULL, PX_GUARD_ACCEPT, 0, "a b c", NULL}, {1951, NULL, PX_GUARD_SAME, NEVER, NULL, NULL});
    /* One that was away for long is a new one. */
    WALK(&policy, {0, "a b", PX_GUARD_ACCEPT, 0, NULL, NULL}, {10, "a", PX_GUARD_ACCEPT, 0, NULL, NULL},
         {10010, "a", PX_GUARD_SAME, NEVER, NULL, NULL}, {10011, "a b", PX_GUARD_ACCEPT, 0, "a b", NULL});
}

static void shortage_of_memory_is_told_and_harmless(void **state) {
    (void)state;
    px_follow_policy policy = standard;
    policy.settle_ms = policy.settle_limit_ms = 0;
    policy.rejoin_ms = 1000;
    proxenos_cluster *both = cluster_of("a b"), *one = cluster_of("a");
    bool is_done = false;
    for (long countdown = 0; !is_done; countdown++) {
        px_guard guard;
        px_judgement judgement;
        px_guard_init(&guard, &policy);
        px_memory_fail_at(countdown);
        proxenos_status status = px_guard_offer(&guard, both, 0, NULL);
        if (status == PROXENOS_OK) status = px_guard_accept(&guard, both, 0, NULL);
        if (status == PROXENOS_OK) status = px_guard_offer(&guard, one, 1, NULL);
        if (status == PROXENOS_OK) status = px_guard_accept(&guard, one, 1, NULL);
        if (status == PROXENOS_OK) status = px_guard_offer(&guard, both, 2, NULL);
        if (status == PROXENOS_OK) status = px_guard_judge(&guard, 2, &judgement, NULL);
        if (status == PROXENOS_OK) proxenos_cluster_unref(judgement.candidate);
        px_memory_fail_at(-1);
        is_done = status == PROXENOS_OK;
        assert_true(is_done || status == PROXENOS_ERROR_MEMORY);
        px_guard_end(&guard);
    }
    proxenos_cluster_unref(both);
    proxenos_cluster_unref(one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_accepted_at_once),   cmocka_unit_test(a_change_settles),
        cmocka_unit_test(what_comes_back_is_no_change),    cmocka_unit_test(restlessness_has_a_limit),
        cmocka_unit_test(without_settling_all_is_accepted), cmocka_unit_test(an_empty_one_is_held),
        cmocka_unit_test(too_few_are_held),                cmocka_unit_test(a_great_loss_is_held),
        cmocka_unit_test(a_hold_may_end),                  cmocka_unit_test(whoever_left_rejoins_late),
        cmocka_unit_test(shortage_of_memory_is_told_and_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
