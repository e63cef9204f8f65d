/* SPDX-License-Identifier: MIT */
/* Cryptographic digests by libcrypto.  Slow beside the others and not keyed;
 * here for fleets that agreed on one of them. */
#include <proxenos/plugin.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/provider.h>
#endif
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Hashing cannot fail, though OpenSSL 3.0 allocates some bytes whenever a context is used again.  So there is one that
 * is made already, with memory kept aside for it.  A thread that finds it taken makes one of its own, and only when
 * memory is short does it wait. */
typedef struct reserve {
    EVP_MD_CTX *context;
    void *ballast;
    pthread_mutex_t lock;
} reserve;

enum { BALLAST = 16 * 1024 };

typedef struct state {
    const EVP_MD *algorithm;
    EVP_MD *fetched; /* the same when it is ours to free */
    reserve *reserve;
} state;

static int try_to_hash(EVP_MD_CTX *context, const state *self, const void *bytes, size_t length, uint8_t *out) {
    return EVP_DigestInit_ex(context, self->algorithm, NULL) == 1 && EVP_DigestUpdate(context, bytes, length) == 1 &&
           EVP_DigestFinal_ex(context, out, NULL) == 1;
}

/* Out of memory in spite of what was kept aside: better no answer than a wrong one. */
static void hash_without_memory(const state *self, const void *bytes, size_t length, uint8_t *out) {
    enum { TRIES = 1000 };
    const struct timespec pause = {0, 1000000};
    free(self->reserve->ballast);
    self->reserve->ballast = NULL;
    for (int i = 0; !try_to_hash(self->reserve->context, self, bytes, length, out); i++) {
        if (i == TRIES) abort();
        (void)nanosleep(&pause, NULL);
    }
    self->reserve->ballast = malloc(BALLAST);
}

static void hash_with_reserve(const state *self, const void *bytes, size_t length, uint8_t *out) {
    if (!try_to_hash(self->reserve->context, self, bytes, length, out)) hash_without_memory(self, bytes, length, out);
    (void)pthread_mutex_unlock(&self->reserve->lock);
}

static void digest(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    const state *self = state_pointer;
    if (pthread_mutex_trylock(&self->reserve->lock) == 0) {
        hash_with_reserve(self, bytes, length, out);
    } else if (EVP_Digest(bytes, length, out, NULL, self->algorithm, NULL) != 1) {
        (void)pthread_mutex_lock(&self->reserve->lock);
        hash_with_reserve(self, bytes, length, out);
    }
}

static uint64_t hash64(const void *state_pointer, const void *bytes, size_t length) {
    uint8_t out[EVP_MAX_MD_SIZE];
    digest(state_pointer, bytes, length, out);
    uint64_t first = 0;
    for (int i = 0; i < 8; i++) first = first << 8 | out[i];
    return first;
}

/* ---------------------------------------------------------- open and close */

static reserve *new_reserve(void) {
    reserve *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    made->context = EVP_MD_CTX_new();
    made->ballast = malloc(BALLAST);
    if (made->context == NULL || made->ballast == NULL || pthread_mutex_init(&made->lock, NULL) != 0) {
        EVP_MD_CTX_free(made->context);
        free(made->ballast);
        free(made);
        return NULL;
    }
    return made;
}

static void close_state(void *state_pointer) {
    state *self = state_pointer;
    if (self->reserve != NULL) {
        EVP_MD_CTX_free(self->reserve->context);
        (void)pthread_mutex_destroy(&self->reserve->lock);
        free(self->reserve->ballast);
        free(self->reserve);
    }
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    EVP_MD_free(self->fetched);
#endif
    free(self);
}

/* What the library does at its first use, and does only once: where memory was short for it, the functions below
 * would follow NULL (EVP_MD_fetch of OpenSSL 3.0 does), now and in every later try. */
static int has_started(void) {
    if (OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_DIGESTS | OPENSSL_INIT_LOAD_CONFIG, NULL) != 1) return 0;
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    return OSSL_LIB_CTX_get0_global_default() != NULL;
#else
    return 1;
