/* SPDX-License-Identifier: Apache-2.0 */
/* The arena and the byte flags. Whole ranges go word by word: requests of some KiB are the common case. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "wire/memory_object.h"
#include "wire/poison.h"

enum { PAGE = 4096, TOUCHED_MAX = 1024 };

uint8_t pring_page_class[PRING_LOW_END >> 12];
uint32_t pring_memory_next = PRING_ARENA_BASE;
uint8_t *pring_byte_flags;

static struct {
    uint32_t flags_end; /* no flag is set in the arena from here on */
    uint32_t object_count;
    uint32_t touched_count; /* pages outside the arena that hold flags */
    bool suspect;           /* something stored where nothing lives */
    bool touched_all;       /* the list was too short */
    struct {
        uintptr_t start, end;
    } island[2];
} memory = {.flags_end = PRING_ARENA_BASE};
static uint32_t touched[TOUCHED_MAX];
static struct pring_object objects[PRING_OBJECTS_MAX];
static uint8_t pattern[2 * PAGE]; /* twice, so that any start has a page's worth behind it */

/* ---- copies ---- */

typedef uint64_t unaligned64 __attribute__((aligned(1), may_alias));
typedef uint64_t four64 __attribute__((vector_size(32), aligned(1), may_alias));
enum { REP_FROM = 1024 }; /* a repeated string instruction takes long to begin */

PRING_RAW void pring_copy(void *target, const void *source, size_t len_bytes)
{
    unsigned char *t = target;
    const unsigned char *s = source;
    if (len_bytes >= 8 && len_bytes <= 32) {
        size_t last = len_bytes - 8;
        uint64_t tail = *(const unaligned64 *)(s + last);
        for (size_t i = 0; i < last; i += 8)
            *(volatile unaligned64 *)(t + i) = *(const unaligned64 *)(s + i);
        *(volatile unaligned64 *)(t + last) = tail;
        return;
    }
    if (len_bytes < 8) {
        for (size_t i = 0; i < len_bytes; i++)
            ((volatile unsigned char *)t)[i] = s[i];
        return;
    }
#ifdef __x86_64__
    __asm__ volatile("rep movsb" : "+D"(t), "+S"(s), "+c"(len_bytes) : : "memory");
#else
    size_t i = 0;
    for (; i + 8 <= len_bytes; i += 8)
        *(volatile unaligned64 *)(t + i) = *(const unaligned64 *)(s + i);
    for (; i < len_bytes; i++)
        ((volatile unsigned char *)t)[i] = s[i];
#endif
}

PRING_RAW void pring_fill(void *target, uint8_t value, size_t len_bytes)
{
    unsigned char *t = target;
    uint64_t word = value * UINT64_C(0x0101010101010101);
    if (len_bytes >= 32 && len_bytes < REP_FROM) {
        four64 words = {word, word, word, word};
        for (size_t i = 0; i < len_bytes - sizeof words; i += sizeof words)
            *(volatile four64 *)(t + i) = words;
        *(volatile four64 *)(t + len_bytes - sizeof words) = words;
        return;
    }
    if (len_bytes >= 8 && len_bytes < 32) {
        for (size_t i = 0; i < len_bytes - 8; i += 8)
            *(volatile unaligned64 *)(t + i) = word;
        *(volatile unaligned64 *)(t + len_bytes - 8) = word;
        return;
    }
#ifdef __x86_64__
    __asm__ volatile("rep stosb" : "+D"(t), "+c"(len_bytes) : "a"(value) : "memory");
#else
    size_t i = 0;
    for (; i + 8 <= len_bytes; i += 8)
        *(volatile unaligned64 *)(t + i) = value * 0x0101010101010101u;
    for (; i < len_bytes; i++)
        ((volatile unsigned char *)t)[i] = value;
#endif
}

/* ---- byte flags ---- */

static bool in_arena(uint64_t addr)
{
    return addr - PRING_ARENA_BASE < PRING_ARENA_BYTES;
}

