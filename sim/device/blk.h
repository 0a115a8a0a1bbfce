/* SPDX-License-Identifier: Apache-2.0 */
/* The block device [5.2]. */
#ifndef PRING_DEVICE_BLK_H
#define PRING_DEVICE_BLK_H

#include "cow.h"
#include "engine.h"

/* Bit numbers [5.2.3]. */
enum pring_blk_feature {
    PRING_BLK_SIZE_MAX = 1,
    PRING_BLK_SEG_MAX = 2,
    PRING_BLK_RO = 5,
    PRING_BLK_BLK_SIZE = 6,
    PRING_BLK_FLUSH = 9,
    PRING_BLK_TOPOLOGY = 10,
    PRING_BLK_CONFIG_WCE = 11,
    PRING_BLK_MQ = 12,
    PRING_BLK_DISCARD = 13,
    PRING_BLK_WRITE_ZEROES = 14,
};

struct pring_blk {
    struct pring_engine engine;
    struct pring_setup_blk config; /* capacity_sectors is the current one; survives a reset */
    bool writeback;
    struct pring_cow *cow; /* the backend's, lent */
};

void pring_blk_init(struct pring_blk *blk, const struct pring_setup *setup, struct pring_vq *queues,
                    struct pring_workspace *work, struct pring_cow *cow);
/* Changes the capacity and ConfigGeneration in one step. The interrupt is the register block's. */
void pring_blk_resize(struct pring_blk *blk, uint64_t sectors);

/* blk_config.c */
void pring_blk_read_config(const struct pring_device *dev, uint32_t offset, void *data, size_t len_bytes);
void pring_blk_write_config(struct pring_device *dev, uint32_t offset, const void *data, size_t len_bytes);
/* blk_request.c */
enum pring_blk_request { /* [5.2.6] */
                         PRING_BLK_REQUEST_IN = 0,
                         PRING_BLK_REQUEST_OUT = 1,
                         PRING_BLK_REQUEST_FLUSH = 4,
                         PRING_BLK_REQUEST_GET_ID = 8,
                         PRING_BLK_REQUEST_DISCARD = 11,
                         PRING_BLK_REQUEST_WRITE_ZEROES = 13,
};
enum pring_blk_status { PRING_BLK_OK = 0, PRING_BLK_IOERR = 1, PRING_BLK_UNSUPP = 2 };
int pring_blk_serve(struct pring_engine *engine, struct pring_stream *stream);

/* blk_discard.c: discard and write zeroes [5.2.6]; `type` is the request's. Returns the status, or negative:
 * a bus error. */
int pring_blk_discard(struct pring_blk *blk, struct pring_stream *stream, uint32_t type);

static inline bool pring_blk_offers(const struct pring_blk *blk, enum pring_blk_feature feature)
{
    return ((blk->engine.dev.avail_features >> feature) & 1) != 0;
}

#endif
