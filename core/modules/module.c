/* SPDX-License-Identifier: MIT */
#include "modules/module.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Where ABI 1.0 ended: a struct that is shorter lacks what every plugin has. */
#define END_OF(type, last) (uint32_t)(offsetof(type, last) + sizeof(((type *)0)->last))
enum {
    MODULE_1_0 = END_OF(proxenos_module, hash_stride),
    BACKEND_1_0 = END_OF(proxenos_backend, close),
    HASH_1_0 = END_OF(proxenos_hash, close),
    KNOWN_ANSWER_1_0 = END_OF(proxenos_known_answer, source),
};

/* More than any family has; a larger number is a descriptor gone wrong. */
enum { PARTS_LIMIT = 256, KNOWN_ANSWERS_LIMIT = 100000, ALIASES_LIMIT = 64, NAME_LIMIT = 64, STRIDE_LIMIT = 65536 };

const char *px_kind_name(px_kind kind) {
    return kind == PX_BACKEND ? "backend" : "hash";
}

const char *px_kind_plural(px_kind kind) {
    return kind == PX_BACKEND ? "backends" : "hashes";
}

const char *px_module_name(const px_module *module) {
    return module->name;
}

const char *px_module_version(const px_module *module) {
    return module->version;
}

const char *px_module_file(const px_module *module) {
    return module->file;
}

static proxenos_status refuse(const px_module *module, proxenos_error *error, const char *format, ...)
    PX_PRINTF(3, 4);
static proxenos_status refuse(const px_module *module, proxenos_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    proxenos_status status = px_error_v(error, PROXENOS_ERROR_PLUGIN, format, arguments);
    va_end(arguments);
    px_error_prefix(error, "%s", module->file);
    return status;
}

/* Names go into file names, YAML keys and scheme texts. */
static bool is_name(const char *name) {
    if (name == NULL || *name == '\0' || strlen(name) > NAME_LIMIT) return false;
    if (strchr("._-", *name) != NULL) return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (!px_is_letter(*c) && !px_is_digit(*c) && strchr("._-", *c) == NULL) return false;
    }
    return true;
}

/* One element of a plugin's array as this core knows the struct: fields that the
 * plugin lacks are zero, fields that we lack are left out. */
static void copy_row(void *row, size_t size, const void *first, uint32_t index, uint32_t stride) {
    memset(row, 0, size);
    memcpy(row, (const char *)first + (size_t)index * stride, stride < size ? stride : size);
}

static proxenos_status check_array(const px_module *module, const char *what, const void *first, uint32_t count,
                                   uint32_t limit, uint32_t stride, uint32_t least, proxenos_error *error) {
    if (count == 0) return PROXENOS_OK;
    if (first == NULL || count > limit) {
        return refuse(module, error, "the descriptor counts %u %s, but %s", count, what,
                      first == NULL ? "points at none" : "so many cannot be");
    }
    if (stride < least || stride > STRIDE_LIMIT) {
        return refuse(module, error, "the stride of its %s is %u bytes; ABI 1.0 has %u: set it to sizeof", what,
                      stride, least);
    }
    return PROXENOS_OK;
}

/* Major and size come first: until they are known, no other field has a meaning. */
static proxenos_status check_abi(const px_module *module, const proxenos_module *descriptor,
                                 proxenos_error *error) {
    if (descriptor->abi_major != PROXENOS_ABI_MAJOR) {
        return refuse(module, error,
                      "the plugin is built for plugin ABI %u.%u, this proxenos has %d.%d: rebuild it with "
                      "this version's plugin.h",
                      descriptor->abi_major, descriptor->abi_minor, PROXENOS_ABI_MAJOR, PROXENOS_ABI_MINOR);
    }
    if (descriptor->size < MODULE_1_0) {
        return refuse(module, error,
                      "the module descriptor is %u bytes long, shorter than the %u of ABI 1.0: begin it "
                      "with PROXENOS_MODULE_HEADER",
                      descriptor->size, MODULE_1_0);
    }
    if (descriptor->needs_minor > PROXENOS_ABI_MINOR) {
        return refuse(module, error,
                      "the plugin needs plugin ABI %d.%u, this proxenos has %d.%d: a newer proxenos is "
                      "needed",
                      PROXENOS_ABI_MAJOR, descriptor->needs_minor, PROXENOS_ABI_MAJOR, PROXENOS_ABI_MINOR);
    }
    return PROXENOS_OK;
}

/* What backends and hashes have in common: a name of their own and a schema. */
static proxenos_status add_part(const px_module *module, px_kind kind, uint32_t index, const char *name,
                                const proxenos_option *options, uint32_t count, uint32_t stride,
                                const px_schema **schema, proxenos_error *error) {
    if (!is_name(name)) {
        return refuse(module, error, "%s number %u has %s%s; a name is 1 to %d letters, digits, '-', '_' and '.'",
                      px_kind_name(kind), index + 1, name == NULL ? "no name" : "the name ",
                      name == NULL ? "" : name, NAME_LIMIT);
    }
    if (px_module_find(module, kind, name) != (int)index) {
        return refuse(module, error, "two %s answer to '%s'", px_kind_plural(kind), name);
    }
    char owner[NAME_LIMIT + 16];
    (void)snprintf(owner, sizeof owner, "%s '%s'", px_kind_name(kind), name);
    px_schema *made = NULL;
    proxenos_status status = px_schema_new(owner, options, count, stride, &made, error);
    if (status != PROXENOS_OK) px_error_prefix(error, "%s", module->file);
    *schema = made;
    return status;
}

