/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler calls these before every load and store of driver code. This is the hot path of the whole
 * bench: a load or store of plain memory costs one decrement and one table look-up.
 *
 * A load hook may change what the load reads. A store hook knows only the address: the store is remembered
 * and looked at when the next thing happens that anybody could see; nobody can look in between.
 */
#include "guest/guest.h"

struct guest guest = {.fuel = INT64_MAX, .quantum = INT64_MAX, .timer_next = GUEST_NEVER};

/* ---- register windows ---- */

static uintptr_t windows[GUEST_WINDOWS] = {PRING_REG_BASE};
static unsigned window_count = 1;

void guest_window(uintptr_t base)
{
    if (window_count < GUEST_WINDOWS)
        windows[window_count++] = base;
}

bool guest_reg_window(uint64_t addr, unsigned *dev, uint32_t *offset)
{
    for (unsigned i = 0; i < window_count; i++)
        if (addr - windows[i] < GUEST_DEVICES * 4096u) {
            *dev = (unsigned)((addr - windows[i]) >> 12);
            *offset = (uint32_t)(addr - windows[i]) & 4095;
            return true;
        }
    return false;
}

PRING_RAW static void poke(uint64_t addr, uint32_t len_bytes, uint64_t value)
{
    switch (len_bytes) {
    case 1:
        *(uint8_t *)addr = (uint8_t)value;
        break;
    case 2:
        *(guest_any16 *)addr = (uint16_t)value;
        break;
    case 4:
        *(guest_any32 *)addr = (uint32_t)value;
        break;
    default:
        *(guest_any64 *)addr = value;
    }
}

uint64_t guest_reg_load(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    unsigned dev;
    uint32_t offset;
    if (!guest_reg_window(addr, &dev, &offset))
        return 0;
    uint64_t value = pring_wire_reg_read(dev, offset, len_bytes, pc);
    guest.eventful = true;
    guest_same_value(pc, (uint64_t)dev << 12 | offset, value);
    guest_attend();
    return value;
}

void guest_reg_store(uint64_t addr, uint32_t len_bytes, uint64_t value, uint64_t pc)
{
    unsigned dev;
    uint32_t offset;
    if (!guest_reg_window(addr, &dev, &offset))
        return;
    guest.eventful = true;
    guest.progress++;
    pring_wire_reg_write(dev, offset, len_bytes, value, pc);
    guest_attend();
}

/* ---- pending stores ---- */

/* Written by the driver now, no longer by the device. Such a page holds flags already: nothing else is to be
 * done. */
static inline __attribute__((always_inline)) uint8_t mark_written(uint64_t addr, uint32_t len_bytes)
{
    uint64_t flags = guest_peek((uintptr_t)pring_byte_flags + addr, len_bytes);
    uint64_t ones = UINT64_C(0x0101010101010101);
    flags = (flags & ~(PRING_BYTE_DEVICE * ones)) | PRING_BYTE_WRITTEN * ones;
    poke((uintptr_t)pring_byte_flags + addr, len_bytes, flags);
    return pring_byte_flags[addr] | pring_byte_flags[addr + len_bytes - 1];
}

void guest_store(uint64_t addr, uint32_t len_bytes, const uint8_t *before, uint64_t pc)
{
    uint8_t flags;
    if (len_bytes <= 4)
        flags = len_bytes == 4   ? mark_written(addr, 4)
                : len_bytes == 2 ? mark_written(addr, 2)
                                 : mark_written(addr, 1);
    else
        flags = mark_written(addr, 8);
    if (len_bytes == 16)
        flags |= mark_written(addr + 8, 8);
    if (flags & GUEST_SHARED) {
        guest.eventful = true;
        guest.progress++;
        if (pring_wire_store(addr, len_bytes, before, pc))
            guest_attend();
    }
}

/* Member by member, as it was written: a copy in larger pieces would wait for the stores to reach the cache.
 */
void guest_take_it(void)
{
    uint64_t addr = guest.pending.addr, pc = guest.pending.pc;
    uint32_t len_bytes = guest.pending.len_bytes;
    guest.pending.len_bytes = 0;
    if (pring_page_class[addr >> 12] != PRING_PAGE_REG) {
        uint64_t before[2] = {guest.pending.before[0], len_bytes > 8 ? guest.pending.before[1] : 0};
        guest_store(addr, len_bytes, (const uint8_t *)before, pc);
        return;
    }
    for (uint32_t at = 0; at < len_bytes; at += 8) {
        uint32_t n = len_bytes - at < 8 ? len_bytes - at : 8;
        guest_reg_store(addr + at, n, guest_peek(addr + at, n), pc);
    }
}

/* ---- what happens in the window ---- */

/* Bytes [addr, addr + len) lie in one page or reach into the next one; only the first page's class is looked
 * at. */
