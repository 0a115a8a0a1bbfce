/* SPDX-License-Identifier: Apache-2.0 */
/* From identification to DRIVER_OK and back: the registers and the configuration space. */
#include "straight.h"

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
    pring_log("straight: device %u is broken: %s\n", d->dev, why);
    pring_broken(d->dev);
}

int device_identify(struct device *d)
{
    if (reg_get(d, R_MAGIC) != 0x74726976)
        return -1;
    if (reg_get(d, R_VERSION) != 2)
        return -1;
    d->type = reg_get(d, R_DEVICE_ID);
    if (d->type != TYPE_BLK && d->type != TYPE_RNG)
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

static uint64_t features_wanted(const struct device *d)
{
    uint64_t wanted = F_VERSION_1 | F_ACCESS_PLATFORM | F_ORDER_PLATFORM;

    if (d->type == TYPE_BLK)
        wanted |= F_BLK_RO | F_BLK_BLK_SIZE | F_BLK_FLUSH | F_BLK_DISCARD | F_BLK_ZEROES;
    return wanted;
}

static int features_negotiate(struct device *d)
{
    uint64_t offered;

    reg_set(d, R_DEVICE_FEATURES_SEL, 0);
    offered = reg_get(d, R_DEVICE_FEATURES);
    reg_set(d, R_DEVICE_FEATURES_SEL, 1);
    offered |= (uint64_t)reg_get(d, R_DEVICE_FEATURES) << 32;
    if (!(offered & F_VERSION_1))
        return -1;
    d->features = offered & features_wanted(d);
    reg_set(d, R_DRIVER_FEATURES_SEL, 0);
    reg_set(d, R_DRIVER_FEATURES, (uint32_t)d->features);
    reg_set(d, R_DRIVER_FEATURES_SEL, 1);
    reg_set(d, R_DRIVER_FEATURES, (uint32_t)(d->features >> 32));
    status_add(d, S_FEATURES_OK);
    if (!(reg_get(d, R_STATUS) & S_FEATURES_OK))
        return -1;
    return 0;
}

/* A block size that is none does no harm: requests are counted in sectors. */
static void take_block_size(struct device *d, uint32_t size)
{
    d->block_size = SECTOR;
    if (size < SECTOR)
        return;
    if (size & (size - 1))
        return;
    d->block_size = size;
}

/* What is not offered has no sectors. */
static struct limits read_limits(const struct device *d, uint64_t feature, uint32_t at)
{
    struct limits limits = {0, 0};

    if (!(d->features & feature))
        return limits;
    limits.sectors = reg_get(d, at);
    limits.segments = reg_get(d, at + 4);
    return limits;
}

/* What was read belongs together only if the generation stood still around it. */
int device_read_config(struct device *d)
{
    for (int tries = 0; tries < CONFIG_TRIES_MAX; tries++) {
        uint32_t generation = reg_get(d, R_CONFIG_GENERATION);
        struct limits discard = read_limits(d, F_BLK_DISCARD, R_CONFIG + BLK_DISCARD_LIMITS);
        struct limits zero = read_limits(d, F_BLK_ZEROES, R_CONFIG + BLK_ZERO_LIMITS);
        uint64_t capacity = reg_get(d, R_CONFIG + BLK_CAPACITY);
        uint32_t block_size = SECTOR;

        capacity |= (uint64_t)reg_get(d, R_CONFIG + BLK_CAPACITY + 4) << 32;
        if (d->features & F_BLK_BLK_SIZE)
            block_size = reg_get(d, R_CONFIG + BLK_BLK_SIZE);
        if (reg_get(d, R_CONFIG_GENERATION) != generation)
            continue;
        d->capacity = capacity;
        take_block_size(d, block_size);
        d->discard = discard;
        d->zero = zero;
        return 0;
    }
    return -1;
}

static int device_fail(struct device *d)
{
    status_add(d, S_FAILED);
    return -1;
}

/* On failure the device owns nothing: handing over the rings is the last step but DRIVER_OK. */
int device_start(struct device *d)
{
    d->broken = 0;
    if (device_reset(d) != 0)
        return -1;
    status_add(d, S_ACKNOWLEDGE);
    status_add(d, S_DRIVER);
    if (features_negotiate(d) != 0)
        return device_fail(d);
    if (d->type == TYPE_BLK && device_read_config(d) != 0)
        return device_fail(d);
    if (queue_setup(d) != 0)
        return device_fail(d);
    d->running = 1;
    status_add(d, S_DRIVER_OK);
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
