/* SPDX-License-Identifier: MIT */
/* Workers take turns: each takes the next block of whole keys from standard
 * input, answers it, and writes when all blocks before it are written.  One
 * worker is the plain loop of read, answer, write. */
#include "verbs/select/stream.h"

#include "output/message.h"
#include "output/progress.h"
#include "output/stdout.h"
#include "output/streams.h"
#include "session/keys.h"
#include "verbs/select/answer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_SIZE = 256 * 1024,   /* of one read; about what fits in a core's cache */
    FLUSH_SIZE = 1024 * 1024, /* answers that wait for no more */
    BATCH = 1024              /* keys for one proxenos_select_many() */
};

typedef struct key_stream {
    const stream_options *options;
    const cli_session *session;
    answer_lines answers;
    progress_line progress;

    pthread_mutex_t input;    /* guards what follows */
    output_buffer carry;      /* the beginning of a key whose end was not read yet */
    bool ended;
    uint64_t blocks;

    pthread_mutex_t output;   /* guards what follows, and standard output */
    pthread_cond_t changed;
    uint64_t turn;            /* the block that may be written */
    uint64_t written;         /* keys whose answers are */
    unsigned working;         /* workers that have not ended */
    bool stopped;
    int code;                 /* of the first failure */
} key_stream;

typedef struct stream_worker {
    key_stream *stream;
    output_buffer block;      /* whole keys, the last one's end may be missing */
    output_buffer out;
    uint64_t sequence;
    proxenos_key keys[BATCH];
    uint32_t indexes[BATCH];
    proxenos_ranked *places;
    bool meets_long_key;      /* the next key of the block is longer than may be */
    proxenos_error error;
} stream_worker;

/* ----------------------------------------------------------------- failing */

/* Notes a failure, which is told in its turn. */
static bool note(stream_worker *worker, proxenos_status status, const char *why) {
    worker->error.status = status;
    (void)snprintf(worker->error.text, sizeof worker->error.text, "%s", why);
    return false;
}

static bool note_memory(stream_worker *worker) {
    return note(worker, PROXENOS_ERROR_MEMORY, "out of memory");
}

/* False when another worker has failed.  The lock is held. */
static bool await_turn(const stream_worker *worker) {
    key_stream *stream = worker->stream;
    while (stream->turn != worker->sequence && !stream->stopped)
        pthread_cond_wait(&stream->changed, &stream->output);
    return !stream->stopped;
}

/* Failures are told in the order of the input, when all answers before are written:
 * of several workers the first does, whichever was faster. */
static void fail(stream_worker *worker) {
    key_stream *stream = worker->stream;
    pthread_mutex_lock(&stream->output);
    if (await_turn(worker)) {
        if (worker->meets_long_key) {
            worker->error.status = PROXENOS_ERROR_ARGUMENT;
            key_too_long(worker->error.text, sizeof worker->error.text, "standard input", stream->written + 1,
                         stream->options->max_key);
        }
        progress_end(&stream->progress);
        message_error("%s", worker->error.text);
        stream->code = proxenos_status_exit_code(worker->error.status);
    }
    stream->stopped = true;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->output);
}

/* ----------------------------------------------------------------- reading */

/* The last byte of that value, or NULL. */
static char *find_last(char *bytes, size_t length, char wanted) {
    while (length > 0)
        if (bytes[--length] == wanted) return bytes + length;
    return NULL;
}

/* One read, waited for; -1 after a failure. */
static ssize_t read_input(char *bytes, size_t size) {
    for (;;) {
        ssize_t got = read(STDIN_FILENO, bytes, size);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
        /* Whoever shares it may have made it non-blocking. */
        if (errno == EAGAIN) (void)poll(&(struct pollfd){STDIN_FILENO, POLLIN, 0}, 1, -1);
    }
}

/* Reads until the block holds the end of a key, to the end of the input, or until a
 * key without an end is longer than may be; what follows the last end is carried over. */
