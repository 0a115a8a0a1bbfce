/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entropy requests [5.4.6, 2.7.8.2]: no readable elements, and no more bytes handed up than the device
 * reported. A driver may keep bytes and hand them out later, so sums over the run are compared; a length that
 * a fault raises under the driver's eyes counts as reported.
 */
#include "oracle/spec_monitors.h"

/* RNG-DRV-01 */
static void lend(const struct pring_event *event, struct pring_judge *judge)
{
    if (event->chain->readable_bytes && !spec_is_poked(judge, event->queue))
        spec_accuse(judge, "RNG-DRV-01", event, "Chain %u has readable elements.", event->chain->head);
}

/* With IN_ORDER a completion out of turn stands for older ones, which count as used to the end. */
static void fault(struct spec_rng *s, const struct pring_event *event, const struct pring_judge *judge)
{
    uint8_t subject = spec_fault_subject(event);
    bool in_order = pring_judge_observer(judge)->features_written >> SPEC_F_IN_ORDER & 1;

    if (subject == PRING_F_USED_IDX || subject == PRING_F_PACKED_FLAGS || (event->made && in_order) ||
        ((subject == PRING_F_USED_LEN || subject == PRING_F_PACKED_LEN) &&
         event->fault->action == PRING_FAULT_POKE))
        s->loose = true;
}

/* RNG-DRV-02; where the device reported nothing at all, SPLIT-USED-DRV-01. */
static void done(struct spec_rng *s, const struct pring_event *event, struct pring_judge *judge)
{
    if ((int64_t)event->seen < 0)
        return;
    s->handed_up += event->raw;
    if (s->handed_up <= s->shown || s->loose)
        return;
    if (s->last_shown == 0)
        spec_accuse(judge, "SPLIT-USED-DRV-01", event,
                    "%llu bytes are handed up, and the device reported none.",
                    (unsigned long long)event->raw);
    else
        spec_accuse(judge, "RNG-DRV-02", event, "%llu bytes are handed up, and the device reported %u.",
                    (unsigned long long)event->raw, s->last_shown);
    s->handed_up = s->shown;
}

void spec_rng_event(struct spec_rng *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_LEND:
        lend(event, judge);
        return;
    case PRING_EV_SHOWN:
        s->last_shown = (uint32_t)event->raw;
        s->shown += event->raw;
        return;
    case PRING_EV_FAULT:
        fault(s, event, judge);
        return;
    default: /* DONE */
        done(s, event, judge);
        return;
    }
}
