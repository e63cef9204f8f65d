/* SPDX-License-Identifier: MIT */
/* proxenos plugins list, show: what is installed, and the options of each. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/json.h"
#include "output/message.h"
#include "output/stdout.h"
#include "output/table.h"
#include "output/text.h"
#include "output/wrap.h"
#include "session/session.h"
#include "verbs/plugins/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------ the listing */

typedef struct plugin_row {
    char *kind, *name, *aliases, *summary, *module, *version, *file, *problem;
    bool is_shadowed;
} plugin_row;

typedef struct plugin_list {
    plugin_row *rows;
    size_t count, capacity;
    bool failed;             /* memory was short: it is not whole */
} plugin_list;

static char *copy_some(plugin_list *listing, const char *text, size_t length) {
    char *made = strndup(text, length);
    if (made == NULL) listing->failed = true;
    return made;
}

static char *copy(plugin_list *listing, const char *text) {
    return text != NULL ? copy_some(listing, text, strlen(text)) : NULL;
}

static char *copy_word(plugin_list *listing, const char *text) {
    return text != NULL ? copy_some(listing, text, strcspn(text, " ")) : NULL;
}

static int collect(void *user, const proxenos_plugin_info *info) {
    plugin_list *listing = user;
    if (listing->count == listing->capacity) {
        size_t capacity = listing->capacity == 0 ? 16 : 2 * listing->capacity;
        plugin_row *rows = realloc(listing->rows, capacity * sizeof *rows);
        listing->failed = rows == NULL;
        if (rows == NULL) return 1;
        listing->rows = rows;
        listing->capacity = capacity;
    }
    listing->rows[listing->count++] = (plugin_row){
        copy(listing, info->kind),        copy(listing, info->name),    copy(listing, info->aliases),
        copy(listing, info->summary),     copy_word(listing, info->module), copy(listing, info->version),
        copy(listing, info->file),        copy(listing, info->problem), info->is_shadowed != 0};
    return listing->failed;
}

static void listing_free(plugin_list *listing) {
    for (size_t i = 0; i < listing->count; i++) {
        plugin_row *row = &listing->rows[i];
        free(row->kind);
        free(row->name);
        free(row->aliases);
        free(row->summary);
        free(row->module);
        free(row->version);
        free(row->file);
        free(row->problem);
    }
    free(listing->rows);
}

static const char *or_empty(const char *text) {
    return text != NULL ? text : "";
}

static const char *cell(const void *rows, size_t row, size_t column) {
    static char text[2048];
    const plugin_row *plugin = (const plugin_row *)rows + row;
    switch (column) {
    case 0: return or_empty(plugin->kind);
    case 1: return or_empty(plugin->name);
    case 2: return or_empty(plugin->version);
    default:
        if (plugin->problem != NULL) {
            (void)snprintf(text, sizeof text, "BROKEN: %s", plugin->problem);
            return text;
        }
        bool has_aliases = or_empty(plugin->aliases)[0] != '\0';
        (void)snprintf(text, sizeof text, "%s%s%s%s%s", or_empty(plugin->summary), has_aliases ? " (also " : "",
                       or_empty(plugin->aliases), has_aliases ? ")" : "", plugin->is_shadowed ? " [shadowed]" : "");
        return text;
    }
}

static void list_as_text(const plugin_list *listing, bool with_files) {
    table_column columns[] = {{"KIND", TABLE_WORD, 0}, {"NAME", TABLE_WORD, 0}, {"VERSION", TABLE_WORD, 0},
                              {"WHAT", TABLE_PROSE, 0}};
    table_print(columns, sizeof columns / sizeof columns[0], listing->rows, listing->count, cell);
    if (!with_files) return;
    output_char('\n');
    for (size_t i = 0; i < listing->count; i++) {
        output_padded(or_empty(listing->rows[i].name), 16);
        output_char(' ');
        output_escaped(or_empty(listing->rows[i].file));
        output_char('\n');
    }
}

static void list_as_tsv(const plugin_list *listing) {
    output_text("kind\tname\tversion\taliases\tsummary\tfile\tproblem\n");
    for (size_t i = 0; i < listing->count; i++) {
        const plugin_row *row = &listing->rows[i];
        const char *const fields[] = {row->kind, row->name, row->version, row->aliases,
                                      row->summary, row->file, row->problem};
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) {
            if (f > 0) output_char('\t');
            output_field(or_empty(fields[f]), strlen(or_empty(fields[f])));
        }
        output_char('\n');
    }
}

