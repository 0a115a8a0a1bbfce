/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio entropy and block devices, straight on the guest API.
 *
 * It is frozen, see common/device.h. Each request is copied through memory of the driver's own (a "slot"), so
 * that nothing of the caller's is ever lent.
 */
#ifndef STRAIGHT_H
#define STRAIGHT_H

#include "common/device.h"

#define DRIVER_NAME     "straight"
#define FEATURES_NEEDED F_VERSION_1

enum { BLK_IN = 0, BLK_OUT = 1, BLK_FLUSH = 4, BLK_GET_ID = 8, BLK_DISCARD = 11, BLK_WRITE_ZEROES = 13 };
enum { BLK_OK = 0, BLK_UNTOUCHED = 0xff };
enum { BLK_CAPACITY = 0, BLK_BLK_SIZE = 20, BLK_DISCARD_LIMITS = 36, BLK_ZERO_LIMITS = 48 };
enum { SECTOR = 512, ID_BYTES = 20, SEGMENTS_MAX = 4 };

#define F_BLK_RO       F(5)
#define F_BLK_BLK_SIZE F(6)
#define F_BLK_FLUSH    F(9)
#define F_BLK_DISCARD  F(13)
#define F_BLK_ZEROES   F(14)

enum {
    DEVICES_MAX = 4,
    QUEUE_SIZE_MAX = 16,
    SLOTS_MAX = 4,
    SLOT_BYTES = 4096,
    CHAIN_MAX = 3,
};

#include "common/split.h"

struct rings { /* one allocation, shared with the device */
    struct desc desc[QUEUE_SIZE_MAX];
    struct avail avail;
    _Alignas(4) struct used used;
};

struct blk_header {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
};

struct blk_segment {
    uint64_t sector;
    uint32_t sectors;
    uint32_t flags;
};

struct slot_memory { /* what a request lends to the device */
    struct blk_header header;
    uint8_t data[SLOT_BYTES];
    uint8_t status;
};

struct part { /* one descriptor to be */
    uint64_t bus;
    uint32_t len;
    uint16_t flags;
};

struct slot {          /* private; slot i owns the descriptors from i * chain_max */
    int busy;          /* a request holds it */
    int lent;          /* the device owns its memory */
    int done;          /* the device gave it back */
    uint32_t writable; /* bytes that the device may write */
    uint32_t written;  /* bytes that it says it wrote, checked */
};

struct limits { /* of discard, or of write zeroes */
    uint32_t sectors, segments;
};

struct device {
    DEVICE_COMMON;
    uint64_t capacity; /* sectors */
    uint32_t block_size;
    struct limits discard, zero;

    volatile struct rings *rings;
    uint64_t rings_bus;
    uint32_t queue_size;
    uint32_t chain_max; /* descriptors per slot */
    uint32_t slot_count;
    uint16_t avail_idx;
    uint16_t last_used;
    uint16_t lent_count;
    struct slot slots[SLOTS_MAX];
    volatile struct slot_memory *memory; /* one per slot */
    uint64_t memory_bus;
};

int queue_setup(struct device *d);
void queue_post(struct device *d, uint32_t slot, const struct part *parts, uint32_t count);
void queue_drain(struct device *d);

#endif
