/* SPDX-License-Identifier: Apache-2.0 */
/* What the binding asks for. */
#include "driver.h"

#include <string.h>

const uint16_t driver_types[] = {TYPE_NET, TYPE_CONSOLE, 0};

uint64_t features_wanted(const struct device *d, uint64_t offered)
{
    return F_PLATFORM | (d->type == TYPE_NET ? net_features(offered) : console_features());
}

/* What was read belongs together only if the generation stood still around it. */
int device_read_config(struct device *d)
{
    for (int tries = 0; tries < CONFIG_TRIES_MAX; tries++) {
        uint32_t generation = reg_get(d, R_CONFIG_GENERATION);
        int result = 0;

        if (d->type == TYPE_NET)
            result = net_read_config(d);
        else
            console_read_config(d);
        if (reg_get(d, R_CONFIG_GENERATION) == generation)
            return result;
    }
    return -1;
}

int memory_reserve(struct device *d)
{
    for (uint32_t i = 0; i < QUEUES_MAX; i++) {
        struct queue *q = &d->queues[i];

        q->memory = pring_dma_alloc(sizeof(struct queue_memory), 16, &q->bus);
        if (q->memory == NULL) {
            memory_release(d);
            return -1;
        }
    }
    return 0;
}

void memory_release(struct device *d)
{
    for (uint32_t i = 0; i < QUEUES_MAX; i++) {
        if (d->queues[i].memory != NULL)
            pring_dma_free((void *)d->queues[i].memory);
        d->queues[i].memory = NULL;
    }
}

static void count_queues(struct device *d)
{
    if (d->type == TYPE_NET)
        d->queue_count = 2 * d->units + (has(d, NET_CTRL_VQ) ? 1 : 0);
    else
        d->queue_count = has(d, CON_MULTIPORT) ? 2 * d->units + 2 : 2;
}

int device_prepare(struct device *d)
{
    d->pairs_enabled = 1;
    memset(d->packet, 0, sizeof(d->packet));
    memset(d->port, 0, sizeof(d->port));
    d->units = 1;
    if (device_read_config(d) != 0)
        return -1;
    count_queues(d);
    for (uint32_t i = 0; i < d->queue_count; i++) {
        if (queue_setup(d, i) != 0)
            return -1;
        d->running = 1;
    }
    return 0;
}

/* Buffers for reception lie in the ring before the device may look; it is told when it may. */
static void offer_reception(struct device *d)
{
    for (uint32_t i = 0; i < d->queue_count; i++) {
        struct queue *q = &d->queues[i];

        for (uint32_t slot = 0; queue_is_reception(d, i) && slot < q->slot_count; slot++)
            queue_post_reception(d, q, slot);
    }
}

void device_started(struct device *d)
{
    unsigned saved = pring_irq_save();

    offer_reception(d);
    if (d->type == TYPE_CONSOLE)
        console_started(d);
    pring_irq_restore(saved);
}

/* Whatever the cause: interrupts may be lost. */
void device_drain(struct device *d, uint32_t causes)
{
    (void)causes;
    for (uint32_t i = 0; i < d->queue_count; i++)
        queue_drain(d, &d->queues[i]);
    if (d->type == TYPE_CONSOLE)
        console_tell(d);
}

int serve(struct device *d, struct pring_request *r)
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

static int plain_info(unsigned dev, struct pring_info *info)
{
    struct device *d = device_at(dev);
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

PRING_DUT(plain);
PRING_DUT(plain) = {
    .abi = PRING_ABI,
    .in_flight_max = SLOTS_MAX,
    .device_types = driver_types,
    .traits = DRIVER_TRAITS,
    .probe = driver_probe,
    .remove = driver_remove,
    .submit = driver_submit,
    .reset = driver_reset,
    .info = plain_info,
    .operations = 1u << PRING_CONTROL,
};
