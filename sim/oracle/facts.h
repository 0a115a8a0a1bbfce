/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every oracle may ask beside the observer: which requests are in the driver's hands, what the driver
 * has said, which faults excuse it. Kept by the judge alone, in order: a BEGIN is noted before the oracles
 * see it, an END or a DONE after.
 */
#ifndef PRING_ORACLE_FACTS_H
#define PRING_ORACLE_FACTS_H

#include <pring/oracle.h>
#include <pring/wire.h>

enum {
    PRING_LOANS_MAX = PRING_WORKS_MAX + 16, /* the workload's, and those of the recover phase */
};

enum pring_loan_state { PRING_LOAN_OPEN = 1, PRING_LOAN_DONE, PRING_LOAN_REFUSED };

struct pring_loan { /* a request given to the driver: copied, the driver might write on the original */
    const struct pring_request *request;
    const uint8_t *data;
    uint64_t offset, len_bytes;
    uint32_t began, ended; /* position among all BEGIN, END and DONE of the run, from 1; ended 0: not yet */
    uint32_t lends;        /* chains lent in this run before it began */
    int32_t result;
    uint32_t unit;
    uint8_t op;     /* enum pring_op */
    uint8_t state;  /* enum pring_loan_state */
    bool in_submit; /* its submit has not returned */
    bool unbound;   /* no probed driver was there to take it */
    bool disturbed; /* cancel, reset, suspend or remove came meanwhile, or was under way */
    bool crowded;   /* other requests were open when it began, or came later */
    bool doubtful;  /* it may have been refused: see pring_facts_ending */
};

struct pring_said { /* one part of the run: main, or recover */
    bool refused;   /* probe or request error that the workload does not explain, FAILED, or broken */
    bool served;    /* a request ended with result 0 */
    bool probe_failed;
};

struct pring_counts { /* what a driver holds of the platform */
    uint32_t allocs, dma_allocs, maps, irqs, timers, contexts;
};

struct pring_facts {
    uint32_t clock; /* BEGIN, END and DONE so far */
    uint32_t loan_count, open_count;
    uint32_t lends;     /* chains lent */
    uint32_t lies;      /* firings that broke a device requirement */
    uint32_t excuses;   /* firings after which an honest driver may refuse, sleep or lose capacity */
    uint32_t shortages; /* of these: calls that the platform refused */
    uint32_t payload;   /* firings that touched payload, descriptors, configuration, or DeviceID */
    bool misnamed;      /* DeviceID was falsified: the device is driven as something else */
    uint32_t irq;       /* firings that touched interrupts: line, InterruptStatus */
    uint64_t poked; /* bit per queue: since reset something wrote into its descriptors or available ring that
                       is not the driver */
    uint64_t capacity_min; /* sectors: the smallest that the device honestly had */
    bool capacity_grew;
    uint8_t fault_label, fault_queue; /* of the last firing: what it changed */
    bool fault_any;
    bool recovering; /* the recover phase has begun */
    bool closing;    /* reset or remove is under way, or the driver is suspended */
    bool driver_ok;
    uint32_t completed; /* requests that ended with result 0 */
    uint32_t reg_accesses;
    uint64_t free_after_probe;               /* descriptors; PRING_UNKNOWN */
    bool descriptors_lost;                   /* fewer are free than after probe, and no request is open */
    bool lost_explained;                     /* ... and the driver refused, or the device lied */
    bool counted;                            /* before_probe is valid */
    struct pring_counts before_probe;        /* of the first probe */
    enum pring_stop why;                     /* valid at the end */
    struct pring_said said[2];               /* main, recover */
    struct pring_loan loan[PRING_LOANS_MAX]; /* oldest first */
};

const struct pring_facts *pring_judge_facts(const struct pring_judge *judge);
struct pring_counts pring_judge_counts(const struct pring_judge *judge);      /* live now */
const struct pring_counts *pring_judge_pool(const struct pring_judge *judge); /* that may stay after remove */

/* The newest loan of this request, or NULL: never submitted. */
const struct pring_loan *pring_facts_loan(const struct pring_facts *facts,
                                          const struct pring_request *request);
/* The loan that an END of submit ends: the event's request, if it says; else the one that is likely. NULL:
 * several are, of which one is refused. */
const struct pring_loan *pring_facts_ending(const struct pring_facts *facts, const struct pring_event *event);
/* Has some submit not returned yet? */
bool pring_facts_call_sleeps(const struct pring_facts *facts);
/* Why an honest device's driver may rightly refuse, sleep or degrade with this set-up; NULL: it may not. */
const char *pring_facts_exemption(const struct pring_judge *judge);
/* The device answers later than a driver can be expected to wait. */
bool pring_facts_slow(const struct pring_options *options);
bool pring_facts_lied(const struct pring_observer *observer); /* any queue, or configuration */
bool pring_facts_withheld(const struct pring_observer *observer);
/* Did the driver fail on the honest device of the recover phase, without an exemption? */
bool pring_facts_recover_failed(const struct pring_judge *judge);
/* ok, refused, degraded or stuck: the verdict if no oracle has accused. */
enum pring_verdict pring_facts_outcome(const struct pring_judge *judge);

/* by judge.c only */
void pring_facts_reset(struct pring_facts *facts, const struct pring_setup *setup);
void pring_facts_info(struct pring_facts *facts, uint64_t free_descriptors,
                      const struct pring_observer *observer);
extern const uint32_t pring_facts_before_kinds, pring_facts_after_kinds;
void pring_facts_before(void *facts, const struct pring_event *event, struct pring_judge *judge);
void pring_facts_after(void *facts, const struct pring_event *event, struct pring_judge *judge);

#endif
