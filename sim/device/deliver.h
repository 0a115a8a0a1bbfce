/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device has to say without being asked: packets, console bytes, control messages. It goes into
 * chains that wait in a receive queue; a device keeps none for later, so what finds no room is lost.
 */
#ifndef PRING_DEVICE_DELIVER_H
#define PRING_DEVICE_DELIVER_H

#include "engine.h"

enum pring_delivery {
    PRING_DELIVER_WHOLE,  /* into the next chain, if it fits */
    PRING_DELIVER_SPREAD, /* over as many chains as it takes, which become visible together */
    PRING_DELIVER_CUT,    /* as before, and what does not fit is cut off */
};

/* How many chains that takes: 0: it finds no room. Negative: a bus error, or a bad chain. */
int pring_deliver_count(struct pring_engine *engine, uint16_t queue, uint64_t len_bytes,
                        enum pring_delivery how);
/* Fills and completes `count` chains, which pring_deliver_count has counted. 0, or negative: a bus error. */
int pring_deliver(struct pring_engine *engine, uint16_t queue, uint32_t count, const uint8_t *bytes,
                  uint64_t len_bytes);

#endif
