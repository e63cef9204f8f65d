/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "modules/elf-check.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

/* Of this machine's class. */
typedef ElfW(Ehdr) elf_header;
typedef ElfW(Phdr) elf_segment;

/* The header of the object this code is linked into: the linker provides the
 * symbol, and with it our own class, byte order and machine without a table. */
extern const elf_header __ehdr_start __attribute__((weak, visibility("hidden")));

/* Reads up to `length` bytes; fewer at the end of the file, and -1 with errno when it
 * cannot be read. */
static ssize_t read_at(int file, void *bytes, size_t length, uint64_t offset) {
    size_t used = 0;
    while (used < length) {
        ssize_t got = pread(file, (char *)bytes + used, length - used, (off_t)(offset + used));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

static proxenos_status unreadable(const char *path, proxenos_error *error) {
    return px_error(error, px_status_of(errno, PROXENOS_ERROR_PLUGIN), "%s cannot be read: %s", path,
                    strerror(errno));
}

static const char *class_of(const elf_header *header) {
    return header->e_ident[EI_CLASS] == ELFCLASS64 ? "64 bits" : "32 bits";
}

static const char *order_of(const elf_header *header) {
    return header->e_ident[EI_DATA] == ELFDATA2MSB ? "big-endian" : "little-endian";
}

static proxenos_status check_machine(const elf_header *header, const char *path, proxenos_error *error) {
    const elf_header *own = &__ehdr_start;
    if (own == NULL) return PROXENOS_OK; /* a linker that lacks the symbol: dlopen() judges */
    bool is_same = header->e_ident[EI_CLASS] == own->e_ident[EI_CLASS] &&
                   header->e_ident[EI_DATA] == own->e_ident[EI_DATA] && header->e_machine == own->e_machine;
    if (is_same) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_PLUGIN,
                    "%s is built for another machine: ELF machine %u, %s, %s; this program is %u, %s, %s", path,
                    (unsigned)header->e_machine, class_of(header), order_of(header), (unsigned)own->e_machine,
                    class_of(own), order_of(own));
}

static proxenos_status truncated(const char *path, const char *what, uint64_t offset, uint64_t length,
                                 uint64_t size, proxenos_error *error) {
    return px_error(error, PROXENOS_ERROR_PLUGIN,
                    "%s is truncated: %s of %llu bytes at offset %llu does not fit into its %llu bytes; install it "
                    "again", path, what, (unsigned long long)length, (unsigned long long)offset,
                    (unsigned long long)size);
}

static bool fits(uint64_t offset, uint64_t length, uint64_t size) {
    return length <= size && offset <= size - length;
}

/* Each segment is mapped from the file; what lies past its end is SIGBUS. */
static proxenos_status check_segments(int file, const elf_header *header, const char *path, uint64_t size,
                                      proxenos_error *error) {
    if (header->e_phentsize != sizeof(elf_segment) || header->e_phnum == 0) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s is not a shared object: it has no usable program headers",
                        path);
    }
    uint64_t table = (uint64_t)header->e_phnum * sizeof(elf_segment);
    if (!fits(header->e_phoff, table, size)) {
        return truncated(path, "the table of segments", header->e_phoff, table, size, error);
    }
    for (unsigned i = 0; i < header->e_phnum; i++) {
        elf_segment segment;
        uint64_t offset = header->e_phoff + (uint64_t)i * sizeof segment;
        ssize_t got = read_at(file, &segment, sizeof segment, offset);
        if (got < 0) return unreadable(path, error);
        if ((size_t)got != sizeof segment) {
            return truncated(path, "a program header", offset, sizeof segment, size, error);
        }
        if (!fits(segment.p_offset, segment.p_filesz, size)) {
            return truncated(path, "a segment", segment.p_offset, segment.p_filesz, size, error);
        }
    }
    return PROXENOS_OK;
}

proxenos_status px_elf_check(int file, const char *path, uint64_t size, proxenos_error *error) {
    elf_header header;
    memset(&header, 0, sizeof header);
    ssize_t got = read_at(file, &header, sizeof header, 0);
    if (got < 0) return unreadable(path, error);
    if (got < SELFMAG || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s is not a shared object: %s", path,
                        size == 0 ? "the file is empty" : "it does not begin as an ELF file does");
    }
    if ((size_t)got < sizeof header) return truncated(path, "the ELF header", 0, sizeof header, size, error);
    proxenos_status status = check_machine(&header, path, error);
    if (status != PROXENOS_OK) return status;
    if (header.e_type != ET_DYN) {
        return px_error(error, PROXENOS_ERROR_PLUGIN,
                        "%s is an ELF file, but not a shared object: link it with -shared", path);
    }
    return check_segments(file, &header, path, size, error);
}

static bool is_word_byte(char c) {
    return px_is_letter(c) || px_is_digit(c) || c == '_';
}

/* The word that ends at `end` (where `suffix` ends), cut out of `bytes`. */
static bool take_word(const char *bytes, size_t end, size_t suffix, char *word, size_t capacity) {
    size_t start = end - suffix;
    while (start > 0 && is_word_byte(bytes[start - 1])) start--;
    if (end - start == suffix || end - start >= capacity) return false;
    memcpy(word, bytes + start, end - start);
    word[end - start] = '\0';
    return true;
}

/* Searches one buffer; `length` counts the NUL that ends a symbol's name. */
static bool find_in(const char *bytes, size_t held, const char *suffix, size_t length, char *word,
                    size_t capacity) {
    for (size_t at = 0; at + length <= held; at++) {
        bool is_there = bytes[at] == suffix[0] && memcmp(bytes + at, suffix, length) == 0;
        if (is_there && take_word(bytes, at + length - 1, length - 1, word, capacity)) return true;
    }
    return false;
}

bool px_elf_find_word(int file, const char *suffix, char *word, size_t capacity) {
    enum { KEPT = NAME_MAX + 64 }; /* carried over, so that no word is cut between two reads */
    char bytes[16384];
    size_t held = 0;
    for (uint64_t offset = 0;;) {
        ssize_t got = read_at(file, bytes + held, sizeof bytes - held, offset);
        if (got <= 0) return false; /* it only makes a message plainer */
        offset += (uint64_t)got;
        held += (size_t)got;
        if (find_in(bytes, held, suffix, strlen(suffix) + 1, word, capacity)) return true;
        size_t keep = held < KEPT ? held : KEPT;
        memmove(bytes, bytes + held - keep, keep);
        held = keep;
    }
}
