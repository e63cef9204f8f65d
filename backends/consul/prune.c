/* SPDX-License-Identifier: MIT */
/* Takes out of an answer what nobody here reads, before it becomes a tree of
 * objects: the outputs of checks alone can be most of its bytes, and the empty
 * objects of every service are most of the tree's cost.
 *
 * Only places are touched where a user cannot have chosen the name:
 *   - members of an object that stands in an array: an entry, or a check;
 *   - on the third level, members that are no strings: those of a service or a
 *     node.  (Metadata can be on that level too, and holds strings only.)
 * What is cut short or has brackets missing stays so, for the parser to see. */
#include "consul/internal.h"

#include <string.h>

static const char *const of_checks[] = {
    "CreateIndex", "Definition", "ExposedPort", "Interval", "ModifyIndex", "Name", "Notes", "Output",
    "ServiceName", "ServiceTags", "Timeout", "Type", NULL,
};
static const char *const of_services[] = {
    "Connect", "CreateIndex", "EnableTagOverride", "ModifyIndex", "Proxy", NULL,
};

enum { LEVELS = 64 };          /* deeper ones are copied as they are */

typedef struct pruning {
    char *in;                  /* the next byte to read, never behind... */
    char *out;                 /* ...the next to write */
    char *start;
    unsigned depth;            /* of open objects and arrays */
    char open[LEVELS];         /* their brackets, the outermost at 0 */
} pruning;

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What changes the level, or may hide what does. */
static bool is_mark(char c) {
    return c == '"' || c == '{' || c == '}' || c == '[' || c == ']';
}

/* Behind the string that starts at `text`; NULL when it has no end. */
static char *string_end(char *text) {
    for (text++; *text != '"'; text++) {
        if (*text == '\0' || (*text == '\\' && *++text == '\0')) return NULL;
    }
    return text + 1;
}

static char *skip_space(char *text) {
    while (is_space(*text)) text++;
    return text;
}

static char *next_mark(char *text) {
    while (*text != '\0' && !is_mark(*text)) text++;
    return text;
}

/* Behind the value that starts at `text`; NULL when it has no end. */
static char *value_end(char *text) {
    if (*text == '"') return string_end(text);
    if (*text != '{' && *text != '[') {
        size_t length = strcspn(text, ",}] \t\r\n");
        return length == 0 || text[length] == '\0' ? NULL : text + length;
    }
    for (size_t depth = 0; text != NULL;) {
        text = next_mark(text);
        if (*text == '\0') return NULL;
        if (*text == '"') {
            text = string_end(text);
            continue;
        }
        bool opens = *text == '{' || *text == '[';
        text++;
        if (opens) depth++;
        else if (--depth == 0) return text;
    }
    return NULL;
}

static bool is_listed(const char *const *names, const char *key, size_t length) {
    for (; *names != NULL; names++) {
        if (strncmp(*names, key, length) == 0 && (*names)[length] == '\0') return true;
    }
    return false;
}

/* Whether the member of that key, with a value that starts so, goes. */
static bool goes(const pruning *work, const char *key, size_t length, char value) {
    unsigned depth = work->depth;
    if (depth >= 2 && depth <= LEVELS && work->open[depth - 2] == '[') return is_listed(of_checks, key, length);
    return depth == 3 && value != '"' && is_listed(of_services, key, length);
}

/* With work->in at a string inside an object: steps over the member with the comma
 * that it makes superfluous.  False when it stays. */
static bool drop_member(pruning *work) {
    char *key_end = string_end(work->in);
    if (key_end == NULL) return false;
    char *colon = skip_space(key_end);
    if (*colon != ':') return false;
    char *value = skip_space(colon + 1);
    if (!goes(work, work->in + 1, (size_t)(key_end - work->in) - 2, *value)) return false;
    char *end = value_end(value);
    if (end == NULL) return false;
    end = skip_space(end);
    if (*end == ',') {
        char *next = skip_space(end + 1);
        /* Without another member the comma is an error, which must stay. */
        work->in = *next == '"' ? next : end;
        return true;
    }
    char *last = work->out;
    while (last > work->start && is_space(last[-1])) last--;
    if (last > work->start && last[-1] == ',') work->out = last - 1;
    work->in = end;
    return true;
}

static void copy_until(pruning *work, const char *end) {
    size_t length = (size_t)(end - work->in);
    memmove(work->out, work->in, length);
    work->out += length;
    work->in += length;
}

static bool is_in_object(const pruning *work) {
    return work->depth > 0 && work->depth <= LEVELS && work->open[work->depth - 1] == '{';
}

static void step(pruning *work, char c) {
    if (c == '{' || c == '[') {
        if (work->depth < LEVELS) work->open[work->depth] = c;
        work->depth++;
    } else if (work->depth > 0) {
        work->depth--;
    }
}

size_t consul_prune(char *body) {
    pruning work = {.in = body, .out = body, .start = body};
    while (*work.in != '\0') {
        copy_until(&work, next_mark(work.in));
        if (*work.in == '"') {
            if (is_in_object(&work) && drop_member(&work)) continue;
            char *end = string_end(work.in);
            copy_until(&work, end == NULL ? work.in + strlen(work.in) : end);
        } else if (*work.in != '\0') {
            step(&work, *work.in);
            copy_until(&work, work.in + 1);
        }
    }
    *work.out = '\0';
    return (size_t)(work.out - body);
}
