/* SPDX-License-Identifier: Apache-2.0 */
/* What a device writes in front of payload: packet headers, control messages, answers to commands. A fault
 * names a field of them; it changes in memory before the completion is shown. */
#include <pring/role.h>

#include "wire/wire_state.h"

struct part { /* of a chain's writable bytes: fields [first, last], the first of which lies at `at` */
    uint8_t first, last;
    uint64_t at;
};

static uint64_t value_at(const struct pring_chain *chain, uint64_t at, uint32_t bytes, bool *there)
{
    uint64_t value = 0, addr;
    for (uint32_t i = 0; i < bytes; i++) {
        *there = wire_chain_byte(chain, true, at + i, &addr) && pring_memory_exists(addr, 1);
        if (!*there)
            return 0;
        value |= wire_peek(addr, 1) << (8 * i);
    }
    return value;
}

static void put_at(unsigned index, const struct pring_chain *chain, uint64_t at, uint32_t bytes,
                   uint64_t value)
{
    uint64_t addr;
    for (uint32_t i = 0; i < bytes && wire_chain_byte(chain, true, at + i, &addr); i++) {
        wire_poke(addr, 1, value >> (8 * i) & 0xff);
        wire_watch(index, addr, 1);
    }
}

static void answer_field(unsigned q, const struct pring_chain *chain, unsigned field, uint64_t at)
{
    uint32_t bytes = pring_field_info[field].bits / 8;
    int index;
    for (uint32_t from = 0; (index = wire_match(&from, field, PRING_SIDE_DEVICE, q, 0)) >= 0;) {
        const struct pring_fault *fault = &wire.scenario->fault[index];
        bool there;
        uint64_t value, it = value_at(chain, at, bytes, &there);
        struct fault_context context = {it, wire.last_value[field], chain, q, 8 * bytes};
        if (fault->action != PRING_FAULT_ANSWER || !there || !wire_fault_value(fault, &context, &value))
            continue;
        wire_fired((unsigned)index, value != it && pring_lie_header(&wire.obs, field, it, value), field, q);
        if (value != it)
            put_at((unsigned)index, chain, at, bytes, value);
    }
}

/* Which fields this completion has; none in the later buffers of a packet. */
static bool part_of(unsigned q, const struct pring_chain *chain, uint32_t made_len, struct part *part)
{
    uint32_t unit;
    bool there;
    struct proxy_queue *p = &wire.queue[q];
    switch (pring_role_of(&wire.obs.setup, wire.obs.features_written, q, &unit)) {
    case PRING_ROLE_RECEIVE:
        *part = (struct part){PRING_F_NET_FLAGS, PRING_F_NET_NUM_BUFFERS, 0};
        if (wire.obs.setup.device_type != PRING_DEVICE_NET)
            return false;
        if (p->packet_rest != 0) {
            p->packet_rest--;
            return false;
        }
        if (wire.obs.features_written >> PRING_F_NET_MRG_RXBUF & 1) {
            uint64_t count = value_at(chain, 10, 2, &there);
            p->packet_rest = (uint16_t)(there && count ? count - 1 : 0);
        }
        return made_len >= PRING_NET_HEADER_SIZE;
    case PRING_ROLE_CONTROL:
        *part = (struct part){PRING_F_NET_ACK, PRING_F_NET_ACK, chain->writable_bytes - 1};
        return chain->writable_bytes != 0;
    case PRING_ROLE_CONTROL_RECEIVE:
        *part = (struct part){PRING_F_PORT_ID, PRING_F_PORT_VALUE, 0};
        return made_len >= PRING_CONSOLE_MESSAGE_SIZE;
    default:
        return false;
    }
}

static void see(unsigned field)
{
    wire.labels_seen[field >> 6 & 1] |= UINT64_C(1) << (field & 63);
}

/* A field counts as seen when the driver reads it, for some it never does. Of a part that lies in pieces
 * nobody keeps track. */
static void show(const struct pring_chain *chain, const struct part *part)
{
    const struct pring_field_info *last = &pring_field_info[part->last];
    uint32_t behind = last->offset + last->bits / 8;
    uint64_t addr, end;

    if (!wire_chain_byte(chain, true, part->at, &addr) ||
        !wire_chain_byte(chain, true, part->at + behind - 1, &end))
        return;
    if (end - addr == behind - 1)
        wire.header[wire.header_count++ % WIRE_HEADERS] =
            (struct shown_header){addr, part->first, part->last};
    for (unsigned field = part->first; field <= part->last && end - addr != behind - 1; field++)
        see(field);
}

void wire_header_met(uint64_t addr, uint32_t len_bytes)
{
    for (uint32_t i = 0; i < WIRE_HEADERS && i < wire.header_count; i++) {
        const struct shown_header *header = &wire.header[i];

        for (unsigned field = header->first; field <= header->last; field++) {
            uint64_t at = header->addr + pring_field_info[field].offset;

            if (at < addr + len_bytes && addr < at + pring_field_info[field].bits / 8)
                see(field);
        }
    }
}

/* The buffer may come back as a later piece of a packet: what was a header there is payload then. */
static void forget(const struct pring_chain *chain)
{
    uint64_t addr;

    for (uint32_t i = 0; i < WIRE_HEADERS && wire_chain_byte(chain, true, 0, &addr); i++)
        if (wire.header[i].addr - addr < chain->writable_bytes)
            wire.header[i] = (struct shown_header){0, 1, 0};
}

void wire_answer_header(unsigned q, const struct pring_chain *chain, uint32_t made_len)
{
    struct part part;
    forget(chain);
    if (!part_of(q, chain, made_len, &part))
        return;
    show(chain, &part);
    for (unsigned field = part.first; field <= part.last; field++) {
        uint64_t at = part.at + pring_field_info[field].offset;
        bool there;
        if (wire_is_armed(field))
            answer_field(q, chain, field, at);
        wire.last_value[field] = value_at(chain, at, pring_field_info[field].bits / 8, &there);
    }
}
