/* SPDX-License-Identifier: MIT */
/*
 * The plugin contract of proxenos, ABI 1.1.  See proxenos-plugin(3).
 *
 * A plugin is one shared object NAME.so with one exported symbol, the module
 * descriptor that PROXENOS_MODULE(NAME) opens.  It includes this header and
 * nothing else of proxenos, and links with nothing of proxenos:
 *
 *     cc -shared -fPIC $(pkg-config --cflags proxenos-plugin) mine.c \
 *        -o mine.so -Wl,-z,defs
 *
 * It is looked for as backends/NAME.so or hashes/NAME.so below a plugin folder.
 *
 * What will never change within ABI major 1: the meaning and the offset of
 * every field below.  Fields are only appended.  Each struct that crosses the
 * border says how large its author believed it to be (`size`, or the `stride`
 * of its array), and neither side reads past that: a plugin built against a
 * later minor loads here, one built against 1.0 loads in every later 1.x.
 *
 * Text is UTF-8 and NUL-terminated unless a length stands beside it.  Strings
 * that a plugin hands in are copied before the call returns.  Every pointer in
 * a descriptor points at constant data that lives as long as the module, and a
 * module is never unloaded.
 */
#ifndef PROXENOS_PLUGIN_H
#define PROXENOS_PLUGIN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROXENOS_ABI_MAJOR 1
#define PROXENOS_ABI_MINOR 1

/* ------------------------------------------------------------- results
 * What a callback returns, and what a host service returns to it.  Zero is
 * success.  For every result but OK and UNCHANGED say why with
 * proxenos_fail() before you return it. */
#define PROXENOS_RESULT_OK 0
#define PROXENOS_RESULT_UNCHANGED 1     /* the wait is over, nothing has changed */
#define PROXENOS_RESULT_UNREACHABLE 2   /* the source does not answer */
#define PROXENOS_RESULT_DENIED 3        /* it answers, and refuses us */
#define PROXENOS_RESULT_MALFORMED 4     /* it answers what makes no sense */
#define PROXENOS_RESULT_TIMED_OUT 5     /* the deadline passed */
#define PROXENOS_RESULT_CANCELLED 6     /* the host asked us to stop */
#define PROXENOS_RESULT_NOT_FOUND 7     /* no such service, file, path */
#define PROXENOS_RESULT_OUT_OF_MEMORY 8
#define PROXENOS_RESULT_BAD_OPTION 9    /* a value the schema could not refuse */
#define PROXENOS_RESULT_UNSUPPORTED 10  /* this build or this machine cannot */
#define PROXENOS_RESULT_INTERNAL 11     /* a fault of the plugin's own */
#define PROXENOS_RESULT_SKIPPED 12      /* from add_node: this node was refused and counted; go on */

/* ------------------------------------------------------------- options
 * A plugin declares its options; the core reads them from flags, environment
 * and configuration, checks them, fills in defaults and hands over values. */
#define PROXENOS_TYPE_STRING 1
#define PROXENOS_TYPE_PATH 2        /* made absolute, relative to the file that names it; "-", standard
                                       input, stays as it is */
#define PROXENOS_TYPE_INTEGER 3     /* minimum ... maximum */
#define PROXENOS_TYPE_UNSIGNED 4    /* 64 bits, minimum ... maximum read as unsigned */
#define PROXENOS_TYPE_BOOLEAN 5     /* true/false, yes/no, on/off, 1/0, t/f */
#define PROXENOS_TYPE_DURATION 6    /* "250ms", "10s", "5m", "1h"; milliseconds */
#define PROXENOS_TYPE_SIZE 7        /* "512", "64KiB", "64MiB", "1GiB"; bytes */
#define PROXENOS_TYPE_LIST 8        /* of strings; separated by commas in `fallback` and `environment` */
#define PROXENOS_TYPE_SECRET 9      /* bytes; never shown, wiped after close */
#define PROXENOS_TYPE_SECRET_FILE 10 /* a path; warned about when others can read the file */