#endif
}

static void find_algorithm(state *self, const char *name) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    self->fetched = EVP_MD_fetch(NULL, name, NULL);
    self->algorithm = self->fetched;
#else
    self->algorithm = EVP_get_digestbyname(name);
#endif
}

/* A whole digest, once: a provider may know a name and still refuse its use. */
static int works(const state *self) {
    uint8_t out[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = self->reserve->context;
    return self->algorithm != NULL && EVP_DigestInit_ex(context, self->algorithm, NULL) == 1
        && EVP_DigestUpdate(context, "", 0) == 1 && EVP_DigestFinal_ex(context, out, NULL) == 1;
}

/* The library has no sure word for a lack of memory: OpenSSL 3.2 says it in few places only. */
static int is_memory_short(void) {
    enum { PROBE_SIZE = 1024 * 1024 };
    if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE) return 1;
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    /* Each machine has one of them, unless memory was short when they were to be loaded. */
    if (OSSL_PROVIDER_available(NULL, "default") != 1 && OSSL_PROVIDER_available(NULL, "fips") != 1) return 1;
#endif
    void *volatile probe = malloc(PROBE_SIZE);
    int is_short = probe == NULL;
    free(probe);
    return is_short;
}

static int32_t refused(const proxenos_host *host, const char *name) {
    if (is_memory_short()) {
        return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "the OpenSSL library is out of memory");
    }
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return proxenos_fail(host, PROXENOS_RESULT_UNSUPPORTED,
                         "the OpenSSL library of this machine refuses %s (%s); it may be in FIPS mode or "
                         "have started without memory, choose another hash",
                         name, reason != NULL ? reason : "no reason given");
}

static int32_t open_state(const proxenos_host *host, const char *name, void **state_pointer) {
    if (!has_started()) {
        return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY,
                             "the OpenSSL library could not start, as memory was short");
    }
    state *self = calloc(1, sizeof *self);
    if (self != NULL) self->reserve = new_reserve();
    if (self == NULL || self->reserve == NULL) {
        free(self);
        return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    }
    ERR_set_mark(); /* the program's own errors stay as they are */
    find_algorithm(self, name);
    /* A shortage that is over already: what the library cannot do it cannot do the second time, either. */
    if (self->algorithm == NULL) find_algorithm(self, name);
    if (works(self) || works(self)) {
        ERR_pop_to_mark();
        *state_pointer = self;
        return PROXENOS_RESULT_OK;
    }
    int32_t result = refused(host, name);
    ERR_pop_to_mark();
    close_state(self);
    return result;
}

/* The contract's `open` is not told which hash it opens. */
#define OPEN(id, name)                                                                                           \
    static int32_t open_##id(const proxenos_host *host, const proxenos_values *values, void **state_pointer) {   \
        (void)values;                                                                                            \
        return open_state(host, name, state_pointer);                                                            \
    }
OPEN(md5, "MD5")
OPEN(sha1, "SHA1")
OPEN(sha224, "SHA224")
OPEN(sha256, "SHA256")
OPEN(sha384, "SHA384")
OPEN(sha512, "SHA512")
OPEN(sha3_256, "SHA3-256")
OPEN(sha3_512, "SHA3-512")
OPEN(blake2s256, "BLAKE2s256")
OPEN(blake2b512, "BLAKE2b512")

/* ---------------------------------------------------------- known answers */

#define RFC_1321 "RFC 1321, appendix A.5"
#define FIPS_180 "FIPS 180, examples"
#define FIPS_202 "FIPS 202, examples"
#define RFC_7693 "RFC 7693, appendices A and B"
#define TWO_BLOCKS "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define TWO_LONG_BLOCKS                                        \
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn" \
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
#define BYTE(x, i) (uint8_t)(UINT64_C(x) >> (8 * (i)))
#define B4(x) BYTE(x, 3), BYTE(x, 2), BYTE(x, 1), BYTE(x, 0)
#define B8(x) BYTE(x, 7), BYTE(x, 6), BYTE(x, 5), BYTE(x, 4), B4(x)
/* The first 8 bytes of a digest are also what hash64 gives. */
#define KNOWN(source, input, first, ...) \
    {NULL, input, sizeof(input) - 1, UINT64_C(first), (const uint8_t[]){B8(first), __VA_ARGS__}, source}

