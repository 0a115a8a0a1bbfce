/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a driver reaches its device, behind one table: virtio-mmio today.
 *
 * initialize() takes a device from "unknown" to DRIVER_OK; reset() brings it back. Between them the
 * device owns the rings of all queues given. Call interrupt() from the handler, nothing else.
 */
#ifndef VIO_TRANSPORT_H
#define VIO_TRANSPORT_H

#include <vio/vio_driver.h>
#include <vio/vio_queue.h>

enum vio_init {
    VIO_INIT_OK = 0,            /* device_type */
    VIO_INIT_NO_DEVICE,         /* DeviceID 0: an empty slot, not an error; nothing was touched */
    VIO_INIT_NOT_VIRTIO,        /* MagicValue is wrong */
    VIO_INIT_VIRTIO_VERSION,    /* VERSION_1 is not offered */
    VIO_INIT_TRANSPORT_VERSION, /* for mmio: Version is not 2 */
    VIO_INIT_UNKNOWN_TYPE,      /* device_type: there is none of this number */
    VIO_INIT_INCOMPATIBLE_TYPE, /* device_type: not the driver's */
    VIO_INIT_FEATURES,     /* offered; accepted if has_accepted, else we cannot live with what is offered */
    VIO_INIT_QUEUE_IN_USE, /* queue: QueueReady is set after a reset */
    VIO_INIT_QUEUE_UNAVAILABLE, /* queue: it does not exist, or is too short */
    VIO_INIT_QUEUE_MEMORY,      /* queue: its rings could not be mapped */
    VIO_INIT_DRIVER_PRE,        /* cause; the device is FAILED */
    VIO_INIT_DRIVER,            /* cause, device_type; NOT failed: the device runs, DRIVER_OK is set */
    VIO_INIT_RESET,             /* the reset did not end within wait_steps_max */
    VIO_INIT_NEEDS_RESET,       /* the device gave up while it was initialised */
    VIO_INIT_INVALID,           /* the caller broke the contract; nothing was touched */
};

/* The comments above say which members are valid; the others are 0. */
struct vio_init_result {
    enum vio_init error;
    uint32_t device_type, queue;
    uint64_t offered, accepted;
    bool has_accepted;
    enum vio_status cause;
};

/* One field of the configuration space. */
struct vio_config_field {
    uint32_t offset; /* from the start of the space */
    uint32_t width;  /* of the field in bytes: 1, 2, 4, or 8 (two accesses of 4) [4.2.2.2] */
    uint64_t value;  /* result */
};

struct vio_transport;

struct vio_transport_ops {
    /* queues[i] becomes queue i, or what the driver says (queue_number). Features are accepted as far as
     * driver, queues and transport go along. A device that runs is reset first. VIO_INIT_INVALID: too many
     * queues, a queue that is NULL or belongs to someone else, no driver. Whatever fails once ACKNOWLEDGE was
     * written (VIO_INIT_DRIVER apart) sets FAILED; before that, FAILED is never written. On failure reset()
     * tells whether the memory of the queues is free again. A callback may call it, but for those that are
     * told of VIO_CANCELLED: VIO_INIT_INVALID, until all came back. */
    struct vio_init_result (*initialize)(struct vio_transport *transport, struct vio_driver *driver,
                                         struct vio_queue *const queues[], size_t queue_count);

    /* Nothing before DRIVER_OK. */
    void (*queue_notify)(struct vio_transport *transport, const struct vio_queue *queue);

    /* Acknowledges, then looks at the rings, then at the device. VIO_NOT_READY: before DRIVER_OK or after a
     * reset; nothing was touched, so mask the line until the device runs. Else VIO_OK. */
    enum vio_status (*interrupt)(struct vio_transport *transport);

    /* All fields as they were at one moment. VIO_TIMEOUT: they would not stand still. */
    enum vio_status (*config_read)(struct vio_transport *transport, struct vio_config_field fields[],
                                   size_t count);

    /* Writes one field: where the device type allows it, and when. */
    void (*config_write)(struct vio_transport *transport, const struct vio_config_field *field);

    /* One queue alone [2.6.1]. VIO_OK: the device let go of it, each chain came back once; queue_restart
     * gives it back to the device, empty. VIO_UNSUPPORTED: RING_RESET was not negotiated. VIO_NOT_READY: the
     * device does not run, or the queue is not its. VIO_TIMEOUT, VIO_BROKEN: it did not let go, all stays
     * lent, and the device has to be reset. For entropy, block, and what transmits: a receive queue of
     * network or console has no buffers until the next initialize. */
    enum vio_status (*queue_reset)(struct vio_transport *transport, struct vio_queue *queue);

    /* After queue_reset, and not from within, else VIO_INVALID. VIO_NO_MEMORY: it could not be mapped; you
     * may try again. VIO_BROKEN: the device does not have this queue any more, or did not let go of it:
     * reset. */
    enum vio_status (*queue_restart)(struct vio_transport *transport, struct vio_queue *queue);

    /* VIO_OK: the device has let go of all memory; each lent chain came back once. VIO_TIMEOUT: it has
     * not, all stays lent, the queues refuse everything, and you may try again. Nothing to do is VIO_OK. */
    enum vio_status (*reset)(struct vio_transport *transport);

    /* The device was unplugged: as a reset that succeeds, without touching it. */
    void (*lost)(struct vio_transport *transport);
};

struct vio_transport {
    const struct vio_transport_ops *ops;
    uint64_t features_refused; /* yours to set before initialize(): not accepted though offered; 0: none */
    bool broken; /* the device broke a rule, or said that it needs a reset; until initialize() */
};

#endif
