/* SPDX-License-Identifier: Apache-2.0 */
/* Features, and the configuration space. */
#include "driver.h"

uint64_t features_wanted(const struct device *d, uint64_t offered)
{
    uint64_t wanted = F_PLATFORM;

    (void)offered;
    if (d->type == TYPE_BLK)
        wanted |= F_BLK_RO | F_BLK_BLK_SIZE | F_BLK_FLUSH | F_BLK_DISCARD | F_BLK_ZEROES;
    return wanted;
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
    if (d->type != TYPE_BLK)
        return 0;
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
