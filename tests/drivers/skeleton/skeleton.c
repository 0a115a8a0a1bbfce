/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small driver for virtio-mmio entropy and block devices: one queue, one request at a time, split ring. It
 * believes nothing that the device says, and each of its waits ends. Numbers in brackets are sections of
 * virtio 1.3.
 *
 * A driver may call what pring/guest.h declares, and nothing else outside itself; the build names what is
 * missing. Registers may be accessed by these calls or, as here, through a volatile pointer.
 */
#include "skeleton.h"

#include <pring/guest.h>

enum { /* registers [4.2.2] */
       MAGIC = 0x000,
       VERSION = 0x004,
       DEVICE_ID = 0x008,
       DEVICE_FEATURES = 0x010,
       DEVICE_FEATURES_SEL = 0x014,
       DRIVER_FEATURES = 0x020,
       DRIVER_FEATURES_SEL = 0x024,
       QUEUE_SEL = 0x030,
       QUEUE_SIZE_MAX = 0x034,
       QUEUE_SIZE = 0x038,
       QUEUE_READY = 0x044,
       QUEUE_NOTIFY = 0x050,
       INTERRUPT_STATUS = 0x060,
       INTERRUPT_ACK = 0x064,
       STATUS = 0x070,
       QUEUE_DESC = 0x080,
       QUEUE_DRIVER = 0x090,
       QUEUE_DEVICE = 0x0a0,
       CONFIG_GENERATION = 0x0fc,
       CONFIG = 0x100,
};
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, FAILED = 128 };
enum { F_BLK_RO = 1 << 5, F_BLK_FLUSH = 1 << 9, F_VERSION_1 = 1 << 0 /* of word 1 */ };
enum { NEXT = 1, WRITE = 2 }; /* descriptor flags [2.7.5] */
enum { BLK_IN = 0, BLK_OUT = 1, BLK_FLUSH = 4, SECTOR = 512 };
enum { DEVICES = 4, SIZE = 8, PARTS_MAX = 3, POLLS = 1000, POLL_NS = 1000, PATIENCE_NS = 50000000 };

struct memory { /* what the device and we share; the order keeps the alignment of [2.7] */
    struct {
        uint64_t addr;
        uint32_t len;
        uint16_t flags, next;
    } desc[SIZE];
    struct {
        uint16_t flags, idx, ring[SIZE], used_event;
    } avail;
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header;
    struct {
        uint16_t flags, idx;
        struct {
            uint32_t id, len;
        } ring[SIZE];
        uint16_t avail_event;
    } used;
    uint8_t status;
};

struct device {
    volatile uint32_t *regs;
    volatile struct memory *memory;
    uint64_t bus;
    uint32_t type, features, status, size;
    uint64_t sectors;
    uint16_t used_idx; /* so many completions were taken */
    uint32_t writable; /* bytes of the chain that the device may write */
    int config_changed, stopped, inside;
    int let_go;        /* stopped, and has said so: memory is ours again */
    uint64_t lent_bus; /* the caller's buffer, while the device may touch it */
    size_t lent_bytes;
    enum pring_dir lent_dir;
};
static struct device devices[DEVICES];

static uint32_t get(const struct device *d, uint32_t reg)
{
    return d->regs[reg / 4];
}
static void set(struct device *d, uint32_t reg, uint32_t value)
{
    d->regs[reg / 4] = value;
}
static void add_status(struct device *d, uint32_t bits)
{
    d->status |= bits;
    set(d, STATUS, d->status);
}

/* 0 once the device says so: not before then has it let go of memory. A device that never does must not hang
 * us. */
static int reset(struct device *d)
{
    d->status = 0;
    set(d, STATUS, 0);
    for (int i = 0; i < POLLS; i++) {
        if (get(d, STATUS) == 0)
            return 0;
        pring_delay_ns(POLL_NS);
    }
    return -1;
}

/* ---- probe [3.1.1, 4.2.3] ---- */

static int identify(struct device *d)
{
    if (get(d, MAGIC) != 0x74726976 || get(d, VERSION) != 2)
        return -1;
    d->type = get(d, DEVICE_ID); /* 0: an empty slot, which is no error */
    return d->type == SKELETON_BLOCK || d->type == SKELETON_ENTROPY ? 0 : -1;
}

static int negotiate(struct device *d)
{
    set(d, DEVICE_FEATURES_SEL, 0);
    d->features = d->type == SKELETON_BLOCK ? get(d, DEVICE_FEATURES) & (F_BLK_RO | F_BLK_FLUSH) : 0;
    set(d, DEVICE_FEATURES_SEL, 1);
    if (!(get(d, DEVICE_FEATURES) & F_VERSION_1))
        return -1;
    set(d, DRIVER_FEATURES_SEL, 0);
    set(d, DRIVER_FEATURES, d->features);
    set(d, DRIVER_FEATURES_SEL, 1);
    set(d, DRIVER_FEATURES, F_VERSION_1);
    add_status(d, FEATURES_OK);
    return get(d, STATUS) & FEATURES_OK ? 0 : -1;
}

