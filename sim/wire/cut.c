/* SPDX-License-Identifier: Apache-2.0 */
/* Driver loads and stores of shared memory, cut into ring fields. One access may cover up to eight fields. */
#include <string.h>

#include "wire/wire_state.h"

enum {
    CUT_MAX = 8,
    SHARED = PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE | PRING_BYTE_RING | PRING_BYTE_POSTED
};

struct piece { /* a field that an access touches */
    uint64_t addr;
    uint16_t index;
    uint8_t field, bytes, queue;
};

static void add(struct piece *pieces, uint32_t *count, unsigned q, unsigned field, uint64_t addr,
                uint32_t index)
{
    if (*count < CUT_MAX)
        pieces[(*count)++] = (struct piece){addr, (uint16_t)index, (uint8_t)field,
                                            (uint8_t)(pring_field_info[field].bits / 8), (uint8_t)q};
}

static void cut_desc(struct piece *pieces, uint32_t *count, unsigned q, uint64_t from, uint64_t to)
{
    static const uint8_t fields[] = {PRING_F_DESC_ADDR, PRING_F_DESC_LEN, PRING_F_DESC_FLAGS,
                                     PRING_F_DESC_NEXT};
    static const uint8_t start[] = {0, 8, 12, 14, 16};
    unsigned shift = wire_obs(q)->desc_shift;
    for (uint64_t at = from & ~UINT64_C(15); at < to; at += 16)
        for (unsigned i = 0; i < 4; i++)
            if (at + start[i] < to && at + start[i + 1] > from)
                add(pieces, count, q, fields[i] + shift, wire_obs(q)->desc + at + start[i],
                    (uint32_t)(at / 16));
}

static void cut_avail(struct piece *pieces, uint32_t *count, unsigned q, uint64_t from, uint64_t to)
{
    const struct pring_observed_queue *o = wire_obs(q);
    for (uint64_t at = from & ~UINT64_C(1); at < to; at += 2) {
        unsigned field = at == 0 ? PRING_F_AVAIL_FLAGS : at == 2 ? PRING_F_AVAIL_IDX : PRING_F_AVAIL_RING;
        uint32_t slot = at < 4 ? 0 : (uint32_t)(at - 4) / 2;
        if (at >= 4 && slot == o->size) {
            field = PRING_F_AVAIL_USED_EVENT;
            slot = 0;
        }
        add(pieces, count, q, field + o->desc_shift, o->driver + at, slot);
    }
}

static void cut_used(struct piece *pieces, uint32_t *count, unsigned q, uint64_t from, uint64_t to)
{
    const struct pring_observed_queue *o = wire_obs(q);
    uint64_t end = 4 + 8 * (uint64_t)o->size;
    for (uint64_t at = from & ~UINT64_C(1); at < to;) {
        if (at < 4 || at >= end) {
            unsigned field = at == 0   ? PRING_F_USED_FLAGS
                             : at == 2 ? PRING_F_USED_IDX
                                       : PRING_F_USED_AVAIL_EVENT;
            add(pieces, count, q, field + o->used_shift, o->device + at, 0);
            at += 2;
            continue;
        }
        uint64_t word = at & ~UINT64_C(3);
        bool is_id = (word & 4) != 0; /* elements start at 4 */
        add(pieces, count, q, is_id ? PRING_F_USED_ID : PRING_F_USED_LEN, o->device + word,
            (uint32_t)((word - 4) / 8));
        at = word + 4;
    }
}

/* The part of [addr, addr+len) that lies in [base, base+size), counted from base; false: none. */
static inline bool reaches(uint64_t addr, uint32_t len, uint64_t base, uint64_t size, uint64_t *from,
                           uint64_t *to)
{
    if (addr >= base + size || addr + len <= base)
        return false;
    *from = addr > base ? addr - base : 0;
    *to = addr + len - base < size ? addr + len - base : size;
    return true;
}

