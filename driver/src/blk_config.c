/* SPDX-License-Identifier: Apache-2.0 */
/* What a block device offers and says of itself [5.2.3, 5.2.4]. Every number is made harmless here. */
#include "blk.h"

enum field {
    CAPACITY,
    SEGMENT_BYTES,
    SEGMENTS,
    BLOCK_BYTES,
    PHYSICAL_BLOCK_EXP,
    ALIGNMENT_OFFSET,
    MIN_IO_SIZE,
    OPT_IO_SIZE,
    WRITEBACK,
    NUM_QUEUES,
    DISCARD_SECTORS,
    DISCARD_SEGMENTS,
    DISCARD_ALIGNMENT,
    ZERO_SECTORS,
    ZERO_SEGMENTS,
    FIELD_COUNT
};

/* No single mapping larger than this, whatever the device allows. */
#define SEGMENT_BYTES_LIMIT 0x400000u

/* [5.2.4]; feature 0: always there. `absent` stands for a field that is not. */
static const struct {
    uint64_t feature;
    uint32_t offset, width, absent;
} layout[FIELD_COUNT] = {
    [CAPACITY] = {0, 0, 8, 0},
    [SEGMENT_BYTES] = {VIO_BLK_F_SIZE_MAX, 8, 4, SEGMENT_BYTES_LIMIT},
    [SEGMENTS] = {VIO_BLK_F_SEG_MAX, 12, 4, VIO_BLK_SEGMENTS_MAX},
    [BLOCK_BYTES] = {VIO_BLK_F_BLK_SIZE, 20, 4, VIO_BLK_SECTOR_BYTES},
    [PHYSICAL_BLOCK_EXP] = {VIO_BLK_F_TOPOLOGY, 24, 1, 0},
    [ALIGNMENT_OFFSET] = {VIO_BLK_F_TOPOLOGY, 25, 1, 0},
    [MIN_IO_SIZE] = {VIO_BLK_F_TOPOLOGY, 26, 2, 0},
    [OPT_IO_SIZE] = {VIO_BLK_F_TOPOLOGY, 28, 4, 0},
    [WRITEBACK] = {VIO_BLK_F_CONFIG_WCE, 32, 1, 0},
    [NUM_QUEUES] = {VIO_BLK_F_MQ, 34, 2, 1},
    [DISCARD_SECTORS] = {VIO_BLK_F_DISCARD, 36, 4, 0},
    [DISCARD_SEGMENTS] = {VIO_BLK_F_DISCARD, 40, 4, 0},
    [DISCARD_ALIGNMENT] = {VIO_BLK_F_DISCARD, 44, 4, 1},
    [ZERO_SECTORS] = {VIO_BLK_F_ZERO, 48, 4, 0},
    [ZERO_SEGMENTS] = {VIO_BLK_F_ZERO, 52, 4, 0},
};

#define UNDERSTOOD                                                                                           \
    (VIO_BLK_F_SIZE_MAX | VIO_BLK_F_SEG_MAX | VIO_BLK_F_RO | VIO_BLK_F_BLK_SIZE | VIO_BLK_F_FLUSH |          \
     VIO_BLK_F_TOPOLOGY | VIO_BLK_F_CONFIG_WCE | VIO_BLK_F_MQ | VIO_BLK_F_DISCARD | VIO_BLK_F_ZERO)

/* Accepting more would promise what we do not do (FEAT-DRV-05, BLK-INIT-DRV-01). A zoned device may be
 * host-managed, and must not be asked for DISCARD then (BLK-INIT-DRV-06). */
bool vio_blk_negotiate_features(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    struct vio_blk *blk = (struct vio_blk *)driver;

    blk->features = offered & UNDERSTOOD;
    if ((offered & VIO_BLK_F_ZONED) != 0)
        blk->features &= ~VIO_BLK_F_DISCARD;
    blk->queues_used = 0;
    *accepted = blk->features;
    return true;
}

static bool has(const struct vio_blk *blk, uint64_t feature)
{
    return (blk->features & feature) == feature;
}

/* All that was negotiated (CFG-DRV-04), as it was at one moment (CFG-DRV-02). */
static enum vio_status read_fields(struct vio_blk *blk, uint64_t value[FIELD_COUNT])
{
    struct vio_config_field fields[FIELD_COUNT];
    size_t count = 0;
    enum vio_status status;

    for (uint32_t i = 0; i < FIELD_COUNT; i++) {
        if (has(blk, layout[i].feature))
            fields[count++] = (struct vio_config_field){.offset = layout[i].offset, .width = layout[i].width};
    }
    status = blk->transport->ops->config_read(blk->transport, fields, count);
    count = 0;
    for (uint32_t i = 0; i < FIELD_COUNT; i++)
        value[i] = has(blk, layout[i].feature) ? fields[count++].value : layout[i].absent;
    return status;
}

