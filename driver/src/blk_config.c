/* SPDX-License-Identifier: Apache-2.0 */
/* What a block device offers and says of itself [5.2.3, 5.2.4]. Every number is made harmless here. */
#include "blk.h"

enum {
    CONFIG_CAPACITY = 0,
    CONFIG_SIZE_MAX = 8,
    CONFIG_SEG_MAX = 12,
    CONFIG_BLK_SIZE = 20,
    CONFIG_PHYSICAL_BLOCK_EXP = 24,
    CONFIG_ALIGNMENT_OFFSET = 25,
    CONFIG_MIN_IO_SIZE = 26,
    CONFIG_OPT_IO_SIZE = 28,
    CONFIG_WRITEBACK = 32,
    CONFIG_NUM_QUEUES = 34,
};

/* No single mapping larger than this, whatever the device allows. */
#define SEGMENT_BYTES_LIMIT 0x400000u

/* Accepting more would promise what we do not do (FEAT-DRV-05, BLK-INIT-DRV-01). */
bool vio_blk_negotiate_features(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    struct vio_blk *blk = (struct vio_blk *)driver;

    blk->features = offered & (VIO_BLK_F_SIZE_MAX | VIO_BLK_F_SEG_MAX | VIO_BLK_F_RO | VIO_BLK_F_BLK_SIZE |
                               VIO_BLK_F_FLUSH | VIO_BLK_F_TOPOLOGY | VIO_BLK_F_CONFIG_WCE | VIO_BLK_F_MQ);
    *accepted = blk->features;
    return true;
}

static bool has(const struct vio_blk *blk, uint64_t feature)
{
    return (blk->features & feature) != 0;
}

/* Reads one field if its feature was negotiated (CFG-DRV-04); else it is `absent`. */
static enum vio_status read_field(struct vio_blk *blk, uint64_t feature, uint32_t offset, uint32_t width,
                                  uint32_t absent, uint32_t *value)
{
    struct vio_config_field field = {.offset = offset, .width = width};
    enum vio_status status;

    *value = absent;
    if (!has(blk, feature))
        return VIO_OK;
    status = blk->transport->ops->config_read(blk->transport, &field, 1);
    if (status == VIO_OK)
        *value = (uint32_t)field.value;
    return status;
}

enum vio_status vio_blk_read_capacity(struct vio_blk *blk)
{
    struct vio_config_field field = {.offset = CONFIG_CAPACITY, .width = 8};
    enum vio_status status = blk->transport->ops->config_read(blk->transport, &field, 1);

    if (status == VIO_OK)
        blk->config.capacity_sectors = field.value;
    return status;
}

/* A block size that is none is ignored: requests are counted in sectors anyway. */
static enum vio_status read_block_size(struct vio_blk *blk)
{
    uint32_t size;
    enum vio_status status =
        read_field(blk, VIO_BLK_F_BLK_SIZE, CONFIG_BLK_SIZE, 4, VIO_BLK_SECTOR_BYTES, &size);

    blk->config.block_bytes = VIO_BLK_SECTOR_BYTES;
    if (size >= VIO_BLK_SECTOR_BYTES && (size & (size - 1)) == 0)
        blk->config.block_bytes = size;
    return status;
}

/* At least one sector has to fit into the segments of one command, or nothing can be done. */
static enum vio_status read_limits(struct vio_blk *blk)
{
    struct vio_blk_config *config = &blk->config;
    uint32_t ring_max = blk->queue->size - 2; /* header and status take one each */
    enum vio_status status = read_field(blk, VIO_BLK_F_SIZE_MAX, CONFIG_SIZE_MAX, 4, SEGMENT_BYTES_LIMIT,
                                        &config->segment_bytes_max);

    if (status == VIO_OK)
        status = read_field(blk, VIO_BLK_F_SEG_MAX, CONFIG_SEG_MAX, 4, VIO_BLK_SEGMENTS_MAX,
                            &config->segments_max);
    if (status != VIO_OK)
        return status;
    if (config->segment_bytes_max > SEGMENT_BYTES_LIMIT)
        config->segment_bytes_max = SEGMENT_BYTES_LIMIT;
    if (config->segments_max > VIO_BLK_SEGMENTS_MAX)
        config->segments_max = VIO_BLK_SEGMENTS_MAX;
    if (config->segments_max > ring_max)
        config->segments_max = ring_max;
    if (config->segments_max * config->segment_bytes_max < VIO_BLK_SECTOR_BYTES)
        return VIO_UNSUPPORTED;
    return VIO_OK;
}

/* As one snapshot: these four belong together. */
static enum vio_status read_topology(struct vio_blk *blk)
{
    struct vio_blk_config *config = &blk->config;
    struct vio_config_field field[] = {
        {.offset = CONFIG_PHYSICAL_BLOCK_EXP, .width = 1},
        {.offset = CONFIG_ALIGNMENT_OFFSET, .width = 1},
        {.offset = CONFIG_MIN_IO_SIZE, .width = 2},
        {.offset = CONFIG_OPT_IO_SIZE, .width = 4},
    };
    enum vio_status status;

    config->physical_block_bytes = config->block_bytes;
    if (!has(blk, VIO_BLK_F_TOPOLOGY))
        return VIO_OK;
    status = blk->transport->ops->config_read(blk->transport, field, 4);
    if (status != VIO_OK)
        return status;
    if (field[0].value < 32 && config->block_bytes <= UINT32_MAX >> field[0].value)
        config->physical_block_bytes = config->block_bytes << field[0].value;
    config->alignment_blocks = (uint32_t)field[1].value;
    config->min_io_blocks = (uint32_t)field[2].value;
    config->opt_io_blocks = (uint32_t)field[3].value;
    return VIO_OK;
}

/* After FEATURES_OK, as writeback wants it (BLK-INIT-DRV-04). FLUSH alone: assume a cache (BLK-INIT-DRV-03).
 */
static enum vio_status read_rest(struct vio_blk *blk)
{
    struct vio_blk_config *config = &blk->config;
    uint32_t writeback, queue_count = 1;
    enum vio_status status;

    config->read_only = has(blk, VIO_BLK_F_RO);
    config->has_flush = has(blk, VIO_BLK_F_FLUSH);
    status = read_field(blk, VIO_BLK_F_CONFIG_WCE, CONFIG_WRITEBACK, 1, config->has_flush, &writeback);
    if (status == VIO_OK)
        status = read_field(blk, VIO_BLK_F_MQ, CONFIG_NUM_QUEUES, 2, 1, &queue_count);
    config->writeback = writeback != 0;
    config->queue_count = (uint16_t)(queue_count > 0 ? queue_count : 1);
    return status;
}

enum vio_status vio_blk_read_config(struct vio_blk *blk)
{
    enum vio_status status = vio_blk_read_capacity(blk);

    if (status == VIO_OK)
        status = read_block_size(blk);
    if (status == VIO_OK)
        status = read_limits(blk);
    if (status == VIO_OK)
        status = read_topology(blk);
    if (status == VIO_OK)
        status = read_rest(blk);
    return status;
}
