/* SPDX-License-Identifier: MIT */
/* Conformance of descriptors, schemas and manners. */
#include "conformance/checks.h"
#include "conformance/instance.h"
#include "conformance/process.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --------------------------------------------------------------- descriptors */

/* A line of a listing; NULL: nothing is wrong with it. */
static const char *problem_of_line(const char *text) {
    if (text == NULL || *text == '\0') return "is missing";
    size_t length = strlen(text);
    if (strchr(text, '\n') != NULL) return "has more than one line";
    if (!px_is_utf8(text, length)) return "is not in UTF-8";
    return text[length - 1] == '.' ? "ends with a full stop" : NULL;
}

static proxenos_verdict describes_module(px_subject *subject) {
    const px_module *module = subject->module;
    const char *problem = problem_of_line(module->version);
    if (problem != NULL) return px_broken(subject, "its version %s", problem);
    problem = problem_of_line(module->summary);
    return problem == NULL ? PROXENOS_HOLDS : px_broken(subject, "its summary %s", problem);
}

static proxenos_verdict describes_part(px_subject *subject) {
    const px_schema *schema = px_subject_schema(subject);
    const char *problem = problem_of_line(subject->backend != NULL ? subject->backend->callbacks.summary
                                                                   : subject->hash->callbacks.summary);
    if (problem != NULL) return px_broken(subject, "its summary %s", problem);
    for (uint32_t i = 0; i < schema->count; i++) {
        problem = problem_of_line(schema->options[i].help);
        if (problem != NULL) {
            return px_broken(subject, "the help of option '%s' %s", schema->options[i].name, problem);
        }
    }
    return PROXENOS_HOLDS;
}

/* ------------------------------------------------------------------- options */

/* Values at the edge of what the schema allows: an instance opens with them, or
 * says why not. */
static size_t edges_of(const proxenos_option *option, char low[32], char high[32], const char *edges[2]) {
    static char long_text[4001];
    memset(long_text, 'x', sizeof long_text - 1);
    bool has_range = option->minimum != 0 || option->maximum != 0;
    const char *unit = option->type == PROXENOS_TYPE_DURATION ? "ms" : "";
    switch (option->type) {
    case PROXENOS_TYPE_INTEGER:
    case PROXENOS_TYPE_DURATION:
    case PROXENOS_TYPE_SIZE:
        (void)snprintf(low, 32, "%" PRId64 "%s", option->minimum, unit);
        (void)snprintf(high, 32, "%" PRId64 "%s", has_range ? option->maximum : INT64_MAX / 1000, unit);
        edges[0] = low;
        edges[1] = high;
        return 2;
    case PROXENOS_TYPE_UNSIGNED:
        (void)snprintf(low, 32, "%" PRIu64, (uint64_t)option->minimum);
        (void)snprintf(high, 32, "%" PRIu64, has_range ? (uint64_t)option->maximum : UINT64_MAX);
        edges[0] = low;
        edges[1] = high;
        return 2;
    case PROXENOS_TYPE_PATH:
    case PROXENOS_TYPE_SECRET_FILE:
        edges[0] = "/nowhere/at/all";
        return 1;
    case PROXENOS_TYPE_STRING:
    case PROXENOS_TYPE_LIST:
        if (option->choices != NULL) return 0;
        edges[0] = "";
        edges[1] = long_text;
        return 2;
    case PROXENOS_TYPE_SECRET:
        edges[0] = "x";
        edges[1] = long_text;
        return 2;
    default:
        return 0;
    }
}

/* What no schema with this row allows; NULL: every text is allowed. */
static const char *nonsense_for(const proxenos_option *option) {
    if (option->choices != NULL) return "no such choice";
    switch (option->type) {
    case PROXENOS_TYPE_INTEGER:
    case PROXENOS_TYPE_UNSIGNED:
    case PROXENOS_TYPE_BOOLEAN:
    case PROXENOS_TYPE_DURATION:
    case PROXENOS_TYPE_SIZE: return "nonsense";
    case PROXENOS_TYPE_PATH: return "";
    default: return NULL;
    }
}

/* Whether an instance with this value is opened, or refused as it should be. */
static bool is_answered(px_subject *subject, const proxenos_option *option, const char *value) {
    const px_option_text pair = {option->name, value};
    px_instance instance;
    size_t before = px_count_descriptors();
    bool is_well = true;
    if (px_instance_open(subject, PX_ALL_GIVEN, &pair, 1, &instance)) px_instance_close(subject, &instance);
    else is_well = instance.is_refused || px_failed_well(subject, &instance.host, "open", instance.result);
    size_t after = px_count_descriptors();
    if (is_well && after > before) {
        (void)px_broken(subject, "descriptors left open: %zu", after - before);
        is_well = false;
    }
    if (!is_well) px_error_prefix(&subject->why, "with %s=%.40s", option->name, value);
    return is_well;
}

