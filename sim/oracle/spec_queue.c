/* SPDX-License-Identifier: Apache-2.0 */
/* Setting queues up and stopping them [2.7, 2.7.10, 4.2.2.2]. */
#include "oracle/spec_monitors.h"

static void reset(struct spec_queue *s)
{
    for (unsigned q = 0; q < PRING_QUEUES_MAX; q++)
        s->queue[q].ready = s->queue[q].unsure = s->queue[q].resetting = false;
}

/* MMIO-DRV-16. A queue that was shown to be absent is INIT-DRV-13's. */
static void queue_size(const struct spec_queue_words *q, const struct pring_event *event,
                       struct pring_judge *judge)
{
    uint32_t max = q->size_max_known ? q->size_max : pring_judge_observer(judge)->setup.queue_size_max;

    if (event->made > max && max != 0)
        spec_accuse(judge, "MMIO-DRV-16", event, "QueueSize = %llu, and QueueSizeMax was %u.",
                    (unsigned long long)event->made, max);
}

/* From the features that the device takes: those that it offers. */
static bool is_packed(const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    return (o->features_written & o->setup.features) >> SPEC_F_RING_PACKED & 1;
}

/* SPLIT-DRV-01 */
static void judge_alignment(const struct pring_observed_queue *o, const struct pring_event *event,
                            struct pring_judge *judge)
{
    const char *part = o->desc_written % 16    ? "descriptor table"
                       : o->driver_written % 2 ? "available ring"
                       : o->device_written % 4 ? "used ring"
                                               : NULL;

    if (part)
        spec_accuse(judge, "SPLIT-DRV-01", event, "The %s of queue %u is not aligned.", part, event->queue);
}

/* SPLIT-ASUP-DRV-01 */
static void judge_used_flags(const struct pring_observed_queue *o, const struct pring_event *event,
                             struct pring_judge *judge)
{
    uint16_t flags = 0;

    if (spec_peek(o->device_written, &flags, sizeof(flags)) && flags != 0)
        spec_accuse(judge, "SPLIT-ASUP-DRV-01", event, "Queue %u is handed over with used.flags = 0x%x.",
                    event->queue, flags);
}

/* QRESET-DRV-01: it never looked; MMIO-DRV-23: it looked, and went on. */
static void judge_reset(struct spec_queue_words *q, unsigned number, const struct pring_event *event,
                        struct pring_judge *judge, const char *what)
{
    if (!q->resetting)
        return;
    spec_accuse(judge, q->asked ? "MMIO-DRV-23" : "QRESET-DRV-01", event,
                "%s queue %u before its QueueReset reads 0.", what, number);
    q->resetting = false;
}

/* Without RING_RESET a write does nothing. */
static void queue_reset(struct spec_queue_words *q, const struct pring_event *event,
                        const struct pring_judge *judge)
{
    bool accepted = pring_judge_observer(judge)->features_written >> SPEC_F_RING_RESET & 1;

    if (event->kind == PRING_EV_REG_READ) {
        q->asked = true;
        q->resetting &= event->seen != 0;
    } else if (accepted && (event->made & 1)) {
        q->resetting = true;
        q->asked = q->ready = q->unsure = false;
    }
}

static void queue_ready(struct spec_queue_words *q, const struct pring_event *event,
                        struct pring_judge *judge)
{
    const struct pring_observed_queue *o = &pring_judge_observer(judge)->queue[event->queue];

    if (!(event->made & 1)) {
        q->unsure |= q->ready;
        q->ready = false;
        return;
    }
    judge_reset(q, event->queue, event, judge, "The driver enables");
    if (!q->ready && is_packed(judge)) {
        spec_packed_ready(event, judge);
    } else if (!q->ready) {
        judge_alignment(o, event, judge);
        judge_used_flags(o, event, judge);
    }
    q->ready = true;
    q->unsure = false;
}

