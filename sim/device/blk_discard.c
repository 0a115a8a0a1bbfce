/* SPDX-License-Identifier: Apache-2.0 */
/* Discard and write zeroes [5.2.6]: ranges of sectors, all of which read as zeros afterwards. */
#include "blk.h"

#include "bytes.h"

enum { HEADER_BYTES = 16, SEGMENT_BYTES = 16, SEGMENTS_MAX = PRING_PAYLOAD_BYTES / SEGMENT_BYTES };
enum { FLAG_UNMAP = 1 };

struct rules { /* of one of the two */
    enum pring_blk_feature feature;
    uint32_t sectors_max, segments_max, flags;
};

static struct rules rules_of(const struct pring_blk *blk, uint32_t type)
{
    const struct pring_setup_blk *c = &blk->config;

    if (type == PRING_BLK_REQUEST_DISCARD)
        return (struct rules){PRING_BLK_DISCARD, c->max_discard_sectors, c->max_discard_seg, 0};
    return (struct rules){PRING_BLK_WRITE_ZEROES, c->max_write_zeroes_sectors, c->max_write_zeroes_seg,
                          FLAG_UNMAP};
}

/* BLK-OP-DEV-05, -06: a flag that has no meaning here comes before any other complaint. */
static int judge(const struct pring_blk *blk, const struct rules *rules, const uint8_t *segments,
                 uint32_t count)
{
    int status = PRING_BLK_OK;

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *segment = segments + (size_t)SEGMENT_BYTES * i;
        uint64_t sector = pring_get64(segment), capacity = blk->config.capacity_sectors;
        uint32_t sectors = pring_get32(segment + 8);

        if ((pring_get32(segment + 12) & ~rules->flags) != 0)
            return PRING_BLK_UNSUPP;
        if (sectors > rules->sectors_max || sector > capacity || sectors > capacity - sector)
            status = PRING_BLK_IOERR;
    }
    return status;
}

/* BLK-OP-DEV-09 */
static void clear(const struct pring_blk *blk, const uint8_t *segment)
{
    static const uint8_t zeros[PRING_SECTOR_BYTES];
    uint64_t sector = pring_get64(segment);

    for (uint32_t left = pring_get32(segment + 8); left > 0; left--)
        pring_cow_write_sector(blk->cow, sector++, zeros);
}

int pring_blk_discard(struct pring_blk *blk, struct pring_stream *stream, uint32_t type)
{
    struct rules rules = rules_of(blk, type);
    uint64_t total = stream->chain->readable_bytes - HEADER_BYTES;
    uint32_t count = (uint32_t)(total / SEGMENT_BYTES);
    uint8_t *segments = blk->engine.work->payload;
    int status;

    if (((blk->engine.dev.acked_features >> rules.feature) & 1) == 0)
        return PRING_BLK_UNSUPP;
    if (pring_blk_offers(blk, PRING_BLK_RO) || total % SEGMENT_BYTES != 0 ||
        total / SEGMENT_BYTES > rules.segments_max || total / SEGMENT_BYTES > SEGMENTS_MAX)
        return PRING_BLK_IOERR;
    if (pring_stream_read(stream, segments, count * SEGMENT_BYTES) < 0)
        return -1;
    status = judge(blk, &rules, segments, count);
    for (uint32_t i = 0; i < count && status == PRING_BLK_OK; i++)
        clear(blk, segments + (size_t)SEGMENT_BYTES * i);
    return status;
}
