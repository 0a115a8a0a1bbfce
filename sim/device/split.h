/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of a split virtqueue [2.7]. */
#ifndef PRING_DEVICE_SPLIT_H
#define PRING_DEVICE_SPLIT_H

#include "engine.h"

enum { PRING_FEATURE_IN_ORDER = 35, PRING_FEATURE_INDIRECT_DESC = 28, PRING_FEATURE_EVENT_IDX = 29 };

/* Serves the queue until nothing is new in its available ring. Negative: a bad queue or chain. */
int pring_split_serve(struct pring_engine *engine, struct pring_vq *vq);

/* Reads the chain at `head` into `chain`. `indirect`: it may go on in a table. 0, or negative: a bad chain,
 * or a bus error on the way. */
int pring_split_walk(struct pring_mem *mem, const struct pring_vq *vq, uint16_t head, bool indirect,
                     struct pring_chain *chain);

/* ---- queues whose chains wait until the device has something to put into them ---- */

/* Chains that wait behind the cursor. Negative: a bus error, or an index out of range. */
int pring_split_waiting(struct pring_mem *mem, const struct pring_vq *vq);
/* Reads the n-th of them, from 0, into the workspace's chain. */
int pring_split_peek(struct pring_engine *engine, const struct pring_vq *vq, uint32_t n);
/* Completes the first `count` of them by these elements, which become visible together. */
int pring_split_complete(struct pring_engine *engine, struct pring_vq *vq, uint8_t (*used)[8],
                         uint32_t count);

#endif
