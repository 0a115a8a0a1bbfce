/* SPDX-License-Identifier: Apache-2.0 */
/* struct pring_backend: accesses, and when QEMU has nothing more to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "qemu.h"

enum {
    REG_DEVICE_FEATURES = 0x010,
    REG_DEVICE_FEATURES_SEL = 0x014,
    REG_DRIVER_FEATURES = 0x020,
    REG_DRIVER_FEATURES_SEL = 0x024,
    REG_QUEUE_SEL = 0x030,
    REG_QUEUE_SIZE = 0x038,
    REG_QUEUE_READY = 0x044,
    REG_QUEUE_NOTIFY = 0x050,
    REG_STATUS = 0x070,
    REG_QUEUE_DESC = 0x080,
    REG_QUEUE_DRIVER = 0x090,
    REG_QUEUE_DEVICE = 0x0a0,
    REG_CONFIG = 0x100,
    STATUS_NEEDS_RESET = 0x40,
    RING_PACKED = 1 << 2,  /* of word 1 [6] */
    ADVANCES_MAX = 200000, /* about eight seconds of asking */
    OWED_MAX = 2000,       /* what QEMU does not deliver by then does not fit the buffers that there are */
};

struct qemu {
    struct qemu_machine machine;
    struct qemu_mirror mirror;
    struct pring_setup setup;
    bool dead; /* no answer any more */
    bool line; /* as told */
    bool needs_reset;
    bool packed;  /* the driver took RING_PACKED */
    bool unheard; /* something was completed, and what QEMU says of it not asked for yet */
    uint32_t features_sel, driver_features_sel, queue_sel;
    uint32_t advances; /* since the last notification */
    uint32_t progress; /* the last of them that brought anything */
    struct qemu_queue queue[PRING_QUEUES_MAX];
};

static struct qemu *instance; /* there is one machine per process; its QEMU ends with it */

static void stop_at_exit(void)
{
    qemu_machine_stop(&instance->machine);
}

static int open_qemu(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    struct qemu *q = calloc(1, sizeof *q);
    if (!q || !qemu_machine_open(&q->machine)) {
        free(q);
        return -1;
    }
    q->mirror = (struct qemu_mirror){.bus = bus, .ctx = ctx, .ram = q->machine.ram};
    q->dead = true;
    instance = *self = q;
    return atexit(stop_at_exit);
}

static void forget_queues(struct qemu *q)
{
    memset(q->queue, 0, sizeof q->queue);
    q->queue_sel = q->features_sel = q->driver_features_sel = 0;
    q->needs_reset = q->unheard = q->packed = false;
}

static void power_on(void *self, const struct pring_setup *setup, const struct pring_profile *profile)
{
    struct qemu *q = self;
    (void)profile;
    forget_queues(q);
    q->setup = *setup;
    q->line = false;
    q->mirror.accesses = 0;
    q->dead = !qemu_machine_start(&q->machine, setup);
}

/* ---- registers ---- */

static void tell_line(struct qemu *q)
{
    if (q->line == q->machine.qtest.line)
        return;
    q->line = !q->line;
    q->mirror.bus->irq(q->mirror.ctx, q->line, q->mirror.accesses);
}

/* Some bits cannot be switched off in QEMU; those that the scenario does not offer are not shown. */
static uint32_t offered(const struct qemu *q, uint32_t word)
{
    return q->features_sel < 2 ? word & (uint32_t)(q->setup.features >> (32 * q->features_sel)) : word;
}

static int reg_read(void *self, uint32_t offset, uint32_t *value, uint32_t *cycles)
{
    struct qemu *q = self;
    q->mirror.accesses++;
    *cycles = 0;
    if (q->dead || !qemu_read(&q->machine.qtest, offset, value)) {
        q->dead = true;
        return -1;
    }
    if (offset == REG_DEVICE_FEATURES)
        *value = offered(q, *value);
    if (offset == REG_STATUS)
        q->needs_reset = *value & STATUS_NEEDS_RESET;
    tell_line(q);
    return 0;
}

