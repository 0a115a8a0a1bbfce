/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that the driver core knows of the world: registers, DMA, barriers, and waiting.
 *
 * You fill one `struct vio_platform` per device. It outlives everything that was initialised with it
 * and is never written by the core. The core allocates nothing, keeps no static state, and calls
 * nothing but these functions, memcpy and memset. It is not reentrant: serialise all calls for one
 * device, the interrupt included (a lock, and its interrupt masked). Clause numbers are those of virtio 1.3.
 *
 * Any call may be made from a handler and none sleeps by itself, but some poll with `wait`: initialize,
 * reset, queue_reset, vio_wait, vio_device_start, _stop, and _interrupt, _expire, _cancel where they stop a
 * device that broke a rule. They do so at most wait_steps_max times for each queue and for the device.
 */
#ifndef VIO_PLATFORM_H
#define VIO_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vio_status {
    VIO_OK = 0,
    VIO_NO_MEMORY,   /* the ring is full, or the platform refused a mapping; nothing changed */
    VIO_INVALID,     /* the caller broke the contract; nothing changed */
    VIO_UNSUPPORTED, /* the device does not offer it; nothing changed */
    VIO_NOT_READY,   /* before initialisation, or after a stop; nothing changed */
    VIO_TIMEOUT,     /* wait_steps_max used up; what was lent stays lent until a reset succeeds */
    VIO_BROKEN,      /* the device broke a rule: the queue refuses everything until reset */
    VIO_IO_ERROR,    /* the device answered in due form, with an error */
    VIO_MALFORMED,   /* the answer to this request is none; others go on */
    VIO_CANCELLED,   /* came back unused, because of a reset */
};

/* Who writes, seen from memory. Shared: both, for as long as it is mapped. */
enum vio_dir { VIO_TO_DEVICE = 1, VIO_FROM_DEVICE = 2, VIO_SHARED = 3 };

enum vio_barrier { VIO_BARRIER_READ, VIO_BARRIER_WRITE, VIO_BARRIER_FULL };

struct vio_coherent {
    void *ptr;
    uint64_t bus;
    size_t len_bytes; /* 0: there is none */
};

struct vio_platform {
    /* Width in bytes: 1, 2 or 4. Values are in CPU byte order. Offset from the register base. In order with
     * each other, and with accesses to shared memory: what was stored before a write is visible to the device
     * when it takes the write, and nothing is loaded behind either before it is done, posted writes included.
     * Where the processor does not see to that, a barrier belongs in here. */
    uint32_t (*reg_read)(void *ctx, uint32_t offset, uint32_t width);
    void (*reg_write)(void *ctx, uint32_t offset, uint32_t width, uint32_t value);

    /* Lends memory to the device and gives its bus address; len_bytes >= 1. Any status but VIO_OK:
     * nothing is lent. What the driver wrote before is visible to the device afterwards. Of any alignment and
     * length: what is lent may share a cache line with what is not, or with what else is lent, in the other
     * direction too. Where DMA goes past the caches, bounce such lines; and what is VIO_SHARED (rings,
     * tables) both sides use at any time, so it must be uncached there: put it into `coherent`. */
    enum vio_status (*dma_map)(void *ctx, void *ptr, size_t len_bytes, enum vio_dir dir, uint64_t *bus);

    /* Takes it back: same bus, length and direction. What the device wrote is visible at `ptr` then. */
    void (*dma_unmap)(void *ctx, uint64_t bus, size_t len_bytes, enum vio_dir dir);

    /* Memory that the device can reach as it is, at any time. dma_map and dma_unmap are not asked for what
     * lies inside; whatever the core wants to lend may. */
    struct vio_coherent coherent;

    /* Orders accesses to memory that is shared with the device, strongly enough for one that is hardware
     * (ORDER_PLATFORM, RFEAT-DRV-08). */
    void (*barrier)(void *ctx, enum vio_barrier barrier);

    /* Lets a little time pass. Called from bounded loops only, with whatever lock you hold, in a handler too:
     * sleep or yield only if you may there. */
    void (*wait)(void *ctx);

    /* Calls of `wait` for one answer before VIO_TIMEOUT; 0 is invalid. With `wait` it makes a time: one
     * second is generous for a reset. */
    uint32_t wait_steps_max;

    /* Comes back untouched as the first argument. */
    void *ctx;

    /* Bus addresses are not physical ones, because of an IOMMU for instance: a device that does not offer
     * ACCESS_PLATFORM would not follow, and is refused (RFEAT-DRV-05). */
    bool translates;
};

#endif