static proxenos_status add_backend(px_module *module, uint32_t index, bool is_only, proxenos_error *error) {
    px_backend_type *type = &module->backends[index];
    const proxenos_backend *backend = &type->callbacks;
    proxenos_status status = add_part(module, PX_BACKEND, index, backend->name, backend->options,
                                      backend->option_count, backend->option_stride, &type->schema, error);
    if (status != PROXENOS_OK) return status;
    if (is_only && strcmp(backend->name, module->name) != 0) {
        return refuse(module, error,
                      "backend '%s' is the module's only one, so its name must be the module's, '%s'",
                      backend->name, module->name);
    }
    if (backend->fetch == NULL) return refuse(module, error, "backend '%s' has no fetch", backend->name);
    return PROXENOS_OK;
}

static proxenos_status check_widths(const px_module *module, const proxenos_hash *hash, proxenos_error *error) {
    if (hash->hash_bits != 32 && hash->hash_bits != 64) {
        return refuse(module, error, "hash '%s' says that hash64 is %u bits wide; it is 32 or 64", hash->name,
                      hash->hash_bits);
    }
    if (hash->digest_bits % 8 != 0 || hash->digest_bits > 512) {
        return refuse(module, error, "hash '%s' says that its digest has %u bits; it is a multiple of 8 up to 512",
                      hash->name, hash->digest_bits);
    }
    if ((hash->digest == NULL) != (hash->digest_bits == 0)) {
        return refuse(module, error, "hash '%s' has %s", hash->name,
                      hash->digest == NULL ? "digest_bits, but no digest" : "a digest, but its digest_bits are 0");
    }
    if (hash->python_form > PROXENOS_PYTHON_SIGNED ||
        (hash->python_form != PROXENOS_PYTHON_NONE && !hash->digest)) {
        return refuse(module, error, "hash '%s' has python_form %u, %s", hash->name, hash->python_form,
                      hash->python_form > PROXENOS_PYTHON_SIGNED ? "which this ABI does not know"
                                                                 : "which reads a digest that it lacks");
    }
    return PROXENOS_OK;
}

static proxenos_status check_aliases(const px_module *module, const proxenos_hash *hash, uint32_t index,
                                     proxenos_error *error) {
    for (size_t i = 0; hash->aliases != NULL && hash->aliases[i] != NULL; i++) {
        if (i == ALIASES_LIMIT || !is_name(hash->aliases[i])) {
            return refuse(module, error, "the aliases of hash '%s' are no list of names that ends with NULL",
                          hash->name);
        }
        if (px_module_find(module, PX_HASH, hash->aliases[i]) != (int)index) {
            return refuse(module, error, "two hashes answer to '%s'", hash->aliases[i]);
        }
    }
    return PROXENOS_OK;
}

static proxenos_status add_known_answers(const px_module *module, px_hash_type *type, proxenos_error *error) {
    const proxenos_hash *hash = &type->callbacks;
    proxenos_status status = check_array(module, "known answers", hash->known_answers, hash->known_answer_count,
                                         KNOWN_ANSWERS_LIMIT, hash->known_answer_stride, KNOWN_ANSWER_1_0, error);
    if (status != PROXENOS_OK) return status;
    type->known_answers = px_calloc(hash->known_answer_count, sizeof *type->known_answers);
    if (type->known_answers == NULL) return px_error_memory(error);
    for (uint32_t i = 0; i < hash->known_answer_count; i++) {
        copy_row(&type->known_answers[i], sizeof *type->known_answers, hash->known_answers, i,
                 hash->known_answer_stride);
    }
    return PROXENOS_OK;
}

static proxenos_status add_hash(px_module *module, uint32_t index, proxenos_error *error) {
    px_hash_type *type = &module->hashes[index];
    const proxenos_hash *hash = &type->callbacks;
    proxenos_status status = add_part(module, PX_HASH, index, hash->name, hash->options, hash->option_count,
                                      hash->option_stride, &type->schema, error);
    if (status == PROXENOS_OK) status = check_aliases(module, hash, index, error);
    if (status == PROXENOS_OK) status = check_widths(module, hash, error);
    if (status != PROXENOS_OK) return status;
    if (hash->hash64 == NULL) return refuse(module, error, "hash '%s' has no hash64", hash->name);
    return add_known_answers(module, type, error);
}

static void copy_parts(px_module *module, const proxenos_module *row) {
    module->backend_count = row->backend_count;
    for (uint32_t i = 0; i < row->backend_count; i++) {
        px_backend_type *type = &module->backends[i];
        copy_row(&type->callbacks, sizeof type->callbacks, row->backends, i, row->backend_stride);
        type->module = module;
    }
    module->hash_count = row->hash_count;
    for (uint32_t i = 0; i < row->hash_count; i++) {
        px_hash_type *type = &module->hashes[i];
        copy_row(&type->callbacks, sizeof type->callbacks, row->hashes, i, row->hash_stride);
        type->module = module;
    }
}

