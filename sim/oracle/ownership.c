/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is lent is the device's until the driver has loaded an index that covers it, or has read back Status
 * 0. The wire keeps PRING_BYTE_POSTED by that rule, by the ids that stand in the ring. Under a lie the driver
 * may rightly believe in other ends: a chain is excused once the driver has loaded its id, or an index that
 * covers as many as are lent.
 */
#include <inttypes.h>

#include <pring/memory.h>

#include "oracle/chains.h"
#include "oracle/facts.h"

enum { WORDS = PRING_QUEUE_SIZE_MAX / 64, F_IN_ORDER = 35 };

struct ownership_state {
    bool any;                                  /* some bit of `excused` is set */
    uint32_t calls;                            /* driver calls under way */
    bool stack_lent;                           /* a chain was lent with a descriptor on a stack */
    uint64_t excused[PRING_QUEUES_MAX][WORDS]; /* by head: the driver may take this chain for returned */
};

/* ---- excuses ---- */

static void excuse_all(struct ownership_state *s, uint32_t queue)
{
    s->any = true;
    for (uint32_t i = 0; i < WORDS; i++)
        s->excused[queue][i] = ~UINT64_C(0);
}

static void excuse(struct ownership_state *s, uint32_t queue, uint64_t head)
{
    s->any = true;
    s->excused[queue][head / 64] |= UINT64_C(1) << (head % 64);
}

static void on_cover(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];

    if (q->lied && event->made >= q->lent_count)
        excuse_all(s, event->queue);
}

static void on_load(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(q, (uint32_t)event->seen);

    if (!q->lied)
        return;
    if (pring_judge_observer(judge)->features_written >> F_IN_ORDER & 1)
        excuse_all(s, event->queue); /* it stands for all before it as well */
    else if (chain)
        excuse(s, event->queue, chain->head);
    else if (!q->packed && event->seen < PRING_QUEUE_SIZE_MAX)
        excuse(s, event->queue, event->seen);
}

static bool is_stack(uint64_t addr)
{
    return addr >= PRING_STACK_BASE &&
           addr - PRING_STACK_BASE < (uint64_t)PRING_STACK_BYTES * PRING_STACKS * 2;
}

static void on_lend(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_chain *chain = event->chain;
    struct pring_walk walk = pring_walk_begin(pring_judge_observer(judge), chain);
    const struct pring_segment *segment;

    while ((segment = pring_walk_next(&walk)))
        s->stack_lent |= is_stack(segment->addr);
    if (chain->head >= PRING_QUEUE_SIZE_MAX)
        return;
    if (pring_judge_facts(judge)->poked >> chain->queue & 1)
        excuse(s, chain->queue, chain->head); /* what is lent is not what the driver wrote */
    else if (s->any)
        s->excused[chain->queue][chain->head / 64] &= ~(UINT64_C(1) << (chain->head % 64));
}

static bool is_excused(const struct ownership_state *s, const struct pring_chain *chain)
{
    return s->any && (s->excused[chain->queue][chain->head / 64] >> (chain->head % 64) & 1);
}

/* ---- which chain is it ---- */

/* A chain's places in a packed ring, as far as no later chain has them. */
static bool places_have(const struct pring_observed_queue *q, const struct pring_chain *chain, uint64_t addr,
                        uint64_t len_bytes)
{
    for (uint32_t i = 0; q->packed && i < chain->places; i++) {
        uint32_t place = (chain->slot + i) % q->size;
        if (pring_place_is_lent(q, place) &&
            pring_overlaps(addr, len_bytes, q->desc + 16 * (uint64_t)place, 16))
            return true;
    }
    return false;
}

static bool chain_has(const struct pring_observer *o, const struct pring_chain *chain, uint64_t addr,
                      uint64_t len_bytes)
{
    struct pring_walk walk = pring_walk_begin(o, chain);
    const struct pring_segment *segment;
    const struct pring_observed_queue *q = &o->queue[chain->queue];

    for (uint32_t at = walk.at; (segment = pring_walk_next(&walk)); at = walk.at) {
        if (pring_overlaps(addr, len_bytes, segment->addr, segment->len_bytes))
            return true;
        if (!q->packed && at < PRING_QUEUE_SIZE_MAX &&
            pring_overlaps(addr, len_bytes, q->desc + 16 * (uint64_t)at, 16))
            return true;
    }
    return places_have(q, chain, addr, len_bytes);
}

/* A lent chain that has one of these bytes, in a descriptor or in the table, and that the driver must take
 * for lent. */
static const struct pring_chain *lent_chain_at(const struct ownership_state *s,
                                               const struct pring_observer *o, uint64_t addr,
                                               uint64_t len_bytes)
{
    for (uint32_t q = 0; q < o->setup.queue_count; q++) {
        const struct pring_observed_queue *queue = &o->queue[q];
        for (uint32_t head = 0; queue->lent_count != 0 && head < queue->size; head++) {
            const struct pring_chain *chain = &queue->chain[head];
            if (chain->state == PRING_CHAIN_FREE || !chain_has(o, chain, addr, len_bytes))
                continue;
            if (!is_excused(s, chain))
                return chain;
        }
    }
    return NULL;
}

