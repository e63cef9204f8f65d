/* SPDX-License-Identifier: MIT */
/* A node out of what one child holds, or out of its name. */
#include "zookeeper/internal.h"

#include "lib/nodes/read.h"

#include <stdlib.h>
#include <string.h>

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* All of the text is a number that fits. */
static bool read_number(const char *text, int64_t *number) {
    size_t digits = strspn(text, "0123456789");
    *number = digits > 0 && digits < 16 ? strtoll(text, NULL, 10) : 0;
    return digits > 0 && digits < 16 && text[digits] == '\0';
}

/* "HOST:PORT", "HOST:PORT:WEIGHT", both with brackets around IPv6; a host alone where that is said to be one. */
static int32_t add_address(zookeeper_delivery *delivery, const zookeeper_child *child, const char *text, size_t length,
                           bool may_lack_port) {
    enum { LONGEST = 320 };
    char host[LONGEST], *rest;
    while (length > 0 && is_space(text[length - 1])) length--;
    if (length == 0 || length >= LONGEST || memchr(text, '\0', length) != NULL) return NO_NODE;
    memcpy(host, text, length);
    host[length] = '\0';
    proxenos_node_data node = {.address = host};
    rest = host[0] == '[' ? strchr(host, ']') : host;
    if (rest == NULL || strpbrk(host, " \t\r\n/{\"") != NULL) return NO_NODE;
    rest = strchr(rest, ':');
    if (rest == NULL && !may_lack_port) return NO_NODE;
    if (rest != NULL) {
        *rest++ = '\0';
        char *weight = strchr(rest, ':');
        if (weight != NULL) *weight++ = '\0';
        if (!read_number(rest, &node.port) || (weight != NULL && !read_number(weight, &node.weight))) return NO_NODE;
        node.flags = PROXENOS_NODE_HAS_PORT | (weight != NULL ? PROXENOS_NODE_HAS_WEIGHT : 0);
    }
    return zookeeper_add(delivery, child, &node);
}

static int32_t add(zookeeper_delivery *delivery, const zookeeper_child *child) {
    enum zookeeper_format format = (enum zookeeper_format)zookeeper_value(delivery->source, ZOOKEEPER_FORMAT)->integer;
    const char *name = child->name;
    if (format == FORMAT_NAME) return add_address(delivery, child, name, strlen(name), true);
    size_t blank = child->length == 0 ? 0 : strspn(child->value, " \t\r\n");
    if (blank == child->length) {
        return format == FORMAT_AUTO ? add_address(delivery, child, name, strlen(name), false) : (int32_t)NO_NODE;
    }
    const char *text = child->value + blank;
    bool is_json = *text == '{' || (*text == '[' && text[1 + strspn(text + 1, " \t\r\n")] == '{');
    if (format == FORMAT_ADDRESS || (format == FORMAT_AUTO && !is_json)) {
        return add_address(delivery, child, text, child->length - blank, format == FORMAT_ADDRESS);
    }
    return zookeeper_add_json(delivery, child, format);
}

int32_t zookeeper_deliver(zookeeper_delivery *delivery, const zookeeper_child *child) {
    if (child->state == CHILD_GONE) return PROXENOS_RESULT_OK;
    int32_t result = add(delivery, child);
    if (result == PROXENOS_RESULT_OK) delivery->delivered++;
    if (result == PROXENOS_RESULT_UNCHANGED) delivery->resting++;
    if (result == NO_NODE) {
        if (delivery->bad++ == 0) (void)snprintf(delivery->bad_name, sizeof delivery->bad_name, "%s", child->name);
    }
    return result == NO_NODE || result == PROXENOS_RESULT_UNCHANGED ? PROXENOS_RESULT_OK : result;
}
