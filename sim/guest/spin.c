/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loops that wait for a word which no access to device or rings will change: `while (!done);` with a flag in
 * static data or on the heap that an interrupt handler sets. Nothing crosses the wire there, so time would
 * stand still.
 *
 * When a while has passed without any event, the hooks look at each access. A load that meets the same word
 * at the same code address with the same value is a turn of a spin: time passes and interrupts are taken. A
 * loop that goes on to new places is a computation, not a spin.
 */
#include "guest/guest.h"

enum {
    KEYS = 256,      /* power of two */
    PLACES_MAX = 96, /* a loop over more (code address, word) pairs is taken for a computation */
    REGS = 64,
};

struct place { /* two to a cache line */
    _Alignas(32) uint64_t pc;
    uint64_t addr, value;
    uint32_t generation;
    uint16_t turns; /* at most GUEST_SAME_MAX */
    uint16_t fresh; /* places known at the last visit */
};

static struct place places[KEYS];
static struct place regs[REGS];
static uint32_t generation = 1, call = 1;
static unsigned fresh;

void guest_spin_reset(void)
{
    call++;
}

void guest_spin_begin(void)
{
    generation++;
    fresh = 0;
}

static unsigned slot_of(uint64_t pc, uint64_t addr)
{
    return (unsigned)((pc ^ addr * 31) * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

/* NULL: no room, or too many. */
static struct place *find(uint64_t pc, uint64_t addr, bool *is_new)
{
    for (unsigned i = 0, slot = slot_of(pc, addr); i < KEYS; i++) {
        struct place *place = &places[(slot + i) % KEYS];
        if (place->generation != generation) {
            *place = (struct place){.pc = pc, .addr = addr, .generation = generation};
            *is_new = true;
            return ++fresh > PLACES_MAX ? NULL : place;
        }
        if (place->pc == pc && place->addr == addr) {
            *is_new = false;
            return place;
        }
    }
    return NULL;
}

bool guest_spin_look(uint64_t addr, uint32_t len_bytes, bool is_store, uint64_t pc)
{
    if (addr < PRING_LOW_END) {
        uint8_t class = pring_page_class[addr >> 12];
        if (class == PRING_PAGE_REG || (class == PRING_PAGE_TRACK &&
                                        pring_byte_flags[addr] & (PRING_BYTE_RING | PRING_BYTE_FROM_DEVICE)))
            return true; /* the wire keeps these */
    }
    bool is_new;
    struct place *place = find(pc, addr, &is_new);
    if (!place)
        return false;
    if (is_store || !pring_memory_exists(addr, len_bytes)) /* constants never change */
        return true;
    uint64_t value = guest_peek(addr, len_bytes);
    bool same = !is_new && value == place->value && place->fresh == fresh;
    place->value = value;
    place->fresh = (uint16_t)fresh;
    if (!same) {
        place->turns = 0;
        return true;
    }
    if (place->turns >= GUEST_SAME_MAX)
        guest_stall(PRING_STALL_BUSY);
    pring_wire_spin(place->turns++);
    guest_take_irq();
    guest_check_stop();
    return true;
}

/* Registers: as above, but a driver call long. NULL: too many to tell. */
static struct place *find_reg(uint64_t pc, uint64_t reg)
{
    for (unsigned i = 0, slot = slot_of(pc, reg); i < REGS; i++) {
        struct place *place = &regs[(slot + i) % REGS];
        if (place->generation != call)
            *place = (struct place){.pc = pc, .addr = reg, .generation = call, .fresh = 1};
        if (place->pc == pc && place->addr == reg)
            return place;
    }
    return NULL;
}

void guest_same_value(uint64_t pc, uint64_t reg, uint64_t value)
{
    struct place *place = find_reg(pc, reg);
    if (!place || place->fresh || place->value != value) {
        guest.progress++;
        if (place)
            *place = (struct place){.pc = pc, .addr = reg, .value = value, .generation = call};
    } else if (++place->turns >= GUEST_SAME_MAX) {
        guest_stall(PRING_STALL_BUSY);
    }
}
