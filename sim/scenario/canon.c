/* SPDX-License-Identifier: Apache-2.0 */
#include "canon.h"

bool pring_device_is_built(uint64_t device_type)
{
    return device_type >= PRING_DEVICE_NET && device_type <= PRING_DEVICE_RNG;
}

uint32_t pring_scenario_device(const struct pring_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->set_count; i++) {
        if (scenario->set[i].key == PRING_SET_DEVICE && pring_device_is_built(scenario->set[i].value))
            return (uint32_t)scenario->set[i].value;
    }
    return PRING_DEVICE_BLK;
}

/* ---- set-up ---- */

static uint64_t clamp(uint64_t value, uint64_t least, uint64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static uint64_t power_of_two(uint64_t value, uint64_t least, uint64_t most)
{
    uint64_t size = least;

    while (size < most && size * 2 <= value)
        size *= 2;
    return size;
}

/* Block keys offer what an honest device may have: a driver that refuses these is at fault. Lies are faults.
 */
static bool canon_set_blk(struct pring_set *set)
{
    switch (set->key) {
    case PRING_SET_CAPACITY:
        set->value = clamp(set->value, 1, PRING_CAPACITY_MAX);
        return true;
    case PRING_SET_SIZE_MAX:
        set->value = clamp(set->value, PRING_SECTOR_BYTES, UINT32_MAX);
        return true;
    case PRING_SET_SEG_MAX:
        set->value = clamp(set->value, 1, UINT32_MAX);
        return true;
    case PRING_SET_BLK_SIZE:
        set->value = power_of_two(set->value, PRING_SECTOR_BYTES, 65536);
        return true;
    case PRING_SET_PHYSICAL_BLOCK_EXP:
        set->value = clamp(set->value, 0, 15);
        return true;
    case PRING_SET_ALIGNMENT_OFFSET:
        set->value = clamp(set->value, 0, UINT8_MAX);
        return true;
    case PRING_SET_MIN_IO_SIZE:
        set->value = clamp(set->value, 0, UINT16_MAX);
        return true;
    case PRING_SET_OPT_IO_SIZE:
        set->value = clamp(set->value, 0, UINT32_MAX);
        return true;
    case PRING_SET_QUEUES:
        set->value = clamp(set->value, 1, PRING_QUEUES_MAX);
        return true;
    case PRING_SET_MAX_DISCARD_SECTORS:
    case PRING_SET_MAX_WRITE_ZEROES_SECTORS:
    case PRING_SET_DISCARD_SECTOR_ALIGNMENT:
        set->value = clamp(set->value, 1, PRING_DISCARD_SECTORS_MAX);
        return true;
    case PRING_SET_MAX_DISCARD_SEG:
    case PRING_SET_MAX_WRITE_ZEROES_SEG:
        set->value = clamp(set->value, 1, PRING_DISCARD_SEGMENTS_MAX);
        return true;
    case PRING_SET_WRITE_ZEROES_MAY_UNMAP:
        set->value = clamp(set->value, 0, 1);
        return true;
    default:
        return false;
    }
}

static bool canon_set_net(struct pring_set *set)
{
    switch (set->key) {
    case PRING_SET_QUEUES:
        set->value = clamp(set->value, 1, PRING_UNITS_MAX);
        return true;
    case PRING_SET_MAC:
        set->value &= PRING_MAC_MAX & ~UINT64_C(1); /* no multicast address */
        return true;
    case PRING_SET_MTU:
        set->value = clamp(set->value, PRING_MTU_MIN, PRING_MTU_MAX);
        return true;
    default:
        return false;
    }
}

static bool canon_set_console(struct pring_set *set)
{
    switch (set->key) {
    case PRING_SET_COLS:
    case PRING_SET_ROWS:
        set->value = clamp(set->value, 0, UINT16_MAX);
        return true;
    case PRING_SET_PORTS:
        set->value = clamp(set->value, 1, PRING_UNITS_MAX);
        return true;
    default:
        return false;
    }
}

static bool canon_set_device(struct pring_set *set, uint32_t device_type)
{
    switch (device_type) {
    case PRING_DEVICE_BLK:
        return canon_set_blk(set);
    case PRING_DEVICE_NET:
        return canon_set_net(set);
    case PRING_DEVICE_CONSOLE:
        return canon_set_console(set);
    default:
        return false;
    }
}

bool pring_canon_set(struct pring_set *set, uint32_t device_type)
{
    set->index = 0;
    switch (set->key) {
    case PRING_SET_DEVICE:
        return pring_device_is_built(set->value);
    case PRING_SET_FEATURE_ON:
    case PRING_SET_FEATURE_OFF:
        return set->value < 64;
    case PRING_SET_QUEUE_SIZE:
        set->value = clamp(set->value, 1, PRING_QUEUE_SIZE_MAX);
        return true;
    case PRING_SET_SEED:
        return true;
    case PRING_SET_SCHEDULE:
        return set->value <= PRING_SCHEDULE_FREE;
    case PRING_SET_LATENCY:
    case PRING_SET_SPACING:
        set->value = clamp(set->value, 0, PRING_SET_NS_MAX);
        return true;
    case PRING_SET_ISOLATION:
        return set->value <= PRING_ISOLATION_BYTE;
    case PRING_SET_ORDER:
        return set->value <= 1;
    case PRING_SET_PROFILE:
        return set->value <= PRING_PROFILE_REORDER;
    default:
        return canon_set_device(set, device_type);
    }
}

/* Only packed rings come in all sizes [2.7, 2.8]. */
uint64_t pring_canon_size(const struct pring_scenario *scenario, uint64_t size)
{
    for (uint32_t i = 0; i < scenario->set_count; i++)
        if (scenario->set[i].key == PRING_SET_FEATURE_ON && scenario->set[i].value == FEATURE_RING_PACKED)
            return size;
    return power_of_two(size, 1, PRING_QUEUE_SIZE_MAX);
}

void pring_scenario_canon(struct pring_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->set_count; i++)
        if (scenario->set[i].key == PRING_SET_QUEUE_SIZE)
            scenario->set[i].value = pring_canon_size(scenario, scenario->set[i].value);
}

