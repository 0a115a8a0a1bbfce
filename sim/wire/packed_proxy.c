/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy of packed rings. The device has a copy of the ring: what is gated is copied into it, completions
 * are walked out of it, and published at the proxy's own place. The two sides' places differ once something
 * is withheld, so they are never copied across. */
#include <string.h>

#include "wire/wire_state.h"

enum { EVENT_DISABLE = 1, EVENT_AT = 2 }; /* [2.8.10] */

static uint32_t copy_word(const struct packed_side *p, uint32_t place, uint32_t offset, uint32_t bytes)
{
    uint32_t value = 0;
    memcpy(&value, p->copy + PACKED_BYTES * place + offset, bytes);
    return value;
}

static void step(uint32_t size, uint16_t *place, bool *wrap, uint32_t places)
{
    uint32_t next = *place + places;
    if (next >= size) {
        next -= size;
        *wrap = !*wrap;
    }
    *place = (uint16_t)next;
}

/* Nothing in it is available or used, whatever stood there before. */
void wire_packed_on(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct packed_side *p = &wire.queue[q].packed;
    uint32_t bytes = PACKED_BYTES * o->size;
    memset(p, 0, offsetof(struct packed_side, out_places));
    p->gate_wrap = p->dev_wrap = p->pub_wrap = true;
    p->event = PACKED_WRAP;
    memset(p->shown_places, 0, o->size * sizeof p->shown_places[0]);
    memset(p->stored, true, o->size * sizeof p->stored[0]);
    if (pring_memory_exists(o->desc, bytes))
        pring_copy(p->copy, (const void *)(uintptr_t)o->desc, bytes);
    else
        memset(p->copy, 0, bytes);
    for (uint32_t i = 0; i < o->size; i++)
        memset(p->copy + PACKED_BYTES * i + 14, 0, 2);
    wire.packed_mask |= 1U << q;
    wire_packed_lend(q, 0); /* buffers may be there already [3.1.1, step 7] */
}

/* ---- the gate ---- */

static void copy_places(unsigned q, uint32_t places)
{
    const struct pring_observed_queue *o = wire_obs(q);
    struct packed_side *p = &wire.queue[q].packed;
    uint32_t place = p->gate_place;
    for (uint32_t i = 0; i < places; i++) {
        for (uint32_t at = 0; at < PACKED_BYTES; at += 8) {
            uint64_t word = wire_peek(o->desc + PACKED_BYTES * (uint64_t)place + at, 8);
            memcpy(p->copy + PACKED_BYTES * place + at, &word, 8);
        }
        place = place + 1 < o->size ? place + 1 : 0;
    }
}

/* As the device will find it: does the chain write over a ready ring, or is it larger than any request? */
static bool is_hopeless(uint64_t addr, uint32_t len, uint32_t flags, uint64_t *total)
{
    *total += len;
    return *total > WIRE_CHAIN_BYTES_MAX || (flags & PRING_DESC_WRITE && wire_over_a_ring(addr, len));
}

static bool is_table_hopeless(uint64_t addr, uint32_t len)
{
    uint64_t total = 0;
    for (uint32_t at = 0; at + PACKED_BYTES <= len && at < PACKED_BYTES * PRING_QUEUE_SIZE_MAX;
         at += PACKED_BYTES) {
        uint64_t rest = wire_peek(addr + at + 8, 8);
        if (is_hopeless(wire_peek(addr + at, 8), (uint32_t)rest, (uint32_t)(rest >> 48), &total))
            return true;
    }
    return false;
}

static void check_place(const struct packed_side *p, uint32_t place, uint64_t *total)
{
    uint64_t addr;
    uint32_t len = copy_word(p, place, 8, 4), flags = copy_word(p, place, 14, 2);
    memcpy(&addr, p->copy + PACKED_BYTES * place, 8);
    if (flags & PRING_DESC_INDIRECT && wire.obs.features_written >> 28 & 1
            ? is_table_hopeless(addr, len)
            : is_hopeless(addr, len, flags, total))
        pring_stop(PRING_STOP_OVERLAP);
}

