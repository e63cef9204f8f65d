/* SPDX-License-Identifier: MIT */
/*
 * libproxenos: which node does this key belong to?  See libproxenos(3).
 *
 *     context -> settings -> mapper -> cluster -+
 *                        \-> hash --------------+-> selector -> node
 *
 * Habits of this header:
 * - A call that can fail returns a proxenos_status and fills `error`, which the
 *   caller owns and may give as NULL.  Out parameters are set on success; on
 *   failure those that would hold something to free hold NULL.
 * - `_free`, `_close` and `_unref` welcome NULL.
 * - Strings that are returned belong to the object they were asked of, are
 *   UTF-8, and are never NULL unless that is said.
 * - Nothing here prints, exits or aborts, or touches signal handlers.
 * - Threads: a context may be used by all threads once it is set up.  A cluster,
 *   a hash and a selector never change and may be used by any number of threads
 *   at once.  Settings and mappers are for one thread at a time, except
 *   proxenos_mapper_cancel().
 */
#ifndef PROXENOS_H
#define PROXENOS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PROXENOS_API __attribute__((visibility("default")))
#else
#define PROXENOS_API
#endif

/* ------------------------------------------------------------ errors
 * What went wrong, in kinds that a caller can act on.  Numbers never change. */
typedef enum proxenos_status {
    PROXENOS_OK = 0,
    PROXENOS_UNCHANGED = 1,          /* watch: nothing new within the wait */
    PROXENOS_ERROR_UNREACHABLE = 2,
    PROXENOS_ERROR_NO_NODE = 3,      /* an empty cluster, or nothing left to choose */
    PROXENOS_ERROR_NOT_FOUND = 4,    /* the source knows no such service, file, path */
    PROXENOS_ERROR_CONFIG = 5,       /* configuration, environment, value of an option */
    PROXENOS_ERROR_PLUGIN = 6,       /* unknown, missing or broken plugin, or another ABI */
    PROXENOS_ERROR_DENIED = 7,
    PROXENOS_ERROR_MALFORMED = 8,
    PROXENOS_ERROR_TIMED_OUT = 9,
    PROXENOS_ERROR_CANCELLED = 10,
    PROXENOS_ERROR_MEMORY = 11,
    PROXENOS_ERROR_INTERNAL = 12,
    PROXENOS_ERROR_ARGUMENT = 13,    /* a bad argument of the caller's own, or of a flag */
    PROXENOS_ERROR_UNSUPPORTED = 14  /* valid, but not with this hash, weighting or build */
} proxenos_status;

/* Why a call failed.  Owned by the caller, fixed in size, nothing to free.
 * `line` and `column` count from 1 and are 0 where there is no text to point at. */
typedef struct proxenos_error {
    proxenos_status status;
    unsigned line, column;
    char text[1024];                 /* one line, control characters escaped */
} proxenos_error;

/* A short word for a status. */
PROXENOS_API const char *proxenos_status_name(proxenos_status status);

/* The exit code of the command line for a status: 0, 2, 64 ... 71, 130. */
PROXENOS_API int proxenos_status_exit_code(proxenos_status status);

/* A duration as users write it, "250ms", "10s", "5m", "1h", a bare number in seconds.
 * Not zero when it is one. */
PROXENOS_API int proxenos_parse_duration(const char *text, int64_t *milliseconds);

/* The version that a program is compiled against, and as one number to compare:
 *     #if PROXENOS_VERSION_NUMBER >= PROXENOS_VERSION_OF(0, 1, 0) */
#define PROXENOS_VERSION_MAJOR 0
#define PROXENOS_VERSION_MINOR 1
#define PROXENOS_VERSION_MICRO 0
#define PROXENOS_VERSION_OF(major, minor, micro) ((major) * 1000000 + (minor) * 1000 + (micro))
#define PROXENOS_VERSION_NUMBER \
    PROXENOS_VERSION_OF(PROXENOS_VERSION_MAJOR, PROXENOS_VERSION_MINOR, PROXENOS_VERSION_MICRO)

