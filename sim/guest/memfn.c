/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memcpy and the like, as drivers call them and as compilers write them for struct copies: the hooks see
 * nothing of them. Islands are linked to these instead (cmake/island.syms). Where nobody looks they copy in
 * one go; registers are accessed in 32-bit pieces, ring words and lent bytes in pieces of at most 8 bytes,
 * each an event.
 */
#include <pring/memory.h>

#include "guest/guest.h"

enum { EVENTS = PRING_BYTE_RING | PRING_BYTE_POSTED };

/* What has to be done on a range: nothing, flags, or events. */
enum care { CARE_NONE, CARE_FLAGS, CARE_EVENTS, CARE_REG };

static enum care care_of(uint64_t addr, uint64_t len_bytes)
{
    if (addr >= PRING_LOW_END || !guest.running)
        return CARE_NONE;
    uint64_t end = len_bytes < PRING_LOW_END - addr ? addr + len_bytes : PRING_LOW_END;
    enum care care = CARE_NONE;
    for (uint64_t page = addr >> 12; page <= (end - 1) >> 12; page++) {
        if (pring_page_class[page] == PRING_PAGE_REG)
            return CARE_REG;
        if (pring_page_class[page] == PRING_PAGE_TRACK)
            care = CARE_FLAGS;
    }
    return care == CARE_FLAGS && pring_bytes_any(addr, end - addr, EVENTS) ? CARE_EVENTS : care;
}

/* How much of [addr, addr+left) goes in one access. */
static uint32_t piece(uint64_t addr, uint64_t left, enum care care)
{
    uint32_t most = care == CARE_REG ? 4 : 8;
    while (most > left || addr % most)
        most /= 2;
    return most;
}

static void load_piece(uint64_t addr, uint32_t n, enum care care, uint64_t pc)
{
    if (care == CARE_REG) {
        uint64_t value = guest_reg_load(addr, n, pc);
        pring_copy((void *)addr, &value, n);
    } else if (care == CARE_EVENTS && pring_wire_load(addr, n, pc)) {
        guest.eventful = true;
        guest_attend();
    }
    guest_check_stop();
}

/* Payload that came back: no event, but the wire wants to know that it was met. */
static void load_bulk(uint64_t addr, uint64_t len_bytes, enum care care, uint64_t pc)
{
    if (care != CARE_FLAGS)
        return;
    if (pring_bytes_any(addr, len_bytes, GUEST_SHARED))
        pring_wire_load(addr, (uint32_t)len_bytes, pc);
    else if (pring_bytes_any(addr, len_bytes, PRING_BYTE_DEVICE))
        pring_wire_payload(addr, (uint32_t)len_bytes, pc);
}

static void store_piece(uint64_t addr, const void *from, uint32_t n, enum care care, uint64_t pc)
{
    uint8_t before[16];
    pring_copy(before, (const void *)addr, n);
    pring_copy((void *)addr, from, n);
    if (care == CARE_REG) {
        uint64_t value = 0;
        pring_copy(&value, from, n);
        guest_reg_store(addr, n, value, pc);
    } else if (care != CARE_NONE) {
        guest_store(addr, n, before, pc);
    }
    guest_check_stop();
}

static void mark_written(uint64_t addr, uint64_t len_bytes)
{
    pring_bytes_set(addr, len_bytes, PRING_BYTE_WRITTEN);
    pring_bytes_clear(addr, len_bytes, PRING_BYTE_DEVICE);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void copy_pieces(uint64_t to, uint64_t from, uint64_t len_bytes, enum care to_care,
                        enum care from_care, uint64_t pc)
{
    bool backwards = to > from && to - from < len_bytes;
    for (uint64_t done = 0; done < len_bytes;) {
        uint64_t left = len_bytes - done, at;
        uint32_t n;
        if (backwards) { /* byte by byte: rare, and right */
            n = 1;
            at = left - 1;
        } else {
            n = smaller(piece(to + done, left, to_care), piece(from + done, left, from_care));
            at = done;
        }
        uint8_t value[8];
        load_piece(from + at, n, from_care, pc);
        pring_copy(value, (const void *)(from + at), n);
        store_piece(to + at, value, n, to_care, pc);
        done += n;
    }
}

static void plain_copy(void *to, const void *from, size_t len_bytes)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    if ((uintptr_t)to - (uintptr_t)from >= len_bytes) {
        pring_copy(to, from, len_bytes);
        return;
    }
    while (len_bytes--)
        pring_copy(t + len_bytes, f + len_bytes, 1);
}

/* Counts as the loads and stores that it stands for. */
static void begin(uint64_t len_bytes)
{
    guest_note_depth();
    guest_take_pending();
    if (guest.running) {
        guest_burn((int64_t)(len_bytes / 8));
        guest_check_stop();
    }
}

