/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/device_flight.h"

struct device_flight *device_flight_of(struct device_flights *flights, unsigned queue, uint32_t head)
{
    for (unsigned i = 0; i < flights->count; i++) {
        struct device_flight *f = &flights->flight[i];
        if (f->queue == queue && f->head == head)
            return f;
    }
    return NULL;
}

bool device_flight_begin(struct device_flights *flights, const struct pring_chain *chain)
{
    if (chain->fault != PRING_CHAIN_GOOD || flights->count == DEVICE_FLIGHTS ||
        device_flight_of(flights, chain->queue, chain->head))
        return false;
    flights->flight[flights->count++] =
        (struct device_flight){.queue = chain->queue, .head = chain->head, .slot = chain->slot};
    return true;
}

uint32_t device_flight_older(const struct device_flights *flights, const struct pring_observed_queue *q,
                             const struct device_flight *last)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < flights->count; i++) {
        const struct device_flight *f = &flights->flight[i];
        count += f->queue == last->queue && q->chain[f->head].serial < q->chain[last->head].serial;
    }
    return count;
}

struct device_flight *device_flight_oldest(struct device_flights *flights,
                                           const struct pring_observed_queue *q, unsigned queue)
{
    struct device_flight *oldest = NULL;

    for (unsigned i = 0; i < flights->count; i++) {
        struct device_flight *f = &flights->flight[i];
        if (f->queue == queue && (!oldest || q->chain[f->head].serial < q->chain[oldest->head].serial))
            oldest = f;
    }
    return oldest;
}

void device_flight_end(struct device_flights *flights, struct device_flight *flight)
{
    *flight = flights->flight[--flights->count];
}

void device_flight_forget(struct device_flights *flights, unsigned queue)
{
    for (unsigned i = flights->count; i-- > 0;) {
        if (flights->flight[i].queue == queue)
            device_flight_end(flights, &flights->flight[i]);
    }
}

static void land(struct device_flight *f, uint32_t from, uint32_t to)
{
    if (from <= f->prefix) {
        f->prefix = to > f->prefix ? to : f->prefix;
    } else if (f->piece == f->piece_end) {
        f->piece = from;
        f->piece_end = to;
    } else if (from <= f->piece_end && to >= f->piece) {
        f->piece = from < f->piece ? from : f->piece;
        f->piece_end = to > f->piece_end ? to : f->piece_end;
    } else {
        f->lost = true;
    }
    if (f->piece != f->piece_end && f->piece <= f->prefix) {
        f->prefix = f->piece_end > f->prefix ? f->piece_end : f->prefix;
        f->piece = f->piece_end = 0;
    }
}

/* Does the byte at addr belong to this chain? *part: how many of the n bytes the segment holds; *at: its
 * place in the writable part. */
static enum device_hit look(const struct pring_observed_queue *q, const struct pring_chain *chain,
                            uint64_t addr, uint32_t n, uint32_t *part, uint32_t *at)
{
    uint32_t index = chain->head;
    uint32_t before = 0;

    for (uint32_t i = 0; i < chain->count && index < PRING_SEGMENTS_MAX; i++) {
        const struct pring_segment *segment = &q->segment[index];
        bool writable = segment->flags & PRING_DESC_WRITE;
        uint64_t offset = addr - segment->addr;
        if (addr >= segment->addr && offset < segment->len_bytes) {
            *part = segment->len_bytes - offset < n ? (uint32_t)(segment->len_bytes - offset) : n;
            *at = before + (uint32_t)offset;
            return writable ? DEVICE_WRITABLE : DEVICE_READABLE;
        }
        before += writable ? segment->len_bytes : 0;
        index = segment->next;
    }
    return DEVICE_MISS;
}

enum device_hit device_flight_write(struct device_flights *flights, const struct pring_observer *o,
                                    uint64_t addr, uint32_t n, uint32_t *part)
{
    enum device_hit best = DEVICE_MISS;
    uint32_t at;

    *part = n;
    for (unsigned i = 0; i < flights->count; i++) {
        struct device_flight *f = &flights->flight[i];
        enum device_hit hit =
            look(&o->queue[f->queue], &o->queue[f->queue].chain[f->head], addr, n, part, &at);
        if (hit == DEVICE_WRITABLE) {
            land(f, at, at + *part);
            return hit;
        }
        best = hit > best ? hit : best;
    }
    return best;
}

bool device_flight_is_lent(const struct pring_observer *o, uint64_t addr)
{
    uint32_t part;
    uint32_t at;

    for (unsigned q = 0; q < o->setup.queue_count; q++) {
        for (uint32_t head = 0; head < o->queue[q].size; head++) {
            const struct pring_chain *chain = &o->queue[q].chain[head];
            if (chain->state >= PRING_CHAIN_GATED &&
                look(&o->queue[q], chain, addr, 1, &part, &at) == DEVICE_WRITABLE)
                return true;
        }
    }
    return false;
}
