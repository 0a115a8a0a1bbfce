/* SPDX-License-Identifier: Apache-2.0 */
/* The order of initialisation [2.1.1, 3.1.1]: Status writes, and what may only happen between them. */
#include "oracle/spec_state.h"

struct status_state {
    struct spec_gate gate;
    bool started;     /* this probe has reset the device, or was told that it did not */
    bool failed;      /* FAILED was written, and no reset since */
    bool confirmed;   /* FEATURES_OK was written, then shown */
    bool refused;     /* it was shown clear, last time */
    bool queue_early; /* a queue was made ready before FEATURES_OK was confirmed */
    uint8_t set;      /* bits that the driver set, less those that it was shown clear */
    uint8_t written;  /* or-ed since reset */
    uint8_t queues;   /* made ready since reset */
    uint8_t absent;   /* QueueSizeMax was shown as 0 */
};

static void begin_again(struct status_state *s)
{
    struct spec_gate gate = s->gate;

    *s = (struct status_state){.gate = gate, .started = true};
}

/* INIT-DRV-01, STATUS-DRV-03. An error path that only sets FAILED begins nothing. */
static void judge_start(struct status_state *s, const struct pring_event *event, struct pring_judge *judge,
                        uint8_t value)
{
    if (s->started || !(value & (SPEC_DRIVER_BITS & ~SPEC_FAILED)) || (value & SPEC_FAILED))
        return;
    s->started = true;
    if (!s->failed)
        pring_accuse(judge, "INIT-DRV-01", event, "Status = 0x%x is written, and no reset came before.",
                     value);
}

/* STATUS-DRV-02, -03 */
static void judge_bits(struct status_state *s, const struct pring_event *event, struct pring_judge *judge,
                       uint8_t value)
{
    uint8_t added = value & SPEC_DRIVER_BITS & ~s->set, lost = s->set & ~value;

    if (s->failed && ((added & ~SPEC_FAILED) || (lost & SPEC_FAILED)))
        pring_accuse(judge, "STATUS-DRV-03", event, "Status = 0x%x is written after FAILED, without a reset.",
                     value);
    else if (lost)
        pring_accuse(judge, "STATUS-DRV-02", event, "Status = 0x%x clears bits 0x%x that the driver had set.",
                     value, lost);
}

/* INIT-DRV-02, -03: a step in the same write counts as done before. */
static void judge_steps(const struct status_state *s, const struct pring_event *event,
                        struct pring_judge *judge, uint8_t value)
{
    uint8_t added = value & ~s->set, all = value | s->set;

    if ((added & (SPEC_DRIVER | SPEC_FEATURES_OK | SPEC_DRIVER_OK)) && !(all & SPEC_ACKNOWLEDGE))
        pring_accuse(judge, "INIT-DRV-02", event, "Status = 0x%x is written, and ACKNOWLEDGE was never set.",
                     value);
    else if ((added & (SPEC_FEATURES_OK | SPEC_DRIVER_OK)) && !(all & SPEC_DRIVER))
        pring_accuse(judge, "INIT-DRV-03", event, "Status = 0x%x is written, and DRIVER was never set.",
                     value);
}

static void judge_features_ok(struct status_state *s, const struct pring_event *event,
                              struct pring_judge *judge)
{
    if (s->set & SPEC_DRIVER_OK)
        pring_accuse(judge, "STATUS-DRV-01", event, "FEATURES_OK is set after DRIVER_OK.");
    if (s->queue_early)
        pring_accuse(judge, "INIT-DRV-10", event, "A queue was made ready before FEATURES_OK was set.");
    s->queue_early = s->confirmed = s->refused = false;
}

static void judge_driver_ok(const struct status_state *s, const struct pring_event *event,
                            struct pring_judge *judge, uint8_t value)
{
    if (!((s->written | value) & SPEC_FEATURES_OK))
        pring_accuse(judge, "INIT-DRV-07", event, "DRIVER_OK is set, and FEATURES_OK never was.");
    else if (!(s->written & SPEC_FEATURES_OK))
        pring_accuse(judge, "STATUS-DRV-01", event, "FEATURES_OK and DRIVER_OK are set by one write.");
    else if (!s->confirmed)
        pring_accuse(judge, "INIT-DRV-09", event,
                     "DRIVER_OK is set, and FEATURES_OK was not read back as set.");
}

