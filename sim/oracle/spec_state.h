/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the requirement monitors share. A monitor of the driver judges it on what it was shown (`seen`) and on
 * what it made, never on what it could not know; a monitor of the device looks at `raw`. Each keeps a small
 * state of its own: register events come before the observer has taken them in.
 */
#ifndef PRING_ORACLE_SPEC_STATE_H
#define PRING_ORACLE_SPEC_STATE_H

#include <string.h>

#include <pring/memory.h>
#include <pring/oracle.h>
#include <pring/scenario.h>

#include "oracle/facts.h"

#define SPEC_KIND(kind) (1u << PRING_EV_##kind)
#define SPEC_BIT(n)     (1ull << (n))

enum { /* Status [2.1] */
       SPEC_ACKNOWLEDGE = 1,
       SPEC_DRIVER = 2,
       SPEC_DRIVER_OK = 4,
       SPEC_FEATURES_OK = 8,
       SPEC_NEEDS_RESET = 0x40,
       SPEC_FAILED = 0x80,
       SPEC_DRIVER_BITS = 0x8f, /* those that a driver sets */
};
enum {
    SPEC_F_EVENT_IDX = 29,
    SPEC_F_VERSION_1 = 32,
    SPEC_F_RING_PACKED = 34,
    SPEC_F_IN_ORDER = 35,
    SPEC_F_NOTIFICATION_DATA = 38,
    SPEC_F_RING_RESET = 40
};
enum { SPEC_MAGIC = 0x74726976, SPEC_VERSION = 2, SPEC_CONFIG = 0x100 };

/* Nobody is accused over a device that was pulled out. Asked here, and not at each event. */
#define spec_accuse(judge, ...)                                                                              \
    (pring_judge_observer(judge)->unplugged ? (void)0 : pring_accuse(judge, __VA_ARGS__))
#define device_accuse(judge, ...)                                                                            \
    (pring_judge_observer(judge)->unplugged || pring_judge_observer(judge)->astray                           \
         ? (void)0                                                                                           \
         : pring_accuse_device(judge, __VA_ARGS__))

static inline bool spec_is_status_write(const struct pring_event *event)
{
    return event->kind == PRING_EV_REG_WRITE && event->field == PRING_F_REG_STATUS && event->len_bytes == 4;
}

static inline bool spec_is_reset_write(const struct pring_event *event)
{
    return spec_is_status_write(event) && event->made == 0;
}

/* The field that a fault changes: what it pokes, changes or holds; else where it stands. */
static inline uint8_t spec_fault_subject(const struct pring_event *event)
{
    switch (event->fault->action) {
    case PRING_FAULT_POKE:
    case PRING_FAULT_CHANGE:
    case PRING_FAULT_STATE:
        return event->fault->target;
    default:
        return event->field;
    }
}

/* A fault has written into this queue's descriptors or available ring: what is read there may not be the
 * driver's. */
static inline bool spec_is_poked(const struct pring_judge *judge, unsigned queue)
{
    return pring_judge_facts(judge)->poked >> (queue & 63) & 1;
}

/* Driver memory as a device would read it; false: there is none. */
static inline bool spec_peek(uint64_t addr, void *out, uint32_t len_bytes)
{
    if (!pring_memory_exists(addr, len_bytes))
        return false;
    pring_copy(out, (const void *)(uintptr_t)addr, len_bytes);
    return true;
}

#endif
