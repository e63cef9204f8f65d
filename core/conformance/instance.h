/* SPDX-License-Identifier: MIT */
/* Instances and states, opened and read under observation. */
#ifndef PX_CONFORMANCE_INSTANCE_H
#define PX_CONFORMANCE_INSTANCE_H

#include "conformance/subject.h"

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
    char fingerprint[128];           /* of them; "": there is no set */
    proxenos_error failure;          /* of add_node, why the set is lost; status OK: it is not */
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

#endif
