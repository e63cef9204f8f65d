/* SPDX-License-Identifier: MIT */
#include "selection/domain.h"

#include <string.h>

proxenos_status px_domain_parse(const char *spread_by, px_domain *domain, proxenos_error *error) {
    static const char prefix[] = "meta.";
    domain->metadata = NULL;
    if (spread_by == NULL || strcmp(spread_by, "zone") == 0) return PROXENOS_OK;
    if (strncmp(spread_by, prefix, sizeof prefix - 1) == 0 && spread_by[sizeof prefix - 1] != '\0') {
        domain->metadata = spread_by + sizeof prefix - 1;
        return PROXENOS_OK;
    }
    return px_error(error, PROXENOS_ERROR_CONFIG, "nodes are spread by 'zone' or by 'meta.KEY', not by '%s'",
                    spread_by);
}

const char *px_domain_of(const px_domain *domain, const proxenos_node *node) {
    const char *text = domain->metadata == NULL ? node->zone : px_node_metadata(node, domain->metadata);
    return text == NULL ? "" : text;
}
