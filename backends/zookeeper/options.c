/* SPDX-License-Identifier: MIT */
/* The options, see proxenos-zookeeper(7). */
#include "zookeeper/internal.h"

static const char *const formats[] = {
    [FORMAT_AUTO] = "auto", [FORMAT_SERVERSET] = "serverset", [FORMAT_CURATOR] = "curator", [FORMAT_NERVE] = "nerve",
    [FORMAT_NODE] = "node", [FORMAT_ADDRESS] = "address",     [FORMAT_NAME] = "name",       NULL
};

#define ROW(row_name, row_type, row_help) .name = row_name, .type = PROXENOS_TYPE_##row_type, .help = row_help

const proxenos_option zookeeper_options[ZOOKEEPER_OPTION_COUNT] = {
    [ZOOKEEPER_HOST] = {ROW("host", STRING, "host of the ZooKeeper server"), .fallback = "localhost",
                        .placeholder = "HOST"},
    [ZOOKEEPER_PORT] = {ROW("port", INTEGER, "its client port, also of an address without one"), .fallback = "2181",
                        .placeholder = "PORT", .minimum = 1, .maximum = 65535},
    [ZOOKEEPER_ADDRESS] = {ROW("address", LIST, "instead of host: servers, any of which will do"),
                           .placeholder = "HOST[:PORT]"},
    [ZOOKEEPER_PATH] = {ROW("path", STRING, "the path whose children are the nodes"), .flags = PROXENOS_OPTION_REQUIRED,
                        .placeholder = "PATH"},
    [ZOOKEEPER_FORMAT] = {ROW("format", STRING, "what the children hold; auto goes by what it looks like"),
                          .fallback = "auto", .choices = formats},
    [ZOOKEEPER_ENDPOINT] = {ROW("endpoint", STRING, "additional endpoint to use of members of a serverset"),
                            .placeholder = "NAME"},
    [ZOOKEEPER_USER] = {ROW("user", STRING, "user for digest authentication"), .placeholder = "NAME"},
    [ZOOKEEPER_PASSWORD_FILE] = {ROW("password-file", SECRET_FILE,
                                     "file that holds the password, read for every session")},
    [ZOOKEEPER_PASSWORD] = {ROW("password", SECRET, "the password")},
    [ZOOKEEPER_TIMEOUT] = {ROW("timeout", DURATION, "longest time for one read"), .fallback = "10s", .minimum = 1,
                           .maximum = INT64_C(1000) * 60 * 60},
    [ZOOKEEPER_SESSION_TIMEOUT] = {ROW("session-timeout", DURATION,
                                       "silence after which a server is given up, and a session expires"),
                                   .fallback = "6s", .minimum = 100, .maximum = INT64_C(1000) * 60 * 10},
};