#define PROXENOS_OPTION_REQUIRED 1u

/* One row of a schema.  In arrays; the descriptor says the stride. */
typedef struct proxenos_option {
    const char *name;        /* lower case, digits and '-'; "host", "port", "path"
                                and "service" also answer to -h, -p, -f and -s */
    uint32_t type;           /* PROXENOS_TYPE_... */
    uint32_t flags;          /* PROXENOS_OPTION_... */
    const char *fallback;    /* the default, written as a user would; NULL: none */
    const char *help;        /* one line, no full stop */
    const char *placeholder; /* "FILE", "HOST"; NULL: the type's own word */
    const char *environment; /* variable that also gives it, or NULL.  One that
                                begins with PROXENOS_ outranks the configuration,
                                any other is outranked by it */
    const char *const *choices; /* NULL-terminated list of the only texts allowed
                                   (STRING and LIST), or NULL */
    int64_t minimum;         /* INTEGER, UNSIGNED, DURATION (ms), SIZE (bytes); */
    int64_t maximum;         /* both 0: any value of the type */
} proxenos_option;

/* Where a value came from; a larger number has the last word.  A secret must
 * only travel to an address whose rank is the secret's own or larger. */
#define PROXENOS_RANK_NONE 0         /* not given, and no default: is_set is 0 */
#define PROXENOS_RANK_DEFAULT 1      /* the schema's fallback */
#define PROXENOS_RANK_SOURCE_ENVIRONMENT 2 /* a variable of the source's own, CONSUL_... */
#define PROXENOS_RANK_CONFIG 3       /* the configuration's common part */
#define PROXENOS_RANK_CLUSTER 4      /* the named cluster */
#define PROXENOS_RANK_ENVIRONMENT 5  /* PROXENOS_... */
#define PROXENOS_RANK_FLAG 6         /* the command line, or the calling program */

/* The value of one option.  Owned by the core, valid until `close` returns. */
typedef struct proxenos_value {
    uint32_t is_set;         /* 0: not given and without default */
    uint32_t rank;           /* PROXENOS_RANK_... */
    int64_t integer;         /* INTEGER; UNSIGNED (cast it); BOOLEAN 0 or 1;
                                DURATION in ms; SIZE in bytes; with choices: the
                                index of the chosen one */
    const char *text;        /* STRING, PATH, SECRET, SECRET_FILE; else as written */
    size_t length;           /* bytes of text; a SECRET may hold NUL bytes */
    const char *const *list; /* LIST: list_count strings, then NULL */
    size_t list_count;
} proxenos_value;

/* The values, in the order of the plugin's own schema. */
typedef struct proxenos_values {
    uint32_t size;           /* of this struct */
    uint32_t stride;         /* bytes from one value to the next */
    uint32_t count;
    uint32_t reserved;
    const void *first;
} proxenos_values;

/* The value of option `index` of the schema; never NULL for a valid index. */
static inline const proxenos_value *proxenos_value_at(const proxenos_values *values, uint32_t index) {
    return (const proxenos_value *)(const void *)((const char *)values->first + (size_t)index * values->stride);
}

/* --------------------------------------------------------------- nodes */
#define PROXENOS_NODE_HAS_PORT 1u   /* `port` counts; without it the node is a host alone */
#define PROXENOS_NODE_HAS_WEIGHT 2u /* `weight` counts; without it the weight is 1 */
#define PROXENOS_NODE_STRICT 4u     /* a bad field ends the fetch (MALFORMED, message by the
                                       core) instead of being skipped and counted */

#define PROXENOS_HEALTH_UNKNOWN 0u
#define PROXENOS_HEALTH_PASSING 1u
#define PROXENOS_HEALTH_WARNING 2u
#define PROXENOS_HEALTH_CRITICAL 3u

