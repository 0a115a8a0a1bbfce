/* SPDX-License-Identifier: Apache-2.0 */
/* What a fired fault does, where it is no answer: one function per action. */
#include "wire/wire_state.h"

static uint64_t field_bytes(unsigned field)
{
    return pring_field_info[field].bits / 8;
}

static uint32_t newest_head(const struct pring_observed_queue *o)
{
    uint32_t best = 0, serial = 0;
    for (uint32_t head = 0; o->lent_count && head < o->size; head++)
        if (o->chain[head].state != PRING_CHAIN_FREE && o->chain[head].serial > serial) {
            best = head;
            serial = o->chain[head].serial;
        }
    return best;
}

/* A descriptor: at hand, or the head lent last, and k on. Behind the head of a chain with a table are those
 * of the table. */
static uint64_t desc_addr(const struct pring_observed_queue *o, const struct pring_fault *fault, bool at_hand,
                          uint32_t *slot)
{
    uint64_t table;
    uint32_t entries, head = at_hand ? wire.at_index : newest_head(o);
    *slot = (head + fault->k) % o->size;
    if (!at_hand && fault->k && o->lent_count && wire_chain_table(&o->chain[head], &table, &entries))
        return table + 16 * (uint64_t)((fault->k - 1U) % entries);
    return o->desc + 16 * (uint64_t)*slot;
}

/* Where a ring field lies that a poke names; elements: at the slot at hand, or the one that is next, and k
 * on. */
static uint64_t ring_field_addr(const struct pring_observed_queue *o, const struct pring_fault *fault,
                                unsigned label, uint32_t *slot)
{
    const struct pring_field_info *info = &pring_field_info[fault->target];
    bool at_hand = pring_field_info[label].group == info->group && wire.at_index != UINT16_MAX;
    switch (info->group) {
    case PRING_GROUP_PACKED:
        if (fault->target >=
            PRING_F_EVENT_OFF_WRAP) /* the driver's own where it writes that, else the device's */
            return (at_hand && fault->side == PRING_SIDE_STORE ? o->driver : o->device) + info->offset;
        *slot = ((at_hand && label < PRING_F_EVENT_OFF_WRAP ? wire.at_index : o->used_place) + fault->k) %
                o->size;
        return o->desc + 16 * (uint64_t)*slot + info->offset;
    case PRING_GROUP_DESC:
        return desc_addr(o, fault, at_hand, slot) + info->offset;
    case PRING_GROUP_AVAIL:
        if (fault->target == PRING_F_AVAIL_USED_EVENT)
            return o->driver + 4 + 2 * (uint64_t)o->size;
        *slot = (uint16_t)(o->avail_idx - 1U + fault->k) % o->size;
        return o->driver + info->offset + (fault->target == PRING_F_AVAIL_RING ? 2 * (uint64_t)*slot : 0);
    default:
        if (fault->target == PRING_F_USED_AVAIL_EVENT)
            return o->device + 4 + 8 * (uint64_t)o->size;
        *slot = (uint16_t)(o->covered + fault->k) % o->size;
        if (at_hand && (label == PRING_F_USED_ID || label == PRING_F_USED_LEN))
            *slot = (wire.at_index + fault->k) % o->size;
        return o->device + info->offset +
               (fault->target == PRING_F_USED_ID || fault->target == PRING_F_USED_LEN ? 8 * (uint64_t)*slot
                                                                                      : 0);
    }
}

/* May a device write there under this isolation? */
static bool reachable(uint64_t addr, uint64_t len_bytes)
{
    if (!pring_memory_exists(addr, len_bytes))
        return false;
    if (wire.options.isolation == PRING_ISOLATION_NONE)
        return true;
    uint8_t flags = PRING_BYTE_FROM_DEVICE | PRING_BYTE_TO_DEVICE;
    if (wire.options.isolation == PRING_ISOLATION_BYTE)
        return pring_bytes_any(addr, 1, flags) && pring_bytes_any(addr + len_bytes - 1, 1, flags);
    return pring_bytes_any(addr & ~UINT64_C(4095), 4096, flags);
}

