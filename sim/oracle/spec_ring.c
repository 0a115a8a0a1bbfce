/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver puts into a split ring [2.6.4, 2.7.5, 2.7.6, 2.7.7, 2.7.10]. */
#include "oracle/spec_monitors.h"

#define CHAIN_BYTES_MAX (1ull << 32)

static void reset(struct spec_ring *s)
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

/* Why the walk stopped early. Zero length is legal and helps nobody. */
static void judge_walk(const struct pring_chain *chain, const struct pring_event *event,
                       struct pring_judge *judge)
{
    switch (chain->fault) {
    case PRING_CHAIN_ORDER:
        spec_accuse(judge, "FRAME-DRV-01", event, "Chain %u has a readable element behind a writable one.",
                    chain->head);
        return;
    case PRING_CHAIN_LOOP:
        spec_accuse(judge, "SPLIT-DESC-DRV-01", event,
                    "Chain %u has more descriptors than the table: it loops.", chain->head);
        return;
    case PRING_CHAIN_INDEX:
        spec_accuse(judge, "desc-index", event, "Chain %u names a descriptor beyond the table.", chain->head);
        return;
    case PRING_CHAIN_INDIRECT:
        spec_accuse(judge, "SPLIT-IND-DRV-01", event, "Chain %u is indirect, which was not negotiated.",
                    chain->head);
        return;
    case PRING_CHAIN_NESTED:
        spec_accuse(judge, "SPLIT-IND-DRV-02", event,
                    "Chain %u has an indirect descriptor in an indirect table.", chain->head);
        return;
    case PRING_CHAIN_LONG:
        spec_accuse(judge, "SPLIT-IND-DRV-03", event,
                    "Chain %u has more elements, those of its table included, than the queue is large.",
                    chain->head);
        return;
    case PRING_CHAIN_BEYOND:
        spec_accuse(judge, "SPLIT-IND-DRV-04", event, "Chain %u goes on behind its indirect descriptor.",
                    chain->head);
        return;
    case PRING_CHAIN_TABLE:
        spec_accuse(judge, "indirect-table", event,
                    "Chain %u has an indirect table that is not one or more whole descriptors.", chain->head);
        return;
    case PRING_CHAIN_RELENT:
        if (!pring_judge_observer(judge)->queue[event->queue].lied)
            spec_accuse(judge, "lent-twice", event,
                        "Chain %u is made available, and the device has it still.", chain->head);
        return;
    case PRING_CHAIN_ZERO:
        pring_note(judge, "zero-length", event, "Chain %u has an element of no bytes.", chain->head);
        return;
    default:
        return;
    }
}

void spec_ring_lend(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_chain *chain = event->chain;

    if (spec_is_poked(judge, event->queue))
        return;
    if (pring_judge_observer(judge)->queue[event->queue].packed) {
        spec_packed_lend(event, judge);
        return;
    }
    if (chain->fault != PRING_CHAIN_GOOD)
        judge_walk(chain, event, judge);
    else if (chain->readable_bytes + chain->writable_bytes > CHAIN_BYTES_MAX)
        spec_accuse(judge, "SPLIT-DESC-DRV-01", event, "Chain %u is longer than 2^32 bytes.", chain->head);
}

/* ---- the available ring ---- */

void spec_ring_owe(struct spec_ring *s, unsigned queue)
{
    s->ring[queue].owes = true;
    s->ring[queue].excused = false;
    s->owing |= 1u << queue;
}

/* SPLIT-AVAIL-DRV-01 */
static void avail_idx(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    struct spec_ring_words *r = &s->ring[event->queue];
    uint32_t size = pring_judge_observer(judge)->queue[event->queue].size;
    uint16_t before = r->known ? r->avail_idx : (uint16_t)event->raw, now = (uint16_t)event->made;
    uint16_t added = (uint16_t)(now - before);

    r->known = true;
    r->avail_idx = now;
    if (added == 0)
        return;
    if (added > size && !spec_is_poked(judge, event->queue))
        spec_accuse(judge, "SPLIT-AVAIL-DRV-01", event, "The avail.idx of queue %u goes from %u to %u.",
                    event->queue, before, now);
    spec_ring_owe(s, event->queue);
}

