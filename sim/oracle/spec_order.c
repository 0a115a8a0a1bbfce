/* SPDX-License-Identifier: Apache-2.0 */
/* How a driver lays out its chains with IN_ORDER [2.7.5, 2.7.5.3, 2.7.9]: descriptors round and round. */
#include "oracle/chains.h"
#include "oracle/spec_monitors.h"

enum { DESC_BYTES = 16 };

/* SPLIT-DESC-DRV-02, -03 */
static void judge_links(const struct pring_observed_queue *q, const struct pring_chain *chain,
                        const struct pring_event *event, struct pring_judge *judge)
{
    uint32_t at = chain->head;

    for (uint16_t i = 1; i < chain->direct; i++) {
        uint32_t next = q->segment[at].next;
        if (at == q->size - 1 && next != 0)
            spec_accuse(judge, "SPLIT-DESC-DRV-02", event, "The last descriptor leads to %u, and not to 0.",
                        next);
        else if (at != q->size - 1 && next != at + 1)
            spec_accuse(judge, "SPLIT-DESC-DRV-03", event, "Descriptor %u leads to %u.", at, next);
        at = next;
    }
}

/* SPLIT-IND-DRV-05: as it lies in memory. Where the chain ends is in the last entry that it has. */
static void judge_table(const struct pring_segment *pointer, uint32_t entries,
                        const struct pring_event *event, struct pring_judge *judge)
{
    for (uint32_t i = 0; i + 1 < entries; i++) {
        uint16_t next;
        if (!spec_peek(pointer->addr + DESC_BYTES * (uint64_t)i + 14, &next, sizeof(next)) || next == i + 1)
            continue;
        spec_accuse(judge, "SPLIT-IND-DRV-05", event, "Entry %u of the table leads to %u.", i, next);
        return;
    }
}

/* ST-INORD-DRV-01 */
static void judge_head(struct spec_ring_words *r, const struct pring_observed_queue *q,
                       const struct pring_chain *chain, const struct pring_event *event,
                       struct pring_judge *judge)
{
    if (chain->head != r->next_head)
        spec_accuse(judge, "ST-INORD-DRV-01", event,
                    "Chain %u is made available; it is descriptor %u's turn.", chain->head, r->next_head);
    r->next_head = (uint16_t)((chain->head + chain->direct) % q->size);
}

void spec_order_lend(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_chain *chain = event->chain;
    const struct pring_observed_queue *q = &o->queue[event->queue];
    struct pring_walk walk = pring_walk_begin(o, chain);
    const struct pring_segment *segment;

    if (!(o->features_written >> SPEC_F_IN_ORDER & 1) || q->packed || q->size == 0 ||
        spec_is_poked(judge, event->queue) ||
        (chain->fault != PRING_CHAIN_GOOD && chain->fault != PRING_CHAIN_ZERO))
        return;
    judge_head(&s->ring[event->queue], q, chain, event, judge);
    judge_links(q, chain, event, judge);
    while ((segment = pring_walk_next(&walk))) {
        if (segment->flags & PRING_DESC_INDIRECT)
            judge_table(segment, (uint32_t)chain->count - chain->direct, event, judge);
    }
}
