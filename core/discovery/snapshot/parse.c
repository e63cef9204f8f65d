/* SPDX-License-Identifier: MIT */
/* Reads back what print.c wrote, and nothing else: keys in their order, one form of each value. */
#include "discovery/snapshot/format.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What is read, up to its end, where a NUL stands. */
typedef struct cursor {
    char *at;
    bool failed;
} cursor;

static void expect(cursor *self, const char *text) {
    size_t length = strlen(text);
    if (!self->failed && strncmp(self->at, text, length) == 0) self->at += length;
    else self->failed = true;
}

static bool accept(cursor *self, const char *text) {
    size_t length = strlen(text);
    if (self->failed || strncmp(self->at, text, length) != 0) return false;
    self->at += length;
    return true;
}

static uint64_t take_number(cursor *self) {
    uint64_t number = 0;
    size_t digits = strspn(self->at, "0123456789");
    if (digits == 0 || digits > 19) self->failed = true;
    for (size_t i = 0; i < digits && !self->failed; i++) number = number * 10 + (uint64_t)(*self->at++ - '0');
    return number;
}

/* Cuts the string out in place. */
static const char *take_string(cursor *self) {
    expect(self, "\"");
    char *start = self->at, *out = start;
    while (!self->failed && *self->at != '"') {
        char c = *self->at++;
        if (c == '\\') {
            int high = strncmp(self->at, "u00", 3) == 0 ? px_hex_digit(self->at[3]) : -1;
            int low = high >= 0 ? px_hex_digit(self->at[4]) : -1;
            if (low < 0 || (high == 0 && low == 0)) self->failed = true;
            else self->at += 5;
            c = (char)(high << 4 | low);
        } else if ((unsigned char)c < ' ') {
            self->failed = true;
        }
        *out++ = c;
    }
    if (self->failed) return "";
    self->at++;
    *out = '\0';
    return start;
}

static const char *take_member(cursor *self, const char *key) {
    expect(self, ", \"");
    expect(self, key);
    expect(self, "\": ");
    return take_string(self);
}

/* ---- the head */

static int64_t take_moment(cursor *self) {
    static const char form[] = "0000-00-00T00:00:00.000Z";
    unsigned numbers[7] = {0};
    size_t which = 0;
    for (const char *f = form; *f != '\0' && !self->failed; f++, self->at += !self->failed) {
        char c = *self->at;
        if (*f != '0' ? c != *f : !px_is_digit(c)) self->failed = true;
        else if (*f == '0') numbers[which] = numbers[which] * 10 + (unsigned)(c - '0');
        else if (which < 6) which++;
    }
    struct tm parts = {.tm_year = (int)numbers[0] - 1900, .tm_mon = (int)numbers[1] - 1, .tm_mday = (int)numbers[2],
                       .tm_hour = (int)numbers[3], .tm_min = (int)numbers[4], .tm_sec = (int)numbers[5]};
    return (int64_t)timegm(&parts) * 1000 + numbers[6];
}

bool px_snapshot_parse_head(char *text, px_snapshot_head *head, char **nodes) {
    cursor self = {.at = text};
    expect(&self, "{\"proxenos\": \"snapshot\", \"confirmed\": \"");
    head->confirmed_ms = take_moment(&self);
    expect(&self, "\", \"inode\": ");
    head->inode = take_number(&self);
    head->settings = take_member(&self, "settings");
    expect(&self, ",\n\"scheme\": ");
    head->scheme = take_string(&self);
    head->fingerprint = take_member(&self, "fingerprint");
    head->digest = take_member(&self, "digest");
    expect(&self, ", \"nodes\": [\n");
    *nodes = self.at;
    return !self.failed;
}

bool px_snapshot_parse_end(const char *nodes, const char *end, size_t *length) {
    enum { END_LENGTH = sizeof PX_SNAPSHOT_END - 1 };
    if (end - nodes < END_LENGTH || strcmp(end - END_LENGTH, PX_SNAPSHOT_END) != 0) return false;
    *length = (size_t)(end - nodes) - END_LENGTH;
    return true;
}

