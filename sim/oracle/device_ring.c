/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The backend's DMA [2.1.2, 2.4.1, 2.7.5.1, 2.7.8.2, 2.7.10.1, 4.2.2.1, 5.4.6.2]: when it may touch memory at
 * all, which bytes, and the order of payload, used element, and used index. Raw writes are followed into used
 * rings and into the writable parts of the chains in flight; where that trail is lost (a fault or the driver
 * changed descriptors in flight, more chains than the table has) nothing is said.
 */
#include "oracle/device_monitors.h"

enum { AHEAD = 32 }; /* elements behind the index of which it is known that they were written */

static void forget_queue(struct device_ring *s, unsigned q)
{
    device_flight_forget(&s->flights, q);
    device_packed_forget(s, q);
    s->queue[q] = (struct device_queue){0};
    s->stopped &= (uint8_t) ~(1u << q);
    s->renewing &= (uint8_t) ~(1u << q);
    s->rested &= (uint8_t) ~(1u << q);
}

/* The trail is lost: what the device works from is not what the observer took down. */
bool device_ring_is_unclear(const struct device_ring *s, const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    if (pring_judge_facts(judge)->poked)
        return true;
    for (unsigned q = 0; q < o->setup.queue_count; q++) {
        if (s->queue[q].loose || s->queue[q].draining || o->queue[q].lied)
            return true;
    }
    return false;
}

/* Bytes outside all rings; answers how many it has dealt with. SPLIT-DESC-DEV-01 */
static uint32_t payload(struct device_ring *s, uint64_t addr, uint32_t n, const struct pring_event *event,
                        struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint32_t part;
    enum device_hit hit = device_flight_write(&s->flights, o, addr, n, &part);

    if (hit == DEVICE_WRITABLE || device_ring_is_unclear(s, judge))
        return part;
    if (hit == DEVICE_READABLE)
        device_accuse(judge, "SPLIT-DESC-DEV-01", event, "A write to 0x%llx, in a readable buffer.",
                      (unsigned long long)addr);
    else if (device_flight_is_lent(o, addr))
        device_accuse(judge, "SPLIT-USED-DEV-02", event, "A write to 0x%llx, of a chain that is completed.",
                      (unsigned long long)addr);
    else
        device_accuse(judge, "SPLIT-DESC-DEV-01", event, "A write to 0x%llx, which was not lent.",
                      (unsigned long long)addr);
    return n;
}

/* ---- the used ring ---- */

