/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "report/place.h"

bool pring_place_of(const struct pring_accusation *accusation, struct pring_report *where)
{
    memset(where, 0, sizeof(*where));
    return accusation->pc != 0 && pring_machine_symbolize(accusation->pc, where) &&
           where->function[0] != '\0';
}

const char *pring_label_name(uint8_t label)
{
    const char *name = label < PRING_FIELD_COUNT ? pring_field_info[label].name : NULL;

    return name ? name : "none";
}

const char *pring_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

void pring_result_key(const struct pring_result *result, char *out, size_t size_bytes)
{
    const struct pring_accusation *bug = &result->bug;
    struct pring_report where;
    bool known = pring_place_of(bug, &where);

    snprintf(out, size_bytes, "%s/%s/%s/%s", bug->oracle, bug->rule, pring_label_name(bug->label),
             known ? where.function : "unknown");
}