static inline __attribute__((always_inline)) void window_load(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    guest_take_pending();
    if (!guest.running)
        return;
    guest_note_depth();
    if (pring_page_class[addr >> 12] == PRING_PAGE_REG) {
        uint64_t value[2] = {0};
        for (uint32_t at = 0; at < len_bytes; at += 8)
            value[at / 8] = guest_reg_load(addr + at, len_bytes < 8 ? len_bytes : 8, pc);
        /* Written last: a handler that ran meanwhile has read registers through the same page. */
        for (uint32_t at = 0; at < len_bytes; at += 8)
            poke(addr + at, len_bytes < 8 ? len_bytes : 8, value[at / 8]);
    } else {
        uint8_t flags = pring_byte_flags[addr] | pring_byte_flags[addr + len_bytes - 1];
        if (flags & GUEST_SHARED && pring_wire_load(addr, len_bytes, pc)) {
            guest.eventful = true;
            guest_attend();
        } else if ((flags & (GUEST_SHARED | PRING_BYTE_DEVICE)) == PRING_BYTE_DEVICE) {
            pring_wire_payload(addr, len_bytes, pc); /* no longer shared, but the device's word it is */
        }
    }
    guest_check_stop();
}

/* By size: the compiler makes straight code of each. */
static inline __attribute__((always_inline)) void window_store(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    guest_take_pending();
    if (!guest.running)
        return;
    guest_note_depth();
    guest_check_stop();
    guest.pending.addr = addr;
    guest.pending.pc = pc;
    guest.pending.len_bytes = len_bytes;
    if (pring_page_class[addr >> 12] == PRING_PAGE_TRACK)
        for (uint32_t at = 0; at < len_bytes; at += 8)
            guest.pending.before[at / 8] = guest_peek(addr + at, len_bytes < 8 ? len_bytes : 8);
}

/* ---- the look every now and then ---- */

static void set_quantum(int64_t hooks)
{
    int64_t left = GUEST_BUDGET - guest.spent;
    guest.quantum = guest.fuel = hooks < left ? hooks : left;
}

void guest_refuel(void)
{
    guest.spent = 0;
    guest.slow = guest.eventful = false;
    guest.backoff = GUEST_QUIET;
    set_quantum(GUEST_QUIET);
}

/* The quantum is used up: is the budget? Does the driver wait for a word that no hook shows to the wire? */
__attribute__((noinline)) static void look(uint64_t addr, uint32_t len_bytes, bool is_store, uint64_t pc)
{
    if (!guest.running) {
        guest.fuel = guest.quantum = INT64_MAX;
        return;
    }
    guest_note_depth();
    guest_check_stop();
    guest.spent += guest.quantum - guest.fuel;
    guest.quantum = guest.fuel = 0;
    if (guest.spent >= GUEST_BUDGET)
        guest_stall(PRING_STALL_BUSY);
    if (guest.eventful) {
        guest.eventful = guest.slow = false;
        guest.backoff = GUEST_QUIET;
        set_quantum(GUEST_QUIET);
        return;
    }
    if (!guest.slow) {
        guest.slow = true;
        guest_spin_begin();
    }
    if (guest_spin_look(addr, len_bytes, is_store, pc)) {
        guest.quantum = guest.fuel = 0; /* the next hook too */
        return;
    }
    guest.slow = false; /* it computes: look again, ever more rarely */
    if (guest.backoff < 4096)
        guest.backoff *= 2;
    set_quantum(guest.backoff);
}

/* ---- what the compiler calls ---- */

static inline bool in_window(uint64_t addr)
{
    return addr < PRING_LOW_END && pring_page_class[addr >> 12] != PRING_PAGE_PLAIN;
}

/* One hook less, and is it time for a look? */
#if defined __x86_64__ && !defined PRING_SELF
static inline __attribute__((always_inline)) bool burn_one(void)
{
    __asm__ goto("subq $1, %c0(%%rip)\n\tjs %l1" : : "i"(&guest.fuel) : "cc", "memory" : empty);
    return false;
empty:
    return true;
}
#else
static inline bool burn_one(void)
{
    return __builtin_expect(--guest.fuel < 0, 0);
}
#endif

/* Everything but the common case is behind a tail call: the hooks themselves need no frame. */
#define HOOK(bytes, type)                                                                                    \
    static __attribute__((noinline)) void slow_load##bytes(uint64_t addr, uint64_t pc)                       \
    {                                                                                                        \
        if (guest.fuel < 0)                                                                                  \
            look(addr, bytes, false, pc);                                                                    \
        if (in_window(addr))                                                                                 \
            window_load(addr, bytes, pc);                                                                    \
    }                                                                                                        \
    static __attribute__((noinline)) void slow_store##bytes(uint64_t addr, uint64_t pc)                      \
    {                                                                                                        \
        if (guest.fuel < 0)                                                                                  \
            look(addr, bytes, true, pc);                                                                     \
        if (in_window(addr))                                                                                 \
            window_store(addr, bytes, pc);                                                                   \
    }                                                                                                        \
    void __sanitizer_cov_load##bytes(type *ptr);                                                             \
    void __sanitizer_cov_load##bytes(type *ptr)                                                              \
    {                                                                                                        \
        if (burn_one() || __builtin_expect(in_window((uintptr_t)ptr), 0))                                    \
            slow_load##bytes((uintptr_t)ptr, GUEST_PC);                                                      \
    }                                                                                                        \
    void __sanitizer_cov_store##bytes(type *ptr);                                                            \
    void __sanitizer_cov_store##bytes(type *ptr)                                                             \
    {                                                                                                        \
        if (burn_one() || __builtin_expect(in_window((uintptr_t)ptr), 0))                                    \
            slow_store##bytes((uintptr_t)ptr, GUEST_PC);                                                     \
    }

HOOK(1, uint8_t)
HOOK(2, uint16_t)
HOOK(4, uint32_t)
HOOK(8, uint64_t)
HOOK(16, __uint128_t)
