/* SPDX-License-Identifier: Apache-2.0 */
/* Between blk.c and blk_config.c. */
#ifndef VIO_SOURCE_BLK_H
#define VIO_SOURCE_BLK_H

#include <vio/vio_blk.h>

/* [5.2.3] */
#define VIO_BLK_F_SIZE_MAX   (UINT64_C(1) << 1)
#define VIO_BLK_F_SEG_MAX    (UINT64_C(1) << 2)
#define VIO_BLK_F_RO         (UINT64_C(1) << 5)
#define VIO_BLK_F_BLK_SIZE   (UINT64_C(1) << 6)
#define VIO_BLK_F_FLUSH      (UINT64_C(1) << 9)
#define VIO_BLK_F_TOPOLOGY   (UINT64_C(1) << 10)
#define VIO_BLK_F_CONFIG_WCE (UINT64_C(1) << 11)
#define VIO_BLK_F_MQ         (UINT64_C(1) << 12)
#define VIO_BLK_F_DISCARD    (UINT64_C(1) << 13)
#define VIO_BLK_F_ZERO       (UINT64_C(1) << 14) /* WRITE_ZEROES */
#define VIO_BLK_F_ZONED      (UINT64_C(1) << 17)

bool vio_blk_negotiate_features(struct vio_driver *driver, uint64_t offered, uint64_t *accepted);

/* Queues beyond the first are used as far as the device has them. */
uint32_t vio_blk_queue_number(struct vio_driver *driver, size_t position);

/* At the start, and after each change (BLK-OP-DRV-01). VIO_TIMEOUT: the configuration never stands still.
 * VIO_UNSUPPORTED: its limits allow no transfer. */
enum vio_status vio_blk_read_config(struct vio_blk *blk);

#endif
