/* SPDX-License-Identifier: Apache-2.0 */
#include "blk.h"

#include "bytes.h"

enum { CONFIG_BYTES = 60, WRITEBACK_OFFSET = 32 }; /* behind unused1 all reads 0 */

/* The whole space [5.2.4]; a field without its feature stays 0. */
static void build_config(const struct pring_blk *blk, uint8_t *c)
{
    const struct pring_setup_blk *config = &blk->config;

    pring_put64(c, config->capacity_sectors);
    if (pring_blk_offers(blk, PRING_BLK_SIZE_MAX))
        pring_put32(c + 8, config->size_max);
    if (pring_blk_offers(blk, PRING_BLK_SEG_MAX))
        pring_put32(c + 12, config->seg_max);
    if (pring_blk_offers(blk, PRING_BLK_BLK_SIZE))
        pring_put32(c + 20, config->blk_size);
    if (pring_blk_offers(blk, PRING_BLK_TOPOLOGY)) {
        c[24] = config->physical_block_exp;
        c[25] = config->alignment_offset;
        pring_put16(c + 26, config->min_io_size);
        pring_put32(c + 28, config->opt_io_size);
    }
    c[WRITEBACK_OFFSET] = blk->writeback; /* false for ever without CONFIG_WCE */
    if (pring_blk_offers(blk, PRING_BLK_MQ))
        pring_put16(c + 34, config->num_queues);
    if (pring_blk_offers(blk, PRING_BLK_DISCARD)) {
        pring_put32(c + 36, config->max_discard_sectors);
        pring_put32(c + 40, config->max_discard_seg);
        pring_put32(c + 44, config->discard_sector_alignment);
    }
    if (pring_blk_offers(blk, PRING_BLK_WRITE_ZEROES)) {
        pring_put32(c + 48, config->max_write_zeroes_sectors);
        pring_put32(c + 52, config->max_write_zeroes_seg);
        c[56] = config->write_zeroes_may_unmap != 0;
    }
}

void pring_blk_read_config(const struct pring_device *dev, uint32_t offset, void *data, size_t len_bytes)
{
    uint8_t config[CONFIG_BYTES] = {0};

    build_config((const struct pring_blk *)dev, config);
    pring_engine_copy_config(config, sizeof config, offset, data, len_bytes);
}

void pring_blk_write_config(struct pring_device *dev, uint32_t offset, const void *data, size_t len_bytes)
{
    struct pring_blk *blk = (struct pring_blk *)dev;
    bool covered = offset <= WRITEBACK_OFFSET && WRITEBACK_OFFSET - offset < len_bytes;

    if (covered && pring_blk_offers(blk, PRING_BLK_CONFIG_WCE))
        blk->writeback = (((const uint8_t *)data)[WRITEBACK_OFFSET - offset] & 1) != 0;
}
