/* SPDX-License-Identifier: Apache-2.0 */
/* Labels as numbers: fields.def spelled as enum and table. */
#ifndef PRING_FIELD_H
#define PRING_FIELD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_field_group {
    PRING_GROUP_REG = 1,
    PRING_GROUP_CONFIG,
    PRING_GROUP_DESC,
    PRING_GROUP_AVAIL,
    PRING_GROUP_USED,
    PRING_GROUP_PACKED,
    PRING_GROUP_DATA,
    PRING_GROUP_POINT,
    PRING_GROUP_CALL,
    PRING_GROUP_HEADER,
};

enum pring_field {
    PRING_FIELD_NONE = 0,
#define PRING_FIELD(code, ident, group, name, bits, offset, device) PRING_F_##ident = code,
#include <pring/fields.def>
#undef PRING_FIELD
    PRING_FIELD_COUNT = 105, /* one past the largest code */
    PRING_FIELDS_FIRST = 94, /* those of entropy and block; behind them are headers of net and console */
};

struct pring_field_info {
    const char *name; /* as in a scenario; NULL: unassigned code */
    uint8_t group;    /* enum pring_field_group */
    uint8_t bits;
    uint16_t offset;
    uint8_t device; /* virtio device type, 0: any */
};

extern const struct pring_field_info pring_field_info[PRING_FIELD_COUNT];

enum pring_field pring_field_by_name(const char *name, uint32_t len); /* PRING_FIELD_NONE: unknown */
enum pring_field pring_field_of_register(uint32_t offset); /* offset < 0x100; PRING_F_REG_OTHER: gap */
/* The field of a device's configuration space that covers `offset`, and where it starts (in *start). */
enum pring_field pring_field_of_config(uint32_t device_type, uint32_t offset, uint32_t *start);

#ifdef __cplusplus
}
#endif
#endif
