/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cluster/filter.h"

#include "base/memory.h"
#include "cluster/pattern.h"

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
    const char *setting;    /* "address" */
    char *key;              /* of metadata; else NULL */
    char *text;
    pcre2_code *code;
    pcre2_match_data *match_data;
} filter_pattern;

struct px_filter {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    filter_pattern address, name, tags, zone;
    filter_pattern *metadata;
    size_t metadata_count;
    char **has_tag;
    size_t has_tag_count;
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

static proxenos_status compile_pinned(const px_filter *filter, filter_pattern *pattern, const px_pattern *pinned,
                                      proxenos_error *error) {
    pcre2_compile_context *context = pcre2_compile_context_create(filter->memory);
    if (context == NULL) return px_error_memory(error);
    /* As Python reads '.' and '$', whatever this PCRE2 was built with. */
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    int code;
    size_t offset;
    uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED | PCRE2_NEVER_BACKSLASH_C;
    pattern->code = pcre2_compile((PCRE2_SPTR)pinned->text.bytes, pinned->text.length, flags, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (pattern->code == NULL) {
        if (code == PCRE2_ERROR_HEAP_FAILED) return px_error_memory(error);
        char words[256];
        describe(code, words);
        return px_error(error, PROXENOS_ERROR_CONFIG, "%s at offset %zu of the pattern '%s'", words,
                        px_pattern_origin(pinned, offset), pattern->text);
    }
    /* Only the answer matters: one pair of offsets. */
    pattern->match_data = pcre2_match_data_create(1, filter->memory);
    return pattern->match_data == NULL ? px_error_memory(error) : PROXENOS_OK;
}

static proxenos_status compile(const px_filter *filter, filter_pattern *pattern, const char *setting,
                               const char *text, proxenos_error *error) {
    if (text == NULL) return PROXENOS_OK;
    pattern->setting = setting;
    pattern->text = px_strdup(text);
    if (pattern->text == NULL) return px_error_memory(error);
    px_pattern pinned;
    proxenos_status status = px_pattern_pin(text, &pinned, error);
    if (status == PROXENOS_OK) status = compile_pinned(filter, pattern, &pinned, error);
    px_pattern_clear(&pinned);
    if (status == PROXENOS_ERROR_CONFIG) px_error_prefix(error, "filter.%s", setting);
    return status;
}

/* "KEY=PATTERN": a key may hold anything but '='. */
static proxenos_status compile_metadata(px_filter *filter, const char *text, proxenos_error *error) {
    filter_pattern *pattern = &filter->metadata[filter->metadata_count++];
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "filter.metadata: '%s' is not KEY=PATTERN", text);
    }
    pattern->key = px_strndup(text, (size_t)(equals - text));
    if (pattern->key == NULL) return px_error_memory(error);
    return compile(filter, pattern, "metadata", equals + 1, error);
}

static proxenos_status take_lists(px_filter *filter, const px_filter_rules *rules, proxenos_error *error) {
    filter->metadata = px_calloc(rules->metadata_count + 1, sizeof *filter->metadata);
    filter->has_tag = px_calloc(rules->has_tag_count + 1, sizeof *filter->has_tag);
    if (filter->metadata == NULL || filter->has_tag == NULL) return px_error_memory(error);
    for (size_t i = 0; i < rules->has_tag_count; i++) {
        filter->has_tag[i] = px_strdup(rules->has_tag[i]);
        if (filter->has_tag[i] == NULL) return px_error_memory(error);
        filter->has_tag_count++;
    }
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < rules->metadata_count && status == PROXENOS_OK; i++) {
        status = compile_metadata(filter, rules->metadata[i], error);
    }
    return status;
}

static proxenos_status take_rules(px_filter *filter, const px_filter_rules *rules, const char **whose,
                                  proxenos_error *error) {
    const struct {
        filter_pattern *pattern;
        const char *setting, *text;
    } patterns[] = {{&filter->address, "address", rules->address}, {&filter->name, "name", rules->name},
                    {&filter->tags, "tags", rules->tags}, {&filter->zone, "zone", rules->zone}};
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0] && status == PROXENOS_OK; i++) {
        *whose = patterns[i].setting;
        status = compile(filter, patterns[i].pattern, patterns[i].setting, patterns[i].text, error);
    }
    if (status != PROXENOS_OK) return status;
    *whose = "metadata";
    return take_lists(filter, rules, error);
}