static uint32_t word(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* SPLIT-USED-DEV-02, ST-PWRITE-DEV-01, RNG-DEV-01: payload, as far as it was reported, is there when the
 * completion is to be seen. */
void device_ring_used(struct device_ring *s, unsigned q, uint32_t id, uint32_t len,
                      const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_chain *chain = pring_chain_of_id(&o->queue[q], id);
    struct device_flight *f = chain ? device_flight_of(&s->flights, q, chain->head) : NULL;
    bool packed = o->queue[q].packed;

    if (!f) {
        if (!device_ring_is_unclear(s, judge))
            device_accuse(judge, packed ? "ST-PCHAIN-DEV-01" : "ST-SPLIT-DEV-03", event,
                          "Used id %u of queue %u is not lent.", id, q);
        return;
    }
    if (len > f->prefix && !f->lost)
        device_accuse(judge, packed ? "ST-PWRITE-DEV-01" : "SPLIT-USED-DEV-02", event,
                      "Chain %u reports %u bytes, and %u were written.", id, len, f->prefix);
    else if (len == 0 && o->setup.device_type == PRING_DEVICE_RNG && chain->writable_bytes)
        device_accuse(judge, "RNG-DEV-01", event, "Chain %u got no random byte.", id);
    device_flight_end(&s->flights, f);
}

static void judge_element(struct device_ring *s, unsigned q, const struct device_element *e,
                          const struct pring_event *event, struct pring_judge *judge)
{
    device_ring_used(s, q, word(e->bytes), word(e->bytes + 4), event, judge);
}

/* IN_ORDER: the element stands for the chains in front of its own as well, which count as written to the end
 * (SPLIT-USED-DEV-02); answers how many in all. More than the index covers: RFEAT-DEV-05 [2.7.9]. */
static uint32_t judge_batch(struct device_ring *s, unsigned number, uint32_t id, uint32_t most,
                            const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[number];
    struct device_flight *last = id < q->size ? device_flight_of(&s->flights, number, id) : NULL;
    uint32_t older = last ? device_flight_older(&s->flights, q, last) : 0;

    if (older >= most) {
        if (!device_ring_is_unclear(s, judge))
            device_accuse(judge, "RFEAT-DEV-05", event, "Chain %u of queue %u is used before an older one.",
                          id, number);
        return 1;
    }
    for (uint32_t i = 0; i < older; i++) {
        struct device_flight *f = device_flight_oldest(&s->flights, q, number);
        uint64_t len = q->chain[f->head].writable_bytes;
        device_ring_used(s, number, f->head, len < UINT32_MAX ? (uint32_t)len : UINT32_MAX, event, judge);
    }
    return older + 1;
}

/* The device has stored used.idx. SPLIT-USED-DEV-01; of a queue that begins anew: QRESET-DEV-03 */
static void cover(struct device_ring *s, unsigned number, const struct pring_event *event,
                  struct pring_judge *judge)
{
    struct device_queue *q = &s->queue[number];
    uint32_t size = pring_judge_observer(judge)->queue[number].size;
    uint16_t idx = (uint16_t)(q->idx[0] | q->idx[1] << 8), count = (uint16_t)(idx - q->covered);
    bool in_order = pring_judge_observer(judge)->features_written >> SPEC_F_IN_ORDER & 1;

    if (count > size) {
        device_accuse(judge, q->renewed ? "QRESET-DEV-03" : "ST-SPLIT-DEV-02", event,
                      "The used.idx of queue %u goes from %u to %u.", number, q->covered, idx);
        q->loose = true;
    }
    for (uint32_t k = 0, batch; k < count && !q->loose; k += batch) {
        const struct device_element *e = &q->element[(q->covered + k) % DEVICE_ELEMENTS];
        batch = 1;
        if (k < AHEAD && !(q->id_written >> k & q->len_written >> k & 1))
            device_accuse(judge, q->renewed ? "QRESET-DEV-03" : "SPLIT-USED-DEV-01", event,
                          "The used.idx of queue %u covers an element not written.", number);
        else if (k < DEVICE_ELEMENTS)
            batch = in_order ? judge_batch(s, number, word(e->bytes), count - k, event, judge) : 1;
        else
            q->loose = true; /* a batch too large to follow */
        if (!q->loose && k < DEVICE_ELEMENTS)
            judge_element(s, number, e, event, judge);
    }
    q->id_written = count < AHEAD ? q->id_written >> count : 0;
    q->len_written = count < AHEAD ? q->len_written >> count : 0;
    q->covered = idx;
    q->renewed = false;
}

static void element_byte(struct device_queue *q, uint32_t size, uint32_t at, uint8_t byte)
{
    uint32_t slot = at / 8, ahead = (slot - q->covered) & (size - 1);

    if (ahead < DEVICE_ELEMENTS)
        q->element[(q->covered + ahead) % DEVICE_ELEMENTS].bytes[at % 8] = byte;
    if (ahead < AHEAD && at % 8 == 3)
        q->id_written |= 1u << ahead;
    if (ahead < AHEAD && at % 8 == 7)
        q->len_written |= 1u << ahead;
}

/* The same for all eight at once, as most devices write them. */
static void whole_element(struct device_queue *q, uint32_t size, uint32_t slot, const uint8_t *bytes)
{
    uint32_t ahead = (slot - q->covered) & (size - 1);

    if (ahead < DEVICE_ELEMENTS)
        memcpy(q->element[(q->covered + ahead) % DEVICE_ELEMENTS].bytes, bytes, 8);
    if (ahead < AHEAD) {
        q->id_written |= 1u << ahead;
        q->len_written |= 1u << ahead;
    }
}

/* SPLIT-ASUP-DEV-01, -03 */
static void judge_flags(const struct device_queue *q, unsigned number, const struct pring_event *event,
                        struct pring_judge *judge)
{
    uint32_t flags = q->flags[0] | (uint32_t)q->flags[1] << 8;

    if (pring_judge_observer(judge)->features_written >> SPEC_F_EVENT_IDX & 1) {
        if (flags != 0)
            device_accuse(judge, "SPLIT-ASUP-DEV-03", event,
                          "The used.flags of queue %u = 0x%x with EVENT_IDX.", number, flags);
    } else if (flags > 1) {
        device_accuse(judge, "SPLIT-ASUP-DEV-01", event, "The used.flags of queue %u = 0x%x.", number, flags);
    }
}

static void used_ring(struct device_ring *s, unsigned number, uint32_t at, uint32_t n, const uint8_t *bytes,
                      const struct pring_event *event, struct pring_judge *judge)
{
    struct device_queue *q = &s->queue[number];
    const struct pring_observer *o = pring_judge_observer(judge);
    uint32_t size = o->queue[number].size, end = at + n;

    for (uint32_t i = at; i < end; i++) {
        if (i % 8 == 4 && end - i >= 8 && i < 4 + 8 * size) {
            whole_element(q, size, (i - 4) / 8, bytes + (i - at));
            i += 7;
        } else if (i < 2)
            q->flags[i] = bytes[i - at];
        else if (i < 4)
            q->idx[i - 2] = bytes[i - at];
        else if (i < 4 + 8 * size)
            element_byte(q, size, i - 4, bytes[i - at]);
    }
    if (at < 2)
        judge_flags(q, number, event, judge);
    if (end > 4 + 8 * size && !(o->features_written >> SPEC_F_EVENT_IDX & 1))
        device_accuse(judge, "avail-event", event,
                      "The avail_event of queue %u is written without EVENT_IDX.", number);
    if (at < 4 && end > 2 && (uint16_t)(q->idx[0] | q->idx[1] << 8) != q->covered)
        cover(s, number, event, judge); /* behind the elements of the same write */
}

/* ---- one write ---- */

enum part { ELSEWHERE, TABLE, AVAIL, USED, PACKED, EVENT };

struct place { /* what lies at an address: a part of a ring, or something else up to `left` bytes on */
    enum part part;
    unsigned queue;
    uint32_t at, left;
};

static void try_place(struct place *p, uint64_t addr, uint64_t base, uint64_t bytes, enum part part,
                      unsigned queue)
{
    if (addr - base < bytes) {
        p->part = part;
        p->queue = queue;
        p->at = (uint32_t)(addr - base);
        p->left = (uint32_t)(bytes - p->at);
    } else if (p->part == ELSEWHERE && base > addr && base - addr < p->left) {
        p->left = (uint32_t)(base - addr);
    }
}

static struct place place_of(const struct pring_observer *o, uint64_t addr, uint32_t n)
{
    struct place p = {.part = ELSEWHERE, .left = n};

    for (unsigned i = 0; i < o->setup.queue_count && p.part == ELSEWHERE; i++) {
        const struct pring_observed_queue *q = &o->queue[i];
        if (!q->ready)
            continue;
        try_place(&p, addr, q->device, q->device_bytes, q->packed ? EVENT : USED, i);
        if (p.part == ELSEWHERE)
            try_place(&p, addr, q->driver, q->driver_bytes, AVAIL, i);
        if (p.part == ELSEWHERE)
            try_place(&p, addr, q->desc, 16ull * q->size, q->packed ? PACKED : TABLE, i);
    }
    p.left = p.left < n ? p.left : n;
    return p;
}

/* Memory of the driver's alone, unless a chain was lent that lies over it: then it asked for that. */
static void forbidden(struct device_ring *s, const struct place *p, uint64_t addr,
                      const struct pring_event *event, struct pring_judge *judge)
{
    uint32_t part;

    if (device_ring_is_unclear(s, judge) || device_flight_write(&s->flights, pring_judge_observer(judge),
                                                                addr, p->left, &part) == DEVICE_WRITABLE)
        return;
    if (p->part == TABLE)
        device_accuse(judge, "SPLIT-DESC-DEV-03", event, "A write into the descriptor table of queue %u.",
                      p->queue);
    else
        device_accuse(judge, "SPLIT-DESC-DEV-01", event, "A write into the driver area of queue %u.",
                      p->queue);
}

/* What the device may write of a ring. */
static void ring_part(struct device_ring *s, const struct place *p, const uint8_t *bytes,
                      const struct pring_event *event, struct pring_judge *judge)
{
    if (device_ring_is_unclear(s, judge))
        s->queue[p->queue].loose = true; /* from now on: not all was followed */
    else if (p->part == USED)
        used_ring(s, p->queue, p->at, p->left, bytes, event, judge);
    else if (p->part == PACKED)
        device_packed_ring(s, p->queue, p->at, p->left, bytes, event, judge);
    else
        device_packed_event(&s->queue[p->queue], p->queue, p->at, p->left, bytes, event, judge);
}

static void run(struct device_ring *s, uint64_t addr, uint32_t n, const uint8_t *bytes,
                const struct pring_event *event, struct pring_judge *judge)
{
    while (n) {
        struct place p = place_of(pring_judge_observer(judge), addr, n);
        uint32_t taken = p.left;
        if (p.part == ELSEWHERE)
            taken = payload(s, addr, p.left, event, judge);
        else if (p.part == TABLE || p.part == AVAIL)
            forbidden(s, &p, addr, event, judge);
        else
            ring_part(s, &p, bytes, event, judge);
        addr += taken;
        bytes += taken;
        n -= taken;
    }
}

static void dma_write(struct device_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint32_t at = 0, end;

    if (!event->strb)
        run(s, event->addr, event->len_bytes, event->bytes, event, judge);
    while (event->strb && at < event->len_bytes) {
        if (!event->strb[at]) {
            at++;
            continue;
        }
        end = at + 1;
        while (end < event->len_bytes && event->strb[end])
            end++;
        run(s, event->addr + at, end - at, event->bytes + at, event, judge);
        at = end;
    }
}

/* ---- when ---- */

static bool is_of_ring(const struct pring_observed_queue *q, uint64_t addr)
{
    return addr - q->desc < 16ull * q->size || addr - q->driver < q->driver_bytes ||
           addr - q->device < q->device_bytes;
}

/* A queue that has read as stopped, or whose reset was asked for. MMIO-DEV-08; a reset that was over before
 * (QRESET-DEV-01), one that was not when it read as over (MMIO-DEV-12), one that does not begin
 * (MMIO-DEV-11). */
static void judge_touch(const struct device_ring *s, unsigned i, const struct pring_event *event,
                        struct pring_judge *judge)
{
    bool stopped = s->stopped >> i & 1, rested = s->rested >> i & 1;

    if (stopped && !s->queue[i].by_reset)
        device_accuse(judge, "MMIO-DEV-08", event, "Queue %u is touched while QueueReady is 0.", i);
    else if (stopped && rested)
        device_accuse(judge, "QRESET-DEV-01", event, "Queue %u is touched after it was reset.", i);
    else if (stopped)
        device_accuse(judge, "MMIO-DEV-12", event,
                      "QueueReset of queue %u read as 0, and the queue is still touched.", i);
    else if (rested)
        device_accuse(judge, "MMIO-DEV-11", event,
                      "QueueReset of queue %u was written, the device was idle since, and goes on with it.",
                      i);
}

static void judge_stopped(const struct device_ring *s, const struct pring_event *event,
                          struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint8_t mask = s->stopped | s->renewing;

    for (unsigned i = 0; mask >> i; i++)
        if ((mask >> i & 1) && is_of_ring(&o->queue[i], event->addr))
            judge_touch(s, i, event, judge);
}

/* STATUS-DEV-01, RESET-DEV-03; false: nothing else is to be said. A reset that is not over lets DMA drain. */
static bool may_touch(const struct device_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->resetting)
        return false;
    if (!s->running) {
        device_accuse(judge, s->ran_before ? "RESET-DEV-03" : "STATUS-DEV-01", event,
                      "DMA to 0x%llx without DRIVER_OK.", (unsigned long long)event->addr);
        return false;
    }
    if (s->stopped | s->renewing)
        judge_stopped(s, event, judge);
    return true;
}