/* MMIO-DRV-19 */
static void judge_unsure(struct spec_queue_words *q, unsigned number, const struct pring_event *event,
                         struct pring_judge *judge, const char *now)
{
    if (q->unsure)
        spec_accuse(judge, "MMIO-DRV-19", event,
                    "Queue %u was stopped, and QueueReady is not read back before %s.", number, now);
    q->unsure = false;
}

static void set_up(struct spec_queue_words *q, const struct pring_event *event, struct pring_judge *judge)
{
    judge_unsure(q, event->queue, event, judge, "it is set up again");
    judge_reset(q, event->queue, event, judge, "The driver sets up");
    if (q->ready)
        spec_accuse(judge, "MMIO-DRV-17", event, "%s of queue %u is written while the queue is ready.",
                    pring_field_info[event->field].name, event->queue);
}

static void queue_register(struct spec_queue_words *q, const struct pring_event *event,
                           struct pring_judge *judge)
{
    bool write = event->kind == PRING_EV_REG_WRITE;

    switch (event->field) {
    case PRING_F_REG_QUEUE_SIZE_MAX:
        if (write)
            return;
        q->size_max = (uint32_t)event->seen;
        q->size_max_known = true;
        return;
    case PRING_F_REG_QUEUE_READY:
        if (write)
            queue_ready(q, event, judge);
        else if (event->seen == 0)
            q->ready = q->unsure = false;
        else
            q->unsure = false; /* it did look; what it makes of a queue that goes on is another matter */
        return;
    case PRING_F_REG_QUEUE_RESET:
        queue_reset(q, event, judge);
        return;
    case PRING_F_REG_QUEUE_SIZE:
        if (write)
            queue_size(q, event, judge);
        /* fall through */
    case PRING_F_REG_QUEUE_DESC_LOW:
    case PRING_F_REG_QUEUE_DESC_HIGH:
    case PRING_F_REG_QUEUE_DRIVER_LOW:
    case PRING_F_REG_QUEUE_DRIVER_HIGH:
    case PRING_F_REG_QUEUE_DEVICE_LOW:
    case PRING_F_REG_QUEUE_DEVICE_HIGH:
        if (write)
            set_up(q, event, judge);
        return;
    default:
        return;
    }
}

static bool overlaps(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
    return a < b + b_len && b < a + a_len;
}

static bool is_of_queue(const struct pring_call *c, const struct pring_observed_queue *q)
{
    return overlaps(c->addr, c->len_bytes, q->desc, 16ull * q->size) ||
           overlaps(c->addr, c->len_bytes, q->driver, q->driver_bytes) ||
           overlaps(c->addr, c->len_bytes, q->device, q->device_bytes);
}

/* MMIO-DRV-18: memory of a queue that was neither stopped nor reset is given back. */
void spec_queue_call(struct spec_queue *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_call *c = event->call;

    if (c->bad ||
        (c->kind != PRING_CALL_DMA_FREE && c->kind != PRING_CALL_FREE && c->kind != PRING_CALL_UNMAP))
        return;
    for (unsigned i = 0; i < PRING_QUEUES_MAX && i < o->setup.queue_count; i++) {
        const struct pring_observed_queue *q = &o->queue[i];
        if (s->queue[i].resetting && is_of_queue(c, q))
            judge_reset(&s->queue[i], i, event, judge, "Memory is freed of");
        if (q->ready && is_of_queue(c, q))
            spec_accuse(judge, "MMIO-DRV-18", event,
                        "Memory of queue %u is freed, and the queue was not stopped.", i);
    }
}

void spec_queue_end(struct spec_queue *s, const struct pring_event *event, struct pring_judge *judge)
{
    for (unsigned q = 0; q < PRING_QUEUES_MAX; q++)
        judge_unsure(&s->queue[q], q, event, judge, "the call returns");
}

void spec_queue_register(struct spec_queue *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (spec_is_reset_write(event))
        reset(s);
    else if (event->queue < PRING_QUEUES_MAX)
        queue_register(&s->queue[event->queue], event, judge);
}
