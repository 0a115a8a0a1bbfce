/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "device/mix.h"
#include "model.h"

/* ---- the hash: field by field, since pointers and padding are no state ---- */

static uint64_t hash_queue(uint64_t h, const struct pring_vq *vq)
{
    h = pring_mix_in(h, (uint64_t)vq->size << 1 | vq->ready);
    h = pring_mix_in(h, vq->desc);
    h = pring_mix_in(h, vq->driver);
    h = pring_mix_in(h, vq->device);
    h = pring_mix_in(h, (uint64_t)vq->packed << 2 | (uint64_t)vq->avail_wrap << 1 | vq->used_wrap);
    return pring_mix_in(h, (uint64_t)vq->avail_cursor << 16 | vq->used_cursor);
}

static uint64_t hash_device(uint64_t h, const struct pring_device *dev)
{
    h = pring_mix_in(h, dev->avail_features);
    h = pring_mix_in(h, dev->acked_features);
    h = pring_mix_in(h, dev->queue_events);
    h = pring_mix_in(h, (uint64_t)dev->config_generation << 32 | dev->interrupt_status);
    h = pring_mix_in(h, (uint64_t)dev->needs_reset << 1 | pring_device_is_activated(dev));
    for (uint16_t i = 0; i < dev->queue_count; i++)
        h = hash_queue(h, &dev->queues[i]);
    return h;
}

static uint64_t hash_blk(uint64_t h, const struct pring_blk *blk)
{
    const struct pring_setup_blk *config = &blk->config;

    h = pring_mix_in(h, config->capacity_sectors);
    h = pring_mix_in(h, (uint64_t)config->size_max << 32 | config->seg_max);
    h = pring_mix_in(h, (uint64_t)config->blk_size << 32 | config->opt_io_size);
    h = pring_mix_in(h, (uint64_t)config->min_io_size << 32 | config->num_queues);
    h = pring_mix_in(h, (uint64_t)config->physical_block_exp << 8 | config->alignment_offset);
    h = pring_mix_in(h, (uint64_t)config->max_discard_sectors << 32 | config->max_discard_seg);
    h = pring_mix_in(h, (uint64_t)config->discard_sector_alignment << 32 | config->max_write_zeroes_sectors);
    h = pring_mix_in(h, (uint64_t)config->max_write_zeroes_seg << 1 | config->write_zeroes_may_unmap);
    return pring_mix_in(h, blk->writeback);
}

static uint64_t hash_net(uint64_t h, const struct pring_net *net)
{
    for (uint32_t i = 0; i < sizeof net->config.mac; i++)
        h = pring_mix_in(h, net->config.mac[i]);
    h = pring_mix_in(h,
                     (uint64_t)net->config.speed << 32 | (uint32_t)net->config.pairs << 16 | net->config.mtu);
    h = pring_mix_in(h, (uint64_t)net->pairs << 8 | net->modes);
    return pring_mix_in(h, (uint64_t)net->unicast << 16 | net->multicast);
}

static uint64_t hash_console(uint64_t h, const struct pring_console *console)
{
    h = pring_mix_in(h, (uint64_t)console->config.ports << 32 | (uint32_t)console->config.cols << 16 |
                            console->config.rows);
    h = pring_mix_in(h, (uint64_t)console->emergency_count << 8 | console->emergency_last);
    for (uint32_t i = 0; i < PRING_CONSOLE_PORTS_MAX; i++) {
        const struct pring_console_port *port = &console->port[i];

        h = pring_mix_in(h, (uint64_t)port->pending << 2 | (uint32_t)port->added << 1 | port->open);
    }
    return h;
}

static uint64_t hash_regs(uint64_t h, const struct model_state *s)
{
    h = pring_mix_in(h, (uint64_t)s->device_type << 32 | s->queue_size_max);
    h = pring_mix_in(h, (uint64_t)s->status << 1 | s->line);
    h = pring_mix_in(h, (uint64_t)s->device_features_sel << 32 | s->driver_features_sel);
    h = pring_mix_in(h, (uint64_t)s->queue_sel << 32 | s->driver_features[0]);
    h = pring_mix_in(h, (uint64_t)s->driver_features[1] << 32 | s->driver_features[2]);
    h = pring_mix_in(h, s->driver_features[3]);
    return pring_mix_in(h, s->accesses);
}

uint64_t pring_model_state_hash(void *self)
{
    const struct model *m = self;
    uint64_t h = hash_device(hash_regs(0, &m->state), model_device_const(m));

    if (m->state.device_type == PRING_DEVICE_RNG)
        h = pring_mix_in(h, m->state.device.rng.state);
    if (m->state.device_type == PRING_DEVICE_BLK)
        h = hash_blk(h, &m->state.device.blk);
    if (m->state.device_type == PRING_DEVICE_NET)
        h = hash_net(h, &m->state.device.net);
    if (m->state.device_type == PRING_DEVICE_CONSOLE)
        h = hash_console(h, &m->state.device.console);
    return pring_mix_in(h, pring_cow_hash(m->cow));
}

/* ---- snapshots: the state as it lies in memory, then the block contents ---- */

size_t pring_model_save(void *self, void *buf, size_t size_bytes)
{
    const struct model *m = self;
    size_t rest = size_bytes > sizeof m->state ? size_bytes - sizeof m->state : 0;
    size_t needed = sizeof m->state + pring_cow_save(m->cow, NULL, 0);

    if (needed <= size_bytes) {
        memcpy(buf, &m->state, sizeof m->state);
        pring_cow_save(m->cow, (char *)buf + sizeof m->state, rest);
    }
    return needed;
}

/* A snapshot may come from another instance, so its pointers are only asked whether they were set. */
static void relink(struct model *m)
{
    struct pring_device *dev = model_device(m);
    bool activated = pring_device_is_activated(dev);

    dev->queues = m->state.queues;
    dev->mem = activated ? &m->mem : NULL;
    dev->irq = activated ? &m->irq : NULL;
    m->state.device.engine.work = &m->work;
    if (m->state.device_type == PRING_DEVICE_BLK)
        m->state.device.blk.cow = m->cow;
}

void pring_model_restore(void *self, const void *buf)
{
    struct model *m = self;

    memcpy(&m->state, buf, sizeof m->state);
    relink(m);
    pring_cow_restore(m->cow, (const char *)buf + sizeof m->state);
}