static void status(struct device_ring *s, const struct pring_event *event)
{
    if (event->kind == PRING_EV_REG_READ) {
        s->resetting &= event->raw != 0;
    } else if (event->made == 0) {
        for (unsigned q = 0; q < PRING_QUEUES_MAX; q++)
            forget_queue(s, q);
        s->running = false;
        s->resetting = true;
    } else if (event->made & SPEC_DRIVER_OK) {
        s->running = s->ran_before = true;
    }
}

static bool has_ring_reset(const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    return (o->features_written & o->setup.features) >> SPEC_F_RING_RESET & 1;
}

/* QueueReady and QueueReset */
static void queue_ready(struct device_ring *s, const struct pring_event *event,
                        const struct pring_judge *judge)
{
    bool by_reset = event->field == PRING_F_REG_QUEUE_RESET;
    unsigned q = event->queue;

    if (q >= PRING_QUEUES_MAX || (by_reset && !has_ring_reset(judge)))
        return;
    if (event->kind == PRING_EV_REG_READ) {
        if (s->queue[q].draining && s->queue[q].by_reset == by_reset && event->raw == 0) {
            s->queue[q].draining = false;
            s->queue[q].stopped = true;
            s->stopped |= (uint8_t)(1u << q);
        }
        return;
    }
    if (by_reset && !(event->made & 1))
        return;
    bool renewed = !by_reset && (event->made & 1) && (s->stopped >> q & 1) && s->queue[q].by_reset;
    forget_queue(s, q);
    s->queue[q].renewed = renewed;
    s->queue[q].draining = by_reset || !(event->made & 1);
    s->queue[q].by_reset = by_reset;
    s->renewing |= (uint8_t)(by_reset << q);
}

