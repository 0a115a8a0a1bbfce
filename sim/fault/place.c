/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

enum {
    SIDE_EVENT = 1 << PRING_SIDE_DEVICE,
    SIDE_LOAD = 1 << PRING_SIDE_LOAD,
    SIDE_STORE = 1 << PRING_SIDE_STORE,
};

static bool is_read_only(enum pring_field field)
{
    switch (field) {
    case PRING_F_REG_MAGIC_VALUE:
    case PRING_F_REG_VERSION:
    case PRING_F_REG_DEVICE_ID:
    case PRING_F_REG_VENDOR_ID:
    case PRING_F_REG_DEVICE_FEATURES:
    case PRING_F_REG_QUEUE_SIZE_MAX:
    case PRING_F_REG_INTERRUPT_STATUS:
    case PRING_F_REG_SHM_LEN_LOW:
    case PRING_F_REG_SHM_LEN_HIGH:
    case PRING_F_REG_SHM_BASE_LOW:
    case PRING_F_REG_SHM_BASE_HIGH:
    case PRING_F_REG_CONFIG_GENERATION:
        return true;
    default:
        return false;
    }
}

static bool is_read_write(enum pring_field field)
{
    switch (field) {
    case PRING_F_REG_QUEUE_READY:
    case PRING_F_REG_STATUS:
    case PRING_F_REG_QUEUE_RESET:
    case PRING_F_REG_OTHER: /* forbidden either way, so it may come either way */
    case PRING_F_CONFIG_WRITEBACK:
    case PRING_F_CONFIG_EMERG_WR:
    case PRING_F_CONFIG_OTHER:
        return true;
    default:
        return false;
    }
}

bool pring_field_is_read(enum pring_field field)
{
    return pring_field_info[field].group == PRING_GROUP_CONFIG || is_read_only(field) || is_read_write(field);
}

bool pring_field_is_written(enum pring_field field)
{
    if (pring_field_info[field].group == PRING_GROUP_CONFIG)
        return is_read_write(field);
    return !is_read_only(field);
}

bool pring_field_is_element(enum pring_field field)
{
    return pring_field_info[field].group == PRING_GROUP_DESC || field == PRING_F_AVAIL_RING ||
           field == PRING_F_USED_ID || field == PRING_F_USED_LEN ||
           (field >= PRING_F_PACKED_ADDR && field <= PRING_F_PACKED_FLAGS);
}

bool pring_field_is_polled(enum pring_field field)
{
    return field == PRING_F_USED_IDX || field == PRING_F_USED_FLAGS || field == PRING_F_USED_AVAIL_EVENT ||
           (field >= PRING_F_PACKED_FLAGS && field <= PRING_F_EVENT_FLAGS);
}

bool pring_field_has_queue(enum pring_field field)
{
    switch (pring_field_info[field].group) {
    case PRING_GROUP_REG:
        return (field >= PRING_F_REG_QUEUE_SIZE_MAX && field <= PRING_F_REG_QUEUE_NOTIFY) ||
               (field >= PRING_F_REG_QUEUE_DESC_LOW && field <= PRING_F_REG_QUEUE_DEVICE_HIGH) ||
               field == PRING_F_REG_QUEUE_RESET;
    case PRING_GROUP_CONFIG:
    case PRING_GROUP_CALL:
        return false;
    default:
        return field != PRING_F_IRQ_LINE;
    }
}

/* Places for what may happen at any time: accesses of the driver that every backend shows alike. */
static uint32_t sides_of_access(enum pring_field field)
{
    switch (pring_field_info[field].group) {
    case PRING_GROUP_REG:
        if (field >= PRING_F_REG_GUEST_PAGE_SIZE)
            return 0;
        return is_read_write(field) ? SIDE_EVENT | SIDE_LOAD | SIDE_STORE : SIDE_EVENT;
    case PRING_GROUP_CONFIG:
        return is_read_write(field) ? SIDE_EVENT | SIDE_LOAD | SIDE_STORE : SIDE_EVENT;
    case PRING_GROUP_DESC:
    case PRING_GROUP_AVAIL:
    case PRING_GROUP_USED:
    case PRING_GROUP_PACKED:
        return SIDE_LOAD | SIDE_STORE;
    case PRING_GROUP_POINT:
        return field == PRING_F_DONE || field == PRING_F_KICK ? SIDE_EVENT : 0;
    default:
        return 0;
    }
}

/* Payload is poked where the driver may be about to look, not while it still writes the chain down. */
static uint32_t sides_of_payload_poke(enum pring_field label)
{
    uint32_t sides = sides_of_access(label) & ~(uint32_t)SIDE_STORE;

    return pring_field_info[label].group == PRING_GROUP_REG && !pring_field_is_read(label) ? 0 : sides;
}

uint32_t pring_fault_sides(const struct pring_fault *fault)
{
    enum pring_field label = (enum pring_field)fault->label;

    if (label >= PRING_FIELD_COUNT || !pring_field_info[label].name)
        return 0;
    switch (fault->action) {
    case PRING_FAULT_POKE:
        if (fault->target == PRING_F_DATA_IN || fault->target == PRING_F_DATA_OUT)
            return sides_of_payload_poke(label);
        return sides_of_access(label);
    case PRING_FAULT_CHANGE:
    case PRING_FAULT_STATE:
    case PRING_FAULT_RELEASE:
    case PRING_FAULT_IRQ:
    case PRING_FAULT_SWITCH:
    case PRING_FAULT_NEEDS_RESET:
    case PRING_FAULT_UNPLUG:
        return sides_of_access(label);
    default: /* the row says at which label; there is one event to falsify there */
        return SIDE_EVENT;
    }
}

bool pring_fault_placeable(const struct pring_fault *fault)
{
    return fault->side < 3 && (pring_fault_sides(fault) >> fault->side & 1);
}
