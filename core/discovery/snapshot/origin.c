/* SPDX-License-Identifier: MIT */
#include "discovery/snapshot/origin.h"

#include "base/text.h"
#include "discovery/snapshot/format.h"

#include <inttypes.h>
#include <string.h>

/* With its NUL, so that no two lists of texts are one. */
static void add(px_text *out, const char *text) {
    px_text_append(out, text == NULL ? "" : text, text == NULL ? 1 : strlen(text) + 1);
}

static void add_value(px_text *out, const proxenos_option *option, const proxenos_value *value) {
    if (option->type == PROXENOS_TYPE_SECRET || option->type == PROXENOS_TYPE_SECRET_FILE || value->is_set == 0) return;
    add(out, option->name);
    if (option->type == PROXENOS_TYPE_LIST) {
        for (size_t i = 0; i < value->list_count; i++) add(out, value->list[i]);
    } else if (option->type == PROXENOS_TYPE_STRING || option->type == PROXENOS_TYPE_PATH) {
        add(out, value->text);
    } else {
        px_text_format(out, "%" PRId64, value->integer);
    }
    add(out, "");
}

static void add_settings(px_text *out, const proxenos_settings *settings) {
    static const char *const names[] = {"identity", "weight-from"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) add(out, proxenos_settings_get(settings, names[i]));
    const px_setting_rule *rule;
    for (size_t i = 0; (rule = px_setting_rule_at(i)) != NULL; i++) {
        bool is_filter = strcmp(rule->section, "filter") == 0;
        const px_setting *said = is_filter ? px_settings_find(settings, "filter", rule->name) : NULL;
        if (said == NULL) continue;
        add(out, rule->name);
        size_t first = rule->is_list || said->count == 0 ? 0 : said->count - 1; /* of one value the last counts */
        for (size_t k = first; k < said->count; k++) add(out, said->items[k]);
        add(out, "");
    }
}

proxenos_status px_snapshot_origin(const proxenos_settings *settings, const px_schema *schema, const proxenos_values *values,
                                   char digits[33], proxenos_error *error) {
    px_text text = {0};
    add(&text, "1");
    add(&text, schema->owner);
    for (uint32_t i = 0; i < schema->count; i++) add_value(&text, &schema->options[i], proxenos_value_at(values, i));
    add_settings(&text, settings);
    bool has_failed = text.failed;
    if (!has_failed) px_snapshot_digest(text.bytes, text.length, digits);
    px_text_clear(&text);
    return has_failed ? px_error_memory(error) : PROXENOS_OK;
}
