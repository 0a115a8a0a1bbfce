/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver of one device type tells its transport. First member of vio_rng, vio_blk ... */
#ifndef VIO_DRIVER_H
#define VIO_DRIVER_H

#include <vio/vio_platform.h>

/* Feature bits that belong to no device type [6]; the transport and the queues take care of them. */
#define VIO_F_INDIRECT_DESC     (UINT64_C(1) << 28)
#define VIO_F_EVENT_IDX         (UINT64_C(1) << 29)
#define VIO_F_VERSION_1         (UINT64_C(1) << 32)
#define VIO_F_ACCESS_PLATFORM   (UINT64_C(1) << 33)
#define VIO_F_RING_PACKED       (UINT64_C(1) << 34)
#define VIO_F_IN_ORDER          (UINT64_C(1) << 35)
#define VIO_F_ORDER_PLATFORM    (UINT64_C(1) << 36)
#define VIO_F_NOTIFICATION_DATA (UINT64_C(1) << 38)
#define VIO_F_RING_RESET        (UINT64_C(1) << 40)

/* What changes the look of rings or notifications, but EVENT_IDX: refused for plain split rings. */
#define VIO_F_RING_EXTRAS                                                                                    \
    (VIO_F_INDIRECT_DESC | VIO_F_RING_PACKED | VIO_F_IN_ORDER | VIO_F_NOTIFICATION_DATA | VIO_F_RING_RESET)

/* Bits 0 to 23 and 50 to 63 belong to the device type: what its driver may pick from [2.2]. */
#define VIO_F_DEVICE_TYPE_BITS UINT64_C(0xfffc000000ffffff)

/* Is there such a device type [5]? */
bool vio_device_type_is_known(uint32_t device_type);

#define VIO_QUEUE_NONE UINT32_MAX

struct vio_driver;

struct vio_driver_ops {
    uint32_t device_type; /* [5] */

    /* Picks from `offered` the bits of this device type [2.2.1]. False: cannot live with these.
     * `accepted` is cut to what was offered. */
    bool (*negotiate_features)(struct vio_driver *driver, uint64_t offered, uint64_t *accepted);

    /* The device's number of the queue that was given as queues[position]; VIO_QUEUE_NONE: leave it out.
     * Asked once for each, in order, after FEATURES_OK: the configuration may be read. NULL: its position. */
    uint32_t (*queue_number)(struct vio_driver *driver, size_t position);

    /* Queues are set up, DRIVER_OK is not set yet: read the configuration. NULL: nothing to do. */
    enum vio_status (*pre_device_initialization)(struct vio_driver *driver);

    /* DRIVER_OK is set. NULL: nothing to do. */
    enum vio_status (*device_initialized)(struct vio_driver *driver);

    /* From the interrupt. Any status but VIO_OK: the device is broken. NULL: don't care. */
    enum vio_status (*config_changed)(struct vio_driver *driver);
};

struct vio_driver {
    const struct vio_driver_ops *ops;
};

#endif
