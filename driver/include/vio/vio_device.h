/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One virtio-mmio device, the whole stack put together: finds out what it is, drives it, and gives
 * each request back exactly once, whatever the device does.
 *
 * Which types it may be is a list of kinds; only those that you name are linked. Memory is yours: `struct
 * vio_device` private, what a kind asks for such that the platform can map it. The latter belongs to the
 * device while vio_device_owns_memory() says so: do not free it. `struct vio_device` takes 17 kB on a 64-bit
 * machine, with the private records of any kind's queues; who counts bytes puts queues and vio_blk (and so
 * on) together himself.
 */
#ifndef VIO_DEVICE_H
#define VIO_DEVICE_H

#include <vio/vio_blk.h>
#include <vio/vio_console.h>
#include <vio/vio_mmio.h>
#include <vio/vio_net.h>
#include <vio/vio_queue_packed.h>
#include <vio/vio_queue_split.h>
#include <vio/vio_rng.h>

#define VIO_DEVICE_QUEUES_MAX   8u
#define VIO_DEVICE_SLOTS_MAX    128u /* of all queues */
#define VIO_DEVICE_RECORDS_MAX  384u /* of the tables of all queues */
#define VIO_DEVICE_REQUESTS_MAX 8u   /* at once */
#define VIO_DEVICE_UNITS_MAX    3u   /* queue pairs of a network device, ports of a console */
#define VIO_DEVICE_BUFFERS      4u   /* to receive into, of each unit */

struct vio_device;

/* What is known of a running device; UINT64_MAX: not known. */
struct vio_device_info {
    uint64_t capacity_bytes, block_bytes; /* block */
    uint64_t mtu_bytes;                   /* network */
    uint64_t free_descriptors;            /* to send with; and buffers that are lent to receive into */
};

/* What there is to know of a device type. */
struct vio_device_kind {
    uint32_t device_type;
    size_t shared_bytes;  /* rings, headers: aligned to 16, best within the platform's `coherent` */
    size_t buffers_bytes; /* to receive into: aligned to 4, mappable; 0: nothing comes unasked */

    /* Private. */
    void (*build)(struct vio_device *device, uint8_t *buffers);
    enum vio_status (*submit)(struct vio_device *device, struct vio_request *request);
    uint32_t (*unit)(const struct vio_device *device, const struct vio_request *request); /* NULL: as asked */
    void (*inform)(const struct vio_device *device, struct vio_device_info *info);
    void (*refill)(
        struct vio_device *device); /* lends what could not be mapped. NULL: nothing comes unasked */
    bool renews; /* list[unit] has the requests of that unit, and nothing else: it can be reset alone */
};

extern const struct vio_device_kind vio_device_rng, vio_device_blk, vio_device_net, vio_device_console;

/* Who uses it. May call the device again from within. `ctx` is the platform's. */
struct vio_device_user {
    /* Gives a request back; see struct vio_request_client for when and what. */
    void (*done)(void *ctx, void *owner, enum vio_status status, size_t done_bytes);
    /* A packet that came over pair `unit`, or bytes from port `unit`; the driver's again on return. NULL if
     * you have no such kinds. */
    void (*received)(void *ctx, uint32_t unit, const void *data, size_t len_bytes);
};

/* Private. */
struct vio_device_net {
    struct vio_net net;
    struct vio_net_client client;
    struct vio_net_buffer records[VIO_DEVICE_UNITS_MAX * VIO_DEVICE_BUFFERS];
    struct vio_request *command; /* NULL: none under way */
    uint8_t *packet;             /* put together here, if it came in several parts */
};

/* Private. */
struct vio_device_console {
    struct vio_console console;
    struct vio_console_client client;
    struct vio_console_buffer records[VIO_DEVICE_UNITS_MAX * VIO_DEVICE_BUFFERS];
};

