/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block contents: what was written is read back, what was never written is the seeded fill, and what the
 * device refuses does not succeed. Conditional: silent for the rest of the run once a lie was told or a fault
 * has touched payload, descriptors or configuration.
 */
#include <inttypes.h>
#include <string.h>

#include <pring/device.h>
#include <pring/memory.h>

#include "oracle/facts.h"

enum {
    WORDS = PRING_SECTOR_BYTES / 8,
    FILL_STEP = 8,       /* of a sector's words every eighth is compared with the fill: each 64 bytes once */
    SECTORS_TOLD = 4096, /* the device may drop what is written beyond that */
    F_BLK_RO = 5,
};
static const char identity[PRING_ID_BYTES] = "proving-ring-blk";

static bool is_silent(const struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);

    return f->lies != 0 || f->payload != 0 ||
           pring_judge_observer(judge)->setup.device_type != PRING_DEVICE_BLK;
}

/* ---- who wrote a sector last ---- */

static bool is_writer(const struct pring_loan *loan, uint64_t at)
{
    if (loan->op != PRING_WRITE && loan->op != PRING_DISCARD && loan->op != PRING_ZERO)
        return false;
    return at >= loan->offset && at - loan->offset < loan->len_bytes;
}

/* Comparing with it needs no more of it than there is. */
static bool covers(const struct pring_loan *loan, uint64_t at, uint64_t len_bytes)
{
    return loan->data && len_bytes <= loan->len_bytes - (at - loan->offset);
}

static bool is_over(const struct pring_loan *loan, uint32_t clock)
{
    return loan->ended != 0 && loan->ended < clock;
}

struct writer {
    const struct pring_loan *loan; /* NULL: nobody */
    bool unknown;                  /* more than one may have been the last, or nobody knows what it did */
};

/* Loans lie in the order in which they began. The last writer is known if all others were over when it began.
 */
static struct writer last_writer(const struct pring_facts *f, const struct pring_loan *read, uint64_t at)
{
    const struct pring_loan *last = NULL;
    uint32_t ended = 0; /* the last end of those before */

    for (uint32_t i = 0; i < f->loan_count; i++) {
        const struct pring_loan *loan = &f->loan[i];
        if (!is_writer(loan, at))
            continue;
        if (!is_over(loan, read->began))
            return (struct writer){.unknown = true};
        if (last && last->ended > ended)
            ended = last->ended;
        last = loan;
    }
    bool unknown = last && (ended >= last->began || last->state != PRING_LOAN_DONE || last->result < 0 ||
                            last->op != PRING_WRITE);
    return (struct writer){last, unknown};
}

/* ---- comparing ---- */

/* The first byte that differs from the fill, or len_bytes. */
static uint64_t differs_from_fill(const uint8_t *data, uint64_t len_bytes, uint64_t seed, uint64_t sector)
{
    for (uint32_t word = 0; word < WORDS && 8 * (uint64_t)word + 8 <= len_bytes; word += FILL_STEP) {
        uint64_t value;
        pring_copy(&value, data + 8 * (uint64_t)word, sizeof(value));
        if (value != pring_cow_fill(seed, sector, word))
            return 8 * (uint64_t)word;
    }
    return len_bytes;
}

static bool sector_is_right(const struct pring_facts *f, const struct pring_loan *read, uint64_t done,
                            uint64_t len, uint64_t seed)
{
    uint64_t at = read->offset + done;
    struct writer last = last_writer(f, read, at);

    if (last.unknown)
        return true;
    if (!last.loan)
        return differs_from_fill(read->data + done, len, seed, at / PRING_SECTOR_BYTES) == len;
    if (at / PRING_SECTOR_BYTES >= SECTORS_TOLD || !covers(last.loan, at, len))
        return true;
    return memcmp(read->data + done, last.loan->data + (at - last.loan->offset), len) == 0;
}

static void judge_read(const struct pring_loan *read, uint64_t done_bytes, const struct pring_event *event,
                       struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);
    uint64_t seed = pring_judge_observer(judge)->setup.seed;

    if (done_bytes > read->len_bytes || read->offset % PRING_SECTOR_BYTES || !read->data)
        return;
    for (uint64_t done = 0; done < done_bytes; done += PRING_SECTOR_BYTES) {
        uint64_t rest = done_bytes - done;
        uint64_t len = rest < PRING_SECTOR_BYTES ? rest : PRING_SECTOR_BYTES;
        if (sector_is_right(f, read, done, len, seed))
            continue;
        pring_accuse(judge, "contents", event,
                     "The driver hands up sector %" PRIu64
                     " with other contents than the honest device holds there.",
                     (read->offset + done) / PRING_SECTOR_BYTES);
        return;
    }
}

static void judge_id(const struct pring_loan *loan, uint64_t done_bytes, const struct pring_event *event,
                     struct pring_judge *judge)
{
    uint64_t len = done_bytes < PRING_ID_BYTES ? done_bytes : PRING_ID_BYTES;

    if (loan->data && len <= loan->len_bytes && memcmp(loan->data, identity, len) != 0)
        pring_accuse(judge, "id", event, "The driver hands up another identity than the device has.");
}

/* The device fails these: success is the driver's invention. */
static bool must_fail(const struct pring_facts *f, const struct pring_loan *loan,
                      const struct pring_setup *setup)
{
    uint64_t end = loan->offset / PRING_SECTOR_BYTES + loan->len_bytes / PRING_SECTOR_BYTES;

    if (f->capacity_min != setup->blk.capacity_sectors || f->capacity_grew)
        return false;
    if (loan->len_bytes < PRING_SECTOR_BYTES)
        return false;
    if (loan->op == PRING_WRITE && (setup->features >> F_BLK_RO & 1))
        return true;
    return (loan->op == PRING_WRITE || loan->op == PRING_READ) && end > setup->blk.capacity_sectors;
}

static void data_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);
    const struct pring_loan *loan;

    (void)state;
    if (is_silent(judge) || (int64_t)event->seen < 0)
        return;
    loan = pring_facts_loan(f, event->request);
    if (!loan || loan->state != PRING_LOAN_OPEN)
        return;
    if (must_fail(f, loan, &pring_judge_observer(judge)->setup))
        pring_accuse(judge, "status", event, "The driver reports success where the device reports an error.");
    else if (loan->op == PRING_READ)
        judge_read(loan, event->raw, event, judge);
    else if (loan->op == PRING_ID)
        judge_id(loan, event->raw, event, judge);
}

const struct pring_oracle pring_oracle_data = {
    .name = "data",
    .kinds = 1u << PRING_EV_DONE,
    .event = data_event,
    .help = "what was written is read back, and errors of the device are passed on",
};