/* Where a record belongs; a feature bit has one place, whether on or off. */
static uint32_t place_of(const struct pring_set *set)
{
    if (set->key == PRING_SET_FEATURE_ON || set->key == PRING_SET_FEATURE_OFF)
        return PRING_SET_FEATURE_ON * 64u + (uint32_t)set->value;
    return set->key * 64u;
}

bool pring_scenario_add_set(struct pring_scenario *scenario, const struct pring_set *set)
{
    uint32_t place = place_of(set);
    uint32_t at = scenario->set_count;

    while (at > 0 && place_of(&scenario->set[at - 1]) > place)
        at--;
    if (at > 0 && place_of(&scenario->set[at - 1]) == place) {
        scenario->set[at - 1] = *set;
        return true;
    }
    if (scenario->set_count == PRING_SETS_MAX)
        return false;
    for (uint32_t i = scenario->set_count++; i > at; i--)
        scenario->set[i] = scenario->set[i - 1];
    scenario->set[at] = *set;
    return true;
}

/* ---- workload ---- */

uint32_t pring_work_uses(uint8_t verb)
{
    switch (verb) {
    case PRING_WORK_READ:
    case PRING_WORK_WRITE:
    case PRING_WORK_DISCARD:
    case PRING_WORK_ZERO:
        return PRING_USES_ASYNC | PRING_USES_SECTOR | PRING_USES_COUNT;
    case PRING_WORK_FLUSH:
    case PRING_WORK_ID:
        return PRING_USES_ASYNC;
    case PRING_WORK_ENTROPY:
        return PRING_USES_ASYNC | PRING_USES_BYTES;
    case PRING_WORK_SEND:
        return PRING_USES_ASYNC | PRING_USES_BYTES | PRING_USES_UNIT;
    case PRING_WORK_CONTROL:
        return PRING_USES_ASYNC | PRING_USES_COMMAND | PRING_USES_VALUE | PRING_USES_UNIT;
    case PRING_WORK_CANCEL:
        return PRING_USES_WHICH;
    case PRING_WORK_RESIZE:
        return PRING_USES_CAPACITY;
    case PRING_WORK_DELAY:
        return PRING_USES_NS;
    default:
        return 0;
    }
}

bool pring_work_fits(uint8_t verb, uint32_t device_type)
{
    switch (verb) {
    case PRING_WORK_READ:
    case PRING_WORK_WRITE:
    case PRING_WORK_FLUSH:
    case PRING_WORK_ID:
    case PRING_WORK_RESIZE:
    case PRING_WORK_DISCARD:
    case PRING_WORK_ZERO:
        return device_type == PRING_DEVICE_BLK;
    case PRING_WORK_SEND:
    case PRING_WORK_CONTROL:
        return device_type == PRING_DEVICE_NET || device_type == PRING_DEVICE_CONSOLE;
    case PRING_WORK_ENTROPY:
        return device_type == PRING_DEVICE_RNG;
    case PRING_WORK_PROBE:
    case PRING_WORK_CANCEL:
    case PRING_WORK_RESET:
    case PRING_WORK_REMOVE:
    case PRING_WORK_UNPLUG:
    case PRING_WORK_WAIT:
    case PRING_WORK_DELAY:
        return true;
    default: /* unassigned, or not built */
        return false;
    }
}

static uint64_t position_max(uint32_t uses)
{
    if (uses & PRING_USES_SECTOR)
        return PRING_SECTOR_MAX;
    if (uses & PRING_USES_WHICH)
        return PRING_WORKS_MAX - 1;
    if (uses & PRING_USES_CAPACITY)
        return PRING_CAPACITY_MAX;
    if (uses & PRING_USES_COMMAND)
        return PRING_COMMANDS - 1;
    return uses & PRING_USES_NS ? PRING_DELAY_NS_MAX : 0;
}

bool pring_canon_work(struct pring_work *work, uint32_t device_type)
{
    uint32_t uses = pring_work_uses(work->verb);

    if (!pring_work_fits(work->verb, device_type))
        return false;
    work->async = work->async && (uses & PRING_USES_ASYNC);
    if (!(uses & PRING_USES_UNIT))
        work->unit = 0;
    else if (work->unit >= PRING_UNITS_MAX)
        work->unit = PRING_UNITS_MAX - 1;
    if (uses & PRING_USES_COUNT)
        work->count = (uint32_t)clamp(work->count, 1, PRING_SECTORS_PER_REQUEST_MAX);
    else if (uses & PRING_USES_BYTES)
        work->count = (uint32_t)clamp(work->count, 1, PRING_ENTROPY_BYTES_MAX);
    else if (!(uses & PRING_USES_VALUE))
        work->count = 0;
    work->position = clamp(work->position, uses & PRING_USES_CAPACITY ? 1 : 0, position_max(uses));
    return true;
}

/* ---- payload ---- */

bool pring_canon_data(struct pring_data *data)
{
    return data->kind == PRING_DATA_BUFFER;
}
