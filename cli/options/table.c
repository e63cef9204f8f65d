/* SPDX-License-Identifier: MIT */
#include "options/table.h"

#include "output/text.h"

#include <string.h>

static const char *const identities[] = {"address", "name", "instance", "meta.", NULL};
static const char *const weightings[] = {"hrw", "python", "lcg", NULL};
static const char *const compats[] = {"none", "python", NULL};
static const char *const absences[] = {"error", "no", NULL};
static const char *const forms[] = {"json", "lines", "file_sd", "hosts", "haproxy", "nginx", "env", NULL};
static const char *const kinds[] = {"backend", "hash", NULL};

/* In the order of --help.  A help text is a phrase without a full stop. */
static const option_row rows[] = {
    {OPTION_REMOVE, 0, "remove", NULL, "NODE", GROUP_CHANGE, NULL, COMPLETE_NOTHING, NULL,
     "without this node; may be repeated, as the next two"},
    {OPTION_ADD, 0, "add", NULL, "ADDRESS", GROUP_CHANGE, NULL, COMPLETE_NOTHING, NULL,
     "with a node more, of weight 1: 10.0.0.9:80; under another identity with what it is known by before: "
     "web-9@10.0.0.9:80"},
    {OPTION_WEIGHT, 0, "weight", NULL, "NODE=N", GROUP_CHANGE, NULL, COMPLETE_NOTHING, NULL,
     "with this weight of a node, also of one added"},

    {OPTION_SAMPLES, 0, "samples", NULL, "N", GROUP_SAMPLES, NULL, COMPLETE_NOTHING, NULL,
     "so many made-up keys, always the same (default: 100000)"},

    {OPTION_KEYS, 0, "keys", NULL, "FILE", GROUP_KEYS, NULL, COMPLETE_FILE, NULL,
     "a key on every line of FILE"},

    {OPTION_MAX_KEY, 0, "max-key", NULL, "SIZE", GROUP_KEY_SIZE, NULL, COMPLETE_NOTHING, NULL,
     "a longer key is an error: 512, 64KiB, 1GiB (default: 64MiB)"},

    {OPTION_SVG, 0, "svg", NULL, "FILE", GROUP_PICTURE, NULL, COMPLETE_FILE, NULL,
     "also draw it, as a picture in FILE"},

    {OPTION_ME, 0, "me", NULL, "NODE", GROUP_ME, NULL, COMPLETE_NOTHING, NULL,
     "the node that asks: its identity, address, name or instance; or a host or machine that it alone has"},
    {OPTION_ABSENT, 0, "absent", NULL, "WHAT", GROUP_OWNS, NULL, COMPLETE_WORDS, absences,
     "what it means when that is none of the nodes: error (default), or no"},

    {OPTION_ONCE, 0, "once", NULL, NULL, GROUP_WATCH, NULL, COMPLETE_NOTHING, NULL,
     "end after the first membership; a source that fails is then an error"},
    {OPTION_FOR, 0, "for", NULL, "DURATION", GROUP_WATCH, NULL, COMPLETE_NOTHING, NULL,
     "end after this long: 500ms, 10s, 5m, 1h (default: run on)"},

    {OPTION_WRITE, 0, "write", NULL, "FILE", GROUP_WRITE, NULL, COMPLETE_FILE, NULL,
     "keep FILE in step with the nodes, replaced whole; -: print it each time"},
    {OPTION_AS, 0, "as", NULL, "FORM", GROUP_WRITE, NULL, COMPLETE_WORDS, forms,
     "in this form: json (default), lines, file_sd, hosts, haproxy, nginx or env"},
    {OPTION_CHECK, 0, "check", NULL, "COMMAND", GROUP_WRITE, NULL, COMPLETE_NOTHING, NULL,
     "replace FILE only when this succeeds for the new one, whose name takes the place of {} or comes last"},
    {OPTION_RUN, 0, "run", NULL, "COMMAND", GROUP_WRITE, NULL, COMPLETE_NOTHING, NULL,
     "run this at the start and after each change (of FILE, of the KEYs), never twice at once; the nodes as JSON on its "
     "standard input"},
    {OPTION_RUN_TIMEOUT, 0, "run-timeout", NULL, "DURATION", GROUP_WRITE, NULL, COMPLETE_NOTHING, NULL,
     "end either command after this long (default: 1m; 0: never)"},

    {OPTION_GRACE, 0, "grace", NULL, "DURATION", GROUP_KEEP, NULL, COMPLETE_NOTHING, NULL,
     "how long the command has to end, from TERM to KILL (default: 10s)"},
    {OPTION_START_DELAY, 0, "start-delay", NULL, "DURATION", GROUP_KEEP, NULL, COMPLETE_NOTHING, NULL,
     "start it so long after the key has come, so that the node that had it has ended its own (default: as --grace)"},
    {OPTION_KEEP_ONCE, 0, "once", NULL, NULL, GROUP_KEEP, NULL, COMPLETE_NOTHING, NULL,
     "end with the command, whatever ended it, with its exit code"},

    {OPTION_FALLBACK, 0, "fallback", NULL, "CODES", GROUP_EXEC, NULL, COMPLETE_NOTHING, NULL,
     "when the command ends with one of these exit codes (75, or 1-9,75; 128 + N also means a death by signal "
     "N), run it for the next node in the ranking; -n bounds how many are tried"},

    {OPTION_KIND, 0, "kind", NULL, "KIND", GROUP_PLUGIN_NEW, NULL, COMPLETE_WORDS, kinds,
     "what the new plugin adds: a backend or a hash"},
    {OPTION_FOLDER, 0, "folder", NULL, "DIR", GROUP_PLUGIN_NEW, NULL, COMPLETE_FILE, NULL,
     "make its folder in DIR (default: here)"},

    {OPTION_PLUGIN_OPTION, 'O', "option", NULL, "KEY=VALUE", GROUP_PLUGIN_TEST, NULL, COMPLETE_NOTHING, NULL,
     "an option of the backends and hashes in FILE that have it; may be repeated"},

    {OPTION_STDIN, 0, "stdin", NULL, NULL, GROUP_STREAM, NULL, COMPLETE_NOTHING, NULL,
     "a key on every line of standard input"},
    {OPTION_STDIN0, 0, "stdin0", NULL, NULL, GROUP_STREAM, NULL, COMPLETE_NOTHING, NULL,
     "keys that end with NUL instead of a newline, as 'find -print0' gives"},
    {OPTION_JOBS, 0, "jobs", NULL, "N", GROUP_JOBS, NULL, COMPLETE_NOTHING, NULL,
     "many keys with N threads, with the same output; 0: as many as processors (default: 1)"},

    {OPTION_COUNT, 'n', "count", NULL, "N", GROUP_ANSWER, NULL, COMPLETE_NOTHING, NULL,
     "the best N nodes in the order of preference, or all there are"},
    {OPTION_SPREAD, 0, "spread", NULL, "BY", GROUP_ANSWER, "spread", COMPLETE_NOTHING, NULL,
     "the N from different zones while there are any: zone, or meta.KEY for a key of the metadata"},

    {OPTION_OUTPUT, 'o', "output", NULL, "FORMAT", GROUP_OUTPUT, NULL, COMPLETE_OUTPUT, NULL, NULL},

    {OPTION_BACKEND, 'b', "backend", NULL, "NAME", GROUP_SOURCE, "backend", COMPLETE_BACKEND, NULL,
     "the plugin that reads the nodes (default: static-file with -f, else consul)"},
    {OPTION_HOST, 'h', "host", NULL, "HOST", GROUP_SOURCE, "backend.host", COMPLETE_NOTHING, NULL,
     "host that the backend asks"},
    {OPTION_PORT, 'p', "port", NULL, "PORT", GROUP_SOURCE, "backend.port", COMPLETE_NOTHING, NULL,
     "its port"},
    {OPTION_FILE, 'f', "file", NULL, "FILE", GROUP_SOURCE, "backend.path", COMPLETE_FILE, NULL,
     "read the nodes from FILE; implies -b static-file"},
    {OPTION_SERVICE, 's', "service", NULL, "NAME", GROUP_SOURCE, "backend.service", COMPLETE_NOTHING, NULL,
     "ask for this service only; may be repeated"},
    {OPTION_BACKEND_OPTION, 'O', "backend-option", NULL, "KEY=VALUE", GROUP_SOURCE, NULL,
     COMPLETE_BACKEND_OPTION, NULL,
     "any option of the backend, see 'proxenos plugins show NAME'; may be repeated"},
    {OPTION_IDENTITY, 0, "identity", NULL, "WHAT", GROUP_SOURCE, "identity", COMPLETE_WORDS, identities,
     "what a node is known by: address (default), name, instance (MACHINE/NAME) or meta.KEY, a key of the metadata"},
    {OPTION_WEIGHT_FROM, 0, "weight-from", NULL, "WHERE", GROUP_SOURCE, "weight-from", COMPLETE_NOTHING, NULL,
     "take the weights from meta.KEY, a key of the metadata, or tag.PREFIX, a tag's rest"},
    {OPTION_TIMEOUT, 0, "timeout", NULL, "DURATION", GROUP_SOURCE, "timeout", COMPLETE_NOTHING, NULL,
     "give up reading after this long: 500ms, 10s, 1m (default: 10s)"},

    {OPTION_FILTER_ADDRESS, 'A', "filter-address", NULL, "REGEX", GROUP_FILTER, "filter.address",
     COMPLETE_NOTHING, NULL, "keep nodes whose address, port included, matches"},
    {OPTION_FILTER_NAME, 'N', "filter-service-name", NULL, "REGEX", GROUP_FILTER, "filter.name",
     COMPLETE_NOTHING, NULL, "keep nodes whose service name matches"},
    {OPTION_FILTER_TAGS, 'T', "filter-service-tags", NULL, "REGEX", GROUP_FILTER, "filter.tags",
     COMPLETE_NOTHING, NULL, "keep nodes whose every tag matches; one without tags is kept"},
    {OPTION_FILTER_ZONE, 0, "filter-zone", NULL, "REGEX", GROUP_FILTER, "filter.zone", COMPLETE_NOTHING, NULL,
     "only nodes whose zone matches"},
    {OPTION_FILTER_METADATA, 0, "filter-meta", NULL, "KEY=REGEX", GROUP_FILTER, "filter.metadata", COMPLETE_NOTHING, NULL,
     "only nodes whose metadata has KEY with a value that matches; may be repeated"},
    {OPTION_HAS_TAG, 0, "has-tag", NULL, "TAG", GROUP_FILTER, "filter.has-tag", COMPLETE_NOTHING, NULL,
     "only nodes that have this very tag; may be repeated, then all of them"},

    {OPTION_HASH, 'H', "hash-method", "hash", "NAME", GROUP_CHOICE, "hash", COMPLETE_HASH, NULL,
     "the hash of keys and nodes (default: siphash)"},
    {OPTION_HASH_OPTION, 'K', "hash-option", NULL, "KEY=VALUE", GROUP_CHOICE, NULL, COMPLETE_HASH_OPTION, NULL,
     "any option of the hash, see 'proxenos plugins show NAME'; may be repeated"},
    {OPTION_WEIGHTING, 'w', "weighting", NULL, "NAME", GROUP_CHOICE, "weighting", COMPLETE_WORDS, weightings,
     "the rule that ranks nodes: hrw (default), python or lcg"},
    {OPTION_TABLE, 0, "table", NULL, "SLOTS", GROUP_CHOICE, "table", COMPLETE_NOTHING, NULL,
     "select through a table of this many slots; 0 ranks exactly (default)"},
    {OPTION_EXPECT_SCHEME, 0, "expect-scheme", NULL, "TEXT", GROUP_CHOICE, NULL, COMPLETE_NOTHING, NULL,
     "refuse to answer by any scheme but this one, which 'proxenos explain' prints on another machine"},

    {OPTION_CONFIG, 'c', "config", NULL, "FILE", GROUP_CONFIG, NULL, COMPLETE_FILE, NULL,
     "read this configuration, see proxenos.yaml(5)"},
    {OPTION_CLUSTER, 'C', "cluster", NULL, "NAME", GROUP_CONFIG, NULL, COMPLETE_CLUSTER, NULL,
     "use this cluster of the configuration (default: its default-cluster)"},
    {OPTION_SET, 0, "set", NULL, "NAME=VALUE", GROUP_CONFIG, NULL, COMPLETE_NOTHING, NULL,
     "any setting of the configuration by its dotted name, follow.max-loss=50%; may be repeated"},
    {OPTION_COMPAT, 0, "compat", NULL, "PACKAGE", GROUP_CONFIG, "compat", COMPLETE_WORDS, compats,
     "python: answer as the Python package proxenos 0.0.3 does, see proxenos-migrate(7); or none"},

    {OPTION_QUIET, 'q', "quiet", NULL, NULL, GROUP_GENERAL, NULL, COMPLETE_NOTHING, NULL,
     "no warnings"},
    {OPTION_VERBOSE, 'v', "verbose", NULL, NULL, GROUP_GENERAL, NULL, COMPLETE_NOTHING, NULL,
     "say more on standard error; twice: everything"},
    {OPTION_HELP, 0, "help", NULL, NULL, GROUP_GENERAL, NULL, COMPLETE_NOTHING, NULL,
     "show this help (-h is the host)"},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const option_row *options_row(size_t index) {
    return index < ROW_COUNT ? &rows[index] : NULL;
}

const option_row *options_find(option_id id) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].id == id) return &rows[i];
    return NULL;
}