static void track_pages(uint64_t addr, uint64_t end)
{
    for (uint64_t page = addr >> 12; page <= (end - 1) >> 12; page++) {
        if (in_arena(page << 12)) {
            uint64_t stop =
                end < PRING_ARENA_BASE + PRING_ARENA_BYTES ? end : PRING_ARENA_BASE + PRING_ARENA_BYTES;
            if (memory.flags_end < stop)
                memory.flags_end = (uint32_t)stop;
            page = ((stop - 1) >> 12); /* all arena pages are tracked already */
        } else if (pring_page_class[page] == PRING_PAGE_PLAIN) {
            pring_page_class[page] = PRING_PAGE_TRACK;
            if (memory.touched_count < TOUCHED_MAX)
                touched[memory.touched_count++] = (uint32_t)page;
            else
                memory.touched_all = true;
        }
    }
}

/* Parts above PRING_LOW_END have no flags: cut off. */
static uint64_t low_end(uint64_t addr, uint64_t len_bytes)
{
    if (addr >= PRING_LOW_END)
        return addr;
    return len_bytes > PRING_LOW_END - addr ? PRING_LOW_END : addr + len_bytes;
}

PRING_RAW void pring_bytes_set(uint64_t addr, uint64_t len_bytes, uint8_t flags)
{
    uint64_t end = low_end(addr, len_bytes);
    if (addr >= end)
        return;
    if (end > memory.flags_end || !in_arena(addr))
        track_pages(addr, end);
    uint64_t word = flags * UINT64_C(0x0101010101010101);
    uint8_t *p = pring_byte_flags + addr, *stop = pring_byte_flags + end;
    for (; p + 8 <= stop; p += 8)
        *(unaligned64 *)p |= word;
    for (; p < stop; p++)
        *p |= flags;
}

PRING_RAW void pring_bytes_clear(uint64_t addr, uint64_t len_bytes, uint8_t flags)
{
    uint64_t end = low_end(addr, len_bytes);
    if (addr >= end)
        return;
    uint64_t word = ~(flags * UINT64_C(0x0101010101010101));
    uint8_t *p = pring_byte_flags + addr, *stop = pring_byte_flags + end;
    for (; p + 8 <= stop; p += 8)
        *(unaligned64 *)p &= word;
    for (; p < stop; p++)
        *p &= (uint8_t)~flags;
}

PRING_RAW bool pring_bytes_all(uint64_t addr, uint64_t len_bytes, uint8_t flags)
{
    uint64_t end = low_end(addr, len_bytes);
    if (end < addr + len_bytes || addr + len_bytes < addr)
        return false;
    uint64_t word = flags * UINT64_C(0x0101010101010101), missing = 0;
    const uint8_t *p = pring_byte_flags + addr, *stop = pring_byte_flags + end;
    for (; p + 8 <= stop; p += 8)
        missing |= ~*(const unaligned64 *)p & word;
    for (; p < stop; p++)
        missing |= (uint8_t) ~*p & flags;
    return missing == 0;
}

PRING_RAW bool pring_bytes_any(uint64_t addr, uint64_t len_bytes, uint8_t flags)
{
    uint64_t end = low_end(addr, len_bytes);
    if (addr >= end)
        return false;
    uint64_t word = flags * UINT64_C(0x0101010101010101), found = 0;
    const uint8_t *p = pring_byte_flags + addr, *stop = pring_byte_flags + end;
    for (; p + 8 <= stop; p += 8)
        found |= *(const unaligned64 *)p & word;
    for (; p < stop; p++)
        found |= *p & flags;
    return found != 0;
}

/* ---- objects ---- */