static uint32_t cut(uint64_t addr, uint32_t len, struct piece *pieces)
{
    uint32_t count = 0;
    for (unsigned q = 0; wire.ready_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        if (!(wire.ready_mask >> q & 1))
            continue;
        uint64_t from, to;
        if (reaches(addr, len, o->desc, 16 * (uint64_t)o->size, &from, &to))
            cut_desc(pieces, &count, q, from, to);
        if (reaches(addr, len, o->driver, o->driver_bytes, &from, &to))
            cut_avail(pieces, &count, q, from, to);
        if (reaches(addr, len, o->device, o->device_bytes, &from, &to))
            cut_used(pieces, &count, q, from, to);
    }
    return count;
}

/* ---- one whole field: nearly every access ---- */

enum { DESC_BYTES = 16 };
static const struct {
    uint8_t field, bytes;
} desc_at[DESC_BYTES] = {[0] = {PRING_F_DESC_ADDR, 8},
                         [8] = {PRING_F_DESC_LEN, 4},
                         [12] = {PRING_F_DESC_FLAGS, 2},
                         [14] = {PRING_F_DESC_NEXT, 2}};

/* The same offsets have other labels in a packed ring, all as far behind. */
_Static_assert(PRING_F_PACKED_ADDR - PRING_F_DESC_ADDR == WIRE_PACKED_DESC_SHIFT &&
                   PRING_F_PACKED_LEN - PRING_F_DESC_LEN == WIRE_PACKED_DESC_SHIFT &&
                   PRING_F_PACKED_ID - PRING_F_DESC_FLAGS == WIRE_PACKED_DESC_SHIFT &&
                   PRING_F_PACKED_FLAGS - PRING_F_DESC_NEXT == WIRE_PACKED_DESC_SHIFT &&
                   PRING_F_EVENT_OFF_WRAP - PRING_F_AVAIL_FLAGS == WIRE_PACKED_DESC_SHIFT &&
                   PRING_F_EVENT_FLAGS - PRING_F_AVAIL_IDX == WIRE_PACKED_DESC_SHIFT &&
                   PRING_F_EVENT_OFF_WRAP - PRING_F_USED_FLAGS == WIRE_PACKED_USED_SHIFT &&
                   PRING_F_EVENT_FLAGS - PRING_F_USED_IDX == WIRE_PACKED_USED_SHIFT,
               "labels of packed rings");

static inline bool one_avail(const struct pring_observed_queue *o, uint64_t at, uint32_t len,
                             struct piece *piece)
{
    uint32_t slot = (uint32_t)(at - 4) / 2;
    if (len != 2 || (at & 1))
        return false;
    piece->field = at == 0           ? PRING_F_AVAIL_FLAGS
                   : at == 2         ? PRING_F_AVAIL_IDX
                   : slot == o->size ? PRING_F_AVAIL_USED_EVENT
                                     : PRING_F_AVAIL_RING;
    piece->index = piece->field == PRING_F_AVAIL_RING ? (uint16_t)slot : 0;
    piece->field = (uint8_t)(piece->field + o->desc_shift);
    return true;
}

static inline bool one_used(const struct pring_observed_queue *o, uint64_t at, uint32_t len,
                            struct piece *piece)
{
    bool is_element = at - 4 < 8 * (uint64_t)o->size;
    if (len != (is_element ? 4 : 2) || (at & (len - 1)))
        return false;
    piece->index = is_element ? (uint16_t)((at - 4) / 8) : 0;
    piece->field = is_element ? (at & 4 ? PRING_F_USED_ID : PRING_F_USED_LEN)
                   : at == 0  ? PRING_F_USED_FLAGS
                   : at == 2  ? PRING_F_USED_IDX
                              : PRING_F_USED_AVAIL_EVENT;
    piece->field = (uint8_t)(piece->field + o->used_shift);
    return true;
}

