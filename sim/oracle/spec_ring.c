/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver puts into a split ring [2.6.4, 2.7.5, 2.7.6, 2.7.7, 2.7.10]. */
#include "oracle/spec_state.h"

#define CHAIN_BYTES_MAX (1ull << 32)

struct ring {
    bool known;   /* avail_idx is what the driver stored last */
    bool owes;    /* entries were made available, and no notify came since */
    bool excused; /* since then used.flags was loaded with NO_NOTIFY */
    uint16_t avail_idx;
};

struct ring_state {
    struct spec_gate gate;
    bool switched;  /* a fault has let another context run: whose call returns is unclear from then on */
    bool given_up;  /* FAILED or pring_broken, and no reset since */
    uint32_t owing; /* mask of the rings that owe a notify */
    struct ring ring[PRING_QUEUES_MAX];
};

static void reset(struct ring_state *s)
{
    s->owing = 0;
    s->given_up = false;
    memset(s->ring, 0, sizeof(s->ring));
}

static bool has_event_idx(const struct pring_judge *judge)
{
    return pring_judge_observer(judge)->features_written >> SPEC_F_EVENT_IDX & 1;
}

/* ---- chains ---- */

static void lend(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_chain *chain = event->chain;

    if (spec_is_poked(judge, event->queue))
        return;
    if (chain->fault == PRING_CHAIN_ORDER)
        pring_accuse(judge, "FRAME-DRV-01", event, "Chain %u has a readable element behind a writable one.",
                     chain->head);
    else if (chain->fault == PRING_CHAIN_LOOP)
        pring_accuse(judge, "SPLIT-DESC-DRV-01", event,
                     "Chain %u has more descriptors than the table: it loops.", chain->head);
    else if (chain->readable_bytes + chain->writable_bytes > CHAIN_BYTES_MAX)
        pring_accuse(judge, "SPLIT-DESC-DRV-01", event, "Chain %u is longer than 2^32 bytes.", chain->head);
}

/* ---- the available ring ---- */

/* SPLIT-AVAIL-DRV-01 */
static void avail_idx(struct ring_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    struct ring *r = &s->ring[event->queue];
    uint32_t size = pring_judge_observer(judge)->queue[event->queue].size;
    uint16_t before = r->known ? r->avail_idx : (uint16_t)event->raw, now = (uint16_t)event->made;
    uint16_t added = (uint16_t)(now - before);

    r->known = true;
    r->avail_idx = now;
    if (added == 0)
        return;
    if (added > size && !spec_is_poked(judge, event->queue))
        pring_accuse(judge, "SPLIT-AVAIL-DRV-01", event, "The avail.idx of queue %u goes from %u to %u.",
                     event->queue, before, now);
    r->owes = true;
    r->excused = false;
    s->owing |= 1u << event->queue;
}

/* SPLIT-USUP-DRV-01 */
static void avail_flags(const struct pring_event *event, struct pring_judge *judge)
{
    if (event->made > 1 && !has_event_idx(judge))
        pring_accuse(judge, "SPLIT-USUP-DRV-01", event, "The avail.flags of queue %u = 0x%llx.", event->queue,
                     (unsigned long long)event->made);
}

/* ---- SPLIT-ASUP-DRV-04: judged when the driver has had every chance to notify ---- */

static bool may_be_silent(const struct ring *r, const struct pring_observer *o, unsigned q)
{
    uint16_t flags = 0;

    if (!r->owes || r->excused || o->queue[q].lied || !o->queue[q].ready || !o->driver_ok)
        return true;
    if (o->status_seen & SPEC_NEEDS_RESET)
        return true;
    return spec_peek(o->queue[q].device, &flags, sizeof(flags)) && (flags & 1);
}

static void judge_silence(struct ring_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    bool excused = s->switched || s->given_up || has_event_idx(judge);

    for (unsigned q = 0; q < PRING_QUEUES_MAX && s->owing; q++) {
        if (!(s->owing >> q & 1))
            continue;
        if (!excused && !may_be_silent(&s->ring[q], o, q))
            pring_accuse(judge, "SPLIT-ASUP-DRV-04", event,
                         "Queue %u has new entries, and the device was not told.", q);
        s->ring[q].owes = false;
        s->owing &= ~(1u << q);
    }
}

static void notify(struct ring_state *s, const struct pring_event *event)
{
    if (event->made >= PRING_QUEUES_MAX)
        return;
    s->ring[event->made].owes = false;
    s->owing &= ~(1u << event->made);
}

static void register_write(struct ring_state *s, const struct pring_event *event)
{
    switch (event->field) {
    case PRING_F_REG_QUEUE_NOTIFY:
        notify(s, event);
        return;
    case PRING_F_REG_QUEUE_READY:
        if (event->queue < PRING_QUEUES_MAX)
            s->ring[event->queue] = (struct ring){0};
        return;
    case PRING_F_REG_STATUS:
        if (event->made == 0)
            reset(s);
        else if (event->made & SPEC_FAILED)
            s->given_up = true;
        return;
    default:
        return;
    }
}

static void memory_event(struct ring_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool store = event->kind == PRING_EV_STORE;

    if (event->field == PRING_F_AVAIL_IDX && store)
        avail_idx(s, event, judge);
    else if (event->field == PRING_F_AVAIL_FLAGS && store)
        avail_flags(event, judge);
    else if (event->field == PRING_F_USED_FLAGS && !store)
        s->ring[event->queue].excused |= event->seen & 1;
}

static void ring_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct ring_state *s = state;

    switch (event->kind) {
    case PRING_EV_LOAD:
    case PRING_EV_STORE:
        memory_event(s, event, judge);
        return;
    case PRING_EV_REG_WRITE:
        register_write(s, event);
        return;
    case PRING_EV_LEND:
        lend(event, judge);
        return;
    case PRING_EV_CALL:
        if (s->owing && event->call->kind == PRING_CALL_SLEEP)
            judge_silence(s, event, judge);
        return;
    case PRING_EV_END:
        if (s->owing && !spec_is_silent(&s->gate, event, judge))
            judge_silence(s, event, judge);
        return;
    case PRING_EV_FAULT:
        s->switched |= event->fault->action == PRING_FAULT_SWITCH;
        return;
    default: /* BROKEN */
        s->given_up = true;
        return;
    }
}

const struct pring_oracle pring_oracle_spec_ring = {
    .name = "spec",
    .kinds = SPEC_KIND(LOAD) | SPEC_KIND(STORE) | SPEC_KIND(REG_WRITE) | SPEC_KIND(LEND) | SPEC_KIND(CALL) |
             SPEC_KIND(END) | SPEC_KIND(FAULT) | SPEC_KIND(BROKEN),
    .state_bytes = sizeof(struct ring_state),
    .event = ring_event,
    .help = "the driver keeps the requirements of the specification: split rings",
};
