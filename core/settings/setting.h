/* SPDX-License-Identifier: MIT */
/* One setting: what somebody said, where, and with which rank; and the names that
 * settings have. */
#ifndef PX_SETTINGS_SETTING_H
#define PX_SETTINGS_SETTING_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* One entry.  `section` is "" for plain names, "filter", "follow", "snapshot", "backend", "hash", or a
 * plugin's own name as a configuration writes it ("consul"). */
typedef struct px_setting {
    char *section, *name;
    char **items;                 /* a repeated flag gives several; for all but lists the last counts */
    size_t count;
    bool is_list;                 /* written as a list */
    uint32_t rank;                /* PROXENOS_RANK_... */
    char *said_by;
    char *base_folder;            /* NULL: the current folder */
    unsigned line, column;        /* 0 unless from a file */
    bool is_exposed;              /* others can read that file */
} px_setting;

typedef struct px_setting_list {
    px_setting *entries;          /* in the order said */
    size_t count, capacity;
} px_setting_list;

/* Adds a copy; its strings may be borrowed. */
proxenos_status px_setting_list_add(px_setting_list *list, const px_setting *setting, proxenos_error *error);
/* Adds one element to an entry of a list. */
proxenos_status px_setting_add_item(px_setting *setting, const char *item, proxenos_error *error);
/* Wipes: a value may be a secret, which only a plugin's schema can tell. */
void px_setting_list_end(px_setting_list *list);

/* The value that counts: the last item, or "" when there is none. */
const char *px_setting_value(const px_setting *setting);

/* Puts the sayer and its place before a bare problem.  Gives the status that fits the sayer's rank in place of
 * CONFIG, and leaves every other as it is.  `setting` NULL: no sayer. */
proxenos_status px_setting_blame(const px_setting *setting, proxenos_status status, proxenos_error *error);

/* A plain name, or one of the sections filter, follow and snapshot. */
typedef struct px_setting_rule {
    const char *section, *name;
    const char *fallback;         /* NULL: none */
    /* Refuses a value with the bare problem, CONFIG; NULL: any will do, or whoever uses it checks it. */
    proxenos_status (*check)(const char *value, proxenos_error *error);
    bool is_list;                 /* several values, which all count */
} px_setting_rule;

/* The rules in the order in which settings are shown; NULL past the last. */
const px_setting_rule *px_setting_rule_at(size_t index);
/* Whether rules stand in a section of that name. */
bool px_setting_is_section(const char *name);
/* NULL when there is none. */
const px_setting_rule *px_setting_rule_find(const char *section, const char *name);

#endif