/* False: it has to be cut. */
static inline bool one_field(uint64_t addr, uint32_t len, struct piece *piece)
{
    for (unsigned q = 0; wire.rings_apart && wire.ready_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        if (!(wire.ready_mask >> q & 1))
            continue;
        piece->addr = addr;
        piece->queue = (uint8_t)q;
        piece->bytes = (uint8_t)len;
        uint64_t at = addr - o->desc;
        if (at < DESC_BYTES * (uint64_t)o->size) {
            piece->field = (uint8_t)(desc_at[at % DESC_BYTES].field + o->desc_shift);
            piece->index = (uint16_t)(at / DESC_BYTES);
            return desc_at[at % DESC_BYTES].bytes == len;
        }
        if (addr - o->driver < o->driver_bytes)
            return one_avail(o, addr - o->driver, len, piece);
        if (addr - o->device < o->device_bytes)
            return one_used(o, addr - o->device, len, piece);
    }
    return false;
}

/* ---- loads ---- */

/* The record of a word at a code address: as it was, or a fresh one. Where the code lies must not matter, so
 * records that meet in the table do not push each other out. NULL: a loop over that many places is no spin.
 */
struct spin_key *wire_spin_key(uint64_t addr, uint64_t pc)
{
    unsigned start = (unsigned)(pc ^ addr >> 2 ^ pc >> 7);
    for (unsigned i = 0; i < WIRE_SPIN_KEYS; i++) {
        struct spin_key *key = &wire.spin[(start + i) & (WIRE_SPIN_KEYS - 1)];
        if (key->epoch != wire.epoch) /* of before something was done: free */
            *key = (struct spin_key){.pc = pc, .addr = addr, .epoch = wire.epoch};
        if (key->pc == pc && key->addr == addr)
            return key;
    }
    return NULL;
}

/* A load of the same word at the same code address with the same value, and nothing done in between: a turn
 * of a spin. */
static bool is_spin(uint64_t addr, uint32_t len, uint64_t pc)
{
    struct spin_key *key = wire_spin_key(addr, pc);
    uint64_t value = wire_peek(addr, len > 8 ? 8 : len);
    if (!key)
        return false;
    if (!key->loads++ || key->value != value) {
        key->value = value;
        key->loads = 1;
        return false;
    }
    if (key->loads > WIRE_SPIN_TURNS_MAX + 1) {
        struct pring_event event = wire_event(PRING_EV_STALL, PRING_F_USED_IDX);
        event.made = PRING_STALL_BUSY;
        event.addr = addr;
        event.pc = pc;
        wire_emit(&event);
        pring_stop(PRING_STOP_BUSY);
    }
    pring_wire_spin(key->loads - 2);
    return true;
}

static void tell_load(const struct piece *piece, uint64_t made, uint64_t seen, uint64_t pc)
{
    if (!wire_is_heard(PRING_EV_LOAD, piece->field)) {
        wire_count_at(piece->field, pc);
        wire_mix_event(PRING_EV_LOAD, piece->field, piece->index, seen);
        return;
    }
    struct pring_event event = wire_event(PRING_EV_LOAD, piece->field);
    event.queue = piece->queue;
    event.index = piece->index;
    event.addr = piece->addr;
    event.len_bytes = piece->bytes;
    event.raw = event.made = made;
    event.seen = seen;
    event.pc = pc;
    wire_emit(&event);
}

/* The driver takes this chain for returned, whatever made it so; in order, with all in front of it. */
static void believe_id(unsigned q, uint32_t id)
{
    if (wire_in_order())
        (void)wire_return_up_to(q, id);
    else
        wire_return(q, id);
}

/* What a driver learns from a packed ring: flags that say used, and then the id beside them. */
static void load_packed(const struct piece *piece, uint64_t seen)
{
    if (piece->field == PRING_F_PACKED_FLAGS) {
        if (wire.watch_count)
            wire_met_order();
        wire_packed_cover(piece->queue, piece->index);
    } else if (piece->field == PRING_F_PACKED_ID && piece->index == wire_obs(piece->queue)->looked_place) {
        believe_id(piece->queue, (uint32_t)seen);
    }
}

