/* SPDX-License-Identifier: Apache-2.0 */
/* Several queues on the bench of model_bench.h, each with a page for its rings and one for its buffers. */
#ifndef MODEL_QUEUES_H
#define MODEL_QUEUES_H

#include "model_one.h"

enum { QUEUE_SIZE = 16, QUEUE_BUFFER = 0x800, QUEUE_UNTOUCHED = 0xee };

struct queue {
    struct bench *b;
    uint32_t number;
    uint64_t base, data;            /* desc at base, avail at + 0x400, used at + 0x800 */
    uint16_t avail_idx, seen, next; /* next: first free descriptor */
};

static inline struct queue queue_ready(struct bench *on, uint32_t number)
{
    struct queue q = {on, number, BENCH_BASE + 0x1000ull * number, BENCH_DATA + 0x3000ull * number, 0, 0, 0};

    bench_write(on, REG_QUEUE_SEL, number);
    bench_write(on, REG_QUEUE_SIZE, QUEUE_SIZE);
    bench_write64(on, REG_QUEUE_DESC, q.base);
    bench_write64(on, REG_QUEUE_DRIVER, q.base + 0x400);
    bench_write64(on, REG_QUEUE_DEVICE, q.base + 0x800);
    bench_write(on, REG_QUEUE_READY, 1);
    return q;
}

static inline void queue_desc(struct queue *q, uint16_t index, uint64_t addr, uint32_t len, uint16_t flags)
{
    uint64_t at = q->base + (uint64_t)16 * index;

    bench_put(q->b, at, addr, 8);
    bench_put(q->b, at + 8, len, 4);
    bench_put(q->b, at + 12, flags, 2);
    bench_put(q->b, at + 14, index + 1u, 2);
}

static inline void queue_kick(struct queue *q)
{
    bench_write(q->b, REG_QUEUE_NOTIFY, q->number);
}

static inline void queue_offer(struct queue *q, uint16_t head)
{
    bench_put(q->b, q->base + 0x404 + (uint64_t)2 * (q->avail_idx % QUEUE_SIZE), head, 2);
    q->avail_idx++;
    bench_put(q->b, q->base + 0x402, q->avail_idx, 2);
}

/* A buffer of its own for each descriptor. */
static inline uint8_t *queue_buffer(struct queue *q, uint16_t index)
{
    return bench_at(q->b, q->data + (uint64_t)QUEUE_BUFFER * (index % 6));
}

/* Offers a writable buffer; returns its descriptor. */
static inline uint16_t queue_post(struct queue *q, uint32_t len)
{
    uint16_t index = q->next++ % QUEUE_SIZE;

    memset(queue_buffer(q, index), QUEUE_UNTOUCHED, QUEUE_BUFFER);
    queue_desc(q, index, q->data + (uint64_t)QUEUE_BUFFER * (index % 6), len, BENCH_WRITE);
    queue_offer(q, index);
    return index;
}

static inline uint16_t queue_used_idx(struct queue *q)
{
    return (uint16_t)bench_get(q->b, q->base + 0x802, 2);
}

/* The next completion must be there, and be this one. */
static inline void queue_check(struct queue *q, uint32_t id, uint32_t len)
{
    uint64_t element = q->base + 0x804 + (uint64_t)8 * (q->seen % QUEUE_SIZE);

    assert_int_not_equal(queue_used_idx(q), q->seen);
    assert_int_equal(bench_get(q->b, element, 4), id);
    assert_int_equal(bench_get(q->b, element + 4, 4), len);
    q->seen++;
}

/* Sends `len` readable bytes, with `answer` writable ones behind them; the chain is used when this returns.
 */
static inline uint16_t queue_send(struct queue *q, const void *bytes, uint32_t len, uint32_t answer)
{
    uint16_t index = q->next++ % QUEUE_SIZE;
    uint64_t at = q->data + (uint64_t)QUEUE_BUFFER * (index % 6);

    memcpy(bench_at(q->b, at), bytes, len);
    if (answer) {
        memset(bench_at(q->b, at + 0x700), QUEUE_UNTOUCHED, answer);
        queue_desc(q, index, at, len, BENCH_NEXT);
        bench_put(q->b, q->base + (uint64_t)16 * index + 14, q->next % QUEUE_SIZE, 2);
        queue_desc(q, q->next++ % QUEUE_SIZE, at + 0x700, answer, BENCH_WRITE);
    } else {
        queue_desc(q, index, at, len, 0);
    }
    queue_offer(q, index);
    queue_kick(q);
    return index;
}

static inline uint8_t *queue_answer(struct queue *q, uint16_t index)
{
    return queue_buffer(q, index) + 0x700;
}

#endif
