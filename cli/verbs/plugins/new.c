/* SPDX-License-Identifier: MIT */
/* proxenos plugins new: a project for a plugin of one's own, from the templates in
 * cli/templates. */
#include "verbs/plugins/words.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "output/file.h"
#include "output/message.h"
#include "output/stdout.h"
#include "plugin-templates.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LIMIT = 64 };

typedef struct project {
    const char *name, *kind; /* "backend", "hash" */
    char identifier[NAME_LIMIT + 1]; /* the name as C writes it */
    char source[NAME_LIMIT + 3];
    char path[PATH_MAX];
    int folder;
} project;

typedef struct project_file {
    const char *name;
    const char *text;
    mode_t mode;
} project_file;

/* ------------------------------------------------------------------ templates */

/* What stands for @NAME@ and the like at `at`; NULL: nothing does. */
static const char *value_of(const project *made, const char *at, size_t *length) {
    const char *const placeholders[][2] = {
        {"@NAME@", made->name},
        {"@IDENTIFIER@", made->identifier},
        {"@KIND@", made->kind},
        {"@KINDS@", strcmp(made->kind, "hash") == 0 ? "hashes" : "backends"},
    };
    for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        *length = strlen(placeholders[i][0]);
        if (strncmp(at, placeholders[i][0], *length) == 0) return placeholders[i][1];
    }
    return NULL;
}

static void write_template(const project *made, const char *text, FILE *out) {
    while (*text != '\0') {
        size_t plain = strcspn(text, "@"), length;
        (void)fwrite(text, 1, plain, out);
        text += plain;
        if (*text == '\0') break;
        const char *value = value_of(made, text, &length);
        (void)fputs(value != NULL ? value : "@", out);
        text += value != NULL ? length : 1;
    }
}

/* 0, or an error number. */
static int write_file(const project *made, const project_file *file) {
    file_text text;
    int problem = file_text_start(&text);
    if (problem != 0) return problem;
    write_template(made, file->text, text.stream);
    int descriptor = openat(made->folder, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->mode);
    problem = descriptor < 0 ? errno : 0;
    int unwritten = file_text_finish(&text, descriptor);
    return problem != 0 ? problem : unwritten;
}

/* ------------------------------------------------------------------- a project */

static void take_back(const project *made, const project_file *files, size_t count) {
    for (size_t i = 0; i < count; i++) (void)unlinkat(made->folder, files[i].name, 0);
    (void)rmdir(made->path);
}

static int write_files(const project *made) {
    bool is_hash = strcmp(made->kind, "hash") == 0;
    const project_file files[] = {
        {made->source, is_hash ? hash_template : backend_template, 0666},
        {"Makefile", make_template, 0666},
        {"README.md", readme_template, 0666},
        {"test.sh", is_hash ? test_hash_template : test_backend_template, 0777},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        int problem = write_file(made, &files[i]);
        if (problem == 0) continue;
        message_error("%s/%s cannot be written: %s", made->path, files[i].name, strerror(problem));
        take_back(made, files, i + 1);
        return EXIT_INTERNAL;
    }
    return 0;
}

static int make_folder(const cli_arguments *arguments, project *made) {
    const char *parent = arguments_value(arguments, OPTION_FOLDER);
    int length = snprintf(made->path, sizeof made->path, "%s%s%s", parent != NULL ? parent : "",
                          parent != NULL ? "/" : "", made->name);
    if (length < 0 || (size_t)length >= sizeof made->path)
        return usage_error(arguments->verb, "--folder: the name is too long");
    bool is_made = mkdir(made->path, 0777) == 0;
    if (!is_made && errno == EEXIST) {
        message_error("%s exists already; nothing was written", made->path);
        return EXIT_USAGE;
    }
    if (is_made) made->folder = open(made->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (made->folder >= 0) return 0;
    message_error("the folder %s cannot be made: %s", made->path, strerror(errno));
    return EXIT_INTERNAL;
}

/* The name becomes a file's, a symbol's and a word in YAML and shells; hashes are
 * looked for in lower case. */
static int name_project(const cli_arguments *arguments, project *made) {
    const char *name = arguments->operands[1], *kind = arguments_value(arguments, OPTION_KIND);
    size_t length = strlen(name);
    if (length > NAME_LIMIT || name[0] < 'a' || name[0] > 'z' ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != length)
        return usage_error(arguments->verb,
                           "'%.100s' is no name for a plugin: up to %d lower-case letters, digits, '-' and '_', "
                           "a letter first",
                           name, NAME_LIMIT);
    if (kind == NULL) return usage_error(arguments->verb, "plugins new needs --kind backend or --kind hash");
    made->name = name;
    made->kind = kind;
    for (size_t i = 0; i <= length; i++) made->identifier[i] = name[i] == '-' ? '_' : name[i];
    (void)snprintf(made->source, sizeof made->source, "%s.c", name);
    return 0;
}

int plugins_new(const cli_arguments *arguments) {
    project made = {.folder = -1};
    int code = name_project(arguments, &made);
    if (code == 0) code = make_folder(arguments, &made);
    if (code != 0) return code;
    code = write_files(&made);
    (void)close(made.folder);
    if (code != 0) return code;
    output_text("the ");
    output_text(made.kind);
    output_text(" is in ");
    output_escaped(made.path);
    output_text("; next: make -C ");
    output_escaped(made.path);
    output_text(" check\n");
    return 0;
}
