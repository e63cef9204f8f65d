/* SPDX-License-Identifier: MIT */
/* The children of the path and what each holds: the list first, then all that is not known, many at once.  Every answer
 * sets a watch, and what a watch has not told of since is not asked again. */
#include "zookeeper/internal.h"

#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 1000 };       /* requests on their way, which a server that reads nothing leaves in the socket */

static void lock(zookeeper *source) { (void)pthread_mutex_lock(&source->lock); }
static void unlock(zookeeper *source) { (void)pthread_mutex_unlock(&source->lock); }

/* ---- the library's thread */

static int by_name(const void *a, const void *b) {
    return strcmp(((const zookeeper_child *)a)->name, ((const zookeeper_child *)b)->name);
}

static void list_watch(zhandle_t *handle, int type, int state, const char *path, void *context) {
    (void)handle;
    (void)state;
    (void)path;
    zookeeper *source = context;
    if (type == ZOO_SESSION_EVENT) return;
    lock(source);
    source->list_changed = true;
    unlock(source);
    zookeeper_wake(source);
}

static void child_watch(zhandle_t *handle, int type, int state, const char *path, void *context) {
    (void)handle;
    (void)state;
    zookeeper *source = context;
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (type == ZOO_SESSION_EVENT || slash == NULL) return;
    zookeeper_child wanted = {.name = (char *)(uintptr_t)(slash + 1)};
    lock(source);
    zookeeper_child *child = source->child_count == 0 ? NULL
        : bsearch(&wanted, source->children, source->child_count, sizeof wanted, by_name);
    if (child != NULL && child->state != CHILD_ASKED) child->state = CHILD_STALE;
    source->list_changed = true;
    unlock(source);
    zookeeper_wake(source);
}

/* Copies the list; the library frees its own. */
static void take_list(int code, const struct String_vector *names, const void *data) {
    zookeeper *source = (zookeeper *)(uintptr_t)data;
    struct String_vector copy = {0};
    if (code == ZOK && names->count > 0) {
        copy.data = calloc((size_t)names->count, sizeof copy.data[0]);
        for (int32_t i = 0; copy.data != NULL && i < names->count; i++) {
            copy.data[i] = strdup(names->data[i]);
            if (copy.data[i] == NULL) break;
            copy.count = i + 1;
        }
        if (copy.count < names->count) code = ZSYSTEMERROR;
    }
    lock(source);
    deallocate_String_vector(&source->listed);
    source->listed = copy;
    source->answer = code;
    source->pending--;
    unlock(source);
    zookeeper_wake(source);
}

static void take_child(int code, const char *value, int length, const struct Stat *about, const void *data) {
    (void)about;
    zookeeper_child *child = (zookeeper_child *)(uintptr_t)data;
    zookeeper *source = child->source;
    char *copy = NULL;
    if (code == ZOK && value != NULL && length > 0) {
        copy = malloc((size_t)length + 1);
        if (copy == NULL) code = ZSYSTEMERROR;
        else memcpy(copy, value, (size_t)length), copy[length] = '\0';
    }
    lock(source);
    free(child->value);
    child->value = copy;
    child->length = copy == NULL ? 0 : (size_t)length;
    child->state = code == ZOK ? CHILD_FRESH : code == ZNONODE ? CHILD_GONE : CHILD_STALE;
    if (code != ZOK && code != ZNONODE && source->trouble == ZOK) source->trouble = code;
    bool must_wake = --source->pending < AT_ONCE / 2;
    unlock(source);
    if (must_wake) zookeeper_wake(source);
}

static void take_existence(int code, const struct Stat *about, const void *data) {
    (void)about;
    zookeeper *source = (zookeeper *)(uintptr_t)data;
    lock(source);
    source->answer = code;
    source->pending--;
    unlock(source);
    zookeeper_wake(source);
}

/* ---- ours */

/* Until at most `most` requests are without an answer. */
static int32_t await_answers(zookeeper *source, size_t most) {
    for (;;) {
        lock(source);
        size_t pending = source->pending;
        unlock(source);
        if (pending <= most) return PROXENOS_RESULT_OK;
        int32_t result = zookeeper_sleep(source, source->wake[0], source->until_ms);
        if (result != PROXENOS_RESULT_OK) return zookeeper_fail_sleep(source, result);
    }
}

