/* SPDX-License-Identifier: Apache-2.0 */
/* Which fault fires where, and with what value. Selectors are logical: the n-th event of a label within a
 * phase, for a polled word the j-th load after its n-th change; never a cycle, a beat or a hook. */
#include <string.h>

#include "fault/place.h"
#include "wire/wire_state.h"

static bool is_polled(const struct pring_fault *fault)
{
    return fault->side == PRING_SIDE_LOAD && pring_field_is_polled((enum pring_field)fault->label);
}

void wire_arm(void)
{
    wire.armed[0] = wire.armed[1] = 0;
    wire.watch_count = 0;
    for (unsigned i = 0; i < wire.scenario->fault_count; i++) {
        const struct pring_fault *fault = &wire.scenario->fault[i];
        int row = pring_fault_row_of(fault);
        struct fault_arm *arm = &wire.arm[i];
        memset(arm, 0, sizeof *arm); /* padding too: it is hashed */
        arm->polled = is_polled(fault);
        arm->inert =
            row < 0 || !pring_fault_placeable(fault) ||
            (pring_fault_rows[row].device && pring_fault_rows[row].device != wire.obs.setup.device_type);
        if (!arm->inert)
            wire.armed[fault->label >> 6] |= UINT64_C(1) << (fault->label & 63);
    }
}

static bool is_register(unsigned label)
{
    return pring_field_info[label].group == PRING_GROUP_REG ||
           pring_field_info[label].group == PRING_GROUP_CONFIG;
}

static bool selects(const struct pring_fault *fault, unsigned label, enum pring_side side, unsigned q)
{
    if (fault->label != label || (fault->phase != PRING_PHASE_ANY && fault->phase != wire.obs.phase))
        return false;
    if (fault->queue != PRING_QUEUE_ANY && fault->queue != q &&
        pring_field_has_queue((enum pring_field)label))
        return false;
    return fault->side == side || (fault->side == PRING_SIDE_DEVICE && is_register(label));
}

/* Counts this event for the fault: is it one of those that the selector names? */
static bool counts_to(const struct pring_fault *fault, struct fault_arm *arm, uint64_t value)
{
    uint32_t first = fault->nth, at;
    if (!arm->polled) {
        at = ++arm->state.matched;
    } else {
        if (arm->state.matched == 0 || value != arm->last_value) {
            arm->state.matched++;
            arm->j = 0;
        }
        arm->last_value = value;
        arm->j++;
        if (fault->count == PRING_COUNT_EVER && arm->state.matched > fault->nth)
            return true;
        if (arm->state.matched != fault->nth)
            return false;
        first = fault->j;
        at = arm->j;
    }
    return at >= first && (fault->count == PRING_COUNT_EVER || at - first < fault->count);
}

int wire_match(uint32_t *from, unsigned label, enum pring_side side, unsigned q, uint64_t value)
{
    for (uint32_t i = *from; i < wire.scenario->fault_count; i++) {
        const struct pring_fault *fault = &wire.scenario->fault[i];
        struct fault_arm *arm = &wire.arm[i];
        if (arm->inert || !selects(fault, label, side, q) || !counts_to(fault, arm, value))
            continue;
        *from = i + 1;
        return (int)i;
    }
    *from = wire.scenario->fault_count;
    return -1;
}

/* ---- values ---- */

static const struct pring_chain *lent_chain(const struct pring_observed_queue *o, bool newest)
{
    const struct pring_chain *best = NULL;
    for (uint32_t head = 0; o->ready && o->lent_count && head < o->size; head++) {
        const struct pring_chain *chain = &o->chain[head];
        if (chain->state != PRING_CHAIN_FREE && (!best || (chain->serial > best->serial) == newest))
            best = chain;
    }
    return best;
}

/* An index that names no chain: inside of one, or of none. A packed ring has only ids, which name all of
 * one. */
static bool descriptor(const struct pring_observed_queue *o, bool inner, uint64_t *value)
{
    for (uint32_t i = 0; o->packed && o->ready && i < o->size; i++)
        if (!o->head_of_id[i]) {
            *value = i;
            return true;
        }
    if (o->packed)
        return false;
    for (uint32_t i = 0; o->ready && i < o->size; i++)
        if (inner ? o->lent_head[i] && o->lent_head[i] != i + 1 : !o->lent_head[i]) {
            *value = i;
            return true;
        }
    return false;
}

static bool base_of_chain(const struct pring_chain *chain, unsigned base, uint64_t *value)
{
    const struct pring_segment *first;
    uint16_t n = 0, index;
    if (!chain)
        return false;
    switch (base) {
    case PRING_BASE_POSTED:
        *value = chain->writable_bytes;
        return true;
    case PRING_BASE_BUF:
        first = wire_chain_next(chain, &n, &index);
        *value = first ? first->addr : 0;
        return first != NULL;
    default:
        *value = chain->id;
        return true;
    }
}

