/* SPDX-License-Identifier: Apache-2.0 */
/* From identification to DRIVER_OK and back. */
#include "plain.h"

#include <string.h>

uint32_t reg_get(const struct device *d, uint32_t offset)
{
    return (uint32_t)pring_reg_read(d->dev, offset, 4);
}

void reg_set(const struct device *d, uint32_t offset, uint32_t value)
{
    pring_reg_write(d->dev, offset, 4, value);
}

void device_break(struct device *d, const char *why)
{
    if (d->broken)
        return;
    d->broken = 1;
    pring_log("plain: device %u is broken: %s\n", d->dev, why);
    pring_broken(d->dev);
}

int device_identify(struct device *d)
{
    if (reg_get(d, R_MAGIC) != 0x74726976)
        return -1;
    if (reg_get(d, R_VERSION) != 2)
        return -1;
    d->type = reg_get(d, R_DEVICE_ID);
    if (d->type != TYPE_NET && d->type != TYPE_CONSOLE)
        return -1;
    return 0;
}

/* 0 once the device says that it is reset: only then it has let go of all memory. */
static int device_reset(struct device *d)
{
    d->status = 0;
    reg_set(d, R_STATUS, 0);
    for (int polls = 0; polls < RESET_POLLS_MAX; polls++) {
        if (reg_get(d, R_STATUS) == 0)
            return 0;
        pring_delay_ns(POLL_NS);
    }
    return -1;
}

static void status_add(struct device *d, uint32_t bits)
{
    d->status |= bits;
    reg_set(d, R_STATUS, d->status);
}

static int features_negotiate(struct device *d)
{
    uint64_t offered, wanted = F_VERSION_1 | F_ACCESS_PLATFORM | F_ORDER_PLATFORM;

    reg_set(d, R_DEVICE_FEATURES_SEL, 0);
    offered = reg_get(d, R_DEVICE_FEATURES);
    reg_set(d, R_DEVICE_FEATURES_SEL, 1);
    offered |= (uint64_t)reg_get(d, R_DEVICE_FEATURES) << 32;
    if (!(offered & F_VERSION_1))
        return -1;
    wanted |= d->type == TYPE_NET ? net_features(offered) : console_features();
    d->features = offered & wanted;
    reg_set(d, R_DRIVER_FEATURES_SEL, 0);
    reg_set(d, R_DRIVER_FEATURES, (uint32_t)d->features);
    reg_set(d, R_DRIVER_FEATURES_SEL, 1);
    reg_set(d, R_DRIVER_FEATURES, (uint32_t)(d->features >> 32));
    status_add(d, S_FEATURES_OK);
    if (!(reg_get(d, R_STATUS) & S_FEATURES_OK))
        return -1;
    return 0;
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

/* Queues that were handed over already come back by a reset; without it `running` stays. */
static int device_fail(struct device *d)
{
    status_add(d, S_FAILED);
    if (d->running && device_reset(d) == 0)
        d->running = 0;
    return -1;
}

static void count_queues(struct device *d)
{
    if (d->type == TYPE_NET)
        d->queue_count = 2 * d->units + (has(d, NET_CTRL_VQ) ? 1 : 0);
    else
        d->queue_count = has(d, CON_MULTIPORT) ? 2 * d->units + 2 : 2;
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

/* On failure the device owns nothing, but if it is still running. */
int device_start(struct device *d)
{
    unsigned saved;

    d->broken = 0;
    d->pairs_enabled = 1;
    memset(d->packet, 0, sizeof(d->packet));
    memset(d->port, 0, sizeof(d->port));
    if (device_reset(d) != 0)
        return -1;
    status_add(d, S_ACKNOWLEDGE);
    status_add(d, S_DRIVER);
    if (features_negotiate(d) != 0)
        return device_fail(d);
    d->units = 1;
    if (device_read_config(d) != 0)
        return device_fail(d);
    count_queues(d);
    for (uint32_t i = 0; i < d->queue_count; i++) {
        if (queue_setup(d, i) != 0)
            return device_fail(d);
        d->running = 1;
    }
    status_add(d, S_DRIVER_OK);
    saved = pring_irq_save();
    offer_reception(d);
    if (d->type == TYPE_CONSOLE)
        console_started(d);
    pring_irq_restore(saved);
    pring_irq_enable(d->dev);
    return 0;
}

/* 0: the device has let go of all memory. */
int device_stop(struct device *d)
{
    pring_irq_disable(d->dev);
    d->broken = 1; /* whoever waits for an answer wakes up */
    if (!d->running)
        return 0;
    if (device_reset(d) != 0)
        return -1;
    d->running = 0;
    return 0;
}