static void count_request(zookeeper *source, int difference) {
    lock(source);
    source->pending += (size_t)difference;
    unlock(source);
}

/* Takes the list over: names that stay keep what is known of them. */
static int32_t merge_list(zookeeper *source) {
    size_t count = (size_t)source->listed.count;
    zookeeper_child *children = calloc(count + 1, sizeof children[0]);
    if (children == NULL) return zookeeper_no_memory(source);
    for (size_t i = 0; i < count; i++) {
        children[i] = (zookeeper_child){.source = source, .name = source->listed.data[i]};
        source->listed.data[i] = NULL;
    }
    qsort(children, count, sizeof children[0], by_name);
    lock(source);
    for (size_t i = 0, old = 0; i < count && old < source->child_count;) {
        int order = by_name(&children[i], &source->children[old]);
        zookeeper_child *known = &source->children[old];
        if (order == 0 && known->state == CHILD_FRESH) {
            children[i].value = known->value;
            children[i].length = known->length;
            children[i].state = known->state;
            known->value = NULL;
        }
        i += order <= 0 ? 1 : 0;
        old += order >= 0 ? 1 : 0;
    }
    zookeeper_free_children(source);
    source->children = children;
    source->child_count = count;
    unlock(source);
    return PROXENOS_RESULT_OK;
}

/* One request for the list, or the children; *code is the library's. */
static int32_t ask_list(zookeeper *source, int *code) {
    count_request(source, 1);
    *code = zoo_awget_children(source->handle, source->path, list_watch, source, take_list, source);
    if (*code != ZOK) {
        count_request(source, -1);
        return PROXENOS_RESULT_OK;
    }
    int32_t result = await_answers(source, 0);
    *code = source->answer;
    return result == PROXENOS_RESULT_OK && *code == ZOK ? merge_list(source) : result;
}

static int32_t ask_children(zookeeper *source, int *code) {
    buffer path = {0};
    buffer_add(&path, source->path);
    if (strcmp(source->path, "/") != 0) buffer_add(&path, "/");
    size_t folder = path.length;
    int32_t result = PROXENOS_RESULT_OK;
    for (size_t i = 0; i < source->child_count && result == PROXENOS_RESULT_OK && *code == ZOK; i++) {
        zookeeper_child *child = &source->children[i];
        lock(source);
        bool is_known = child->state == CHILD_FRESH;
        if (!is_known) child->state = CHILD_ASKED;
        unlock(source);
        if (is_known) continue;
        path.length = folder;
        buffer_add(&path, child->name);
        if (path.failed) {
            result = zookeeper_no_memory(source);
            break;
        }
        count_request(source, 1);
        *code = zoo_awget(source->handle, path.bytes, child_watch, source, take_child, child);
        if (*code != ZOK) count_request(source, -1);
        else result = await_answers(source, AT_ONCE - 1);
    }
    buffer_clear(&path);
    if (result == PROXENOS_RESULT_OK) result = await_answers(source, 0);
    if (*code == ZOK) *code = source->trouble;
    return result;
}

static void begin(zookeeper *source) {
    lock(source);
    for (size_t i = 0; source->has_lost && i < source->child_count; i++) source->children[i].state = CHILD_STALE;
    source->has_lost = source->list_changed = false;
    source->trouble = ZOK;
    unlock(source);
}

