/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio entropy and block devices, straight on the guest API.
 *
 * It is frozen: the canaries are patches against it, so its lines stay as they are. It is meant to
 * be right even against a device that lies; every check is one statement on lines of its own.
 * Each request is copied through memory of the driver's own (a "slot"), so that nothing of the
 * caller's is ever lent. Little-endian machines only.
 */
#ifndef STRAIGHT_H
#define STRAIGHT_H

#include <pring/dut.h>

enum { /* registers [virtio 1.3, 4.2.2] */
       R_MAGIC = 0x000,
       R_VERSION = 0x004,
       R_DEVICE_ID = 0x008,
       R_DEVICE_FEATURES = 0x010,
       R_DEVICE_FEATURES_SEL = 0x014,
       R_DRIVER_FEATURES = 0x020,
       R_DRIVER_FEATURES_SEL = 0x024,
       R_QUEUE_SEL = 0x030,
       R_QUEUE_SIZE_MAX = 0x034,
       R_QUEUE_SIZE = 0x038,
       R_QUEUE_READY = 0x044,
       R_QUEUE_NOTIFY = 0x050,
       R_INTERRUPT_STATUS = 0x060,
       R_INTERRUPT_ACK = 0x064,
       R_STATUS = 0x070,
       R_QUEUE_DESC = 0x080,
       R_QUEUE_DRIVER = 0x090,
       R_QUEUE_DEVICE = 0x0a0,
       R_CONFIG_GENERATION = 0x0fc,
       R_CONFIG = 0x100,
};

enum {
    S_ACKNOWLEDGE = 1,
    S_DRIVER = 2,
    S_DRIVER_OK = 4,
    S_FEATURES_OK = 8,
    S_NEEDS_RESET = 64,
    S_FAILED = 128
};
enum { IRQ_USED = 1, IRQ_CONFIG = 2 };
enum { TYPE_BLK = 2, TYPE_RNG = 4 };
enum { D_NEXT = 1, D_WRITE = 2 };
enum { USED_NO_NOTIFY = 1 };
enum { BLK_IN = 0, BLK_OUT = 1, BLK_FLUSH = 4, BLK_GET_ID = 8, BLK_DISCARD = 11, BLK_WRITE_ZEROES = 13 };
enum { BLK_OK = 0, BLK_UNTOUCHED = 0xff };
enum { BLK_CAPACITY = 0, BLK_BLK_SIZE = 20, BLK_DISCARD_LIMITS = 36, BLK_ZERO_LIMITS = 48 };
enum { SECTOR = 512, ID_BYTES = 20, SEGMENTS_MAX = 4 };

#define F_BLK_RO          (1ull << 5)
#define F_BLK_BLK_SIZE    (1ull << 6)
#define F_BLK_FLUSH       (1ull << 9)
#define F_BLK_DISCARD     (1ull << 13)
#define F_BLK_ZEROES      (1ull << 14)
#define F_VERSION_1       (1ull << 32)
#define F_ACCESS_PLATFORM (1ull << 33)
#define F_ORDER_PLATFORM  (1ull << 36)

enum {
    DEVICES_MAX = 4,
    QUEUE_SIZE_MAX = 16,
    SLOTS_MAX = 4,
    SLOT_BYTES = 4096,
    CHAIN_MAX = 3,
    RESET_POLLS_MAX = 1000,
    CONFIG_TRIES_MAX = 16,
};
#define POLL_NS    1000ull
#define TIMEOUT_NS 50000000ull

struct desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

struct avail {
    uint16_t flags;
    uint16_t idx;
    uint16_t ring[QUEUE_SIZE_MAX];
    uint16_t used_event;
};

struct used_elem {
    uint32_t id;
    uint32_t len;
};

struct used {
    uint16_t flags;
    uint16_t idx;
    struct used_elem ring[QUEUE_SIZE_MAX];
    uint16_t avail_event;
};

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
    unsigned dev;
    uint32_t type;
    int bound;   /* probe succeeded, remove did not come yet */
    int running; /* the device owns the rings */
    int broken;
    int inside;        /* calls of submit that have not returned */
    int resetting;     /* later ones wait */
    uint32_t status;   /* as written last */
    uint64_t features; /* as accepted */
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

uint32_t reg_get(const struct device *d, uint32_t offset);
void reg_set(const struct device *d, uint32_t offset, uint32_t value);
int device_identify(struct device *d);
int device_start(struct device *d);
int device_stop(struct device *d);
void device_break(struct device *d, const char *why);
int device_read_config(struct device *d);

int queue_setup(struct device *d);
void queue_post(struct device *d, uint32_t slot, const struct part *parts, uint32_t count);
void queue_drain(struct device *d);

#endif