/* SPLIT-USUP-DRV-01 */
static void avail_flags(const struct pring_event *event, struct pring_judge *judge)
{
    if (event->made > 1 && !has_event_idx(judge))
        spec_accuse(judge, "SPLIT-USUP-DRV-01", event, "The avail.flags of queue %u = 0x%llx.", event->queue,
                    (unsigned long long)event->made);
}

/* ---- SPLIT-ASUP-DRV-04: judged when the driver has had every chance to notify ---- */

static bool may_be_silent(const struct spec_ring_words *r, const struct pring_observer *o, unsigned q)
{
    uint16_t flags = 0;

    if (!r->owes || r->excused || o->queue[q].lied || !o->queue[q].ready || !o->driver_ok)
        return true;
    if (o->status_seen & SPEC_NEEDS_RESET)
        return true;
    if (o->queue[q].packed)
        return spec_peek(o->queue[q].device + 2, &flags, sizeof(flags)) && (flags & 3) != 0;
    return spec_peek(o->queue[q].device, &flags, sizeof(flags)) && (flags & 1);
}

void spec_ring_quiet(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    bool excused = s->switched || s->given_up || has_event_idx(judge);

    for (unsigned q = 0; q < PRING_QUEUES_MAX && s->owing; q++) {
        if (!(s->owing >> q & 1))
            continue;
        if (!excused && !may_be_silent(&s->ring[q], o, q))
            spec_accuse(judge, o->queue[q].packed ? "PACKED-NOTE-DRV-01" : "SPLIT-ASUP-DRV-04", event,
                        "Queue %u has new entries, and the device was not told.", q);
        s->ring[q].owes = false;
        s->owing &= ~(1u << q);
    }
}

/* ST-MMIO-DRV-03: beside the queue stands the index of what comes next. Who sleeps in between, or is another
 * context, may be late. */
static void notification_data(const struct spec_ring *s, const struct pring_event *event,
                              struct pring_judge *judge)
{
    uint32_t number = event->made & UINT16_MAX, next = (uint32_t)(event->made >> 16);
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[number];
    uint32_t expected = q->packed ? q->avail_place | (uint32_t)q->avail_wrap << 15 : q->avail_idx;

    if (!q->ready || s->switched || spec_is_poked(judge, number) || next == expected)
        return;
    spec_accuse(judge, "ST-MMIO-DRV-03", event,
                "Queue %u is notified with 0x%x as what comes next, and that is 0x%x.", number, next,
                expected);
}

static void notify(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    bool with_data = o->features_written >> SPEC_F_NOTIFICATION_DATA & 1;
    uint64_t queue = with_data ? event->made & UINT16_MAX : event->made;

    if (queue >= o->setup.queue_count) {
        if (queue < PRING_QUEUES_MAX ? o->queue[queue].size_max_seen > 0 : o->config_lied)
            return; /* a fault showed the driver that there is one */
        spec_accuse(judge, "ST-MMIO-DRV-02", event, "QueueNotify = 0x%llx, and there is no such queue.",
                    (unsigned long long)event->made);
        return;
    }
    if (with_data)
        notification_data(s, event, judge);
    s->ring[queue].owes = false;
    s->owing &= ~(1u << queue);
}

void spec_ring_register(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->field) {
    case PRING_F_REG_QUEUE_NOTIFY:
        notify(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_RESET:
        if (!(pring_judge_observer(judge)->features_written >> SPEC_F_RING_RESET & 1))
            return;
        /* fall through */
    case PRING_F_REG_QUEUE_READY:
        if (event->queue < PRING_QUEUES_MAX)
            s->ring[event->queue] = (struct spec_ring_words){0};
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

void spec_ring_memory(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool store = event->kind == PRING_EV_STORE;

    if (event->field == PRING_F_AVAIL_IDX && store)
        avail_idx(s, event, judge);
    else if (event->field == PRING_F_AVAIL_FLAGS && store)
        avail_flags(event, judge);
    else if (event->field == PRING_F_USED_FLAGS && !store)
        s->ring[event->queue].excused |= event->seen & 1;
    else if (event->field == PRING_F_EVENT_FLAGS && !store)
        s->ring[event->queue].excused |= (event->seen & 3) != 0;
    else if (store && pring_field_info[event->field].group == PRING_GROUP_PACKED)
        spec_packed_store(event, judge);
}
