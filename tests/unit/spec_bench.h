/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hand-made conversations for the requirement monitors. A test program includes it once. rd() and wr() are
 * single accesses, begin_probe() and init() an honest initialisation of which steps can be left out
 * (spec_probe.h), post() a request, expect() what the judge makes of it (spec_judge.h).
 */
#ifndef PRING_UNIT_SPEC_BENCH_H
#define PRING_UNIT_SPEC_BENCH_H

#include "spec_probe.h"

/* ---- rings ---- */

static void store(enum pring_field field, uint16_t index, uint64_t before, uint64_t value)
{
    struct pring_event event = event_of(PRING_EV_STORE, field);

    event.index = index;
    event.raw = before;
    event.made = event.seen = value;
    pring_judge_event(&event);
}

static void load(enum pring_field field, uint16_t index, uint64_t value)
{
    struct pring_event event = event_of(PRING_EV_LOAD, field);

    event.index = index;
    event.raw = event.made = event.seen = value;
    pring_judge_event(&event);
}

/* Chain of `count` descriptors from `head` on, lent. Flags need no NEXT. */
static struct pring_chain *lend(uint16_t head, const struct pring_segment *segments, uint16_t count,
                                uint8_t fault)
{
    struct pring_observed_queue *q = queue();
    struct pring_chain *chain = &q->chain[head];
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_AVAIL_RING);

    *chain = (struct pring_chain){.head = head, .count = count, .state = PRING_CHAIN_LENT, .fault = fault};
    for (uint16_t i = 0; i < count; i++) {
        q->segment[head + i] = segments[i];
        q->segment[head + i].next = (uint16_t)(head + i + 1);
        if (segments[i].flags & PRING_DESC_WRITE)
            chain->writable_bytes += segments[i].len_bytes;
        else
            chain->readable_bytes += segments[i].len_bytes;
    }
    q->lent_count++;
    event.chain = chain;
    pring_judge_event(&event);
    return chain;
}

/* What a driver does for a request: index, chain, and the device is told. */
static struct pring_chain *post_silently(uint16_t head, const struct pring_segment *segments, uint16_t count)
{
    bench_avail_idx++;
    store(PRING_F_AVAIL_IDX, 0, (uint16_t)(bench_avail_idx - 1), bench_avail_idx);
    return lend(head, segments, count, PRING_CHAIN_GOOD);
}

static struct pring_chain *post(uint16_t head, const struct pring_segment *segments, uint16_t count)
{
    struct pring_chain *chain = post_silently(head, segments, count);

    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    chain->state = PRING_CHAIN_GATED;
    return chain;
}

static struct pring_segment part(const void *ptr, uint32_t len_bytes, uint16_t flags)
{
    return (struct pring_segment){.addr = bus(ptr), .len_bytes = len_bytes, .flags = flags};
}

static void show(uint16_t head, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_SHOWN, PRING_F_DONE);

    event.made = event.seen = head;
    event.raw = len_bytes;
    pring_judge_event(&event);
}

static void done(int result, size_t done_bytes)
{
    static struct pring_request request;
    struct pring_event event = event_of(PRING_EV_DONE, 0);

    event.request = &request;
    event.seen = (uint64_t)(int64_t)result;
    event.raw = done_bytes;
    pring_judge_event(&event);
}

/* ---- the rest ---- */

static void guest_call(uint8_t kind, uint64_t addr, uint64_t len_bytes)
{
    struct pring_call call = {.kind = kind, .addr = addr, .len_bytes = len_bytes};
    struct pring_event event = event_of(PRING_EV_CALL, 0);

    event.call = &call;
    pring_judge_event(&event);
}

static void fire(uint8_t action, enum pring_field label, enum pring_field target, bool lied)
{
    struct pring_fault fault = {.action = action, .label = (uint8_t)label, .target = (uint8_t)target};
    struct pring_event event = event_of(PRING_EV_FAULT, label);

    event.fault = &fault;
    event.made = lied;
    pring_judge_event(&event);
}

/* Not every program needs all of the above. */
static void (*const bench_unused[])(void) __attribute__((unused)) = {
    (void (*)(void))probe,     (void (*)(void))post,          (void (*)(void))part,
    (void (*)(void))show,      (void (*)(void))done,          (void (*)(void))guest_call,
    (void (*)(void))fire,      (void (*)(void))expect,        (void (*)(void))expect_silence,
    (void (*)(void))load,      (void (*)(void))expect_device, (void (*)(void))expect_good_device,
    (void (*)(void))setup_rng, (void (*)(void))setup_blk,     (void (*)(void))run_with,
};

#endif