static void load_field(const struct piece *piece, uint64_t pc)
{
    uint64_t made = wire_peek(piece->addr, piece->bytes), seen = made;
    struct pring_observed_queue *o = wire_obs(piece->queue);
    if (wire_is_armed(piece->field)) {
        wire.at_index = piece->index;
        wire_act_at(piece->field, PRING_SIDE_LOAD, piece->queue, made);
        wire.at_index = UINT16_MAX;
        seen = wire_peek(piece->addr, piece->bytes);
    }
    tell_load(piece, made, seen, pc);
    wire.last_value[piece->field] = seen;
    if (wire.watch_count)
        wire_met(piece->addr, piece->bytes);
    if (piece->field == PRING_F_USED_IDX) {
        o->used_idx_seen = (uint16_t)seen;
        if (wire.watch_count)
            wire_met_order();
        wire_cover(piece->queue, (uint16_t)seen);
    } else if (piece->field == PRING_F_USED_ID) {
        believe_id(piece->queue, (uint32_t)seen);
    } else if (o->packed) {
        load_packed(piece, seen);
    }
}

static pring_listener payload_listener;

void pring_wire_listen_payload(pring_listener listener)
{
    payload_listener = listener;
}

static void tell_payload(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    struct pring_event event = wire_event(PRING_EV_LOAD, PRING_F_DATA_IN);
    event.addr = addr;
    event.len_bytes = len_bytes;
    event.pc = pc;
    payload_listener(&event);
}

/* Told apart from events: no judge asks for them, and there are many. */
void pring_wire_payload(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    if (payload_listener)
        tell_payload(addr, len_bytes, pc);
    wire_header_met(addr, len_bytes);
    wire_met(addr, len_bytes);
}

bool pring_wire_load(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    struct piece pieces[CUT_MAX];
    uint8_t flags = pring_byte_flags[addr] | pring_byte_flags[addr + len_bytes - 1];
    if (!(flags & SHARED) || wire.finished)
        return false;
    uint32_t count = !(flags & PRING_BYTE_RING)           ? 0
                     : one_field(addr, len_bytes, pieces) ? 1
                                                          : cut(addr, len_bytes, pieces);
    bool spun = false;
    /* Words that the device may write are looked at again and again; a release point each. */
    if (count ? pring_field_info[pieces[0].field].group - PRING_GROUP_USED <= 1U /* or packed */
              : flags & PRING_BYTE_FROM_DEVICE) {
        spun = is_spin(addr, len_bytes, pc);
        if (!spun && count)
            wire_release();
    }
    wire.attention = spun;
    for (uint32_t i = 0; i < count; i++)
        load_field(&pieces[i], pc);
    if (!count && flags & PRING_BYTE_DEVICE)
        pring_wire_payload(addr, len_bytes, pc);
    if (!count && wire.watch_count)
        wire_met(addr, len_bytes);
    return wire.attention;
}

/* ---- stores ---- */

static uint64_t whole_field(const uint8_t *from, uint32_t len)
{
    uint64_t value = 0;
    switch (len) { /* sizes that the compiler knows: no calls */
    case 2:
        memcpy(&value, from, 2);
        break;
    case 4:
        memcpy(&value, from, 4);
        break;
    default:
        memcpy(&value, from, 8);
    }
    return value;
}

static uint64_t before_of(const struct piece *piece, uint64_t addr, uint32_t len, const uint8_t *before)
{
    if (before && piece->addr == addr && piece->bytes == len)
        return whole_field(before, len);
    uint64_t value = wire_peek(piece->addr, piece->bytes);
    for (unsigned i = 0; before && i < piece->bytes; i++) {
        uint64_t at = piece->addr + i - addr;
        if (at < len)
            value = (value & ~(UINT64_C(0xff) << (8 * i))) | (uint64_t)before[at] << (8 * i);
    }
    return value;
}