/* A node as a backend found it.  Zero the struct, set `size`, fill what is known. */
typedef struct proxenos_node_data {
    uint32_t size;
    uint32_t flags;          /* PROXENOS_NODE_... */
    const char *address;     /* IPv4, IPv6 (brackets allowed) or host name; required */
    int64_t port;            /* 1 ... 65535; anything else is refused by the core */
    int64_t weight;          /* 0 ... 4294967295; 0: known, never chosen */
    const char *service;     /* NULL: none */
    const char *name;        /* instance id, unique within its source node; NULL: none */
    const char *source_node; /* the machine that carries it, in the source's words; NULL */
    const char *zone;        /* failure domain; NULL: none */
    const char *const *tags; /* tag_count strings */
    size_t tag_count;
    const char *const *metadata; /* metadata_count pairs: key, value, key, value ... */
    size_t metadata_count;
    uint32_t health;         /* PROXENOS_HEALTH_... */
    uint32_t reserved;
    const char *origin;      /* where it stands, for messages: "nodes.yaml:12:5"; NULL */
    /* since 1.1 */
    int64_t tier;            /* 0 ... 4294967295, 0 first: only the nodes of the lowest tier that has one of
                                weight above 0 are kept */
} proxenos_node_data;

/* Where fetch puts nodes.  Lives for one call of fetch. */
typedef struct proxenos_sink proxenos_sink;

/* ---------------------------------------------------------------- host
 * What the core does for a plugin.  One table per instance: it lives from
 * `open` until `close` returns, and carries the instance's error and cancel
 * state, so pass the same pointer back.  Any thread of the plugin may call
 * log, is_cancelled, cancel_descriptor and remaining_ms; the others are for the
 * thread that the core called on, while the call runs. */
#define PROXENOS_LOG_ERROR 1
#define PROXENOS_LOG_WARNING 2
#define PROXENOS_LOG_INFO 3
#define PROXENOS_LOG_DEBUG 4

typedef struct proxenos_host proxenos_host;
struct proxenos_host {
    uint32_t size;           /* test it before you call what came after 1.0 */
    uint16_t abi_major;
    uint16_t abi_minor;
    /* One line, no newline.  Plugins never print. */
    void (*log)(const proxenos_host *host, int32_t level, const char *text);
    /* Remembers why a call is about to fail; returns `result`, so that
     * `return host->fail(host, PROXENOS_RESULT_DENIED, "...")` reads well. */
    int32_t (*fail)(const proxenos_host *host, int32_t result, const char *text);
    /* Adds one node to the set that fetch is reading.  Everything is copied.
     * OK; SKIPPED (go on); any other result: end fetch with it. */
    int32_t (*add_node)(proxenos_sink *sink, const proxenos_node_data *node);
    /* Not zero once the call should end with PROXENOS_RESULT_CANCELLED. */
    int32_t (*is_cancelled)(const proxenos_host *host);
    /* A descriptor that polls readable once cancelled.  Level-triggered, the
     * core's: never read it, never close it.  -1: none, ask is_cancelled. */
    int32_t (*cancel_descriptor)(const proxenos_host *host);
    /* Milliseconds until the deadline of the running call, never negative;
     * INT64_MAX without one. */
    int64_t (*remaining_ms)(const proxenos_host *host);
    /* Reads a small file whole (a token, a key) into `buffer`; *length is what
     * it holds.  A file larger than `capacity` is MALFORMED, a missing one
     * NOT_FOUND, an unreadable one DENIED; fail() has been called then. */
    int32_t (*read_file)(const proxenos_host *host, const char *path, void *buffer, size_t capacity,
                         size_t *length);

    /* Since 1.1; proxenos_note_age() and proxenos_note_retry() below call them
     * where they are.  Both are about the running fetch; the last word counts.
     *
     * How old the answer is, in the source's own words (a cache, a replica that
     * lags): milliseconds since it was true.  Not said: 0. */
    void (*note_age)(const proxenos_host *host, int64_t milliseconds);
    /* The source asks not to be asked again for so long (HTTP's Retry-After).
     * The core then rests at least that long after a fetch that failed, but no
     * longer than PROXENOS_RETRY_LIMIT_MS. */
    void (*note_retry)(const proxenos_host *host, int64_t milliseconds);
};