struct pring_object *pring_memory_object_below(uint64_t addr)
{
    uint32_t low = 0, high = memory.object_count;
    while (low < high) { /* sorted: the arena only grows */
        uint32_t middle = (low + high) / 2;
        if (objects[middle].start <= addr)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &objects[low - 1] : NULL;
}

struct pring_object *pring_memory_object(const void *ptr)
{
    struct pring_object *object = pring_memory_object_below((uintptr_t)ptr);
    return object && object->live && object->start == (uintptr_t)ptr ? object : NULL;
}

uint8_t pring_memory_dirty(uint64_t addr)
{
    return pattern[addr & (PAGE - 1)];
}

static void fill_dirty(uint64_t addr, uint64_t len_bytes)
{
    while (len_bytes) {
        uint64_t n = len_bytes < PAGE ? len_bytes : PAGE;
        pring_copy((void *)addr, pattern + (addr & (PAGE - 1)), n);
        addr += n;
        len_bytes -= n;
    }
}

void *pring_memory_alloc(size_t len_bytes, size_t align, bool zeroed)
{
    uint64_t end = PRING_ARENA_BASE + PRING_ARENA_BYTES;
    if (align < 16)
        align = 16;
    if (align & (align - 1) || align > PRING_ARENA_BYTES || len_bytes > PRING_ARENA_BYTES ||
        memory.object_count == PRING_OBJECTS_MAX)
        return NULL;
    uint64_t start = (pring_memory_next + PRING_OBJECT_REDZONE + align - 1) & ~(align - 1);
    if (start + len_bytes + PRING_OBJECT_REDZONE > end)
        return NULL;
    struct pring_object *object = &objects[memory.object_count++];
    *object = (struct pring_object){.start = (uint32_t)start, .len_bytes = (uint32_t)len_bytes, .live = true};
    pring_memory_next = (uint32_t)((start + len_bytes + 15) & ~UINT64_C(15));
    pring_unpoison((void *)start, len_bytes);
    if (!zeroed)
        fill_dirty(start, len_bytes);
    pring_bytes_set(start, len_bytes, zeroed ? PRING_BYTE_LIVE | PRING_BYTE_WRITTEN : PRING_BYTE_LIVE);
    return (void *)start;
}

bool pring_memory_free(void *ptr)
{
    struct pring_object *object = pring_memory_object(ptr);
    if (!object)
        return false;
    object->live = false;
    pring_poison(ptr, object->len_bytes);
    pring_bytes_clear(object->start, object->len_bytes,
                      PRING_BYTE_LIVE | PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE);
    return true;
}

size_t pring_memory_size(const void *ptr)
{
    const struct pring_object *object = pring_memory_object(ptr);
    return object ? object->len_bytes : 0;
}

/* ---- which memory there is ---- */

void pring_memory_island(uintptr_t start, uintptr_t end, int which)
{
    memory.island[which].start = start;
    memory.island[which].end = end;
}

bool pring_memory_exists_elsewhere(uint64_t addr, uint64_t len_bytes)
{
    if (!pring_is_low(addr, len_bytes))
        return false;
    uint64_t end = addr + len_bytes;
    if (addr >= PRING_ARENA_BASE && end <= pring_memory_next) /* also nothing at all, at its end */
        return true;
    if (addr >= PRING_STACK_BASE) {
        uint64_t stride = PRING_STACK_BYTES + PAGE, at = addr - PRING_STACK_BASE;
        return at < stride * PRING_STACKS && at % stride >= PAGE && at % stride + len_bytes <= stride;
    }
    for (int i = 0; i < 2; i++)
        if (addr >= memory.island[i].start && end <= memory.island[i].end)
            return true;
    return false;
}

bool pring_memory_has_part_of(uint64_t addr, uint64_t len_bytes)
{
    uint64_t end = addr + len_bytes, stride = PRING_STACK_BYTES + PAGE;
    if (addr < pring_memory_next && end > PRING_ARENA_BASE)
        return true;
    for (uint64_t i = 0, base = PRING_STACK_BASE + PAGE; i < PRING_STACKS; i++, base += stride)
        if (addr < base + PRING_STACK_BYTES && end > base)
            return true;
    for (int i = 0; i < 2; i++)
        if (addr < memory.island[i].end && end > memory.island[i].start)
            return true;
    return false;
}

/* ---- set-up and reset ---- */

static void *map(uint64_t addr, size_t len_bytes, int protection)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *got = mmap((void *)addr, len_bytes, protection, addr ? flags | MAP_FIXED_NOREPLACE : flags, -1, 0);
    if (got != MAP_FAILED && addr && got != (void *)addr) { /* a kernel that does not know the flag */
        munmap(got, len_bytes);
        errno = EEXIST;
        got = MAP_FAILED;
    }
    return got == MAP_FAILED ? NULL : got;
}

