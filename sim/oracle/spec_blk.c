/* SPDX-License-Identifier: Apache-2.0 */
/* Block requests [5.2.6.1], looked at when they are lent. The capacity is the one that the driver was shown.
 */
#include "oracle/spec_monitors.h"

enum { IN = 0, OUT = 1, FLUSH = 4 };
enum { HEADER_BYTES = 16 };

struct header {
    uint32_t type, reserved;
    uint64_t sector;
};

/* ---- capacity ---- */

static void capacity_read(struct spec_blk *s, const struct pring_event *event,
                          const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    unsigned high = event->addr != SPEC_CONFIG, shift = high * 32;
    uint64_t before = s->capacity;

    if (event->len_bytes != 4)
        return;
    if (!s->halves)
        s->capacity = before = o->capacity_sectors;
    s->halves |= (uint8_t)(1u << high);
    s->capacity = (s->capacity & ~(0xffffffffull << shift)) | event->seen << shift;
    if (o->open_requests && before > s->grace)
        s->grace = before;
}

static uint64_t capacity_known(const struct spec_blk *s, const struct pring_judge *judge)
{
    uint64_t capacity = s->halves ? s->capacity : pring_judge_observer(judge)->capacity_sectors;

    return capacity > s->grace ? capacity : s->grace;
}

/* ---- requests ---- */

/* The first bytes of the readable part, however it is cut up. */
static bool read_header(const struct pring_observed_queue *q, const struct pring_chain *chain,
                        struct header *header)
{
    uint8_t *out = (uint8_t *)header;
    uint32_t have = 0, at = chain->head;

    for (uint32_t n = 0; n < chain->count && have < HEADER_BYTES && at < PRING_QUEUE_SIZE_MAX; n++) {
        const struct pring_segment *s = &q->segment[at];
        uint32_t take = s->len_bytes < HEADER_BYTES - have ? s->len_bytes : HEADER_BYTES - have;
        if ((s->flags & PRING_DESC_WRITE) || !spec_peek(s->addr, out + have, take))
            return false;
        have += take;
        at = s->next;
    }
    return have == HEADER_BYTES;
}

/* BLK-OP-DRV-06, -02 */
static void judge_transfer(const struct spec_blk *s, const struct header *h, uint64_t bytes,
                           const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t capacity = capacity_known(s, judge), sectors = bytes / PRING_SECTOR_BYTES;

    if (bytes % PRING_SECTOR_BYTES)
        spec_accuse(judge, "BLK-OP-DRV-06", event, "A read or write of %llu bytes, no multiple of 512.",
                    (unsigned long long)bytes);
    else if (sectors > capacity || h->sector > capacity - sectors)
        spec_accuse(judge, "BLK-OP-DRV-02", event, "Sector %llu and %llu sectors: the disk has %llu.",
                    (unsigned long long)h->sector, (unsigned long long)sectors, (unsigned long long)capacity);
}

static void lend(const struct spec_blk *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_chain *chain = event->chain;
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];
    struct header h;

    if (s->poked || chain->fault != PRING_CHAIN_GOOD || spec_is_poked(judge, event->queue))
        return;
    if (chain->writable_bytes == 0 || !read_header(q, chain, &h))
        return;
    if (h.type == IN)
        judge_transfer(s, &h, chain->writable_bytes - 1, event, judge);
    else if (h.type == OUT)
        judge_transfer(s, &h, chain->readable_bytes - HEADER_BYTES, event, judge);
    else if (h.type == FLUSH && h.sector != 0)
        spec_accuse(judge, "BLK-OP-DRV-04", event, "A flush names sector %llu.",
                    (unsigned long long)h.sector);
}

void spec_blk_event(struct spec_blk *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_LEND:
        lend(s, event, judge);
        return;
    case PRING_EV_BEGIN:
        if (event->made == PRING_ENTRY_PROBE)
            s->halves = 0;
        if (pring_judge_observer(judge)->open_requests <= 1)
            s->grace = 0;
        return;
    case PRING_EV_FAULT:
        s->poked |= event->fault->action == PRING_FAULT_POKE &&
                    pring_field_info[spec_fault_subject(event)].group == PRING_GROUP_DATA;
        return;
    default: /* the capacity is read */
        capacity_read(s, event, judge);
        return;
    }
}
