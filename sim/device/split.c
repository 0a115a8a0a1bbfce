/* SPDX-License-Identifier: Apache-2.0 */
#include "split.h"

#include "bytes.h"

enum { INTERRUPT_USED = 1 };
enum { AVAIL_NO_INTERRUPT = 1, HEADS_LINE = 32, PAGE_BYTES = 4096 };

struct avail { /* flags and idx, read at once */
    uint16_t flags, idx;
};

struct heads { /* a line of the available ring; only entries that idx has made available */
    uint16_t first, count;
    uint8_t bytes[2 * HEADS_LINE];
};

static bool has_event_idx(const struct pring_device *dev)
{
    return ((dev->acked_features >> PRING_FEATURE_EVENT_IDX) & 1) != 0;
}

static bool has_indirect(const struct pring_device *dev)
{
    return ((dev->acked_features >> PRING_FEATURE_INDIRECT_DESC) & 1) != 0;
}

/* ---- reading ---- */

static int read_avail(struct pring_mem *mem, const struct pring_vq *vq, struct avail *avail)
{
    uint8_t bytes[4];

    if (mem->read(mem, vq->driver, bytes, sizeof bytes) < 0)
        return -1;
    avail->flags = pring_get16(bytes);
    avail->idx = pring_get16(bytes + 2);
    return 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Cut at the end of the ring and of the page: a bus error behind either is none of the chains in front of it.
 */
static uint16_t heads_count(const struct pring_vq *vq, uint32_t slot, uint64_t addr, uint32_t left)
{
    uint32_t page_left = (PAGE_BYTES - (uint32_t)(addr % PAGE_BYTES)) / 2;
    uint32_t count = least(least(left, HEADS_LINE), least(vq->size - slot, page_left));

    return (uint16_t)(count > 0 ? count : 1);
}

/* The head at the avail cursor; `left` entries are available from there on. */
static int read_head(struct pring_mem *mem, const struct pring_vq *vq, uint32_t left, struct heads *heads,
                     uint16_t *head)
{
    uint32_t slot = vq->avail_cursor & (vq->size - 1);
    uint64_t addr = vq->driver + 4 + (uint64_t)2 * slot;
    uint16_t at = (uint16_t)(vq->avail_cursor - heads->first);

    if (at >= heads->count) {
        heads->first = vq->avail_cursor;
        heads->count = heads_count(vq, slot, addr, left);
        at = 0;
        if (mem->read(mem, addr, heads->bytes, (uint32_t)2 * heads->count) < 0)
            return -1;
    }
    *head = pring_get16(heads->bytes + (size_t)2 * at);
    return 0;
}

/* ---- one batch: all chains that one read of avail.idx showed ---- */

static int serve_chain(struct pring_engine *engine, const struct pring_vq *vq, uint16_t head, uint8_t used[8],
                       bool *whole)
{
    struct pring_workspace *work = engine->work;
    struct pring_stream stream;

    if (pring_split_walk(engine->dev.mem, vq, head, has_indirect(&engine->dev), &work->chain) < 0)
        return -1;
    pring_stream_init(&stream, engine->dev.mem, &work->chain);
    if (engine->serve(engine, &stream) < 0)
        return -1;
    pring_put32(used, head);
    pring_put32(used + 4, (uint32_t)stream.prefix_bytes + work->len_falsity);
    *whole = stream.prefix_bytes == work->chain.writable_bytes;
    return 0;
}

/* Returns how many chains were served; fewer than `count` when one is bad. */
static uint32_t serve_batch(struct pring_engine *engine, struct pring_vq *vq, uint32_t count)
{
    struct heads heads = {.count = 0};
    uint32_t done = 0;

    for (; done < count; done++, vq->avail_cursor++) {
        uint16_t head;

        if (read_head(engine->dev.mem, vq, count - done, &heads, &head) < 0)
            break;
        if (serve_chain(engine, vq, head, engine->work->used[done], &engine->work->whole[done]) < 0)
            break;
    }
    return done;
}

/* ---- publishing ---- */

static void reverse(uint8_t (*used)[8], uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        uint64_t first = pring_get64(used[i]);

        pring_put64(used[i], pring_get64(used[count - 1 - i]));
        pring_put64(used[count - 1 - i], first);
    }
}

/* Whole ones and the one behind them: only the last is named, where the first would have been. */
static void join_batches(uint8_t (*used)[8], const bool *whole, uint32_t count)
{
    for (uint32_t first = 0, i = 0; i < count; i++) {
        if (i > first) {
            pring_put64(used[first], pring_get64(used[i]));
            pring_put64(used[i], UINT64_MAX); /* means nothing */
        }
        if (!whole[i])
            first = i + 1;
    }
}

static int write_elements(struct pring_mem *mem, const struct pring_vq *vq, const uint8_t (*used)[8],
                          uint32_t count)
{
    uint32_t slot = vq->used_cursor & (vq->size - 1);
    uint32_t straight = least(count, vq->size - slot);
    uint64_t ring = vq->device + 4;

    if (mem->write(mem, ring + (uint64_t)8 * slot, used, 8 * straight) < 0)
        return -1;
    return straight == count ? 0 : mem->write(mem, ring, used + straight, 8 * (count - straight));
}