static void set_half(uint64_t *word, bool high, uint32_t value)
{
    unsigned shift = high ? 32 : 0;
    *word = (*word & ~(UINT64_C(0xffffffff) << shift)) | (uint64_t)value << shift;
}

static void note_queue(struct qemu *q, uint32_t offset, uint32_t value)
{
    struct qemu_queue *queue = &q->queue[q->queue_sel];
    if (q->queue_sel >= PRING_QUEUES_MAX)
        return;
    switch (offset & ~4U) {
    case REG_QUEUE_SIZE & ~4:
        if (offset == REG_QUEUE_SIZE)
            queue->size = value;
        break;
    case REG_QUEUE_DESC:
        set_half(&queue->desc, offset & 4, value);
        break;
    case REG_QUEUE_DRIVER:
        set_half(&queue->driver, offset & 4, value);
        break;
    case REG_QUEUE_DEVICE:
        set_half(&queue->device, offset & 4, value);
        break;
    default:
        break;
    }
    if (offset == REG_QUEUE_READY) {
        queue->ready = (value & 1) && queue->size > 0 && queue->size <= QEMU_QUEUE_SIZE_MAX;
        queue->is_packed = q->packed;
        if (queue->ready)
            (queue->is_packed ? qemu_packed_start : qemu_split_start)(queue, &q->mirror);
    }
}

static void push(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    if (queue->ready)
        (queue->is_packed ? qemu_packed_push : qemu_split_push)(queue, mirror);
}

/* What the mirror has to know of a write, before QEMU gets it. */
static void note_write(struct qemu *q, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case REG_DEVICE_FEATURES_SEL:
        q->features_sel = value;
        break;
    case REG_DRIVER_FEATURES_SEL:
        q->driver_features_sel = value;
        break;
    case REG_DRIVER_FEATURES:
        if (q->driver_features_sel == 1)
            q->packed = value & RING_PACKED;
        break;
    case REG_QUEUE_SEL:
        q->queue_sel = value;
        break;
    case REG_STATUS:
        if (value == 0)
            forget_queues(q);
        break;
    case REG_QUEUE_NOTIFY:
        if (value < PRING_QUEUES_MAX)
            push(&q->queue[value], &q->mirror);
        q->unheard = true;
        q->advances = q->progress = 0;
        break;
    default:
        note_queue(q, offset, value);
    }
}

static int reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    struct qemu *q = self;
    uint32_t first = 0, width = 4;
    q->mirror.accesses++;
    *cycles = 0;
    if (strb != 15) { /* a part of a word: only the configuration space has such */
        for (width = 0; strb && !(strb >> first & 1);)
            first++;
        while (strb >> (first + width) & 1)
            width++;
        value >>= 8 * first;
    }
    if (strb == 15 && offset < REG_CONFIG)
        note_write(q, offset, value);
    if (width == 0 || (strb != 15 && offset < REG_CONFIG))
        return 0;
    if (q->dead || !qemu_write(&q->machine.qtest, offset + first, width, value)) {
        q->dead = true;
        return -1;
    }
    tell_line(q);
    return 0;
}

/* ---- time ---- */

/* Buffers there wait for what may never come [5.1.2, 5.3.2]. */
static bool is_receive(const struct qemu *q, uint32_t queue)
{
    if (q->setup.device_type == PRING_DEVICE_NET)
        return queue == 0;
    return q->setup.device_type == PRING_DEVICE_CONSOLE && queue % 2 == 0;
}

/* Whose bytes come over this queue; NULL: nobody's. */
static struct qemu_peer *peer_of(struct qemu *q, uint32_t queue)
{
    if (!is_receive(q, queue) || queue == 2)
        return NULL;
    return &q->machine.peer[queue == 0 ? 0 : queue / 2 - 1];
}

static bool is_owed(struct qemu *q, uint32_t queue)
{
    const struct qemu_peer *peer = peer_of(q, queue);
    return peer && peer->owed > 0 && q->advances - q->progress < OWED_MAX;
}