/* The version of the library that runs, "0.1.0". */
PROXENOS_API const char *proxenos_version(void);

/* Not zero when the program runs with raised privileges (AT_SECURE): then no
 * environment variable counts and only the system's configuration is read. */
PROXENOS_API int proxenos_is_privileged(void);

/* ----------------------------------------------------------- context
 * Where plugins are found and where words go. */
typedef struct proxenos_context proxenos_context;

typedef enum proxenos_log_level {
    PROXENOS_LEVEL_ERROR = 1,
    PROXENOS_LEVEL_WARNING = 2,
    PROXENOS_LEVEL_INFO = 3,
    PROXENOS_LEVEL_DEBUG = 4
} proxenos_log_level;

/* Called from any thread, with one escaped line without a newline. */
typedef void proxenos_log_function(void *user, proxenos_log_level level, const char *text);

PROXENOS_API proxenos_status proxenos_context_new(proxenos_context **context, proxenos_error *error);
/* Everything opened from it must be closed before.  Modules stay loaded:
 * libraries that plugins use do not unload safely. */
PROXENOS_API void proxenos_context_free(proxenos_context *context);
/* Before any other thread uses the context.  NULL: silence, the default. */
PROXENOS_API void proxenos_context_set_log(proxenos_context *context, proxenos_log_function *log, void *user);
/* Adds a folder that holds backends/ and hashes/.  The order of search is
 * PROXENOS_PLUGIN_PATH, the folders added here in their order, the built-in one. */
PROXENOS_API proxenos_status proxenos_context_add_plugin_path(proxenos_context *context, const char *folder,
                                                              proxenos_error *error);
/* Plugins linked into the program; `list` is libltdl's table of preloaded
 * symbols (lt_preloaded_symbols), for programs built with -dlpreopen. */
PROXENOS_API proxenos_status proxenos_context_preload(proxenos_context *context, const void *list,
                                                      proxenos_error *error);

/* ----------------------------------------------------- configuration
 * A YAML file, see proxenos.yaml(5).  Reference: YAML 1.1 as libyaml reads it;
 * scalars are taken as written. */
typedef struct proxenos_config proxenos_config;

/* Reads `path`, or with NULL the first of $PROXENOS_CONFIG,
 * $XDG_CONFIG_HOME/proxenos/proxenos.yaml (by default in ~/.config),
 * SYSCONFDIR/proxenos/proxenos.yaml that exists; none at all gives an empty
 * configuration.  A file that `path` or the variable names must exist.  With raised
 * privileges only the last is read, and a `path` is refused.  Adds the file's
 * plugin-path to the context. */
PROXENOS_API proxenos_status proxenos_config_load(proxenos_context *context, const char *path,
                                                  proxenos_config **config, proxenos_error *error);
PROXENOS_API void proxenos_config_free(proxenos_config *config);
/* The file that was read; NULL when there was none. */
PROXENOS_API const char *proxenos_config_path(const proxenos_config *config);
/* Names of the clusters, in the file's order; NULL past the last. */
PROXENOS_API const char *proxenos_config_cluster_name(const proxenos_config *config, size_t index);
/* The value of default-cluster, or NULL. */
PROXENOS_API const char *proxenos_config_default_cluster(const proxenos_config *config);

/* ---------------------------------------------------------- settings
 * Everything that decides a cluster's answers, before anything is opened: names
 * with their values as text, each with the rank of whoever said it.  The names:
 *
 *   backend hash weighting identity compat table spread weight-from timeout
 *   filter.address filter.name filter.tags filter.zone filter.metadata filter.has-tag
 *   backend.OPTION    an option of the chosen backend
 *   hash.OPTION       an option of the chosen hash
 *
 * A value of a higher rank replaces one of a lower rank; of equal rank, the
 * later one.  Lists are replaced whole.  `compat: python` implies weighting,
 * identity, hash and some options: defaults of another kind, which yield to
 * whatever anybody said, with any rank. */