static const proxenos_known_answer known_md5[] = {
    KNOWN(RFC_1321, "", 0xd41d8cd98f00b204, B8(0xe9800998ecf8427e)),
    KNOWN(RFC_1321, "a", 0x0cc175b9c0f1b6a8, B8(0x31c399e269772661)),
    KNOWN(RFC_1321, "abc", 0x900150983cd24fb0, B8(0xd6963f7d28e17f72)),
    KNOWN(RFC_1321, "message digest", 0xf96b697d7cb7938d, B8(0x525a2f31aaf161d0)),
    KNOWN(RFC_1321, "abcdefghijklmnopqrstuvwxyz", 0xc3fcd3d76192e400, B8(0x7dfb496cca67e13b)),
};

static const proxenos_known_answer known_sha1[] = {
    KNOWN(FIPS_180, "abc", 0xa9993e364706816a, B8(0xba3e25717850c26c), B4(0x9cd0d89d)),
    KNOWN(FIPS_180, TWO_BLOCKS, 0x84983e441c3bd26e, B8(0xbaae4aa1f95129e5), B4(0xe54670f1)),
};

static const proxenos_known_answer known_sha224[] = {
    KNOWN(FIPS_180, "abc", 0x23097d223405d822, B8(0x8642a477bda255b3), B8(0x2aadbce4bda0b3f7), B4(0xe36c9da7)),
    KNOWN(FIPS_180, TWO_BLOCKS, 0x75388b16512776cc, B8(0x5dba5da1fd890150), B8(0xb0c6455cb4f58b19),
          B4(0x52522525)),
};

static const proxenos_known_answer known_sha256[] = {
    KNOWN(FIPS_180, "abc", 0xba7816bf8f01cfea, B8(0x414140de5dae2223), B8(0xb00361a396177a9c),
          B8(0xb410ff61f20015ad)),
    KNOWN(FIPS_180, TWO_BLOCKS, 0x248d6a61d20638b8, B8(0xe5c026930c3e6039), B8(0xa33ce45964ff2167),
          B8(0xf6ecedd419db06c1)),
};

static const proxenos_known_answer known_sha384[] = {
    KNOWN(FIPS_180, "abc", 0xcb00753f45a35e8b, B8(0xb5a03d699ac65007), B8(0x272c32ab0eded163),
          B8(0x1a8b605a43ff5bed), B8(0x8086072ba1e7cc23), B8(0x58baeca134c825a7)),
    KNOWN(FIPS_180, TWO_LONG_BLOCKS, 0x09330c33f71147e8, B8(0x3d192fc782cd1b47), B8(0x53111b173b3b05d2),
          B8(0x2fa08086e3b0f712), B8(0xfcc7c71a557e2db9), B8(0x66c3e9fa91746039)),
};

static const proxenos_known_answer known_sha512[] = {
    KNOWN(FIPS_180, "abc", 0xddaf35a193617aba, B8(0xcc417349ae204131), B8(0x12e6fa4e89a97ea2),
          B8(0x0a9eeee64b55d39a), B8(0x2192992a274fc1a8), B8(0x36ba3c23a3feebbd), B8(0x454d4423643ce80e),
          B8(0x2a9ac94fa54ca49f)),
    KNOWN(FIPS_180, TWO_LONG_BLOCKS, 0x8e959b75dae313da, B8(0x8cf4f72814fc143f), B8(0x8f7779c6eb9f7fa1),
          B8(0x7299aeadb6889018), B8(0x501d289e4900f7e4), B8(0x331b99dec4b5433a), B8(0xc7d329eeb6dd2654),
          B8(0x5e96e55b874be909)),
};