static proxenos_verdict answers_edges(px_subject *subject) {
    const px_schema *schema = px_subject_schema(subject);
    if (schema->count == 0) return px_not_tried(subject, "it has no options");
    for (uint32_t i = 0; i < schema->count; i++) {
        char low[32], high[32];
        const char *edges[2];
        size_t count = edges_of(&schema->options[i], low, high, edges);
        for (size_t e = 0; e < count; e++) {
            if (!is_answered(subject, &schema->options[i], edges[e])) return PROXENOS_BROKEN;
        }
    }
    return PROXENOS_HOLDS;
}

static proxenos_verdict refuses_nonsense(px_subject *subject) {
    const px_schema *schema = px_subject_schema(subject);
    if (schema->count == 0) return px_not_tried(subject, "it has no options");
    for (uint32_t i = 0; i < schema->count; i++) {
        const proxenos_option *option = &schema->options[i];
        const px_option_text pair = {option->name, nonsense_for(option)};
        px_instance instance;
        if (pair.value == NULL || !px_instance_open(subject, PX_ALL_GIVEN, &pair, 1, &instance)) continue;
        px_instance_close(subject, &instance);
        return px_broken(subject, "it opens with %s=%s", option->name, pair.value);
    }
    return PROXENOS_HOLDS;
}

static proxenos_verdict opens(px_subject *subject) {
    px_instance instance;
    if (!px_instance_open(subject, PX_ALL_GIVEN, NULL, 0, &instance)) return PROXENOS_BROKEN;
    px_instance_close(subject, &instance);
    return PROXENOS_HOLDS;
}

/* Without anything given it opens by its defaults, or says what it needs. */
static proxenos_verdict needs_what_it_says(px_subject *subject) {
    px_instance instance;
    if (px_instance_open(subject, PX_NONE_GIVEN, NULL, 0, &instance)) {
        px_instance_close(subject, &instance);
        return PROXENOS_HOLDS;
    }
    if (instance.is_refused) return PROXENOS_HOLDS;
    return px_failed_well(subject, &instance.host, "open", instance.result) ? PROXENOS_HOLDS : PROXENOS_BROKEN;
}

/* -------------------------------------------------------------------- manners */

static proxenos_verdict leaks_nothing(px_subject *subject) {
    enum { TIMES = 1000, LIMIT_MS = 2000 };
    int64_t end = px_monotonic_ms() + LIMIT_MS;
    size_t before = 0, times = 0;
    for (; times < TIMES && px_monotonic_ms() < end; times++) {
        px_instance instance;
        if (times == 10) before = px_count_descriptors();
        if (!px_instance_try(subject, &instance)) return PROXENOS_NOT_TRIED;
        px_instance_close(subject, &instance);
    }
    size_t after = px_count_descriptors();
    if (times <= 10 || after <= before) return PROXENOS_HOLDS;
    return px_broken(subject, "descriptors left open by %zu instances: %zu", times - 10, after - before);
}

static proxenos_verdict prints_nothing(px_subject *subject) {
    struct stat status;
    proxenos_error line;
    (void)fflush(stdout);
    (void)fflush(stderr);
    if (fstat(STDOUT_FILENO, &status) != 0 || fstat(STDERR_FILENO, &status) != 0) {
        return px_broken(subject, "it closed standard output or error");
    }
    if (!px_printed_line(STDOUT_FILENO, 0, &line)) return PROXENOS_HOLDS;
    return px_broken(subject, "it printed: %s", line.text);
}

static proxenos_verdict starts_no_process(px_subject *subject) {
    return px_process_has_forked() ? px_broken(subject, "it forks, or starts a process") : PROXENOS_HOLDS;
}

static proxenos_verdict left_as_it_was(px_subject *subject, const char *changed) {
    return changed == NULL ? PROXENOS_HOLDS : px_broken(subject, "it changes %s", changed);
}

static proxenos_verdict leaves_process(px_subject *subject) {
    return left_as_it_was(subject, px_process_moved());
}

static proxenos_verdict leaves_signals(px_subject *subject) {
    return left_as_it_was(subject, px_process_signals_changed());
}

static proxenos_verdict leaves_standard(px_subject *subject) {
    const char *changed = px_process_standard_changed();
    return changed == NULL ? PROXENOS_HOLDS : px_broken(subject, "it closes or replaces %s", changed);
}

const px_check px_module_checks[] = {
    {"says its version and what it is", "THE MODULE", describes_module},
    {0},
};

const px_check px_option_checks[] = {
    {"says what it and each of its options are", "OPTIONS", describes_part},
    {"opens with the options that were given", "OPTIONS", opens},
    {"opens by its defaults, or says what it needs", "OPTIONS", needs_what_it_says},
    {"refuses values that make no sense", "OPTIONS", refuses_nonsense},
    {"opens at the edges of its options, or says why not", "RESULTS", answers_edges},
    {"opened and closed 1,000 times, it leaves no descriptor behind", "OWNERSHIP", leaks_nothing},
    {0},
};

const px_check px_last_checks[] = {
    {"prints nothing", "HOST SERVICES", prints_nothing},
    {"starts no process", "THE PROCESS", starts_no_process},
    {"leaves the working folder, umask, locale and environment as they were", "THE PROCESS", leaves_process},
    {"leaves signals as they were", "THE PROCESS", leaves_signals},
    {"leaves standard input, output and error as they were", "THE PROCESS", leaves_standard},
    {0},
};