static bool fill_block(stream_worker *worker) {
    key_stream *stream = worker->stream;
    output_buffer *block = &worker->block, *carry = &stream->carry;
    block->used = 0;
    if (!output_reserve(block, carry->used + READ_SIZE + ANSWER_SLACK)) return note_memory(worker);
    if (carry->used > 0) memcpy(block->bytes, carry->bytes, carry->used);
    block->used = carry->used;
    carry->used = 0;
    while (!stream->ended && block->used <= stream->options->max_key) {
        if (!output_reserve(block, READ_SIZE + ANSWER_SLACK)) return note_memory(worker);
        char *fresh = block->bytes + block->used;
        ssize_t got = read_input(fresh, READ_SIZE);
        if (got < 0) {
            char why[128];
            (void)snprintf(why, sizeof why, "cannot read standard input: %s", stream_reason(errno));
            return note(worker, PROXENOS_ERROR_INTERNAL, why);
        }
        stream->ended = got == 0;
        char *end = find_last(fresh, (size_t)got, stream->options->end);
        block->used += (size_t)got;
        if (end == NULL) continue;
        size_t rest = (size_t)(block->bytes + block->used - end) - 1;
        if (!output_reserve(carry, rest + 1)) return note_memory(worker);
        memcpy(carry->bytes, end + 1, rest);
        carry->used = rest;
        block->used -= rest;
        break;
    }
    return true;
}

/* False when there is none, or reading failed. */
static bool take_block(stream_worker *worker) {
    key_stream *stream = worker->stream;
    pthread_mutex_lock(&stream->input);
    bool is_filled = fill_block(worker);
    bool is_taken = is_filled && worker->block.used > 0;
    worker->sequence = stream->blocks;
    if (!is_filled) stream->ended = true;
    if (!is_filled || is_taken) stream->blocks++;
    pthread_mutex_unlock(&stream->input);
    return is_taken;
}

/* ----------------------------------------------------------------- writing */

/* Writes what is answered, once it is this block's turn. */
static bool write_answers(stream_worker *worker, size_t keys, bool is_last) {
    key_stream *stream = worker->stream;
    if (worker->out.failed) return note_memory(worker);
    pthread_mutex_lock(&stream->output);
    bool goes_on = await_turn(worker);
    if (goes_on) {
        output_bytes(worker->out.bytes, worker->out.used);
        output_flush();
        stream->written += keys;
        progress_add(&stream->progress, keys, is_last ? worker->block.used : 0);
        if (output_has_failed()) {
            stream->stopped = true;
            goes_on = false;
        }
        if (is_last) stream->turn++;
        pthread_cond_broadcast(&stream->changed);
    }
    pthread_mutex_unlock(&stream->output);
    worker->out.used = 0;
    return goes_on;
}

/* --------------------------------------------------------------- answering */

/* Cuts up to BATCH keys, or those before one that is too long; moves *at behind them. */
static size_t cut_keys(stream_worker *worker, char **at) {
    char *end = worker->block.bytes + worker->block.used, *p = *at;
    size_t count = 0;
    while (p < end && count < BATCH) {
        char *stop_at = memchr(p, worker->stream->options->end, (size_t)(end - p));
        if (stop_at == NULL) stop_at = end;
        worker->meets_long_key = (size_t)(stop_at - p) > worker->stream->options->max_key;
        if (worker->meets_long_key) break;
        worker->keys[count++] = (proxenos_key){p, (size_t)(stop_at - p)};
        p = stop_at + 1;
    }
    *at = p;
    return count;
}

static bool answer_batch(stream_worker *worker, size_t count) {
    const key_stream *stream = worker->stream;
    if (stream->options->count == 1) {
        if (proxenos_select_many(stream->session->selector, worker->keys, count, worker->indexes, &worker->error) !=
            PROXENOS_OK)
            return false;
        return answers_add(&stream->answers, &worker->out, worker->keys, worker->indexes, count) ||
               note_memory(worker);
    }
    for (size_t i = 0; i < count; i++) {
        size_t ranked;
        const proxenos_key *key = &worker->keys[i];
        if (rank_key(stream->session, key->data, key->length, stream->options->count, worker->places, &ranked,
                     &worker->error) != PROXENOS_OK)
            return false;
        answers_add_ranking(&stream->answers, &worker->out, key, worker->places, ranked);
    }
    return true;
}