static void *copy(void *to, const void *from, size_t len_bytes, uint64_t pc)
{
    if (!len_bytes)
        return to;
    begin(len_bytes);
    guest.acting_pc = pc;
    guest_check_range(from, len_bytes, false, pc);
    guest_check_range(to, len_bytes, true, pc);
    enum care to_care = care_of((uintptr_t)to, len_bytes), from_care = care_of((uintptr_t)from, len_bytes);
    if (to_care < CARE_EVENTS && from_care < CARE_EVENTS) {
        load_bulk((uintptr_t)from, len_bytes, from_care, pc);
        plain_copy(to, from, len_bytes);
        if (to_care == CARE_FLAGS)
            mark_written((uintptr_t)to, len_bytes);
    } else {
        copy_pieces((uintptr_t)to, (uintptr_t)from, len_bytes, to_care, from_care, pc);
    }
    guest.acting_pc = 0;
    return to;
}

static void *set(void *to, int value, size_t len_bytes, uint64_t pc)
{
    if (!len_bytes)
        return to;
    begin(len_bytes);
    guest.acting_pc = pc;
    guest_check_range(to, len_bytes, true, pc);
    enum care care = care_of((uintptr_t)to, len_bytes);
    if (care < CARE_EVENTS) {
        pring_fill(to, (uint8_t)value, len_bytes);
        if (care == CARE_FLAGS)
            mark_written((uintptr_t)to, len_bytes);
    } else {
        uint8_t bytes[8];
        pring_fill(bytes, (uint8_t)value, sizeof bytes);
        for (uint64_t done = 0; done < len_bytes;) {
            uint32_t n = piece((uintptr_t)to + done, len_bytes - done, care);
            store_piece((uintptr_t)to + done, bytes, n, care, pc);
            done += n;
        }
    }
    guest.acting_pc = 0;
    return to;
}

/* ---- the names that islands are linked to ---- */

void *pring_hook_asan_memcpy(void *to, const void *from, size_t len_bytes);
void *pring_hook_asan_memmove(void *to, const void *from, size_t len_bytes);
void *pring_hook_asan_memset(void *to, int value, size_t len_bytes);
void *pring_hook_memcpy(void *to, const void *from, size_t len_bytes);
void *pring_hook_memmove(void *to, const void *from, size_t len_bytes);
void *pring_hook_memset(void *to, int value, size_t len_bytes);
int pring_hook_memcmp(const void *a, const void *b, size_t len_bytes);
int pring_hook_bcmp(const void *a, const void *b, size_t len_bytes);
size_t pring_hook_strlen(const char *text);

static void check_overlap(const void *to, const void *from, size_t len_bytes, uint64_t pc)
{
    uintptr_t t = (uintptr_t)to, f = (uintptr_t)from;
    if (t != f && (t - f < len_bytes || f - t < len_bytes))
        guest_report("memcpy-param-overlap", t, (uint32_t)len_bytes, true, pc);
}

void *pring_hook_asan_memcpy(void *to, const void *from, size_t len_bytes)
{
    check_overlap(to, from, len_bytes, GUEST_PC);
    return copy(to, from, len_bytes, GUEST_PC);
}

void *pring_hook_memcpy(void *to, const void *from, size_t len_bytes)
{
    check_overlap(to, from, len_bytes, GUEST_PC);
    return copy(to, from, len_bytes, GUEST_PC);
}

void *pring_hook_asan_memmove(void *to, const void *from, size_t len_bytes)
{
    return copy(to, from, len_bytes, GUEST_PC);
}

void *pring_hook_memmove(void *to, const void *from, size_t len_bytes)
{
    return copy(to, from, len_bytes, GUEST_PC);
}

void *pring_hook_asan_memset(void *to, int value, size_t len_bytes)
{
    return set(to, value, len_bytes, GUEST_PC);
}

void *pring_hook_memset(void *to, int value, size_t len_bytes)
{
    return set(to, value, len_bytes, GUEST_PC);
}

static void look_at(const void *ptr, size_t len_bytes, uint64_t pc)
{
    guest_check_range(ptr, len_bytes, false, pc);
    enum care care = care_of((uintptr_t)ptr, len_bytes);
    load_bulk((uintptr_t)ptr, len_bytes, care, pc);
    for (size_t done = 0; care >= CARE_EVENTS && done < len_bytes;) {
        uint32_t n = piece((uintptr_t)ptr + done, len_bytes - done, care);
        load_piece((uintptr_t)ptr + done, n, care, pc);
        done += n;
    }
}

PRING_RAW static int compare(const unsigned char *a, const unsigned char *b, size_t len_bytes, uint64_t pc)
{
    if (!len_bytes)
        return 0;
    begin(len_bytes);
    guest.acting_pc = pc;
    look_at(a, len_bytes, pc);
    look_at(b, len_bytes, pc);
    int result = 0;
    for (size_t i = 0; i < len_bytes && !result; i++)
        result = a[i] - b[i];
    guest.acting_pc = 0;
    return result;
}

int pring_hook_memcmp(const void *a, const void *b, size_t len_bytes)
{
    return compare(a, b, len_bytes, GUEST_PC);
}

int pring_hook_bcmp(const void *a, const void *b, size_t len_bytes)
{
    return compare(a, b, len_bytes, GUEST_PC);
}

PRING_RAW size_t pring_hook_strlen(const char *text)
{
    size_t len_bytes = 0;
    begin(0);
    guest.acting_pc = GUEST_PC;
    while (text[len_bytes])
        len_bytes++;
    look_at(text, len_bytes + 1, guest.acting_pc);
    guest.acting_pc = 0;
    return len_bytes;
}