static int is_name(const char *candidate, const char *name, size_t length) {
    return candidate != NULL && strlen(candidate) == length && memcmp(candidate, name, length) == 0;
}

const option_row *options_find_name(unsigned groups, const char *name, size_t length) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if ((rows[i].group & groups) != 0 &&
            (is_name(rows[i].name, name, length) || is_name(rows[i].alias, name, length)))
            return &rows[i];
    return NULL;
}

const option_row *options_find_letter(unsigned groups, char letter) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if ((rows[i].group & groups) != 0 && letter != 0 && rows[i].letter == letter) return &rows[i];
    return NULL;
}

const option_row *options_nearest(unsigned groups, const char *name, size_t length) {
    const option_row *nearest = NULL;
    size_t least = (size_t)-1;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        size_t distance = text_distance(name, length, rows[i].name);
        if ((rows[i].group & groups) == 0 || distance >= least || !text_is_near(distance, length)) continue;
        nearest = &rows[i];
        least = distance;
    }
    return nearest;
}

const char *options_heading(unsigned group) {
    switch (group) {
    case GROUP_CHANGE: return "What to change";
    case GROUP_SAMPLES:
    case GROUP_KEYS:
    case GROUP_KEY_SIZE: return "Which keys";
    case GROUP_ME:
    case GROUP_OWNS: return "Who asks";
    case GROUP_KEEP: return "How the command starts and ends";
    case GROUP_WATCH: return "How long";
    case GROUP_WRITE: return "What to do with each change";
    case GROUP_EXEC: return "When the command fails";
    case GROUP_PLUGIN_NEW: return "A plugin of your own";
    case GROUP_PLUGIN_TEST: return "A plugin under test";
    case GROUP_STREAM:
    case GROUP_JOBS: return "Many keys";
    case GROUP_ANSWER:
    case GROUP_OUTPUT:
    case GROUP_PICTURE: return "What to print";
    case GROUP_SOURCE: return "Where the nodes come from";
    case GROUP_FILTER: return "Which nodes count (patterns as Python's re.match)";
    case GROUP_CHOICE: return "How a node is chosen";
    case GROUP_CONFIG: return "Configuration";
    default: return "General";
    }
}