#define PROXENOS_RETRY_LIMIT_MS 3600000 /* an hour */

#if defined(__GNUC__)
#define PROXENOS_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define PROXENOS_PRINTF(f, a)
#endif

/* log() and fail() with a format.  The border itself carries plain text only,
 * so that any language can call it.  Text beyond 511 bytes is cut. */
PROXENOS_PRINTF(3, 4)
static inline void proxenos_log(const proxenos_host *host, int32_t level, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    host->log(host, level, text);
}

PROXENOS_PRINTF(3, 4)
static inline int32_t proxenos_fail(const proxenos_host *host, int32_t result, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return host->fail(host, result, text);
}

/* The same services where the host has them, which a core of ABI 1.0 has not. */
static inline void proxenos_note_age(const proxenos_host *host, int64_t milliseconds) {
    if (host->size > offsetof(proxenos_host, note_age) && host->note_age) host->note_age(host, milliseconds);
}

static inline void proxenos_note_retry(const proxenos_host *host, int64_t milliseconds) {
    if (host->size > offsetof(proxenos_host, note_retry) && host->note_retry) host->note_retry(host, milliseconds);
}

/* ------------------------------------------------------------- backend
 * Calls on one instance come one at a time, though not always from the same
 * thread; different instances run in parallel. */
typedef struct proxenos_wait {
    uint32_t size;
    uint32_t reserved;
    uint64_t committed;      /* the generation that the core last kept; 0: none,
                                so deliver at once */
    int64_t timeout_ms;      /* how long to wait for a membership that differs */
} proxenos_wait;

typedef struct proxenos_backend {
    const char *name;        /* as users write it; in a module of one, the module's */
    const char *summary;     /* one line, no full stop */
    const proxenos_option *options;
    uint32_t option_count;
    uint32_t option_stride;  /* sizeof(proxenos_option) */

    /* Makes an instance of these values; touches no network.  May be NULL:
     * then `*instance` is the host itself.  On failure leaves nothing behind. */
    int32_t (*open)(const proxenos_host *host, const proxenos_values *values, void **instance);

    /* Reads the whole membership into the sink.  Required.
     * `wait` NULL: read now.  Else return as soon as the membership differs
     * from generation wait->committed, or UNCHANGED once timeout_ms is over.
     * A backend that cannot watch ignores `wait` and reads now.
     * On OK set *generation to a number (not 0) that names what you delivered
     * if you can watch; leave it alone otherwise.  The core keeps the set only
     * when OK is returned: never return OK for half an answer. */
    int32_t (*fetch)(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation);

    /* Frees the instance.  May be NULL. */
    void (*close)(void *instance);
} proxenos_backend;

/* ---------------------------------------------------------------- hash
 * A keyed function.  Between open and close its state is constant, so any
 * number of threads may hash at once. */
#define PROXENOS_PYTHON_NONE 0u     /* the `python` weighting cannot use it */
#define PROXENOS_PYTHON_UNSIGNED 1u /* reads `digest` as one unsigned big-endian integer */
#define PROXENOS_PYTHON_SIGNED 2u   /* reads it as two's complement */

typedef struct proxenos_bytes {
    const void *data;
    size_t length;
} proxenos_bytes;

/* A published known answer.  In arrays; the descriptor says the stride. */
typedef struct proxenos_known_answer {
    const char *options;     /* "key=000102...,seed=7", or NULL: the defaults */
    const void *input;
    size_t input_length;
    uint64_t hash64;         /* what hash64 gives */
    const uint8_t *digest;   /* what digest gives, digest_bits / 8 bytes; NULL: not stated */
    const char *source;      /* paper, RFC or program it was published in */
} proxenos_known_answer;

