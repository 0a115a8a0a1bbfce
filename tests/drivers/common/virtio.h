/* SPDX-License-Identifier: Apache-2.0 */
/* Registers and bits of virtio-mmio, and how long the drivers are patient. A table of their own: what they
 * are judged by is the bench's. */
#ifndef COMMON_VIRTIO_H
#define COMMON_VIRTIO_H

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
enum { TYPE_NET = 1, TYPE_BLK = 2, TYPE_CONSOLE = 3, TYPE_RNG = 4 };
enum { D_NEXT = 1, D_WRITE = 2, D_INDIRECT = 4 }; /* of a descriptor */
enum { USED_NO_NOTIFY = 1 };

#define F(bit)              (1ull << (bit))
#define F_INDIRECT_DESC     F(28)
#define F_EVENT_IDX         F(29)
#define F_VERSION_1         F(32)
#define F_ACCESS_PLATFORM   F(33)
#define F_RING_PACKED       F(34)
#define F_IN_ORDER          F(35)
#define F_ORDER_PLATFORM    F(36)
#define F_NOTIFICATION_DATA F(38)
#define F_RING_RESET        F(40)
/* What every platform is given. */
#define F_PLATFORM (F_VERSION_1 | F_ACCESS_PLATFORM | F_ORDER_PLATFORM)

enum { RESET_POLLS_MAX = 1000, CONFIG_TRIES_MAX = 16 };
#define POLL_NS    1000ull
#define TIMEOUT_NS 50000000ull

#endif