static void set_address(struct device *d, uint32_t reg, size_t offset)
{
    set(d, reg, (uint32_t)(d->bus + offset));
    set(d, reg + 4, (uint32_t)((d->bus + offset) >> 32));
}

static int start_queue(struct device *d)
{
    set(d, QUEUE_SEL, 0);
    if (get(d, QUEUE_READY) != 0)
        return -1;
    uint32_t max = get(d, QUEUE_SIZE_MAX);
    for (d->size = SIZE; d->size > max;)
        d->size /= 2; /* a power of two */
    if (d->size < (d->type == SKELETON_BLOCK ? PARTS_MAX : 1))
        return -1;
    set(d, QUEUE_SIZE, d->size);
    set_address(d, QUEUE_DESC, offsetof(struct memory, desc));
    set_address(d, QUEUE_DRIVER, offsetof(struct memory, avail));
    set_address(d, QUEUE_DEVICE, offsetof(struct memory, used));
    set(d, QUEUE_READY, 1);
    return 0;
}

/* Two reads of 32 bits are one value only if nothing changed in between [2.5.1]. */
static int read_capacity(struct device *d)
{
    for (int i = 0; i < POLLS; i++) {
        uint32_t before = get(d, CONFIG_GENERATION);
        uint64_t sectors = get(d, CONFIG);
        sectors |= (uint64_t)get(d, CONFIG + 4) << 32;
        if (get(d, CONFIG_GENERATION) != before)
            continue;
        d->sectors = sectors;
        return 0;
    }
    return -1;
}

static void interrupt(void *arg)
{
    struct device *d = arg;
    uint32_t cause = get(d, INTERRUPT_STATUS) & 3; /* other bits mean nothing */

    set(d, INTERRUPT_ACK, cause);
    if (cause & 2)
        d->config_changed = 1;
    /* Used buffers: whoever waits for them looks again after each interrupt. */
}

static int start(struct device *d)
{
    if (reset(d) != 0)
        return -1;
    add_status(d, ACKNOWLEDGE);
    add_status(d, DRIVER);
    if (negotiate(d) != 0 || (d->type == SKELETON_BLOCK && read_capacity(d) != 0) || start_queue(d) != 0) {
        add_status(d, FAILED);
        return -1;
    }
    add_status(d, DRIVER_OK);
    return 0;
}

int skeleton_probe(unsigned dev)
{
    struct device *d = &devices[dev % DEVICES];

    *d = (struct device){.regs = pring_reg_base(dev)};
    if (identify(d) != 0)
        return -1;
    d->memory = pring_dma_alloc(sizeof(struct memory), 16, &d->bus); /* what is in it is anyone's guess */
    if (d->memory == NULL)
        return -1;
    *d->memory = (struct memory){.status = 0};
    if (pring_irq_register(dev, interrupt, d) != 0) {
        pring_dma_free((void *)d->memory);
        return -1;
    }
    pring_irq_enable(dev);
    if (start(d) == 0)
        return 0;
    skeleton_remove(dev, 0);
    return -1;
}

/* ---- one request ---- */

static void put(struct device *d, uint16_t i, uint64_t addr, size_t len, uint16_t flags)
{
    d->memory->desc[i].addr = addr;
    d->memory->desc[i].len = (uint32_t)len;
    d->memory->desc[i].flags = flags;
    d->memory->desc[i].next = (uint16_t)(i + 1);
    if (flags & WRITE)
        d->writable += (uint32_t)len;
}

/* Header, data if there are any, status [5.2.6]; an entropy request is one buffer. */
static void describe(struct device *d, enum skeleton_op op, uint64_t sector, uint64_t data, size_t len)
{
    uint16_t i = 0;

    d->writable = 0;
    if (d->type == SKELETON_ENTROPY) {
        put(d, i, data, len, WRITE);
        return;
    }
    d->memory->header.type = op == SKELETON_READ ? BLK_IN : op == SKELETON_WRITE ? BLK_OUT : BLK_FLUSH;
    d->memory->header.reserved = 0;
    d->memory->header.sector = sector;
    d->memory->status = 0xff;
    put(d, i++, d->bus + offsetof(struct memory, header), sizeof d->memory->header, NEXT);
    if (len)
        put(d, i++, data, len, op == SKELETON_READ ? NEXT | WRITE : NEXT);
    put(d, i, d->bus + offsetof(struct memory, status), 1, WRITE);
}