static const proxenos_known_answer known_sha3_256[] = {
    KNOWN(FIPS_202, "", 0xa7ffc6f8bf1ed766, B8(0x51c14756a061d662), B8(0xf580ff4de43b49fa),
          B8(0x82d80a4b80f8434a)),
    KNOWN(FIPS_202, "abc", 0x3a985da74fe225b2, B8(0x045c172d6bd390bd), B8(0x855f086e3e9d525b),
          B8(0x46bfe24511431532)),
};

static const proxenos_known_answer known_sha3_512[] = {
    KNOWN(FIPS_202, "", 0xa69f73cca23a9ac5, B8(0xc8b567dc185a756e), B8(0x97c982164fe25859),
          B8(0xe0d1dcc1475c80a6), B8(0x15b2123af1f5f94c), B8(0x11e3e9402c3ac558), B8(0xf500199d95b6d3e3),
          B8(0x01758586281dcd26)),
    KNOWN(FIPS_202, "abc", 0xb751850b1a57168a, B8(0x5693cd924b6b096e), B8(0x08f621827444f70d),
          B8(0x884f5d0240d2712e), B8(0x10e116e9192af3c9), B8(0x1a7ec57647e39340), B8(0x57340b4cf408d5a5),
          B8(0x6592f8274eec53f0)),
};

static const proxenos_known_answer known_blake2s256[] = {
    KNOWN(RFC_7693, "abc", 0x508c5e8c327c14e2, B8(0xe1a72ba34eeb452f), B8(0x37458b209ed63a29),
          B8(0x4d999b4c86675982)),
};

static const proxenos_known_answer known_blake2b512[] = {
    KNOWN(RFC_7693, "abc", 0xba80a53f981c4d0d, B8(0x6a2797b69f12f6e9), B8(0x4c212f14685ac4b7),
          B8(0x4b12bb6fdbffa2d1), B8(0x7d87c5392aab792d), B8(0xc252d5de4533cc95), B8(0x18d38aa8dbf1925a),
          B8(0xb92386edd4009923)),
};

/* ---------------------------------------------------------- the descriptor */

#define HASH(id, bits)                                                                                 \
    .hash_bits = 64, .digest_bits = bits, .python_form = PROXENOS_PYTHON_UNSIGNED,                     \
    .known_answers = known_##id, .known_answer_count = sizeof known_##id / sizeof known_##id[0],       \
    .known_answer_stride = sizeof known_##id[0],                                                       \
    .open = open_##id, .hash64 = hash64, .digest = digest, .close = close_state

static const proxenos_hash hashes[] = {
    {.name = "md5", .summary = "MD5 (RFC 1321)", HASH(md5, 128)},
    {.name = "sha1", .summary = "SHA-1 (FIPS 180)", HASH(sha1, 160)},
    {.name = "sha224", .summary = "SHA-224 (FIPS 180)", HASH(sha224, 224)},
    {.name = "sha256", .summary = "SHA-256 (FIPS 180)", HASH(sha256, 256)},
    {.name = "sha384", .summary = "SHA-384 (FIPS 180)", HASH(sha384, 384)},
    {.name = "sha512", .summary = "SHA-512 (FIPS 180)", HASH(sha512, 512)},
    {.name = "sha3-256", .summary = "SHA3-256 (FIPS 202)", HASH(sha3_256, 256)},
    {.name = "sha3-512", .summary = "SHA3-512 (FIPS 202)", HASH(sha3_512, 512)},
    {.name = "blake2s256", .summary = "BLAKE2s-256 (RFC 7693)", HASH(blake2s256, 256)},
    {.name = "blake2b512", .summary = "BLAKE2b-512 (RFC 7693)", HASH(blake2b512, 512)},
};

PROXENOS_MODULE(digest) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "digest",
    .version = "1.0",
    .summary = "cryptographic digests by OpenSSL",
    .hashes = hashes, .hash_count = sizeof hashes / sizeof hashes[0], .hash_stride = sizeof hashes[0],
};
