/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/doctor_reach.h"

#include <string.h>

#include <pring/lie.h>
#include <pring/wire.h>

#define BIT DOCTOR_BIT

enum { FAILED = 0x80, FEATURES_OK = 8, DRIVER_OK = 4, MAGIC = 0x74726976, VERSION = 2, USED_OR_CONFIG = 3 };

static const uint8_t occasion_of[PRING_REQ_COUNT] = {
#define PRING_REACH(ident, occasion) [PRING_REQ_##ident] = DOCTOR_##occasion,
#include "fuzz/doctor_reach.def"
#undef PRING_REACH
};

enum doctor_occasion doctor_occasion_of(enum pring_requirement requirement)
{
    return (enum doctor_occasion)occasion_of[requirement];
}

enum pring_requirement doctor_requirement_of(const char *oracle, const char *rule)
{
    if (strcmp(oracle, "spec") == 0)
        return pring_requirement_by_id(rule, (uint32_t)strlen(rule));
    /* of block requests used.len may be ignored; what counts is which bytes are handed up, and that is judged
     * there */
    if (strcmp(oracle, "length") == 0 && strcmp(rule, "stale") == 0)
        return PRING_REQ_SPLIT_USED_DRV_01;
    return PRING_REQ_NONE;
}

static struct {
    uint64_t fields;  /* of the configuration, read since reset */
    enum pring_op op; /* of the submit at hand */
    bool is_missing;  /* VERSION_1 was not offered */
} now;

void doctor_occasions_reset(void)
{
    memset(&now, 0, sizeof now);
    doctor_occasions_net_reset();
}

static uint64_t of_features(const struct pring_event *event)
{
    const struct pring_observer *observer = pring_wire_observer();
    uint64_t known = pring_features_known(observer->setup.device_type);
    uint32_t word = observer->device_features_sel;
    uint64_t reached = BIT(FEATURES_READ);
    now.is_missing |= word == 1 && !(event->seen & 1);
    if (word < 2 && (event->seen & ~(known >> (32 * word)) & UINT32_MAX))
        reached |= BIT(FEATURE_UNKNOWN);
    return reached;
}

static uint64_t of_config(const struct pring_event *event)
{
    uint32_t bits = pring_field_info[event->field].bits;
    now.fields |= UINT64_C(1) << (event->field & 63);
    return BIT(CONFIG) | (bits == 8 ? BIT(CONFIG_8) : bits == 16 ? BIT(CONFIG_16) : BIT(CONFIG_32));
}

static uint64_t of_read(const struct pring_event *event)
{
    switch (event->field) {
    case PRING_F_REG_MAGIC_VALUE:
        return event->seen != MAGIC ? BIT(MAGIC_WRONG) : 0;
    case PRING_F_REG_VERSION:
        return event->seen != VERSION ? BIT(VERSION_WRONG) : 0;
    case PRING_F_REG_DEVICE_ID:
        return event->seen == 0 ? BIT(NOBODY_THERE) : 0;
    case PRING_F_REG_DEVICE_FEATURES:
        return of_features(event);
    case PRING_F_REG_STATUS:
        return (pring_wire_observer()->status_written & FEATURES_OK) && !(event->seen & FEATURES_OK)
                   ? BIT(FEATURES_REFUSED)
                   : 0;
    case PRING_F_REG_QUEUE_SIZE_MAX:
        return event->seen == 0 ? BIT(QUEUE_ABSENT) : 0;
    case PRING_F_REG_INTERRUPT_STATUS:
        return (event->seen ? BIT(CAUSE_SHOWN) : 0) |
               (event->seen & ~(uint64_t)USED_OR_CONFIG ? BIT(CAUSE_UNDEFINED) : 0);
    default:
        return pring_field_info[event->field].group == PRING_GROUP_CONFIG ? of_config(event) : 0;
    }
}

static uint64_t of_status(uint64_t value)
{
    if (value == 0)
        now.fields = 0;
    return (value ? BIT(STATUS) : 0) | (value & FAILED ? BIT(FAILED) : 0) |
           (value & FEATURES_OK ? BIT(FEATURES_OK) : 0) | (value & DRIVER_OK ? BIT(DRIVER_OK) : 0);
}

