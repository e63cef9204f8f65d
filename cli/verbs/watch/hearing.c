/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "verbs/watch/hearing.h"

#include "output/file.h"
#include "output/stdout.h"
#include "verbs/watch/form.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_MEMFD_CREATE
#include <sys/mman.h>
#endif
#include <unistd.h>

/* ----------------------------------------------------------------- what differs */

typedef struct node_list {
    output_buffer text;              /* addresses and spaces */
    size_t count;
    bool is_added;                   /* else those that went */
} node_list;

static void list_node(node_list *list, const proxenos_node *node) {
    if (list->count++ > 0) output_char(' ');
    output_text(proxenos_node_address(node));
}

static int list_difference(void *user, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    node_list *list = user;
    (void)fields;
    bool is_moved = before != NULL && after != NULL && strcmp(proxenos_node_address(before), proxenos_node_address(after)) != 0;
    if (list->is_added && after != NULL && (before == NULL || is_moved)) list_node(list, after);
    if (!list->is_added && before != NULL && (after == NULL || is_moved)) list_node(list, before);
    return 0;
}

/* An identity that has another address has left the one and come to the other. */
static bool make_list(node_list *list, const proxenos_cluster *before, const proxenos_cluster *now) {
    const proxenos_node *node;
    output_into(&list->text);
    if (before != NULL) (void)proxenos_cluster_difference(before, now, PROXENOS_FIELD_ADDRESS, list_difference, list);
    else if (list->is_added)
        for (size_t i = 0; (node = proxenos_cluster_node(now, i)) != NULL; i++) list_node(list, node);
    output_char('\0');
    output_into(NULL);
    return !list->text.failed;
}

/* -------------------------------------------------------------- the environment */

static const char *const names[] = {"PROXENOS_ADDED=",       "PROXENOS_REMOVED=", "PROXENOS_ADDED_COUNT=",
                                    "PROXENOS_REMOVED_COUNT=", "PROXENOS_COUNT=",  "PROXENOS_FINGERPRINT=",
                                    "PROXENOS_SCHEME=",      "PROXENOS_FILE="};
enum { NAME_COUNT = sizeof names / sizeof names[0], NUMBER_SIZE = 24 };

static bool is_ours(const char *entry) {
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (strncmp(entry, names[i], strlen(names[i])) == 0) return true;
    return false;
}

/* The entries whose value is not NULL take the place of those that are there. */
static char **join(char **environment, const char *const values[NAME_COUNT]) {
    size_t count = 0, size = 0, used = 0;
    while (environment[count] != NULL) count++;
    for (size_t i = 0; i < NAME_COUNT; i++) size += values[i] == NULL ? 0 : strlen(names[i]) + strlen(values[i]) + 1;
    char **made = malloc((count + NAME_COUNT + 1) * sizeof *made + size);
    if (made == NULL) return NULL;
    char *text = (char *)(made + count + NAME_COUNT + 1);
    for (size_t i = 0; i < count; i++)
        if (!is_ours(environment[i])) made[used++] = environment[i];
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (values[i] == NULL) continue;
        made[used++] = text;
        text = stpcpy(stpcpy(text, names[i]), values[i]) + 1;
    }
    made[used] = NULL;
    return made;
}

static const char *list_text(const node_list *list) {
    return list->text.used <= HEARING_MOST ? list->text.bytes : NULL;
}

char **hearing_environment(char **environment, const proxenos_selector *before, const proxenos_selector *now, const char *file) {
    const proxenos_cluster *old = before == NULL ? NULL : proxenos_selector_cluster(before), *cluster = proxenos_selector_cluster(now);
    node_list added = {.is_added = true}, removed = {.is_added = false};
    char numbers[3][NUMBER_SIZE], **made = NULL;
    if (make_list(&added, old, cluster) && make_list(&removed, old, cluster)) {
        (void)snprintf(numbers[0], NUMBER_SIZE, "%zu", added.count);
        (void)snprintf(numbers[1], NUMBER_SIZE, "%zu", removed.count);
        (void)snprintf(numbers[2], NUMBER_SIZE, "%zu", proxenos_cluster_size(cluster));
        const char *const values[NAME_COUNT] = {list_text(&added), list_text(&removed), numbers[0],
                                                numbers[1], numbers[2], proxenos_cluster_fingerprint(cluster),
                                                proxenos_selector_scheme(now), file};
        made = join(environment, values);
    }
    free(added.text.bytes);
    free(removed.text.bytes);
    return made;
}

/* --------------------------------------------------------------- standard input */

/* A file and no pipe: who does not read it holds up nobody. */
static int open_nameless(void) {
#ifdef HAVE_MEMFD_CREATE
    int made = memfd_create("proxenos-cluster", MFD_CLOEXEC);
    if (made >= 0 || errno != ENOSYS) return made;
#endif
    FILE *stream = tmpfile();
    int copy = stream == NULL ? -1 : dup(fileno(stream));
    if (stream != NULL) (void)fclose(stream);
    return copy;
}

int hearing_input(const proxenos_selector *now) {
    static const watch_form json = {"json", form_json};
    output_buffer text;
    int file = -1, problem = form_render(&json, now, &text) ? 0 : ENOMEM;
    if (problem == 0 && (file = open_nameless()) < 0) problem = errno;
    if (problem == 0) problem = write_whole(file, text.bytes, text.used);
    if (problem == 0 && lseek(file, 0, SEEK_SET) != 0) problem = errno;
    free(text.bytes);
    if (problem == 0) return file;
    if (file >= 0) (void)close(file);
    errno = problem;
    return -1;
}