/* Takes one chain out of the copy, at most `left` places of it; returns how many. */
static uint32_t gate_chain(unsigned q, uint32_t place, uint32_t left)
{
    struct proxy_queue *p = &wire.queue[q];
    uint32_t size = wire_obs(q)->size, places = 0, flags, id;
    uint64_t total = 0;
    do {
        check_place(&p->packed, place, &total);
        flags = copy_word(&p->packed, place, 14, 2);
        id = copy_word(&p->packed, place, 12, 2);
        place = place + 1 < size ? place + 1 : 0;
    } while (++places < left && flags & PRING_DESC_NEXT);
    if (p->out_count < PRING_QUEUE_SIZE_MAX) {
        p->packed.out_places[p->out_count] = (uint16_t)places;
        p->out[p->out_count++] = (uint16_t)id;
    }
    struct pring_chain *chain = wire_chain_of(q, id);
    if (chain && chain->state == PRING_CHAIN_LENT)
        chain->state = PRING_CHAIN_GATED;
    return places;
}

/* Places from the gate to what the driver has made available; all, if it has gone round. */
static uint32_t behind_gate(const struct pring_observed_queue *o, const struct packed_side *p)
{
    if (o->avail_wrap == p->gate_wrap)
        return o->avail_place >= p->gate_place ? o->avail_place - (uint32_t)p->gate_place : 0;
    return o->avail_place + o->size - p->gate_place;
}

void wire_packed_kick(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct packed_side *p = &wire.queue[q].packed;
    uint32_t left = behind_gate(o, p);
    if (left > o->size)
        left = o->size; /* nonsense: a monitor says so */
    copy_places(q, left);
    for (uint32_t place = p->gate_place; left;) {
        uint32_t places = gate_chain(q, place, left);
        left -= places;
        place = place + places < o->size ? place + places : place + places - o->size;
    }
    p->gate_place = o->avail_place;
    p->gate_wrap = o->avail_wrap;
    o->gate = o->avail_idx;
}

/* ---- what the device made ---- */

bool wire_packed_made(unsigned q)
{
    const struct packed_side *p = &wire.queue[q].packed;
    uint32_t flags = copy_word(p, p->dev_place, 14, 2) & (PACKED_AVAIL | PACKED_USED);
    return flags == (p->dev_wrap ? PACKED_AVAIL | PACKED_USED : 0);
}

static uint32_t position_of(const struct proxy_queue *p, uint32_t id)
{
    uint32_t i = 0;
    while (i < p->out_count && p->out[i] != id)
        i++;
    return i;
}

/* The completion that is due at the device's cursor, which moves behind it. */
static struct completion take(struct proxy_queue *p, uint32_t size, uint32_t position, uint32_t id,
                              uint32_t len, bool writes)
{
    struct packed_side *side = &p->packed;
    uint16_t places = position < p->out_count ? side->out_places[position] : 1;
    struct completion c = {.id = id,
                           .len = len,
                           .made_id = id,
                           .made_len = len,
                           .places = places,
                           .flags = writes ? PRING_DESC_WRITE : 0,
                           .at = (uint16_t)(side->dev_place | (side->dev_wrap ? PACKED_WRAP : 0))};
    step(size, &side->dev_place, &side->dev_wrap, places);
    return c;
}

/* IN_ORDER: a used descriptor that names a chain further on stands for all in front of it as well, and those
 * count as used to the end. Puts them into found[n..]; returns how many [2.8.9]. */
static uint32_t expand_batch(unsigned q, uint32_t position, struct completion *found, uint32_t n)
{
    struct proxy_queue *p = &wire.queue[q];
    if (position == p->out_count || position <= n)
        return 0;
    for (uint32_t k = n; k < position; k++) {
        const struct pring_chain *chain = wire_chain_of(q, p->out[k]);
        uint64_t bytes = chain ? chain->writable_bytes : 0;
        uint32_t len = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
        found[k] = take(p, wire_obs(q)->size, k, p->out[k], len, len != 0);
    }
    return position - n;
}

