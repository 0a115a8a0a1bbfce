/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pring/device.h>

#include "qemu.h"

#define BIT(n) (UINT64_C(1) << (n))

enum { /* [6] */
       F_INDIRECT = 28,
       F_EVENT_IDX = 29,
       F_VERSION_1 = 32,
       F_PACKED = 34,
       F_RING_RESET = 40,
};
enum { /* [5.2.3] */
       F_SEG_MAX = 2,
       F_GEOMETRY = 4,
       F_RO = 5,
       F_BLK_SIZE = 6,
       F_FLUSH = 9,
       F_TOPOLOGY = 10,
       F_CONFIG_WCE = 11,
       F_MQ = 12,
       F_DISCARD = 13,
       F_WRITE_ZEROES = 14,
};
enum {
    SECTORS_MAX = 1 << 16, /* of an image that is written out for each run */
    SEG_MAX_LARGEST = 1022,
    ENTROPY_BYTES = 1 << 20,
};

#define COMMON (BIT(F_INDIRECT) | BIT(F_EVENT_IDX) | BIT(F_VERSION_1) | BIT(F_RING_RESET))
#define BLOCK                                                                                                \
    (BIT(F_SEG_MAX) | BIT(F_GEOMETRY) | BIT(F_RO) | BIT(F_BLK_SIZE) | BIT(F_FLUSH) | BIT(F_TOPOLOGY) |       \
     BIT(F_CONFIG_WCE) | BIT(F_MQ) | BIT(F_DISCARD) | BIT(F_WRITE_ZEROES))

uint64_t qemu_device_features(void)
{
    return COMMON | BLOCK;
}

static bool has(const struct pring_setup *setup, unsigned bit)
{
    return setup->features >> bit & 1;
}

/* ---- what it cannot be ---- */

/* seg_max follows from the queue's size, a power of two. */
static const char *block_lacks(const struct pring_setup *setup)
{
    const struct pring_setup_blk *blk = &setup->blk;
    uint32_t ring = blk->seg_max + 2;
    if (setup->features & ~(COMMON | BLOCK))
        return "a feature that the scenario offers";
    if (blk->capacity_sectors == 0 || blk->capacity_sectors > SECTORS_MAX)
        return "disks of that size";
    if (ring < 4 || ring > SEG_MAX_LARGEST + 2 || (ring & (ring - 1)))
        return "that seg_max: it can 2, 6, 14, 30 .. 1022";
    if (has(setup, F_MQ) != (blk->num_queues > 1))
        return "MQ with one queue, or several without";
    if (has(setup, F_CONFIG_WCE) && !has(setup, F_FLUSH))
        return "CONFIG_WCE without FLUSH";
    if (blk->alignment_offset != 0)
        return "an alignment_offset";
    return NULL;
}

const char *qemu_device_lacks(const struct pring_setup *setup)
{
    if (setup->queue_size_max != QEMU_QUEUE_SIZE_MAX)
        return "queues of that size: say size=1024";
    if (!has(setup, F_VERSION_1))
        return "devices without VERSION_1";
    if (setup->device_type == PRING_DEVICE_BLK)
        return block_lacks(setup);
    if (setup->device_type != PRING_DEVICE_RNG)
        return "that device";
    return setup->features & ~COMMON ? "a feature that the scenario offers" : NULL;
}

/* ---- the file behind it ---- */

static int nameless_file(void)
{
    const char *folder = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof path, "%.480s/pring-XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd >= 0)
        unlink(path);
    return fd;
}

/* The seeded fill of a disk, and the stream of entropy: as every backend has them. */
static void fill_sector(uint64_t *words, uint64_t seed, uint64_t sector)
{
    for (uint32_t i = 0; i < PRING_SECTOR_BYTES / 8; i++)
        words[i] = pring_cow_fill(seed, sector, i);
}

static void fill_stream(uint64_t *words, uint64_t *state)
{
    for (uint32_t i = 0; i < PRING_SECTOR_BYTES / 8; i++) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        words[i] = *state;
    }
}

bool qemu_device_make(const struct pring_setup *setup, int *fd)
{
    uint64_t words[PRING_SECTOR_BYTES / 8], state = setup->seed ? setup->seed : 1;
    bool is_disk = setup->device_type == PRING_DEVICE_BLK;
    uint64_t sectors = is_disk ? setup->blk.capacity_sectors : ENTROPY_BYTES / PRING_SECTOR_BYTES;
    *fd = nameless_file();
    FILE *file = *fd < 0 ? NULL : fdopen(dup(*fd), "w");
    for (uint64_t i = 0; file && i < sectors; i++) {
        if (is_disk)
            fill_sector(words, setup->seed, i);
        else
            fill_stream(words, &state);
        fwrite(words, sizeof words, 1, file);
    }
    return file && fclose(file) == 0;
}

/* ---- command line ---- */

void qemu_device_source(const struct pring_setup *setup, int fd, char *out, size_t size_bytes)
{
    if (setup->device_type == PRING_DEVICE_BLK)
        snprintf(out, size_bytes, "-drive if=none,id=d,format=raw,file.locking=off,file=/proc/self/fd/%d%s",
                 fd, has(setup, F_RO) ? ",read-only=on" : "");
    else
        snprintf(out, size_bytes, "-object rng-random,id=r,filename=/proc/self/fd/%d", fd);
}

static const char *on(const struct pring_setup *setup, unsigned bit)
{
    return has(setup, bit) ? "on" : "off";
}

static void block_options(const struct pring_setup *setup, char *out, size_t size_bytes)
{
    const struct pring_setup_blk *blk = &setup->blk;
    uint32_t block = blk->blk_size;
    snprintf(out, size_bytes,
             "virtio-blk-device,drive=d,serial=proving-ring-blk,queue-size=%" PRIu32 ",num-queues=%u"
             ",logical_block_size=%" PRIu32 ",physical_block_size=%" PRIu32 ",min_io_size=%" PRIu32
             ",opt_io_size=%" PRIu32 ",config-wce=%s,write-cache=%s,discard=%s,write-zeroes=%s",
             blk->seg_max + 2, blk->num_queues, block, block << blk->physical_block_exp,
             block * blk->min_io_size, block * blk->opt_io_size, on(setup, F_CONFIG_WCE), on(setup, F_FLUSH),
             on(setup, F_DISCARD), on(setup, F_WRITE_ZEROES));
}

void qemu_device_options(const struct pring_setup *setup, char *out, size_t size_bytes)
{
    if (setup->device_type == PRING_DEVICE_BLK)
        block_options(setup, out, size_bytes);
    else
        snprintf(out, size_bytes, "virtio-rng-device,rng=r");
    size_t len = strlen(out);
    snprintf(out + len, size_bytes - len,
             ",bus=virtio-mmio-bus.0,indirect_desc=%s,event_idx=%s,packed=%s,queue_reset=%s",
             on(setup, F_INDIRECT), on(setup, F_EVENT_IDX), on(setup, F_PACKED), on(setup, F_RING_RESET));
}
