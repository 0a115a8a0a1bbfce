/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio network and console devices, straight on the guest API; brother of
 * tests/drivers/straight.
 *
 * It is frozen: canaries are patches against it, so its lines stay as they are. It is meant to be right even
 * against a device that lies; every check is one statement on lines of its own. All that is lent to the
 * device lies in memory of the driver's own. Little-endian machines only.
 */
#ifndef PLAIN_H
#define PLAIN_H

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
enum { TYPE_NET = 1, TYPE_CONSOLE = 3 };
enum { D_NEXT = 1, D_WRITE = 2 };
enum { USED_NO_NOTIFY = 1 };

#define F(bit)            (1ull << (bit))
#define F_VERSION_1       F(32)
#define F_ACCESS_PLATFORM F(33)
#define F_ORDER_PLATFORM  F(36)
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
    unsigned dev;
    uint32_t type;
    int bound;   /* probe succeeded, remove did not come yet */
    int running; /* the device owns the rings */
    int broken;
    int inside;        /* calls of submit that have not returned */
    int resetting;     /* later ones wait */
    uint32_t status;   /* as written last */
    uint64_t features; /* as accepted */
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

uint32_t reg_get(const struct device *d, uint32_t offset);
void reg_set(const struct device *d, uint32_t offset, uint32_t value);
int device_identify(struct device *d);
int device_start(struct device *d);
int device_stop(struct device *d);
void device_break(struct device *d, const char *why);
int device_read_config(struct device *d);

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