typedef struct proxenos_hash {
    const char *name;              /* "siphash-2-4" */
    const char *const *aliases;    /* NULL-terminated; NULL: none.  Case never matters */
    const char *summary;
    const proxenos_option *options;
    uint32_t option_count;
    uint32_t option_stride;
    uint32_t hash_bits;            /* width of hash64's answer: 32 or 64.  32 comes
                                      zero-extended and is widened by the core:
                                      H(x) << 32 | H(x || 0x01) */
    uint32_t digest_bits;          /* 8 ... 512, a multiple of 8; 0 without `digest` */
    uint32_t python_form;          /* PROXENOS_PYTHON_... */
    uint32_t known_answer_count;
    const proxenos_known_answer *known_answers;
    uint32_t known_answer_stride;
    uint32_t reserved;

    /* May be NULL: then the state is NULL. */
    int32_t (*open)(const proxenos_host *host, const proxenos_values *values, void **state);

    /* Required.  Any length from 0, any byte; `bytes` may be NULL when length is 0. */
    uint64_t (*hash64)(const void *state, const void *bytes, size_t length);

    /* Writes digest_bits / 8 bytes, the digest as published, which is read as
     * one big-endian integer.  May be NULL. */
    void (*digest)(const void *state, const void *bytes, size_t length, uint8_t *out);

    /* The same as hash64 of every key; may be NULL. */
    void (*hash64_many)(const void *state, const proxenos_bytes *keys, size_t count, uint64_t *out);

    /* What besides the name decides the answers, for the scheme text: "name=value"
     * pairs of printable ASCII, sorted, with commas ("key=9c1f03ab,seed=0"), see
     * proxenos-plugin(3); with any other, the hash is refused.  Lives until close.
     * A secret appears as its fingerprint only, see proxenos-scheme(7).  May be
     * NULL: nothing does. */
    const char *(*parameters)(const void *state);

    void (*close)(void *state);    /* may be NULL */
} proxenos_hash;

/* -------------------------------------------------------------- module */
typedef struct proxenos_module {
    uint32_t size;           /* sizeof(proxenos_module) */
    uint16_t abi_major;      /* PROXENOS_ABI_MAJOR */
    uint16_t abi_minor;      /* PROXENOS_ABI_MINOR */
    uint16_t needs_minor;    /* the least minor of the core that will do; mostly 0 */
    uint16_t reserved;
    uint32_t reserved2;
    const char *name;        /* the file's name without ".so" */
    const char *version;     /* the plugin's own */
    const char *summary;
    const proxenos_backend *backends;
    uint32_t backend_count;
    uint32_t backend_stride; /* sizeof(proxenos_backend) */
    const proxenos_hash *hashes;
    uint32_t hash_count;
    uint32_t hash_stride;    /* sizeof(proxenos_hash) */
} proxenos_module;

#if defined(__GNUC__)
#define PROXENOS_EXPORT __attribute__((visibility("default")))
#else
#define PROXENOS_EXPORT
#endif

#ifdef __cplusplus
#define PROXENOS_EXTERN_C extern "C"
#else
#define PROXENOS_EXTERN_C extern
#endif

/* Opens the definition of the descriptor: PROXENOS_MODULE(static_file) = { ... };
 * the argument is the module's name with '_' for '-'. */
#define PROXENOS_MODULE(module)                                               \
    PROXENOS_EXTERN_C PROXENOS_EXPORT const proxenos_module module##_LTX_proxenos_module; \
    const proxenos_module module##_LTX_proxenos_module

/* The first fields of every descriptor. */
#define PROXENOS_MODULE_HEADER(needs) \
    sizeof(proxenos_module), PROXENOS_ABI_MAJOR, PROXENOS_ABI_MINOR, (needs), 0, 0

#ifdef __cplusplus
}
#endif
#endif