static proxenos_status add_parts(px_module *module, const proxenos_module *row, proxenos_error *error) {
    proxenos_status status = check_array(module, "backends", row->backends, row->backend_count, PARTS_LIMIT,
                                         row->backend_stride, BACKEND_1_0, error);
    if (status == PROXENOS_OK) {
        status = check_array(module, "hashes", row->hashes, row->hash_count, PARTS_LIMIT, row->hash_stride,
                             HASH_1_0, error);
    }
    if (status != PROXENOS_OK) return status;
    if (row->backend_count == 0 && row->hash_count == 0) {
        return refuse(module, error, "the module offers neither a backend nor a hash");
    }
    module->backends = px_calloc(row->backend_count, sizeof *module->backends);
    module->hashes = px_calloc(row->hash_count, sizeof *module->hashes);
    if (module->backends == NULL || module->hashes == NULL) return px_error_memory(error);
    copy_parts(module, row);
    for (uint32_t i = 0; status == PROXENOS_OK && i < module->backend_count; i++) {
        status = add_backend(module, i, module->backend_count == 1, error);
    }
    for (uint32_t i = 0; status == PROXENOS_OK && i < module->hash_count; i++) status = add_hash(module, i, error);
    return status;
}

static proxenos_status read_descriptor(px_module *module, const proxenos_module *descriptor,
                                       proxenos_error *error) {
    proxenos_status status = check_abi(module, descriptor, error);
    if (status != PROXENOS_OK) return status;
    proxenos_module row;
    copy_row(&row, sizeof row, descriptor, 0, descriptor->size);
    if (!is_name(row.name)) {
        return refuse(module, error,
                      "the module's name is '%s'; a name is 1 to %d letters, digits, '-', '_' and '.'",
                      row.name == NULL ? "" : row.name, NAME_LIMIT);
    }
    if (module->name == NULL && (module->name = px_strdup(row.name)) == NULL) return px_error_memory(error);
    if (strcmp(row.name, module->name) != 0) {
        return refuse(module, error, "the module calls itself '%s': the file's name must be the module's, %s.so",
                      row.name, row.name);
    }
    module->version = row.version == NULL ? "" : row.version;
    module->summary = row.summary == NULL ? "" : row.summary;
    return add_parts(module, &row, error);
}

proxenos_status px_module_new(const char *name, const char *file, const proxenos_module *descriptor,
                              px_module **module, proxenos_error *error) {
    *module = NULL;
    px_module *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    made->version = made->summary = "";
    made->file = px_strdup(file);
    if (name != NULL) made->name = px_strdup(name);
    bool is_made = made->file != NULL && (name == NULL || made->name != NULL);
    proxenos_status status = is_made ? read_descriptor(made, descriptor, error) : px_error_memory(error);
    if (status == PROXENOS_OK) *module = made;
    else px_module_free(made);
    return status;
}

/* The schema is the module's own; the types only show it. */
static void free_schema(const px_schema *schema) {
    px_schema_free((px_schema *)(uintptr_t)schema);
}

void px_module_free(px_module *module) {
    if (module == NULL) return;
    for (uint32_t i = 0; i < module->backend_count; i++) free_schema(module->backends[i].schema);
    for (uint32_t i = 0; i < module->hash_count; i++) {
        free_schema(module->hashes[i].schema);
        free(module->hashes[i].known_answers);
    }
    free(module->backends);
    free(module->hashes);
    free(module->name);
    free(module->file);
    free(module);
}

/* ------------------------------------------------------------------- names */

uint32_t px_module_count(const px_module *module, px_kind kind) {
    return kind == PX_BACKEND ? module->backend_count : module->hash_count;
}

const char *px_module_part_name(const px_module *module, px_kind kind, uint32_t index) {
    return kind == PX_BACKEND ? module->backends[index].callbacks.name : module->hashes[index].callbacks.name;
}

static bool hash_bears(const proxenos_hash *hash, const char *name) {
    if (hash->name != NULL && px_equal_ignoring_case(hash->name, name)) return true;
    for (size_t i = 0; hash->aliases != NULL && hash->aliases[i] != NULL && i < ALIASES_LIMIT; i++) {
        if (px_equal_ignoring_case(hash->aliases[i], name)) return true;
    }
    return false;
}

bool px_hash_answers_to(const px_hash_type *type, const char *name) {
    return hash_bears(&type->callbacks, name) ||
           (type->module != NULL && px_equal_ignoring_case(type->module->name, name));
}

int px_module_find(const px_module *module, px_kind kind, const char *name) {
    for (uint32_t i = 0; i < px_module_count(module, kind); i++) {
        const char *own = px_module_part_name(module, kind, i);
        bool bears = kind == PX_HASH ? hash_bears(&module->hashes[i].callbacks, name)
                                     : own != NULL && strcmp(own, name) == 0;
        if (bears) return (int)i;
    }
    return -1;
}
