/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's virtio-mmio devices as a backend: its machine `microvm`, whose memory begins at address 0, so that
 * the descriptors that a driver writes mean the same to QEMU. Registers and the interrupt line go over its
 * qtest socket; memory is one file that both processes map.
 *
 *   machine.c   the process: command line, files, its end      qtest.c   registers and line
 *   device.c    the scenario's device in QEMU's words          peer.c    the other end of net and console
 *   mirror.c    what QEMU's memory holds of the driver's       qmp.c     a disk that grows
 *   split.c     the rings, and packed.c                        backend.c struct pring_backend
 *
 * QEMU does not call anybody when it touches memory. So its memory is not the driver's own, but a mirror: at
 * a kick the chains made available are copied into it, at the same addresses, and what it completes is copied
 * back. Both ways pass the wire, as DMA of any backend does; else nothing could be held back, judged or
 * shown.
 */
#ifndef PRING_BACKEND_QEMU_H
#define PRING_BACKEND_QEMU_H

#include <pring/backend.h>
#include <pring/memory.h>

enum {
    QEMU_RAM_BYTES = PRING_LOW_END,
    QEMU_QUEUE_SIZE_MAX = 1024, /* what its virtio-mmio shows, whatever the device */
    QEMU_CHAIN_BYTES_MAX = 1 << 18,
};

/* ---- qtest.c ---- */

struct qemu_link { /* one of the sockets to QEMU: lines both ways */
    int fd;        /* negative: closed */
    size_t held, taken;
    char buffer[4096];
};
/* The next line, without its end; valid until the next call. NULL: QEMU is gone, or silent for too long. */
const char *qemu_line(struct qemu_link *link);
bool qemu_say(struct qemu_link *link, const char *text);

struct qemu_qtest {
    struct qemu_link link;
    bool line; /* the device's interrupt line */
};
/* Has QEMU tell of the line. */
bool qemu_qtest_open(struct qemu_qtest *qtest);
bool qemu_read(struct qemu_qtest *qtest, uint32_t offset, uint32_t *value);
bool qemu_write(struct qemu_qtest *qtest, uint32_t offset, uint32_t width, uint32_t value);

/* ---- qmp.c ---- */

bool qemu_qmp_open(struct qemu_link *link);
bool qemu_qmp_resize(struct qemu_link *link, uint64_t bytes);

/* ---- peer.c: who is at the other end of a wire: it keeps what comes, and sends it back ---- */

enum { QEMU_PEERS_MAX = 3, QEMU_KEPT_BYTES = 1 << 18 };

struct qemu_peer { /* of a network device, or of one port of a console */
    int fd;        /* our end of a socket; negative: there is none */
    bool framed;   /* each packet has its length in front, 4 bytes, big-endian */
    size_t kept;   /* bytes that came, without lengths */
    size_t held;   /* bytes of a packet that is not complete */
    uint64_t owed; /* bytes sent back that the driver has not been given */
    uint8_t keep[QEMU_KEPT_BYTES], hold[QEMU_KEPT_BYTES];
};
void qemu_peer_reset(struct qemu_peer *peer, int fd, bool framed);
/* Takes what there is. False: QEMU is gone. */
bool qemu_peer_turn(struct qemu_peer *peer);

/* ---- machine.c ---- */

struct qemu_machine {
    int pid; /* 0: not running */
    int ram_fd, bios_fd;
    int far_fd; /* block: the disk's image; entropy: where it comes from. Negative: none */
    struct qemu_peer peer[QEMU_PEERS_MAX];
    uint8_t *ram; /* QEMU's memory, mapped here */
    struct qemu_qtest qtest;
    struct qemu_link qmp;
};
/* Once. False: cannot run here; the reason was printed. */
bool qemu_machine_open(struct qemu_machine *machine);
/* A new process with an empty memory and the device of the set-up. False: a message was printed. */
bool qemu_machine_start(struct qemu_machine *machine, const struct pring_setup *setup);
void qemu_machine_stop(struct qemu_machine *machine);
bool qemu_machine_far(const struct qemu_machine *machine, uint64_t offset, void *buf, size_t len_bytes);

/* ---- mirror.c ---- */

struct qemu_mirror {
    const struct pring_bus_ops *bus;
    void *ctx;
    uint8_t *ram;
    uint64_t accesses; /* as a clock for whoever looks at bursts */
};
/* Driver memory into the mirror; what does not exist there, or not here, is left out. */
void qemu_mirror_in(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes);
void qemu_mirror_out(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes);
/* Of driver memory, into a place of ours, within a page. False: a bus error, or not there. */
bool qemu_mirror_peek(const struct qemu_mirror *mirror, uint64_t addr, void *to, uint32_t len_bytes);
/* Bytes into the mirror, and behind them the word by which QEMU knows that they are there. */
void qemu_mirror_put(const struct qemu_mirror *mirror, uint64_t addr, const void *from, uint32_t len_bytes,
                     uint16_t last);
void qemu_mirror_clear(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes);
/* Little-endian words of the mirror; 0 where there is none. */
uint16_t qemu_mirror_16(const struct qemu_mirror *mirror, uint64_t addr);
uint32_t qemu_mirror_32(const struct qemu_mirror *mirror, uint64_t addr);
uint64_t qemu_mirror_64(const struct qemu_mirror *mirror, uint64_t addr);

enum { QEMU_DESC_NEXT = 1, QEMU_DESC_WRITE = 2, QEMU_DESC_INDIRECT = 4 }; /* [2.7.5] */

struct qemu_segment { /* a descriptor */
    uint64_t addr;
    uint32_t len_bytes;
    uint16_t flags, next;
};
/* What the device may read of it, into the mirror. False: it is longer than what is left, which goes down. */
bool qemu_segment_in(const struct qemu_mirror *mirror, const struct qemu_segment *segment, uint32_t *left);
/* What the device wrote of it, out of the mirror. False: nothing is left. */
bool qemu_segment_out(const struct qemu_mirror *mirror, const struct qemu_segment *segment, uint32_t *left);

/* ---- split.c, packed.c: alike ---- */

enum { QEMU_NO_CELL = 0xffff };

struct qemu_packed { /* what a packed ring does not keep: the descriptors that are lent, by buffer id */
    bool avail_wrap, used_wrap;
    uint32_t avail_place, used_place, places; /* mirrored so far; lent */
    uint16_t free, first[QEMU_QUEUE_SIZE_MAX];
    struct qemu_segment cell[QEMU_QUEUE_SIZE_MAX]; /* next: a cell */
};

struct qemu_queue {
    bool ready, is_packed;
    uint32_t size;
    uint64_t desc, driver, device;
    uint16_t avail, used; /* chains mirrored so far */
    struct qemu_packed packed;
};
/* When it becomes ready. */
void qemu_split_start(struct qemu_queue *queue, const struct qemu_mirror *mirror);
void qemu_packed_start(struct qemu_queue *queue, const struct qemu_mirror *mirror);
/* Before QEMU is notified: whatever was made available since. */
void qemu_split_push(struct qemu_queue *queue, const struct qemu_mirror *mirror);
void qemu_packed_push(struct qemu_queue *queue, const struct qemu_mirror *mirror);
/* What QEMU has completed since. Returns the bytes that it says it has written. */
uint64_t qemu_split_pull(struct qemu_queue *queue, const struct qemu_mirror *mirror);
uint64_t qemu_packed_pull(struct qemu_queue *queue, const struct qemu_mirror *mirror);

static inline uint16_t qemu_pending(const struct qemu_queue *queue)
{
    return (uint16_t)(queue->avail - queue->used);
}

#endif
