/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
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
enum { /* [5.1.3], [5.3.3] */
       F_NET_GUEST_OFFLOADS = 2,
       F_NET_MTU = 3,
       F_NET_MAC = 5,
       F_NET_MRG_RXBUF = 15,
       F_NET_STATUS = 16,
       F_NET_CTRL_VQ = 17,
       F_NET_CTRL_RX = 18,
       F_NET_CTRL_VLAN = 19,
       F_NET_CTRL_RX_EXTRA = 20,
       F_NET_GUEST_ANNOUNCE = 21,
       F_NET_CTRL_MAC_ADDR = 23,
       F_CONSOLE_MULTIPORT = 1,
       F_CONSOLE_EMERG_WRITE = 2,
};
enum {
    SECTORS_MAX = 1 << 16, /* of an image that is written out for each run */
    SEG_MAX_LARGEST = 1022,
    ENTROPY_BYTES = 1 << 20,
};

#define COMMON (BIT(F_INDIRECT) | BIT(F_EVENT_IDX) | BIT(F_VERSION_1) | BIT(F_PACKED) | BIT(F_RING_RESET))
#define BLOCK                                                                                                \
    (BIT(F_SEG_MAX) | BIT(F_GEOMETRY) | BIT(F_RO) | BIT(F_BLK_SIZE) | BIT(F_FLUSH) | BIT(F_TOPOLOGY) |       \
     BIT(F_CONFIG_WCE) | BIT(F_MQ) | BIT(F_DISCARD) | BIT(F_WRITE_ZEROES))
/* Behind a socket there is one pair of queues, and nobody who finishes checksums. */
#define NET                                                                                                  \
    (BIT(F_NET_GUEST_OFFLOADS) | BIT(F_NET_MTU) | BIT(F_NET_MAC) | BIT(F_NET_MRG_RXBUF) |                    \
     BIT(F_NET_STATUS) | BIT(F_NET_CTRL_VQ) | BIT(F_NET_CTRL_RX) | BIT(F_NET_CTRL_VLAN) |                    \
     BIT(F_NET_CTRL_RX_EXTRA) | BIT(F_NET_GUEST_ANNOUNCE) | BIT(F_NET_CTRL_MAC_ADDR))
#define CONSOLE (BIT(F_CONSOLE_MULTIPORT) | BIT(F_CONSOLE_EMERG_WRITE))

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
    if ((has(setup, F_DISCARD) && blk->max_discard_seg != 1) ||
        (has(setup, F_WRITE_ZEROES) && (blk->max_write_zeroes_seg != 1 || !blk->write_zeroes_may_unmap)))
        return "several ranges in one request";
    if (has(setup, F_DISCARD) && blk->discard_sector_alignment * PRING_SECTOR_BYTES % blk->blk_size)
        return "a discard_sector_alignment below a block";
    return NULL;
}

static const char *console_lacks(const struct pring_setup *setup)
{
    if (setup->console.ports > QEMU_PEERS_MAX)
        return "so many ports";
    return has(setup, F_CONSOLE_MULTIPORT) != (setup->console.ports > 1)
               ? "MULTIPORT with one port, or several without"
               : NULL;
}

static uint64_t can_offer(uint32_t device_type)
{
    switch (device_type) {
    case PRING_DEVICE_NET:
        return COMMON | NET;
    case PRING_DEVICE_BLK:
        return COMMON | BLOCK;
    case PRING_DEVICE_CONSOLE:
        return COMMON | CONSOLE;
    default:
        return COMMON;
    }
}

