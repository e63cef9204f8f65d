/* SPDX-License-Identifier: MIT */
#include "cluster/address.h"
#include "support.h"

#include <arpa/inet.h>

/* Reads with a port if there is one, prints; "" when it is refused. */
static const char *canonical(const char *text) {
    static char printed[PX_ADDRESS_TEXT_SIZE];
    px_address address;
    printed[0] = '\0';
    if (px_address_parse(&address, text, NULL) != PROXENOS_OK) return printed;
    size_t length = px_address_print(&address, printed);
    assert_int_equal(length, strlen(printed));
    return printed;
}

static void every_address_has_one_text(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"10.0.0.1", "10.0.0.1"},
        {"10.0.0.1:8000", "10.0.0.1:8000"},
        {"0.0.0.0:1", "0.0.0.0:1"},
        {"255.255.255.255:65535", "255.255.255.255:65535"},
        {"[2001:DB8::1]:8000", "[2001:db8::1]:8000"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:0db8:0:0:0:0:0:0001", "2001:db8::1"},
        /* RFC 5952, 4.2.2: one group of zeros is no run. */
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        /* 4.2.3: the longest run, the first of equals. */
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"},
        {"1:0:0:2:3:0:0:0", "1:0:0:2:3::"},
        /* A dotted tail is welcome, never written. */
        {"::1.2.3.4", "::102:304"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"},
        /* IPv4-mapped is IPv4. */
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"[::FFFF:102:304]:80", "1.2.3.4:80"},
        {"::ffff:0:1.2.3.4", "::ffff:0:102:304"},
        {"DB.Example.", "db.example"},
        {"DB.Example.:5432", "db.example:5432"},
        {"_sip._tcp.example", "_sip._tcp.example"},
        {"1.2.3.4.example", "1.2.3.4.example"},
        {"3com", "3com"},
        {"a", "a"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(canonical(pairs[i][0]), pairs[i][1]);
        assert_string_equal(canonical(pairs[i][1]), pairs[i][1]);
    }
}

static void what_is_no_address_is_refused_with_the_reason(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"", "empty"},
        {":80", "empty"},
        {"010.0.0.1", "leading zero"},
        {"1.2.3.00", "leading zero"},
        {"256.0.0.1", "at most 255"},
        {"1.2.3.1000", "at most 255"},
        {"1.2.3", "four numbers"},
        {"1.2.3.4.5", "four numbers"},
        {"1.2.3.4.", "four numbers"},
        {"1..3.4", "four numbers"},
        {"123", "four numbers"},
        {"12345", "at most 255"},
        {".", "four numbers"},
        {"10.0.0.1:0", "port"},
        {"10.0.0.1:65536", "port"},
        {"10.0.0.1:", "port"},
        {"10.0.0.1:http", "port"},
        {"10.0.0.1:-1", "port"},
        {"10.0.0.1: 80", "port"},
        {"fe80::1%eth0", "zone id"},
        {"[fe80::1%25eth0]:80", "zone id"},
        {"[::1", "']'"},
        {"[::1]80", "']'"},
        {"[10.0.0.1]:80", "IPv6"},
        {"[]", "brackets hold an IPv6 address"},
        {"1::2::3", "one '::'"},
        {":::", "colons"},
        {"1:::2", "colons"},
        {":1:2:3:4:5:6:7", "colons"},
        {"1:2:3:4:5:6:7:", "end with ':'"},
        {"1:2:3:4:5:6:7", "eight groups"},
        {"1:2:3:4:5:6:7:8:9", "eight groups"},
        {"1:2:3:4:5:6:7:1.2.3.4", "eight groups"},
        {"1:2:3:4::5:6:7:8", "one group at least"},
        {"12345::", "four digits"},
        {"00001::", "four digits"},
        {"::1.2.3", "four numbers"},
        {"::01.2.3.4", "leading zero"},
        {"1.2.3.4::", "four numbers"},
        {"g::", "colons"},
        {"a..b", "empty label"},
        {".a", "empty label"},
        {"a..", "empty label"},
        {"-a.example", "'-'"},
        {"a-.example", "'-'"},
        {"[web]", "brackets hold an IPv6 address"},
        {"h:80:3", "more than HOST:PORT"},
        {"[10.0.0.1:80]", "four numbers"},
        {"0x7f000001", "does not end with a number"},
        {"web.0X1f", "does not end with a number"},
        {"db.12", "does not end with a number"},
        {"10.0.0.1-10.0.0.9", "this is a range"},
        {"10.0.0.0/8", "this is a network"},
        {"10.0.0.1:11211:1", "twemproxy's HOST:PORT:WEIGHT is written HOST:PORT WEIGHT"},
        {"http://10.0.0.1:80/probe", "this is a URL"},
        {"redis://a:6379", "this is a URL"},
        {"b1:9092,b2:9092", "this is a list"},
        {"10.0.0.1,10.0.0.2", "this is a list"},
        {"10.0.0.1:80abc", "port"},
        {"10.0.0.1:80 ", "port"},
        {"x@10.0.0.1:80", "letters"},
        {"a b", "letters"},
        {"a/b", "letters"},
        {"b\xc3\xbc" "cher.example", "letters"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        px_address address;
        proxenos_error error = {0};
        assert_int_equal(px_address_parse(&address, pairs[i][0], &error), PROXENOS_ERROR_ARGUMENT);
        assert_contains(error.text, pairs[i][1]);
        assert_contains(error.text, pairs[i][0]);
    }
}

