/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio entropy devices that takes what a split ring may have beside EVENT_IDX:
 * INDIRECT_DESC, IN_ORDER, NOTIFICATION_DATA, RING_RESET; brother of tests/drivers/straight.
 *
 * It is frozen: canaries are patches against it, so its lines stay as they are. It is meant to be right even
 * against a device that lies; every check is one statement on lines of its own. One request at a time, into
 * one or two buffers of the driver's own. Little-endian machines only.
 */
#ifndef ORDERLY_H
#define ORDERLY_H

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
       R_QUEUE_RESET = 0x0c0,
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
enum { TYPE_RNG = 4 };
enum { D_NEXT = 1, D_WRITE = 2, D_INDIRECT = 4 };
enum { USED_NO_NOTIFY = 1 };

#define F(bit)              (1ull << (bit))
#define F_INDIRECT_DESC     F(28)
#define F_VERSION_1         F(32)
#define F_ACCESS_PLATFORM   F(33)
#define F_IN_ORDER          F(35)
#define F_ORDER_PLATFORM    F(36)
#define F_NOTIFICATION_DATA F(38)
#define F_RING_RESET        F(40)

enum {
    DEVICES_MAX = 2,
    QUEUE_SIZE_MAX = 8,
    PARTS = 2,     /* of a chain */
    TABLE_MAX = 4, /* places in an indirect table */
    DATA_BYTES = 512,
    POLLS_MAX = 1000,
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

struct shared { /* one allocation, shared with the device */
    _Alignas(16) struct desc desc[QUEUE_SIZE_MAX];
    _Alignas(16) struct desc table[QUEUE_SIZE_MAX][TABLE_MAX];
    struct avail avail;
    _Alignas(4) struct used used;
    uint8_t data[DATA_BYTES];
};

struct device {
    unsigned dev;
    uint64_t features;
    uint32_t status, size;
    volatile struct shared *memory;
    uint64_t bus;
    uint32_t next;     /* descriptor: they are taken round and round */
    uint32_t head;     /* of the chain that is lent */
    uint32_t writable; /* bytes of that chain */
    uint32_t written;  /* bytes that the device says it wrote, checked */
    uint16_t avail_idx, last_used;
    int bound, running, broken;
    int busy; /* a request is under way */
    int lent; /* the device owns the data */
    int inside, resetting;
};

static inline int has(const struct device *d, uint64_t feature)
{
    return (d->features & feature) != 0;
}

/* device.c */
uint32_t reg_get(const struct device *d, uint32_t offset);
void reg_set(const struct device *d, uint32_t offset, uint32_t value);
void device_break(struct device *d, const char *why);
int device_identify(struct device *d);
int device_start(struct device *d); /* on failure the device owns nothing, but if it is still running */
int device_stop(struct device *d);  /* 0: the device has let go of all memory */

/* queue.c */
int queue_setup(struct device *d);
void queue_post(struct device *d, uint32_t len);
void queue_drain(struct device *d); /* interrupts are masked by the caller, or it is the handler */
int queue_renew(struct device *d);  /* 0: the queue alone was reset, and runs again, empty */

#endif
