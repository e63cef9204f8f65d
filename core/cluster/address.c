/* SPDX-License-Identifier: MIT */
/* Parsers return what is wrong, or NULL; they see only [text, end). */
#include "cluster/address.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    NAME_LIMIT = 253, /* bytes without the last dot (RFC 1035, 2.3.4, less its length bytes) */
    LABEL_LIMIT = 63,
    TEXT_LIMIT = NAME_LIMIT + 7 /* the last dot, ':', five digits */
};

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* ---- reading */

static const char *parse_ipv4(const char *text, const char *end, uint8_t bytes[4]) {
    for (int i = 0; i < 4; i++) {
        if (i > 0 && (text == end || *text++ != '.')) return "an IPv4 address has four numbers";
        const char *first = text;
        unsigned number = 0;
        for (; text < end && px_is_digit(*text) && text - first < 4; text++) {
            number = number * 10 + (unsigned)(*text - '0');
        }
        if (text == first) return "an IPv4 address has four numbers";
        if (text - first > 1 && *first == '0') return "a number of an IPv4 address has no leading zero";
        if (number > 255) return "a number of an IPv4 address is at most 255";
        bytes[i] = (uint8_t)number;
    }
    return text == end ? NULL : "an IPv4 address has four numbers";
}

static const char *parse_group(const char **text, const char *end, uint8_t bytes[2]) {
    unsigned group = 0;
    int digits = 0;
    for (; *text < end && px_hex_digit(**text) >= 0; (*text)++) {
        if (++digits > 4) return "a group of an IPv6 address has at most four digits";
        group = group << 4 | (unsigned)px_hex_digit(**text);
    }
    if (digits == 0) return "an IPv6 address has hexadecimal groups between colons";
    bytes[0] = (uint8_t)(group >> 8);
    bytes[1] = (uint8_t)group;
    return NULL;
}

/* Whether the next group is a dotted tail, "1.2.3.4". */
static bool is_dotted(const char *text, const char *end) {
    while (text < end && px_is_digit(*text)) text++;
    return text < end && *text == '.';
}

/* Moves what follows the "::" to the end; it stands for one group at least. */
static const char *expand_gap(uint8_t bytes[16], size_t used, size_t gap) {
    if (used > 14) return "in an IPv6 address '::' stands for one group at least";
    memmove(bytes + 16 - (used - gap), bytes + gap, used - gap);
    memset(bytes + gap, 0, 16 - used);
    return NULL;
}

static const char *parse_ipv6(const char *text, const char *end, uint8_t bytes[16]) {
    enum { NO_GAP = 17 };
    size_t used = 0, gap = NO_GAP;
    if (memchr(text, '%', (size_t)(end - text)) != NULL) return "an address with a zone id means nothing elsewhere";
    if (end - text >= 2 && text[0] == ':' && text[1] == ':') {
        text += 2;
        gap = 0;
    }
    while (text < end) {
        bool is_tail = is_dotted(text, end);
        if (used + (is_tail ? 4 : 2) > 16) return "an IPv6 address has eight groups";
        const char *wrong = is_tail ? parse_ipv4(text, end, bytes + used) : parse_group(&text, end, bytes + used);
        if (wrong != NULL) return wrong;
        used += is_tail ? 4 : 2;
        if (is_tail || text == end) break;
        if (*text++ != ':') return "an IPv6 address has hexadecimal groups between colons";
        if (text < end && *text == ':') {
            if (gap != NO_GAP) return "an IPv6 address has one '::'";
            gap = used;
            text++;
        } else if (text == end) {
            return "an IPv6 address does not end with ':'";
        }
    }
    if (gap != NO_GAP) return expand_gap(bytes, used, gap);
    return used == 16 ? NULL : "an IPv6 address has eight groups";
}

