/* SPDX-License-Identifier: Apache-2.0 */
/* From identification to DRIVER_OK and back. */
#include "driver.h"

uint32_t reg_get(const struct device *d, uint32_t offset)
{
    return (uint32_t)pring_reg_read(d->dev, offset, 4);
}

void reg_set(const struct device *d, uint32_t offset, uint32_t value)
{
    pring_reg_write(d->dev, offset, 4, value);
}

void reg_set_address(const struct device *d, uint32_t offset, uint64_t bus)
{
    reg_set(d, offset, (uint32_t)bus);
    reg_set(d, offset + 4, (uint32_t)(bus >> 32));
}

void device_break(struct device *d, const char *why)
{
    if (d->broken)
        return;
    d->broken = 1;
    pring_log(DRIVER_NAME ": device %u is broken: %s\n", d->dev, why);
    pring_broken(d->dev);
}

int device_identify(struct device *d)
{
    if (reg_get(d, R_MAGIC) != 0x74726976)
        return -1;
    if (reg_get(d, R_VERSION) != 2)
        return -1;
    d->type = reg_get(d, R_DEVICE_ID);
    for (const uint16_t *type = driver_types; *type != 0; type++) {
        if (d->type == *type)
            return 0;
    }
    return -1;
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
    uint64_t offered;

    reg_set(d, R_DEVICE_FEATURES_SEL, 0);
    offered = reg_get(d, R_DEVICE_FEATURES);
    reg_set(d, R_DEVICE_FEATURES_SEL, 1);
    offered |= (uint64_t)reg_get(d, R_DEVICE_FEATURES) << 32;
    if ((offered & FEATURES_NEEDED) != FEATURES_NEEDED)
        return -1;
    d->features = offered & features_wanted(d, offered);
    reg_set(d, R_DRIVER_FEATURES_SEL, 0);
    reg_set(d, R_DRIVER_FEATURES, (uint32_t)d->features);
    reg_set(d, R_DRIVER_FEATURES_SEL, 1);
    reg_set(d, R_DRIVER_FEATURES, (uint32_t)(d->features >> 32));
    status_add(d, S_FEATURES_OK);
    if (!(reg_get(d, R_STATUS) & S_FEATURES_OK))
        return -1;
    return 0;
}

/* Queues that were handed over already come back by a reset; without it `running` stays. */
static int device_fail(struct device *d)
{
    status_add(d, S_FAILED);
    if (d->running && device_reset(d) == 0)
        d->running = 0;
    return -1;
}

int device_start(struct device *d)
{
    d->broken = 0;
    if (device_reset(d) != 0)
        return -1;
    status_add(d, S_ACKNOWLEDGE);
    status_add(d, S_DRIVER);
    if (features_negotiate(d) != 0)
        return device_fail(d);
    if (device_prepare(d) != 0)
        return device_fail(d);
    status_add(d, S_DRIVER_OK);
    device_started(d);
    pring_irq_enable(d->dev);
    return 0;
}

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
