/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring proxy. The backend sees availability up to the gate and writes completions into a shadow; when it
 * is idle they are collected, ordered by availability, changed by faults, and published when due, by the
 * proxy alone. With no fault armed the driver's used ring is byte for byte what an in-order backend wrote.
 */
#include <string.h>

#include "wire/wire_state.h"

/* ---- queue on and off ---- */

/* One byte of a ready ring is one field then: what drivers do who mean well. */
static bool are_apart(void)
{
    struct {
        uint64_t from, to;
    } part[3 * PRING_QUEUES_MAX];
    unsigned count = 0;
    for (unsigned q = 0; wire.ready_mask >> q; q++) {
        const struct pring_observed_queue *o = wire_obs(q);
        const uint64_t start[] = {o->desc, o->driver, o->device};
        const uint64_t bytes[] = {16 * (uint64_t)o->size, o->driver_bytes, o->device_bytes};
        for (unsigned i = 0; (wire.ready_mask >> q & 1) && i < 3; i++) {
            part[count].from = start[i];
            part[count].to = start[i] + bytes[i];
            for (unsigned k = 0; k < count; k++)
                if (part[count].from < part[k].to && part[k].from < part[count].to)
                    return false;
            if (part[count].to < part[count].from)
                return false;
            count++;
        }
    }
    return true;
}

static void set_format(struct pring_observed_queue *o)
{
    o->packed = wire_is_packed();
    wire.obs.astray |= (wire.obs.features_written & wire.obs.features_seen & ~wire.obs.setup.features &
                        PRING_RING_FORMATS) != 0;
    o->desc_shift = o->packed ? WIRE_PACKED_DESC_SHIFT : 0;
    o->used_shift = o->packed ? WIRE_PACKED_USED_SHIFT : 0;
    o->driver_bytes = o->packed ? PACKED_EVENT_BYTES : 6 + 2 * o->size;
    o->device_bytes = o->packed ? PACKED_EVENT_BYTES : 6 + 8 * o->size;
    o->avail_wrap = o->used_wrap = o->packed;
    o->avail_place = o->used_place = o->pub_place = o->ring_count = 0;
    o->looked_place = UINT16_MAX;
}

void wire_queue_on(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct proxy_queue *p = &wire.queue[q];
    o->size = o->size_written;
    o->desc = o->desc_written;
    o->driver = o->driver_written;
    o->device = o->device_written;
    o->ready = true;
    set_format(o);
    o->avail_idx = o->gate = o->published = o->covered = o->used_idx_seen = 0;
    o->lent_count = 0;
    o->lied = o->withheld = o->done_any = o->reset_pending = false;
    o->cells = o->cell_free = 0;
    memset(o->chain, 0, o->size * sizeof o->chain[0]);
    memset(o->lent_head, 0, o->size * sizeof o->lent_head[0]);
    memset(o->head_of_id, 0, o->size * sizeof o->head_of_id[0]);
    p->on = true;
    p->dev = p->pub = p->signalled = p->avail_event = 0;
    p->out_count = p->list_count = 0;
    p->last_due = 0;
    p->packet_rest = 0;
    p->dropped_by = 0;
    p->batch_open = false;
    if (pring_memory_exists(o->device, o->device_bytes))
        pring_copy(p->shadow, (const void *)(uintptr_t)o->device, o->device_bytes);
    else
        memset(p->shadow, 0, o->device_bytes);
    p->shadow[2] = p->shadow[3] = 0; /* stale idx must not be taken for completions */
    pring_bytes_set(o->desc, 16 * (uint64_t)o->size, PRING_BYTE_RING);
    pring_bytes_set(o->driver, o->driver_bytes, PRING_BYTE_RING);
    pring_bytes_set(o->device, o->device_bytes, PRING_BYTE_RING);
    wire.ready_mask |= 1U << q;
    wire.rings_apart = are_apart();
    if (o->packed) {
        wire_packed_on(q);
        return;
    }
    wire_lend(q, (uint16_t)wire_peek(o->driver + 2, 2)); /* buffers may be there already [3.1.1, step 7] */
}

void wire_queue_off(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    if (!wire.queue[q].on)
        return;
    wire.queue[q].on = false;
    wire.ready_mask &= ~(1U << q);
    wire.packed_mask &= ~(1U << q);
    wire.rings_apart = are_apart();
    wire.queue[q].list_count = wire.queue[q].out_count = 0;
    o->ready = false;
    pring_bytes_clear(o->desc, 16 * (uint64_t)o->size, PRING_BYTE_RING);
    pring_bytes_clear(o->driver, o->driver_bytes, PRING_BYTE_RING);
    pring_bytes_clear(o->device, o->device_bytes, PRING_BYTE_RING);
}

/* ---- kick ---- */

