/* SPDX-License-Identifier: MIT */
/* What decides answers, against the vectors, with nothing but the C library: so
 * that it can be compiled for any processor and run by an emulator.  Reads the
 * lines of lines.py and says in TAP how each kind of them went. */
#include "cluster/address.h"
#include "selection/hrw/kernels.h"
#include "selection/lcg.h"
#include "selection/python/kernels.h"

#include "selection/python/mt19937.h"

#include <proxenos/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FIELDS = 64, MOST_OPTIONS = 4 };

/* A line, cut at its tabs. */
typedef struct line {
    char *fields[MOST_FIELDS];
    size_t count;
} line;

typedef bool check_function(const line *line);

static uint64_t hexadecimal(const char *text) {
    return strtoull(text, NULL, 16);
}

static uint64_t decimal(const char *text) {
    return strtoull(text, NULL, 10);
}

static size_t decode(const char *text, uint8_t *bytes) {
    size_t size = strlen(text) / 2;
    for (size_t i = 0; i < size; i++) {
        const char digits[] = {text[2 * i], text[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)hexadecimal(digits);
    }
    return size;
}

/* -------------------------------------------------------------- addresses */

/* HOST PORT IDENTITY */
static bool check_address(const line *line) {
    px_address address;
    char text[PX_ADDRESS_TEXT_SIZE] = "error";
    if (px_address_parse_host(&address, line->fields[1], NULL) == PROXENOS_OK) {
        address.port = (uint16_t)decimal(line->fields[2]);
        address.has_port = address.port != 0;
        (void)px_address_print(&address, text);
    }
    return strcmp(text, line->fields[3]) == 0;
}

/* ----------------------------------------------------------------- hashes */

extern const proxenos_module siphash_LTX_proxenos_module, murmur3_LTX_proxenos_module;

static const proxenos_hash *find_hash(const char *name) {
    const proxenos_module *modules[] = {&siphash_LTX_proxenos_module, &murmur3_LTX_proxenos_module};
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t j = 0; j < modules[i]->hash_count; j++) {
            const char *at = (const char *)modules[i]->hashes + (size_t)j * modules[i]->hash_stride;
            const proxenos_hash *hash = (const proxenos_hash *)(const void *)at;
            if (strcmp(hash->name, name) == 0) return hash;
        }
    }
    return NULL;
}

static int32_t say(const proxenos_host *host, int32_t result, const char *text) {
    (void)host;
    printf("# %s\n", text);
    return result;
}

/* The value of one option as the core would read it. */
static void set_value(const proxenos_option *option, const char *text, proxenos_value *value) {
    value->is_set = 1;
    value->rank = PROXENOS_RANK_FLAG;
    value->text = text;
    value->length = strlen(text);
    value->integer = (int64_t)decimal(text);
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
        if (strcmp(option->choices[i], text) == 0) value->integer = (int64_t)i;
    }
}

/* Opens with "name=value,name=value"; what is not named keeps its fallback. */
static bool open_hash(const proxenos_hash *hash, char *options, void **state) {
    static const proxenos_host host = {.size = sizeof host, .abi_major = PROXENOS_ABI_MAJOR, .fail = say};
    proxenos_value values[MOST_OPTIONS] = {{0}};
    proxenos_values table = {.size = sizeof table, .stride = sizeof values[0], .count = hash->option_count,
                             .first = values};
    for (uint32_t i = 0; i < hash->option_count; i++) {
        if (hash->options[i].fallback != NULL) set_value(&hash->options[i], hash->options[i].fallback, &values[i]);
    }
    for (char *next, *option = options; option != NULL && *option != '\0'; option = next) {
        next = strchr(option, ',');
        if (next != NULL) *next++ = '\0';
        char *equals = strchr(option, '=');
        if (equals == NULL) return false;
        *equals = '\0';
        for (uint32_t i = 0; i < hash->option_count; i++) {
            if (strcmp(hash->options[i].name, option) == 0) set_value(&hash->options[i], equals + 1, &values[i]);
        }
    }
    return hash->open(&host, &table, state) == PROXENOS_RESULT_OK;
}

