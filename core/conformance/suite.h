/* SPDX-License-Identifier: MIT */
/* Conformance: what proxenos-plugin(3) asks of a plugin, checked on anyone's.
 *
 *     conformance.c           the public call: child processes, and what becomes of them
 *     conformance-child.c     in the child: the plan
 *     conformance-instance.c  instances and states, opened and read under observation
 *     conformance-*.c         the checks
 *
 * The checks run in child processes, since a plugin under test may crash, hang,
 * print and exit. */
#ifndef PX_CONFORMANCE_SUITE_H
#define PX_CONFORMANCE_SUITE_H

#include "modules/host.h"
#include "modules/module.h"

#include <sys/types.h>

typedef struct px_option_text {
    const char *name, *value;
} px_option_text;

/* Whom a check is about. */
typedef struct px_subject {
    const proxenos_context *context;
    const px_option_text *options;          /* what the author gave */
    size_t option_count;
    const px_module *module;
    const px_backend_type *backend;  /* one of these two; neither: the module itself */
    const px_hash_type *hash;
    proxenos_error why;              /* its text goes with the verdict */
} px_subject;

/* One thing that must hold, and the section of proxenos-plugin(3) that says so. */
typedef struct px_check {
    const char *what, *section;
    proxenos_verdict (*run)(px_subject *subject);
} px_check;

/* The checks of a module, a backend, a hash; each array ends with a zeroed row. */
extern const px_check px_module_checks[], px_backend_checks[], px_source_checks[], px_hash_checks[],
    px_hash_state_checks[], px_option_checks[], px_last_checks[];

/* Give a verdict with its reason. */
proxenos_verdict px_broken(px_subject *subject, const char *format, ...) PX_PRINTF(2, 3);
proxenos_verdict px_not_tried(px_subject *subject, const char *format, ...) PX_PRINTF(2, 3);

/* ---- in the child */

/* What the child tells its parent, in one write of less than PIPE_BUF.  Pointers
 * are to constants of the library, at the same place in both. */
typedef struct px_report {
    enum { PX_REPORT_REFUSED, PX_REPORT_BEGUN, PX_REPORT_ENDED, PX_REPORT_DONE } step;
    proxenos_verdict verdict;
    proxenos_status status;          /* REFUSED: why the file cannot be tested at all */
    off_t printed;                   /* BEGUN: the size of what was printed before */
    const px_check *check;
    const char *kind;
    char name[68];
    char why[sizeof(((proxenos_error *)0)->text)];
} px_report;

/* What a child is to do. */
typedef struct px_assignment {
    proxenos_context *context;
    const char *path;
    const px_option_text *options;
    size_t option_count;
    size_t first;                    /* the number of the check to begin with */
    int printed;                     /* becomes standard output and error */
    int reports;                     /* where px_reports go */
} px_assignment;

/* Loads the file and runs the checks; never returns. */
_Noreturn void px_conformance_child(const px_assignment *work);

extern unsigned px_check_limit_s;    /* a check that takes longer is killed; only tests change it */

/* The first line of what stands in an open file behind `from`, escaped; false when
 * there is nothing. */
bool px_printed_line(int file, off_t from, proxenos_error *line);

/* ---- instances */

/* A backend's instance or a hash's state. */
typedef struct px_instance {
    px_host host;
    px_values *values;
    void *state;
    int32_t result;                  /* of open, when it was called */
    bool is_refused;                 /* the core refused a value: open was not called */
    bool is_open;
} px_instance;

/* Which of the author's options an instance gets. */
typedef enum px_base { PX_ALL_GIVEN, PX_REQUIRED_GIVEN, PX_NONE_GIVEN } px_base;

/* Opens one with these options of the author's and `pairs`, which have the last
 * word.  When it does not open, subject->why says why; there is nothing to close. */
bool px_instance_open(px_subject *subject, px_base base, const px_option_text *pairs, size_t count,
                      px_instance *instance);
/* Opens one with all options of the author's.  When it does not open, the check
 * cannot be tried, and subject->why says so. */
bool px_instance_try(px_subject *subject, px_instance *instance);
void px_instance_close(const px_subject *subject, px_instance *instance);

/* "key=00ff,seed=7" cut into at most `capacity` pairs; `text` is written to. */
size_t px_option_texts_cut(char *text, px_option_text *pairs, size_t capacity);
enum { PX_ANSWER_OPTIONS = 16 };     /* of one known answer; more than any hash has */

/* The schema of a backend or hash. */
const px_schema *px_subject_schema(const px_subject *subject);
/* The option of that name and one of these types (bits 1 << PROXENOS_TYPE_...), or NULL. */
const proxenos_option *px_subject_option(const px_subject *subject, const char *name, uint32_t types);

/* Whether a callback failed as it should: a result of plugin.h, with words.  Else
 * false, and subject->why. */
bool px_failed_well(px_subject *subject, const px_host *host, const char *callback, int32_t result);
/* "OK", "DENIED" ...; "no result" for other numbers. */
const char *px_result_name(int32_t result);

/* What came of one fetch. */
typedef struct px_reading {
    int32_t result;
    uint64_t generation;
    size_t nodes;                    /* that the core would have kept */
    int64_t milliseconds;
} px_reading;

void px_instance_fetch(const px_subject *subject, px_instance *instance, const proxenos_wait *wait,
                       int64_t timeout_ms, px_reading *reading);
/* Fetches, cancelled from another thread after 50 ms; gives how many milliseconds
 * fetch went on after that, 0 when it had ended before; -1: no thread. */
int64_t px_instance_cancel(const px_subject *subject, px_instance *instance, const proxenos_wait *wait,
                           int64_t timeout_ms, px_reading *reading);

/* How many descriptors are open, up to 4096. */
size_t px_count_descriptors(void);
void px_sleep_ms(int64_t milliseconds);

/* ---- inputs of hashes */

/* Bytes that end where memory ends, and begin where it begins: reading one more
 * kills the process. */
typedef struct px_guarded {
    uint8_t *bytes;
    size_t size;                     /* at least 4 KiB */
    void *map;
    size_t map_size;
} px_guarded;

bool px_guarded_new(px_guarded *guarded);
void px_guarded_free(px_guarded *guarded);
/* The same bytes for the same seed, whoever asks. */
void px_fill(uint8_t *bytes, size_t length, uint64_t seed);

#endif
