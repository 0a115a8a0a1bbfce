/* SPDX-License-Identifier: Apache-2.0 */
/* A virtqueue of either format, as the devices know it: split [2.7] or packed [2.8], decided when it became
 * ready. */
#ifndef PRING_DEVICE_RING_H
#define PRING_DEVICE_RING_H

#include "engine.h"

enum { PRING_FEATURE_RING_PACKED = 34 };

/* Serves the queue until nothing is new in it. A bad queue or chain sets dev.needs_reset. */
void pring_ring_serve(struct pring_engine *engine, struct pring_vq *vq);
/* The queue starts anew: its features are accepted by now. */
void pring_ring_start(const struct pring_device *dev, struct pring_vq *vq);
/* A bad queue, chain or bus: the device touches no queue until reset (STATUS-DEV-03, -04). */
void pring_ring_break(struct pring_engine *engine);

/* ---- queues whose chains wait until the device has something to put into them ---- */

/* No more chains than this wait. Negative: a bus error, or an index out of range. */
int pring_ring_waiting(struct pring_mem *mem, const struct pring_vq *vq);
/* Reads the n-th of them, from 0, into the workspace's chain. 0; positive: so many do not wait; negative: a
 * bad chain, or a bus error. */
int pring_ring_peek(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n);
/* Completes the first `count` of them by these elements, which become visible together; places: descriptors
 * that each takes in a packed ring. */
int pring_ring_complete(struct pring_engine *engine, struct pring_vq *vq, uint8_t (*used)[8],
                        const uint16_t *places, uint32_t count);

#endif