typedef struct proxenos_settings proxenos_settings;

/* The ranks of plugin.h (PROXENOS_RANK_...), as far as a program sets them. */
typedef enum proxenos_origin {
    PROXENOS_FROM_CONFIG = 3,        /* the configuration's common part */
    PROXENOS_FROM_CLUSTER = 4,       /* a named cluster */
    PROXENOS_FROM_ENVIRONMENT = 5,   /* PROXENOS_... */
    PROXENOS_FROM_FLAG = 6           /* the command line, or the calling program */
} proxenos_origin;

PROXENOS_API proxenos_status proxenos_settings_new(proxenos_context *context, proxenos_settings **settings,
                                                   proxenos_error *error);
PROXENOS_API void proxenos_settings_free(proxenos_settings *settings);
/* Takes the common part of `config` and the cluster of that name; NULL: the
 * default cluster, if one is named.  The config may be freed afterwards. */
PROXENOS_API proxenos_status proxenos_settings_use_config(proxenos_settings *settings,
                                                          const proxenos_config *config, const char *cluster,
                                                          proxenos_error *error);
/* Takes PROXENOS_PRF.  (Variables that options declare are read when the plugin
 * is opened.)  Does nothing when privileged. */
PROXENOS_API proxenos_status proxenos_settings_use_environment(proxenos_settings *settings,
                                                               proxenos_error *error);
/* Sets one value.  `said_by` names its place in messages ("--host"); NULL: `name`. */
PROXENOS_API proxenos_status proxenos_settings_set(proxenos_settings *settings, proxenos_origin origin,
                                                   const char *said_by, const char *name, const char *value,
                                                   proxenos_error *error);
/* The same, adding an element to a list (a repeated flag). */
PROXENOS_API proxenos_status proxenos_settings_append(proxenos_settings *settings, proxenos_origin origin,
                                                      const char *said_by, const char *name,
                                                      const char *value, proxenos_error *error);
/* The value in force, the default included; NULL when there is none.  For
 * names without a dot and filter.*. */
PROXENOS_API const char *proxenos_settings_get(const proxenos_settings *settings, const char *name);

/* Checks every name and value against the schemas of the chosen plugins, which
 * it loads, without opening a source. */
PROXENOS_API proxenos_status proxenos_settings_check(const proxenos_settings *settings, proxenos_error *error);

/* Calls `visit` for every value in force, options of the chosen plugins with
 * their defaults included, in a stable order.  A secret comes as "(secret)".
 * `said_by` is "default", "proxenos.yaml:12:5", "--host", "CONSUL_HTTP_ADDR"...
 * A list comes once for each element.  `visit` returns 0 to go on. */
typedef int proxenos_setting_visitor(void *user, const char *name, const char *value, const char *said_by);
PROXENOS_API proxenos_status proxenos_settings_each(const proxenos_settings *settings,
                                                    proxenos_setting_visitor *visit, void *user,
                                                    proxenos_error *error);

/* ------------------------------------------------------------- nodes
 * A node belongs to its cluster and lives as long. */
typedef struct proxenos_node proxenos_node;

PROXENOS_API const char *proxenos_node_identity(const proxenos_node *node); /* what it is known by */
PROXENOS_API const char *proxenos_node_address(const proxenos_node *node);  /* "10.0.0.1:80", "[::1]:80", "db:5" */
PROXENOS_API const char *proxenos_node_host(const proxenos_node *node);     /* without brackets */
PROXENOS_API unsigned proxenos_node_port(const proxenos_node *node);        /* 0: none */
PROXENOS_API uint32_t proxenos_node_weight(const proxenos_node *node);      /* 0: known, never chosen */
PROXENOS_API const char *proxenos_node_service(const proxenos_node *node);  /* "" when unknown, as the next */
PROXENOS_API const char *proxenos_node_name(const proxenos_node *node);
PROXENOS_API const char *proxenos_node_source(const proxenos_node *node);   /* the machine that carries it */
PROXENOS_API const char *proxenos_node_zone(const proxenos_node *node);
PROXENOS_API uint32_t proxenos_node_tier(const proxenos_node *node);        /* 0 first; see the report's dropped_tier */
PROXENOS_API const char *proxenos_node_health(const proxenos_node *node);   /* unknown passing warning critical */
PROXENOS_API const char *proxenos_node_tag(const proxenos_node *node, size_t index); /* NULL past the last */
/* Metadata pair `index` in the order of keys; 0 past the last. */
PROXENOS_API int proxenos_node_metadata(const proxenos_node *node, size_t index, const char **key,
                                        const char **value);

