/* SPDX-License-Identifier: Apache-2.0 */
#include "blk.h"

static void blk_reset(struct pring_device *dev, struct pring_mem **mem, struct pring_irq **irq)
{
    struct pring_blk *blk = (struct pring_blk *)dev;

    pring_engine_reset(dev, mem, irq);
    blk->writeback = pring_blk_offers(blk, PRING_BLK_CONFIG_WCE);
}

static struct pring_cow *blk_cow(struct pring_device *dev)
{
    return ((struct pring_blk *)dev)->cow;
}

static const struct pring_device_ops blk_ops = {
    .device_type = PRING_DEVICE_BLK,
    .read_config = pring_blk_read_config,
    .write_config = pring_blk_write_config,
    .activate = pring_engine_activate,
    .reset = blk_reset,
    .queue_event = pring_engine_queue_event,
    .kick = pring_engine_kick,
    .cow = blk_cow,
};

void pring_blk_init(struct pring_blk *blk, const struct pring_setup *setup, struct pring_vq *queues,
                    struct pring_workspace *work, struct pring_cow *cow)
{
    pring_engine_init(&blk->engine, setup, queues, work);
    blk->engine.dev.ops = &blk_ops;
    blk->engine.serve = pring_blk_serve;
    blk->config = setup->blk;
    blk->writeback = pring_blk_offers(blk, PRING_BLK_CONFIG_WCE);
    blk->cow = cow;
}

void pring_blk_resize(struct pring_blk *blk, uint64_t sectors)
{
    blk->config.capacity_sectors = sectors;
    blk->engine.dev.config_generation++;
}
