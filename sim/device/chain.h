/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One descriptor chain, as the device function sees it: a stream of readable bytes and a stream of writable
 * bytes. The function knows no address; the queue engine knows no request.
 */
#ifndef PRING_DEVICE_CHAIN_H
#define PRING_DEVICE_CHAIN_H

#include <pring/device.h>

struct pring_segment {
    uint64_t addr;
    uint32_t len_bytes; /* never 0 */
};

struct pring_chain {
    uint16_t head;                  /* in a packed ring: the buffer id */
    uint16_t places;                /* in a packed ring: descriptors that it takes there */
    uint32_t readable_count, count; /* segments; the readable ones come first [2.7.4.2] */
    uint64_t readable_bytes, writable_bytes;
    struct pring_segment segments[PRING_QUEUE_SIZE_MAX];
};

struct pring_chain_cursor {
    uint32_t segment, offset;
};

struct pring_stream {
    struct pring_mem *mem;
    const struct pring_chain *chain;
    struct pring_chain_cursor read, write;
    uint64_t prefix_bytes; /* writable bytes written without a gap from the first on: used.len */
    bool gap;
};

void pring_stream_init(struct pring_stream *stream, struct pring_mem *mem, const struct pring_chain *chain);
/* Both move whole `len_bytes`, never more than the chain has left. 0, or negative: bus error. */
int pring_stream_read(struct pring_stream *stream, void *buf, uint32_t len_bytes);
int pring_stream_write(struct pring_stream *stream, const void *buf, uint32_t len_bytes);
/* Passes over writable bytes: they keep what the driver left there, and end the prefix. */
void pring_stream_skip(struct pring_stream *stream, uint64_t len_bytes);

#endif
