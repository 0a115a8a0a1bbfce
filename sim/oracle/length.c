/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver hands up is what the device has written, and no more than was asked for. Each byte of the
 * request's data is
 *
 *   written by the device (PRING_BYTE_DEVICE)     good
 *   written by the driver (PRING_BYTE_WRITTEN)    its own affair
 *   neither                                       stale, if its contents say so: it is as it was allocated,
 *                                                 or stands among bytes of the device
 *
 * A copy counts as written by the driver. So what equals a buffer that the device has just given back is
 * stale where nobody has written that buffer in this lending.
 *
 * A lie about used.len that stays within what was lent cannot be known by a driver: then nothing is said
 * about stale bytes. One that is longer shows itself: who believes it, even clamped, has believed a liar.
 */
#include <inttypes.h>

#include <pring/memory.h>

#include "oracle/copied.h"
#include "oracle/facts.h"

enum { RUN_BYTES = 4 };

struct length_state {
    uint32_t overlong_at; /* facts.clock when a length beyond its chain was shown last; 0: never */
    struct pring_lent_buffers lent;
};

static bool is_inbound(uint8_t op)
{
    return op == PRING_READ || op == PRING_ENTROPY || op == PRING_ID;
}

/* ---- stale bytes ---- */

enum origin { ORIGIN_GOOD, ORIGIN_PATTERN, ORIGIN_UNKNOWN };

static enum origin origin_of(uint64_t addr)
{
    uint8_t value;

    if (pring_bytes_any(addr, 1, PRING_BYTE_DEVICE | PRING_BYTE_WRITTEN))
        return ORIGIN_GOOD;
    pring_copy(&value, (const void *)(uintptr_t)addr, 1);
    return value == pring_memory_dirty(addr) ? ORIGIN_PATTERN : ORIGIN_UNKNOWN;
}

struct stale {
    uint64_t patterns, unknown, longest; /* bytes; longest run of the pattern */
    uint64_t first;
};

static struct stale look_for_stale(uint64_t addr, uint64_t len_bytes)
{
    struct stale found = {0};
    uint64_t run = 0;

    for (uint64_t i = 0; i < len_bytes; i++) {
        enum origin origin = origin_of(addr + i);
        if (origin != ORIGIN_GOOD && found.patterns + found.unknown == 0)
            found.first = i;
        found.patterns += origin == ORIGIN_PATTERN;
        found.unknown += origin == ORIGIN_UNKNOWN;
        run = origin == ORIGIN_PATTERN ? run + 1 : 0;
        found.longest = run > found.longest ? run : found.longest;
    }
    return found;
}

/* Stores that the hooks do not see leave unknown bytes everywhere, and none that are the device's. */
static uint64_t count_stale(const struct stale *found, uint64_t addr, uint64_t len_bytes)
{
    if (found->unknown != 0 && pring_bytes_any(addr, len_bytes, PRING_BYTE_DEVICE))
        return found->patterns + found->unknown;
    if (found->unknown == 0 || found->longest >= RUN_BYTES)
        return found->patterns;
    return 0;
}

static const char *stale_rule(const struct length_state *s, const struct pring_loan *loan,
                              const struct pring_observer *observer)
{
    if (s->overlong_at > loan->began)
        return "used-len";
    return pring_facts_lied(observer) ? NULL : "stale";
}

static uint64_t find_stale(const struct length_state *s, const struct pring_loan *loan, uint64_t done_bytes,
                           uint64_t *first, const struct pring_observer *observer)
{
    uint64_t addr = (uint64_t)(uintptr_t)loan->data, count;
    struct stale found;

    if (pring_bytes_all(addr, done_bytes, PRING_BYTE_DEVICE))
        return 0;
    if (!pring_bytes_all(addr, done_bytes, PRING_BYTE_WRITTEN)) {
        found = look_for_stale(addr, done_bytes);
        count = count_stale(&found, addr, done_bytes);
        *first = found.first;
        if (count != 0)
            return count;
    }
    return pring_lent_stale(&s->lent, observer, loan->data, done_bytes, first);
}

static void judge_bytes(const struct length_state *s, const struct pring_loan *loan, uint64_t done_bytes,
                        const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *observer = pring_judge_observer(judge);
    const char *rule = stale_rule(s, loan, observer);
    uint64_t first = 0, count;

    if (!rule || !pring_is_low((uint64_t)(uintptr_t)loan->data, done_bytes))
        return;
    count = find_stale(s, loan, done_bytes, &first, observer);
    if (count == 0)
        return;
    pring_accuse(judge, rule, event,
                 "The driver hands up %" PRIu64 " bytes. %" PRIu64 " of them, from byte %" PRIu64
                 " on, the device has not written.",
                 done_bytes, count, first);
}

/* ---- events ---- */

static void on_shown(struct length_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observed_queue *q = &pring_judge_observer(judge)->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(q, (uint32_t)event->seen);

    if (chain && event->raw > chain->writable_bytes)
        s->overlong_at = pring_judge_facts(judge)->clock + 1;
}

static void on_done(const struct length_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_loan *loan = pring_facts_loan(pring_judge_facts(judge), event->request);
    uint64_t done_bytes = event->raw;

    if (!loan || loan->state != PRING_LOAN_OPEN || !is_inbound(loan->op) || (int64_t)event->seen < 0)
        return;
    if (done_bytes > loan->len_bytes) {
        pring_accuse(judge, "over", event,
                     "The driver hands up %" PRIu64 " bytes of a request for %" PRIu64 ".", done_bytes,
                     loan->len_bytes);
        return;
    }
    if (done_bytes != 0 && loan->data)
        judge_bytes(s, loan, done_bytes, event, judge);
}

static void length_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct length_state *s = state;

    if (event->kind == PRING_EV_LEND)
        pring_lent_add(&s->lent, pring_judge_observer(judge), event->chain);
    else if (event->kind == PRING_EV_SHOWN)
        on_shown(s, event, judge);
    else
        on_done(s, event, judge);
}

const struct pring_oracle pring_oracle_length = {
    .name = "length",
    .kinds = 1u << PRING_EV_LEND | 1u << PRING_EV_SHOWN | 1u << PRING_EV_DONE,
    .state_bytes = sizeof(struct length_state),
    .event = length_event,
    .help = "no more is handed up than was asked for, and nothing that the device did not write",
};