/* ---- rules ---- */

static void on_touch(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_chain *chain = lent_chain_at(s, o, event->addr, event->len_bytes);

    if (!chain || o->unplugged)
        return;
    pring_accuse(judge, "store-while-lent", event,
                 "The driver stores to 0x%" PRIx64 ", but that is lent: queue %u, chain %u.", event->addr,
                 chain->queue, chain->head);
}

static const char *release_rule(uint8_t kind)
{
    switch (kind) {
    case PRING_CALL_FREE:
        return "free-while-lent";
    case PRING_CALL_DMA_FREE:
        return "dma-free-while-lent";
    case PRING_CALL_UNMAP:
        return "unmap-while-lent";
    default:
        return NULL;
    }
}

static void on_call(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_call *call = event->call;
    const char *rule = release_rule(call->kind);
    const struct pring_chain *chain;

    if (!rule || event->made != 0 || call->bad || o->unplugged || !pring_is_low(call->addr, call->len_bytes))
        return;
    if (!pring_bytes_any(call->addr, call->len_bytes, PRING_BYTE_POSTED | PRING_BYTE_RING))
        return;
    chain = lent_chain_at(s, o, call->addr, call->len_bytes);
    if (chain)
        pring_accuse(judge, rule, event,
                     "The driver releases memory at 0x%" PRIx64 " that is lent: queue %u, chain %u.",
                     call->addr, chain->queue, chain->head);
    else if (o->driver_ok && pring_bytes_any(call->addr, call->len_bytes, PRING_BYTE_RING))
        pring_accuse(judge, "ring-released", event,
                     "The driver releases the rings at 0x%" PRIx64 " while the device may look at them.",
                     call->addr);
}

/* The caller gets its buffer back: the device must not write into it later. A reset that a fault keeps from
 * ending leaves the driver no way to be sure, and no reason to keep the request for ever. */
static void on_done(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_loan *loan = pring_facts_loan(pring_judge_facts(judge), event->request);
    uint64_t addr;

    if (!loan || loan->state != PRING_LOAN_OPEN || loan->len_bytes == 0 || !loan->data)
        return;
    addr = (uint64_t)(uintptr_t)loan->data;
    if (!pring_is_low(addr, loan->len_bytes) || !pring_bytes_any(addr, loan->len_bytes, PRING_BYTE_POSTED))
        return;
    if (o->unplugged || (o->reset_pending && o->config_lied))
        return;
    if (lent_chain_at(s, o, addr, loan->len_bytes))
        pring_accuse(
            judge, "done-while-lent", event,
            "The driver reports a request whose data, at 0x%" PRIx64 ", are still lent to the device.", addr);
}

static void judge_stacks(struct ownership_state *s, const struct pring_event *event,
                         struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_chain *chain =
        lent_chain_at(s, o, PRING_STACK_BASE, (uint64_t)PRING_STACK_BYTES * PRING_STACKS * 2);

    s->stack_lent = chain != NULL;
    if (chain && !o->unplugged)
        pring_accuse(judge, "stack-lent", event,
                     "A driver call returned, and its stack is still lent: queue %u, chain %u.", chain->queue,
                     chain->head);
}

/* Contexts that the driver has spawned have stacks of their own, which live on. */
static void on_end(struct ownership_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->calls -= s->calls != 0;
    if (s->stack_lent && s->calls == 0 && pring_judge_platform(judge)->contexts == 0)
        judge_stacks(s, event, judge);
}

static void ownership_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct ownership_state *s = state;

    switch (event->kind) {
    case PRING_EV_LOAD:
        on_load(s, event, judge);
        return;
    case PRING_EV_COVER:
        on_cover(s, event, judge);
        return;
    case PRING_EV_LEND:
        on_lend(s, event, judge);
        return;
    case PRING_EV_TOUCH:
        on_touch(s, event, judge);
        return;
    case PRING_EV_CALL:
        on_call(s, event, judge);
        return;
    case PRING_EV_DONE:
        on_done(s, event, judge);
        return;
    case PRING_EV_BEGIN:
        s->calls++;
        return;
    default:
        on_end(s, event, judge);
        return;
    }
}

static const uint8_t words[] = {PRING_F_USED_ID, PRING_F_PACKED_ID, 0};

const struct pring_oracle pring_oracle_ownership = {
    .name = "ownership",
    .words = words,
    .kinds = 1u << PRING_EV_LOAD | 1u << PRING_EV_COVER | 1u << PRING_EV_LEND | 1u << PRING_EV_TOUCH |
             1u << PRING_EV_CALL | 1u << PRING_EV_DONE | 1u << PRING_EV_BEGIN | 1u << PRING_EV_END,
    .state_bytes = sizeof(struct ownership_state),
    .event = ownership_event,
    .help = "what is lent is neither written, nor freed, nor given back before the device is done with it",
};
