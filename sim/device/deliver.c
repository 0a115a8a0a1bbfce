/* SPDX-License-Identifier: Apache-2.0 */
#include "deliver.h"

#include "bytes.h"
#include "ring.h"

int pring_deliver_count(struct pring_engine *engine, uint16_t queue, uint64_t len_bytes,
                        enum pring_delivery how)
{
    const struct pring_vq *vq = &engine->dev.queues[queue];
    uint64_t room = 0;
    int waiting, count = 0;

    if (!pring_engine_may_serve(&engine->dev, queue))
        return 0;
    waiting = pring_ring_waiting(engine->dev.mem, vq);
    if (waiting < 0)
        return -1;
    if (how == PRING_DELIVER_WHOLE && waiting > 1)
        waiting = 1;
    for (; count < waiting && room < len_bytes; count++) {
        int error = pring_ring_peek(engine, vq, (uint32_t)count);

        if (error < 0)
            return -1;
        if (error > 0)
            break;
        room += engine->work->chain.writable_bytes;
    }
    return room >= len_bytes || how == PRING_DELIVER_CUT ? count : 0;
}

/* Readable elements have no place in a receive queue; they are passed over. */
static int fill(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n, const uint8_t *bytes,
                uint64_t len_bytes)
{
    const struct pring_chain *chain = &engine->work->chain;
    struct pring_stream stream;
    uint32_t taken;

    if (pring_ring_peek(engine, vq, n) != 0)
        return -1;
    taken = (uint32_t)(chain->writable_bytes < len_bytes ? chain->writable_bytes : len_bytes);
    pring_stream_init(&stream, engine->dev.mem, chain);
    if (pring_stream_write(&stream, bytes, taken) < 0)
        return -1;
    engine->work->delivered_places[n] = chain->places;
    pring_put32(engine->work->delivered[n], chain->head);
    pring_put32(engine->work->delivered[n] + 4, taken + engine->work->len_falsity);
    return (int)taken;
}

int pring_deliver(struct pring_engine *engine, uint16_t queue, uint32_t count, const uint8_t *bytes,
                  uint64_t len_bytes)
{
    struct pring_vq *vq = &engine->dev.queues[queue];

    for (uint32_t i = 0; i < count; i++) {
        int taken = fill(engine, vq, i, bytes, len_bytes);

        if (taken < 0)
            return -1;
        bytes += taken;
        len_bytes -= (uint64_t)taken;
    }
    return pring_ring_complete(engine, vq, engine->work->delivered, engine->work->delivered_places, count);
}
