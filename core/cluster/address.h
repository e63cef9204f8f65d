/* SPDX-License-Identifier: MIT */
/* Addresses: IPv4, IPv6 or a host name, with or without a port.
 * Text form: RFC 5952 (IPv6, lower case, hexadecimal throughout), brackets with
 * a port; IPv4-mapped IPv6 is written as IPv4; names lower-cased without the
 * last dot (RFC 1123 letters, digits, '-' and '_', at most 253 bytes). */
#ifndef PX_CLUSTER_ADDRESS_H
#define PX_CLUSTER_ADDRESS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PX_ADDRESS_TEXT_SIZE = 272 }; /* 253 + brackets, ':', port, NUL */

typedef enum px_address_kind { PX_ADDRESS_IPV4, PX_ADDRESS_IPV6, PX_ADDRESS_NAME } px_address_kind;

typedef struct px_address {
    px_address_kind kind;     /* as written: a mapped IPv6 stays PX_ADDRESS_IPV6 here */
    uint8_t bytes[16];        /* IPv4: the first 4; IPv6: all; network order */
    char name[254];           /* a name, already lower-cased; else "" */
    bool has_port;
    uint16_t port;
} px_address;

/* Parses a host alone: "10.0.0.1", "2001:db8::1", "[::1]", "db.example.".  Errors
 * (PROXENOS_ERROR_ARGUMENT) say what is wrong: "010.0.0.1" (a leading zero),
 * a zone id, an empty label, a text like 1.2.3 that is neither address nor name. */
proxenos_status px_address_parse_host(px_address *address, const char *text, proxenos_error *error);
/* Parses "HOST", "HOST:PORT", "[IPV6]:PORT", bare IPv6.  Port 1...65535, decimal. */
proxenos_status px_address_parse(px_address *address, const char *text, proxenos_error *error);
/* "10.0.0.1:80", "[2001:db8::1]:80", "db:80"; without a port the host alone,
 * bare.  Returns the length. */
size_t px_address_print(const px_address *address, char text[PX_ADDRESS_TEXT_SIZE]);
/* The host without brackets or port. */
size_t px_address_print_host(const px_address *address, char text[PX_ADDRESS_TEXT_SIZE]);
/* IPv4 for IPv4 and for IPv4-mapped IPv6 (::ffff:a.b.c.d): then `ipv4` is filled. */
bool px_address_as_ipv4(const px_address *address, uint8_t ipv4[4]);

#endif
