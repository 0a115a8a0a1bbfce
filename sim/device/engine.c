/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <string.h>

#include "ring.h"

void pring_engine_init(struct pring_engine *engine, const struct pring_setup *setup, struct pring_vq *queues,
                       struct pring_workspace *work)
{
    memset(queues, 0, PRING_QUEUES_MAX * sizeof *queues);
    memset(engine, 0, sizeof *engine);
    engine->dev.avail_features = setup->features;
    engine->dev.queues = queues;
    engine->dev.queue_count = (uint16_t)setup->queue_count;
    engine->work = work;
}

int pring_engine_activate(struct pring_device *dev, struct pring_mem *mem, struct pring_irq *irq)
{
    dev->mem = mem;
    dev->irq = irq;
    return 0;
}

/* ConfigGeneration stays: the configuration does not change by a reset. */
void pring_engine_reset(struct pring_device *dev, struct pring_mem **mem, struct pring_irq **irq)
{
    *mem = dev->mem;
    *irq = dev->irq;
    dev->mem = NULL;
    dev->irq = NULL;
    dev->acked_features = 0;
    dev->queue_events = 0;
    dev->interrupt_status = 0;
    dev->needs_reset = false;
    memset(dev->queues, 0, dev->queue_count * sizeof *dev->queues);
}

bool pring_engine_may_serve(const struct pring_device *dev, uint16_t queue)
{
    return pring_device_is_activated(dev) && !dev->needs_reset && queue < dev->queue_count &&
           dev->queues[queue].ready;
}

void pring_engine_queue_event(struct pring_device *dev, uint16_t queue)
{
    struct pring_engine *engine = (struct pring_engine *)dev;

    if (!engine->serve || !pring_engine_may_serve(dev, queue))
        return;
    dev->queue_events |= UINT64_C(1) << queue;
    engine->queue = queue;
    pring_ring_serve(engine, &dev->queues[queue]);
    dev->queue_events &= ~(UINT64_C(1) << queue);
}

void pring_engine_kick(struct pring_device *dev)
{
    for (uint16_t i = 0; i < dev->queue_count; i++)
        dev->ops->queue_event(dev, i);
}

void pring_engine_copy_config(const uint8_t *config, size_t config_bytes, uint32_t offset, void *data,
                              size_t len_bytes)
{
    size_t n = offset < config_bytes ? config_bytes - offset : 0;

    n = n < len_bytes ? n : len_bytes;
    memset(data, 0, len_bytes);
    memcpy(data, config + (n > 0 ? offset : 0), n);
}

void pring_engine_read_no_config(const struct pring_device *dev, uint32_t offset, void *data,
                                 size_t len_bytes)
{
    (void)dev;
    (void)offset;
    memset(data, 0, len_bytes);
}

void pring_engine_write_no_config(struct pring_device *dev, uint32_t offset, const void *data,
                                  size_t len_bytes)
{
    (void)dev;
    (void)offset;
    (void)data;
    (void)len_bytes;
}

struct pring_cow *pring_engine_no_cow(struct pring_device *dev)
{
    (void)dev;
    return NULL;
}

static const struct pring_device_ops inert_ops = {
    .read_config = pring_engine_read_no_config,
    .write_config = pring_engine_write_no_config,
    .activate = pring_engine_activate,
    .reset = pring_engine_reset,
    .queue_event = pring_engine_queue_event,
    .kick = pring_engine_kick,
    .cow = pring_engine_no_cow,
};

void pring_engine_init_inert(struct pring_engine *engine, const struct pring_setup *setup,
                             struct pring_vq *queues, struct pring_workspace *work)
{
    pring_engine_init(engine, setup, queues, work);
    engine->dev.ops = &inert_ops;
}