static bool is_pending(struct qemu *q)
{
    for (uint32_t i = 0; i < PRING_QUEUES_MAX && !q->needs_reset; i++)
        if (q->queue[i].ready && qemu_pending(&q->queue[i]) && (!is_receive(q, i) || is_owed(q, i)))
            return true;
    return false;
}

static void pull(struct qemu *q, uint32_t queue)
{
    struct qemu_peer *peer = peer_of(q, queue);
    struct qemu_queue *ring = &q->queue[queue];
    uint64_t bytes =
        ring->ready ? (ring->is_packed ? qemu_packed_pull : qemu_split_pull)(ring, &q->mirror) : 0;
    if (peer && bytes > 0)
        peer->owed -= bytes < peer->owed ? bytes : peer->owed;
    if (bytes > 0)
        q->progress = q->advances;
}

/* One answer of QEMU's: whatever it did before is in memory, and its interrupt was told. How many it takes is
 * a matter of the host: no cycles. */
static uint32_t advance(void *self, uint32_t cycles)
{
    struct qemu *q = self;
    uint32_t status = 0;
    bool pending = is_pending(q);
    (void)cycles;
    if (q->dead || ++q->advances > ADVANCES_MAX || !qemu_read(&q->machine.qtest, REG_STATUS, &status)) {
        q->dead = true;
        return 0;
    }
    q->needs_reset = status & STATUS_NEEDS_RESET;
    for (uint32_t i = 0; i < PRING_QUEUES_MAX; i++)
        pull(q, i);
    for (int i = 0; i < QEMU_PEERS_MAX; i++)
        q->dead |= !qemu_peer_turn(&q->machine.peer[i]);
    q->unheard = pending || is_pending(q); /* its interrupt comes before the next answer */
    tell_line(q);
    return 0;
}

static bool idle(void *self)
{
    struct qemu *q = self;
    return q->dead || (!q->unheard && !is_pending(q));
}

static uint64_t cycle(void *self)
{
    return ((struct qemu *)self)->mirror.accesses;
}

static void resize(void *self, uint64_t sectors)
{
    struct qemu *q = self;
    if (q->setup.device_type == PRING_DEVICE_BLK && !q->dead)
        (void)qemu_qmp_resize(&q->machine.qmp, sectors * PRING_SECTOR_BYTES); /* says why not */
    q->unheard = true;
}

static uint64_t state_hash(void *self)
{
    const struct qemu *q = self;
    uint64_t hash = q->mirror.accesses;
    for (uint32_t i = 0; i < PRING_QUEUES_MAX; i++)
        hash = (hash ^ ((uint64_t)q->queue[i].avail << 16 | q->queue[i].used)) * 0x9e3779b97f4a7c15;
    return hash;
}

/* Of net and console: what came to the peer `offset` >> 32, from byte `offset` & 0xffffffff on. */
static int far_read(void *self, uint64_t offset, void *buf, size_t len_bytes)
{
    struct qemu *q = self;
    const struct qemu_peer *peer = &q->machine.peer[offset >> 32 < QEMU_PEERS_MAX ? offset >> 32 : 0];
    uint32_t at = (uint32_t)offset;
    if (qemu_device_peers(&q->setup) == 0)
        return qemu_machine_far(&q->machine, offset, buf, len_bytes) ? 0 : -1;
    if (peer->fd < 0 || at > peer->kept || len_bytes > peer->kept - at)
        return -1;
    memcpy(buf, peer->keep + at, len_bytes);
    return 0;
}

const struct pring_backend pring_backend_qemu = {
    .name = "qemu",
    .caps = PRING_CAP_SEES_DMA | PRING_CAP_DETERMINISTIC,
    .features = UINT64_MAX, /* `lacks` knows better */
    .net_features = UINT64_MAX,
    .console_features = UINT64_MAX,
    .queue_size_max = QEMU_QUEUE_SIZE_MAX,
    .open = open_qemu,
    .power_on = power_on,
    .reg_read = reg_read,
    .reg_write = reg_write,
    .advance = advance,
    .idle = idle,
    .cycle = cycle,
    .resize = resize,
    .state_hash = state_hash,
    .lacks = qemu_device_lacks,
    .far_read = far_read,
};
