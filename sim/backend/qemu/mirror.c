/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's memory and the driver's: the same addresses, copied over the wire. */
#include <string.h>

#include "qemu.h"

enum { PAGE_BYTES = 4096 };

static bool is_here(uint64_t addr, uint64_t len_bytes)
{
    return addr < QEMU_RAM_BYTES && len_bytes <= QEMU_RAM_BYTES - addr;
}

static struct pring_burst burst_at(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes,
                                   bool is_write)
{
    uint64_t left = PAGE_BYTES - addr % PAGE_BYTES;
    return (struct pring_burst){.addr = addr,
                                .len_bytes = (uint32_t)(len_bytes < left ? len_bytes : left),
                                .is_write = is_write,
                                .issued = mirror->accesses};
}

/* A bus error ends it: what is behind it stays as it was. */
void qemu_mirror_in(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes)
{
    if (!is_here(addr, len_bytes))
        return;
    while (len_bytes > 0) {
        struct pring_burst burst = burst_at(mirror, addr, len_bytes, false);
        if (mirror->bus->dma_read(mirror->ctx, &burst, 0, burst.len_bytes, mirror->ram + addr) < 0)
            return;
        addr += burst.len_bytes;
        len_bytes -= burst.len_bytes;
    }
}

void qemu_mirror_out(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes)
{
    if (!is_here(addr, len_bytes))
        return;
    while (len_bytes > 0) {
        struct pring_burst burst = burst_at(mirror, addr, len_bytes, true);
        if (mirror->bus->dma_write(mirror->ctx, &burst, 0, burst.len_bytes, mirror->ram + addr, NULL) < 0)
            return;
        addr += burst.len_bytes;
        len_bytes -= burst.len_bytes;
    }
}

bool qemu_mirror_peek(const struct qemu_mirror *mirror, uint64_t addr, void *to, uint32_t len_bytes)
{
    struct pring_burst burst = burst_at(mirror, addr, len_bytes, false);
    return burst.len_bytes == len_bytes && is_here(addr, len_bytes) &&
           mirror->bus->dma_read(mirror->ctx, &burst, 0, len_bytes, to) >= 0;
}

void qemu_mirror_put(const struct qemu_mirror *mirror, uint64_t addr, const void *from, uint32_t len_bytes,
                     uint16_t last)
{
    if (!is_here(addr, len_bytes + sizeof last) || (addr + len_bytes) % sizeof last)
        return;
    memcpy(mirror->ram + addr, from, len_bytes);
    __atomic_store_n((uint16_t *)(void *)(mirror->ram + addr + len_bytes), last, __ATOMIC_RELEASE);
}

void qemu_mirror_clear(const struct qemu_mirror *mirror, uint64_t addr, uint64_t len_bytes)
{
    if (is_here(addr, len_bytes))
        memset(mirror->ram + addr, 0, len_bytes);
}

uint16_t qemu_mirror_16(const struct qemu_mirror *mirror, uint64_t addr)
{
    uint16_t value = 0;
    if (is_here(addr, sizeof value) && addr % sizeof value == 0) /* QEMU stores it at once, and last */
        value = __atomic_load_n((const uint16_t *)(const void *)(mirror->ram + addr), __ATOMIC_ACQUIRE);
    return value;
}

uint32_t qemu_mirror_32(const struct qemu_mirror *mirror, uint64_t addr)
{
    uint32_t value = 0;
    if (is_here(addr, sizeof value))
        memcpy(&value, mirror->ram + addr, sizeof value);
    return value;
}

uint64_t qemu_mirror_64(const struct qemu_mirror *mirror, uint64_t addr)
{
    uint64_t value = 0;
    if (is_here(addr, sizeof value))
        memcpy(&value, mirror->ram + addr, sizeof value);
    return value;
}

bool qemu_segment_in(const struct qemu_mirror *mirror, const struct qemu_segment *segment, uint32_t *left)
{
    if (segment->len_bytes > *left)
        return false;
    *left -= segment->len_bytes;
    if (!(segment->flags & QEMU_DESC_WRITE))
        qemu_mirror_in(mirror, segment->addr, segment->len_bytes);
    return true;
}

bool qemu_segment_out(const struct qemu_mirror *mirror, const struct qemu_segment *segment, uint32_t *left)
{
    uint32_t n = segment->len_bytes < *left ? segment->len_bytes : *left;
    if (segment->flags & QEMU_DESC_WRITE) {
        qemu_mirror_out(mirror, segment->addr, n);
        *left -= n;
    }
    return *left > 0;
}
