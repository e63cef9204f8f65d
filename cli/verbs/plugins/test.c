/* SPDX-License-Identifier: MIT */
/* proxenos plugins test: a plugin against proxenos-plugin(3). */
#include "verbs/plugins/words.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "output/json.h"
#include "output/stdout.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

typedef struct test_report {
    const char *file;
    unsigned format;
    cli_json json;
    size_t counts[PROXENOS_NOT_TRIED + 1]; /* by verdict */
    size_t total;
} test_report;

static const char *const verdict_names[] = {
    [PROXENOS_HOLDS] = "holds", [PROXENOS_BROKEN] = "broken", [PROXENOS_NOT_TRIED] = "not tried"};

/* The lines of the Test Anything Protocol. */
static void tell_as_text(const test_report *report, const proxenos_finding *finding) {
    output_format("%sok %zu - %s '%s': %s", finding->verdict == PROXENOS_BROKEN ? "not " : "", report->total,
                  finding->kind, finding->name, finding->what);
    if (finding->verdict == PROXENOS_NOT_TRIED) {
        output_text(" # SKIP ");
        output_escaped(finding->why);
    }
    output_char('\n');
    if (finding->verdict == PROXENOS_BROKEN) {
        output_text("#   ");
        output_escaped(finding->why);
        output_format("\n#   proxenos-plugin(3), %s\n", finding->section);
    }
    output_flush(); /* some checks take seconds */
}

static void tell_as_tsv(const proxenos_finding *finding) {
    const char *const fields[] = {finding->kind, finding->name, verdict_names[finding->verdict],
                                  finding->what, finding->why,  finding->section};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (i > 0) output_char('\t');
        output_field(fields[i], strlen(fields[i]));
    }
    output_char('\n');
}

static void tell_as_json(cli_json *json, const proxenos_finding *finding) {
    json_open(json, '{');
    json_member(json, "kind", finding->kind);
    json_member(json, "name", finding->name);
    json_member(json, "verdict", verdict_names[finding->verdict]);
    json_member(json, "what", finding->what);
    json_member(json, "why", finding->why);
    json_member(json, "section", finding->section);
    json_close(json, '}');
}

/* Not before the first finding: a file that cannot be loaded gets an error alone. */
static void begin_report(test_report *report) {
    if (report->format == FORMAT_TSV) output_text("kind\tname\tverdict\twhat\twhy\tsection\n");
    if (report->format != FORMAT_JSON) return;
    json_open(&report->json, '{');
    json_member(&report->json, "file", report->file);
    json_key(&report->json, "findings");
    json_open(&report->json, '[');
}

static int tell(void *user, const proxenos_finding *finding) {
    test_report *report = user;
    if (report->total++ == 0) begin_report(report);
    report->counts[finding->verdict]++;
    if (report->format == FORMAT_JSON) tell_as_json(&report->json, finding);
    else if (report->format == FORMAT_TSV) tell_as_tsv(finding);
    else tell_as_text(report, finding);
    return output_has_failed();
}

static void end_report(test_report *report) {
    if (report->total == 0) return;
    if (report->format == FORMAT_TEXT) {
        output_format("1..%zu\n# %zu hold, %zu broken, %zu not tried\n", report->total,
                      report->counts[PROXENOS_HOLDS], report->counts[PROXENOS_BROKEN],
                      report->counts[PROXENOS_NOT_TRIED]);
    } else if (report->format == FORMAT_JSON) {
        json_close(&report->json, ']');
        json_close(&report->json, '}');
    }
}

/* The values of -O, then NULL; NULL: out of memory. */
static const char **given_options(const cli_arguments *arguments) {
    const char **options = calloc(arguments->given_count + 1, sizeof *options);
    size_t count = 0;
    for (size_t i = 0; options != NULL && i < arguments->given_count; i++) {
        const given_option *given = &arguments->given[i];
        if (given->row->id == OPTION_PLUGIN_OPTION) options[count++] = given->value;
    }
    return options;
}

int plugins_test(const cli_arguments *arguments) {
    cli_session session = {.arguments = arguments};
    test_report report = {.file = arguments->operands[1], .format = arguments_format(arguments)};
    const char **options = given_options(arguments);
    if (options == NULL) return out_of_memory();
    proxenos_status status = proxenos_context_new(&session.context, &session.error);
    if (status == PROXENOS_OK)
        status = proxenos_plugin_test(session.context, report.file, options, tell, &report, &session.error);
    if (status == PROXENOS_OK) end_report(&report); /* else it is not whole, and does not look it */
    free(options);
    int code = status == PROXENOS_OK ? 0 : session_failed(&session);
    if (code == 0 && report.counts[PROXENOS_BROKEN] > 0) code = EXIT_NO;
    session_end(&session);
    return code;
}
