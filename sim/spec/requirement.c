/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/requirement.h>

#include <string.h>

const struct pring_requirement_info pring_requirement_info[PRING_REQ_COUNT] = {
#define PRING_REQ(ident, id, role, level, wording)                                                           \
    [PRING_REQ_##ident] = {id, wording, PRING_ROLE_##role, PRING_LEVEL_##level},
#include "requirements.def"
#undef PRING_REQ
};

enum pring_requirement pring_requirement_by_id(const char *id, uint32_t len)
{
    for (uint32_t i = 1; i < PRING_REQ_COUNT; i++) {
        const char *known = pring_requirement_info[i].id;
        if (strlen(known) == len && memcmp(known, id, len) == 0)
            return (enum pring_requirement)i;
    }
    return PRING_REQ_NONE;
}

const char *pring_requirement_role_name(enum pring_requirement_role role)
{
    return role == PRING_ROLE_DRV ? "driver" : "device";
}

const char *pring_requirement_level_name(enum pring_requirement_level level)
{
    switch (level) {
    case PRING_LEVEL_MUST:
        return "must";
    case PRING_LEVEL_MUST_NOT:
        return "must not";
    case PRING_LEVEL_SHOULD:
        return "should";
    case PRING_LEVEL_STATED:
        break;
    }
    return "is stated to";
}