static void a_host_alone_has_no_port(void **state) {
    (void)state;
    px_address address;
    proxenos_error error;
    assert_int_equal(px_address_parse_host(&address, "[2001:db8::1]", &error), PROXENOS_OK);
    assert_int_equal(address.kind, PX_ADDRESS_IPV6);
    assert_false(address.has_port);
    assert_int_equal(px_address_parse_host(&address, "10.0.0.1:80", &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(px_address_parse_host(&address, "db:80", &error), PROXENOS_ERROR_ARGUMENT);
    assert_int_equal(px_address_parse_host(&address, "[::1]:80", &error), PROXENOS_ERROR_ARGUMENT);
}

static void the_host_is_printed_without_brackets_and_port(void **state) {
    (void)state;
    px_address address;
    char text[PX_ADDRESS_TEXT_SIZE];
    assert_int_equal(px_address_parse(&address, "[2001:db8::1]:80", NULL), PROXENOS_OK);
    assert_int_equal(px_address_print_host(&address, text), 11);
    assert_string_equal(text, "2001:db8::1");
    assert_int_equal(address.port, 80);
}

static void a_mapped_address_is_ipv4_and_remembers_how_it_was_written(void **state) {
    (void)state;
    px_address address;
    uint8_t ipv4[4];
    assert_int_equal(px_address_parse(&address, "::ffff:1.2.3.4", NULL), PROXENOS_OK);
    assert_int_equal(address.kind, PX_ADDRESS_IPV6);
    assert_true(px_address_as_ipv4(&address, ipv4));
    assert_memory_equal(ipv4, "\1\2\3\4", 4);
    assert_int_equal(px_address_parse(&address, "9.8.7.6", NULL), PROXENOS_OK);
    assert_true(px_address_as_ipv4(&address, ipv4));
    assert_memory_equal(ipv4, "\11\10\7\6", 4);
    assert_int_equal(px_address_parse(&address, "::1.2.3.4", NULL), PROXENOS_OK);
    assert_false(px_address_as_ipv4(&address, ipv4));
    assert_int_equal(px_address_parse(&address, "db", NULL), PROXENOS_OK);
    assert_false(px_address_as_ipv4(&address, ipv4));
}

static void names_have_limits(void **state) {
    (void)state;
    char name[300], text[300 + 8];
    /* 63 + 1 + 63 + 1 + 63 + 1 + 61 = 253 */
    memset(name, 'a', sizeof name);
    name[63] = name[127] = name[191] = '.';
    name[253] = '\0';
    (void)snprintf(text, sizeof text, "%s.:65535", name);
    char wanted[sizeof text];
    (void)snprintf(wanted, sizeof wanted, "%s:65535", name);
    assert_string_equal(canonical(text), wanted);

    proxenos_error error;
    px_address address;
    name[253] = 'a';
    name[254] = '\0';
    assert_int_equal(px_address_parse(&address, name, &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "253");
    memset(name, 'a', 64);
    name[64] = '\0';
    assert_int_equal(px_address_parse(&address, name, &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "63");

    char *huge = malloc(1 << 20);
    assert_non_null(huge);
    memset(huge, '1', (1 << 20) - 1);
    huge[(1 << 20) - 1] = '\0';
    assert_int_equal(px_address_parse(&address, huge, &error), PROXENOS_ERROR_ARGUMENT);
    assert_contains(error.text, "1048575 bytes");
    free(huge);
}

/* inet_ntop() of the C library follows RFC 5952, but for dotted tails. */
static void ipv6_is_read_and_written_as_the_c_library_does(void **state) {
    (void)state;
    uint64_t random = 88172645463325252u;
    for (int round = 0; round < 20000; round++) {
        px_address address = {.kind = PX_ADDRESS_IPV6}, again;
        for (int i = 0; i < 8; i++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            uint64_t group = (random & 3) != 0 ? 0 : random >> 20 >> (random >> 8 & 15);
            address.bytes[2 * i] = (uint8_t)(group >> 8);
            address.bytes[2 * i + 1] = (uint8_t)group;
        }
        char text[PX_ADDRESS_TEXT_SIZE], theirs[INET6_ADDRSTRLEN];
        uint8_t bytes[16];
        (void)px_address_print(&address, text);
        assert_non_null(inet_ntop(AF_INET6, address.bytes, theirs, sizeof theirs));
        if (strchr(theirs, '.') == NULL) assert_string_equal(text, theirs);
        assert_int_equal(px_address_parse(&again, theirs, NULL), PROXENOS_OK);
        assert_memory_equal(again.bytes, address.bytes, 16);
        if (strchr(text, '.') != NULL) continue;
        assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
        assert_memory_equal(bytes, address.bytes, 16);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_address_has_one_text),
        cmocka_unit_test(what_is_no_address_is_refused_with_the_reason),
        cmocka_unit_test(a_host_alone_has_no_port),
        cmocka_unit_test(the_host_is_printed_without_brackets_and_port),
        cmocka_unit_test(a_mapped_address_is_ipv4_and_remembers_how_it_was_written),
        cmocka_unit_test(names_have_limits),
        cmocka_unit_test(ipv6_is_read_and_written_as_the_c_library_does),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
