/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Oracles: judges. They read events, the observer, the byte flags (memory.h) and platform counts; they write
 * nothing but their own state, which the bench zeroes before each run and hashes after it. One file each in
 * sim/oracle/; oracles.def is the list.
 */
#ifndef PRING_ORACLE_H
#define PRING_ORACLE_H

#include <stddef.h>

#include <pring/event.h>
#include <pring/observer.h>
#include <pring/scenario.h>
#include <pring/verdict.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pring_judge;

struct pring_oracle {
    const char *name;
    uint32_t kinds;       /* mask of 1 << enum pring_event_kind that it wants to see */
    const uint8_t *words; /* of LOAD and STORE: the fields that it wants to see, 0 at the end; NULL: all */
    size_t state_bytes;   /* at most 64 KiB; zeroed before each run: keep it small */
    /* A register read that was told three times in a row, with nothing else told or said in between, is not
     * told again: an oracle counts no reads. */
    void (*event)(void *state, const struct pring_event *event, struct pring_judge *judge);
    void (*end)(void *state, struct pring_judge *judge); /* after the workload, remove included; or NULL */
    const char *help;                                    /* one sentence for `pring list oracles` */
};

/* A finding against the driver: the rule is a short stable word or a requirement id ("used-id",
 * "STATUS-DRV-02"); `event` may be NULL. The first accusation of a run decides its verdict, unless a
 * graver oracle (earlier in oracles.def, one that ends runs) follows; the others are kept as notes. A spec
 * accusation does not end the run; memory, ledger, ownership, window and progress do, at the next hook. */
void pring_accuse(struct pring_judge *judge, const char *rule, const struct pring_event *event,
                  const char *why, ...) __attribute__((cold, format(printf, 4, 5)));
/* A device requirement broken: in the present state this is a lie if a fault did it, else a device finding
 * (the backend's own fault, reported apart from the driver's). */
void pring_accuse_device(struct pring_judge *judge, const char *rule, const struct pring_event *event,
                         const char *why, ...) __attribute__((cold, format(printf, 4, 5)));
/* Worth a line in the report, never a verdict. */
void pring_note(struct pring_judge *judge, const char *rule, const struct pring_event *event, const char *why,
                ...) __attribute__((cold, format(printf, 4, 5)));

struct pring_judge_view { /* what every judge begins with: asked for at each event */
    const struct pring_observer *observer;
    const struct pring_options *options;
    const struct pring_dut *dut;
};
static inline const struct pring_observer *pring_judge_observer(const struct pring_judge *judge)
{
    return ((const struct pring_judge_view *)(const void *)judge)->observer;
}
static inline const struct pring_options *pring_judge_options(const struct pring_judge *judge)
{
    return ((const struct pring_judge_view *)(const void *)judge)->options;
}
static inline const struct pring_dut *pring_judge_dut(const struct pring_judge *judge)
{
    return ((const struct pring_judge_view *)(const void *)judge)->dut;
}

/* Platform counts, as the guest keeps them. */
struct pring_platform {
    uint32_t allocs, dma_allocs, maps, irqs, timers, contexts; /* live now */
    uint64_t alloc_bytes, alloc_peak_bytes;
    uint32_t calls[32]; /* how many of each enum pring_call_kind */
};
const struct pring_platform *pring_judge_platform(const struct pring_judge *judge);

/* The list, in order of precedence: oracles.def. */
extern const struct pring_oracle *const pring_oracles[];
extern const uint32_t pring_oracle_count;

#ifdef __cplusplus
}
#endif
#endif
