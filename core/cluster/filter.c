/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cluster/filter.h"

#include "base/memory.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* A pattern is the user's, the text may be anyone's: what a match may cost is
 * bounded so that the worst pattern ends within about a tenth of a second. */
enum {
    MATCH_LIMIT = 1000000,  /* calls of PCRE2's internal match() */
    HEAP_LIMIT = 16 * 1024  /* KiB */
};

/* One pattern; code is NULL without one. */
typedef struct filter_pattern {
    const char *setting;    /* "filter.address" */
    char *text;
    pcre2_code *code;
    pcre2_match_data *match_data;
} filter_pattern;

struct px_filter {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    filter_pattern address, name, tags;
};

static void *allocate(size_t size, void *user) {
    (void)user;
    return px_calloc(1, size);
}

static void release(void *memory, void *user) {
    (void)user;
    free(memory);
}

static void describe(int code, char words[256]) {
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)words, 256) < 0) strcpy(words, "unknown error of PCRE2");
}

static proxenos_status compile(const px_filter *filter, filter_pattern *pattern, const char *setting,
                               const char *text, proxenos_error *error) {
    if (text == NULL) return PROXENOS_OK;
    pattern->setting = setting;
    pattern->text = px_strdup(text);
    pcre2_compile_context *context = pcre2_compile_context_create(filter->memory);
    if (pattern->text == NULL || context == NULL) {
        pcre2_compile_context_free(context);
        return px_error_memory(error);
    }
    /* As Python reads '.' and '$', whatever this PCRE2 was built with. */
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    int code;
    size_t offset;
    uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED | PCRE2_NEVER_BACKSLASH_C;
    pattern->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, flags, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (pattern->code == NULL) {
        if (code == PCRE2_ERROR_HEAP_FAILED) return px_error_memory(error);
        char words[256];
        describe(code, words);
        return px_error(error, PROXENOS_ERROR_CONFIG, "%s: %s at offset %zu of the pattern '%s'", setting, words,
                        offset, text);
    }
    /* Only the answer matters: one pair of offsets. */
    pattern->match_data = pcre2_match_data_create(1, filter->memory);
    return pattern->match_data == NULL ? px_error_memory(error) : PROXENOS_OK;
}

proxenos_status px_filter_new(const char *address, const char *name, const char *tags, px_filter **filter,
                              proxenos_error *error) {
    *filter = NULL;
    px_filter *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    proxenos_status status = PROXENOS_ERROR_MEMORY;
    made->memory = pcre2_general_context_create(allocate, release, NULL);
    if (made->memory != NULL) made->limits = pcre2_match_context_create(made->memory);
    if (made->limits == NULL) {
        (void)px_error_memory(error);
        goto out;
    }
    (void)pcre2_set_match_limit(made->limits, MATCH_LIMIT);
    (void)pcre2_set_heap_limit(made->limits, HEAP_LIMIT);
    status = compile(made, &made->address, "filter.address", address, error);
    if (status == PROXENOS_OK) status = compile(made, &made->name, "filter.name", name, error);
    if (status == PROXENOS_OK) status = compile(made, &made->tags, "filter.tags", tags, error);
out:
    if (status == PROXENOS_OK) *filter = made;
    else px_filter_free(made);
    return status;
}

static void clear(filter_pattern *pattern) {
    pcre2_match_data_free(pattern->match_data);
    pcre2_code_free(pattern->code);
    free(pattern->text);
}

void px_filter_free(px_filter *filter) {
    if (filter == NULL) return;
    clear(&filter->address);
    clear(&filter->name);
    clear(&filter->tags);
    pcre2_match_context_free(filter->limits);
    pcre2_general_context_free(filter->memory);
    free(filter);
}

/* *matches is true without a pattern. */
static proxenos_status match(const px_filter *filter, const filter_pattern *pattern, const char *text,
                             bool *matches, proxenos_error *error) {
    *matches = true;
    if (pattern->code == NULL) return PROXENOS_OK;
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, pattern->match_data,
                            filter->limits);
    *matches = found >= 0;
    if (found >= 0 || found == PCRE2_ERROR_NOMATCH) return PROXENOS_OK;
    if (found == PCRE2_ERROR_NOMEMORY) return px_error_memory(error);
    char words[256];
    describe(found, words);
    return px_error(error, PROXENOS_ERROR_CONFIG, "%s: %s: simplify the pattern '%s', which was matched with '%s'",
                    pattern->setting, words, pattern->text, text);
}

proxenos_status px_filter_test(const px_filter *filter, const proxenos_node *node, px_filter_verdict *verdict,
                               proxenos_error *error) {
    *verdict = PX_FILTER_KEEP;
    if (filter == NULL) return PROXENOS_OK;
    bool matches = true;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < node->tag_count && status == PROXENOS_OK && matches; i++) {
        status = match(filter, &filter->tags, node->tags[i], &matches, error);
    }
    if (status != PROXENOS_OK) return status;
    if (!matches) {
        *verdict = PX_FILTER_DROP_TAGS;
        return PROXENOS_OK;
    }
    status = match(filter, &filter->name, node->service, &matches, error);
    if (status == PROXENOS_OK && !matches) *verdict = PX_FILTER_DROP_NAME;
    if (status != PROXENOS_OK || !matches) return status;
    status = match(filter, &filter->address, node->address, &matches, error);
    if (status == PROXENOS_OK && !matches) *verdict = PX_FILTER_DROP_ADDRESS;
    return status;
}