/* Members are private, but `kind`, `queues` and `queue_count` may be read. */
struct vio_device {
    struct vio_mmio mmio;
    const struct vio_device_kind *kind;
    const struct vio_device_user *user;
    struct vio_driver *driver;
    struct vio_queue queues[VIO_DEVICE_QUEUES_MAX];
    struct vio_queue *list[VIO_DEVICE_QUEUES_MAX];
    struct vio_slot slots[VIO_DEVICE_SLOTS_MAX];
    struct vio_record records[VIO_DEVICE_RECORDS_MAX];
    uint32_t queue_count, slot_count, record_count;
    uint8_t *shared; /* what of it is not in use yet */
    union {
        struct vio_rng rng;
        struct vio_blk blk;
        struct vio_device_net net;
        struct vio_device_console console;
    } as;
    struct vio_request_client client;
    struct vio_request requests[VIO_DEVICE_REQUESTS_MAX]; /* owner NULL: free */
    struct vio_request *waiting;                          /* not with the device yet */
    uint32_t active;                                      /* requests with the device */
    uint32_t finished, finished_seen;                     /* requests that came back; at the last expire */
    uint32_t order;                                       /* requests so far */
    bool running;
};

/* Reads three registers: what is there? NULL: nobody, a type that is none of `kinds` (NULL at its end), or an
 * incomplete platform. Then the memory is yours to find, and the platform's `coherent` may still be set. */
const struct vio_device_kind *vio_device_identify(struct vio_device *device,
                                                  const struct vio_platform *platform,
                                                  const struct vio_device_kind *const kinds[],
                                                  const struct vio_device_user *user);

/* Touches nothing. VIO_INVALID: the memory is missing or misaligned. Rings are split; who wants packed ones
 * as well calls vio_packed_queue_allow for all `queues` then, and only who does links them. */
enum vio_status vio_device_build(struct vio_device *device, void *shared, void *buffers);

/* To DRIVER_OK. One that runs is stopped first. On failure all is undone as far as the device lets us. `done`
 * may call it, but not with VIO_CANCELLED: VIO_INIT_INVALID. */
struct vio_init_result vio_device_start(struct vio_device *device);

/* Resets; requests come back as VIO_CANCELLED. VIO_TIMEOUT: the device does not let go; they come back as
 * VIO_TIMEOUT, it keeps the memory, and you may try again. `gone`: unplugged, it is not touched. */
enum vio_status vio_device_stop(struct vio_device *device, bool gone);

/* Takes a copy of `request`. VIO_OK: done is called once with its owner. Else it is not: VIO_INVALID (no
 * owner), VIO_NO_MEMORY (VIO_DEVICE_REQUESTS_MAX at once), VIO_NOT_READY, VIO_BROKEN, and see vio_rng_submit,
 * vio_blk_submit, and the calls of network and console. The request waits by itself for
 * room in the ring, for the command before it, and for a port that the device has but did not add yet; if
 * that takes too long, it comes back as VIO_NOT_READY. */
enum vio_status vio_device_submit(struct vio_device *device, const struct vio_request *request);

/* From the handler, also while start runs. VIO_BROKEN: the device broke a rule and was stopped; nothing works
 * until start. VIO_NOT_READY: not running; mask the line until start is through. */
enum vio_status vio_device_interrupt(struct vio_device *device);

/* Call at regular times while busy: your patience, as something has to come back between one call and the
 * next, or the device is given up. VIO_TIMEOUT: no request came back since the last call, so the device was
 * stopped. Entropy and block with RING_RESET are not: what is lost comes back as VIO_CANCELLED, and they go
 * on. VIO_BROKEN as above. A lost interrupt is made good. */
enum vio_status vio_device_expire(struct vio_device *device);

/* Calls a request back, as VIO_CANCELLED: one that waits, or, of entropy and block with RING_RESET, all that
 * are in its queue, which is reset alone. VIO_OK: that, or it has to come back by itself. VIO_BROKEN: the
 * device did not let go of the queue, and was stopped. */
enum vio_status vio_device_cancel(struct vio_device *device, const void *owner);

/* Is the request with this owner still to come back? */
bool vio_device_holds(const struct vio_device *device, const void *owner);

/* All UINT64_MAX unless it runs. */
struct vio_device_info vio_device_info(const struct vio_device *device);

bool vio_device_busy(const struct vio_device *device);
bool vio_device_owns_memory(const struct vio_device *device);

#endif