/* HASH OPTIONS INPUT HASH64 DIGEST */
static bool check_hash(const line *line) {
    const proxenos_hash *hash = find_hash(line->fields[1]);
    void *state;
    if (hash == NULL || !open_hash(hash, line->fields[2], &state)) return false;
    uint8_t input[1024], wanted[64], digest[64];
    size_t length = decode(line->fields[3], input), size = decode(line->fields[5], wanted);
    uint64_t value = hash->hash64(state, input, length);
    if (hash->hash_bits == 32) {
        input[length] = 1;
        value = value << 32 | hash->hash64(state, input, length + 1);
    }
    hash->digest(state, input, length, digest);
    hash->close(state);
    return value == hexadecimal(line->fields[4]) && size == hash->digest_bits / 8 &&
           memcmp(digest, wanted, size) == 0;
}

/* KEY FINGERPRINT */
static bool check_secret(const line *line) {
    const proxenos_hash *hash = find_hash("siphash-2-4");
    char options[64], parameters[32];
    void *state;
    (void)snprintf(options, sizeof options, "key=%s", line->fields[1]);
    (void)snprintf(parameters, sizeof parameters, "key=%s", line->fields[2]);
    if (hash == NULL || !open_hash(hash, options, &state)) return false;
    bool is_equal = strcmp(hash->parameters(state), parameters) == 0;
    hash->close(state);
    return is_equal;
}

/* -------------------------------------------------------------------- hrw */

/* INDEX VALUE */
static bool check_table(const line *line) {
    return px_nlog2_table[decimal(line->fields[1])] == decimal(line->fields[2]);
}

/* KEY-HASH64 NODE-HASH64 K D S NLOG2 */
static bool check_hrw(const line *line) {
    uint64_t key = px_hrw_key(hexadecimal(line->fields[1])), node = px_hrw_node(hexadecimal(line->fields[2]));
    uint64_t score = px_hrw_score(key, node);
    return key == hexadecimal(line->fields[3]) && node == hexadecimal(line->fields[4]) &&
           score == hexadecimal(line->fields[5]) && px_hrw_nlog2(score) == hexadecimal(line->fields[6]);
}

/* KEY-HASH64 ORDER (HASH64:WEIGHT)... */
static bool check_ranking(const line *line) {
    uint64_t digests[MOST_FIELDS];
    uint32_t weights[MOST_FIELDS], indexes[MOST_FIELDS];
    size_t count = line->count - 3;
    for (size_t i = 0; i < count; i++) {
        digests[i] = hexadecimal(line->fields[i + 3]);
        weights[i] = (uint32_t)decimal(strchr(line->fields[i + 3], ':') + 1);
    }
    px_hrw_table table;
    if (px_hrw_table_init(&table, digests, weights, count) != 0) return false;
    px_hrw_portable.top(&table, px_hrw_key(hexadecimal(line->fields[1])), table.count, indexes);
    const char *wanted = line->fields[2];
    bool is_equal = true;
    for (size_t i = 0; i < table.count && is_equal; i++) {
        char *end;
        is_equal = strtoull(wanted, &end, 10) == table.original[indexes[i]];
        wanted = *end == ',' ? end + 1 : end;
    }
    px_hrw_table_end(&table);
    return is_equal && *wanted == '\0';
}

/* ---------------------------------------------------------- python and lcg */

static uint64_t weigh(const px_python_kernel *kernel, const px_python_digest *digest, uint64_t seed) {
    static uint32_t start[PX_MT19937_SIZE];
    uint64_t numbers[PX_PYTHON_LANES];
    px_python_batch batch = {.count = 0};
    if (start[0] == 0) px_mt19937_start(start);
    for (size_t lane = 0; lane < kernel->lanes; lane++) px_python_batch_add(&batch, digest, seed ^ lane);
    px_python_batch_draw(&batch, kernel, start, numbers);
    return numbers[0];
}