static uint64_t header_bytes(void)
{
    switch (wire.obs.setup.device_type) {
    case PRING_DEVICE_NET:
        return PRING_NET_HEADER_SIZE;
    case PRING_DEVICE_BLK:
        return 16;
    case PRING_DEVICE_CONSOLE:
        return PRING_CONSOLE_MESSAGE_SIZE;
    default:
        return 0;
    }
}

static bool base_value(unsigned base, unsigned bits, const struct fault_context *c, uint64_t *value)
{
    const struct pring_observed_queue *o = wire_obs(c->queue);
    switch (base) {
    case PRING_BASE_IT:
        *value = c->it;
        return true;
    case PRING_BASE_PREV:
        *value = c->prev;
        return true;
    case PRING_BASE_MAX:
        *value = bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
        return true;
    case PRING_BASE_POSTED:
        return base_of_chain(c->chain ? c->chain : lent_chain(o, false), base, value);
    case PRING_BASE_HEADER:
        *value = header_bytes();
        return *value != 0;
    case PRING_BASE_QSIZE:
        *value = o->ready ? o->size : wire.obs.setup.queue_size_max;
        return true;
    case PRING_BASE_HEAD:
    case PRING_BASE_BUF:
        return base_of_chain(lent_chain(o, true), base, value);
    case PRING_BASE_OLDEST:
        return base_of_chain(lent_chain(o, false), base, value);
    case PRING_BASE_INNER:
    case PRING_BASE_FREED:
        return descriptor(o, base == PRING_BASE_INNER, value);
    case PRING_BASE_DONE:
        *value = o->packed ? o->chain[o->done_head].id : o->done_head;
        return o->done_any;
    case PRING_BASE_RING:
        *value = o->desc;
        return o->ready;
    case PRING_BASE_GONE:
        *value = wire.gone;
        return wire.gone != 0;
    default:
        *value = 0;
        return true;
    }
}

bool wire_fault_value(const struct pring_fault *fault, const struct fault_context *context, uint64_t *value)
{
    uint64_t base;
    if (!base_value(fault->base, pring_fault_bits(fault), context, &base))
        return false;
    *value = pring_fault_value(fault, base);
    return true;
}

/* ---- what became of it ---- */

void wire_lied(unsigned index, unsigned q)
{
    struct pring_fault_state *state = &wire.arm[index].state;
    const struct pring_fault *fault = &wire.scenario->fault[index];
    int row = pring_fault_row_of(fault);
    if (!state->lied)
        wire.obs.lies_fired++;
    state->lied = true;
    wire.obs.lies_mask |= UINT64_C(1) << ((unsigned)row & 63);
    if (!is_register(pring_fault_subject(fault)))
        wire_obs(q)->lied = true;
}

static void tell_fault(unsigned index, bool lied, unsigned label, unsigned q)
{
    const struct pring_fault *fault = &wire.scenario->fault[index];
    enum pring_field subject = pring_fault_subject(fault);
    struct pring_event event = wire_event(PRING_EV_FAULT, subject ? subject : label);
    event.queue = (uint8_t)q;
    event.index = (uint16_t)index;
    event.made = lied;
    event.fault = fault;
    wire_emit(&event);
}

void wire_lied_late(unsigned index, unsigned label, unsigned q)
{
    if (wire.arm[index].state.lied)
        return;
    wire_lied(index, q);
    tell_fault(index, true, label, q);
}

void wire_fired(unsigned index, bool lied, unsigned label, unsigned q)
{
    struct fault_arm *arm = &wire.arm[index];
    const struct pring_fault *fault = &wire.scenario->fault[index];
    if (arm->state.fired++ == 0)
        wire.obs.faults_fired++;
    if (is_register(pring_fault_subject(fault)) || fault->action == PRING_FAULT_NEEDS_RESET)
        wire.obs.config_lied = true;
    if (lied)
        wire_lied(index, q);
    tell_fault(index, lied, label, q);
}

void wire_watch(unsigned index, uint64_t addr, uint32_t len_bytes)
{
    if (wire.arm[index].state.effective || wire.watch_count == WIRE_WATCHES)
        return;
    wire.watch[wire.watch_count++] = (struct watch){addr, len_bytes, (uint8_t)index};
}

static void met(uint64_t addr, uint32_t len_bytes)
{
    for (uint32_t i = 0; i < wire.watch_count;) {
        const struct watch *w = &wire.watch[i];
        if (len_bytes ? w->len_bytes && addr < w->addr + w->len_bytes && w->addr < addr + len_bytes
                      : !w->len_bytes) {
            wire.arm[w->fault].state.effective = true;
            wire.watch[i] = wire.watch[--wire.watch_count];
        } else {
            i++;
        }
    }
}

void wire_met(uint64_t addr, uint32_t len_bytes)
{
    if (wire.watch_count && len_bytes)
        met(addr, len_bytes);
}

void wire_met_order(void)
{
    if (wire.watch_count)
        met(0, 0);
}

const struct pring_fault_state *pring_wire_fault(uint32_t index)
{
    return &wire.arm[index].state;
}
