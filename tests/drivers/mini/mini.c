/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two very small block drivers that prove two idioms of waiting, each on every queue that the device has:
 *
 *   MINI_POLL  takes no interrupt: looks at used.idx of all its queues in turn, through one function
 *   MINI_SPIN  waits for a flag that its interrupt handler sets: while (!done);
 *
 * Right for an honest device and no more. Static rings, identity DMA, raw register pointer, one request at a
 * time.
 */
#include <pring/dut.h>

enum { QUEUES = 2, SIZE = 8, ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, MQ = 1 << 12 };

struct ring {
    struct {
        uint64_t addr;
        uint32_t len;
        uint16_t flags, next;
    } desc[SIZE];
    struct {
        uint16_t flags, idx, ring[SIZE], used_event;
    } avail;
    struct {
        uint16_t flags, idx;
        struct {
            uint32_t id, len;
        } ring[SIZE];
        uint16_t avail_event;
    } used __attribute__((aligned(4)));
};

static struct ring rings[QUEUES] __attribute__((aligned(4096)));
static struct {
    uint32_t type, reserved;
    uint64_t sector;
} header;
static uint8_t status;
static uint16_t seen[QUEUES];
static unsigned queues, turn;
static volatile int done;

static volatile uint32_t *reg(uint32_t offset)
{
    return (volatile uint32_t *)((volatile char *)pring_reg_base(0) + offset);
}

#ifdef MINI_SPIN
static void handler(void *arg)
{
    (void)arg;
    *reg(0x064) = *reg(0x060);
    for (unsigned q = 0; q < queues; q++)
        if (*(volatile uint16_t *)&rings[q].used.idx != seen[q]) {
            seen[q]++;
            done = 1;
        }
}
#else
static int has_news(unsigned q)
{
    return *(volatile uint16_t *)&rings[q].used.idx != seen[q];
}
#endif

static void start_queue(unsigned q)
{
    *reg(0x030) = q;
    (void)*reg(0x034);
    *reg(0x038) = SIZE;
    *reg(0x080) = (uint32_t)(uintptr_t)rings[q].desc;
    *reg(0x084) = 0;
    *reg(0x090) = (uint32_t)(uintptr_t)&rings[q].avail;
    *reg(0x094) = 0;
    *reg(0x0a0) = (uint32_t)(uintptr_t)&rings[q].used;
    *reg(0x0a4) = 0;
    *reg(0x044) = 1;
    seen[q] = 0;
}

static void clear(void)
{
    for (unsigned q = 0; q < QUEUES; q++)
        rings[q] = (struct ring){0};
}

static int probe(unsigned dev)
{
    if (*reg(0x000) != 0x74726976 || *reg(0x004) != 2 || *reg(0x008) != 2)
        return -1;
    *reg(0x070) = 0;
    while (*reg(0x070) != 0)
        ;
    *reg(0x070) = ACKNOWLEDGE;
    *reg(0x070) = ACKNOWLEDGE | DRIVER;
    *reg(0x014) = 0;
    uint32_t low = *reg(0x010) & MQ;
    *reg(0x024) = 0;
    *reg(0x020) = low;
    *reg(0x014) = 1;
    uint32_t high = *reg(0x010) & 1;
    *reg(0x024) = 1;
    *reg(0x020) = high;
    *reg(0x070) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
    if (!(*reg(0x070) & FEATURES_OK))
        return -1;
    queues = 1;
    if (low)
        queues = *(volatile uint16_t *)((volatile char *)pring_reg_base(dev) + 0x100 + 34);
    if (queues > QUEUES)
        queues = QUEUES;
    clear();
    for (unsigned q = 0; q < queues; q++)
        start_queue(q);
    *reg(0x070) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
#ifdef MINI_SPIN
    if (pring_irq_register(dev, handler, 0) < 0)
        return -1;
    pring_irq_enable(dev);
#endif
    return 0;
}

static void wait_for(unsigned q)
{
#ifdef MINI_SPIN
    (void)q;
    while (!done)
        ;
#else
    for (unsigned look = 0; !has_news(q); look++)
        (void)has_news(look % queues); /* one code address, alternating words */
    seen[q]++;
    *reg(0x064) = *reg(0x060) & 3;
#endif
}

static int submit(unsigned dev, struct pring_request *request)
{
    unsigned q = turn++ % queues;
    struct ring *ring = &rings[q];
    uint16_t idx = ring->avail.idx;
    (void)dev;
    if (request->op != PRING_READ && request->op != PRING_WRITE)
        return -1;
    header.type = request->op == PRING_WRITE;
    header.reserved = 0;
    header.sector = request->offset / 512;
    status = 0xff;
    ring->desc[0].addr = (uintptr_t)&header;
    ring->desc[0].len = sizeof header;
    ring->desc[0].flags = 1;
    ring->desc[0].next = 1;
    ring->desc[1].addr = (uintptr_t)request->data;
    ring->desc[1].len = (uint32_t)request->len_bytes;
    ring->desc[1].flags = request->op == PRING_WRITE ? 1 : 3;
    ring->desc[1].next = 2;
    ring->desc[2].addr = (uintptr_t)&status;
    ring->desc[2].len = 1;
    ring->desc[2].flags = 2;
    ring->desc[2].next = 0;
    ring->avail.ring[idx % SIZE] = 0;
    done = 0;
    *(volatile uint16_t *)&ring->avail.idx = (uint16_t)(idx + 1);
    *reg(0x050) = q;
    wait_for(q);
    pring_done(request, *(volatile uint8_t *)&status == 0 ? 0 : -1, request->len_bytes);
    return 0;
}

static void remove_device(unsigned dev, int gone)
{
    (void)dev;
    (void)gone;
#ifdef MINI_SPIN
    pring_irq_unregister(dev);
#endif
    *reg(0x070) = 0;
    while (*reg(0x070) != 0 && !gone)
        ;
}

static const uint16_t types[] = {2, 0};

#ifdef MINI_SPIN
PRING_DUT(mini_spin)
#else
PRING_DUT(mini_poll)
#endif
    = {
        .abi = PRING_ABI,
        .device_types = types,
        .traits = PRING_TRAIT_SYNCHRONOUS | PRING_TRAIT_IDENTITY_DMA,
        .probe = probe,
        .remove = remove_device,
        .submit = submit,
};
