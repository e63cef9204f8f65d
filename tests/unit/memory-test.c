/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <pthread.h>

static void a_product_that_overflows_is_refused(void **state) {
    (void)state;
    size_t half = SIZE_MAX / 2 + 1;
    assert_null(px_calloc(half, 2));
    assert_null(px_reallocarray(NULL, half, 2));
    assert_null(px_calloc_aligned(half, 2));
    assert_null(px_calloc_aligned(SIZE_MAX, 1));
    assert_null(px_memdup("", SIZE_MAX));
}

static void nothing_still_gives_a_pointer_to_free(void **state) {
    (void)state;
    void *a = px_calloc(0, 8), *b = px_calloc(8, 0), *c = px_calloc_aligned(0, 1), *d = px_memdup(NULL, 0);
    void *e = px_reallocarray(NULL, 0, 4);
    assert_true(a != NULL && b != NULL && c != NULL && d != NULL && e != NULL);
    free(a);
    free(b);
    free(c);
    free(d);
    free(e);
}

static void memory_for_vectors_is_aligned_and_zero(void **state) {
    (void)state;
    for (size_t count = 1; count < 200; count += 7) {
        uint8_t *bytes = px_calloc_aligned(count, 3);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % 64, 0);
        for (size_t i = 0; i < 3 * count; i++) assert_int_equal(bytes[i], 0);
        free(bytes);
    }
}

static void copies_end_with_a_nul(void **state) {
    (void)state;
    char *whole = px_strdup("node"), *part = px_strndup("node", 2), *all = px_strndup("a\0b", 3);
    char *bytes = px_memdup("a\0b", 3);
    assert_string_equal(whole, "node");
    assert_string_equal(part, "no");
    assert_string_equal(all, "a");
    assert_memory_equal(bytes, "a\0b\0", 4);
    free(whole);
    free(part);
    free(all);
    free(bytes);
}

static void a_growing_array_keeps_what_it_holds(void **state) {
    (void)state;
    int *numbers = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(px_grow(&numbers, &capacity, (size_t)i, sizeof *numbers), 0);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++) assert_int_equal(numbers[i], i);
    free(numbers);
}

static void a_growth_that_fails_changes_nothing(void **state) {
    (void)state;
    int *numbers = NULL;
    size_t capacity = 0;
    assert_int_equal(px_grow(&numbers, &capacity, 0, sizeof *numbers), 0);
    numbers[0] = 42;
    int *before = numbers;
    size_t capacity_before = capacity;
    px_memory_fail_at(0);
    assert_int_equal(px_grow(&numbers, &capacity, capacity, sizeof *numbers), -1);
    assert_ptr_equal(numbers, before);
    assert_int_equal(capacity, capacity_before);
    assert_int_equal(numbers[0], 42);
    free(numbers);

    numbers = NULL;
    capacity = SIZE_MAX / 2 + 1;
    assert_int_equal(px_grow(&numbers, &capacity, capacity, 1), -1);
}

static void only_the_chosen_allocation_fails(void **state) {
    (void)state;
    px_memory_fail_at(2);
    for (int i = 0; i < 5; i++) {
        void *memory = px_calloc(1, 1);
        assert_int_equal(memory == NULL, i == 2);
        free(memory);
    }
}

enum { THREADS = 4, ALLOCATIONS = 1000 };

static void *allocate_often(void *failures) {
    for (int i = 0; i < ALLOCATIONS; i++) {
        void *memory = px_calloc(1, 1);
        if (memory == NULL) ++*(int *)failures;
        free(memory);
    }
    return NULL;
}

static void among_threads_one_allocation_fails(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    int failures[THREADS] = {0}, sum = 0;
    px_memory_fail_at(1500);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, allocate_often, &failures[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        sum += failures[i];
    }
    px_memory_fail_at(-1);
    assert_int_equal(sum, 1);
}

static void wiped_bytes_are_gone(void **state) {
    (void)state;
    char secret[] = "correct horse";
    px_wipe(secret, 7);
    assert_memory_equal(secret, "\0\0\0\0\0\0\0 horse", sizeof secret);
    px_wipe(NULL, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_that_overflows_is_refused),
        cmocka_unit_test(nothing_still_gives_a_pointer_to_free),
        cmocka_unit_test(memory_for_vectors_is_aligned_and_zero),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(a_growing_array_keeps_what_it_holds),
        cmocka_unit_test(a_growth_that_fails_changes_nothing),
        cmocka_unit_test(only_the_chosen_allocation_fails),
        cmocka_unit_test(among_threads_one_allocation_fails),
        cmocka_unit_test(wiped_bytes_are_gone),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
