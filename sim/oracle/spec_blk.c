/* SPDX-License-Identifier: Apache-2.0 */
/* Block requests [5.2.6.1], looked at when they are lent. The capacity is the one that the driver was shown.
 */
#include "oracle/spec_monitors.h"

enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8, DISCARD = 11, WRITE_ZEROES = 13 };
enum { HEADER_BYTES = 16, SEGMENT_BYTES = 16, FLAG_UNMAP = 1 };

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

/* BLK-OP-DRV-14 */
static void judge_unmap(const struct pring_observed_queue *q, const struct pring_event *event,
                        struct pring_judge *judge)
{
    uint64_t at = HEADER_BYTES + 12;
    uint8_t flags[4];

    for (; spec_chain_bytes(q, event->chain, at, flags, sizeof(flags)); at += SEGMENT_BYTES) {
        if (flags[0] & FLAG_UNMAP) {
            spec_accuse(judge, "BLK-OP-DRV-14", event, "A segment of a discard has unmap set.");
            return;
        }
    }
}

/* BLK-OP-DRV-07, -09, -11 */
static void judge_ranges(const struct spec_blk *s, const struct header *h, const struct pring_event *event,
                         struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    bool discard = h->type == DISCARD;
    uint64_t bytes = event->chain->readable_bytes - HEADER_BYTES;
    uint32_t most = discard ? s->discard_segments : s->zero_segments;

    if (!most)
        most = discard ? o->setup.blk.max_discard_seg : o->setup.blk.max_write_zeroes_seg;
    if (bytes % SEGMENT_BYTES)
        spec_accuse(judge, "BLK-OP-DRV-07", event, "Ranges of %llu bytes, no multiple of 16.",
                    (unsigned long long)bytes);
    else if (bytes / SEGMENT_BYTES > most)
        spec_accuse(judge, discard ? "BLK-OP-DRV-09" : "BLK-OP-DRV-11", event,
                    "%llu segments, of %u at most.", (unsigned long long)(bytes / SEGMENT_BYTES), most);
    else if (discard)
        judge_unmap(&o->queue[event->queue], event, judge);
}

static void lend(const struct spec_blk *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_chain *chain = event->chain;
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];
    struct header h;

    if (s->poked || chain->fault != PRING_CHAIN_GOOD || spec_is_poked(judge, event->queue))
        return;
    if (chain->writable_bytes == 0 || !spec_chain_bytes(q, chain, 0, &h, sizeof(h)))
        return;
    if (h.type == IN)
        judge_transfer(s, &h, chain->writable_bytes - 1, event, judge);
    else if (h.type == OUT)
        judge_transfer(s, &h, chain->readable_bytes - HEADER_BYTES, event, judge);
    else if (h.type == FLUSH && h.sector != 0)
        spec_accuse(judge, "BLK-OP-DRV-04", event, "A flush names sector %llu.",
                    (unsigned long long)h.sector);
    else if (h.type == GET_ID && chain->writable_bytes - 1 != PRING_ID_BYTES)
        spec_accuse(judge, "BLK-OP-DRV-08", event, "An identity of %llu bytes is asked for.",
                    (unsigned long long)chain->writable_bytes - 1);
    else if (h.type == DISCARD || h.type == WRITE_ZEROES)
        judge_ranges(s, &h, event, judge);
}

static void limit_read(struct spec_blk *s, const struct pring_event *event)
{
    uint32_t *most =
        event->field == PRING_F_CONFIG_MAX_DISCARD_SEG ? &s->discard_segments : &s->zero_segments;

    if (event->seen > *most)
        *most = (uint32_t)event->seen;
}

void spec_blk_event(struct spec_blk *s, const struct pring_event *event, struct pring_judge *judge)
{
    switch (event->kind) {
    case PRING_EV_LEND:
        lend(s, event, judge);
        return;
    case PRING_EV_BEGIN:
        if (event->made == PRING_ENTRY_PROBE) {
            s->halves = 0;
            s->discard_segments = s->zero_segments = 0;
        }
        if (pring_judge_observer(judge)->open_requests <= 1)
            s->grace = 0;
        return;
    case PRING_EV_FAULT:
        s->poked |= event->fault->action == PRING_FAULT_POKE &&
                    pring_field_info[spec_fault_subject(event)].group == PRING_GROUP_DATA;
        return;
    default: /* the capacity or a limit is read */
        if (event->field == PRING_F_CONFIG_CAPACITY)
            capacity_read(s, event, judge);
        else
            limit_read(s, event);
        return;
    }
}
