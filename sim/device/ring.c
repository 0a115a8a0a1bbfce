/* SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include "packed.h"
#include "split.h"

enum { INTERRUPT_CONFIG = 2 };

void pring_ring_start(const struct pring_device *dev, struct pring_vq *vq)
{
    vq->packed = ((dev->acked_features >> PRING_FEATURE_RING_PACKED) & 1) != 0;
    vq->avail_cursor = vq->used_cursor = 0;
    vq->avail_wrap = vq->used_wrap = true;
}

/* The device serves queues only with DRIVER_OK, so the configuration interrupt is always due. */
void pring_ring_break(struct pring_engine *engine)
{
    engine->dev.needs_reset = true;
    engine->dev.irq->raise(engine->dev.irq, INTERRUPT_CONFIG);
}

void pring_ring_serve(struct pring_engine *engine, struct pring_vq *vq)
{
    if ((vq->packed ? pring_packed_serve(engine, vq) : pring_split_serve(engine, vq)) < 0)
        pring_ring_break(engine);
}

int pring_ring_waiting(struct pring_mem *mem, const struct pring_vq *vq)
{
    return vq->packed ? (int)vq->size : pring_split_waiting(mem, vq);
}

int pring_ring_peek(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n)
{
    return vq->packed ? pring_packed_peek(engine, vq, n) : pring_split_peek(engine, vq, n);
}

int pring_ring_complete(struct pring_engine *engine, struct pring_vq *vq, uint8_t (*used)[8],
                        const uint16_t *places, uint32_t count)
{
    return vq->packed ? pring_packed_complete(engine, vq, (const uint8_t(*)[8])used, places, count)
                      : pring_split_complete(engine, vq, used, count);
}