static void list_as_json(const plugin_list *listing) {
    cli_json json = {0};
    json_open(&json, '{');
    json_key(&json, "plugins");
    json_open(&json, '[');
    for (size_t i = 0; i < listing->count; i++) {
        const plugin_row *row = &listing->rows[i];
        json_open(&json, '{');
        json_member(&json, "kind", row->kind);
        json_member(&json, "name", row->name);
        json_member(&json, "version", row->version);
        json_member(&json, "aliases", or_empty(row->aliases));
        json_member(&json, "summary", or_empty(row->summary));
        json_member(&json, "file", row->file);
        json_member(&json, "problem", row->problem);
        json_key(&json, "is_shadowed");
        json_boolean(&json, row->is_shadowed);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
}

/* ---------------------------------------------------------------- showing */

typedef struct option_printer {
    cli_json *json;          /* NULL: text */
    size_t count;
} option_printer;

/* A bound as people write it: 86400000 milliseconds are 24h, 65536 bytes 64KiB. */
static void bound_text(const char *type, long long bound, char *text, size_t size) {
    static const struct { const char *type, *unit; long long factor; } units[] = {
        {"duration", "h", 3600000}, {"duration", "m", 60000}, {"duration", "s", 1000}, {"duration", "ms", 1},
        {"size", "GiB", 1LL << 30}, {"size", "MiB", 1LL << 20}, {"size", "KiB", 1LL << 10}};
    for (size_t i = 0; bound != 0 && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].type, type) != 0 || bound % units[i].factor != 0) continue;
        (void)snprintf(text, size, "%lld%s", bound / units[i].factor, units[i].unit);
        return;
    }
    (void)snprintf(text, size, "%lld", bound);
}

static void range_text(const proxenos_option_info *info, char *text, size_t size) {
    text[0] = '\0';
    if (info->choices != NULL) {
        size_t used = 0;
        for (size_t i = 0; info->choices[i] != NULL && used < size; i++) {
            int written = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", info->choices[i]);
            used += written > 0 ? (size_t)written : 0;
        }
    } else if (info->has_range) {
        char least[32], most[32];
        bound_text(info->type, info->minimum, least, sizeof least);
        bound_text(info->type, info->maximum, most, sizeof most);
        (void)snprintf(text, size, "%s to %s", least, most);
    }
}

static void show_as_text(const proxenos_option_info *info) {
    enum { NAME_COLUMN = 4 };
    char line[512], range[512];
    range_text(info, range, sizeof range);
    bool has_fallback = info->fallback != NULL && info->fallback[0] != '\0';
    output_text("  ");
    output_bold(info->name);
    output_format("  %s%s%s%s\n", info->type, range[0] != '\0' ? ": " : "", range,
                  info->is_required ? ", required" : "");
    (void)snprintf(line, sizeof line, "%s%s%s%s%s%s", or_empty(info->help), has_fallback ? "; default: " : "",
                   has_fallback ? info->fallback : "", info->environment != NULL ? "; environment: " : "",
                   or_empty(info->environment), info->is_secret ? "; never on the command line" : "");
    output_wrapped(line, 0, NAME_COLUMN);
}

static void show_as_json(cli_json *json, const proxenos_option_info *info) {
    json_open(json, '{');
    json_member(json, "name", info->name);
    json_member(json, "type", info->type);
    json_key(json, "required");
    json_boolean(json, info->is_required != 0);
    json_key(json, "secret");
    json_boolean(json, info->is_secret != 0);
    json_member(json, "default", info->fallback);
    json_member(json, "environment", info->environment);
    json_key(json, "choices");
    json_open(json, '[');
    for (size_t i = 0; info->choices != NULL && info->choices[i] != NULL; i++) json_text(json, info->choices[i]);
    json_close(json, ']');
    if (info->has_range) {
        json_key(json, "minimum");
        json_integer(json, info->minimum);
        json_key(json, "maximum");
        json_integer(json, info->maximum);
    }
    json_member(json, "help", info->help);
    json_close(json, '}');
}

static int show_option(void *user, const proxenos_option_info *info) {
    option_printer *showing = user;
    showing->count++;
    if (showing->json != NULL) show_as_json(showing->json, info);
    else show_as_text(info);
    return 0;
}

static void show_heading(const plugin_row *plugin, cli_json *json) {
    if (json == NULL) {
        output_format("%s ", or_empty(plugin->kind));
        output_bold(or_empty(plugin->name));
        output_char(' ');
        output_escaped(or_empty(plugin->version));
        output_text(": ");
        output_escaped(or_empty(plugin->summary));
        output_char('\n');
        if (or_empty(plugin->aliases)[0] != '\0') output_format("  also called %s\n", plugin->aliases);
        output_text("  in ");
        output_escaped(or_empty(plugin->file));
        output_text("\n\n");
        return;
    }
    json_open(json, '{');
    json_member(json, "kind", plugin->kind);
    json_member(json, "name", plugin->name);
    json_member(json, "version", plugin->version);
    json_member(json, "aliases", or_empty(plugin->aliases));
    json_member(json, "summary", or_empty(plugin->summary));
    json_member(json, "file", plugin->file);
    json_key(json, "options");
    json_open(json, '[');
}

