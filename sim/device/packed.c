/* SPDX-License-Identifier: Apache-2.0 */
#include "packed.h"

#include "bytes.h"
#include "split.h"

enum { INTERRUPT_USED = 1, EVENT_BYTES = 4, EVENT_WRAP = 0x8000 };
enum { EVENT_ENABLE = 0, EVENT_DISABLE = 1, EVENT_AT = 2 }; /* [2.8.10] */

static bool has_event_idx(const struct pring_device *dev)
{
    return ((dev->acked_features >> PRING_FEATURE_EVENT_IDX) & 1) != 0;
}

static bool is_batching(const struct pring_engine *engine)
{
    return engine->work->batch && ((engine->dev.acked_features >> PRING_FEATURE_IN_ORDER) & 1) != 0;
}

static void advance(const struct pring_vq *vq, uint16_t *place, bool *wrap, uint32_t places)
{
    uint32_t next = *place + places;

    if (next >= vq->size) {
        next -= vq->size;
        *wrap = !*wrap;
    }
    *place = (uint16_t)next;
}

/* ---- one batch: all chains that are available one after the other ---- */

/* As pring_packed_walk. */
static int serve_chain(struct pring_engine *engine, struct pring_vq *vq, uint32_t done)
{
    struct pring_workspace *work = engine->work;
    struct pring_stream stream;
    int found = pring_packed_walk(&engine->dev, vq, vq->avail_cursor, vq->avail_wrap, &work->chain);

    if (found != 0)
        return found;
    pring_stream_init(&stream, engine->dev.mem, &work->chain);
    work->places[done] = work->chain.places;
    pring_put32(work->used[done], work->chain.head);
    if (engine->serve(engine, &stream) < 0)
        return -1;
    pring_put32(work->used[done] + 4, (uint32_t)stream.prefix_bytes + work->len_falsity);
    work->whole[done] = stream.prefix_bytes == work->chain.writable_bytes;
    advance(vq, &vq->avail_cursor, &vq->avail_wrap, work->places[done]);
    return 0;
}

static void reverse(struct pring_workspace *work, uint32_t count)
{
    for (uint32_t i = 0, k = count; i + 1 < k--; i++) {
        uint64_t first = pring_get64(work->used[i]);
        uint16_t places = work->places[i];

        pring_put64(work->used[i], pring_get64(work->used[k]));
        pring_put64(work->used[k], first);
        work->places[i] = work->places[k];
        work->places[k] = places;
    }
}

/* Whole ones and the one behind them: only the last is named, at the place of the first, and takes the places
 * of all [2.8.9]. Returns how many are left. */
static uint32_t join_batches(struct pring_workspace *work, uint32_t count)
{
    uint32_t left = 0;
    bool joins = false;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t places = work->places[i];

        if (joins)
            places += work->places[--left];
        joins = work->whole[i];
        pring_put64(work->used[left], pring_get64(work->used[i]));
        work->places[left++] = (uint16_t)places;
    }
    return left;
}

/* ---- publishing ---- */

/* Length and id, and then the flags that make them the driver's (ST-WRAP-DEV-02, ST-PWRITE-DEV-01). */
static int write_used(struct pring_mem *mem, const struct pring_vq *vq, uint16_t place, bool wrap,
                      const uint8_t used[8])
{
    uint64_t addr = vq->desc + (uint64_t)PRING_PACKED_BYTES * place + 8;
    uint32_t len = pring_get32(used + 4);
    uint16_t flags = wrap ? PRING_PACKED_AVAIL | PRING_PACKED_USED : 0;
    uint8_t bytes[6], flag_bytes[2];

    pring_put32(bytes, len);
    pring_put16(bytes + 4, (uint16_t)pring_get32(used));
    pring_put16(flag_bytes, (uint16_t)(flags | (len > 0 ? PRING_PACKED_WRITE : 0)));
    if (mem->write(mem, addr, bytes, sizeof bytes) < 0)
        return -1;
    return mem->write(mem, addr + 6, flag_bytes, sizeof flag_bytes);
}