static void tell_kick(unsigned q, uint16_t count)
{
    if (!wire_is_heard(PRING_EV_KICK, PRING_F_KICK)) {
        wire_count(PRING_F_KICK);
        return;
    }
    struct pring_event event = wire_event(PRING_EV_KICK, PRING_F_KICK);
    event.queue = (uint8_t)q;
    event.index = wire_obs(q)->avail_idx;
    event.made = event.seen = count;
    wire_emit(&event);
}

void wire_kick(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct proxy_queue *p = &wire.queue[q];
    uint16_t count = (uint16_t)(o->avail_idx - o->gate);
    tell_kick(q, count);
    if (o->packed) {
        wire_packed_kick(q);
        return;
    }
    for (uint16_t i = 0; count <= o->size && i < count; i++) {
        uint16_t head =
            (uint16_t)wire_peek(o->driver + 4 + 2 * (uint64_t)((uint16_t)(o->gate + i) % o->size), 2);
        if (wire_chain_hopeless(q, head))
            pring_stop(PRING_STOP_OVERLAP);
        if (p->out_count < PRING_QUEUE_SIZE_MAX)
            p->out[p->out_count++] = head;
        if (head < o->size && o->chain[head].state == PRING_CHAIN_LENT)
            o->chain[head].state = PRING_CHAIN_GATED;
    }
    o->gate = o->avail_idx;
}

/* ---- release: what the driver is shown ---- */

static bool is_held(const struct completion *c)
{
    return c->hold_n && wire.now < c->hold_until;
}

/* ---- IN_ORDER [2.7.9, 2.8.9] ---- */

/* The chain that was lent first, of those that were not shown yet; NULL: none. */
static const struct pring_chain *oldest_unshown(const struct pring_observed_queue *o)
{
    const struct pring_chain *oldest = NULL;
    for (uint32_t head = 0; o->lent_count && head < o->size; head++) {
        const struct pring_chain *chain = &o->chain[head];
        if (chain->state != PRING_CHAIN_FREE && chain->state != PRING_CHAIN_SHOWN &&
            (!oldest || chain->serial < oldest->serial))
            oldest = chain;
    }
    return oldest;
}

/* One element, or used descriptor, stands for all completions of a release whose buffers were used to the
 * end, and for the one behind them. It lies where the first of them would: does this one go there? */
static bool joins_batch(unsigned q, const struct completion *c)
{
    struct proxy_queue *p = &wire.queue[q];
    const struct pring_chain *chain = wire_chain_of(q, c->made_id);
    bool in_turn = chain && chain == oldest_unshown(wire_obs(q)) && !c->changed;
    bool joins = p->batch_open && in_turn;
    p->batch_open = in_turn && c->len == chain->writable_bytes;
    return joins;
}

/* Out of turn because a fault keeps an older one back for ever: from here on that is a lie. */
static void look_at_order(unsigned q, const struct completion *c)
{
    const struct pring_chain *oldest = oldest_unshown(wire_obs(q));
    if (oldest && oldest->dropped && oldest != wire_chain_of(q, c->made_id) && wire.queue[q].dropped_by)
        wire_lied_late(wire.queue[q].dropped_by - 1U, PRING_F_DONE, q);
}

static uint16_t publish_split(unsigned q, const struct completion *c, bool joins)
{
    const struct pring_observed_queue *o = wire_obs(q);
    struct proxy_queue *p = &wire.queue[q];
    uint16_t slot = joins ? p->batch_slot : (uint16_t)(p->pub % o->size);
    p->batch_slot = slot;
    uint64_t element = o->device + 4 + 8 * (uint64_t)slot;
    wire_poke(element, 4, c->id);
    wire_poke(element + 4, 4, c->len);
    for (uint32_t i = 0; c->changed >> i; i++)
        if (c->changed >> i & 1)
            wire_watch(i, element, 8);
    return slot;
}

static void publish_one(unsigned q, const struct completion *c)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct proxy_queue *p = &wire.queue[q];
    bool joins = false;
    if (wire_in_order()) {
        look_at_order(q, c);
        joins = joins_batch(q, c);
    }
    uint16_t slot = o->packed ? wire_packed_publish(q, c, joins) : publish_split(q, c, joins);
    struct pring_chain *chain = wire_chain_of(q, c->made_id);
    if (chain && chain->state == PRING_CHAIN_MADE) {
        chain->state = PRING_CHAIN_SHOWN;
        chain->shown_len = c->len;
    }
    p->pub++;
    o->published = p->pub;
    if (chain || !o->packed) {
        o->done_head = chain ? chain->head : (uint16_t)c->made_id;
        o->done_any = true;
    }
    struct pring_event event = wire_event(PRING_EV_SHOWN, PRING_F_DONE);
    event.queue = (uint8_t)q;
    event.index = slot;
    event.made = c->made_id;
    event.seen = c->id;
    event.raw = c->len;
    wire_emit(&event);
}

