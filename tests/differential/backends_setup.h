/* SPDX-License-Identifier: Apache-2.0 */
/* Random devices and platforms: what both backends are given before a sequence begins. */
#ifndef BACKENDS_SETUP_H
#define BACKENDS_SETUP_H

#include "backends_pair.h"

static inline uint64_t any_features(struct pair *p)
{
    uint64_t common = p->side[0].backend->features & p->side[1].backend->features;
    uint64_t bits = p->setup.device_type == PRING_DEVICE_BLK ? common : common & UINT64_C(0xffffffffff000000);

    if (pair_chance(p, 80)) /* the usual offer is generous */
        return bits & ~(pair_chance(p, 70) ? UINT64_C(1) << 5 : 0);
    return (bits & pair_random(p)) | UINT64_C(1) << 32;
}

static inline struct pring_setup_blk any_blk(struct pair *p)
{
    uint64_t r = pair_random(p), s = pair_random(p);

    return (struct pring_setup_blk){
        .capacity_sectors = pair_chance(p, 90) ? 8 + pair_below(p, 8) : UINT64_C(1) << 32,
        .size_max = (uint32_t)r,
        .seg_max = (uint32_t)(r >> 32),
        .blk_size = (uint32_t)s,
        .physical_block_exp = (uint8_t)(s >> 32),
        .alignment_offset = (uint8_t)(s >> 40),
        .min_io_size = (uint16_t)(s >> 48),
        .opt_io_size = (uint32_t)(r ^ s),
        .num_queues = (uint16_t)(r >> 16),
    };
}

static inline uint16_t any_stall(struct pair *p)
{
    return pair_chance(p, 50) ? (uint16_t)pair_below(p, 40000) : 0;
}

static inline struct pring_profile any_profile(struct pair *p)
{
    if (pair_chance(p, 50))
        return (struct pring_profile){0};
    return (struct pring_profile){
        .read_latency = pair_below(p, 30),
        .write_latency = pair_below(p, 30),
        .latency_jitter = pair_below(p, 10),
        .stall_ar = any_stall(p),
        .stall_aw = any_stall(p),
        .stall_w = any_stall(p),
        .stall_b = any_stall(p),
        .stall_r = any_stall(p),
        .reorder_ids = pair_chance(p, 50),
    };
}

static inline void any_setup(struct pair *p)
{
    static const uint64_t bases[] = {0x10000, 0x40000000, 0x100000000 - PAIR_BYTES / 2, 0x123456789000,
                                     0 - (uint64_t)PAIR_BYTES - 4096};
    uint32_t largest = p->side[0].backend->queue_size_max;

    if (p->side[1].backend->queue_size_max < largest)
        largest = p->side[1].backend->queue_size_max;
    while (largest > 4 && pair_chance(p, 60))
        largest /= 2;
    p->base = bases[pair_below(p, sizeof bases / sizeof *bases)];
    p->setup = (struct pring_setup){.device_type = pair_chance(p, 70) ? PRING_DEVICE_BLK : PRING_DEVICE_RNG};
    p->setup.queue_count = 1 + pair_below(p, PRING_QUEUES_MAX);
    p->setup.queue_size_max = largest < 256 ? largest : 256; /* what the image has room for */
    p->setup.features = any_features(p);
    p->setup.seed = pair_chance(p, 5) ? 0 : pair_random(p);
    p->setup.blk = any_blk(p);
    p->profile = any_profile(p);
    p->holes = pair_chance(p, 15) ? (uint32_t)1 << pair_below(p, PAIR_PAGES) : 0;
}

#endif