/* ---------------------------------------------------------- clusters
 * An immutable set of nodes, sorted by identity (bytewise), each identity once.
 * Shared by reference count. */
typedef struct proxenos_cluster proxenos_cluster;

typedef struct proxenos_cluster_report {
    size_t size;             /* sizeof of this struct; set it before the call */
    size_t read;             /* nodes that the source gave */
    size_t skipped;          /* of those, unusable: a bad port or address */
    size_t dropped_address;  /* dropped by filter.address */
    size_t dropped_name;
    size_t dropped_tags;
    size_t duplicates;       /* of one identity with another node */
    int64_t read_at_ms;      /* when the read ended, milliseconds since 1970 (UTC) */
    size_t dropped_tier;     /* of another tier than the lowest that has a node of weight above 0 */
    size_t dropped_zone;     /* dropped by filter.zone */
    size_t dropped_metadata;
    size_t dropped_has_tag;
    size_t is_snapshot;      /* 1: its source failed or was not asked, and a snapshot stands in; see snapshot.* */
    int64_t snapshot_age_ms; /* then: how long ago its source last said so */
} proxenos_cluster_report;

PROXENOS_API proxenos_cluster *proxenos_cluster_ref(proxenos_cluster *cluster);
PROXENOS_API void proxenos_cluster_unref(proxenos_cluster *cluster);
PROXENOS_API size_t proxenos_cluster_size(const proxenos_cluster *cluster);
/* NULL past the last. */
PROXENOS_API const proxenos_node *proxenos_cluster_node(const proxenos_cluster *cluster, size_t index);
/* The node of that identity; NULL when there is none. */
PROXENOS_API const proxenos_node *proxenos_cluster_find(const proxenos_cluster *cluster, const char *identity);
/* Where the node stands in the cluster, as in proxenos_select_many: what a program keeps
 * beside its nodes can be an array by this index.  A node of another
 * cluster stands where that identity does here; proxenos_cluster_size() for NULL and for
 * an identity that is not here. */
PROXENOS_API size_t proxenos_cluster_index(const proxenos_cluster *cluster, const proxenos_node *node);
PROXENOS_API void proxenos_cluster_get_report(const proxenos_cluster *cluster, proxenos_cluster_report *report);
/* 16 hexadecimal digits that name the identities and weights: SipHash-2-4 under
 * the public default key, see proxenos-scheme(7). */
PROXENOS_API const char *proxenos_cluster_fingerprint(const proxenos_cluster *cluster);

/* How nodes of one identity can differ, as bits. */
typedef enum proxenos_field {
    PROXENOS_FIELD_WEIGHT = 1,
    PROXENOS_FIELD_ADDRESS = 2,
    PROXENOS_FIELD_ZONE = 4,
    PROXENOS_FIELD_METADATA = 8,
    PROXENOS_FIELD_TAGS = 16,
    PROXENOS_FIELD_SERVICE = 32,
    PROXENOS_FIELD_NAME = 64,
    PROXENOS_FIELD_SOURCE = 128,
    PROXENOS_FIELD_HEALTH = 256,
    PROXENOS_FIELD_TIER = 512
} proxenos_field;
/* All that the answer for a key can depend on: its node, a node's place in a ranking,
 * where it is, and what rankings are spread by. */