const char *qemu_device_lacks(const struct pring_setup *setup)
{
    if (setup->queue_size_max != QEMU_QUEUE_SIZE_MAX)
        return "queues of that size: say size=1024";
    if (!has(setup, F_VERSION_1))
        return "devices without VERSION_1";
    if (setup->features & ~can_offer(setup->device_type))
        return "a feature that the scenario offers";
    if (setup->device_type == PRING_DEVICE_NET && setup->net.pairs > 1)
        return "several queue pairs";
    if (setup->device_type == PRING_DEVICE_CONSOLE)
        return console_lacks(setup);
    return setup->device_type == PRING_DEVICE_BLK ? block_lacks(setup) : NULL;
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

int qemu_device_peers(const struct pring_setup *setup)
{
    if (setup->device_type == PRING_DEVICE_NET)
        return 1;
    return setup->device_type == PRING_DEVICE_CONSOLE ? (int)setup->console.ports : 0;
}

/* ---- command line ---- */

struct words {
    char *out;
    size_t size_bytes, len;
};

__attribute__((format(printf, 2, 3))) static void say(struct words *words, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(words->out + words->len, words->size_bytes - words->len, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < words->size_bytes - words->len)
        words->len += (size_t)n;
}

static void say_switch(struct words *words, const struct pring_setup *setup, const char *name, unsigned bit)
{
    say(words, ",%s=%s", name, has(setup, bit) ? "on" : "off");
}

/* What all devices have in common; the value of -device goes on with their own. */
static void say_device(struct words *words, const struct pring_setup *setup, const char *name)
{
    say(words, " -device %s,bus=virtio-mmio-bus.0", name);
    say_switch(words, setup, "indirect_desc", F_INDIRECT);
    say_switch(words, setup, "event_idx", F_EVENT_IDX);
    say_switch(words, setup, "packed", F_PACKED);
    say_switch(words, setup, "queue_reset", F_RING_RESET);
}

static void block(struct words *words, const struct pring_setup *setup, int fd)
{
    const struct pring_setup_blk *blk = &setup->blk;
    say(words, "-drive if=none,id=d,format=raw,file.locking=off,file=/proc/self/fd/%d%s", fd,
        has(setup, F_RO) ? ",read-only=on" : "");
    say_device(words, setup, "virtio-blk-device");
    say(words, ",drive=d,serial=proving-ring-blk,queue-size=%" PRIu32 ",num-queues=%u", blk->seg_max + 2,
        blk->num_queues);
    say(words, ",logical_block_size=%" PRIu32 ",physical_block_size=%" PRIu32, blk->blk_size,
        blk->blk_size << blk->physical_block_exp);
    say(words, ",min_io_size=%" PRIu32 ",opt_io_size=%" PRIu32, blk->blk_size * blk->min_io_size,
        blk->blk_size * blk->opt_io_size);
    say_switch(words, setup, "config-wce", F_CONFIG_WCE);
    say_switch(words, setup, "write-cache", F_FLUSH);
    if (has(setup, F_DISCARD))
        say(words, ",max-discard-sectors=%" PRIu32 ",discard_granularity=%" PRIu32, blk->max_discard_sectors,
            blk->discard_sector_alignment * PRING_SECTOR_BYTES);
    if (has(setup, F_WRITE_ZEROES))
        say(words, ",max-write-zeroes-sectors=%" PRIu32, blk->max_write_zeroes_sectors);
    say_switch(words, setup, "discard", F_DISCARD);
    say_switch(words, setup, "write-zeroes", F_WRITE_ZEROES);
}

static void net(struct words *words, const struct pring_setup *setup, int fd)
{
    const uint8_t *mac = setup->net.mac;
    say(words, "-netdev socket,id=n,fd=%d", fd);
    say_device(words, setup, "virtio-net-device");
    say(words, ",netdev=n,mac=%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
    if (has(setup, F_NET_MTU))
        say(words, ",host_mtu=%u", setup->net.mtu);
    say_switch(words, setup, "mrg_rxbuf", F_NET_MRG_RXBUF);
    say_switch(words, setup, "status", F_NET_STATUS);
    say_switch(words, setup, "ctrl_vq", F_NET_CTRL_VQ);
    say_switch(words, setup, "ctrl_rx", F_NET_CTRL_RX);
    say_switch(words, setup, "ctrl_rx_extra", F_NET_CTRL_RX_EXTRA);
    say_switch(words, setup, "ctrl_mac_addr", F_NET_CTRL_MAC_ADDR);
    say_switch(words, setup, "ctrl_vlan", F_NET_CTRL_VLAN);
    say_switch(words, setup, "ctrl_guest_offloads", F_NET_GUEST_OFFLOADS);
    say_switch(words, setup, "guest_announce", F_NET_GUEST_ANNOUNCE);
}

/* Port 0 is a console; the others have the names that every backend gives them. */
static void console(struct words *words, const struct pring_setup *setup, int fd)
{
    for (int port = 0; port < (int)setup->console.ports; port++)
        say(words, "%s-chardev socket,id=c%d,fd=%d", port ? " " : "", port, fd + port);
    say_device(words, setup, "virtio-serial-device");
    say(words, ",id=s,max_ports=%" PRIu32, setup->console.ports);
    say_switch(words, setup, "emergency-write", F_CONSOLE_EMERG_WRITE);
    say(words, " -device virtconsole,bus=s.0,chardev=c0,nr=0");
    for (int port = 1; port < (int)setup->console.ports; port++)
        say(words, " -device virtserialport,bus=s.0,chardev=c%d,nr=%d,name=port%d", port, port, port);
}

void qemu_device_words(const struct pring_setup *setup, int fd, char *out, size_t size_bytes)
{
    struct words words = {out, size_bytes, 0};
    switch (setup->device_type) {
    case PRING_DEVICE_NET:
        net(&words, setup, fd);
        break;
    case PRING_DEVICE_BLK:
        block(&words, setup, fd);
        break;
    case PRING_DEVICE_CONSOLE:
        console(&words, setup, fd);
        break;
    default:
        say(&words, "-object rng-random,id=r,filename=/proc/self/fd/%d", fd);
        say_device(&words, setup, "virtio-rng-device");
        say(&words, ",rng=r");
    }
}