proxenos_status px_filter_new(const px_filter_rules *rules, px_filter **filter, const char **whose,
                              proxenos_error *error) {
    const char *bad = NULL;
    *filter = NULL;
    if (whose != NULL) *whose = NULL;
    px_filter *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    made->memory = pcre2_general_context_create(allocate, release, NULL);
    if (made->memory != NULL) made->limits = pcre2_match_context_create(made->memory);
    proxenos_status status = made->limits == NULL ? px_error_memory(error) : PROXENOS_OK;
    if (status == PROXENOS_OK) {
        (void)pcre2_set_match_limit(made->limits, MATCH_LIMIT);
        (void)pcre2_set_heap_limit(made->limits, HEAP_LIMIT);
        status = take_rules(made, rules, &bad, error);
    }
    if (whose != NULL && status == PROXENOS_ERROR_CONFIG) *whose = bad;
    if (status == PROXENOS_OK) *filter = made;
    else px_filter_free(made);
    return status;
}

static void clear(filter_pattern *pattern) {
    pcre2_match_data_free(pattern->match_data);
    pcre2_code_free(pattern->code);
    free(pattern->text);
    free(pattern->key);
}

void px_filter_free(px_filter *filter) {
    if (filter == NULL) return;
    clear(&filter->address);
    clear(&filter->name);
    clear(&filter->tags);
    clear(&filter->zone);
    for (size_t i = 0; i < filter->metadata_count; i++) clear(&filter->metadata[i]);
    for (size_t i = 0; i < filter->has_tag_count; i++) free(filter->has_tag[i]);
    free(filter->metadata);
    free(filter->has_tag);
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
    return px_error(error, PROXENOS_ERROR_CONFIG, "filter.%s: %s: simplify the pattern '%s', which was matched with '%s'",
                    pattern->setting, words, pattern->text, text);
}

static bool has_tag(const proxenos_node *node, const char *tag) {
    for (size_t i = 0; i < node->tag_count; i++) {
        if (strcmp(node->tags[i], tag) == 0) return true;
    }
    return false;
}

static proxenos_status test_tags(const px_filter *filter, const proxenos_node *node, bool *matches,
                                 proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    *matches = true;
    for (size_t i = 0; i < node->tag_count && status == PROXENOS_OK && *matches; i++) {
        status = match(filter, &filter->tags, node->tags[i], matches, error);
    }
    return status;
}

static proxenos_status test_metadata(const px_filter *filter, const proxenos_node *node, bool *matches,
                                     proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    *matches = true;
    for (size_t i = 0; i < filter->metadata_count && status == PROXENOS_OK && *matches; i++) {
        const char *value = px_node_metadata(node, filter->metadata[i].key);
        if (value == NULL) *matches = false;
        else status = match(filter, &filter->metadata[i], value, matches, error);
    }
    return status;
}

proxenos_status px_filter_test(const px_filter *filter, const proxenos_node *node, px_filter_verdict *verdict,
                               proxenos_error *error) {
    *verdict = PX_FILTER_KEEP;
    if (filter == NULL) return PROXENOS_OK;
    static const px_filter_verdict verdicts[] = {PX_FILTER_DROP_TAGS, PX_FILTER_DROP_NAME, PX_FILTER_DROP_ADDRESS,
                                                 PX_FILTER_DROP_ZONE, PX_FILTER_DROP_METADATA};
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        bool matches = true;
        proxenos_status status;
        switch (verdicts[i]) {
        case PX_FILTER_DROP_TAGS: status = test_tags(filter, node, &matches, error); break;
        case PX_FILTER_DROP_NAME: status = match(filter, &filter->name, node->service, &matches, error); break;
        case PX_FILTER_DROP_ADDRESS: status = match(filter, &filter->address, node->address, &matches, error); break;
        case PX_FILTER_DROP_ZONE: status = match(filter, &filter->zone, node->zone, &matches, error); break;
        default: status = test_metadata(filter, node, &matches, error); break;
        }
        if (status != PROXENOS_OK) return status;
        if (matches) continue;
        *verdict = verdicts[i];
        return PROXENOS_OK;
    }
    for (size_t i = 0; i < filter->has_tag_count; i++) {
        if (!has_tag(node, filter->has_tag[i])) *verdict = PX_FILTER_DROP_HAS_TAG;
    }
    return PROXENOS_OK;
}
