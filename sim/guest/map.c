/* SPDX-License-Identifier: Apache-2.0 */
/* Lending the driver's own memory to the device. Under isolation=byte the device is lent a copy. */
#include "guest/guest.h"

struct map {
    uint64_t ptr, bus, len_bytes;
    uint8_t dir;
    bool live;
};
static struct map maps[GUEST_MAPS];
static uint32_t map_count; /* used entries, the last one live */

static uint8_t flags_of(int dir)
{
    return (uint8_t)((dir & PRING_TO_DEVICE ? PRING_BYTE_TO_DEVICE : 0) |
                     (dir & PRING_FROM_DEVICE ? PRING_BYTE_FROM_DEVICE : 0));
}

void guest_map_reset(void)
{
    map_count = 0;
}

uint64_t guest_map_hash(void)
{
    uint64_t hash = map_count;
    for (uint32_t i = 0; i < map_count; i++)
        hash = hash * 31 + (maps[i].live ? maps[i].bus + maps[i].len_bytes + maps[i].dir : 0);
    return hash;
}

static struct map *new_map(void)
{
    for (uint32_t i = 0; i < map_count; i++)
        if (!maps[i].live)
            return &maps[i];
    return map_count < GUEST_MAPS ? &maps[map_count++] : NULL;
}

static void drop(struct map *map)
{
    map->live = false;
    guest.platform.maps--;
    while (map_count && !maps[map_count - 1].live)
        map_count--;
}

/* The mapping that was made so; else one that begins there; else NULL. */
static struct map *find(uint64_t bus, uint64_t len_bytes, int dir)
{
    struct map *close = NULL;
    for (uint32_t i = 0; i < map_count; i++) {
        struct map *map = &maps[i];
        if (!map->live || map->bus != bus)
            continue;
        if (map->len_bytes == len_bytes && map->dir == dir)
            return map;
        close = map;
    }
    return close;
}

/* ---- bounce buffers ---- */

/* Data and what is known of its bytes: who wrote them. */
static void copy_over(uint64_t to, uint64_t from, uint64_t len_bytes)
{
    pring_copy((void *)to, (const void *)from, len_bytes);
    if (pring_page_class[from >> 12] != PRING_PAGE_TRACK && pring_page_class[to >> 12] != PRING_PAGE_TRACK)
        return;
    bool known = pring_page_class[from >> 12] == PRING_PAGE_TRACK; /* else nobody watched: taken as written */
    enum { WHO = PRING_BYTE_WRITTEN | PRING_BYTE_DEVICE };
    for (uint64_t i = 0; i < len_bytes; i++) {
        uint8_t who = known ? pring_byte_flags[from + i] & WHO : PRING_BYTE_WRITTEN;
        pring_byte_flags[to + i] = (uint8_t)((pring_byte_flags[to + i] & ~WHO) | who);
    }
}

static uint64_t make_bounce(uint64_t ptr, uint64_t len_bytes)
{
    void *bounce = pring_memory_alloc(len_bytes, 16, false);
    if (!bounce)
        return 0;
    pring_memory_object(bounce)->kind = PRING_OBJECT_BENCH;
    copy_over((uintptr_t)bounce, ptr,
              len_bytes); /* whole, whatever the direction: as real bounce buffers do */
    return (uintptr_t)bounce;
}

/* The driver's copy takes over what the device wrote; its pages are watched from then on. */
static void bring_back(const struct map *map, uint64_t offset, uint64_t len_bytes)
{
    pring_bytes_set(map->ptr + offset, len_bytes, PRING_BYTE_WRITTEN);
    copy_over(map->ptr + offset, map->bus + offset, len_bytes);
}

/* ---- guest calls ---- */