#define PROXENOS_FIELDS_ANSWER \
    (PROXENOS_FIELD_WEIGHT | PROXENOS_FIELD_ADDRESS | PROXENOS_FIELD_ZONE | PROXENOS_FIELD_METADATA)
#define PROXENOS_FIELDS_ALL 1023

/* "weight", "address", "zone", "metadata", "tags", "service", "name", "source_node",
 * "health", "tier"; "" for what is no single field. */
PROXENOS_API const char *proxenos_field_name(unsigned field);

/* `before` NULL: the node joined, `after` NULL: it left; `fields` are then 0, else those
 * that differ.  Returns 0 to go on. */
typedef int proxenos_difference_visitor(void *user, const proxenos_node *before, const proxenos_node *after,
                                        unsigned fields);
/* Visits every identity that is in one of the clusters only, or whose nodes differ in one
 * of `fields`, in the order of identities; returns how many.  Other differences are no
 * difference, and neither is another order of reading. */
PROXENOS_API size_t proxenos_cluster_difference(const proxenos_cluster *before, const proxenos_cluster *after,
                                                unsigned fields, proxenos_difference_visitor *visit, void *user);

/* A cluster made by the program itself, without a backend. */
typedef struct proxenos_builder proxenos_builder;

/* Zero it, set `size` and `host`. */
typedef struct proxenos_node_spec {
    size_t size;
    const char *host;        /* IPv4, IPv6 or host name */
    unsigned port;           /* 0: none */
    int64_t weight;          /* 0 ... 4294967295, or -1 for the default of 1 */
    const char *service, *name, *source, *zone; /* NULL: unknown */
    const char *const *tags; /* NULL-terminated, or NULL */
    const char *const *metadata; /* key, value, ..., NULL; or NULL */
    uint32_t tier;           /* 0 first: of several, the lowest that has a node of weight above 0 is kept */
} proxenos_node_spec;

/* Reads "HOST", "HOST:PORT", "[IPV6]:PORT" or a bare IPv6 address, as strictly as node lists are read: ARGUMENT with what
 * is wrong, and what it looks like.  Fills `host` (272 bytes are enough; without brackets, in the library's own spelling)
 * and *port, 0 without one. */
PROXENOS_API proxenos_status proxenos_parse_address(const char *text, char *host, size_t size, unsigned *port,
                                                    proxenos_error *error);

/* `identity` is "address", "name", "instance" (source/name) or "meta.KEY". */
PROXENOS_API proxenos_status proxenos_builder_new(const char *identity, proxenos_builder **builder,
                                                  proxenos_error *error);
PROXENOS_API void proxenos_builder_free(proxenos_builder *builder);
PROXENOS_API proxenos_status proxenos_builder_add(proxenos_builder *builder, const proxenos_node_spec *spec,
                                                  proxenos_error *error);
/* Empties the builder into a new cluster. */
PROXENOS_API proxenos_status proxenos_builder_finish(proxenos_builder *builder, proxenos_cluster **cluster,
                                                     proxenos_error *error);

/* ----------------------------------------------------------- mappers
 * One backend opened with one set of options. */
typedef struct proxenos_mapper proxenos_mapper;

/* Loads the backend and opens it; touches no network.  The settings may be
 * freed afterwards.  With snapshot.path it is opened when it is first asked, and
 * what that finds wrong is told then. */
PROXENOS_API proxenos_status proxenos_mapper_open(const proxenos_settings *settings, proxenos_mapper **mapper,
                                                  proxenos_error *error);
PROXENOS_API void proxenos_mapper_close(proxenos_mapper *mapper);
/* Reads the membership now, filters it, and gives a cluster to unref.  An empty
 * answer is a success with an empty cluster; a failed or half-read one is an
 * error.  timeout_ms < 0: the settings' `timeout`, by default 10 s.  With
 * snapshot.path a snapshot may stand in for a source that fails, or is not asked;
 * the cluster's report says so. */