static bool answer_block(stream_worker *worker) {
    char *at = worker->block.bytes, *end = at + worker->block.used;
    size_t keys = 0;
    while (at < end) {
        size_t count = cut_keys(worker, &at);
        if (!answer_batch(worker, count)) {
            if (!worker->out.failed) (void)write_answers(worker, keys, false);
            return false;
        }
        keys += count;
        bool is_last = at >= end;
        if (!is_last && !worker->meets_long_key && worker->out.used < FLUSH_SIZE) continue;
        if (!write_answers(worker, keys, is_last)) return false;
        if (worker->meets_long_key) return false;
        keys = 0;
    }
    return true;
}

/* ----------------------------------------------------------------- workers */

static stream_worker *worker_new(key_stream *stream) {
    stream_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) return NULL;
    worker->stream = stream;
    worker->places = calloc(stream->options->count, sizeof *worker->places);
    if (worker->places != NULL) return worker;
    free(worker);
    return NULL;
}

static void *work(void *argument) {
    stream_worker *worker = argument;
    key_stream *stream = worker->stream;
    while (take_block(worker) && answer_block(worker)) continue;
    if (worker->error.status != PROXENOS_OK || worker->meets_long_key) fail(worker);
    free(worker->block.bytes);
    free(worker->out.bytes);
    free(worker->places);
    free(worker);
    pthread_mutex_lock(&stream->output);
    stream->working--;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->output);
    return NULL;
}

/* One thread more; false when there is no room for it, which the others make up for. */
static bool start_worker(key_stream *stream) {
    pthread_t thread;
    stream_worker *worker = worker_new(stream);
    if (worker == NULL) return false;
    pthread_mutex_lock(&stream->output);
    stream->working++;
    pthread_mutex_unlock(&stream->output);
    if (pthread_create(&thread, NULL, work, worker) == 0) {
        (void)pthread_detach(thread);
        return true;
    }
    pthread_mutex_lock(&stream->output);
    stream->working--;
    pthread_mutex_unlock(&stream->output);
    free(worker->places);
    free(worker);
    return false;
}

/* Returns once all have ended, or one has failed. */
static void run_workers(key_stream *stream, stream_worker *own) {
    stream->working = 1;
    for (unsigned i = 1; i < stream->options->jobs && start_worker(stream); i++) continue;
    (void)work(own);
    pthread_mutex_lock(&stream->output);
    while (stream->working > 0 && !stream->stopped) pthread_cond_wait(&stream->changed, &stream->output);
    bool is_busy = stream->working > 0;
    int code = stream->code;
    pthread_mutex_unlock(&stream->output);
    /* A worker may sit in read() for as long as standard input stays open. */
    if (is_busy) _exit(output_finish(code));
}

int stream_select(cli_session *session, const stream_options *options) {
    key_stream stream = {.options = options, .session = session,
                     .input = PTHREAD_MUTEX_INITIALIZER, .output = PTHREAD_MUTEX_INITIALIZER,
                     .changed = PTHREAD_COND_INITIALIZER};
    stream_worker *own = worker_new(&stream);
    if (own == NULL) return out_of_memory();
    if (!answers_new(&stream.answers, session->cluster, options->format, options->end, options->count)) {
        free(own->places);
        free(own);
        return out_of_memory();
    }
    progress_start(&stream.progress, arguments_count(session->arguments, OPTION_QUIET) > 0);
    run_workers(&stream, own);
    progress_end(&stream.progress);
    answers_free(&stream.answers);
    free(stream.carry.bytes);
    return stream.code;
}