/* `together`: the first one last, so that the others stand behind it when it shows (ST-PMULTI-DEV-01). */
static int publish(struct pring_engine *engine, struct pring_vq *vq, const uint8_t (*used)[8],
                   const uint16_t *places, uint32_t count, bool together)
{
    uint16_t first = vq->used_cursor;
    bool first_wrap = vq->used_wrap;

    for (uint32_t i = 0; i < count; i++) {
        if ((i > 0 || !together) &&
            write_used(engine->dev.mem, vq, vq->used_cursor, vq->used_wrap, used[i]) < 0)
            return -1;
        advance(vq, &vq->used_cursor, &vq->used_wrap, places[i]);
    }
    return together && count > 0 ? write_used(engine->dev.mem, vq, first, first_wrap, used[0]) : 0;
}

/* ---- telling the driver [2.8.10, 2.7.10.1] ---- */

/* Is the place that the driver asks for among the last `places` ones? Its lap may be the one before ours. */
static bool crosses(const struct pring_vq *vq, uint16_t off_wrap, uint32_t places)
{
    uint32_t event = off_wrap & (EVENT_WRAP - 1u);

    if (((off_wrap & EVENT_WRAP) != 0) != vq->used_wrap)
        event -= vq->size;
    return (uint16_t)(vq->used_cursor - event - 1) < (uint16_t)places;
}

static int interrupt(struct pring_device *dev, const struct pring_vq *vq, const uint16_t *places,
                     uint32_t count)
{
    uint8_t event[EVENT_BYTES];
    uint32_t total = 0, how;

    if (dev->mem->read(dev->mem, vq->driver, event, sizeof event) < 0)
        return -1;
    for (uint32_t i = 0; i < count; i++)
        total += places[i];
    how = pring_get16(event + 2) & 3u;
    if (how == EVENT_DISABLE)
        return 0;
    if (how == EVENT_AT && has_event_idx(dev) && !crosses(vq, pring_get16(event), total))
        return 0;
    dev->irq->raise(dev->irq, INTERRUPT_USED);
    return 0;
}

/* Asks for a notification at the next place; what came before the driver saw that is found by looking there
 * once more. Without EVENT_IDX the structure stays as the driver set it up: all notifications. */
static int write_event(struct pring_mem *mem, const struct pring_vq *vq)
{
    uint8_t event[EVENT_BYTES];

    pring_put16(event, (uint16_t)(vq->avail_cursor | (vq->avail_wrap ? EVENT_WRAP : 0)));
    pring_put16(event + 2, EVENT_AT);
    return mem->write(mem, vq->device, event, sizeof event);
}

/* ---- the loop ---- */

/* Returns how many chains were served and published. The chains before a bad one complete in full, interrupt
 * included. */
static int turn(struct pring_engine *engine, struct pring_vq *vq)
{
    struct pring_workspace *work = engine->work;
    uint32_t done = 0, count;
    int found = 0;

    while (done < vq->size && (found = serve_chain(engine, vq, done)) == 0)
        done++;
    if (work->reverse)
        reverse(work, done);
    count = is_batching(engine) ? join_batches(work, done) : done;
    if (done > 0 && (publish(engine, vq, (const uint8_t(*)[8])work->used, work->places, count, false) < 0 ||
                     interrupt(&engine->dev, vq, work->places, count) < 0))
        return -1;
    return found < 0 ? -1 : (int)done;
}

int pring_packed_serve(struct pring_engine *engine, struct pring_vq *vq)
{
    for (;;) {
        int done = turn(engine, vq);

        if (done <= 0)
            return done;
        if (has_event_idx(&engine->dev) && write_event(engine->dev.mem, vq) < 0)
            return -1;
    }
}

/* ---- chains that wait ---- */

int pring_packed_peek(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n)
{
    uint16_t place = vq->avail_cursor;
    bool wrap = vq->avail_wrap;

    for (;; n--) {
        int found = pring_packed_walk(&engine->dev, vq, place, wrap, &engine->work->chain);

        if (found != 0 || n == 0)
            return found;
        advance(vq, &place, &wrap, engine->work->chain.places);
    }
}

int pring_packed_complete(struct pring_engine *engine, struct pring_vq *vq, const uint8_t (*used)[8],
                          const uint16_t *places, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        advance(vq, &vq->avail_cursor, &vq->avail_wrap, places[i]);
    if (publish(engine, vq, used, places, count, true) < 0)
        return -1;
    return interrupt(&engine->dev, vq, places, count);
}