static void status_write(struct status_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint8_t value = (uint8_t)event->made, added = value & ~s->set;

    if (event->made == 0) {
        begin_again(s);
        return;
    }
    judge_start(s, event, judge, value);
    judge_bits(s, event, judge, value);
    judge_steps(s, event, judge, value);
    if (added & SPEC_DRIVER_OK)
        judge_driver_ok(s, event, judge, value);
    else if (added & SPEC_FEATURES_OK & ~s->written)
        judge_features_ok(s, event, judge);
    s->set |= value & SPEC_DRIVER_BITS;
    s->written |= value;
    s->failed |= (value & SPEC_FAILED) != 0;
}

static void status_read(struct status_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->set &= (uint8_t)event->seen; /* writing back what was shown clears nothing */
    if (!(s->written & SPEC_FEATURES_OK))
        return;
    s->refused = !(event->seen & SPEC_FEATURES_OK);
    if (s->refused || s->confirmed)
        return;
    s->confirmed = true;
    if (s->queue_early)
        pring_accuse(judge, "INIT-DRV-10", event, "A queue was made ready before FEATURES_OK was read back.");
}

static void queue_ready(struct status_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    if (!(event->made & 1))
        return;
    if (s->refused && !s->confirmed)
        pring_accuse(judge, "INIT-DRV-09", event, "Queue %u is made ready although FEATURES_OK was refused.",
                     event->queue);
    if (!s->confirmed)
        s->queue_early = true;
    if ((s->written & SPEC_DRIVER_OK) && !(s->queues & bit))
        pring_accuse(judge, "INIT-DRV-11", event, "Queue %u is set up after DRIVER_OK.", event->queue);
    s->queues |= bit;
}

static void queue_size_max(struct status_state *s, const struct pring_event *event)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    if (event->seen == 0)
        s->absent |= bit;
    else
        s->absent &= (uint8_t)~bit;
}

/* INIT-DRV-13: the step that failed is finding the queue; other failed steps have ids of their own. */
static void queue_size(const struct status_state *s, const struct pring_event *event,
                       struct pring_judge *judge)
{
    if (event->made != 0 && (s->absent >> (event->queue & 7) & 1))
        pring_accuse(judge, "INIT-DRV-13", event, "Queue %u is given a size although QueueSizeMax was 0.",
                     event->queue);
}

static void status_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct status_state *s = state;

    if (event->kind == PRING_EV_BEGIN) {
        if (event->made == PRING_ENTRY_PROBE)
            s->started = false;
        return;
    }
    if (spec_is_silent(&s->gate, event, judge) || event->len_bytes != 4)
        return;
    switch (event->field) {
    case PRING_F_REG_STATUS:
        if (event->kind == PRING_EV_REG_WRITE)
            status_write(s, event, judge);
        else
            status_read(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_READY:
        if (event->kind == PRING_EV_REG_WRITE)
            queue_ready(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_SIZE_MAX:
        if (event->kind == PRING_EV_REG_READ)
            queue_size_max(s, event);
        return;
    case PRING_F_REG_QUEUE_SIZE:
        if (event->kind == PRING_EV_REG_WRITE)
            queue_size(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_NOTIFY:
        if (event->kind == PRING_EV_REG_WRITE && !(s->written & SPEC_DRIVER_OK))
            pring_accuse(judge, "INIT-DRV-14", event, "Queue %u is notified before DRIVER_OK.", event->queue);
        return;
    default:
        return;
    }
}

const struct pring_oracle pring_oracle_spec_status = {
    .name = "spec",
    .kinds = SPEC_KIND(REG_READ) | SPEC_KIND(REG_WRITE) | SPEC_KIND(BEGIN),
    .state_bytes = sizeof(struct status_state),
    .event = status_event,
    .help = "the driver keeps the requirements of the specification: order of initialisation",
};
