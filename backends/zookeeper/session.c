/* SPDX-License-Identifier: MIT */
/* The library's handle.  It connects again by itself, to whichever server answers, until the session expires; then, and
 * after any read that failed, we make another: a reader loses nothing with its session. */
#include <config.h>

#include "zookeeper/internal.h"

#include "lib/secret.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define ZOOKEEPER_VARIABLES "an environment variable"

/* ---- what the library tells us */

/* Its messages have no bearing on a handle; what they tell, the codes do. */
static void drop_message(const char *message) {
    (void)message;
}

static void take_session(zhandle_t *handle, int type, int state, const char *path, void *context) {
    (void)path;
    (void)context;
    zookeeper *source = (zookeeper *)(uintptr_t)zoo_get_context(handle);
    if (type != ZOO_SESSION_EVENT) return;
    (void)pthread_mutex_lock(&source->lock);
    if (state == ZOO_EXPIRED_SESSION_STATE) source->has_expired = true;
    else if (state == ZOO_AUTH_FAILED_STATE) source->is_refused = true;
    else if (state != ZOO_CONNECTED_STATE) source->has_lost = true;
    (void)pthread_mutex_unlock(&source->lock);
    zookeeper_wake(source);
}

/* Of an unknown scheme; a wrong password shows in what may be read. */
static void take_authentication(int code, const void *data) {
    zookeeper *source = (zookeeper *)(uintptr_t)data;
    if (code != ZAUTHFAILED) return;
    (void)pthread_mutex_lock(&source->lock);
    source->is_refused = true;
    (void)pthread_mutex_unlock(&source->lock);
    zookeeper_wake(source);
}

/* ---- the session */

static void free_child(zookeeper_child *child) {
    free(child->name);
    free(child->value);
}

void zookeeper_free_children(zookeeper *source) {
    for (size_t i = 0; i < source->child_count; i++) free_child(&source->children[i]);
    free(source->children);
    source->children = NULL;
    source->child_count = 0;
    deallocate_String_vector(&source->listed);
    source->listed = (struct String_vector){0};
}

static int32_t read_password(const zookeeper *source, buffer *certificate) {
    const char *user = zookeeper_text(source, ZOOKEEPER_USER);
    const secret_source secret = {
        .file = zookeeper_value(source, ZOOKEEPER_PASSWORD_FILE), .text = zookeeper_value(source, ZOOKEEPER_PASSWORD),
        .what = "password", .file_option = "password-file",
    };
    buffer password = {0};
    uint32_t rank = 0;
    int32_t result = secret_read(source->host, &secret, &password, &rank);
    if (result == PROXENOS_RESULT_OK && password.length > 0) {
        result = secret_check_rank(source->host, "password", rank, source->address_rank, source->peer, ZOOKEEPER_VARIABLES);
    }
    if (result == PROXENOS_RESULT_OK && user != NULL) {
        buffer_add(certificate, user);
        buffer_add(certificate, ":");
        if (password.length > 0) buffer_append(certificate, password.bytes, password.length);
        if (certificate->failed) result = zookeeper_no_memory(source);
    }
    secret_wipe(&password);
    return result;
}

/* The library's threads inherit the mask: signals are for the program's own. */
static zhandle_t *make_handle(zookeeper *source, const char *addresses) {
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    zhandle_t *handle = zookeeper_init2(addresses, take_session,
                                        (int)zookeeper_value(source, ZOOKEEPER_SESSION_TIMEOUT)->integer, NULL, source, 0,
                                        drop_message);
    int error = errno;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return handle;
}

int32_t zookeeper_connect(zookeeper *source) {
    if (source->handle != NULL) return PROXENOS_RESULT_OK;
    char *addresses = NULL;
    buffer certificate = {0};
    int32_t result = read_password(source, &certificate);
    if (result == PROXENOS_RESULT_OK) result = zookeeper_resolve(source, &addresses, &source->address_count);
    if (result == PROXENOS_RESULT_OK) {
        source->has_lost = source->has_expired = source->is_refused = source->list_changed = false;
        source->handle = make_handle(source, addresses);
        if (source->handle == NULL) {
            result = proxenos_fail(source->host,
                                   errno == ENOMEM ? PROXENOS_RESULT_OUT_OF_MEMORY : PROXENOS_RESULT_UNREACHABLE,
                                   "%s: no session can be begun: %s", source->peer, strerror(errno));
        }
    }
    if (result == PROXENOS_RESULT_OK && certificate.length > 0 &&
        zoo_add_auth(source->handle, "digest", certificate.bytes, (int)certificate.length, take_authentication, source) !=
            ZOK) {
        zookeeper_disconnect(source);
        result = zookeeper_no_memory(source);
    }
    secret_wipe(&certificate);
    free(addresses);
    return result;
}

void zookeeper_disconnect(zookeeper *source) {
    if (source->handle != NULL) (void)zookeeper_close(source->handle);
    source->handle = NULL;
    source->pending = 0;
    zookeeper_free_children(source);
}
