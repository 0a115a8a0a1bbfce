/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's side: DMA and the interrupt line. Bytes of a live used ring are the proxy's shadow, avail.idx
 * is the gate; all else is the machine's memory. */
#include <string.h>

#include "wire/wire_state.h"

/* Existence is decided per page, so that a backend that moves words and one that moves buffers get the same
 * answer, wherever in the page each of their accesses begins. */
static bool page_exists(uint64_t addr)
{
    return pring_is_low(addr, 1) &&
           (pring_memory_exists(addr, 1) || pring_memory_has_part_of(addr & ~UINT64_C(4095), 4096));
}

static void memory_read(uint64_t addr, uint32_t n, uint8_t *out)
{
    if (pring_memory_exists(addr, n)) {
        pring_copy(out, (const void *)(uintptr_t)addr, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (pring_memory_exists(addr + i, 1))
            pring_copy(out + i, (const void *)(uintptr_t)(addr + i), 1);
        else
            out[i] = 0;
}

static void memory_write(uint64_t addr, uint32_t n, const uint8_t *in)
{
    if (pring_memory_exists(addr, n)) {
        pring_copy((void *)(uintptr_t)addr, in, n);
        pring_bytes_set(addr, n, PRING_BYTE_DEVICE);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (pring_memory_exists(addr + i, 1)) {
            pring_copy((void *)(uintptr_t)(addr + i), in + i, 1);
            pring_bytes_set(addr + i, 1, PRING_BYTE_DEVICE);
        }
}

/* Rings are aligned, but a fault's target need not be. */
uint64_t wire_peek_bytes(uint64_t addr, uint32_t len_bytes)
{
    uint64_t value = 0;
    if (!pring_memory_exists(addr, len_bytes))
        return 0;
    const volatile uint8_t *p = (const volatile uint8_t *)(uintptr_t)addr;
    for (uint32_t i = 0; i < len_bytes && i < 8; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

void wire_poke(uint64_t addr, uint32_t len_bytes, uint64_t value)
{
    if (!pring_memory_exists(addr, len_bytes))
        return;
    volatile uint8_t *p = (volatile uint8_t *)(uintptr_t)addr;
    if (len_bytes == 4 && (addr & 3) == 0)
        *(volatile uint32_t *)p = (uint32_t)value;
    else
        for (uint32_t i = 0; i < len_bytes && i < 8; i++)
            p[i] = (uint8_t)(value >> (8 * i));
}

static bool overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
    return a < b + b_len && b < a + a_len;
}

/* Lays the proxy's view over bytes that were read from memory. */
static void overlay_read(uint64_t addr, uint32_t n, uint8_t *out)
{
    for (unsigned q = 0; q < wire.obs.setup.queue_count; q++) {
        if (!(wire.ready_mask >> q & 1))
            continue;
        const struct pring_observed_queue *o = wire_obs(q);
        uint32_t end = o->device_bytes;
        if (o->packed)
            continue;
        if (overlap(addr, n, o->device, end))
            for (uint32_t i = 0; i < n; i++)
                if (addr + i - o->device < end)
                    out[i] = wire.queue[q].shadow[addr + i - o->device];
        if (overlap(addr, n, o->driver + 2, 2))
            for (uint32_t i = 0; i < n; i++)
                if (addr + i - (o->driver + 2) < 2)
                    out[i] = (uint8_t)(o->gate >> (8 * (addr + i - (o->driver + 2))));
    }
}

static int dma_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    (void)ctx;
    uint64_t addr = burst->addr + offset;
    struct pring_event event = wire_event(PRING_EV_DEV_READ, 0);
    int error = page_exists(addr) ? 0 : -1;
    if (error)
        memset(out, 0, n);
    else
        memory_read(addr, n, out);
    if (wire.ready_mask)
        overlay_read(addr, n, out);
    if (wire.packed_mask)
        wire_packed_read(addr, n, out);
    event.addr = addr;
    event.len_bytes = n;
    event.bytes = out;
    event.strb = NULL;
    event.raw = (uint64_t)(uint32_t)-error;
    wire_emit(&event);
    return error;
}

/* The used ring that contains addr, or -1. */
static int used_ring_at(uint64_t addr)
{
    for (unsigned q = 0; q < wire.obs.setup.queue_count; q++)
        if ((wire.ready_mask >> q & 1) && addr - wire_obs(q)->device < wire_obs((unsigned)q)->device_bytes)
            return (int)q;
    return -1;
}

/* Byte by byte: a write to a packed ring is short. */
static void write_packed_run(uint64_t addr, uint32_t n, const uint8_t *in)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *own = wire_packed_byte(addr + i);
        int ring = own ? -1 : used_ring_at(addr + i);
        if (own)
            *own = in[i];
        else if (ring >= 0)
            wire.queue[ring].shadow[addr + i - wire_obs((unsigned)ring)->device] = in[i];
        else
            memory_write(addr + i, 1, in + i);
    }
}

static void write_run(uint64_t addr, uint32_t n, const uint8_t *in)
{
    int q = -1;
    if (wire.packed_mask && wire_packed_near(addr, n)) {
        write_packed_run(addr, n, in);
        return;
    }
    for (unsigned i = 0; wire.ready_mask >> i; i++)
        if ((wire.ready_mask >> i & 1) && overlap(addr, n, wire_obs(i)->device, wire_obs(i)->device_bytes))
            q = (int)i;
    if (q < 0) {
        memory_write(addr, n, in);
        return;
    }
    uint64_t at = addr - wire_obs((unsigned)q)->device;
    if (wire.rings_apart && at < wire_obs((unsigned)q)->device_bytes &&
        n <= wire_obs((unsigned)q)->device_bytes - at) {
        pring_copy(wire.queue[q].shadow + at, in, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        int ring = used_ring_at(addr + i);
        if (ring >= 0)
            wire.queue[ring].shadow[addr + i - wire_obs((unsigned)ring)->device] = in[i];
        else
            memory_write(addr + i, 1, in + i);
    }
}

static int dma_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                     const uint8_t *in, const uint8_t *strb)
{
    (void)ctx;
    uint64_t addr = burst->addr + offset;
    if (!page_exists(addr))
        return -1;
    struct pring_event event = wire_event(PRING_EV_DEV_WRITE, 0);
    event.addr = addr;
    event.len_bytes = n;
    event.bytes = in;
    event.strb = strb;
    wire_emit(&event);
    if (!strb)
        write_run(addr, n, in);
    for (uint32_t i = 0, run; strb && i < n; i += run) { /* runs of written bytes */
        run = 1;
        if (!strb[i])
            continue;
        while (i + run < n && strb[i + run])
            run++;
        write_run(addr + i, run, in + i);
    }
    return 0;
}

static void irq(void *ctx, bool level, uint64_t cycle)
{
    (void)ctx;
    (void)cycle;
    wire.raw_line = level;
    struct pring_event event = wire_event(PRING_EV_DEV_IRQ, PRING_F_IRQ_LINE);
    event.made = level;
    wire_emit(&event);
}

static void violation(void *ctx, uint32_t code, uint64_t cycle)
{
    (void)ctx;
    (void)cycle;
    struct pring_event event = wire_event(PRING_EV_VIOLATION, 0);
    event.made = code;
    wire_emit(&event);
}

const struct pring_bus_ops wire_bus_ops = {dma_read, dma_write, irq, violation};
