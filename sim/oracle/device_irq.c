/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The backend's own interrupt [2.1.2, 2.4.1, 2.7.7.2, 4.2.2.1]. The wire takes it off the backend as soon as
 * it sees the line (an event with what InterruptStatus held), after it has collected completions. Whether one
 * was due is decided from the words that the device had in front of it; judged when nothing moves, so not
 * under schedule `free`.
 * A spurious used buffer interrupt after DRIVER_OK is legal: drivers have to cope with it
 * (SPLIT-USUP-DRV-05).
 */
#include "oracle/device_monitors.h"

/* Is the place that the driver asks for among those that this completion takes? ST-PEVT-DEV-02 */
static bool is_packed_due(const struct pring_event *event, const struct pring_observer *o)
{
    const struct pring_observed_queue *q = &o->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(q, (uint32_t)event->raw);
    uint32_t place = event->addr & 0x7fff, places = chain ? chain->places : 1, asked;
    bool wrap = event->addr >> 15 & 1;
    uint16_t words[2];

    if (!spec_peek(q->driver, words, sizeof(words)) || (words[1] & 3) == 1)
        return false;
    if ((words[1] & 3) != 2 || !(o->features_written >> SPEC_F_EVENT_IDX & 1))
        return true;
    asked = words[0] & 0x7fff;
    if ((words[0] >> 15) == wrap)
        return asked - place < places;
    return asked + q->size - place < places; /* of the next lap */
}

/* SPLIT-USUP-DEV-03, -05: does this entry call for an interrupt? */
static bool is_due(const struct pring_event *event, const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_observed_queue *q = &o->queue[event->queue];
    uint16_t word = 1;

    if (q->lied || q->withheld || spec_is_poked(judge, event->queue))
        return false; /* the driver counts otherwise than the device from then on */
    if (q->packed)
        return is_packed_due(event, o);
    if (!(o->features_written >> SPEC_F_EVENT_IDX & 1))
        return spec_peek(q->driver, &word, sizeof(word)) && !(word & 1);
    return spec_peek(q->driver + 4 + 2ull * q->size, &word, sizeof(word)) && word == event->index;
}

static void made(struct device_irq *s, const struct pring_event *event, const struct pring_judge *judge)
{
    if (!is_due(event, judge))
        return;
    s->due = true;
    s->due_queue = event->queue;
}

static void judge_due(struct device_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    bool event_idx = o->features_written >> SPEC_F_EVENT_IDX & 1;
    const char *rule = o->queue[s->due_queue].packed ? "ST-PEVT-DEV-02"
                       : event_idx                   ? "SPLIT-USUP-DEV-05"
                                                     : "SPLIT-USUP-DEV-03";

    if (s->due && s->running && pring_judge_options(judge)->schedule == PRING_SCHEDULE_SETTLED)
        device_accuse(judge, rule, event, "Queue %u was used, an interrupt was due and did not come.",
                      s->due_queue);
    s->due = false;
}

/* STATUS-DEV-02, RESET-DEV-02: nobody may be interrupted now. Changing the configuration was the workload's
 * doing. */
static void judge_early(const struct device_irq *s, uint64_t bits, const struct pring_event *event,
                        struct pring_judge *judge)
{
    if ((bits & 1) && !s->ran_before)
        device_accuse(judge, "STATUS-DEV-02", event, "A used buffer interrupt before DRIVER_OK.");
    else if ((bits & 1) || !s->acted)
        device_accuse(judge, "RESET-DEV-02", event, "An interrupt between a reset and DRIVER_OK.");
}

/* MMIO-DEV-03. When nothing waits for the device to come to rest, the bit may be still on its way. */
static void judge_missing(const struct device_irq *s, uint64_t bits, const struct pring_event *event,
                          struct pring_judge *judge)
{
    if (pring_judge_options(judge)->schedule != PRING_SCHEDULE_SETTLED)
        return;
    if (!(bits & 1) && s->due)
        device_accuse(judge, "MMIO-DEV-03", event,
                      "Buffers were used, and InterruptStatus bit 0 is not set.");
    else if (!(bits & 2) && s->acted && s->running)
        device_accuse(judge, "MMIO-DEV-03", event,
                      "The capacity has changed, and InterruptStatus bit 1 is not set.");
}

static void taken(struct device_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t bits = event->raw;

    if (bits == 0)
        device_accuse(judge, "ST-MMIO-DEV-09", event, "The line is high, and InterruptStatus is 0.");
    else if (bits & ~3ull)
        device_accuse(judge, "MMIO-DEV-04", event, "InterruptStatus is 0x%llx.", (unsigned long long)bits);
    else if (!s->running && !pring_judge_observer(judge)->reset_pending)
        judge_early(s, bits, event, judge);
    else if ((bits & 1) && s->for_nobody)
        device_accuse(judge, "QRESET-DEV-02", event,
                      "A used buffer interrupt, and all queues that were ready are reset.");
    else
        judge_missing(s, bits, event, judge);
    s->config_told |= bits & 2;
    s->due = s->acted = s->for_nobody = false;
}

/* STATUS-DEV-04. The interrupt follows the bit: who reads in between may be the first to know. */
static void status_read(struct device_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (!(event->raw & SPEC_NEEDS_RESET) || !s->running || s->config_told)
        return;
    if (s->broken_shown)
        device_accuse(judge, "STATUS-DEV-04", event, "DEVICE_NEEDS_RESET is set, and no interrupt said so.");
    s->broken_shown = true;
}

static void status_write(struct device_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->made == 0) {
        judge_due(s, event, judge);
        *s = (struct device_irq){
            .ran_before = s->ran_before, .capacity_known = s->capacity_known, .capacity = s->capacity};
    } else if (event->made & SPEC_DRIVER_OK) {
        s->acted &= s->running; /* earlier changes are announced by nobody */
        s->running = s->ran_before = true;
    }
}

static void act(struct device_irq *s, const struct pring_event *event, const struct pring_judge *judge)
{
    const struct pring_setup *setup = &pring_judge_observer(judge)->setup;
    uint64_t before = s->capacity_known ? s->capacity : setup->blk.capacity_sectors;

    s->acted |= setup->device_type == PRING_DEVICE_BLK && event->made != before;
    s->capacity_known = true;
    s->capacity = event->made;
}

void device_irq_event(struct device_irq *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_MADE:
        made(s, event, judge);
        return;
    case PRING_EV_DEV_IRQ:
        if (event->field == PRING_F_REG_INTERRUPT_STATUS)
            taken(s, event, judge);
        return;
    case PRING_EV_DEV_IDLE:
        judge_due(s, event, judge); /* of what was made before the last settling */
        return;
    case PRING_EV_ACT:
        act(s, event, judge);
        return;
    default: /* Status */
        if (event->kind == PRING_EV_REG_READ)
            status_read(s, event, judge);
        else
            status_write(s, event, judge);
        return;
    }
}
