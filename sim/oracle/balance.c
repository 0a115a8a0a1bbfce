/* SPDX-License-Identifier: Apache-2.0 */
/* After remove, or a probe that failed, a driver holds what it held before its first probe, and its pool at
 * most. */
#include "oracle/facts.h"

static bool more(uint32_t now, uint32_t before, uint32_t pool)
{
    return now > before + pool;
}

struct balance_state {
    bool told_gone; /* remove was told that the device is gone */
    bool later;     /* a submit slept over remove: it may give back what it holds when it wakes */
    bool
        kept; /* an earlier life of the driver ended while it had to keep memory: it never gets rid of that */
    struct pring_counts base; /* then */
};

/* The device may still own the memory: a fault keeps its reset from ending, or it vanished and nobody has
 * told the driver yet. Then a driver does right to keep it too. */
static bool must_keep(const struct balance_state *s, const struct pring_observer *o)
{
    return (o->reset_pending && o->config_lied) || (o->unplugged && !s->told_gone);
}

static void judge_counts(const struct balance_state *s, const struct pring_event *event,
                         struct pring_judge *judge, const char *after)
{
    const struct pring_counts *before = s->kept ? &s->base : &pring_judge_facts(judge)->before_probe;
    const struct pring_counts *pool = pring_judge_pool(judge);
    struct pring_counts now = pring_judge_counts(judge);
    const char *what = NULL;

    if (more(now.allocs, before->allocs, pool->allocs))
        what = "allocs";
    else if (more(now.dma_allocs, before->dma_allocs, pool->dma_allocs))
        what = "dma-allocs";
    else if (more(now.maps, before->maps, pool->maps))
        what = "maps";
    else if (more(now.irqs, before->irqs, pool->irqs))
        what = "irqs";
    else if (more(now.timers, before->timers, pool->timers))
        what = "timers";
    else if (more(now.contexts, before->contexts, pool->contexts))
        what = "contexts";
    if (what)
        pring_accuse(judge, what, event, "After %s the driver still holds what it did not give back: %s.",
                     after, what);
}

static void balance_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct balance_state *s = state;
    if (event->kind == PRING_EV_BEGIN) {
        s->told_gone = event->made == PRING_ENTRY_REMOVE && pring_judge_observer(judge)->unplugged;
        return;
    }
    bool removed = event->made == PRING_ENTRY_REMOVE;
    bool refused = event->made == PRING_ENTRY_PROBE && (int64_t)event->seen < 0;

    if (!removed && !refused)
        return;
    s->later = pring_facts_call_sleeps(pring_judge_facts(judge));
    if (s->later)
        return;
    if (must_keep(s, pring_judge_observer(judge))) {
        s->kept = true;
        s->base = pring_judge_counts(judge);
        return;
    }
    judge_counts(s, event, judge, removed ? "remove" : "a probe that failed");
}

static void balance_end(void *state, struct pring_judge *judge)
{
    const struct balance_state *s = state;
    const struct pring_observer *o = pring_judge_observer(judge);

    if (s->later && pring_judge_facts(judge)->why == PRING_STOP_NONE && !o->probed && !must_keep(s, o))
        judge_counts(s, NULL, judge, "remove");
}

const struct pring_oracle pring_oracle_balance = {
    .name = "balance",
    .kinds = 1u << PRING_EV_BEGIN | 1u << PRING_EV_END,
    .state_bytes = sizeof(struct balance_state),
    .event = balance_event,
    .end = balance_end,
    .help = "memory, mappings, interrupts, timers and contexts are given back by remove",
};