PROXENOS_API proxenos_status proxenos_mapper_update(proxenos_mapper *mapper, int64_t timeout_ms,
                                                    proxenos_cluster **cluster, proxenos_error *error);
/* Waits up to wait_ms for a membership other than the last one given by this
 * mapper, in anything that can be asked of a node; PROXENOS_UNCHANGED (cluster
 * NULL) when the wait is over, or a source that had failed says the same as before.  Fit for a loop without a pause of its own: the
 * source is asked again at once only for the first ten changes, then ten times a
 * second; after a failure, which ends the wait, as `follow.retry` says, and a call
 * that comes earlier and cannot wait so long gives the same error again. */
PROXENOS_API proxenos_status proxenos_mapper_watch(proxenos_mapper *mapper, int64_t wait_ms,
                                                   proxenos_cluster **cluster, proxenos_error *error);
/* Ends the running call, and every later one, with PROXENOS_ERROR_CANCELLED.
 * From any thread, and from a signal handler. */
PROXENOS_API void proxenos_mapper_cancel(proxenos_mapper *mapper);

/* ------------------------------------------------------------ hashes */
typedef struct proxenos_hash_function proxenos_hash_function;

/* The settings' hash; the settings may be freed afterwards. */
PROXENOS_API proxenos_status proxenos_hash_open(const proxenos_settings *settings, proxenos_hash_function **hash,
                                                proxenos_error *error);
PROXENOS_API proxenos_hash_function *proxenos_hash_ref(proxenos_hash_function *hash);
PROXENOS_API void proxenos_hash_unref(proxenos_hash_function *hash);
PROXENOS_API const char *proxenos_hash_name(const proxenos_hash_function *hash);
/* The 64-bit digest that `hrw` and `lcg` use; 32-bit hashes are widened. */
PROXENOS_API uint64_t proxenos_hash64(const proxenos_hash_function *hash, const void *bytes, size_t length);

/* --------------------------------------------------------- selection
 * Weightings: "hrw" (default), "python", "lcg"; see proxenos-scheme(7). */
typedef struct proxenos_selector proxenos_selector;

/* Zero it, set `size`, fill what differs. */
typedef struct proxenos_selector_options {
    size_t size;
    const char *weighting;   /* NULL: hrw */
    size_t table;            /* slots of the slot table; 0: none, rank exactly */
    unsigned threads;        /* for building a table; 0: as many as processors */
    int ignore_weights;      /* not zero: as under compat: python, no weight counts, not even 0, and to the weighting
                                "python" a node without a port has port 0 */
    const char *spread_by;   /* what proxenos_rank_spread() goes by when it is not told, named in the scheme;
                                NULL: by zone, and the scheme is silent about it */
    int64_t timeout_ms;      /* how long the resolution of host names may take, which the weighting "python" needs; 0: as
                                long as the system's resolver does */
} proxenos_selector_options;

/* Prepares selection.  Keeps its own references; options may be NULL. */
PROXENOS_API proxenos_status proxenos_selector_new(proxenos_cluster *cluster, proxenos_hash_function *hash,
                                                   const proxenos_selector_options *options,
                                                   proxenos_selector **selector, proxenos_error *error);
/* The same with the weighting, table, spread and compat of the settings, hash included. */
PROXENOS_API proxenos_status proxenos_selector_open(const proxenos_settings *settings,
                                                    proxenos_cluster *cluster, proxenos_selector **selector,
                                                    proxenos_error *error);
/* A selector like `old`, with its hash and options, for another cluster.  Of a slot
 * table only what the change touches is computed anew; the answers are those of a
 * selector made from scratch. */
PROXENOS_API proxenos_status proxenos_selector_update(const proxenos_selector *old, proxenos_cluster *cluster,
                                                      proxenos_selector **selector, proxenos_error *error);
