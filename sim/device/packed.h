/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of a packed virtqueue [2.8]. */
#ifndef PRING_DEVICE_PACKED_H
#define PRING_DEVICE_PACKED_H

#include "engine.h"

enum {
    PRING_PACKED_BYTES = 16, /* a descriptor: le64 addr, le32 len, le16 id, le16 flags */
    PRING_PACKED_NEXT = 0x0001,
    PRING_PACKED_WRITE = 0x0002,
    PRING_PACKED_INDIRECT = 0x0004,
    PRING_PACKED_AVAIL = 0x0080,
    PRING_PACKED_USED = 0x8000,
};

/* Serves the queue until nothing is new in it. Negative: a bad chain, or a bus error. */
int pring_packed_serve(struct pring_engine *engine, struct pring_vq *vq);
/* As pring_ring_peek and pring_ring_complete. */
int pring_packed_peek(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n);
int pring_packed_complete(struct pring_engine *engine, struct pring_vq *vq, const uint8_t (*used)[8],
                          const uint16_t *places, uint32_t count);

/* packed_walk.c: reads the chain at the place into `chain`. 0; positive: nothing is available there;
 * negative: a bad chain, or a bus error on the way. */
int pring_packed_walk(struct pring_device *dev, const struct pring_vq *vq, uint32_t place, bool wrap,
                      struct pring_chain *chain);

#endif
