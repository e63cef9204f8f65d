/* SPDX-License-Identifier: MIT */
/* When a snapshot is used, and when it is written. */
#include "discovery/snapshot/snapshot.h"

#include "base/memory.h"
#include "discovery/snapshot/file.h"
#include "discovery/snapshot/format.h"
#include "discovery/snapshot/origin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEAD_SIZE = 8192 };        /* bytes that hold a head */

static int64_t calendar_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

proxenos_status px_snapshot_open(const proxenos_settings *settings, const px_schema *schema, const proxenos_values *values,
                                 px_snapshot **snapshot, proxenos_error *error) {
    *snapshot = NULL;
    px_snapshot_policy policy;
    proxenos_status status = px_settings_snapshot(settings, &policy, error);
    if (status != PROXENOS_OK || policy.path == NULL) return status;
    px_snapshot *made = px_calloc(1, sizeof *made);
    if (made == NULL) {
        free(policy.path);
        return px_error_memory(error);
    }
    made->context = settings->context;
    made->policy = policy;
    status = px_identity_parse(proxenos_settings_get(settings, "identity"), &made->identity, error);
    if (status == PROXENOS_OK) status = px_snapshot_origin(settings, schema, values, made->settings, error);
    if (status == PROXENOS_OK) *snapshot = made;
    else px_snapshot_free(made);
    return status;
}

void px_snapshot_free(px_snapshot *snapshot) {
    if (snapshot == NULL) return;
    proxenos_cluster_unref(snapshot->kept);
    free(snapshot->policy.path);
    free(snapshot);
}

/* Once for each of the two, until it went well in between. */
static void warn(const px_snapshot *snapshot, bool *was_said, const char *what, const proxenos_error *error) {
    if (!*was_said) {
        px_log(snapshot->context, PROXENOS_LEVEL_WARNING, "the snapshot %s is not %s: %s", snapshot->policy.path, what,
               error->text);
    }
    *was_said = true;
}

/* ---- reading */

/* When the file that holds this head was confirmed last. */
static int64_t confirmed_ms(const px_snapshot_head *head, const px_snapshot_file *file) {
    bool is_touched = file->inode == head->inode && file->touched_ms > head->confirmed_ms;
    return is_touched ? file->touched_ms : head->confirmed_ms;
}

static proxenos_status refuse(proxenos_error *error, const char *why) {
    return px_error(error, PROXENOS_ERROR_MALFORMED, "%s", why);
}

/* The head and the bytes of the nodes, which are those that it is of. */
static proxenos_status parse(const px_snapshot *snapshot, px_snapshot_file *file, px_snapshot_head *head, char **nodes,
                             size_t *length, proxenos_error *error) {
    bool is_text = strlen(file->bytes) == file->length;
    if (!is_text || !px_snapshot_parse_head(file->bytes, head, nodes) ||
        !px_snapshot_parse_end(*nodes, file->bytes + file->length, length)) {
        return refuse(error, "it is damaged, or no snapshot of this version");
    }
    if (strcmp(head->settings, snapshot->settings) != 0) return refuse(error, "it was made by other settings");
    char digest[PX_DIGEST_SIZE];
    px_snapshot_digest(*nodes, *length, digest);
    return strcmp(digest, head->digest) == 0 ? PROXENOS_OK : refuse(error, "its nodes are damaged");
}

/* NOT_FOUND: there is none, or it is too old. */
static proxenos_status read_file(const px_snapshot *snapshot, px_snapshot_file *file, int64_t most_ms,
                                 proxenos_cluster **cluster, int64_t *age_ms, proxenos_error *error) {
    proxenos_status status = px_snapshot_file_open(snapshot->policy.path, file, error);
    if (status == PROXENOS_OK) status = px_snapshot_file_read(file, SIZE_MAX - 1, error);
    if (status != PROXENOS_OK) return status;
    px_snapshot_head head;
    char *nodes;
    size_t length;
    status = parse(snapshot, file, &head, &nodes, &length, error);
    if (status != PROXENOS_OK) return status;
    *age_ms = calendar_ms() - confirmed_ms(&head, file);
    if (*age_ms >= most_ms) return px_error(error, PROXENOS_ERROR_NOT_FOUND, "it is too old");
    status = px_snapshot_parse_nodes(nodes, length, snapshot->identity, snapshot->policy.path, cluster, error);
    if (status != PROXENOS_OK || strcmp((*cluster)->fingerprint, head.fingerprint) == 0) return status;
    proxenos_cluster_unref(*cluster);
    *cluster = NULL;
    return refuse(error, "its nodes are not those of its fingerprint");
}

