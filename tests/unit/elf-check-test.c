/* SPDX-License-Identifier: MIT */
#include "modules/elf-check.h"

#include "support.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

/* A copy of an object of this very machine: the test itself, which is position-
 * independent and so of the type of a shared object. */
typedef struct object {
    unsigned char *bytes;
    size_t size;
    int file;
} object;

static ElfW(Ehdr) *header_of(const object *o) {
    return (ElfW(Ehdr) *)(void *)o->bytes;
}

static ElfW(Phdr) *segments_of(const object *o) {
    return (ElfW(Phdr) *)(void *)(o->bytes + header_of(o)->e_phoff);
}

static int set_up(void **state) {
    object *o = calloc(1, sizeof *o);
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;
    assert_true(o != NULL && self >= 0 && fstat(self, &status) == 0);
    o->size = (size_t)status.st_size;
    o->bytes = malloc(o->size);
    assert_non_null(o->bytes);
    assert_int_equal(read(self, o->bytes, o->size), (ssize_t)o->size);
    (void)close(self);
    header_of(o)->e_type = ET_DYN;
    char name[] = "/tmp/elf-check-test.XXXXXX";
    o->file = mkstemp(name);
    assert_true(o->file >= 0);
    (void)unlink(name);
    *state = o;
    return 0;
}

static int tear_down(void **state) {
    object *o = *state;
    (void)close(o->file);
    free(o->bytes);
    free(o);
    return 0;
}

/* Checks the first `size` bytes. */
static proxenos_status check(const object *o, size_t size, proxenos_error *error) {
    assert_int_equal(ftruncate(o->file, 0), 0);
    assert_int_equal(pwrite(o->file, o->bytes, size, 0), (ssize_t)size);
    return px_elf_check(o->file, "/x/some.so", size, error);
}

static void a_whole_object_of_this_machine_passes(void **state) {
    object *o = *state;
    proxenos_error error;
    assert_int_equal(check(o, o->size, &error), PROXENOS_OK);
}

static void an_object_cut_anywhere_before_its_last_segment_ends_is_truncated(void **state) {
    object *o = *state;
    size_t end = 0;
    for (unsigned i = 0; i < header_of(o)->e_phnum; i++) {
        size_t segment_end = (size_t)(segments_of(o)[i].p_offset + segments_of(o)[i].p_filesz);
        if (segment_end > end) end = segment_end;
    }
    assert_true(end > 4096);
    proxenos_error error;
    for (size_t size = 4; size < end; size += size < 2048 ? 7 : 4999) {
        assert_int_equal(check(o, size, &error), PROXENOS_ERROR_PLUGIN);
        assert_contains(error.text, "/x/some.so is truncated: ");
    }
    assert_int_equal(check(o, end - 1, &error), PROXENOS_ERROR_PLUGIN);
    assert_int_equal(check(o, end, &error), PROXENOS_OK);
}

static void what_does_not_begin_as_elf_is_no_object(void **state) {
    object *o = *state;
    proxenos_error error;
    assert_int_equal(check(o, 0, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "the file is empty");
    assert_int_equal(check(o, 3, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "does not begin as an ELF file does");
    o->bytes[0] = '#';
    assert_int_equal(check(o, o->size, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "does not begin as an ELF file does");
}

static void class_byte_order_and_machine_must_be_our_own(void **state) {
    object *o = *state;
    proxenos_error error;
    const size_t places[] = {EI_CLASS, EI_DATA, offsetof(ElfW(Ehdr), e_machine)};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        o->bytes[places[i]] ^= 3;
        assert_int_equal(check(o, o->size, &error), PROXENOS_ERROR_PLUGIN);
        assert_contains(error.text, "is built for another machine: ELF machine ");
        o->bytes[places[i]] ^= 3;
    }
}

static void only_a_shared_object_will_do(void **state) {
    object *o = *state;
    proxenos_error error;
    header_of(o)->e_type = ET_REL;
    assert_int_equal(check(o, o->size, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "not a shared object: link it with -shared");
    header_of(o)->e_type = ET_DYN;
    header_of(o)->e_phnum = 0;
    assert_int_equal(check(o, o->size, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "no usable program headers");
}

static void sums_that_overflow_do_not_pass_for_small(void **state) {
    object *o = *state;
    proxenos_error error;
    segments_of(o)[0].p_offset = (ElfW(Off)) - 8;
    segments_of(o)[0].p_filesz = 16;
    assert_int_equal(check(o, o->size, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "is truncated: a segment of 16 bytes");
    header_of(o)->e_phoff = (ElfW(Off)) - 8;
    assert_int_equal(check(o, o->size, &error), PROXENOS_ERROR_PLUGIN);
    assert_contains(error.text, "is truncated: the table of segments");
}

static void a_word_is_found_wherever_it_stands(void **state) {
    object *o = *state;
    static const char word[] = "\0other_name_ends_here";
    char found[64];
    enum { LENGTH = 65536 };
    for (size_t at = 16384 - 64; at < 16384 + 64; at++) { /* around the border of a read */
        assert_int_equal(ftruncate(o->file, 0), 0);
        assert_int_equal(ftruncate(o->file, LENGTH), 0);
        assert_false(px_elf_find_word(o->file, "_ends_here", found, sizeof found));
        assert_int_equal(pwrite(o->file, word, sizeof word, (off_t)at), sizeof word);
        assert_true(px_elf_find_word(o->file, "_ends_here", found, sizeof found));
        assert_string_equal(found, "other_name_ends_here");
    }
    assert_false(px_elf_find_word(o->file, "_ends_here", found, 8)); /* would not fit */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_object_of_this_machine_passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_object_cut_anywhere_before_its_last_segment_ends_is_truncated, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_begin_as_elf_is_no_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(class_byte_order_and_machine_must_be_our_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_a_shared_object_will_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sums_that_overflow_do_not_pass_for_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_word_is_found_wherever_it_stands, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