/* First the elements, then the index (SPLIT-USED-DEV-01). */
static int publish(struct pring_engine *engine, struct pring_vq *vq, uint8_t (*used)[8], uint32_t count)
{
    struct pring_mem *mem = engine->dev.mem;
    uint8_t idx[2];

    if (write_elements(mem, vq, (const uint8_t(*)[8])used, count) < 0)
        return -1;
    vq->used_cursor = (uint16_t)(vq->used_cursor + count);
    pring_put16(idx, vq->used_cursor);
    return mem->write(mem, vq->device + 2, idx, sizeof idx);
}

/* ---- telling the driver (SPLIT-USUP-DEV-01 to 06) ---- */

static int wants_by_event(struct pring_mem *mem, const struct pring_vq *vq, uint32_t count, bool *wants)
{
    uint8_t bytes[2];
    uint16_t new = vq->used_cursor;

    if (mem->read(mem, vq->driver + 4 + (uint64_t)2 * vq->size, bytes, sizeof bytes) < 0)
        return -1;
    *wants = (uint16_t)(new - pring_get16(bytes) - 1) < (uint16_t)count;
    return 0;
}

static int interrupt(struct pring_device *dev, const struct pring_vq *vq, uint32_t count,
                     uint16_t avail_flags)
{
    bool wants = (avail_flags & AVAIL_NO_INTERRUPT) == 0;

    if (has_event_idx(dev) && wants_by_event(dev->mem, vq, count, &wants) < 0)
        return -1;
    if (wants)
        dev->irq->raise(dev->irq, INTERRUPT_USED);
    return 0;
}

/* Asks for a notification at the next entry; entries that came before the driver saw that are found by
 * reading avail.idx once more (SPLIT-ASUP-DEV-03). */
static int write_avail_event(struct pring_mem *mem, const struct pring_vq *vq)
{
    uint8_t bytes[2];

    pring_put16(bytes, vq->avail_cursor);
    return mem->write(mem, vq->device + 4 + (uint64_t)8 * vq->size, bytes, sizeof bytes);
}

/* ---- the loop ---- */

/* Serves and publishes one batch, and reads avail again: flags for the interrupt, idx for the loop. The
 * chains before a bad one complete in full, interrupt included. */
static int turn(struct pring_engine *engine, struct pring_vq *vq, struct avail *avail)
{
    uint16_t count = (uint16_t)(avail->idx - vq->avail_cursor);
    uint32_t done;

    if (count > vq->size)
        return -1;
    done = serve_batch(engine, vq, count);
    if (engine->work->batch && ((engine->dev.acked_features >> PRING_FEATURE_IN_ORDER) & 1) != 0)
        join_batches(engine->work->used, engine->work->whole, done);
    if (engine->work->reverse)
        reverse(engine->work->used, done);
    if (done > 0 &&
        (publish(engine, vq, engine->work->used, done) < 0 || read_avail(engine->dev.mem, vq, avail) < 0 ||
         interrupt(&engine->dev, vq, done, avail->flags) < 0))
        return -1;
    return done == count ? 0 : -1;
}

int pring_split_serve(struct pring_engine *engine, struct pring_vq *vq)
{
    struct pring_mem *mem = engine->dev.mem;
    bool emptied = false; /* and avail_event not written since */
    struct avail avail;

    if (read_avail(mem, vq, &avail) < 0)
        return -1;
    for (;;) {
        if (avail.idx != vq->avail_cursor) {
            if (turn(engine, vq, &avail) < 0)
                return -1;
            emptied = has_event_idx(&engine->dev);
        } else if (emptied) {
            if (write_avail_event(mem, vq) < 0 || read_avail(mem, vq, &avail) < 0)
                return -1;
            emptied = false;
        } else {
            return 0;
        }
    }
}

/* ---- chains that wait ---- */

int pring_split_waiting(struct pring_mem *mem, const struct pring_vq *vq)
{
    struct avail avail;
    uint16_t count;

    if (read_avail(mem, vq, &avail) < 0)
        return -1;
    count = (uint16_t)(avail.idx - vq->avail_cursor);
    return count > vq->size ? -1 : count;
}

int pring_split_peek(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n)
{
    uint32_t slot = (vq->avail_cursor + n) & (vq->size - 1);
    uint8_t head[2];

    if (engine->dev.mem->read(engine->dev.mem, vq->driver + 4 + (uint64_t)2 * slot, head, sizeof head) < 0)
        return -1;
    return pring_split_walk(engine->dev.mem, vq, pring_get16(head), has_indirect(&engine->dev),
                            &engine->work->chain);
}

int pring_split_complete(struct pring_engine *engine, struct pring_vq *vq, uint8_t (*used)[8], uint32_t count)
{
    struct avail avail;

    vq->avail_cursor = (uint16_t)(vq->avail_cursor + count);
    if (publish(engine, vq, used, count) < 0 || read_avail(engine->dev.mem, vq, &avail) < 0)
        return -1;
    return interrupt(&engine->dev, vq, count, avail.flags);
}
