/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a backend writes into a packed ring [2.8]: used descriptors at its own place, one for each chain, that
 * of the next chain behind as many places as the chain took; in it length and id before the flags; the flags
 * of its lap. The first of several may come last: then those behind it wait here. IN_ORDER: one for several
 * chains, named by the last of them, with the places of all.
 */
#include "oracle/device_monitors.h"

enum { FLAG_AVAIL = 0x0080, FLAG_USED = 0x8000, FLAGS_BYTES = 0xc0, BODY_BYTES = 0x3f };

static uint32_t get(const uint8_t *bytes, unsigned n)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < n; i++)
        value |= (uint32_t)bytes[i] << (8 * i);
    return value;
}

static struct device_packed *begin(struct device_queue *q)
{
    if (!q->packed.begun)
        q->packed = (struct device_packed){.begun = true, .wrap = true};
    return &q->packed;
}

/* ---- places that the device has begun to write ---- */

static struct device_place *find(struct device_places *p, unsigned number, uint32_t place)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->at[i].place == place && p->at[i].queue == number)
            return &p->at[i];
    return NULL;
}

static struct device_place *find_or_begin(struct device_places *p, unsigned number, uint32_t place)
{
    struct device_place *at = find(p, number, place);

    if (at || p->count == DEVICE_FLIGHTS)
        return at;
    p->at[p->count] = (struct device_place){.queue = (uint8_t)number, .place = (uint16_t)place};
    return &p->at[p->count++];
}

static void end(struct device_places *p, struct device_place *at)
{
    *at = p->at[--p->count];
}

void device_packed_forget(struct device_ring *s, unsigned number)
{
    for (uint32_t i = s->places.count; i-- > 0;)
        if (s->places.at[i].queue == number)
            end(&s->places, &s->places.at[i]);
}

/* ---- completions in their order ---- */

static bool is_used(const struct device_place *at, bool wrap)
{
    const uint32_t whose = FLAG_AVAIL | FLAG_USED;

    return (at->written & FLAGS_BYTES) == FLAGS_BYTES &&
           (get(at->bytes + 6, 2) & whose) == (wrap ? whose : 0);
}

static void advance(struct device_packed *p, uint32_t size, uint32_t places)
{
    uint32_t next = p->place + places;

    p->wrap ^= next >= size;
    p->place = (uint16_t)(next >= size ? next - size : next);
}

static void out_of_order(struct pring_judge *judge, unsigned number, uint32_t id,
                         const struct pring_event *event)
{
    device_accuse(judge, "RFEAT-DEV-05", event,
                  "Chain %u of queue %u is used after a later one, which stood for it as well.", id, number);
}

/* This chain's turn has not come: one behind it is used, which stands for it as well only if it was used to
 * its end. RFEAT-DEV-05, ST-PWRITE-DEV-01. Answers how many places it takes. */
static uint32_t pass_over(struct device_ring *s, unsigned number, struct device_flight *f,
                          const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_chain *chain = &pring_judge_observer(judge)->queue[number].chain[f->head];
    uint64_t len = chain->writable_bytes;

    if (len && device_flight_is_untouched(f)) {
        device_accuse(judge, "RFEAT-DEV-05", event, "A chain of queue %u is used before an older one, %u.",
                      number, chain->id);
        device_flight_end(&s->flights, f);
    } else {
        device_ring_used(s, number, chain->id, len < UINT32_MAX ? (uint32_t)len : UINT32_MAX, event, judge);
    }
    return chain->places;
}

/* IN_ORDER: the chains in front of this one [2.8.9]. Answers how many places they take. */
static uint32_t pass_older(struct device_ring *s, unsigned number, const struct pring_chain *chain,
                           const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *o = &pring_judge_observer(judge)->queue[number];
    struct device_packed *p = &s->queue[number].packed;
    struct device_flight *f;
    uint32_t places = 0;

    if (!device_flight_of(&s->flights, number, chain->head))
        return 0;
    while ((f = device_flight_oldest(&s->flights, o, number)) && f->head != chain->head) {
        p->passed_from = places ? p->passed_from : o->chain[f->head].serial;
        p->passed_to = chain->serial;
        p->alone = (uint16_t)((p->place + chain->places) % o->size + 1);
        places += pass_over(s, number, f, event, judge);
    }
    return places;
}

static bool was_passed(const struct device_packed *p, const struct pring_chain *chain)
{
    return chain && chain->serial - p->passed_from < p->passed_to - p->passed_from;
}

/* All that is used from the cursor on. PACKED-DEV-02, ST-PCHAIN-DEV-01, RFEAT-DEV-05 */
static void take_used(struct device_ring *s, unsigned number, const struct pring_event *event,
                      struct pring_judge *judge)
{
    const struct pring_observer *observer = pring_judge_observer(judge);
    const struct pring_observed_queue *o = &observer->queue[number];
    struct device_packed *p = &s->queue[number].packed;
    struct device_place *at;

    while ((at = find(&s->places, number, p->place)) && is_used(at, p->wrap)) {
        uint32_t id = get(at->bytes + 4, 2), len = get(at->bytes, 4);
        const struct pring_chain *chain = pring_chain_of_id(o, id);
        uint32_t places = chain && chain->places ? chain->places : 1;

        end(&s->places, at);
        s->queue[number].renewed = false;
        p->alone = 0;
        if (chain && observer->features_written >> SPEC_F_IN_ORDER & 1)
            places += pass_older(s, number, chain, event, judge);
        if (was_passed(p, chain))
            out_of_order(judge, number, id, event);
        else
            device_ring_used(s, number, id, len, event, judge);
        advance(p, o->size, places);
    }
}