/* len counts even without WRITE: there are devices that never set it. */
uint32_t wire_packed_collect(unsigned q, struct completion *found)
{
    struct proxy_queue *p = &wire.queue[q];
    uint32_t size = wire_obs(q)->size, n = 0;
    for (; wire_packed_made(q) && n < size; n++) {
        uint32_t place = p->packed.dev_place, id = copy_word(&p->packed, place, 12, 2);
        uint32_t len = copy_word(&p->packed, place, 8, 4), position = position_of(p, id);
        bool writes = copy_word(&p->packed, place, 14, 2) & PRING_DESC_WRITE;
        if (wire_in_order())
            n += expand_batch(q, position, found, n);
        found[n] = take(p, size, position, id, len, writes);
    }
    return n;
}

/* ---- what the driver is shown ---- */

static uint16_t answer_flags(unsigned q, uint64_t desc, uint16_t honest)
{
    uint64_t value = honest;
    int index;
    if (!wire_is_armed(PRING_F_PACKED_FLAGS))
        return honest;
    for (uint32_t from = 0;
         (index = wire_match(&from, PRING_F_PACKED_FLAGS, PRING_SIDE_DEVICE, q, 0)) >= 0;) {
        struct fault_context context = {value, wire.last_value[PRING_F_PACKED_FLAGS], NULL, q, 16};
        if (wire.scenario->fault[index].action != PRING_FAULT_ANSWER ||
            !wire_fault_value(&wire.scenario->fault[index], &context, &value))
            continue;
        wire_fired((unsigned)index, pring_lie_packed_flags(honest, (uint16_t)value) != NULL,
                   PRING_F_PACKED_FLAGS, q);
        if ((uint16_t)value != honest)
            wire_watch((unsigned)index, desc + 14, 2);
        if (((uint16_t)value ^ honest) & (PACKED_AVAIL | PACKED_USED))
            wire_obs(q)->withheld = true; /* it does not look used, and nothing behind it will */
        wire.queue[q].batch_open = false;
    }
    return (uint16_t)value;
}

/* Where it stands: IN_ORDER in place of the one that it joins, whose chain it stands for as well. */
static uint16_t place_of(struct proxy_queue *p, bool joins, bool *wrap)
{
    struct packed_side *side = &p->packed;
    if (!joins) {
        p->batch_slot = side->pub_place;
        side->batch_wrap = side->pub_wrap;
        side->shown_places[p->batch_slot] = 0;
    }
    *wrap = side->batch_wrap;
    return p->batch_slot;
}

uint16_t wire_packed_publish(unsigned q, const struct completion *c, bool joins)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct packed_side *p = &wire.queue[q].packed;
    bool wrap;
    uint16_t place = place_of(&wire.queue[q], joins, &wrap);
    uint64_t desc = o->desc + PACKED_BYTES * (uint64_t)place;
    uint16_t flags = (uint16_t)(c->flags | (wrap ? PACKED_AVAIL | PACKED_USED : 0));
    flags = answer_flags(q, desc, flags);
    wire_poke(desc + 8, 4, c->len);
    wire_poke(desc + 12, 2, c->id);
    wire_poke(desc + 14, 2, flags);
    wire.last_value[PRING_F_PACKED_FLAGS] = flags;
    for (uint32_t i = 0; c->changed >> i; i++)
        if (c->changed >> i & 1)
            wire_watch(i, desc + 8, 8);
    p->shown_places[place] = (uint16_t)(p->shown_places[place] + c->places);
    step(o->size, &p->pub_place, &p->pub_wrap, c->places);
    o->pub_place = p->pub_place;
    p->moved = (uint16_t)(p->moved + c->places);
    return place;
}

/* Interrupt or not, from the driver's own structure [2.8.10]. */
bool wire_packed_wants_interrupt(unsigned q)
{
    const struct pring_observed_queue *o = wire_obs(q);
    struct packed_side *p = &wire.queue[q].packed;
    uint32_t off_wrap = (uint32_t)wire_peek(o->driver, 2), how = wire_peek(o->driver + 2, 2) & 3;
    uint32_t event = off_wrap & (PACKED_WRAP - 1U);
    uint16_t moved = p->moved;
    p->moved = 0;
    if (how == EVENT_DISABLE)
        return false;
    if (how != EVENT_AT || !wire_event_idx())
        return true;
    if (((off_wrap & PACKED_WRAP) != 0) != p->pub_wrap)
        event -= o->size; /* of the lap before */
    return (uint16_t)(p->pub_place - event - 1) < moved;
}