static bool is_name_character(char c) {
    return px_is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/* Digits alone, or 0x and hexadecimal digits: other programs read an IPv4 address there (WHATWG URL, "ends in a
 * number"). */
static bool ends_in_number(const char *name) {
    const char *dot = strrchr(name, '.'), *label = dot == NULL ? name : dot + 1;
    size_t length = strlen(label);
    if (label[0] == '0' && label[1] == 'x') return strspn(label + 2, "0123456789abcdef") == length - 2;
    return strspn(label, "0123456789") == length;
}

static const char *parse_name(const char *text, const char *end, char name[NAME_LIMIT + 1]) {
    if (end - text > 1 && end[-1] == '.') end--;
    if (end - text > NAME_LIMIT) return "a host name has at most 253 bytes";
    char *out = name;
    const char *label = text;
    for (; text <= end; text++) {
        if (text == end || *text == '.') {
            if (text == label) return "a host name has no empty label";
            if (text - label > LABEL_LIMIT) return "a label of a host name has at most 63 bytes";
            if (*label == '-' || text[-1] == '-') return "a label of a host name neither begins nor ends with '-'";
            label = text + 1;
        } else if (!is_name_character(px_lower(*text))) {
            return "a host name has letters, digits, '-', '_' and dots";
        }
        *out++ = text == end ? '\0' : px_lower(*text);
    }
    return ends_in_number(name) ? "a host name does not end with a number (RFC 1123), and this is no IPv4 address" : NULL;
}

static const char *parse_host(px_address *address, const char *text, const char *end) {
    if (text == end) return "it is empty";
    bool is_bracketed = *text == '[';
    if (is_bracketed) {
        if (end - text < 2 || end[-1] != ']') return "']' is missing";
        if (memchr(text, ':', (size_t)(end - text)) == NULL) return "brackets hold an IPv6 address, and nothing else";
        text++;
        end--;
    }
    if (is_bracketed || memchr(text, ':', (size_t)(end - text)) != NULL) {
        address->kind = PX_ADDRESS_IPV6;
        return parse_ipv6(text, end, address->bytes);
    }
    const char *p = text;
    while (p < end && (px_is_digit(*p) || *p == '.')) p++;
    address->kind = p == end ? PX_ADDRESS_IPV4 : PX_ADDRESS_NAME;
    if (p == end) return parse_ipv4(text, end, address->bytes);
    return parse_name(text, end, address->name);
}

static const char *parse_port(px_address *address, const char *text) {
    uint64_t port;
    if (!px_parse_unsigned(text, &port) || port < 1 || port > 65535) return "the port is not in 1...65535";
    address->has_port = true;
    address->port = (uint16_t)port;
    return NULL;
}

static const char *parse_host_and_port(px_address *address, const char *text) {
    const char *end = text + strlen(text);
    const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
    const char *colon = strchr(bracket != NULL ? bracket : text, ':');
    /* Several colons without a bracket: an IPv6 address, bare. */
    if (bracket == NULL && colon != NULL && strchr(colon + 1, ':') != NULL) colon = NULL;
    const char *wrong = parse_host(address, text, colon != NULL ? colon : end);
    return wrong == NULL && colon != NULL ? parse_port(address, colon + 1) : wrong;
}

/* Whether dots and digits alone stand before a colon. */
static bool begins_as_ipv4(const char *text, size_t *length) {
    *length = strspn(text, "0123456789.");
    return *length > 6 && memchr(text, '.', *length) != NULL;
}

/* Two colons, apart, in what cannot be meant as an IPv6 address. */
static bool is_name_with_colons(const char *text, const char *colon) {
    bool has_two = colon != NULL && strchr(colon + 1, ':') != NULL && strstr(text, "::") == NULL;
    return has_two && *text != '[' && text[strspn(text, "0123456789abcdefABCDEF.:%")] != '\0';
}

/* What is often given in place of an address, and what to do with it. */
static const char *look_of(const char *text) {
    size_t length;
    const char *colon = strchr(text, ':');
    if (strstr(text, "://") != NULL) return "this is a URL; give its host and port, HOST:PORT";
    if (strchr(text, ',') != NULL) return "this is a list; give each address by itself";
    size_t digits = colon == NULL ? 0 : strspn(colon + 1, "0123456789");
    if (begins_as_ipv4(text, &length) && text[length] == ':' && digits > 0 && colon[1 + digits] == ':')
        return "more than HOST:PORT; twemproxy's HOST:PORT:WEIGHT is written HOST:PORT WEIGHT";
    if (is_name_with_colons(text, colon)) return "more than HOST:PORT";
    if (begins_as_ipv4(text, &length) && text[length] == '-') return "this is a range; give each address by itself";
    if (begins_as_ipv4(text, &length) && text[length] == '/') return "this is a network; give each address by itself";
    return NULL;
}

static proxenos_status parse(px_address *address, const char *text, bool may_have_port, proxenos_error *error) {
    size_t length = strlen(text);
    if (length > TEXT_LIMIT) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "an address of %zu bytes: a host name has at most %d",
                        length, NAME_LIMIT);
    }
    px_address parsed;
    memset(&parsed, 0, sizeof parsed);
    const char *wrong =
        may_have_port ? parse_host_and_port(&parsed, text) : parse_host(&parsed, text, text + length);
    if (wrong != NULL) {
        const char *look = look_of(text);
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "address '%s': %s", text, look != NULL ? look : wrong);
    }
    *address = parsed;
    return PROXENOS_OK;
}