/* ---- the nodes */

/* Room for the tags and the metadata of one node. */
typedef struct texts {
    const char **items;
    size_t count, capacity;
} texts;

static void add_text(cursor *self, texts *list, const char *text) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        const char **grown = realloc(list->items, capacity * sizeof grown[0]);
        self->failed = self->failed || grown == NULL;
        if (grown == NULL) return;
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = text;
}

static void take_lists(cursor *self, texts *list, proxenos_node_data *node) {
    list->count = 0;
    expect(self, ", \"tags\": [");
    for (bool is_first = true; !self->failed && !accept(self, "]"); is_first = false) {
        if (!is_first) expect(self, ", ");
        add_text(self, list, take_string(self));
    }
    size_t tags = list->count;
    expect(self, ", \"metadata\": {");
    for (bool is_first = true; !self->failed && !accept(self, "}"); is_first = false) {
        if (!is_first) expect(self, ", ");
        add_text(self, list, take_string(self));
        expect(self, ": ");
        add_text(self, list, take_string(self));
    }
    node->tags = list->items;
    node->tag_count = tags;
    node->metadata = list->items == NULL ? NULL : list->items + tags;
    node->metadata_count = (list->count - tags) / 2;
}

static uint32_t take_health(cursor *self) {
    static const char *const words[] = {
        [PROXENOS_HEALTH_UNKNOWN] = "unknown", [PROXENOS_HEALTH_PASSING] = "passing",
        [PROXENOS_HEALTH_WARNING] = "warning", [PROXENOS_HEALTH_CRITICAL] = "critical",
    };
    const char *word = take_member(self, "health");
    for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], word) == 0) return i;
    }
    self->failed = true;
    return PROXENOS_HEALTH_UNKNOWN;
}

/* The identity and the address with its port are made anew; host and port say the same. */
static void take_node(cursor *self, texts *list, proxenos_node_data *node) {
    expect(self, "{\"identity\": ");
    (void)take_string(self);
    (void)take_member(self, "address");
    node->address = take_member(self, "host");
    expect(self, ", \"port\": ");
    if (!accept(self, "null")) {
        node->flags |= PROXENOS_NODE_HAS_PORT;
        node->port = (int64_t)take_number(self);
    }
    expect(self, ", \"weight\": ");
    node->flags |= PROXENOS_NODE_HAS_WEIGHT | PROXENOS_NODE_STRICT;
    node->weight = (int64_t)take_number(self);
    node->service = take_member(self, "service");
    node->name = take_member(self, "name");
    node->source_node = take_member(self, "source_node");
    node->zone = take_member(self, "zone");
    node->health = take_health(self);
    take_lists(self, list, node);
    expect(self, ", \"tier\": ");
    node->tier = (int64_t)take_number(self);
    expect(self, "}");
}

static proxenos_status take_nodes(cursor *self, px_builder *builder, const char *origin, proxenos_error *error) {
    texts list = {0};
    proxenos_status status = PROXENOS_OK;
    for (bool is_first = true; status == PROXENOS_OK && (is_first || *self->at != '\0'); is_first = false) {
        if (!is_first) expect(self, ",\n");
        proxenos_node_data node = {.size = sizeof node, .origin = origin};
        take_node(self, &list, &node);
        status = self->failed ? px_error(error, PROXENOS_ERROR_MALFORMED, "its nodes are damaged")
                              : px_builder_add(builder, &node, error);
    }
    free(list.items);
    return status;
}

proxenos_status px_snapshot_parse_nodes(char *nodes, size_t length, px_identity identity, const char *origin,
                                        proxenos_cluster **cluster, proxenos_error *error) {
    px_builder *builder = NULL;
    proxenos_status status = px_builder_new(identity, &builder, error);
    if (status != PROXENOS_OK) return status;
    nodes[length] = '\0';
    cursor self = {.at = nodes};
    status = take_nodes(&self, builder, origin, error);
    if (status == PROXENOS_OK) status = px_builder_finish(builder, NULL, NULL, cluster, error);
    px_builder_free(builder);
    return status;
}
