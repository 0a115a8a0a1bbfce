/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network driver hands up is a packet that it was shown: no other bytes, and no packet twice. It may
 * drop packets, and hand them up late. Conditional: silent for the rest of the run once a lie was told or a
 * fault has touched payload, descriptors or configuration.
 */
#include <string.h>

#include <pring/memory.h>
#include <pring/role.h>

#include "oracle/chains.h"
#include "oracle/facts.h"

enum { PACKETS = 16, NUM_BUFFERS = 10 }; /* of a pair: those shown last */

struct packet {
    uint64_t hash;
    uint32_t len_bytes;
    bool there; /* shown, and not handed up yet */
};

struct unit {
    struct packet packet[PACKETS], begun;
    uint16_t next, left; /* left: buffers of `begun` still to come */
};

struct receive_state {
    struct unit unit[PRING_UNITS_MAX];
};

static void add_bytes(struct packet *packet, uint64_t addr, uint32_t len_bytes)
{
    uint8_t byte;

    for (uint32_t i = 0; i < len_bytes && pring_memory_exists(addr + i, 1); i++) {
        pring_copy(&byte, (const void *)(uintptr_t)(addr + i), 1);
        packet->hash = (packet->hash ^ byte) * UINT64_C(0x100000001b3);
        packet->len_bytes++;
    }
}

/* Bytes [from, len_bytes) of a chain, all of which the device may write. */
static void add_chain(struct packet *packet, struct pring_walk walk, uint32_t from, uint32_t len_bytes)
{
    const struct pring_segment *s;

    while (len_bytes && (s = pring_walk_buffer(&walk))) {
        uint32_t here = s->len_bytes < len_bytes ? s->len_bytes : len_bytes;
        if (from < here)
            add_bytes(packet, s->addr + from, here - from);
        from = from > here ? from - here : 0;
        len_bytes -= here;
    }
}

static uint16_t buffers_of(const struct pring_observer *o, struct pring_walk walk)
{
    const struct pring_segment *first = pring_walk_buffer(&walk);
    uint8_t count[2];

    if (!(o->features_written >> PRING_F_NET_MRG_RXBUF & 1) || !first ||
        first->len_bytes < PRING_NET_HEADER_SIZE ||
        !pring_memory_exists(first->addr + NUM_BUFFERS, sizeof(count)))
        return 1;
    pring_copy(count, (const void *)(uintptr_t)(first->addr + NUM_BUFFERS), sizeof(count));
    return (uint16_t)(count[0] | count[1] << 8);
}

static void on_shown(struct receive_state *s, const struct pring_event *event, const struct pring_observer *o)
{
    const struct pring_observed_queue *q = &o->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(q, (uint32_t)event->seen);
    uint32_t number, from = 0;
    struct pring_walk walk;
    struct unit *unit;

    if (pring_role_of(&o->setup, o->features_written, event->queue, &number) != PRING_ROLE_RECEIVE || !chain)
        return;
    unit = &s->unit[number];
    walk = pring_walk_begin(o, chain);
    if (unit->left == 0) {
        unit->begun = (struct packet){.hash = UINT64_C(0xcbf29ce484222325), .there = true};
        unit->left = buffers_of(o, walk);
        from = PRING_NET_HEADER_SIZE;
    }
    add_chain(&unit->begun, walk, from, (uint32_t)event->raw);
    if (unit->left > 0 && --unit->left == 0)
        unit->packet[unit->next++ % PACKETS] = unit->begun;
}

static void on_receive(struct receive_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    struct packet got = {.hash = UINT64_C(0xcbf29ce484222325)};

    if (event->made >= PRING_UNITS_MAX)
        return;
    add_bytes(&got, event->addr, event->len_bytes);
    for (uint32_t i = 0; i < PACKETS; i++) {
        struct packet *packet = &s->unit[event->made].packet[i];
        if (packet->there && packet->hash == got.hash && packet->len_bytes == event->len_bytes) {
            packet->there = false;
            return;
        }
    }
    pring_accuse(judge, "packet", event, "The driver hands up %u bytes that are no packet it was shown.",
                 event->len_bytes);
}

static void receive_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_facts *f = pring_judge_facts(judge);

    if (event->kind == PRING_EV_RESET) {
        for (uint32_t i = 0; i < PRING_UNITS_MAX; i++)
            ((struct receive_state *)state)->unit[i].left = 0;
        return;
    }
    if (o->setup.device_type != PRING_DEVICE_NET || f->lies != 0 || f->payload != 0)
        return;
    if (event->kind == PRING_EV_SHOWN)
        on_shown(state, event, o);
    else
        on_receive(state, event, judge);
}

const struct pring_oracle pring_oracle_receive = {
    .name = "receive",
    .kinds = 1u << PRING_EV_SHOWN | 1u << PRING_EV_RECEIVE | 1u << PRING_EV_RESET,
    .state_bytes = sizeof(struct receive_state),
    .event = receive_event,
    .help = "packets that are handed up are those that came, each once",
};