static void tell_store(const struct piece *piece, uint64_t value, uint64_t raw, uint64_t pc)
{
    struct pring_event event = wire_event(PRING_EV_STORE, piece->field);
    event.queue = piece->queue;
    event.index = piece->index;
    event.addr = piece->addr;
    event.len_bytes = piece->bytes;
    event.raw = raw;
    event.made = event.seen = value;
    event.pc = pc;
    wire_emit(&event);
}

static void store_field(const struct piece *piece, uint64_t addr, uint32_t len, const uint8_t *before,
                        uint64_t pc)
{
    uint64_t value = wire_peek(piece->addr, piece->bytes);
    if (wire_is_heard(PRING_EV_STORE, piece->field))
        tell_store(piece, value, before_of(piece, addr, len, before), pc);
    else
        wire_count_at(piece->field, pc);
    wire.last_value[piece->field] = value;
    if (piece->field == PRING_F_AVAIL_IDX)
        wire_lend(piece->queue, (uint16_t)value);
    else if (piece->field == PRING_F_PACKED_FLAGS)
        wire_packed_lend(piece->queue, piece->index);
    if (wire_is_armed(piece->field)) {
        wire.at_index = piece->index;
        wire_act_at(piece->field, PRING_SIDE_STORE, piece->queue, value);
        wire.at_index = UINT16_MAX;
    }
}

static void touch(uint64_t addr, uint32_t len, uint64_t pc)
{
    struct pring_event event = wire_event(PRING_EV_TOUCH, PRING_F_DATA_OUT);
    if (pring_bytes_any(addr, len, PRING_BYTE_POSTED_W))
        event.field = PRING_F_DATA_IN;
    event.addr = addr;
    event.len_bytes = len;
    event.pc = pc;
    wire_emit(&event);
}

static void touch_desc(const struct piece *piece, uint64_t pc)
{
    const struct pring_observed_queue *o = wire_obs(piece->queue);
    bool is_lent = pring_field_info[piece->field].group == PRING_GROUP_DESC ? o->lent_head[piece->index] != 0
                   : piece->field >= PRING_F_PACKED_ADDR && piece->field <= PRING_F_PACKED_FLAGS
                       ? pring_place_is_lent(o, piece->index)
                       : false;
    if (!is_lent)
        return;
    struct pring_event event = wire_event(PRING_EV_TOUCH, piece->field);
    event.queue = piece->queue;
    event.index = piece->index;
    event.addr = piece->addr;
    event.len_bytes = piece->bytes;
    event.pc = pc;
    wire_emit(&event);
}

static void store_some(uint64_t addr, uint32_t len, const uint8_t *before, uint64_t pc)
{
    struct piece pieces[CUT_MAX];
    uint8_t flags = pring_byte_flags[addr] | pring_byte_flags[addr + len - 1];
    if (!(flags & SHARED))
        return;
    wire.epoch++;
    uint32_t count = !(flags & PRING_BYTE_RING)     ? 0
                     : one_field(addr, len, pieces) ? 1
                                                    : cut(addr, len, pieces);
    for (uint32_t i = 0; i < count; i++) {
        touch_desc(&pieces[i], pc);
        store_field(&pieces[i], addr, len, before, pc);
    }
    if (!count && (flags & PRING_BYTE_POSTED))
        touch(addr, len, pc);
}

bool pring_wire_store(uint64_t addr, uint32_t len_bytes, const uint8_t *before, uint64_t pc)
{
    if (wire.finished)
        return false;
    wire.attention = false;
    if (len_bytes <= 16) {
        store_some(addr, len_bytes, before, pc);
        return wire.attention;
    }
    if (!pring_bytes_any(addr, len_bytes, SHARED))
        return false;
    for (uint32_t i = 0; i < len_bytes; i += 8) /* a block: in words, as the bus would */
        store_some(addr + i, len_bytes - i < 8 ? len_bytes - i : 8, NULL, pc);
    return wire.attention;
}