/* `at`: where it was poked, without the field's offset. */
static const char *poke_rule(unsigned q, const struct pring_fault *fault, uint64_t at, uint32_t slot,
                             uint64_t before, uint64_t after)
{
    switch (fault->target) {
    case PRING_F_PACKED_ADDR:
    case PRING_F_PACKED_LEN:
    case PRING_F_PACKED_ID:
    case PRING_F_PACKED_FLAGS:
        return pring_lie_packed_place(&wire.obs, q, (enum pring_field)fault->target, slot, (uint16_t)after);
    case PRING_F_EVENT_OFF_WRAP:
    case PRING_F_EVENT_FLAGS:
        return at == wire_obs(q)->device ? pring_lie_event(&wire.obs, (enum pring_field)fault->target,
                                                           (uint16_t)before, (uint16_t)after)
                                         : pring_lie_event_write();
    case PRING_F_USED_ID:
    case PRING_F_USED_LEN:
        return pring_lie_used_slot(&wire.obs, q, slot);
    case PRING_F_USED_IDX:
        return pring_lie_used_idx(&wire.obs, q, wire.queue[q].pub, (uint16_t)after);
    case PRING_F_USED_FLAGS:
        return pring_lie_used_flags(&wire.obs, (uint16_t)before, (uint16_t)after);
    case PRING_F_USED_AVAIL_EVENT:
        return pring_lie_avail_event(&wire.obs, (uint16_t)before, (uint16_t)after);
    default:
        return pring_field_info[fault->target].group == PRING_GROUP_DESC ? pring_lie_desc_write()
                                                                         : pring_lie_avail_write();
    }
}

static void act_poke_ring(unsigned index, const struct pring_fault *fault, unsigned label, unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    uint32_t slot = 0, bytes = (uint32_t)field_bytes(fault->target);
    if (o->packed != (pring_field_info[fault->target].group == PRING_GROUP_PACKED))
        return; /* a word that rings of this format do not have */
    uint64_t value, addr = ring_field_addr(o, fault, label, &slot);
    if (!reachable(addr, bytes))
        return;
    struct fault_context context = {wire_peek(addr, bytes), wire.last_value[fault->target], NULL, q,
                                    8 * bytes};
    if (!wire_fault_value(fault, &context, &value))
        return;
    wire_poke(addr, bytes, value);
    bool changes = value != context.it;
    wire_fired(index,
               changes && poke_rule(q, fault, addr - pring_field_info[fault->target].offset, slot, context.it,
                                    value),
               label, q);
    if (!changes)
        return;
    wire_watch(index, addr, bytes);
    wire.reshaped |= pring_field_info[fault->target].group == PRING_GROUP_DESC;
    if (fault->target == PRING_F_USED_FLAGS || fault->target == PRING_F_USED_AVAIL_EVENT ||
        fault->target >= PRING_F_PACKED_FLAGS)
        o->withheld = true; /* the driver may now rightly keep its kick to itself */
}

/* The chain whose payload the driver is likely to look at: the last one shown, else the newest lent. */
static const struct pring_chain *payload_chain(const struct pring_observed_queue *o)
{
    if (o->done_any && o->done_head < o->size && o->chain[o->done_head].count)
        return &o->chain[o->done_head];
    return o->lent_count ? &o->chain[newest_head(o)] : NULL;
}

static void act_poke_data(unsigned index, const struct pring_fault *fault, unsigned label, unsigned q)
{
    const struct pring_chain *chain = payload_chain(wire_obs(q));
    bool in = fault->target == PRING_F_DATA_IN;
    uint64_t at, addr, value;
    if (!chain || !pring_fault_byte(fault, in ? chain->writable_bytes : chain->readable_bytes, &at) ||
        !wire_chain_byte(chain, in, at, &addr) || !reachable(addr, 1))
        return;
    struct fault_context context = {wire_peek(addr, 1), 0, chain, q, 8};
    if (!wire_fault_value(fault, &context, &value))
        return;
    const char *rule = chain->state == PRING_CHAIN_FREE || !in
                           ? pring_lie_payload(&wire.obs, in ? NULL : chain, addr, 1)
                           : pring_lie_data(&wire.obs, chain, at, (uint8_t)context.it, (uint8_t)value);
    wire_poke(addr, 1, value);
    wire_fired(index, value != context.it && rule, label, q);
    if (value != context.it)
        wire_watch(index, addr, 1);
}