/* ---- one write ---- */

/* The flags of a descriptor are there: of its lap, and behind what they cover? ST-WRAP-DEV-02,
 * PACKED-DESC-DEV-04; RFEAT-DEV-05 as below */
static void judge_flags(const struct device_packed *p, unsigned number, const struct device_place *at,
                        const struct pring_event *event, struct pring_judge *judge)
{
    if (!is_used(at, at->place >= p->place ? p->wrap : !p->wrap))
        device_accuse(judge, p->alone == at->place + 1 ? "RFEAT-DEV-05" : "ST-WRAP-DEV-02", event,
                      "Descriptor %u of queue %u is written with flags 0x%x, which are not used ones.",
                      at->place, number, get(at->bytes + 6, 2));
    else if ((at->written & BODY_BYTES) != BODY_BYTES)
        device_accuse(judge, "PACKED-DESC-DEV-04", event,
                      "Descriptor %u of queue %u is used before its id and length are written.", at->place,
                      number);
}

static void place_bytes(struct device_ring *s, unsigned number, uint32_t place, uint32_t from, uint32_t n,
                        const uint8_t *bytes, const struct pring_event *event, struct pring_judge *judge)
{
    struct device_packed *p = &s->queue[number].packed;
    struct device_place *at = find_or_begin(&s->places, number, place);
    uint8_t before;

    if (!at) {
        s->queue[number].loose = true; /* more at once than can be followed: then not all are in flight */
        return;
    }
    before = at->written;
    for (uint32_t i = from; i < from + n; i++) {
        if (i < 8)
            continue; /* addr means nothing in a used descriptor */
        at->bytes[i - 8] = bytes[i - from];
        at->written |= (uint8_t)(1u << (i - 8));
    }
    if ((before & FLAGS_BYTES) != FLAGS_BYTES && (at->written & FLAGS_BYTES) == FLAGS_BYTES) {
        judge_flags(p, number, at, event, judge);
        take_used(s, number, event, judge);
    }
}

static uint32_t distance(const struct pring_observed_queue *o, uint32_t place)
{
    return (place + o->size - o->used_place) % o->size;
}

/* PACKED-DESC-DEV-03, -04; QRESET-DEV-03 of a queue that begins anew; RFEAT-DEV-05 where the device goes on
 * as if a chain out of turn had stood for itself alone. While nothing was withheld, driver and
 * device count the same places. */
static bool may_write(const struct device_queue *q, const struct pring_observed_queue *o, unsigned number,
                      uint32_t place, const struct pring_event *event, struct pring_judge *judge)
{
    const struct device_packed *p = &q->packed;

    if (o->withheld || o->lied)
        return true;
    if (!pring_place_is_lent(o, place))
        device_accuse(judge, q->renewed ? "QRESET-DEV-03" : "PACKED-DESC-DEV-03", event,
                      "A write to descriptor %u of queue %u, which was not made available.", place, number);
    else if (distance(o, place) < distance(o, p->place))
        device_accuse(judge, p->alone == place + 1 ? "RFEAT-DEV-05" : "PACKED-DESC-DEV-04", event,
                      "A write to descriptor %u of queue %u, which is used already.", place, number);
    else
        return true;
    return false;
}

void device_packed_ring(struct device_ring *s, unsigned number, uint32_t at, uint32_t n, const uint8_t *bytes,
                        const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *o = &pring_judge_observer(judge)->queue[number];

    while (n && !s->queue[number].loose) {
        uint32_t place = at / 16, from = at % 16, part = 16 - from < n ? 16 - from : n;

        (void)begin(&s->queue[number]);
        if (may_write(&s->queue[number], o, number, place, event, judge))
            place_bytes(s, number, place, from, part, bytes, event, judge);
        at += part;
        bytes += part;
        n -= part;
    }
}

/* ---- the event structure ---- */

/* ST-PEVT-DEV-01, -03. The offset names a place of the ring. */
void device_packed_event(struct device_queue *q, unsigned number, uint32_t at, uint32_t n,
                         const uint8_t *bytes, const struct pring_event *event, struct pring_judge *judge)
{
    bool event_idx = pring_judge_observer(judge)->features_written >> SPEC_F_EVENT_IDX & 1;

    for (uint32_t i = at; i < at + n; i++) {
        if (i >= 2)
            q->flags[i - 2] = bytes[i - at];
        else
            q->idx[i] = bytes[i - at];
    }
    uint32_t flags = get(q->flags, 2);
    if (flags > 3)
        device_accuse(judge, "ST-PEVT-DEV-03", event, "The event flags of queue %u = 0x%x.", number, flags);
    else if (flags == 3 || (flags == 2 && !event_idx))
        device_accuse(judge, "ST-PEVT-DEV-01", event, "The event flags of queue %u = %u%s.", number, flags,
                      event_idx ? "" : " without EVENT_IDX");
}

void device_packed_idle(struct device_ring *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool unclear = s->places.count && device_ring_is_unclear(s, judge);

    while (s->places.count) {
        const struct device_place *at = &s->places.at[--s->places.count];
        if (!unclear)
            device_accuse(judge, "ST-PCHAIN-DEV-01", event,
                          "Descriptor %u of queue %u is written, and the device stands at %u.", at->place,
                          at->queue, s->queue[at->queue].packed.place);
    }
}