proxenos_cluster *px_snapshot_read(px_snapshot *snapshot, int64_t most_ms, int64_t *age_ms) {
    proxenos_cluster *cluster = NULL;
    px_snapshot_file file;
    proxenos_error error = {0};
    *age_ms = 0;
    proxenos_status status = read_file(snapshot, &file, most_ms, &cluster, age_ms, &error);
    px_snapshot_file_end(&file);
    if (status == PROXENOS_OK) {
        cluster->report.is_snapshot = 1;
        cluster->report.snapshot_age_ms = *age_ms;
        cluster->report.read_at_ms = calendar_ms() - *age_ms;
        snapshot->said_unusable = false;
        return cluster;
    }
    if (status != PROXENOS_ERROR_NOT_FOUND) warn(snapshot, &snapshot->said_unusable, "used", &error);
    return NULL;
}

/* ---- writing */

/* What the file holds beside when it was confirmed. */
static void note_digest(px_snapshot *snapshot, proxenos_cluster *cluster, const px_text *nodes) {
    px_snapshot_digest(nodes->bytes, nodes->length, snapshot->digest);
    snapshot->nodes_length = nodes->length;
    proxenos_cluster_unref(snapshot->kept);
    snapshot->kept = proxenos_cluster_ref(cluster);
}

static bool holds(const px_snapshot *snapshot, const px_snapshot_head *head, const px_snapshot_file *file, size_t head_length,
                  size_t whole) {
    return file->inode == head->inode && strcmp(head->settings, snapshot->settings) == 0 &&
           strcmp(head->digest, snapshot->digest) == 0 &&
           whole == head_length + snapshot->nodes_length + strlen(PX_SNAPSHOT_END);
}

/* Whether the file holds just these nodes by these settings, and from now on says that they were confirmed. */
static bool touch(const px_snapshot *snapshot, int64_t moment_ms) {
    px_snapshot_file file;
    px_snapshot_head head;
    char *nodes;
    proxenos_error error;
    proxenos_status status = px_snapshot_file_open(snapshot->policy.path, &file, &error);
    size_t whole = file.length;
    if (status == PROXENOS_OK) status = px_snapshot_file_read(&file, HEAD_SIZE, &error);
    bool is_touched = status == PROXENOS_OK && px_snapshot_parse_head(file.bytes, &head, &nodes) &&
                      holds(snapshot, &head, &file, (size_t)(nodes - file.bytes), whole);
    /* Another writer may have heard of it later. */
    if (is_touched && moment_ms > confirmed_ms(&head, &file)) {
        is_touched = px_snapshot_file_touch(&file, moment_ms, &error) == PROXENOS_OK;
    }
    px_snapshot_file_end(&file);
    return is_touched;
}

static proxenos_status write_file(const px_snapshot *snapshot, const proxenos_cluster *cluster, const char *scheme,
                                  const px_text *nodes, int64_t moment_ms, proxenos_error *error) {
    px_snapshot_draft draft;
    proxenos_status status = px_snapshot_draft_open(snapshot->policy.path, &draft, error);
    if (status != PROXENOS_OK) return status;
    const px_snapshot_head head = {.confirmed_ms = moment_ms, .inode = draft.inode, .settings = snapshot->settings,
                                   .fingerprint = cluster->fingerprint, .digest = snapshot->digest, .scheme = scheme};
    px_text text = {0};
    px_snapshot_print_head(&text, &head);
    px_text_append(&text, nodes->bytes, nodes->length);
    px_text_add(&text, PX_SNAPSHOT_END);
    if (text.failed) {
        px_snapshot_draft_drop(&draft);
        status = px_error_memory(error);
    } else {
        status = px_snapshot_draft_finish(&draft, snapshot->policy.path, text.bytes, text.length, error);
    }
    px_text_clear(&text);
    return status;
}

static proxenos_status keep(px_snapshot *snapshot, proxenos_cluster *cluster, const char *scheme, int64_t moment_ms,
                            proxenos_error *error) {
    if (cluster == snapshot->kept && touch(snapshot, moment_ms)) return PROXENOS_OK;
    px_text nodes = {0};
    px_snapshot_print_nodes(&nodes, cluster);
    if (nodes.failed) {
        px_text_clear(&nodes);
        return px_error_memory(error);
    }
    bool is_new = cluster != snapshot->kept;
    if (is_new) note_digest(snapshot, cluster, &nodes);
    proxenos_status status = PROXENOS_OK;
    if (!is_new || !touch(snapshot, moment_ms)) status = write_file(snapshot, cluster, scheme, &nodes, moment_ms, error);
    px_text_clear(&nodes);
    return status;
}

void px_snapshot_keep(px_snapshot *snapshot, proxenos_cluster *cluster, const char *scheme, int64_t age_ms) {
    if (cluster->count == 0) return;
    proxenos_error error = {0};
    proxenos_status status = keep(snapshot, cluster, scheme, calendar_ms() - age_ms, &error);
    if (status == PROXENOS_OK) snapshot->said_unwritten = false;
    else warn(snapshot, &snapshot->said_unwritten, "written", &error);
}