bool device_ring_is_all_reset(const struct device_ring *s, const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    for (unsigned q = 0; q < o->setup.queue_count; q++)
        if (o->queue[q].ready || s->queue[q].draining)
            return false;
    return s->running && (s->stopped & s->renewing);
}

/* The driver changes what the device may have fetched, or not yet. */
static void store(struct device_ring *s, const struct pring_event *event)
{
    for (unsigned i = 0; i < s->flights.count; i++) {
        const struct device_flight *f = &s->flights.flight[i];
        if (f->queue == event->queue && f->slot == event->index && event->made != f->head)
            s->queue[event->queue].loose = true;
    }
}

void device_ring_event(struct device_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_DEV_READ:
        (void)may_touch(s, event, judge);
        return;
    case PRING_EV_DEV_WRITE:
        if (may_touch(s, event, judge))
            dma_write(s, event, judge);
        return;
    case PRING_EV_DEV_IDLE:
        s->rested = s->renewing;
        device_packed_idle(s, event, judge);
        return;
    case PRING_EV_LEND:
        if (!device_flight_begin(&s->flights, event->chain))
            s->queue[event->queue].loose = true;
        return;
    case PRING_EV_TOUCH:
        if (pring_field_info[event->field].group == PRING_GROUP_DESC ||
            pring_field_info[event->field].group == PRING_GROUP_PACKED)
            s->queue[event->queue].loose = true;
        return;
    case PRING_EV_STORE:
        if (event->field == PRING_F_AVAIL_RING && s->flights.count)
            store(s, event);
        return;
    default: /* Status, QueueReady, QueueReset */
        if (event->field == PRING_F_REG_STATUS)
            status(s, event);
        else
            queue_ready(s, event, judge);
        return;
    }
}
