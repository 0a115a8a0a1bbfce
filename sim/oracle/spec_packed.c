/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver puts into a packed ring [2.8]: descriptors, their flags last, and its event structure. */
#include "oracle/spec_monitors.h"

enum { FLAG_NEXT = 1, FLAG_WRITE = 2, FLAG_INDIRECT = 4, FLAG_AVAIL = 0x0080, FLAG_USED = 0x8000 };
enum { EVENT_AT = 2, EVENT_MASK = 3, TABLE_MAX = 1024 };

static bool is_available(uint16_t flags, bool wrap)
{
    return (flags & (FLAG_AVAIL | FLAG_USED)) == (wrap ? FLAG_AVAIL : FLAG_USED);
}

static uint16_t flags_at(uint64_t descriptor)
{
    uint16_t flags = 0;

    (void)spec_peek(descriptor + 14, &flags, sizeof(flags));
    return flags;
}

/* ---- setting up ---- */

/* PACKED-DRV-01 */
static void judge_alignment(const struct pring_observed_queue *o, const struct pring_event *event,
                            struct pring_judge *judge)
{
    const char *part = o->desc_written % 16    ? "descriptor ring"
                       : o->driver_written % 4 ? "driver area"
                       : o->device_written % 4 ? "device area"
                                               : NULL;

    if (part)
        spec_accuse(judge, "PACKED-DRV-01", event, "The %s of queue %u is not aligned.", part, event->queue);
}

/* ST-PACKED-DRV-02. Buffers may be there already [3.1.1, step 7]; behind them no flag may be set. */
static void judge_zeroes(const struct pring_observed_queue *o, const struct pring_event *event,
                         struct pring_judge *judge)
{
    uint32_t place = 0;

    if (spec_is_poked(judge, event->queue)) /* as QueueReady was written: not by the driver */
        return;
    while (place < o->size_written && is_available(flags_at(o->desc_written + 16ull * place), true))
        place++;
    for (; place < o->size_written && place < PRING_QUEUE_SIZE_MAX; place++) {
        uint16_t flags = flags_at(o->desc_written + 16ull * place);
        if (!(flags & (FLAG_AVAIL | FLAG_USED)))
            continue;
        spec_accuse(judge, "ST-PACKED-DRV-02", event,
                    "Queue %u is handed over with flags 0x%x in descriptor %u.", event->queue, flags, place);
        return;
    }
}

void spec_packed_ready(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *o = &pring_judge_observer(judge)->queue[event->queue];

    judge_alignment(o, event, judge);
    judge_zeroes(o, event, judge);
}

/* ---- chains ---- */

/* Why the walk stopped early. Zero length is legal and helps nobody. */
static void judge_walk(const struct pring_chain *chain, const struct pring_event *event,
                       struct pring_judge *judge)
{
    bool lied = pring_judge_observer(judge)->queue[event->queue].lied;

    switch (chain->fault) {
    case PRING_CHAIN_ORDER:
        spec_accuse(judge, "PACKED-SG-DRV-03", event,
                    "Buffer %u has a readable element behind a writable one.", chain->id);
        return;
    case PRING_CHAIN_LOOP:
        spec_accuse(judge, "PACKED-SG-DRV-02", event, "Buffer %u has more descriptors than the queue.",
                    chain->id);
        return;
    case PRING_CHAIN_OVERRUN:
        if (!lied)
            spec_accuse(judge, "PACKED-SG-DRV-05", event,
                        "Buffer %u takes descriptors that the device still has.", chain->id);
        return;
    case PRING_CHAIN_INDIRECT:
        spec_accuse(judge, "PACKED-IND-DRV-01", event, "Buffer %u is indirect, which was not negotiated.",
                    chain->id);
        return;
    case PRING_CHAIN_BEYOND:
        spec_accuse(judge, "PACKED-IND-DRV-04", event, "Buffer %u has an indirect descriptor in a list.",
                    chain->id);
        return;
    case PRING_CHAIN_TABLE:
        spec_accuse(judge, "ST-PIND-DRV-01", event,
                    "Buffer %u has an indirect table that is not one or more whole descriptors.", chain->id);
        return;
    case PRING_CHAIN_RELENT:
        if (!lied)
            spec_accuse(judge, "lent-twice", event,
                        "Buffer %u is made available, and the device has one of that id still.", chain->id);
        return;
    case PRING_CHAIN_ZERO:
        pring_note(judge, "zero-length", event, "Buffer %u has an element of no bytes.", chain->id);
        return;
    default:
        return;
    }
}