/* DIGEST IS-SIGNED HOST PORT SEED WEIGHT */
static bool check_python(const line *line) {
    uint8_t bytes[64], ipv6[16] = {0};
    px_python_digest digest = px_python_read_digest(bytes, decode(line->fields[1], bytes), *line->fields[2] == '1');
    px_address address;
    if (px_address_parse_host(&address, line->fields[3], NULL) != PROXENOS_OK) return false;
    if (address.kind == PX_ADDRESS_IPV4) memcpy(ipv6 + 12, address.bytes, 4);
    else memcpy(ipv6, address.bytes, 16);
    px_python_digest packed = px_python_node_digest(ipv6, (uint16_t)decimal(line->fields[4]));
    uint64_t seed = px_python_weight(&packed, 0), weight = px_python_weight(&digest, seed);
    bool is_equal = seed == decimal(line->fields[5]) && weight == decimal(line->fields[6]);
    for (size_t i = 0; px_python_kernel_at(i) != NULL; i++) {
        const px_python_kernel *kernel = px_python_kernel_at(i);
        if (kernel->is_supported()) is_equal &= weigh(kernel, &digest, seed) == weight;
    }
    return is_equal;
}

/* KEY-HASH64 NODE-HASH64 W */
static bool check_lcg(const line *line) {
    uint32_t key = px_lcg_fold(hexadecimal(line->fields[1])), node = px_lcg_fold(hexadecimal(line->fields[2]));
    return px_lcg_weight(px_lcg_node(node), key) == decimal(line->fields[3]);
}

/* ------------------------------------------------------------------- lines */

static struct kind {
    const char *name;
    size_t fields;            /* at least */
    check_function *check;
    size_t passed, failed;
} kinds[] = {
    {"address", 4, check_address, 0, 0}, {"secret", 3, check_secret, 0, 0},   {"table", 3, check_table, 0, 0},
    {"hash", 6, check_hash, 0, 0},       {"hrw", 7, check_hrw, 0, 0},         {"ranking", 4, check_ranking, 0, 0},
    {"python", 7, check_python, 0, 0},   {"lcg", 4, check_lcg, 0, 0},
};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static void cut(char *text, line *line) {
    text[strcspn(text, "\n")] = '\0';
    line->count = 0;
    for (char *tab; line->count < MOST_FIELDS; text = tab + 1) {
        line->fields[line->count++] = text;
        tab = strchr(text, '\t');
        if (tab == NULL) break;
        *tab = '\0';
    }
}

static bool check_line(const line *line) {
    for (size_t i = 0; i < KIND_COUNT; i++) {
        struct kind *kind = &kinds[i];
        if (strcmp(kind->name, line->fields[0]) != 0) continue;
        bool is_right = line->count >= kind->fields && kind->check(line);
        if (is_right) kind->passed++;
        else if (kind->failed++ < 5) printf("# %s: %s, %s\n", kind->name, line->fields[1], line->fields[2]);
        return true;
    }
    return false;
}

int main(void) {
    static char text[8192];
    line line;
    while (fgets(text, sizeof text, stdin) != NULL) {
        cut(text, &line);
        if (!check_line(&line)) {
            printf("Bail out! no line is of the kind '%s'\n", line.fields[0]);
            return 99;
        }
    }
    printf("1..%d\n", KIND_COUNT);
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *kind = &kinds[i];
        bool is_right = kind->failed == 0 && kind->passed > 0;
        printf("%s %d - %s: %zu of %zu lines are met\n", is_right ? "ok" : "not ok", i + 1, kind->name,
               kind->passed, kind->passed + kind->failed);
    }
    return 0;
}
