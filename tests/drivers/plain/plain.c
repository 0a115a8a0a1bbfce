/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt, and the binding to the bench. */
#include "plain.h"

#include <string.h>

static struct device devices[DEVICES_MAX];

static void on_interrupt(void *arg)
{
    struct device *d = arg;
    uint32_t pending = reg_get(d, R_INTERRUPT_STATUS) & (IRQ_USED | IRQ_CONFIG);

    if (pending == 0)
        return;
    reg_set(d, R_INTERRUPT_ACK, pending);
    if (pending & IRQ_CONFIG) {
        if (reg_get(d, R_STATUS) & S_NEEDS_RESET)
            device_break(d, "needs reset");
        else if (device_read_config(d) != 0)
            device_break(d, "configuration never settles");
    }
    for (uint32_t i = 0; i < d->queue_count; i++)
        queue_drain(d, &d->queues[i]);
    if (d->type == TYPE_CONSOLE)
        console_tell(d);
}

static int serve(struct device *d, struct pring_request *r)
{
    int result;

    if (!d->bound)
        return -1;
    if (!d->running)
        return -1;
    if (d->broken)
        return -1;
    result = d->type == TYPE_NET ? net_submit(d, r) : console_submit(d, r);
    pring_done(r, result, result == 0 ? r->len_bytes : 0);
    return 0;
}

static void release(struct device *d)
{
    for (uint32_t i = 0; i < QUEUES_MAX; i++) {
        if (d->queues[i].memory != NULL)
            pring_dma_free((void *)d->queues[i].memory);
        d->queues[i].memory = NULL;
    }
}

static int reserve(struct device *d)
{
    for (uint32_t i = 0; i < QUEUES_MAX; i++) {
        struct queue *q = &d->queues[i];

        q->memory = pring_dma_alloc(sizeof(struct queue_memory), 16, &q->bus);
        if (q->memory == NULL)
            return -1;
    }
    return 0;
}

static int reset_is_over(void *arg)
{
    struct device *d = arg;

    return !d->resetting;
}

static int plain_submit(unsigned dev, struct pring_request *r)
{
    struct device *d = &devices[dev];
    int result;

    if (d->resetting && !pring_wait(reset_is_over, d, TIMEOUT_NS))
        return -1;
    d->inside++;
    result = serve(d, r);
    d->inside--;
    return result;
}

static int all_left(void *arg)
{
    struct device *d = arg;

    return d->inside == 0;
}

/* 0: the device has let go of all memory, and nobody sleeps in submit any more. */
static int quiesce(struct device *d)
{
    int result = device_stop(d);

    if (!pring_wait(all_left, d, TIMEOUT_NS))
        return -1;
    return result;
}

static int plain_probe(unsigned dev)
{
    struct device *d;

    if (dev >= DEVICES_MAX)
        return -1;
    d = &devices[dev];
    memset(d, 0, sizeof(*d));
    d->dev = dev;
    if (device_identify(d) != 0)
        return -1;
    if (reserve(d) != 0) {
        release(d);
        return -1;
    }
    if (pring_irq_register(dev, on_interrupt, d) != 0) {
        release(d);
        return -1;
    }
    if (device_start(d) != 0) {
        pring_irq_unregister(dev);
        if (!d->running)
            release(d);
        return -1;
    }
    d->bound = 1;
    return 0;
}

static void plain_remove(unsigned dev, int gone)
{
    struct device *d = &devices[dev];

    if (!d->bound)
        return;
    d->bound = 0;
    if (gone) {
        pring_irq_disable(dev);
        d->running = 0;
    }
    if (quiesce(d) == 0)
        release(d);
    else
        pring_log("plain: device %u keeps its memory: reset did not end\n", dev);
    pring_irq_unregister(dev);
}

static int plain_reset(unsigned dev)
{
    struct device *d = &devices[dev];
    int result;

    if (!d->bound)
        return -1;
    d->resetting = 1;
    result = quiesce(d);
    if (result == 0)
        result = device_start(d);
    d->resetting = 0;
    return result;
}

static int plain_info(unsigned dev, struct pring_info *info)
{
    struct device *d = &devices[dev];
    uint64_t free = 0;

    if (!d->bound)
        return -1;
    for (uint32_t i = 0; i < d->queue_count; i++) {
        for (uint32_t slot = 0; slot < d->queues[i].slot_count; slot++)
            free += queue_is_reception(d, i) || !d->queues[i].slots[slot].busy ? CHAIN_MAX : 0;
    }
    info->free_descriptors = free;
    if (d->type == TYPE_NET)
        info->mtu_bytes = d->mtu;
    return 0;
}

static const uint16_t plain_types[] = {TYPE_NET, TYPE_CONSOLE, 0};

PRING_DUT(plain);
PRING_DUT(plain) = {
    .abi = PRING_ABI,
    .in_flight_max = SLOTS_MAX,
    .device_types = plain_types,
    .traits = PRING_TRAIT_SYNCHRONOUS | PRING_TRAIT_BOUNDED_WAITS | PRING_TRAIT_BOUNCE |
              PRING_TRAIT_BARRIERS_BY_API,
    .probe = plain_probe,
    .remove = plain_remove,
    .submit = plain_submit,
    .reset = plain_reset,
    .info = plain_info,
    .operations = 1u << PRING_CONTROL,
};
