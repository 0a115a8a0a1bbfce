/* SPDX-License-Identifier: Apache-2.0 */
#include "blk.h"

#include "bytes.h"

enum { HEADER_BYTES = 16 };

/* The status is the last writable byte; bytes before it that carry no data are passed over, never zeroed, so
 * that used.len tells the truth (SPLIT-USED-DEV-02). `data_bytes` of them were written. */
static int answer(struct pring_stream *stream, uint64_t data_bytes, enum pring_blk_status status)
{
    uint8_t byte = (uint8_t)status;

    pring_stream_skip(stream, stream->chain->writable_bytes - 1 - data_bytes);
    return pring_stream_write(stream, &byte, 1);
}

/* Whole sectors within the capacity; no sum of two numbers from the driver, so nothing wraps. */
static bool in_range(const struct pring_blk *blk, uint64_t sector, uint64_t len_bytes)
{
    uint64_t capacity = blk->config.capacity_sectors;

    return len_bytes % PRING_SECTOR_BYTES == 0 && sector <= capacity &&
           len_bytes / PRING_SECTOR_BYTES <= capacity - sector;
}

static uint32_t piece_bytes(uint64_t left)
{
    return left < PRING_PAYLOAD_BYTES ? (uint32_t)left : PRING_PAYLOAD_BYTES;
}

static int serve_in(struct pring_blk *blk, struct pring_stream *stream, uint64_t sector)
{
    uint64_t total = stream->chain->writable_bytes - 1;
    uint8_t *payload = blk->engine.work->payload;

    if (!in_range(blk, sector, total))
        return answer(stream, 0, PRING_BLK_IOERR);
    for (uint64_t left = total; left > 0;) {
        uint32_t n = piece_bytes(left);

        for (uint32_t at = 0; at < n; at += PRING_SECTOR_BYTES)
            pring_cow_read_sector(blk->cow, sector++, payload + at);
        if (pring_stream_write(stream, payload, n) < 0)
            return -1;
        left -= n;
    }
    return answer(stream, total, PRING_BLK_OK);
}

static int serve_out(struct pring_blk *blk, struct pring_stream *stream, uint64_t sector)
{
    uint64_t total = stream->chain->readable_bytes - HEADER_BYTES;
    uint8_t *payload = blk->engine.work->payload;

    if (pring_blk_offers(blk, PRING_BLK_RO) || !in_range(blk, sector, total)) /* BLK-OP-DEV-03, -04 */
        return answer(stream, 0, PRING_BLK_IOERR);
    for (uint64_t left = total; left > 0;) {
        uint32_t n = piece_bytes(left);

        if (pring_stream_read(stream, payload, n) < 0)
            return -1;
        for (uint32_t at = 0; at < n; at += PRING_SECTOR_BYTES)
            pring_cow_write_sector(blk->cow, sector++, payload + at);
        left -= n;
    }
    return answer(stream, 0, PRING_BLK_OK);
}

static int serve_flush(const struct pring_blk *blk, struct pring_stream *stream)
{
    bool accepted = ((blk->engine.dev.acked_features >> PRING_BLK_FLUSH) & 1) != 0;

    return answer(stream, 0, accepted ? PRING_BLK_OK : PRING_BLK_UNSUPP);
}

static int serve_get_id(struct pring_stream *stream)
{
    static const uint8_t id[PRING_ID_BYTES] = "proving-ring-blk";

    if (stream->chain->writable_bytes - 1 != sizeof id)
        return answer(stream, 0, PRING_BLK_IOERR);
    if (pring_stream_write(stream, id, sizeof id) < 0)
        return -1;
    return answer(stream, sizeof id, PRING_BLK_OK);
}

static int serve_discard(struct pring_blk *blk, struct pring_stream *stream, uint32_t type)
{
    int status = pring_blk_discard(blk, stream, type);

    return status < 0 ? -1 : answer(stream, 0, (enum pring_blk_status)status);
}

static int serve_header(struct pring_blk *blk, struct pring_stream *stream, const uint8_t *header)
{
    switch (pring_get32(header)) {
    case PRING_BLK_REQUEST_IN:
        return serve_in(blk, stream, pring_get64(header + 8));
    case PRING_BLK_REQUEST_OUT:
        return serve_out(blk, stream, pring_get64(header + 8));
    case PRING_BLK_REQUEST_FLUSH:
        return serve_flush(blk, stream);
    case PRING_BLK_REQUEST_GET_ID:
        return serve_get_id(stream);
    case PRING_BLK_REQUEST_DISCARD:
    case PRING_BLK_REQUEST_WRITE_ZEROES:
        return serve_discard(blk, stream, pring_get32(header));
    default:
        return answer(stream, 0, PRING_BLK_UNSUPP);
    }
}

/* The header may lie in any number of elements [2.7.4.3]. Without room for a status a request has no effect,
 * and nothing of it is read. */
int pring_blk_serve(struct pring_engine *engine, struct pring_stream *stream)
{
    uint8_t header[HEADER_BYTES];

    if (stream->chain->writable_bytes == 0)
        return 0;
    if (stream->chain->readable_bytes < HEADER_BYTES)
        return answer(stream, 0, PRING_BLK_IOERR);
    if (pring_stream_read(stream, header, sizeof header) < 0)
        return -1;
    return serve_header((struct pring_blk *)engine, stream, header);
}
