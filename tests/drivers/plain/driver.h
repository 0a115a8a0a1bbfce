/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio network and console devices, straight on the guest API; brother of
 * tests/drivers/straight.
 *
 * It is frozen, see common/device.h. All that is lent to the device lies in memory of the driver's own.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include "common/device.h"

#define DRIVER_NAME     "plain"
#define FEATURES_NEEDED F_VERSION_1

enum { NET_MTU = 3, NET_MAC = 5, NET_MRG_RXBUF = 15, NET_STATUS = 16, NET_CTRL_VQ = 17, NET_CTRL_RX = 18 };
enum { NET_MQ = 22, NET_CTRL_MAC_ADDR = 23, CON_SIZE = 0, CON_MULTIPORT = 1, CON_EMERG_WRITE = 2 };

enum {
    DEVICES_MAX = 2,
    QUEUES_MAX = 8,
    QUEUE_SIZE_MAX = 8,
    CHAIN_MAX = 2,
    SLOTS_MAX = QUEUE_SIZE_MAX / CHAIN_MAX,
    SLOT_BYTES = 4096,
    UNITS_MAX = 3,
};

#include "common/split.h"

struct slot_memory { /* what a slot lends to the device */
    uint8_t data[SLOT_BYTES];
    uint8_t answer;
};

struct queue_memory { /* one allocation, shared with the device */
    _Alignas(16) struct desc desc[QUEUE_SIZE_MAX];
    struct avail avail;
    _Alignas(4) struct used used;
    struct slot_memory slot[SLOTS_MAX];
};

struct slot {          /* private; slot i owns the descriptors from i * CHAIN_MAX */
    int busy;          /* somebody holds it */
    int lent;          /* the device owns its memory */
    int done;          /* the device gave it back */
    uint32_t writable; /* bytes that the device may write */
    uint32_t written;  /* bytes that it says it wrote, checked */
};

struct queue {
    uint32_t number;
    uint32_t size, slot_count;
    volatile struct queue_memory *memory;
    uint64_t bus;
    uint16_t avail_idx, last_used, lent_count;
    struct slot slots[SLOTS_MAX];
};

struct packet {    /* one that is put together from several buffers */
    uint32_t left; /* buffers still to come */
    uint32_t len;
    uint8_t bytes[SLOT_BYTES];
};

struct port {
    int added;
    unsigned wants; /* mask of messages that are still to be sent */
};

struct device {
    DEVICE_COMMON;
    uint32_t queue_count;
    struct queue queues[QUEUES_MAX];
    uint32_t units; /* pairs or ports */
    /* network */
    uint32_t pairs_enabled;
    uint32_t mtu;
    uint8_t mac[6];
    struct packet packet[UNITS_MAX];
    /* console */
    uint32_t cols, rows;
    struct port port[UNITS_MAX];
};

static inline int has(const struct device *d, unsigned bit)
{
    return (d->features >> bit & 1) != 0;
}

int queue_setup(struct device *d, uint32_t number);
int queue_is_reception(const struct device *d, uint32_t number);
/* Lends a slot: `out` readable bytes of its data, then `in` writable ones of `into`. Interrupts are masked.
 */
void queue_post(struct device *d, struct queue *q, uint32_t slot, uint32_t out, uint32_t in, uint64_t into);
void queue_post_reception(struct device *d, struct queue *q, uint32_t slot);
void queue_drain(struct device *d, struct queue *q);
uint64_t slot_bus(const struct queue *q, uint32_t slot, size_t offset);
/* Takes a free slot, waits for the answer, gives it back. */
int slot_take(struct device *d, struct queue *q, uint32_t *slot);
int slot_run(struct device *d, struct queue *q, uint32_t slot, uint32_t out, uint32_t in, uint64_t into);
void slot_put(struct queue *q, uint32_t slot);

uint64_t net_features(uint64_t offered);
int net_read_config(struct device *d); /* 0: it can be worked with */
uint32_t net_reception_bytes(const struct device *d);
void net_received(struct device *d, struct queue *q, uint32_t slot);
int net_submit(struct device *d, struct pring_request *r);

uint64_t console_features(void);
void console_read_config(struct device *d);
void console_started(struct device *d);
void console_received(struct device *d, struct queue *q, uint32_t slot);
void console_told(struct device *d, struct queue *q, uint32_t slot);
void console_tell(struct device *d);
int console_submit(struct device *d, struct pring_request *r);

#endif
