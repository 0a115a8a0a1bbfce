/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entropy requests [5.4.6, 2.7.8.2]: no readable elements, and no more bytes handed up than the device
 * reported. A driver may keep bytes and hand them out later, so sums over the run are compared; a length that
 * a fault raises under the driver's eyes counts as reported.
 */
#include "oracle/spec_state.h"

struct rng_state {
    struct spec_gate gate;
    bool loose;          /* used.idx or used.len were lied about in memory: what was reported is unclear */
    uint32_t last_shown; /* length of the last completion */
    uint64_t shown, handed_up;
};

static bool is_rng(const struct pring_judge *judge)
{
    return pring_judge_observer(judge)->setup.device_type == PRING_DEVICE_RNG;
}

/* RNG-DRV-01 */
static void lend(const struct pring_event *event, struct pring_judge *judge)
{
    if (event->chain->readable_bytes && !spec_is_poked(judge, event->queue))
        pring_accuse(judge, "RNG-DRV-01", event, "Chain %u has readable elements.", event->chain->head);
}

static void fault(struct rng_state *s, const struct pring_event *event)
{
    uint8_t subject = spec_fault_subject(event);

    if (subject == PRING_F_USED_IDX ||
        (subject == PRING_F_USED_LEN && event->fault->action == PRING_FAULT_POKE))
        s->loose = true;
}

static void load(struct rng_state *s, const struct pring_event *event)
{
    if (event->field == PRING_F_USED_LEN && event->seen > event->made)
        s->shown += event->seen - event->made;
}

/* RNG-DRV-02; where the device reported nothing at all, SPLIT-USED-DRV-01. */
static void done(struct rng_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    if ((int64_t)event->seen < 0)
        return;
    s->handed_up += event->raw;
    if (s->handed_up <= s->shown || s->loose)
        return;
    if (s->last_shown == 0)
        pring_accuse(judge, "SPLIT-USED-DRV-01", event,
                     "%llu bytes are handed up, and the device reported none.",
                     (unsigned long long)event->raw);
    else
        pring_accuse(judge, "RNG-DRV-02", event, "%llu bytes are handed up, and the device reported %u.",
                     (unsigned long long)event->raw, s->last_shown);
    s->handed_up = s->shown;
}

static void rng_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct rng_state *s = state;

    if (!is_rng(judge) || spec_is_silent(&s->gate, event, judge) || s->gate.other_type)
        return;
    switch (event->kind) {
    case PRING_EV_LEND:
        lend(event, judge);
        return;
    case PRING_EV_SHOWN:
        s->last_shown = (uint32_t)event->raw;
        s->shown += event->raw;
        return;
    case PRING_EV_LOAD:
        load(s, event);
        return;
    case PRING_EV_FAULT:
        fault(s, event);
        return;
    case PRING_EV_DONE:
        done(s, event, judge);
        return;
    default: /* REG_READ: for the gate */
        return;
    }
}

const struct pring_oracle pring_oracle_spec_rng = {
    .name = "spec",
    .kinds = SPEC_KIND(LEND) | SPEC_KIND(SHOWN) | SPEC_KIND(LOAD) | SPEC_KIND(FAULT) | SPEC_KIND(DONE) |
             SPEC_KIND(REG_READ),
    .state_bytes = sizeof(struct rng_state),
    .event = rng_event,
    .help = "the driver keeps the requirements of the specification: entropy device",
};