/* Publishes the first entry that may be; the holds of the others count it. IN_ORDER: one that is held holds
 * up all behind it, unless it was meant to trade places. */
static bool publish_next(unsigned q, bool forced)
{
    struct proxy_queue *p = &wire.queue[q];
    for (uint32_t i = 0; i < p->list_count; i++) {
        if (!forced && (p->list[i].due > wire.now || is_held(&p->list[i]))) {
            if (wire_in_order() && !p->list[i].swap_by)
                return false;
            continue;
        }
        if (i && wire_in_order())
            wire_lied_late(p->list[0].swap_by - 1U, PRING_F_DONE, q);
        struct completion c = p->list[i];
        p->list_count--;
        memmove(&p->list[i], &p->list[i + 1], (p->list_count - i) * sizeof p->list[0]);
        publish_one(q, &c);
        for (uint32_t j = 0; j < p->list_count; j++)
            if (p->list[j].hold_n && p->list[j].hold_n != UINT32_MAX)
                p->list[j].hold_n--;
        return true;
    }
    return false;
}

/* Interrupt or not, from the driver's own words [2.7.7]. */
static bool wants_interrupt(unsigned q)
{
    const struct pring_observed_queue *o = wire_obs(q);
    struct proxy_queue *p = &wire.queue[q];
    uint16_t old = p->signalled;
    p->signalled = p->pub;
    if (o->packed)
        return wire_packed_wants_interrupt(q);
    if (!wire_event_idx())
        return !(wire_peek(o->driver, 2) & 1);
    uint16_t event = (uint16_t)wire_peek(o->driver + 4 + 2 * (uint64_t)o->size, 2);
    return (uint16_t)(p->pub - event - 1) < (uint16_t)(p->pub - old);
}

static uint16_t answer_idx(unsigned q, uint16_t honest)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint64_t value = honest;
    int index;
    if (!wire_is_armed(PRING_F_USED_IDX))
        return honest;
    for (uint32_t from = 0; (index = wire_match(&from, PRING_F_USED_IDX, PRING_SIDE_DEVICE, q, 0)) >= 0;) {
        struct fault_context context = {honest, wire.last_value[PRING_F_USED_IDX], NULL, q, 16};
        if (wire.scenario->fault[index].action != PRING_FAULT_ANSWER ||
            !wire_fault_value(&wire.scenario->fault[index], &context, &value))
            continue;
        wire_fired((unsigned)index, pring_lie_used_idx(&wire.obs, q, honest, (uint16_t)value) != NULL,
                   PRING_F_USED_IDX, q);
        if ((uint16_t)value != honest)
            wire_watch((unsigned)index, o->device + 2, 2);
    }
    return (uint16_t)value;
}

static void announce(unsigned q)
{
    const struct pring_observed_queue *o = wire_obs(q);
    wire.queue[q].batch_open = false; /* the driver may look */
    if (!o->packed) {
        uint16_t idx = answer_idx(q, wire.queue[q].pub);
        wire.last_value[PRING_F_USED_IDX] = idx;
        wire_poke(o->device + 2, 2, idx);
    }
    if (wants_interrupt(q))
        wire_raise(1);
}

void wire_release_one(unsigned q)
{
    if (wire.queue[q].on && !wire.obs.unplugged && publish_next(q, true))
        announce(q);
}

void wire_release_due(void)
{
    if (wire.obs.unplugged)
        return;
    wire.may_release = wire.overlay.line_held_until != 0;
    if (wire.overlay.line_held_until && wire.now >= wire.overlay.line_held_until)
        wire_line_update();
    for (unsigned q = 0; wire.ready_mask >> q; q++) {
        bool any = false;
        if (!(wire.ready_mask >> q & 1) || !wire.queue[q].list_count)
            continue;
        while (publish_next(q, false))
            any = true;
        if (any)
            announce(q);
        wire.may_release |= wire.queue[q].list_count != 0;
    }
}

uint64_t pring_wire_next(void)
{
    uint64_t next = WIRE_NEVER;
    if (wire.overlay.line_held_until > wire.now)
        next = wire.overlay.line_held_until;
    if (wire.free_running && !wire.obs.unplugged && !wire.backend->idle(wire.self))
        next = wire.now + WIRE_SPIN_NS_MAX;
    for (unsigned q = 0; wire.may_release && wire.ready_mask >> q; q++) {
        const struct proxy_queue *p = &wire.queue[q];
        for (uint32_t i = 0; (wire.ready_mask >> q & 1) && i < p->list_count; i++) {
            uint64_t at = is_held(&p->list[i]) ? p->list[i].hold_until : p->list[i].due;
            if (at < p->list[i].due)
                at = p->list[i].due;
            if (at > wire.now && at < next)
                next = at;
        }
    }
    return next;
}
