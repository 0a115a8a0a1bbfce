/* SPDX-License-Identifier: Apache-2.0 */
/* The requirements of virtio 1.3 that are judged: requirements.def spelled as enum and table. */
#ifndef PRING_REQUIREMENT_H
#define PRING_REQUIREMENT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_requirement_role { PRING_ROLE_DRV = 1, PRING_ROLE_DEV };
enum pring_requirement_level {
    PRING_LEVEL_MUST = 1,
    PRING_LEVEL_MUST_NOT,
    PRING_LEVEL_SHOULD,
    PRING_LEVEL_STATED
};

enum pring_requirement { /* PRING_REQ_STATUS_DRV_01 ...; never stored as a number, write the id */
                         PRING_REQ_NONE = 0,
#define PRING_REQ(ident, id, role, level, wording) PRING_REQ_##ident,
#include "../../spec/requirements.def"
#undef PRING_REQ
                         PRING_REQ_COUNT
};

struct pring_requirement_info {
    const char *id;      /* "STATUS-DRV-01"; NULL for PRING_REQ_NONE */
    const char *wording; /* continues "The driver must ..." */
    uint8_t role;        /* enum pring_requirement_role */
    uint8_t level;       /* enum pring_requirement_level */
};

extern const struct pring_requirement_info pring_requirement_info[PRING_REQ_COUNT];

enum pring_requirement pring_requirement_by_id(const char *id, uint32_t len); /* PRING_REQ_NONE: unknown */
const char *pring_requirement_role_name(enum pring_requirement_role role);    /* "driver", "device" */
const char *pring_requirement_level_name(enum pring_requirement_level level); /* "must", "must not" ... */

#ifdef __cplusplus
}
#endif
#endif