PROXENOS_API proxenos_selector *proxenos_selector_ref(proxenos_selector *selector);
PROXENOS_API void proxenos_selector_unref(proxenos_selector *selector);
PROXENOS_API const proxenos_cluster *proxenos_selector_cluster(const proxenos_selector *selector);
/* "hrw1/siphash-2-4/address/key=9c1f03ab": all that decides the answers but the nodes with their identities and
 * weights.  Equal texts and equal fingerprints of the clusters mean equal rankings, of proxenos_rank_spread()
 * those that go by options.spread_by.  See proxenos-scheme(7). */
PROXENOS_API const char *proxenos_selector_scheme(const proxenos_selector *selector);

/* The slot table of options.table: the index of each slot's node, *count of them, as long as the selector lives.  So a
 * node's expected share of the keys is that of its slots.  NULL and 0 without a table, or when no node can be chosen. */
PROXENOS_API const uint32_t *proxenos_selector_slots(const proxenos_selector *selector, size_t *count);

/* The node of a key (any bytes, any length from 0).  NULL in *node with
 * PROXENOS_ERROR_NO_NODE when no node has a weight above 0. */
PROXENOS_API proxenos_status proxenos_select(const proxenos_selector *selector, const void *key, size_t length,
                                             const proxenos_node **node, proxenos_error *error);

/* One place of a ranking.  This struct never grows. */
typedef struct proxenos_ranked {
    const proxenos_node *node;
    uint64_t digest;         /* the node's digest under the hash; python: its seed */
    uint64_t score;          /* hrw: S, the smallest wins; python, lcg: the weight, the largest wins */
    uint64_t cost;           /* hrw: NLOG2(S) in units of 2^-57, divided by the weight to rank; else 0 */
} proxenos_ranked;

/* The best `count` nodes in order, or all there are; *ranked says how many. */
PROXENOS_API proxenos_status proxenos_rank(const proxenos_selector *selector, const void *key, size_t length,
                                           size_t count, proxenos_ranked *places, size_t *ranked,
                                           proxenos_error *error);

/* proxenos_select and proxenos_rank for a key of which the caller has the digest, what
 * proxenos_hash64 gives for it under the selector's hash.  UNSUPPORTED with the weighting
 * "python", to which a digest does not tell all. */
PROXENOS_API proxenos_status proxenos_select_digest(const proxenos_selector *selector, uint64_t digest,
                                                    const proxenos_node **node, proxenos_error *error);
PROXENOS_API proxenos_status proxenos_rank_digest(const proxenos_selector *selector, uint64_t digest, size_t count,
                                                  proxenos_ranked *places, size_t *ranked, proxenos_error *error);

/* proxenos_rank spread over failure domains: by "zone", or "meta.KEY" for the value of a
 * metadata key; NULL: by the selector's options.spread_by, else by zone.  The best node
 * of each zone comes before any second one of a zone, seconds before thirds, each in
 * the order of the ranking.  Nodes that do not say their zone count as one zone. */
PROXENOS_API proxenos_status proxenos_rank_spread(const proxenos_selector *selector, const void *key,
                                                  size_t length, size_t count, const char *spread_by,
                                                  proxenos_ranked *places, size_t *ranked,
                                                  proxenos_error *error);

typedef struct proxenos_key {
    const void *data;
    size_t length;
} proxenos_key;

/* Index into the cluster for every key, the same answers as proxenos_select. */
PROXENOS_API proxenos_status proxenos_select_many(const proxenos_selector *selector, const proxenos_key *keys,
                                                  size_t count, uint32_t *indexes, proxenos_error *error);

/* The selector in force, for threads that select while another follows the cluster. */
typedef struct proxenos_shared_selector proxenos_shared_selector;

/* Takes a reference of its own, as _replace does. */
PROXENOS_API proxenos_status proxenos_shared_selector_new(proxenos_selector *selector,
                                                          proxenos_shared_selector **shared,
                                                          proxenos_error *error);
/* No thread may be using it. */
PROXENOS_API void proxenos_shared_selector_free(proxenos_shared_selector *shared);
/* A reference to the selector in force, to unref.  Takes no lock and never waits for
 * _replace; ask once for a request or a batch of keys, not for each. */