/* ---- the device's event structure ---- */

static uint32_t answer_event(unsigned q, unsigned field, uint64_t addr, uint32_t honest)
{
    uint64_t value = honest;
    int index;
    if (!wire_is_armed(field))
        return honest;
    for (uint32_t from = 0; (index = wire_match(&from, field, PRING_SIDE_DEVICE, q, 0)) >= 0;) {
        struct fault_context context = {value, wire.last_value[field], NULL, q, 16};
        if (wire.scenario->fault[index].action != PRING_FAULT_ANSWER ||
            !wire_fault_value(&wire.scenario->fault[index], &context, &value))
            continue;
        wire_fired((unsigned)index,
                   pring_lie_event(&wire.obs, (enum pring_field)field, (uint16_t)honest, (uint16_t)value) !=
                       NULL,
                   field, q);
        if (value != honest) {
            wire_watch((unsigned)index, addr, 2);
            wire_obs(q)->withheld = true; /* the driver may now rightly keep its kick to itself */
        }
    }
    return (uint32_t)value;
}

/* Without EVENT_IDX the structure says what the driver set it up with, all notifications; but a fault may
 * answer for it all the same. */
void wire_packed_publish_event(unsigned q)
{
    const struct pring_observed_queue *o = wire_obs(q);
    struct packed_side *p = &wire.queue[q].packed;
    uint16_t event = (uint16_t)(p->gate_place | (p->gate_wrap ? PACKED_WRAP : 0));
    if (event == p->event)
        return;
    p->event = event;
    bool at = wire_event_idx();
    uint32_t off_wrap = at ? event : (uint32_t)wire_peek(o->device, 2);
    uint32_t flags = at ? EVENT_AT : (uint32_t)wire_peek(o->device + 2, 2);
    off_wrap = answer_event(q, PRING_F_EVENT_OFF_WRAP, o->device, off_wrap);
    flags = answer_event(q, PRING_F_EVENT_FLAGS, o->device + 2, flags);
    wire.last_value[PRING_F_EVENT_OFF_WRAP] = off_wrap;
    wire.last_value[PRING_F_EVENT_FLAGS] = flags;
    wire_poke(o->device, 2, off_wrap);
    wire_poke(o->device + 2, 2, flags);
}

/* ---- the device's copy, as its accesses find it ---- */

bool wire_packed_near(uint64_t addr, uint32_t n)
{
    for (unsigned q = 0; wire.packed_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        if (wire.packed_mask >> q & 1 && addr < o->desc + PACKED_BYTES * (uint64_t)o->size &&
            o->desc < addr + n)
            return true;
    }
    return false;
}

uint8_t *wire_packed_byte(uint64_t addr)
{
    for (unsigned q = 0; wire.packed_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        if (wire.packed_mask >> q & 1 && addr - o->desc < PACKED_BYTES * (uint64_t)o->size)
            return wire.queue[q].packed.copy + (addr - o->desc);
    }
    return NULL;
}

/* The part of [addr, addr + n) that lies in [start, start + len_bytes) is `copy`'s. */
static void lay_over(uint64_t addr, uint32_t n, uint8_t *out, uint64_t start, uint64_t len_bytes,
                     const uint8_t *copy)
{
    uint64_t from = addr > start ? addr : start;
    uint64_t end = addr + n < start + len_bytes ? addr + n : start + len_bytes;
    if (from < end)
        pring_copy(out + (from - addr), copy + (from - start), end - from);
}

void wire_packed_read(uint64_t addr, uint32_t n, uint8_t *out)
{
    for (unsigned q = 0; wire.packed_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        const struct proxy_queue *p = &wire.queue[q];
        if (!(wire.packed_mask >> q & 1))
            continue;
        lay_over(addr, n, out, o->device, o->device_bytes, p->shadow);
        lay_over(addr, n, out, o->desc, PACKED_BYTES * (uint64_t)o->size, p->packed.copy);
    }
}
