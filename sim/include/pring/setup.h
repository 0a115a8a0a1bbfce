/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device that a scenario asks for, as plain numbers: backends build it, oracles judge against it.
 * All fields are resolved: no defaults are left to apply. Copied by value, holds no pointers.
 */
#ifndef PRING_SETUP_H
#define PRING_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_device_type { /* [5] */
                         PRING_DEVICE_NET = 1,
                         PRING_DEVICE_BLK = 2,
                         PRING_DEVICE_CONSOLE = 3,
                         PRING_DEVICE_RNG = 4,
};

enum { PRING_QUEUES_MAX = 8, PRING_QUEUE_SIZE_MAX = 1024, PRING_SECTOR_BYTES = 512, PRING_ID_BYTES = 20 };

struct pring_setup_blk { /* [5.2.4]; fields without their feature still have a value, and read as 0 */
    uint64_t capacity_sectors;
    uint32_t size_max, seg_max, blk_size;
    uint8_t physical_block_exp, alignment_offset;
    uint16_t min_io_size;
    uint32_t opt_io_size;
    uint16_t num_queues, write_zeroes_may_unmap;
    uint32_t max_discard_sectors, max_discard_seg, discard_sector_alignment;
    uint32_t max_write_zeroes_sectors, max_write_zeroes_seg;
};

struct pring_setup_net { /* [5.1.4] */
    uint8_t mac[6];
    uint16_t pairs, mtu; /* pairs: of queues; max_virtqueue_pairs behind MQ */
    uint16_t reserved;   /* 0 */
    uint32_t speed;      /* Mbit/s */
};

struct pring_setup_console { /* [5.3.4] */
    uint16_t cols, rows;
    uint32_t ports; /* max_nr_ports */
};

struct pring_setup {
    uint32_t device_type;    /* enum pring_device_type */
    uint32_t queue_count;    /* 1..PRING_QUEUES_MAX */
    uint32_t queue_size_max; /* QueueSizeMax of every queue, 1..PRING_QUEUE_SIZE_MAX; power of two but
                                with RING_PACKED */
    uint64_t features;       /* offered, bits 0..63 [2.2] */
    uint64_t seed;           /* of entropy data and block contents */
    struct pring_setup_blk blk;
    struct pring_setup_net net;
    struct pring_setup_console console;
};

/* The manners of the DMA memory, part of the scenario; all zero: ideal, data in the next cycle.
 * Latencies in cycles; stall_*: chance per cycle that READY (or VALID) is withheld, in 65536ths. */
struct pring_profile {
    uint32_t read_latency, write_latency, latency_jitter;
    uint16_t stall_ar, stall_aw, stall_w, stall_b, stall_r;
    bool reorder_ids;
};

#ifdef __cplusplus
}
#endif
#endif