static bool answers_to(const plugin_row *plugin, const char *name) {
    if (strcasecmp(or_empty(plugin->name), name) == 0) return true;
    const char *at = or_empty(plugin->aliases);
    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        if (length == strlen(name) && strncasecmp(at, name, length) == 0) return true;
        at += length;
        at += strspn(at, ", ");
    }
    return false;
}

static int show_plugin(cli_session *session, const plugin_row *plugin, bool as_json) {
    cli_json json = {0};
    option_printer showing = {.json = as_json ? &json : NULL};
    if (plugin->problem != NULL) {
        message_error("%s", plugin->problem);
        return EXIT_PLUGIN;
    }
    show_heading(plugin, showing.json);
    if (proxenos_plugin_options(session->context, plugin->kind, plugin->name, show_option, &showing,
                                &session->error) != PROXENOS_OK)
        return session_failed(session);
    if (as_json) {
        json_close(&json, ']');
        json_close(&json, '}');
    } else if (showing.count == 0) {
        output_text("  It has no options.\n");
    }
    return 0;
}

/* By its name, or by an alias, for which the name is suggested. */
static void try_names(text_nearest *nearest, const plugin_row *plugin) {
    text_nearest_try(nearest, or_empty(plugin->name));
    const char *at = or_empty(plugin->aliases);
    while (*at != '\0') {
        char alias[64];
        size_t length = strcspn(at, ",");
        (void)snprintf(alias, sizeof alias, "%.*s", (int)(length < sizeof alias ? length : 0), at);
        text_nearest_try(nearest, alias);
        if (nearest->best == alias) nearest->best = plugin->name;
        at += length;
        at += strspn(at, ", ");
    }
}

/* The name of a module of several hashes is none of theirs: say what it has. */
static int not_found(const plugin_list *listing, const char *name) {
    char members[512] = "";
    for (size_t i = 0; i < listing->count; i++) {
        size_t used = strlen(members);
        if (strcmp(or_empty(listing->rows[i].module), name) == 0)
            (void)snprintf(members + used, sizeof members - used, "%s%s", used > 0 ? ", " : "",
                           listing->rows[i].name);
    }
    if (members[0] != '\0') {
        message_error("no backend and no hash is called '%s'; the module has %s", name, members);
        return EXIT_PLUGIN;
    }
    text_nearest nearest = {.wrong = name};
    for (size_t i = 0; i < listing->count; i++) try_names(&nearest, &listing->rows[i]);
    if (nearest.best != NULL)
        message_error("no backend and no hash is called '%s'; did you mean '%s'?", name, nearest.best);
    else message_error("no backend and no hash is called '%s'; 'proxenos plugins list' names those that are here", name);
    return EXIT_PLUGIN;
}

static int show_named(cli_session *session, const plugin_list *listing, const char *name, bool as_json) {
    for (size_t i = 0; i < listing->count; i++)
        if (!listing->rows[i].is_shadowed && answers_to(&listing->rows[i], name))
            return show_plugin(session, &listing->rows[i], as_json);
    return not_found(listing, name);
}

int plugins_list(const cli_arguments *arguments) {
    const char *name = arguments->operand_count > 1 ? arguments->operands[1] : NULL;
    cli_session session;
    plugin_list listing = {0};
    unsigned format = arguments_format(arguments);
    proxenos_status status = session_load(&session, arguments);
    if (status == PROXENOS_OK) status = proxenos_plugins_each(session.context, collect, &listing, &session.error);
    int code = status != PROXENOS_OK ? session_failed(&session) : listing.failed ? out_of_memory() : 0;
    if (code == 0 && listing.count == 0)
        message_warning("no plugin is here; PROXENOS_PLUGIN_PATH and plugin-path name folders to look into");
    if (code == 0 && name != NULL) code = show_named(&session, &listing, name, format == FORMAT_JSON);
    else if (code == 0 && format == FORMAT_JSON) list_as_json(&listing);
    else if (code == 0 && format == FORMAT_TSV) list_as_tsv(&listing);
    else if (code == 0) list_as_text(&listing, arguments_count(arguments, OPTION_VERBOSE) > 0);
    listing_free(&listing);
    session_end(&session);
    return code;
}