proxenos_status px_address_parse_host(px_address *address, const char *text, proxenos_error *error) {
    return parse(address, text, false, error);
}

proxenos_status px_address_parse(px_address *address, const char *text, proxenos_error *error) {
    return parse(address, text, true, error);
}

/* ---- writing */

bool px_address_as_ipv4(const px_address *address, uint8_t ipv4[4]) {
    if (address->kind == PX_ADDRESS_IPV4) {
        memcpy(ipv4, address->bytes, 4);
        return true;
    }
    if (address->kind != PX_ADDRESS_IPV6 || memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) != 0) {
        return false;
    }
    memcpy(ipv4, address->bytes + sizeof mapped_prefix, 4);
    return true;
}

/* The longest run of zero groups, the first of equals; one group alone is no run
 * (RFC 5952, 4.2.2 and 4.2.3). */
static int longest_zero_run(const unsigned groups[8], int *length) {
    int best = -1, best_length = 1;
    for (int i = 0, run = 0; i < 8; i++) {
        run = groups[i] == 0 ? run + 1 : 0;
        if (run <= best_length) continue;
        best_length = run;
        best = i - run + 1;
    }
    *length = best_length;
    return best;
}

static size_t print_ipv6(const uint8_t bytes[16], char *text) {
    unsigned groups[8];
    for (int i = 0; i < 8; i++) groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
    int run_length;
    int run = longest_zero_run(groups, &run_length);
    char *out = text;
    for (int i = 0; i < 8; i++) {
        if (i == run) {
            *out++ = ':';
            if (run + run_length == 8) *out++ = ':';
            i += run_length - 1;
            continue;
        }
        if (i > 0) *out++ = ':';
        out += sprintf(out, "%x", groups[i]);
    }
    *out = '\0';
    return (size_t)(out - text);
}

/* Decimal, without the price of snprintf(), which was a tenth of reading a large file. */
static char *put_number(char *out, unsigned number) {
    char digits[12], *at = digits + sizeof digits;
    do *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    size_t length = (size_t)(digits + sizeof digits - at);
    memcpy(out, at, length);
    return out + length;
}

static size_t print_ipv4(const uint8_t bytes[4], char *text) {
    char *out = text;
    for (int i = 0; i < 4; i++) {
        if (i > 0) *out++ = '.';
        out = put_number(out, bytes[i]);
    }
    *out = '\0';
    return (size_t)(out - text);
}

size_t px_address_print_host(const px_address *address, char text[PX_ADDRESS_TEXT_SIZE]) {
    uint8_t ipv4[4];
    if (px_address_as_ipv4(address, ipv4)) {
        return print_ipv4(ipv4, text);
    }
    if (address->kind == PX_ADDRESS_IPV6) return print_ipv6(address->bytes, text);
    return (size_t)snprintf(text, PX_ADDRESS_TEXT_SIZE, "%s", address->name);
}

size_t px_address_print(const px_address *address, char text[PX_ADDRESS_TEXT_SIZE]) {
    size_t length = px_address_print_host(address, text);
    if (!address->has_port) return length;
    if (memchr(text, ':', length) != NULL) {
        memmove(text + 1, text, length);
        text[0] = '[';
        text[length + 1] = ']';
        length += 2;
    }
    char *out = text + length;
    *out++ = ':';
    out = put_number(out, address->port);
    *out = '\0';
    return (size_t)(out - text);
}