PROXENOS_API proxenos_selector *proxenos_shared_selector_get(proxenos_shared_selector *shared);
/* Puts another in its place.  Waits for the readers that are inside _get just then.
 * Whoever holds the last selector may use it on. */
PROXENOS_API void proxenos_shared_selector_replace(proxenos_shared_selector *shared,
                                                   proxenos_selector *selector);

/* ----------------------------------------------------------- plugins
 * What is installed, for listings and completions. */
typedef struct proxenos_plugin_info {
    size_t size;
    const char *kind;        /* "backend" or "hash" */
    const char *name;        /* of the backend or hash; for a broken file, the file's */
    const char *aliases;     /* separated by ", "; "" when none */
    const char *summary;
    const char *module;      /* the module's name, version and file */
    const char *version;
    const char *file;
    const char *problem;     /* NULL, or why the module cannot be used */
    int is_shadowed;         /* an earlier folder has a module of this name */
} proxenos_plugin_info;

typedef int proxenos_plugin_visitor(void *user, const proxenos_plugin_info *info);
/* Opens every module of the search path; broken ones are visited with their
 * problem.  Stable order: kind, then name. */
PROXENOS_API proxenos_status proxenos_plugins_each(proxenos_context *context, proxenos_plugin_visitor *visit,
                                                   void *user, proxenos_error *error);

typedef struct proxenos_option_info {
    size_t size;
    const char *name, *type, *placeholder, *fallback, *help, *environment; /* NULL where none */
    const char *const *choices; /* NULL-terminated, or NULL */
    int is_required, is_secret;
    int has_range;
    int64_t minimum, maximum;
} proxenos_option_info;

typedef int proxenos_option_visitor(void *user, const proxenos_option_info *info);
/* The schema of the backend or hash of that name (`kind` as above). */
PROXENOS_API proxenos_status proxenos_plugin_options(proxenos_context *context, const char *kind,
                                                     const char *name, proxenos_option_visitor *visit,
                                                     void *user, proxenos_error *error);

/* -------------------------------------------------- testing a plugin
 * What proxenos-plugin(3) asks of a plugin, tried on anyone's. */
typedef enum proxenos_verdict {
    PROXENOS_HOLDS = 0,
    PROXENOS_BROKEN = 1,
    PROXENOS_NOT_TRIED = 2           /* it does not apply, or could not be tried */
} proxenos_verdict;

typedef struct proxenos_finding {
    size_t size;
    proxenos_verdict verdict;
    const char *kind;        /* "module", "backend" or "hash" */
    const char *name;        /* of the module, backend or hash */
    const char *what;        /* must hold: "hash64_many gives what hash64 gives" */
    const char *why;         /* what was seen instead, or why it was not tried; "" when it holds */
    const char *section;     /* of proxenos-plugin(3) that says so */
} proxenos_finding;

typedef int proxenos_finding_visitor(void *user, const proxenos_finding *finding);
/* Tests the plugin in the file `path`, NAME.so in any folder, and visits what was
 * found in the order of the checks; a visitor that does not return 0 ends it.  A
 * broken promise is a finding and no error; PROXENOS_ERROR_PLUGIN is a file that
 * cannot be loaded at all.
 * `options` ("KEY=VALUE" texts, then NULL; or NULL) are given to every backend and
 * hash of the module that has them; one that none has is PROXENOS_ERROR_ARGUMENT.
 * The plugin runs in child processes, so that it may crash, hang and print without
 * harm: call this while the program has a single thread, does not ignore SIGCHLD and
 * waits for no child elsewhere (else PROXENOS_ERROR_INTERNAL, since nobody can tell how
 * the plugin ended).  Takes some seconds. */
PROXENOS_API proxenos_status proxenos_plugin_test(proxenos_context *context, const char *path,
                                                  const char *const *options, proxenos_finding_visitor *visit,
                                                  void *user, proxenos_error *error);

#ifdef __cplusplus
}
#endif

#include <proxenos/follow.h>
#endif