static uint32_t at_most(uint64_t value, uint32_t limit)
{
    return value < limit ? (uint32_t)value : limit;
}

/* A block size that is none is ignored: requests are counted in sectors anyway. */
static void take_block_size(struct vio_blk_config *config, const uint64_t value[FIELD_COUNT])
{
    uint32_t size = (uint32_t)value[BLOCK_BYTES];
    uint64_t exponent = value[PHYSICAL_BLOCK_EXP];

    config->block_bytes = VIO_BLK_SECTOR_BYTES;
    if (size >= VIO_BLK_SECTOR_BYTES && (size & (size - 1)) == 0)
        config->block_bytes = size;
    config->physical_block_bytes = config->block_bytes;
    if (exponent < 32 && config->block_bytes <= UINT32_MAX >> exponent)
        config->physical_block_bytes = config->block_bytes << exponent;
}

static uint32_t smallest_queue(const struct vio_blk *blk)
{
    uint32_t size = blk->queues[0]->size;

    for (uint32_t i = 1; i < blk->queues_used; i++)
        size = blk->queues[i]->size < size ? blk->queues[i]->size : size;
    return size;
}

/* A command has one range: that must be allowed (BLK-OP-DRV-09, 11). */
static void take_ranges(struct vio_blk_config *config, const uint64_t value[FIELD_COUNT])
{
    config->discard_sectors_max = value[DISCARD_SEGMENTS] > 0 ? (uint32_t)value[DISCARD_SECTORS] : 0;
    config->discard_alignment_sectors = (uint32_t)value[DISCARD_ALIGNMENT];
    config->zero_sectors_max = value[ZERO_SEGMENTS] > 0 ? (uint32_t)value[ZERO_SECTORS] : 0;
}

/* Writeback with FLUSH alone: assume that there is a cache (BLK-INIT-DRV-03). */
static void take_fields(struct vio_blk *blk, const uint64_t value[FIELD_COUNT])
{
    struct vio_blk_config *config = &blk->config;
    uint32_t room = smallest_queue(blk) - 2; /* header and status take one each */

    config->capacity_sectors = value[CAPACITY];
    config->segment_bytes_max = at_most(value[SEGMENT_BYTES], SEGMENT_BYTES_LIMIT);
    config->segments_max =
        at_most(value[SEGMENTS], room < VIO_BLK_SEGMENTS_MAX ? room : VIO_BLK_SEGMENTS_MAX);
    take_block_size(config, value);
    take_ranges(config, value);
    config->alignment_blocks = (uint32_t)value[ALIGNMENT_OFFSET];
    config->min_io_blocks = (uint32_t)value[MIN_IO_SIZE];
    config->opt_io_blocks = (uint32_t)value[OPT_IO_SIZE];
    config->queue_count = (uint16_t)(value[NUM_QUEUES] > 0 ? value[NUM_QUEUES] : 1);
    config->has_cache_switch = has(blk, VIO_BLK_F_CONFIG_WCE);
    config->read_only = has(blk, VIO_BLK_F_RO);
    config->has_flush = has(blk, VIO_BLK_F_FLUSH);
    config->writeback = has(blk, VIO_BLK_F_CONFIG_WCE) ? value[WRITEBACK] != 0 : config->has_flush;
}

/* One queue is always there. The number of the others is asked for once, and only by those who have some. */
uint32_t vio_blk_queue_number(struct vio_driver *driver, size_t position)
{
    struct vio_blk *blk = (struct vio_blk *)driver;
    struct vio_config_field field = {.offset = layout[NUM_QUEUES].offset, .width = layout[NUM_QUEUES].width};

    if (position == 0)
        blk->queues_used = 1;
    if (position == 1 && has(blk, VIO_BLK_F_MQ) &&
        blk->transport->ops->config_read(blk->transport, &field, 1) == VIO_OK && field.value > 1)
        blk->queues_used = at_most(field.value, blk->queues_given);
    return position < blk->queues_used ? (uint32_t)position : VIO_QUEUE_NONE;
}

/* Not before FEATURES_OK, as writeback wants it (BLK-INIT-DRV-04). */
enum vio_status vio_blk_read_config(struct vio_blk *blk)
{
    uint64_t value[FIELD_COUNT];
    enum vio_status status = read_fields(blk, value);

    if (status != VIO_OK)
        return status;
    take_fields(blk, value);
    /* One sector has to fit into the segments of one command, or nothing can be done. */
    if (blk->config.segments_max * blk->config.segment_bytes_max < VIO_BLK_SECTOR_BYTES)
        return VIO_UNSUPPORTED;
    return VIO_OK;
}