static void act_change(unsigned index, const struct pring_fault *fault, unsigned label, unsigned q)
{
    enum pring_field field = (enum pring_field)fault->target;
    struct fault_context context = {wire_config_value(field), 0, NULL, q, pring_field_info[field].bits};
    uint64_t value;
    if (!wire_fault_value(fault, &context, &value))
        return;
    wire_config_override(field, value);
    wire.overlay.generation++;
    if (field == PRING_F_CONFIG_CAPACITY)
        wire.obs.capacity_sectors = value;
    wire_fired(index, false, label, q); /* generation moves with it: legal [4.2.2.1] */
    if (value != context.it)
        wire_watch(index, 0x100 + pring_field_info[field].offset, (uint32_t)field_bytes(field));
    if (wire.obs.driver_ok)
        wire_raise(2);
}

static void act_state(unsigned index, const struct pring_fault *fault, unsigned label, unsigned q)
{
    uint32_t slot = pring_field_info[fault->target].offset / 4;
    struct fault_context context = {wire_register_value((enum pring_field)fault->target),
                                    wire.last_value[fault->target], NULL, q, 32};
    uint64_t value;
    if (!wire_fault_value(fault, &context, &value))
        return;
    wire.overlay.sticky_mask |= UINT64_C(1) << slot;
    wire.overlay.sticky[slot] = (uint32_t)value;
    wire.overlay.sticky_fault[slot] = (uint8_t)index;
    wire.overlay.sticky_sel = wire.obs.device_features_sel;
    wire_line_update();
    wire_fired(index, false, label, q); /* whether it lies is known when it is read */
}

static void act_irq(unsigned index, const struct pring_fault *fault, unsigned label, unsigned q)
{
    wire_fired(index, pring_lie_irq(&wire.obs, fault->operand) != NULL, label, q);
    wire_watch(index, 0, 0);
    wire.attention = true; /* here is where the scenario wants it taken */
    if (fault->operand & 3)
        wire_raise(fault->operand & 3);
    else {
        wire.overlay.spurious = true;
        wire_line_update();
    }
}

static void act_needs_reset(unsigned index, unsigned label, unsigned q)
{
    wire.overlay.needs_reset = 0x40;
    for (unsigned i = 0; i < wire.obs.setup.queue_count; i++)
        wire_obs(i)->withheld = true;
    wire_fired(index, pring_lie_needs_reset(&wire.obs, wire.obs.driver_ok) != NULL, label, q);
    wire_watch(index, 0, 0);
    if (wire.obs.driver_ok)
        wire_raise(2); /* STATUS-DEV-04 */
}

void wire_act(unsigned index, unsigned label, unsigned q)
{
    const struct pring_fault *fault = &wire.scenario->fault[index];
    unsigned target_queue = fault->queue == PRING_QUEUE_ANY ? q : fault->queue;
    if (target_queue >= wire.obs.setup.queue_count)
        return;
    switch (fault->action) {
    case PRING_FAULT_POKE:
        if (!wire.queue[target_queue].on)
            break;
        if (pring_field_info[fault->target].group == PRING_GROUP_DATA)
            act_poke_data(index, fault, label, target_queue);
        else
            act_poke_ring(index, fault, label, target_queue);
        break;
    case PRING_FAULT_CHANGE:
        act_change(index, fault, label, target_queue);
        break;
    case PRING_FAULT_STATE:
        act_state(index, fault, label, target_queue);
        break;
    case PRING_FAULT_RELEASE:
        if (!wire.queue[target_queue].list_count)
            break;
        wire_fired(index, false, label, target_queue);
        wire_watch(index, 0, 0);
        wire_release_one(target_queue);
        break;
    case PRING_FAULT_IRQ:
        act_irq(index, fault, label, target_queue);
        break;
    case PRING_FAULT_SWITCH:
        wire.switch_wanted = fault->operand + 1;
        wire.switch_fault = index;
        wire.attention = true;
        break;
    case PRING_FAULT_NEEDS_RESET:
        act_needs_reset(index, label, target_queue);
        break;
    case PRING_FAULT_UNPLUG:
        wire_fired(index, true, label, target_queue);
        wire_watch(index, 0, 0);
        pring_wire_unplug();
        break;
    default:
        break;
    }
}

void wire_act_at(unsigned label, enum pring_side side, unsigned q, uint64_t value)
{
    int index;
    if (!wire_is_armed(label))
        return;
    for (uint32_t from = 0; (index = wire_match(&from, label, side, q, value)) >= 0;)
        wire_act((unsigned)index, label, q);
}