static int has_news(void *arg)
{
    const struct device *d = arg;
    return d->stopped || d->memory->used.idx != d->used_idx;
}

/* Chain 0 is the only one. The number of bytes that the device says it wrote, or -1: what it says cannot be.
 */
static long await(struct device *d)
{
    d->memory->avail.ring[d->used_idx % d->size] = 0;
    pring_barrier(PRING_BARRIER_WRITE);
    d->memory->avail.idx = (uint16_t)(d->used_idx + 1);
    pring_barrier(PRING_BARRIER_FULL);
    set(d, QUEUE_NOTIFY, 0);
    if (!pring_wait(has_news, d, PATIENCE_NS) || d->stopped)
        return -1;
    pring_barrier(PRING_BARRIER_READ);
    if (d->memory->used.idx != (uint16_t)(d->used_idx + 1))
        return -1;
    uint32_t id = d->memory->used.ring[d->used_idx % d->size].id; /* each word is read once */
    uint32_t len = d->memory->used.ring[d->used_idx % d->size].len;
    d->used_idx++;
    /* Whoever claims more bytes than it was given room for is not to be believed in the rest either. */
    return id == 0 && len <= d->writable ? (long)len : -1;
}

static long judge(const struct device *d, long written, size_t len)
{
    if (d->type == SKELETON_BLOCK)
        return d->memory->status == 0 ? (long)len : -1;
    return written > 0 ? written : -1; /* as many as it says, which `await` has checked */
}

/* Only if the device has let go: a buffer that it may still write into is better lost than shared. */
static void take_back(struct device *d)
{
    if (d->lent_bytes)
        pring_dma_unmap(d->lent_bus, d->lent_bytes, d->lent_dir);
    d->lent_bytes = 0;
}

/* Nothing is asked of the device from here on. A request that sleeps wakes up, but not before the device had
 * its chance to let go of what was lent. */
static void stop(struct device *d, int gone)
{
    d->let_go = gone || reset(d) == 0;
    d->stopped = 1;
}

/* The device broke a rule, or is silent. */
static void give_up(struct device *d, unsigned dev)
{
    pring_irq_disable(dev);
    skeleton_is_broken(dev);
    stop(d, 0);
}

static int is_possible(struct device *d, enum skeleton_op op, uint64_t sector, size_t len)
{
    if (d->stopped || d->inside || (op == SKELETON_RANDOM) != (d->type == SKELETON_ENTROPY))
        return 0;
    if (op == SKELETON_RANDOM)
        return len > 0;
    if (d->config_changed) {
        d->config_changed = 0; /* first: whatever changes from here on is told again */
        if (read_capacity(d) != 0) {
            d->config_changed = 1; /* what we know is out of date, also for the next request */
            return 0;
        }
    }
    if (op == SKELETON_FLUSH)
        return (d->features & F_BLK_FLUSH) != 0;
    if (op == SKELETON_WRITE && (d->features & F_BLK_RO))
        return 0;
    return len > 0 && len % SECTOR == 0 && sector < d->sectors && len / SECTOR <= d->sectors - sector;
}

long skeleton_transfer(unsigned dev, enum skeleton_op op, uint64_t sector, void *data, size_t len)
{
    struct device *d = &devices[dev % DEVICES];
    enum pring_dir dir = op == SKELETON_WRITE ? PRING_TO_DEVICE : PRING_FROM_DEVICE;
    uint64_t bus = 0;

    if (!is_possible(d, op, sector, len) || (len && pring_dma_map(data, len, dir, &bus) != 0))
        return -1;
    d->inside = 1;
    d->lent_bus = bus;
    d->lent_bytes = len;
    d->lent_dir = dir;
    describe(d, op, sector, bus, len);
    long written = await(d);
    if (written < 0 && !d->stopped)
        give_up(d, dev);
    if (written >= 0 || d->let_go)
        take_back(d);
    written = written < 0 ? -1 : judge(d, written, len);
    d->inside = 0; /* last: whoever removes us waits for it, then frees what was read here */
    return written;
}

/* ---- the end ---- */

static int is_empty(void *arg)
{
    return !((struct device *)arg)->inside;
}

void skeleton_remove(unsigned dev, int gone)
{
    struct device *d = &devices[dev % DEVICES];

    stop(d, gone);
    (void)pring_wait(is_empty, d, PATIENCE_NS);
    pring_irq_disable(dev);
    pring_irq_unregister(dev);
    if (!d->let_go)
        return;
    take_back(d);
    pring_dma_free((void *)d->memory);
}

uint64_t skeleton_sectors(unsigned dev)
{
    return devices[dev % DEVICES].sectors;
}
