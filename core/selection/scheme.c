/* SPDX-License-Identifier: MIT */
#include "selection/scheme.h"

#include "base/text.h"
#include "cluster/fingerprint.h"
#include "selection/domain.h"

#include <inttypes.h>
#include <string.h>

/* What is read of the nodes besides identity and weight, one record after another: identity, 0, the weighting's
 * number, 0, what they are spread by, 0. */
static void add_records(px_text *records, const proxenos_cluster *cluster, const px_domain *domain,
                        const px_more *more) {
    for (size_t i = 0, place = 0; i < cluster->count; i++) {
        const proxenos_node *node = cluster->nodes[i];
        px_text_append(records, node->identity, strlen(node->identity) + 1);
        if (place < more->count && more->nodes[place] == i) {
            px_text_format(records, "%" PRIu64, more->numbers[place++]);
        }
        px_text_append(records, "", 1);
        const char *zone = domain == NULL ? "" : px_domain_of(domain, node);
        px_text_append(records, zone, strlen(zone) + 1);
    }
}

/* Where identities and weights do not tell all: a fingerprint of the rest. */
static void add_nodes(px_text *text, const px_scheme *scheme) {
    px_domain domain, *spread = scheme->spread_by == NULL ? NULL : &domain;
    px_more more = {0};
    if (spread != NULL) (void)px_domain_parse(scheme->spread_by, spread, NULL);
    if (scheme->weighting->read_more != NULL) scheme->weighting->read_more(scheme->state, &more);
    if (spread == NULL && more.count == 0) return;
    px_text records = {0};
    add_records(&records, scheme->cluster, spread, &more);
    if (records.failed) text->failed = true;
    else px_text_format(text, "/nodes=%016" PRIx64, px_siphash24(px_public_key, records.bytes, records.length));
    px_text_clear(&records);
}

char *px_scheme_text(const px_scheme *scheme) {
    px_text text = {0};
    px_text_format(&text, "%s/%s/", scheme->weighting->scheme, proxenos_hash_name(scheme->hash));
    px_identity_scheme(&scheme->cluster->identity, &text);
    if (scheme->hash->parameters[0] != '\0') px_text_format(&text, "/%s", scheme->hash->parameters);
    if (scheme->spread_by != NULL) {
        px_text_add(&text, "/spread=");
        px_text_percent(&text, scheme->spread_by);
    }
    if (scheme->table != 0) px_text_format(&text, "/table=%zu", scheme->table);
    if (scheme->ignores_weights) px_text_add(&text, "/weights=ignored");
    add_nodes(&text, scheme);
    return px_text_take(&text);
}
