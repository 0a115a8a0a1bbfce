/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's memory: one fixed low mapping, so that drivers with 32-bit or identity addresses work and
 * no address inside a run depends on the host. Bus address = CPU address for all of it.
 *
 *   0x00400000..0x0fffffff  the program itself: islands' .data and .bss lie here (linked non-PIE)
 *   0x10001000..            register pages, 4 KiB per device (PRING_REG_BASE)
 *   0x20000000..            arena: DMA memory, private heap, bounce buffers; a bump allocator, no reuse
 * within a run 0x28000000..            coroutine stacks
 *
 * Every byte below PRING_LOW_END has a byte of flags (who may touch it, who wrote it); every page has a
 * class. The hooks look at the class alone, so ordinary stack and static accesses cost one load.
 */
#ifndef PRING_MEMORY_H
#define PRING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    PRING_REG_BASE = 0x10001000,
    PRING_REG_DEVICES = 8,
    PRING_ARENA_BASE = 0x20000000,
    PRING_ARENA_BYTES = 0x01000000, /* 16 MiB */
    PRING_STACK_BASE = 0x28000000,
    PRING_STACK_BYTES = 0x20000, /* 128 KiB, and a guard page below each */
    PRING_STACKS = 16,
    PRING_LOW_END = 0x30000000,
};

enum pring_page { /* class of a 4 KiB page */
                  PRING_PAGE_PLAIN = 0,
                  PRING_PAGE_REG = 1, /* registers of device (page - PRING_REG_BASE / 4096) */
                  PRING_PAGE_TRACK =
                      2, /* its byte flags are kept: arena, and any page with mapped, posted or ring bytes */
};

enum pring_byte {                                /* flags of a byte */
                  PRING_BYTE_TO_DEVICE = 0x01,   /* mapped (or coherent): the device may read it */
                  PRING_BYTE_FROM_DEVICE = 0x02, /* mapped (or coherent): the device may write it */
                  PRING_BYTE_POSTED = 0x04,      /* in a lent chain */
                  PRING_BYTE_POSTED_W = 0x08,    /* in a device-writable element of a lent chain */
                  PRING_BYTE_WRITTEN =
                      0x10, /* written by the driver or supplied by the workload since it was allocated */
                  PRING_BYTE_DEVICE = 0x20, /* written by the device in this lending, not overwritten since */
                  PRING_BYTE_RING = 0x40,   /* part of a ready queue */
                  PRING_BYTE_LIVE = 0x80,   /* inside a live arena object */
};

extern uint8_t pring_page_class[PRING_LOW_END >> 12];
extern uint8_t *pring_byte_flags; /* PRING_LOW_END entries, index = address; untouched ones cost nothing */

static inline bool pring_is_low(uint64_t addr, uint64_t len_bytes)
{
    return addr < PRING_LOW_END && len_bytes <= PRING_LOW_END - addr;
}

/* 0, or negative: the mapping is not to be had (errno). Once per process. */
int pring_memory_open(void);
/* As at the start of a run; costs what the last run touched. */
void pring_memory_reset(void);
/* Something may have stored where nothing lives: the next reset clears all of the arena and all flags. */
void pring_memory_suspect(void);
/* Hash of the arena up to the high-water mark, flags included. */
uint64_t pring_memory_hash(void);

/* A new object, poisoned around, filled with the dirty pattern unless `zeroed`; NULL: the arena is full. */
void *pring_memory_alloc(size_t len_bytes, size_t align, bool zeroed);
/* Poisons it. False: no live object starts there (the caller accuses). */
bool pring_memory_free(void *ptr);
size_t pring_memory_size(const void *ptr); /* of a live object, else 0 */
/* The pattern's byte at an address: never 0. */
uint8_t pring_memory_dirty(uint64_t addr);
/* Is there memory that a device can reach: arena, stacks, the island's data? */
extern uint32_t pring_memory_next; /* first free arena address */
bool pring_memory_exists_elsewhere(uint64_t addr, uint64_t len_bytes);
static inline bool pring_memory_exists(uint64_t addr, uint64_t len_bytes)
{
    if (addr >= PRING_ARENA_BASE && addr < pring_memory_next && len_bytes <= pring_memory_next - addr)
        return true; /* nearly always */
    return pring_memory_exists_elsewhere(addr, len_bytes);
}
bool pring_memory_has_part_of(uint64_t addr, uint64_t len_bytes); /* does any byte of this exist? */
/* The running island's static data, set by the guest. */
void pring_memory_island(uintptr_t start, uintptr_t end, int which); /* which: 0 .data, 1 .bss */

void pring_bytes_set(uint64_t addr, uint64_t len_bytes,
                     uint8_t flags); /* also makes the pages PRING_PAGE_TRACK */
void pring_bytes_clear(uint64_t addr, uint64_t len_bytes, uint8_t flags);
bool pring_bytes_all(uint64_t addr, uint64_t len_bytes, uint8_t flags); /* every byte has all of them */
bool pring_bytes_any(uint64_t addr, uint64_t len_bytes, uint8_t flags);
/* Copies that no sanitizer looks at: redzones are no error here. */
void pring_copy(void *target, const void *source, size_t len_bytes);
void pring_fill(void *target, uint8_t value, size_t len_bytes);

#ifdef __cplusplus
}
#endif
#endif