/* What the library's code means for the read. */
static int32_t fail_code(const zookeeper *source, int code) {
    const proxenos_host *host = source->host;
    switch (code) {
    case ZNONODE:
        return proxenos_fail(host, PROXENOS_RESULT_NOT_FOUND, "%s has no path '%s'", source->peer, source->path);
    case ZNOAUTH:
        return proxenos_fail(host, PROXENOS_RESULT_DENIED, "%s does not let %s read '%s' or what is in it", source->peer,
                             zookeeper_text(source, ZOOKEEPER_USER) == NULL ? "an anonymous reader (option user)"
                                 : "this user with this password", source->path);
    case ZAUTHFAILED:
        return proxenos_fail(host, PROXENOS_RESULT_DENIED, "%s refuses the authentication", source->peer);
    case ZBADARGUMENTS:
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION, "option path: ZooKeeper does not take '%s'", source->path);
    case ZSYSTEMERROR:
        return zookeeper_no_memory(source);
    case ZCONNECTIONLOSS:
        return proxenos_fail(host, PROXENOS_RESULT_UNREACHABLE, "%s: no server is there, or none serves", source->peer);
    case ZSESSIONEXPIRED:
        return proxenos_fail(host, PROXENOS_RESULT_UNREACHABLE, "%s: sessions expire as soon as they begin", source->peer);
    default:
        return proxenos_fail(host, PROXENOS_RESULT_UNREACHABLE, "%s: %s (%d)", source->peer, zerror(code), code);
    }
}

static int32_t read_once(zookeeper *source, int *code) {
    *code = ZOK;
    begin(source);
    int32_t result = ask_list(source, code);
    if (result == PROXENOS_RESULT_OK && *code == ZOK) result = ask_children(source, code);
    lock(source);
    bool is_refused = source->is_refused || (source->handle != NULL && zoo_state(source->handle) == ZOO_AUTH_FAILED_STATE);
    unlock(source);
    if (is_refused && (result != PROXENOS_RESULT_OK || *code != ZOK)) {
        *code = ZAUTHFAILED;
        return PROXENOS_RESULT_OK;
    }
    return result;
}

/* A request that waits for a connection fails with each server that has none: so often that each has failed twice. */
int32_t zookeeper_read(zookeeper *source) {
    enum { SESSIONS = 3 };
    size_t losses = 0, sessions = 0;
    for (;;) {
        int32_t result = zookeeper_connect(source);
        if (result != PROXENOS_RESULT_OK) return result;
        int code;
        result = read_once(source, &code);
        if (result == PROXENOS_RESULT_OK && code == ZOK) return result;
        bool is_lost = code == ZCONNECTIONLOSS || code == ZOPERATIONTIMEOUT;
        bool is_over = code == ZSESSIONEXPIRED || code == ZINVALIDSTATE || code == ZSESSIONMOVED;
        if (result == PROXENOS_RESULT_OK && is_lost && ++losses < 2 * source->address_count) continue;
        if (result == PROXENOS_RESULT_OK && code == ZNONODE) return fail_code(source, code);
        zookeeper_disconnect(source);
        if (result != PROXENOS_RESULT_OK) return result;
        if (!is_over || ++sessions == SESSIONS) {
            return fail_code(source, is_over ? ZSESSIONEXPIRED : is_lost ? ZCONNECTIONLOSS : code);
        }
        proxenos_log(source->host, PROXENOS_LOG_INFO, "%s: the session has expired; another is begun", source->peer);
    }
}

bool zookeeper_has_news(zookeeper *source) {
    lock(source);
    bool has_news = source->list_changed || source->has_lost || source->has_expired || source->is_refused;
    unlock(source);
    return has_news;
}

int32_t zookeeper_await_path(zookeeper *source, int64_t until_ms) {
    count_request(source, 1);
    begin(source);
    int code = zoo_awexists(source->handle, source->path, list_watch, source, take_existence, source);
    if (code != ZOK) count_request(source, -1);
    int32_t result = code == ZOK ? await_answers(source, 0) : PROXENOS_RESULT_OK;
    if (code == ZOK) code = source->answer;
    while (result == PROXENOS_RESULT_OK && code == ZNONODE && !zookeeper_has_news(source)) {
        result = zookeeper_sleep(source, source->wake[0], until_ms);
        if (result == PROXENOS_RESULT_TIMED_OUT) return PROXENOS_RESULT_OK;
        if (result != PROXENOS_RESULT_OK) result = zookeeper_fail_sleep(source, result);
    }
    if (result != PROXENOS_RESULT_OK) zookeeper_disconnect(source);
    return result;
}
