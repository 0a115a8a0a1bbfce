/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"

void pring_stream_init(struct pring_stream *stream, struct pring_mem *mem, const struct pring_chain *chain)
{
    *stream = (struct pring_stream){.mem = mem, .chain = chain};
    stream->write.segment = chain->readable_count;
}

/* The next bytes that lie together, at most `max`; moves the cursor behind them. */
static uint32_t take(const struct pring_chain *chain, struct pring_chain_cursor *at, uint64_t max,
                     uint64_t *addr)
{
    const struct pring_segment *segment = &chain->segments[at->segment];
    uint32_t left = segment->len_bytes - at->offset;

    *addr = segment->addr + at->offset;
    if (left > max) {
        at->offset += (uint32_t)max;
        return (uint32_t)max;
    }
    at->segment++;
    at->offset = 0;
    return left;
}

int pring_stream_read(struct pring_stream *stream, void *buf, uint32_t len_bytes)
{
    uint8_t *to = buf;

    while (len_bytes > 0) {
        uint64_t addr;
        uint32_t n = take(stream->chain, &stream->read, len_bytes, &addr);

        if (stream->mem->read(stream->mem, addr, to, n) < 0)
            return -1;
        to += n;
        len_bytes -= n;
    }
    return 0;
}

int pring_stream_write(struct pring_stream *stream, const void *buf, uint32_t len_bytes)
{
    const uint8_t *from = buf;

    while (len_bytes > 0) {
        uint64_t addr;
        uint32_t n = take(stream->chain, &stream->write, len_bytes, &addr);

        if (stream->mem->write(stream->mem, addr, from, n) < 0)
            return -1;
        if (!stream->gap)
            stream->prefix_bytes += n;
        from += n;
        len_bytes -= n;
    }
    return 0;
}

void pring_stream_skip(struct pring_stream *stream, uint64_t len_bytes)
{
    stream->gap |= len_bytes > 0;
    while (len_bytes > 0) {
        uint64_t addr;

        len_bytes -= take(stream->chain, &stream->write, len_bytes, &addr);
    }
}
