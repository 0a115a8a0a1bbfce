/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of a split virtqueue [2.7]. */
#ifndef PRING_DEVICE_SPLIT_H
#define PRING_DEVICE_SPLIT_H

#include "engine.h"

enum { PRING_FEATURE_EVENT_IDX = 29 };

/* Serves the queue until nothing is new in its available ring. A bad queue or chain sets dev.needs_reset. */
void pring_split_serve(struct pring_engine *engine, struct pring_vq *vq);

/* Reads the chain at `head` into `chain`. 0, or negative: a bad chain, or a bus error on the way. */
int pring_split_walk(struct pring_mem *mem, const struct pring_vq *vq, uint16_t head,
                     struct pring_chain *chain);

#endif