static uint64_t of_write(const struct pring_event *event)
{
    switch (event->field) {
    case PRING_F_REG_STATUS:
        return of_status(event->made);
    case PRING_F_REG_DRIVER_FEATURES:
        return BIT(FEATURES_WRITTEN);
    case PRING_F_REG_QUEUE_SIZE:
        return BIT(QUEUE_SIZE);
    case PRING_F_REG_QUEUE_READY:
        return event->made & 1 ? BIT(QUEUE_READY) : BIT(QUEUE_STOPPED);
    case PRING_F_REG_QUEUE_RESET:
        return event->made & 1 ? BIT(QUEUE_RESET) : 0;
    case PRING_F_REG_QUEUE_NOTIFY:
        return BIT(NOTIFY) | (pring_wire_observer()->features_written >> 38 & 1 ? BIT(NOTIFY_DATA)
                                                                                : 0); /* NOTIFICATION_DATA */
    case PRING_F_REG_INTERRUPT_ACK:
        return BIT(ACKNOWLEDGED);
    default:
        return 0;
    }
}

static uint64_t of_packed_lend(const struct pring_chain *chain)
{
    return BIT(PACKED) | (chain->places > 1 ? BIT(PACKED_LIST) : 0) |
           (chain->count != chain->direct ? BIT(PACKED_TABLE) : 0);
}

static uint64_t of_lend(const struct pring_chain *chain)
{
    bool in_order = (pring_wire_observer()->features_written >> 34 & 3) == 2; /* and no RING_PACKED */
    uint64_t lend =
        BIT(LEND) | (chain->count != chain->direct ? BIT(INDIRECT) : 0) | (in_order ? BIT(IN_ORDER) : 0);
    if (pring_wire_observer()->queue[chain->queue].packed)
        lend |= of_packed_lend(chain);
    if (pring_wire_observer()->setup.device_type == PRING_DEVICE_RNG)
        return lend | BIT(RNG_LEND);
    if (pring_wire_observer()->setup.device_type != PRING_DEVICE_BLK)
        return lend;
    return lend | BIT(BLK_LEND) | (now.op == PRING_FLUSH ? BIT(BLK_FLUSH) : 0) |
           (now.op == PRING_ID ? BIT(BLK_ID) : 0) | (now.op == PRING_DISCARD ? BIT(BLK_DISCARD) : 0) |
           (now.op == PRING_ZERO ? BIT(BLK_ZERO) : 0);
}

static uint64_t of_change(void)
{
    bool early = !pring_wire_observer()->driver_ok;
    bool has_capacity = now.fields >> (PRING_F_CONFIG_CAPACITY & 63) & 1;
    bool has_two = (now.fields & (now.fields - 1)) != 0;
    return (has_capacity ? BIT(CAPACITY_CHANGED) : 0) | (early && has_two ? BIT(FIELDS_CHANGED) : 0);
}

static uint64_t of_answer(const struct pring_event *event)
{
    const struct pring_observed_queue *queue = &pring_wire_observer()->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(queue, (uint32_t)event->made);
    return chain && event->raw < chain->writable_bytes ? BIT(SHORT_ANSWER) : 0;
}

static uint64_t of_event(const struct pring_event *event)
{
    switch (event->kind) {
    case PRING_EV_REG_READ:
        return BIT(REGISTER) | of_read(event);
    case PRING_EV_REG_WRITE:
        return BIT(REGISTER) | of_write(event);
    case PRING_EV_LEND:
        return of_lend(event->chain);
    case PRING_EV_SHOWN:
        return of_answer(event);
    case PRING_EV_HANDLER:
        return event->made ? BIT(HANDLER) : 0;
    case PRING_EV_ACT:
        return of_change();
    case PRING_EV_FAULT:
        return event->fault->action == PRING_FAULT_CHANGE ? of_change() : 0;
    case PRING_EV_BEGIN:
        if (event->made == PRING_ENTRY_SUBMIT && event->request)
            now.op = event->request->op;
        return event->made == PRING_ENTRY_REMOVE && pring_wire_observer()->driver_ok ? BIT(REMOVED) : 0;
    case PRING_EV_END: /* what a driver does that panics instead, its monitor does not judge */
        return event->made == PRING_ENTRY_PROBE && now.is_missing ? BIT(FEATURE_MISSING) : 0;
    case PRING_EV_DONE:
        return pring_wire_observer()->setup.device_type == PRING_DEVICE_RNG ? BIT(RNG_DONE) : 0;
    default:
        return 0;
    }
}

uint64_t doctor_occasions(const struct pring_event *event)
{
    return of_event(event) | doctor_occasions_net(event);
}
