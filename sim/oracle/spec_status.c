/* SPDX-License-Identifier: Apache-2.0 */
/* The order of initialisation [2.1.1, 3.1.1]: Status writes, and what may only happen between them. */
#include "oracle/spec_monitors.h"

static void begin_again(struct spec_status *s)
{
    *s = (struct spec_status){.started = true};
}

/* INIT-DRV-01, STATUS-DRV-03. An error path that only sets FAILED begins nothing. */
static void judge_start(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge,
                        uint8_t value)
{
    if (s->started || !(value & (SPEC_DRIVER_BITS & ~SPEC_FAILED)) || (value & SPEC_FAILED))
        return;
    s->started = true;
    if (!s->failed)
        spec_accuse(judge, "INIT-DRV-01", event, "Status = 0x%x is written, and no reset came before.",
                    value);
}

/* STATUS-DRV-02, -03 */
static void judge_bits(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge,
                       uint8_t value)
{
    uint8_t added = value & SPEC_DRIVER_BITS & ~s->set, lost = s->set & ~value;

    if (s->failed && ((added & ~SPEC_FAILED) || (lost & SPEC_FAILED)))
        spec_accuse(judge, "STATUS-DRV-03", event, "Status = 0x%x is written after FAILED, without a reset.",
                    value);
    else if (lost)
        spec_accuse(judge, "STATUS-DRV-02", event, "Status = 0x%x clears bits 0x%x that the driver had set.",
                    value, lost);
}

/* INIT-DRV-02, -03: a step in the same write counts as done before. */
static void judge_steps(const struct spec_status *s, const struct pring_event *event,
                        struct pring_judge *judge, uint8_t value)
{
    uint8_t added = value & ~s->set, all = value | s->set;

    if ((added & (SPEC_DRIVER | SPEC_FEATURES_OK | SPEC_DRIVER_OK)) && !(all & SPEC_ACKNOWLEDGE))
        spec_accuse(judge, "INIT-DRV-02", event, "Status = 0x%x is written, and ACKNOWLEDGE was never set.",
                    value);
    else if ((added & (SPEC_FEATURES_OK | SPEC_DRIVER_OK)) && !(all & SPEC_DRIVER))
        spec_accuse(judge, "INIT-DRV-03", event, "Status = 0x%x is written, and DRIVER was never set.",
                    value);
}

static void judge_features_ok(struct spec_status *s, const struct pring_event *event,
                              struct pring_judge *judge)
{
    if (s->set & SPEC_DRIVER_OK)
        spec_accuse(judge, "STATUS-DRV-01", event, "FEATURES_OK is set after DRIVER_OK.");
    if (s->queue_early)
        spec_accuse(judge, "INIT-DRV-10", event, "A queue was made ready before FEATURES_OK was set.");
    s->queue_early = s->confirmed = s->refused = false;
}

static void judge_driver_ok(const struct spec_status *s, const struct pring_event *event,
                            struct pring_judge *judge, uint8_t value)
{
    if (!((s->written | value) & SPEC_FEATURES_OK))
        spec_accuse(judge, "INIT-DRV-07", event, "DRIVER_OK is set, and FEATURES_OK never was.");
    else if (!(s->written & SPEC_FEATURES_OK))
        spec_accuse(judge, "STATUS-DRV-01", event, "FEATURES_OK and DRIVER_OK are set by one write.");
    else if (!s->confirmed)
        spec_accuse(judge, "INIT-DRV-09", event,
                    "DRIVER_OK is set, and FEATURES_OK was not read back as set.");
}

static void status_write(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge)
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

static void status_read(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->set &= (uint8_t)event->seen; /* writing back what was shown clears nothing */
    if (!(s->written & SPEC_FEATURES_OK))
        return;
    s->refused = !(event->seen & SPEC_FEATURES_OK);
    if (s->refused || s->confirmed)
        return;
    s->confirmed = true;
    if (s->queue_early)
        spec_accuse(judge, "INIT-DRV-10", event, "A queue was made ready before FEATURES_OK was read back.");
}

static void queue_ready(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    if (!(event->made & 1))
        return;
    if (s->refused && !s->confirmed)
        spec_accuse(judge, "INIT-DRV-09", event, "Queue %u is made ready although FEATURES_OK was refused.",
                    event->queue);
    if (!s->confirmed)
        s->queue_early = true;
    if ((s->written & SPEC_DRIVER_OK) && !(s->queues & bit))
        spec_accuse(judge, "INIT-DRV-11", event, "Queue %u is set up after DRIVER_OK.", event->queue);
    s->queues |= bit;
}

static void queue_size_max(struct spec_status *s, const struct pring_event *event)
{
    uint8_t bit = (uint8_t)(1u << (event->queue & 7));

    if (event->seen == 0)
        s->absent |= bit;
    else
        s->absent &= (uint8_t)~bit;
}

/* INIT-DRV-13: the step that failed is finding the queue; other failed steps have ids of their own. */
static void queue_size(const struct spec_status *s, const struct pring_event *event,
                       struct pring_judge *judge)
{
    if (event->made != 0 && (s->absent >> (event->queue & 7) & 1))
        spec_accuse(judge, "INIT-DRV-13", event, "Queue %u is given a size although QueueSizeMax was 0.",
                    event->queue);
}

void spec_status_begin(struct spec_status *s)
{
    s->started = false;
}

void spec_status_register(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool write = event->kind == PRING_EV_REG_WRITE;

    switch (event->field) {
    case PRING_F_REG_STATUS:
        if (write)
            status_write(s, event, judge);
        else
            status_read(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_READY:
        if (write)
            queue_ready(s, event, judge);
        return;
    case PRING_F_REG_QUEUE_SIZE_MAX:
        if (!write)
            queue_size_max(s, event);
        return;
    case PRING_F_REG_QUEUE_SIZE:
        if (write)
            queue_size(s, event, judge);
        return;
    default: /* QueueNotify */
        if (write && !(s->written & SPEC_DRIVER_OK))
            spec_accuse(judge, "INIT-DRV-14", event, "Queue %u is notified before DRIVER_OK.", event->queue);
        return;
    }
}
