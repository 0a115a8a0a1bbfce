/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio entropy devices that takes what a split ring may have beside EVENT_IDX:
 * INDIRECT_DESC, IN_ORDER, NOTIFICATION_DATA, RING_RESET; brother of tests/drivers/straight.
 *
 * It is frozen, see common/device.h. One request at a time, into one or two buffers of the driver's own.
 */
#ifndef ORDERLY_H
#define ORDERLY_H

#include "common/device.h"

#define DRIVER_NAME     "orderly"
#define FEATURES_NEEDED F_VERSION_1
#define FEATURES_TAKEN  (F_INDIRECT_DESC | F_IN_ORDER | F_NOTIFICATION_DATA | F_RING_RESET)

enum {
    DEVICES_MAX = 2,
    QUEUE_SIZE_MAX = 8,
    PARTS = 2,     /* of a chain */
    TABLE_MAX = 4, /* places in an indirect table */
    DATA_BYTES = 512,
    BYTES_MIN = 1,
};

#include "common/split.h"

struct shared { /* one allocation, shared with the device */
    _Alignas(16) struct desc desc[QUEUE_SIZE_MAX];
    _Alignas(16) struct desc table[QUEUE_SIZE_MAX][TABLE_MAX];
    struct avail avail;
    _Alignas(4) struct used used;
    uint8_t data[DATA_BYTES];
};

struct device {
    DEVICE_COMMON;
    uint32_t size;
    volatile struct shared *memory;
    uint64_t bus;
    uint32_t next;     /* descriptor: they are taken round and round */
    uint32_t head;     /* of the chain that is lent */
    uint32_t writable; /* bytes of that chain */
    uint32_t written;  /* bytes that the device says it wrote, checked */
    uint16_t avail_idx, last_used;
    int busy; /* a request is under way */
    int lent; /* the device owns the data */
};

#include "common/entropy.h"

#endif
