/* SPDX-License-Identifier: Apache-2.0 */
/* Block device [5.2]: read, write, flush, discard, write zeroes and get id, on one queue or several; several
 * requests in flight. Zones, secure erase and lifetime are not here. */
#ifndef VIO_BLK_H
#define VIO_BLK_H

#include <vio/vio_request.h>
#include <vio/vio_transport.h>

#define VIO_BLK_DEVICE_TYPE  2u
#define VIO_BLK_SECTOR_BYTES 512u
#define VIO_BLK_ID_BYTES     20u
#define VIO_BLK_QUEUES_MAX   4u
#define VIO_BLK_COMMANDS_MAX 8u  /* in flight, on all queues together */
#define VIO_BLK_SEGMENTS_MAX 16u /* of data in one command; a longer request takes several commands */

struct vio_blk_header { /* little-endian [5.2.6] */
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
};

/* What a discard or write zeroes is about; little-endian. */
struct vio_blk_range {
    uint64_t sector;
    uint32_t sectors;
    uint32_t flags;
};

/* What a command shares with the device beside its data; memory that the platform can map. */
struct vio_blk_shared {
    struct vio_blk_header header;
    struct vio_blk_range range;
    uint8_t status;
    uint8_t padding[15]; /* no two commands in 16 bytes */
};

/* What the device said of itself. Fields whose feature was not offered hold the default named. */
struct vio_blk_config {
    uint64_t capacity_sectors;                               /* of 512 bytes; follows configuration changes */
    uint32_t block_bytes;                                    /* power of two, >= 512; default 512 */
    uint32_t segment_bytes_max, segments_max;                /* of a command; capped by what we can do */
    uint32_t physical_block_bytes;                           /* default block_bytes */
    uint32_t alignment_blocks, min_io_blocks, opt_io_blocks; /* default 0: unknown */
    uint32_t discard_sectors_max, zero_sectors_max;          /* of a command; 0: not possible */
    uint32_t discard_alignment_sectors;                      /* a hint; default 1 */
    uint16_t queue_count;                                    /* that the device has; default 1 */
    bool read_only, writeback, has_flush;
    bool has_cache_switch; /* vio_blk_set_writeback works */
};

/* Private. */
struct vio_blk_command {
    struct vio_request *request; /* NULL: free */
    struct vio_blk_shared *shared;
    struct vio_queue *queue;
    size_t data_bytes;
};

/* Members are private, but `config` may be read. */
struct vio_blk {
    struct vio_driver driver;
    struct vio_queue_client queue_client;
    struct vio_transport *transport;
    struct vio_queue *queues[VIO_BLK_QUEUES_MAX];
    uint32_t queues_given, queues_used;
    struct vio_request_client *client;
    struct vio_blk_command commands[VIO_BLK_COMMANDS_MAX];
    struct vio_blk_config config;
    uint64_t features;
};

/* `shared` has VIO_BLK_COMMANDS_MAX elements and belongs to the driver until a reset succeeds. Give
 * initialize() the same queues in the same order, with &blk->queue_client as their client; those that the
 * device does not have are left out. VIO_INVALID: no queue, or more than VIO_BLK_QUEUES_MAX. */
enum vio_status vio_blk_init(struct vio_blk *blk, struct vio_transport *transport,
                             struct vio_queue *const queues[], uint32_t queue_count,
                             struct vio_blk_shared *shared, struct vio_request_client *client);

/* VIO_OK: the client is told later, or was. Else it is not: VIO_INVALID (not a multiple of 512, beyond the
 * capacity), VIO_UNSUPPORTED (write to a read-only device, or what the device does not do), or as
 * vio_queue_provide. */
enum vio_status vio_blk_submit(struct vio_blk *blk, struct vio_request *request);

/* Write-back (true) or write-through cache [5.2.5]. Does not flush: what was written before may still be
 * volatile (BLK-OP-DRV-13). VIO_UNSUPPORTED, VIO_NOT_READY. */
enum vio_status vio_blk_set_writeback(struct vio_blk *blk, bool writeback);

#endif