/* PACKED-SG-DRV-06: with its head's flags the whole list is the device's. False: it is not. */
static bool judge_tail(const struct pring_observed_queue *q, const struct pring_chain *chain,
                       const struct pring_event *event, struct pring_judge *judge)
{
    bool wrap = q->avail_place <= chain->slot ? !q->avail_wrap : q->avail_wrap;

    for (uint32_t i = 1; i < chain->places; i++) {
        uint32_t place = (chain->slot + i) % q->size;
        uint16_t flags = flags_at(q->desc + 16ull * place);
        if (is_available(flags, chain->slot + i < q->size ? wrap : !wrap))
            continue;
        spec_accuse(judge, "PACKED-SG-DRV-06", event,
                    "Buffer %u is available from descriptor %u on, and flags of descriptor %u are 0x%x.",
                    chain->id, chain->slot, place, flags);
        return false;
    }
    return true;
}

/* PACKED-IND-DRV-02 */
static void judge_table(const struct pring_observed_queue *q, const struct pring_chain *chain,
                        const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_segment *table = &q->segment[chain->head];

    for (uint32_t i = 0; i < table->len_bytes / 16 && i < TABLE_MAX; i++) {
        uint16_t flags = flags_at(table->addr + 16ull * i);
        if (!(flags & ~FLAG_WRITE))
            continue;
        spec_accuse(judge, "PACKED-IND-DRV-02", event, "Entry %u of the table of buffer %u has flags 0x%x.",
                    i, chain->id, flags);
        return;
    }
}

void spec_packed_lend(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];
    const struct pring_chain *chain = event->chain;

    bool is_list = chain->fault == PRING_CHAIN_GOOD || chain->fault == PRING_CHAIN_ZERO ||
                   chain->fault == PRING_CHAIN_ORDER;

    if (is_list && !judge_tail(q, chain, event, judge))
        return;
    if (chain->fault != PRING_CHAIN_GOOD)
        judge_walk(chain, event, judge);
    else if (chain->count > chain->direct)
        judge_table(q, chain, event, judge);
}

/* PACKED-DESC-DRV-02: stores to what the device has. */
void spec_packed_touch(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];

    if (event->field < PRING_F_PACKED_ADDR || event->field > PRING_F_PACKED_FLAGS || q->lied ||
        spec_is_poked(judge, event->queue))
        return;
    spec_accuse(judge, "PACKED-DESC-DRV-02", event,
                "Descriptor %u of queue %u is written, and the device has it.", event->index, event->queue);
}

/* ---- words ---- */

/* ST-WRAP-DRV-02: flags of the descriptor that is next, of the wrong lap. */
static void flags_stored(const struct pring_observed_queue *q, const struct pring_event *event,
                         struct pring_judge *judge)
{
    if (event->index == q->avail_place && is_available((uint16_t)event->made, !q->avail_wrap))
        spec_accuse(judge, "ST-WRAP-DRV-02", event,
                    "Descriptor %u of queue %u gets flags 0x%llx, and the wrap counter is %u.", event->index,
                    event->queue, (unsigned long long)event->made, q->avail_wrap);
}

/* ST-PEVT-DRV-01 to -03 */
static void judge_event(const struct pring_observed_queue *q, const struct pring_event *event,
                        struct pring_judge *judge)
{
    bool event_idx = pring_judge_observer(judge)->features_written >> SPEC_F_EVENT_IDX & 1;
    uint16_t off_wrap = 0;

    if (event->made & ~(uint64_t)EVENT_MASK)
        spec_accuse(judge, "ST-PEVT-DRV-03", event, "The event flags of queue %u = 0x%llx.", event->queue,
                    (unsigned long long)event->made);
    else if (event->made == EVENT_MASK || (event->made == EVENT_AT && !event_idx))
        spec_accuse(judge, "ST-PEVT-DRV-01", event, "The event flags of queue %u = %llu%s.", event->queue,
                    (unsigned long long)event->made, event_idx ? "" : " without EVENT_IDX");
    else if (event->made == EVENT_AT && spec_peek(q->driver, &off_wrap, sizeof(off_wrap)) &&
             (off_wrap & 0x7fff) >= q->size)
        spec_accuse(judge, "ST-PEVT-DRV-02", event, "An event is wanted at descriptor %u of queue %u.",
                    off_wrap & 0x7fff, event->queue);
}

void spec_packed_store(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];

    if (spec_is_poked(judge, event->queue))
        return; /* one store is told as two words, and a fault may stand in between */
    if (event->field == PRING_F_PACKED_FLAGS)
        flags_stored(q, event, judge);
    else if (event->addr - q->device < q->device_bytes)
        spec_accuse(judge, "ST-PEVT-DRV-04", event, "The device's event structure of queue %u is written.",
                    event->queue);
    else if (event->field == PRING_F_EVENT_FLAGS)
        judge_event(q, event, judge);
}
