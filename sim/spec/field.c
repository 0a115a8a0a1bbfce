/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/field.h>

#include <string.h>

const struct pring_field_info pring_field_info[PRING_FIELD_COUNT] = {
#define PRING_FIELD(code, ident, group, name, bits, offset, device)                                          \
    [code] = {name, PRING_GROUP_##group, bits, offset, device},
#include <pring/fields.def>
#undef PRING_FIELD
};

enum pring_field pring_field_by_name(const char *name, uint32_t len)
{
    for (uint32_t code = 1; code < PRING_FIELD_COUNT; code++) {
        const char *known = pring_field_info[code].name;
        if (known && strlen(known) == len && memcmp(known, name, len) == 0)
            return (enum pring_field)code;
    }
    return PRING_FIELD_NONE;
}

/* One case label per register. REG_OTHER has no place of its own: its label is one that never comes. */
#define CASE_REG(ident, offset)                                                                              \
    case PRING_F_##ident == PRING_F_REG_OTHER ? 0x100:                                                       \
        (offset) : return PRING_F_##ident;
#define CASE_CONFIG(ident, offset)
#define CASE_DESC(ident, offset)
#define CASE_AVAIL(ident, offset)
#define CASE_USED(ident, offset)
#define CASE_PACKED(ident, offset)
#define CASE_DATA(ident, offset)
#define CASE_POINT(ident, offset)
#define CASE_CALL(ident, offset)
#define CASE_HEADER(ident, offset)

static enum pring_field register_at(uint32_t offset)
{
    switch (offset) {
#define PRING_FIELD(code, ident, group, name, bits, offset, device) CASE_##group(ident, offset)
#include <pring/fields.def>
#undef PRING_FIELD
    default:
        return PRING_F_REG_OTHER;
    }
}

enum pring_field pring_field_of_register(uint32_t offset)
{
    static uint8_t fields[0x100 / 4]; /* 0: not asked for yet */
    uint8_t *known = &fields[offset / 4 % (sizeof fields)];

    if (offset >= 0x100)
        return PRING_F_REG_OTHER;
    if (!*known) {
        enum pring_field field = register_at(offset & ~3u);
        /* Registers of Version 1 are reserved labels; on a Version 2 device their places are gaps. */
        *known = (uint8_t)(field >= PRING_F_REG_GUEST_PAGE_SIZE ? PRING_F_REG_OTHER : field);
    }
    return (enum pring_field) * known;
}

enum pring_field pring_field_of_config(uint32_t device_type, uint32_t offset, uint32_t *start)
{
    for (uint32_t code = PRING_F_CONFIG_CAPACITY; code < PRING_F_CONFIG_OTHER; code++) {
        const struct pring_field_info *info = &pring_field_info[code];
        if (info->device == device_type && offset >= info->offset &&
            offset < info->offset + info->bits / 8u) {
            *start = info->offset;
            return (enum pring_field)code;
        }
    }
    *start = offset;
    return PRING_F_CONFIG_OTHER;
}