int pring_dma_map(void *ptr, size_t len_bytes, enum pring_dir dir, uint64_t *bus)
{
    uint64_t pc = GUEST_PC, addr = (uintptr_t)ptr, at = addr;
    guest_enter();
    bool bad =
        !len_bytes || dir < PRING_TO_DEVICE || dir > PRING_BOTH || !pring_memory_exists(addr, len_bytes);
    if (!bad)
        guest_check_range(ptr, len_bytes, dir & PRING_FROM_DEVICE, pc);
    bool refused = bad || pring_wire_refuses(PRING_F_CALL_MAP, pc);
    struct map *map = refused ? NULL : new_map();
    if (map && guest.isolation == PRING_ISOLATION_BYTE && !(at = make_bounce(addr, len_bytes)))
        map = NULL;
    if (map) {
        *map =
            (struct map){.ptr = addr, .bus = at, .len_bytes = len_bytes, .dir = (uint8_t)dir, .live = true};
        guest.platform.maps++;
        if (pring_page_class[at >> 12] != PRING_PAGE_TRACK) /* nobody watched it so far: taken as written */
            pring_bytes_set(at, len_bytes, PRING_BYTE_WRITTEN);
        pring_bytes_set(at, len_bytes, flags_of(dir));
    }
    guest_tell_call(PRING_CALL_MAP, !map, bad, at, len_bytes, (int)dir, pc);
    if (bus && map)
        guest_give_u64(bus, at, pc);
    guest_leave();
    return map ? 0 : -1;
}

/* Coherent memory and other mappings of the same bytes stay as they are. */
static void restore_flags(uint64_t from, uint64_t len_bytes)
{
    pring_bytes_clear(from, len_bytes, PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE);
    for (uint32_t i = 0; i < map_count; i++) {
        const struct map *map = &maps[i];
        uint64_t start = map->bus > from ? map->bus : from;
        uint64_t end =
            map->bus + map->len_bytes < from + len_bytes ? map->bus + map->len_bytes : from + len_bytes;
        if (map->live && start < end)
            pring_bytes_set(start, end - start, flags_of(map->dir));
    }
    const struct pring_object *object = pring_memory_object_below(from);
    if (object && object->live && object->kind == PRING_OBJECT_DMA &&
        from + len_bytes <= object->start + object->len_bytes)
        pring_bytes_set(from, len_bytes, PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE);
}

void pring_dma_unmap(uint64_t bus, size_t len_bytes, enum pring_dir dir)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    struct map *map = find(bus, len_bytes, (int)dir);
    bool bad = !map || map->len_bytes != len_bytes || map->dir != dir;
    guest_tell_call(PRING_CALL_UNMAP, false, bad, bus, len_bytes, (int)dir, pc);
    if (map) {
        struct map gone = *map;
        drop(map);
        restore_flags(gone.bus, gone.len_bytes);
        if (gone.bus != gone.ptr) {
            if (gone.dir & PRING_FROM_DEVICE && pring_memory_exists(gone.ptr, gone.len_bytes))
                bring_back(&gone, 0, gone.len_bytes);
            pring_memory_free((void *)gone.bus);
        }
    }
    guest_leave();
}

void pring_dma_sync(uint64_t bus, size_t len_bytes, int for_device)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    const struct map *map = NULL;
    for (uint32_t i = 0; i < map_count && !map; i++)
        if (maps[i].live && bus >= maps[i].bus && bus + len_bytes <= maps[i].bus + maps[i].len_bytes)
            map = &maps[i];
    guest_tell_call(PRING_CALL_SYNC, false, !map, bus, len_bytes,
                    for_device ? PRING_TO_DEVICE : PRING_FROM_DEVICE, pc);
    if (map && map->bus != map->ptr && pring_memory_exists(map->ptr, map->len_bytes)) {
        uint64_t offset = bus - map->bus;
        if (for_device)
            copy_over(bus, map->ptr + offset, len_bytes);
        else
            bring_back(map, offset, len_bytes);
    }
    guest_leave();
}

uint64_t pring_to_bus(const void *ptr)
{
    guest_enter_idly();
    uint64_t addr = (uintptr_t)ptr;
    for (uint32_t i = 0; i < map_count; i++)
        if (maps[i].live && addr >= maps[i].ptr && addr < maps[i].ptr + maps[i].len_bytes)
            return maps[i].bus + (addr - maps[i].ptr);
    return pring_memory_exists(addr, 1) ? addr : 0;
}

void *pring_to_ptr(uint64_t bus)
{
    guest_enter_idly();
    for (uint32_t i = 0; i < map_count; i++)
        if (maps[i].live && bus >= maps[i].bus && bus < maps[i].bus + maps[i].len_bytes)
            return (void *)(maps[i].ptr + (bus - maps[i].bus));
    return pring_memory_exists(bus, 1) ? (void *)bus : NULL;
}
