/* SPDX-License-Identifier: Apache-2.0 */
#include "blk.h"

#include "bytes.h"

enum { CONFIG_BYTES = 36, WRITEBACK_OFFSET = 32 }; /* behind num_queues all reads 0 */

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
}

void pring_blk_read_config(const struct pring_device *dev, uint32_t offset, void *data, size_t len_bytes)
{
    uint8_t config[CONFIG_BYTES] = {0};
    size_t n = offset < CONFIG_BYTES ? CONFIG_BYTES - offset : 0;

    build_config((const struct pring_blk *)dev, config);
    n = n < len_bytes ? n : len_bytes;
    memset(data, 0, len_bytes);
    memcpy(data, config + (n > 0 ? offset : 0), n);
}

void pring_blk_write_config(struct pring_device *dev, uint32_t offset, const void *data, size_t len_bytes)
{
    struct pring_blk *blk = (struct pring_blk *)dev;
    bool covered = offset <= WRITEBACK_OFFSET && WRITEBACK_OFFSET - offset < len_bytes;

    if (covered && pring_blk_offers(blk, PRING_BLK_CONFIG_WCE))
        blk->writeback = (((const uint8_t *)data)[WRITEBACK_OFFSET - offset] & 1) != 0;
}