int pring_memory_open(void)
{
    if (pring_byte_flags)
        return 0;
    size_t stride = PRING_STACK_BYTES + PAGE;
    uint8_t *flags = map(0, PRING_LOW_END, PROT_READ | PROT_WRITE);
    if (!flags || !map(PRING_REG_BASE, PRING_REG_DEVICES * PAGE, PROT_READ | PROT_WRITE) ||
        !map(PRING_ARENA_BASE, PRING_ARENA_BYTES, PROT_READ | PROT_WRITE) ||
        !map(PRING_STACK_BASE, PRING_STACKS * stride, PROT_READ | PROT_WRITE))
        return -errno;
    for (unsigned i = 0; i < PRING_STACKS; i++)
        if (mprotect((void *)(PRING_STACK_BASE + i * stride), PAGE, PROT_NONE))
            return -errno;
    memset(pring_page_class + (PRING_REG_BASE >> 12), PRING_PAGE_REG, PRING_REG_DEVICES);
    memset(pring_page_class + (PRING_ARENA_BASE >> 12), PRING_PAGE_TRACK, PRING_ARENA_BYTES >> 12);
    for (unsigned i = 0; i < PAGE; i++) {
        uint64_t h = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
        pattern[i] = pattern[i + PAGE] = (uint8_t)(h >> 56) | 1; /* odd: never 0 */
    }
    pring_poison((void *)PRING_ARENA_BASE, PRING_ARENA_BYTES);
    pring_byte_flags = flags;
    return 0;
}

void pring_memory_suspect(void)
{
    memory.suspect = true;
}

static void forget_all(void)
{
    madvise((void *)PRING_ARENA_BASE, PRING_ARENA_BYTES, MADV_DONTNEED);
    madvise(pring_byte_flags, PRING_LOW_END, MADV_DONTNEED);
    pring_poison((void *)PRING_ARENA_BASE, PRING_ARENA_BYTES);
    for (uint64_t page = 0; page < PRING_LOW_END >> 12; page++)
        if (pring_page_class[page] == PRING_PAGE_TRACK && !in_arena(page << 12))
            pring_page_class[page] = PRING_PAGE_PLAIN;
}

void pring_memory_reset(void)
{
    if (memory.suspect || memory.touched_all) {
        forget_all();
    } else {
        pring_fill((void *)PRING_ARENA_BASE, 0, pring_memory_next - PRING_ARENA_BASE);
        pring_fill(pring_byte_flags + PRING_ARENA_BASE, 0, memory.flags_end - PRING_ARENA_BASE);
        pring_poison((void *)PRING_ARENA_BASE, pring_memory_next - PRING_ARENA_BASE);
        for (uint32_t i = 0; i < memory.touched_count; i++) {
            pring_fill(pring_byte_flags + (uint64_t)touched[i] * PAGE, 0, PAGE);
            pring_page_class[touched[i]] = PRING_PAGE_PLAIN;
        }
    }
    pring_memory_next = memory.flags_end = PRING_ARENA_BASE;
    memory.object_count = memory.touched_count = 0;
    memory.suspect = memory.touched_all = false;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9fb21c651e98df25);
    return hash ^ hash >> 32;
}

/* Four lanes: the multiplications overlap. */
PRING_RAW uint64_t pring_memory_mix(uint64_t hash, const void *from, uint64_t len_bytes)
{
    const uint8_t *p = from;
    uint64_t lane[4] = {hash, ~hash, hash + 1, hash + 2}, i = 0;
    for (; i + 32 <= len_bytes; i += 32)
        for (unsigned k = 0; k < 4; k++)
            lane[k] = mix(lane[k], *(const unaligned64 *)(p + i + 8 * k));
    for (; i < len_bytes; i++)
        lane[i & 3] = mix(lane[i & 3], p[i]);
    return mix(mix(mix(mix(lane[0], lane[1]), lane[2]), lane[3]), len_bytes);
}

uint64_t pring_memory_hash(void)
{
    uint64_t hash = pring_memory_mix(1, (const void *)PRING_ARENA_BASE, pring_memory_next - PRING_ARENA_BASE);
    hash = pring_memory_mix(hash, pring_byte_flags + PRING_ARENA_BASE, memory.flags_end - PRING_ARENA_BASE);
    for (uint32_t i = 0; i < memory.touched_count; i++) {
        hash = mix(hash, touched[i]);
        hash = pring_memory_mix(hash, pring_byte_flags + (uint64_t)touched[i] * PAGE, PAGE);
    }
    return mix(hash, memory.object_count);
}
