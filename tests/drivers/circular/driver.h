/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio entropy devices with packed rings, which it insists on; it takes EVENT_IDX
 * and INDIRECT_DESC. Brother of tests/drivers/orderly.
 *
 * It is frozen, see common/device.h. One request at a time, into two buffers of the driver's own.
 */
#ifndef CIRCULAR_H
#define CIRCULAR_H

#include "common/device.h"

#define DRIVER_NAME     "circular"
#define FEATURES_NEEDED (F_VERSION_1 | F_RING_PACKED)
#define FEATURES_TAKEN  (F_INDIRECT_DESC | F_EVENT_IDX | F_RING_PACKED)

enum { D_AVAIL = 0x80, D_USED = 0x8000 };
enum { EVENT_ENABLE = 0, EVENT_DISABLE = 1, EVENT_AT = 2, EVENT_WRAP = 0x8000 };

enum {
    DEVICES_MAX = 2,
    QUEUE_SIZE_MAX = 8,
    PARTS = 2, /* of a chain */
    DATA_BYTES = 512,
    BYTES_MIN = PARTS, /* one for each */
};

struct desc {
    uint64_t addr;
    uint32_t len;
    uint16_t id;
    uint16_t flags;
};

struct events { /* one word, so that the other side never sees half of it */
    uint32_t off_wrap_flags;
};

struct shared { /* one allocation, shared with the device */
    _Alignas(16) struct desc desc[QUEUE_SIZE_MAX];
    _Alignas(16) struct desc table[PARTS];
    struct events driver;
    struct events device;
    uint8_t data[DATA_BYTES];
};

struct device {
    DEVICE_COMMON;
    uint32_t size;
    volatile struct shared *memory;
    uint64_t bus;
    uint32_t next, used;      /* places: to make available, to look at */
    int next_wrap, used_wrap; /* their wrap counters */
    uint32_t places;          /* of the chain that is lent */
    uint16_t id;              /* of that chain */
    uint32_t writable;        /* its bytes */
    uint32_t written;         /* bytes that the device says it wrote, checked */
    int busy;                 /* a request is under way */
    int lent;                 /* the device owns the data */
};

#include "common/entropy.h"

#endif
